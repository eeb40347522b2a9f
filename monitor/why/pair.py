"""Whether two articles are of one story, and because of what. Pure: what is stored in, a verdict and sentences out.

The verdict is made again from what is stored of both, by the comparison that grouped them, so it says what the bot sees
and not what somebody remembers. Articles that are not alike may still stand in one story, each like a third one: then
the shortest such chain is told.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.stories.compare import compare
from monitor.words.reasons import reasons
from monitor.words.times import day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from monitor.stories.model import Verdict
    from monitor.why.story import Report, Story
    from storage.archive import History


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two articles. `story` is None where it was never grouped."""

    history: History
    story: Story | None

    @property
    def id(self) -> int:
        return self.history.article.id

    @property
    def report(self) -> Report | None:
        return self.story.report(self.id) if self.story else None


@dataclass(frozen=True, slots=True)
class Link:
    """Two articles of a chain, the later step of which was reached from the earlier, and what makes them one event."""

    one: Report
    other: Report
    words: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two articles. `verdict` is None where one of them has nothing to be compared by: `missing` says why."""

    a: Side
    b: Side
    verdict: Verdict | None
    chain: tuple[Link, ...]
    missing: tuple[str, ...]

    @property
    def together(self) -> bool:
        """Whether they stand in one story."""
        return self.a.story is not None and self.b.story is not None and self.a.story.id == self.b.story.id


def pair(a: Side, b: Side, zone: ZoneInfo) -> Pair:
    """What is to be said of two articles."""
    missing = tuple(words for side in (a, b) if (words := _missing(side, zone)))
    verdict = None if missing else _compared(a.report, b.report)
    together = a.story is not None and b.story is not None and a.story.id == b.story.id
    alone = verdict is not None and verdict.same
    chain = chained(a.story, a.id, b.id) if a.story and together and not alone else ()
    return Pair(a, b, verdict, chain, missing)


def _missing(side: Side, zone: ZoneInfo) -> str:
    """Why an article cannot be compared; empty where it can."""
    record, number = side.history.record, side.id
    if record.duplicate_of:
        return (f"Article {number} was never grouped: it is a duplicate of article {record.duplicate_of} (the same "
                "page by another address). Ask about that one.")
    if side.report is not None and not side.report.erased:
        return ""
    if record.erased_at:
        return (f"The text of article {number} was erased on {day(record.erased_at, zone)} (keep_text_days), and with "
                "it what it is compared by.")
    return _not_grouped(side) if side.report is None else (
        f"Nothing could be read of article {number} by which it might be compared, so it is a story of its own. The "
        "log of the bot says why.")


def _not_grouped(side: Side) -> str:
    """Why an article that is complete has no story."""
    number = side.id
    if side.history.record.matched_at is None:
        return f"Article {number} was not grouped yet: the rules have not read it. The next round of the bot does both."
    if not any(match.alerts for match in side.history.matches):
        return (f"Article {number} was never grouped: no rule alerts on it, and only articles that may be told are "
                f"grouped. dateline why {number} says more.")
    return (f"Article {number} was not grouped yet: the next round of the bot does it, unless it matched long before "
            "this version of Dateline was put to use.")


def _compared(one: Report | None, other: Report | None) -> Verdict | None:
    if one is None or other is None or one.erased or other.erased:
        return None
    return compare(one.member.features, other.member.features)


def chained(story: Story, first: int, last: int) -> tuple[Link, ...]:
    """The shortest way from one article to another by steps between articles that are alike; empty where none is left.

    What an article joined by counts as a step, also where a later comparison would say something else.
    """
    reached: dict[int, Link | None] = {first: None}
    waiting = deque([story.report(first)])
    while waiting and last not in reached:
        one = waiting.popleft()
        for other in story.reports:
            if other.article.id not in reached and (words := _alike(one, other)):
                reached[other.article.id] = Link(one, other, words)
                waiting.append(other)
    return tuple(_way(reached, last))[::-1]


def _way(reached: dict[int, Link | None], last: int) -> Iterator[Link]:
    link = reached.get(last)
    while link is not None:
        yield link
        link = reached[link.one.article.id]


def _alike(one: Report, other: Report) -> str:
    """What makes the two one event; empty where nothing does."""
    verdict = _compared(one, other)
    if verdict is not None and verdict.same:
        return reasons(verdict)
    for report, by in ((one, other), (other, one)):
        if words := dict(report.joined).get(by.article.id):
            return words
    return ""
