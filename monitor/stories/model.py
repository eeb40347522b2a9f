"""What grouping knows of an article, and what it says about two of them. Pure; this is all that is stored for it.

Features are made once, when an article is grouped, and compared ever after: a verdict can be explained months later
from what is stored, without the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date, datetime


GRAVE = frozenset(("dead", "missing", "injured"))  # the first of these is news for everybody


@dataclass(frozen=True, slots=True)
class Count:
    """A number that an article gives for its event: 28 arrests. `what` is our own word, the same in every language.

    Not `exact` where it says "about", "at least" or "a dozen".
    """

    number: int
    what: str
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the article. `within` are ids of what holds it, `about` asks more than a mention.

    `first`: it stands in the headline or the first sentence.
    """

    place_id: str
    label: str
    about: bool
    within: tuple[str, ...] = ()
    first: bool = False


@dataclass(frozen=True, slots=True)
class Features:
    """One article as grouping sees it; the marks that stand for its words are hashes or folded.

    `shingles` are the smallest hashes of its runs of words, `size` is how many runs there are in all. `days` are those
    on which it says that things happened, that of the event first. `voices` are offices that speak in it. `names` are
    those of its own story, `asides` are named once further down or where it recalls something else. `venues` and
    `deeds` say in our own words in what kind of place something happens, and what. `weeks` are the Mondays of those of
    which it speaks without a day ("last week's raid"). `officials` are persons with an office: all news of a town names
    its mayor. `fresh`: it begins with what happened just now, and with nothing from before. `figures` are numbers of
    any kind as text ("6:40", "$3500", "5/8"), `past` days on which it looks back, `towns` those that its dateline and
    beginning name, whether or not anybody knows where they are. `scenes` are ids of the places in which people were
    arrested, with the number that stands there, else 0.
    """

    at: datetime  # publication, or when it was first seen
    outlet: str = ""
    home: str = ""
    language: str = ""
    size: int = 0
    shingles: tuple[int, ...] = ()
    places: tuple[Spot, ...] = ()
    days: tuple[date, ...] = ()
    counts: tuple[Count, ...] = ()
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    voices: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()
    venues: tuple[str, ...] = ()
    deeds: tuple[str, ...] = ()
    weeks: tuple[date, ...] = ()
    officials: tuple[str, ...] = ()
    fresh: bool = False
    figures: tuple[str, ...] = ()
    past: tuple[date, ...] = ()
    towns: tuple[str, ...] = ()
    scenes: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for or against: `points` below zero speak against. `words` are for a reader, without a full stop."""

    kind: Literal["copy", "words", "place", "day", "count", "name", "time", "topic"]
    points: float
    words: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether two articles are of one event. `copy`: they are one text. Evidence strongest first."""

    same: bool
    points: float
    evidence: tuple[Evidence, ...] = ()
    copy: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """An article in its story. `copy_of` is the article whose text it repeats; an id that is gone stays a mark."""

    article_id: int
    story_id: int
    features: Features
    copy_of: int | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a story is carried: outlets, those at home where it happens, and by language other than the first."""

    outlets: int
    local: int = 0
    languages: tuple[tuple[str, int], ...] = ()  # outlets by language, the most first
    copies: int = 0  # articles that repeat another's text


@dataclass(frozen=True, slots=True)
class Growth:
    """What later coverage adds to what a channel was told. `counts` with the highest that it knew, None where none."""

    counts: tuple[tuple[Count, int | None], ...] = ()
    places: tuple[str, ...] = ()  # labels
    voices: tuple[str, ...] = ()

    @property
    def shows(self) -> bool:
        """Whether all should see it: a new place, a higher count, or the first dead, missing or injured."""
        return bool(self.places) or any(before is not None or count.what in GRAVE for count, before in self.counts)
