"""What stands after `place:` and in `watch`: a known name, "Town, ST" without an entry, or a mistake with a suggestion.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from rules.model import Place
from rules.places import states
from rules.places.tables import id_of
from rules.query.tree import PlaceRef, walk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from rules.query.tree import Node

WATCHED = "watched"  # place:watched, the team's own places
_TOWN = re.compile(r"(?P<name>[^\W\d_][\w .'’-]*[\w.]),\s*(?P<state>[A-Z]{2})")
SURE = 0.85  # how alike two names must be to be called a slip of the keyboard


def unlisted(named: Iterable[str], listed: Iterable[Place]) -> tuple[Place, ...]:
    """A place for every "Town, ST" among the names that has no entry: it counts where its state is told."""
    known = {spelling.casefold() for place in listed for spelling in (place.label, *place.aliases)}
    ids = {place.id for place in listed}
    found: dict[str, Place] = {}
    for name in named:
        town = _TOWN.fullmatch(name.strip())
        if town and town["state"] in states.codes() and name.casefold() not in known:
            place_id = id_of(town["name"], town["state"])
            if place_id not in ids:
                found.setdefault(place_id, Place(place_id, town["name"], town["state"], needs_state=True))
    return tuple(found.values())


def place_refs(node: Node) -> Iterator[PlaceRef]:
    """Every place:x and about:x of a query."""
    return (found for found in walk(node) if isinstance(found, PlaceRef))


def watched_ids(watch: Iterable[str], names: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The places that are watched; names that mean none or several are left out."""
    owners = (names.get(name.strip().casefold(), ()) for name in watch)
    return tuple(dict.fromkeys(found[0] for found in owners if len(found) == 1))


def is_town(name: str) -> bool:
    """Whether this is "Town, ST", or the id of such a place: both are understood without an entry."""
    town = _TOWN.fullmatch(name.strip())
    state = town["state"] if town else name.rpartition("-")[2].upper() if "-" in name else ""
    return state in states.codes()


def nearest(value: str, names: Mapping[str, tuple[str, ...]], cutoff: float = 0.6) -> str:
    """The id of the place whose name is most like `value`, or nothing.

    Among thousands of names only those are compared that begin alike and are about as long.
    """
    wanted = value.casefold()
    some = [name for name in names if name[:1] == wanted[:1] and abs(len(name) - len(wanted)) <= 5]
    close = get_close_matches(wanted, some, 1, cutoff)
    return (*names[close[0]], close[0])[0] if close else ""  # place:watched stands for any number of places


def slip_of(value: str, names: Mapping[str, tuple[str, ...]], unlisted: Collection[str]) -> str:
    """The entry in the same state that "Town, ST" is probably a misspelling of, or nothing."""
    wanted, _, state = value.casefold().rpartition(",")
    some = {name.rpartition(",")[0]: owners[0] for name, owners in names.items()
            if name.endswith(f",{state}") and owners[0] not in unlisted}
    close = get_close_matches(wanted, some, 1, SURE)
    return some[close[0]] if close else ""
