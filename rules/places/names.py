"""What stands after `place:` and in `watch`: a known name, "Town, ST" without an entry, or a mistake with a suggestion.

A state may be written as news writes it ("Baltimore, Md."), and Saint, Fort and Mount long or short.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from difflib import get_close_matches
from itertools import product
from typing import TYPE_CHECKING

from rules.model import Place
from rules.places import states
from rules.places.tables import id_of
from rules.query.tree import PlaceRef, walk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from rules.query.tree import Node

WATCHED = "watched"  # place:watched, the team's own places
_TOWN = re.compile(r"[^\W\d_][\w .'’-]*[\w.]")
_LONG_OR_SHORT = (("Saint", "St.", "St"), ("Sainte", "Ste.", "Ste"), ("Fort", "Ft.", "Ft"), ("Mount", "Mt.", "Mt"))
_SPELLINGS = {one.casefold(): some for some in _LONG_OR_SHORT for one in some}
SURE = 0.85  # how alike two names must be to be called a slip of the keyboard


def unlisted(named: Iterable[str], names: Mapping[str, tuple[str, ...]]) -> tuple[Place, ...]:
    """A place for every "Town, ST" among the names that has no entry: it counts where its state is told."""
    found: dict[str, Place] = {}
    for name in named:
        town = _town(name)
        if town and not owners_of(name, names) and (place_id := id_of(*town)) not in names:
            others = tuple(spelling for spelling in _spellings(town[0]) if spelling != town[0])
            found.setdefault(place_id, Place(place_id, *town, aliases=others, needs_state=True))
    return tuple(found.values())


def _town(name: str) -> tuple[str, str] | None:
    """Name and code of "Town, ST", "Town, Md." or "Town, Maryland"; "Maryland, Virginia" are two states."""
    head, _, tail = (part.strip() for part in name.rpartition(","))
    code = states.code_of(tail)
    if code not in states.codes() or not _TOWN.fullmatch(head):
        return None
    return None if len(tail) > len(code) and states.code_of(head) in states.codes() else (head, code)


def _spellings(name: str) -> list[str]:
    """The name with each Saint, Fort and Mount in it written long and short."""
    words = name.replace("’", "'").split()
    return [" ".join(some) for some in product(*(_SPELLINGS.get(word.casefold(), (word,)) for word in words))]


def owners_of(name: str, names: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The ids of the places that a person means by a name, however its state and its Saint are written.

    An alias with its state means the places of that state: "Philly, PA".
    """
    if found := names.get(name.strip().casefold()):
        return found
    head, _, tail = name.rpartition(",")
    code = states.code_of(tail) if head else ""
    suffix = f", {code.casefold()}" if code in states.codes() else ""
    spelled = [spelling.casefold() for spelling in _spellings(head if suffix else name)]
    if suffix:
        listed = next((names[f"{one}{suffix}"] for one in spelled if f"{one}{suffix}" in names), ())
        owners = (owner for one in spelled for owner in names.get(one, ()))
        return listed or tuple(dict.fromkeys(owner for owner in owners if owner.endswith(f"-{code.casefold()}")))
    return next((names[one] for one in spelled if one in names), ())


def called(places: Sequence[Place], named: Iterable[str], names: Mapping[str, tuple[str, ...]]) -> tuple[Place, ...]:
    """The places with the names that rules give them and no entry lists."""
    more: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for name in (name.strip() for name in named):
        if name.casefold() not in names:
            for owner in owners_of(name, names):
                more[owner][name] = None
    return tuple(replace(place, called=tuple(more[place.id])) if place.id in more else place for place in places)


def place_refs(node: Node) -> Iterator[PlaceRef]:
    """Every place:x and about:x of a query."""
    return (found for found in walk(node) if isinstance(found, PlaceRef))


def watched_ids(watch: Iterable[str], names: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The places that are watched; names that mean none or several are left out."""
    owners = (names.get(name.strip().casefold(), ()) for name in watch)
    return tuple(dict.fromkeys(found[0] for found in owners if len(found) == 1))


def is_town(name: str) -> bool:
    """Whether this is "Town, ST", or the id of such a place: both are understood without an entry."""
    return _town(name) is not None or ("-" in name and name.rpartition("-")[2].upper() in states.codes())


def nearest(value: str, names: Mapping[str, tuple[str, ...]], cutoff: float = 0.6) -> str:
    """The id of the place whose name is most like `value`, or nothing.

    A state's code means the state. Among thousands of names only those are compared that begin alike and are about as
    long.
    """
    if "," not in value and (state := states.place_id(states.code_of(value))) in names:
        return state
    wanted = value.casefold()
    some = [name for name in names if name[:1] == wanted[:1] and abs(len(name) - len(wanted)) <= 5]
    close = get_close_matches(wanted, some, 1, cutoff)
    return (*names[close[0]], close[0])[0] if close else ""  # place:watched stands for any number of places


def slip_of(value: str, names: Mapping[str, tuple[str, ...]], unlisted: Collection[str]) -> str:
    """The entry in the same state that "Town, ST" is probably a misspelling of, or nothing."""
    wanted, state = value.casefold().rpartition(",")[0], f" {states.code_of(value).casefold()}"
    some = {name.rpartition(",")[0]: owners[0] for name, owners in names.items()
            if name.endswith(f",{state}") and owners[0] not in unlisted}
    close = get_close_matches(wanted, some, 1, SURE)
    return some[close[0]] if close else ""
