"""What place a person means who types "baltimore", "Prince George's" or "Baltimore, Maryland" into a file."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from rules.article import text
from rules.places import states
from rules.places.gazetteer import alias_word, spellings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rules.model import Place
    from rules.places.gazetteer import Words


def find_place(name: str, places: Iterable[Place]) -> tuple[Place, ...]:
    """The places that a name may mean: none, one, or several of which the person has to choose.

    An id or a label names one place. Of several places of one name the one that stands without its state is meant.
    """
    wanted, state = _parted(name)
    every = list(places)
    exact = [place for place in every if name.strip().casefold() in (place.id, place.label.casefold())]
    if exact:
        return tuple(exact[:1])
    found = [
        place for place in every
        if (not state or place.state == state) and any(_words(spelling) == wanted for spelling in spellings(place))]
    alone = [place for place in found if not place.needs_state]
    return tuple(alone if len(alone) == 1 else found)


def _parted(name: str) -> tuple[Words, str]:
    """The words of a name without the state after its comma, and the state's code."""
    head, comma, tail = name.rpartition(",")
    code = states.code_of(tail) if comma else ""
    return (_words(head), code) if code in states.codes() else (_words(name), "")


_SHORT = {"saint": "st", "sainte": "ste", "fort": "ft", "mount": "mt"}


def _words(spelling: str) -> Words:
    return tuple(_SHORT.get(word, word) for word in map(alias_word, text.words(spelling)))


def place_suggestions(name: str, places: Iterable[Place], count: int = 3) -> Sequence[str]:
    """Labels of the places whose names are most like a misspelled one, the likeliest first.

    Among thousands of names only those that begin alike and are about as long are compared.
    """
    wanted = text.fold(name.strip())
    labels: dict[str, str] = {}
    for place in places:
        for spelling in (place.label, place.name, *place.aliases):
            folded = text.fold(spelling)
            if folded[:1] == wanted[:1] and abs(len(folded) - len(wanted)) <= 4:
                labels.setdefault(folded, place.label)
    close = get_close_matches(wanted, labels, 2 * count, 0.7)
    return tuple(dict.fromkeys(labels[folded] for folded in close))[:count]
