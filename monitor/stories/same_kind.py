"""Whether two articles are told in the same words, of the same kind of place, deed and topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.stories import concepts
from monitor.stories.signal import Signal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from monitor.stories.model import Features

_GROUPS = {venue: group for group, venues in concepts.VENUE_GROUPS.items() for venue in venues.split(", ")}
# Named in reports of any event: children at school, families at church, people in jail.
_ANYWHERE = frozenset(("jail", "school", "church", "hospital", "courthouse", "parking lot", "library", "park"))
FEWEST_WORDS = 5


def word_signals(a: Features, b: Features) -> Iterator[Signal]:
    """Telling words; across languages few are alike, so that these weigh more."""
    known = set(b.words)
    shared = [word for word in a.words if word in known]
    if shared and min(len(a.words), len(b.words)) >= FEWEST_WORDS:
        strength = 3 * len(shared) / (len(a.words) * len(b.words)) ** 0.5
        row = "words" if a.language == b.language else "words across languages"
        yield Signal(row, "words", strength, f"{len(shared)} telling words in both")


def kind_signals(a: Features, b: Features) -> Iterator[Signal]:
    """The kind of premises, what happened, and which rules found it."""
    yield from _venue_signals(a, b)
    if a.deeds and b.deeds:
        yield from _deed_signals(a, b)
    if a.topics and b.topics and set(a.topics).isdisjoint(b.topics):
        yield Signal("other topic", "topic", 1.0, "no topic in both")
    if is_round_up(a) != is_round_up(b):
        yield Signal("round-up", "topic", 1.0, "one is a round-up of several places")


def _venue_signals(a: Features, b: Features) -> Iterator[Signal]:
    ours, theirs = [[one for one in some.venues if one not in _ANYWHERE] for some in (a, b)]
    if both := [one for one in ours if one in theirs]:
        yield Signal("same venue", "topic", 1.0, f"both have a {both[0]}")
    elif ours and theirs and _groups(ours).isdisjoint(_groups(theirs)):
        yield Signal("other venue", "topic", 1.0, f"different premises: {ours[0]}, {theirs[0]}")
    elif both := [one for one in a.venues if one in b.venues]:
        yield Signal("same premises", "topic", 1.0, f"both have a {both[0]}")
    elif a.venues and b.venues and not (ours and theirs):
        yield Signal("other premises", "topic", 1.0, f"different premises: {a.venues[0]}, {b.venues[0]}")


def _groups(venues: Iterable[str]) -> set[str]:
    return {_GROUPS.get(one, one) for one in venues}


def _deed_signals(a: Features, b: Features) -> Iterator[Signal]:
    both = [one for one in a.deeds if one in b.deeds]
    if not both:
        yield Signal("other deed", "topic", 1.0, f"different matters: {a.deeds[0]}, {b.deeds[0]}")
        return
    yield Signal("same deed", "topic", len(both) / max(len(a.deeds), len(b.deeds)), f"both are of {both[0]}")
    if a.deeds[0] not in b.deeds and b.deeds[0] not in a.deeds:
        yield Signal("other first deed", "topic", 1.0, f"different matters first: {a.deeds[0]}, {b.deeds[0]}")


def is_round_up(one: Features) -> bool:
    """Whether an article tells of many events: it says so, or is about places in four states."""
    states = {spot.within[-1] if spot.within else spot.place_id for spot in one.places if spot.about}
    return "round-up" in one.deeds or len(states) > 3
