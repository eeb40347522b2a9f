"""Whether two articles are told in the same words, of the same kind of place, deed and topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.stories import concepts
from monitor.stories.signal import Signal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.stories.model import Features

_GROUPS = {venue: group for group, venues in concepts.VENUE_GROUPS.items() for venue in venues.split(", ")}
# Named in reports of any event: children at school, families at church, people in jail.
_ANYWHERE = frozenset(("jail", "school", "church", "hospital", "courthouse", "parking lot", "library", "park"))
FEWEST_WORDS = 5
PASSING_VENUE = 0.6
MANY_TOWNS = 2
ORIGINS = frozenset(("arrest", "vote", "agreement", "bill", "ends"))


def word_signals(a: Features, b: Features) -> Iterator[Signal]:
    """Telling words; across languages few are alike, so that these weigh more."""
    known = set(b.words)
    shared = [word for word in a.words if word in known]
    if shared and min(len(a.words), len(b.words)) >= FEWEST_WORDS:
        strength = 3 * len(shared) / (len(a.words) * len(b.words)) ** 0.5
        row = "words" if a.language == b.language else "words across languages"
        yield Signal(row, "words", strength, f"telling words in both: {len(shared)}")


def kind_signals(a: Features, b: Features) -> Iterator[Signal]:
    """The kind of premises, what happened, and which rules found it."""
    yield from _venue_signals(a, b)
    if a.deeds and b.deeds:
        yield from _deed_signals(a, b)
    if a.topics and b.topics and set(a.topics).isdisjoint(b.topics):
        yield Signal("other topic", "topic", 1.0, "no topic in both")
    if many := [is_round_up(one) for one in (a, b) if is_round_up(one)]:
        row = "two round-ups" if len(many) > 1 else "round-up"
        yield Signal(row, "topic", 1.0, "one is a round-up of several places")


def _venue_signals(a: Features, b: Features) -> Iterator[Signal]:
    ours, theirs = [[one for one in some.venues if one not in _ANYWHERE] for some in (a, b)]
    if both := [one for one in ours if one in theirs]:
        yield Signal("same venue", "topic", _first_of(both, a, b), f"the same kind of premises ({both[0]})")
    elif ours and theirs and _groups(ours).isdisjoint(_groups(theirs)):
        yield Signal("other venue", "topic", _told_apart(a, b), f"different premises: {ours[0]}, {theirs[0]}")
    elif both := [one for one in a.venues if one in b.venues]:
        yield Signal("same premises", "topic", _first_of(both, a, b), f"the same kind of premises ({both[0]})")
    elif a.venues and b.venues and not (ours and theirs) and not (is_sequel(a) or is_sequel(b)):
        yield Signal("other premises", "topic", 1.0, f"different premises: {a.venues[0]}, {b.venues[0]}")


def _first_of(both: Sequence[str], a: Features, b: Features) -> float:
    """What neither names first may be where something else happened."""
    firsts = [a.venues[0] in both, b.venues[0] in both]
    return 1.0 if all(firsts) else PASSING_VENUE if any(firsts) else PASSING_VENUE ** 2


def _told_apart(a: Features, b: Features) -> float:
    """Premises of an article about two towns may be those in the other town."""
    towns = max(sum(spot.first and len(spot.within) > 1 for spot in one.places) for one in (a, b))
    return 1.0 if towns < MANY_TOWNS else 0.4


def _groups(venues: Iterable[str]) -> set[str]:
    return {_GROUPS.get(one, one) for one in venues}


def _deed_signals(a: Features, b: Features) -> Iterator[Signal]:
    both = [one for one in a.deeds if one in b.deeds]
    if comes_of(a.deeds[0], b.deeds[0]) or comes_of(b.deeds[0], a.deeds[0]):
        if both:
            yield Signal("same deed", "topic", 1.0, f"the same kind of event ({both[0]})")
        return
    if not both:
        yield Signal("other deed", "topic", 1.0, f"different matters: {a.deeds[0]}, {b.deeds[0]}")
        return
    if (one := _origin(a)) and (other := _origin(b)) and one != other:
        yield Signal("other origin", "topic", 1.0, f"different matters at first: {one}, {other}")
    strength = len(both) / max(len(a.deeds), len(b.deeds))
    yield Signal("same deed", "topic", strength, f"the same kind of event ({both[0]})")
    if a.deeds[0] not in b.deeds and b.deeds[0] not in a.deeds:
        yield Signal("other first deed", "topic", 1.0, f"different matters first: {a.deeds[0]}, {b.deeds[0]}")


def is_sequel(one: Features) -> bool:
    """Whether it is first of what comes after an event: of part of the people, and told in another room."""
    return one.deeds[:1] != () and one.deeds[0] in concepts.SEQUELS


def comes_of(later: str, earlier: str) -> bool:
    """Whether the one is what may become of the other: a hearing of an arrest, the signing of what was voted on."""
    return later != earlier and ((later in concepts.SEQUELS and earlier not in concepts.SEQUELS)
                                 or (later == "agreement" and earlier in ("vote", "bill")))


def _origin(one: Features) -> str:
    """What an article is of before anything that may come of it: an arrest, a vote, an agreement."""
    return next((deed for deed in one.deeds if deed in ORIGINS), "")


def is_round_up(one: Features) -> bool:
    """Whether an article tells of many events: it says so, or is about places in four states."""
    states = {spot.within[-1] if spot.within else spot.place_id for spot in one.places if spot.about}
    return "round-up" in one.deeds or len(states) > 3
