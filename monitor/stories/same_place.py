"""Whether two articles are of one place: a city is in its county, and two different cities are two places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.stories.signal import Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from monitor.stories.model import Features, Spot


def place_signals(a: Features, b: Features) -> Iterator[Signal]:
    yield _relation(a, b)


def _relation(a: Features, b: Features) -> Signal:
    """How the places that two articles are about lie to each other, the nearest relation first."""
    about, others = _local(a.places), _local(b.places)
    # One place of many says little: a round-up names them all.
    share = min(1.0, 3 / max(len(about), len(others), 1))
    first, other_first = [one for one in about if one.first], [one for one in others if one.first]
    if _other_town(first or about, other_first or others) and not _first_pair(about, others, _is_same_town):
        told = f"different towns: {(first or about)[0].label}; {(other_first or others)[0].label}"
        return Signal("other town", "place", 0.5 if _first_pair(first, other_first, _is_same) else 1.0, told)
    if both := _first_pair(first, other_first, _is_same):
        return Signal("same place", "place", share, f"same place ({both[0].label})")
    if not first or not other_first:
        first, other_first = about, others
    if both := _first_pair(first, other_first, _is_same):
        return Signal("place in both", "place", share, f"both of {both[0].label}")
    if both := _first_pair(first, other_first, _is_within):
        return Signal("place within", "place", 1.0, f"{both[0].label} and {both[1].label}: one is in the other")
    return _farther(a, b, about, others)


def _farther(a: Features, b: Features, about: Sequence[Spot], others: Sequence[Spot]) -> Signal:
    if named := _as_name(about, b) or _as_name(others, a):
        return Signal("place named", "place", 1.0, f"{named.label} in both")
    if a.towns[:1] == b.towns[:1] != () and not (about and others):
        return Signal("town in both", "place", 1.0, f"{a.towns[0].title()} in both")
    if named := _named(about, b.places) or _named(others, a.places):
        # Each is of a place of its own, and one only names that of the other: it recalls what happened there.
        row = "recalled place" if _towns(about) and _towns(others) else "mentioned"
        return Signal(row, "place", 1.0, f"{named.label} in both")
    if not (about and others) and (towns := [town for town in a.towns if town in b.towns]):
        return Signal("town in both", "place", 1.0, f"{towns[0].title()} in both")
    if both := _first_pair(about, others, _share_county):
        return Signal("same county", "place", 1.0, f"{both[0].label} and {both[1].label} are of one county")
    return _apart(about, others) if about and others else _same_state(a.places, b.places)


def _same_state(ours: Sequence[Spot], theirs: Sequence[Spot]) -> Signal:
    """Where one of the two is about no place smaller than a state."""
    states, others = [{(one.place_id, *one.within)[-1] for one in some if one.about} for some in (ours, theirs)]
    return Signal("same state" if states & others else "no place", "place", 1.0, "one state" if states & others else "")


def _as_name(about: Sequence[Spot], other: Features) -> Spot | None:
    """A town that the other article names without saying where it is: nobody found it there as a place."""
    if _local(other.places) or not about:
        return None
    named = set(" ".join((*other.names, *other.asides)).split())
    return next((one for one in about if named.issuperset(one.label.partition(",")[0].lower().split())), None)


def _apart(about: Sequence[Spot], others: Sequence[Spot]) -> Signal:
    if _first_pair(about, others, _may_be_within):
        return Signal("no place", "place", 1.0, "")
    told = f"different places: {about[0].label}; {others[0].label}"
    if {one.within[-1] for one in about if one.within}.isdisjoint(one.within[-1] for one in others if one.within):
        return Signal("other state", "place", 1.0, told)
    return Signal("apart", "place", 1.0, told)


def _local(spots: Sequence[Spot]) -> list[Spot]:
    """Those that an article is about and that are smaller than a state, which lies within nothing."""
    return [one for one in spots if one.about and (one.within or "," in one.label)]


def _first_pair(
    ours: Sequence[Spot], theirs: Sequence[Spot], relation: Callable[[Spot, Spot], bool],
) -> tuple[Spot, Spot] | None:
    return next(((one, other) for one in ours for other in theirs if relation(one, other)), None)


def _is_same(one: Spot, other: Spot) -> bool:
    return one.place_id == other.place_id


def _is_within(one: Spot, other: Spot) -> bool:
    return one.place_id in other.within or other.place_id in one.within


def _share_county(one: Spot, other: Spot) -> bool:
    return not set(one.within[:-1]).isdisjoint(other.within[:-1])


def _is_town(one: Spot) -> bool:
    return len(one.within) > 1


def _towns(spots: Sequence[Spot]) -> list[Spot]:
    return [one for one in spots if _is_town(one)]


def _is_same_town(one: Spot, other: Spot) -> bool:
    return _is_same(one, other) and _is_town(one)


def _other_town(ours: Sequence[Spot], theirs: Sequence[Spot]) -> bool:
    """Whether both are of towns of one county, and not of the same ones."""
    towns, others = _towns(ours), _towns(theirs)
    return bool(towns and others) and _first_pair(towns, others, _share_county) is not None \
        and _first_pair(towns, others, _is_within) is None


def _may_be_within(one: Spot, other: Spot) -> bool:
    """A town whose county nobody knows, and a county of its state."""
    return one.within[-1:] == other.within[-1:] and len(one.within) == len(other.within) == 1 \
        and ("County" in one.label) != ("County" in other.label)


def _named(about: Sequence[Spot], everywhere: Sequence[Spot]) -> Spot | None:
    """The first place of the one article that the other names at all, if only by its county."""
    ids = {place for one in everywhere for place in (one.place_id, *one.within[:-1]) if one.within or "," in one.label}
    return next((one for one in about if one.place_id in ids or not ids.isdisjoint(one.within[:-1])), None)
