"""A fortnight of invented news for the grouping benchmark: the same for the same seed, one article after the other.

What makes grouping dear is what articles share without being of one event: the words of a trade, sentences that stand
in hundreds of reports, towns and days on which much happens. So sentences are drawn from a pool by Zipf's law, words
from a vocabulary likewise, and an event has a town, a day, a count and a few names, told in other words each time.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING

from benchmarks.synthetic import articles as demo_articles
from rules.model import Article, PlaceFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SEED = 20_261_124
BEGINS = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = 13
COPIES = 0.2  # of all articles repeat another's text, lightly edited or cut
REPORTS = 3  # of an event on average, written on their own
TOWNS, WORDS, POOL = 300, 20_000, 1_500
_SYLLABLES = (*re.findall("..", "bacedifoguhajekilomunaperisotuvawexiyozu"), "cra", "ble", "dri", "sta", "tre", "plo")


@dataclass(frozen=True, slots=True)
class Told:
    """One article and the truth about it: the event, and whose text it repeats."""

    article: Article
    place: PlaceFound
    event: int
    copy_of: int | None


@dataclass(frozen=True, slots=True)
class _Event:
    number: int
    day: datetime
    place: PlaceFound
    county: str
    people: tuple[str, ...]
    firm: str
    count: int


class Newswire:
    """Draws words, sentences and events; `told` never ends."""

    def __init__(self, seed: int = SEED) -> None:
        self._chance = random.Random(seed)
        known = sorted({word for one in demo_articles() for word in re.findall(r"[a-z]{3,}", one.text)})
        self._chance.shuffle(known)
        self._words = list(dict.fromkeys([*known, *(self._made_up() for _ in range(WORDS))]))
        self._word_weights = list(accumulate(1 / (at + 5) for at in range(len(self._words))))
        self._pool = [self._sentence() for _ in range(POOL)]
        self._pool_weights = list(accumulate(1 / (at + 3) for at in range(POOL)))
        self._towns = [self._place(number) for number in range(TOWNS)]
        self._town_weights = list(accumulate(1 / (at + 10) for at in range(TOWNS)))
        self._outlets = [f"{self._name()} {kind}" for kind in ("Ledger", "Herald", "Times", "Post") for _ in range(60)]

    def told(self) -> Iterator[Told]:
        """Article after article, in the order in which they are printed; about one in three begins an event."""
        every: list[Told] = []
        events: list[_Event] = []
        while True:
            if every and self._chance.random() < COPIES:
                one = self._copied(every, self._chance.randrange(max(0, len(every) - 2_000), len(every)))
            else:
                if not events or self._chance.random() < 1 / REPORTS:
                    events.append(self._event(len(events)))
                one = self._report(self._chance.choice(events[-200:]))
            every.append(one)
            yield one

    def _made_up(self) -> str:
        return "".join(self._chance.choices(_SYLLABLES, k=self._chance.randint(2, 4)))

    def _name(self) -> str:
        return self._made_up().capitalize()

    def _place(self, number: int) -> tuple[PlaceFound, str]:
        state, county, town = f"s{number % 12}", f"{self._name()} County", self._name()
        ids = (f"county-{number // 3}", state)
        return PlaceFound(f"town-{number}", f"{town}, MD", about=True, mentions=3, within=ids, near=True), county

    def _text(self, count: int) -> list[str]:
        return self._chance.choices(self._words, cum_weights=self._word_weights, k=count)

    def _sentence(self) -> str:
        return " ".join(self._text(self._chance.randint(8, 28))).capitalize() + "."

    def _event(self, number: int) -> _Event:
        place, county = self._chance.choices(self._towns, cum_weights=self._town_weights)[0]
        people = tuple(f"{self._name()} {self._name()}" for _ in range(6))
        day = BEGINS + timedelta(days=self._chance.randrange(DAYS))
        return _Event(number, day, place, county, people, f"{self._name()} {self._name()}", self._chance.randint(2, 80))

    def _report(self, event: _Event) -> Told:
        """Two to six thousand characters: a third about the event, the rest what such reports say."""
        people, town = list(event.people), event.place.label.partition(",")[0]
        self._chance.shuffle(people)
        at = event.day + timedelta(minutes=self._chance.randrange(8 * 60, 36 * 60))
        facts = [
            f"{town.upper()} - Agents arrested {event.count} people on {event.day:%A} at {event.firm} in {town}.",
            f"{people[0]}, who works at {event.firm}, said that {' '.join(self._text(14))}.",
            f"\"{' '.join(self._text(10)).capitalize()},\" said {people[1]} of {event.county}.",
            f"The raid of {event.day:%B} {event.day.day} in {town} was {' '.join(self._text(9))}, {people[2]} said.",
        ]
        shared = self._chance.choices(self._pool, cum_weights=self._pool_weights, k=self._chance.randint(4, 14))
        own = [self._sentence() for _ in range(self._chance.randint(8, 24))]
        rest = [*facts[2:], *shared, *own]
        self._chance.shuffle(rest)
        title = f"{event.count} arrested at {event.firm} in {town}: {' '.join(self._text(4))}"
        return Told(self._printed(title, [*facts[:2], *rest], at), event.place, event.number, None)

    def _copied(self, every: Sequence[Told], at: int) -> Told:
        """The same text under another title: whole, cut at the end, or with words changed in every fifth line."""
        original = every[at]
        lines = original.article.text.split("\n")
        if self._chance.random() < 0.4:
            lines = lines[:max(4, int(len(lines) * self._chance.uniform(0.5, 0.9)))]
        lines = [self._edited(line) if self._chance.random() < 0.2 else line for line in lines]
        published = original.article.published_at or BEGINS
        later = published + timedelta(minutes=self._chance.randrange(5, 300))
        title = original.article.title if self._chance.random() < 0.5 else f"{' '.join(self._text(6)).capitalize()}"
        whose = original.copy_of if original.copy_of is not None else at
        return Told(self._printed(title, lines, later), original.place, original.event, whose)

    def _edited(self, line: str) -> str:
        words = line.split(" ")
        words[self._chance.randrange(len(words))] = self._text(1)[0]
        return " ".join(words)

    def _printed(self, title: str, lines: Sequence[str], at: datetime) -> Article:
        return Article(title, "\n".join(lines), outlet=self._chance.choice(self._outlets), home="MD", published_at=at,
                       language="en")
