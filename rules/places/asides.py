"""Mentions that do not say where the news is: an agency's office, where somebody is held, what happened years ago.

Such a mention is a mention to `place:`, but no place is near what a rule found, or what an article is about, for it
alone. Measured on labelled news: of 4 places that were named once, in a sentence about a past year, and of 8 that a
detention centre stands in, none was a place of the story.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from rules.article.spans import between
from rules.places import states
from rules.places.mentions import are_listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules.article.document import Document
    from rules.places.mentions import Name

_CUSTODY = frozenset(("detention", "lockup", "holding", "detencion"))
_WHERE = frozenset(("in", "at", "near", "outside", "en"))
_REACH = 6  # words before the name in which "detention" may stand: "a detention center run by GEO in Lumpkin"
# Between the name and its detention centre none of these stands: "arrested in Salem and sent to a detention center".
_PART_WORDS = """
a an the and or but for to in at by of from with after before on as where who which that was were is are has have had
be been while when then un una el la y o pero por para en de con
"""
_PARTS = frozenset(_PART_WORDS.split())
YEARS_AGO = 2  # from then on it is history; last year's events are often this year's news


def telling(document: Document, names: Sequence[Name], named: Mapping[str, list[Name]]) -> dict[str, list[Name]]:
    """Of the mentions of each place, `named`, those that may say where the news is; `names` are all in reading order.

    A past event speaks only against a place that is named once: others have their reason to come up again.
    """
    past = _years(document)
    kept = {}
    for place_id, some in named.items():
        once = past and len(some) == 1 and _is_past(document, some[0], past)
        kept[place_id] = [] if once else [
            name for name in some if not (_is_office(name) or _holds_people(document, name))]
    district = states.place_id("DC")
    if district in kept:
        beside = _beside_states(document, names)
        kept[district] = [name for name in kept[district] if name.first not in beside]
    return kept


def _beside_states(document: Document, names: Sequence[Name]) -> set[int]:
    """Where names stand in a list beside a state: "Maryland, Virginia and Washington, D.C."."""
    found = set()
    for at, (one, other) in enumerate(pairwise(names)):
        if are_listed(document, names, at, at + 1):
            found |= {name.first for name, beside in ((one, other), (other, one))
                      if beside.alias.state not in ("", "DC")}
    return found


def _is_office(name: Name) -> bool:
    """FBI Baltimore, ICE Miami: an agency's office, which speaks for a whole region."""
    return name.before.isupper() and name.before.isalpha() and 1 < len(name.before) < 6 and not name.block.capitals


def _holds_people(document: Document, name: Name) -> bool:
    """A detention center in Lumpkin, Georgia; the Adelanto ICE detention facility."""
    keys, block = document.keys, name.block
    for word in keys[name.last + 1:min(name.last + 4, block.first + block.count)]:
        if word in _CUSTODY:
            return True
        if word in _PARTS:
            break
    before = keys[max(block.first, name.first - _REACH):name.first]
    return bool(before) and before[-1] in _WHERE and not _CUSTODY.isdisjoint(before)


def _years(document: Document) -> list[tuple[int, int]]:
    """Position and number of each year in the text; none where none is past, and for undated articles, which have no
    past."""
    published = document.article.published_at
    if published is None:
        return []
    found = sorted((at, int(key)) for key, positions in document.indexes["text"].items()
                   if len(key) == 4 and key[:2] in ("19", "20") and key.isdecimal() for at in positions)
    return found if any(year <= published.year - YEARS_AGO for _, year in found) else []


def _is_past(document: Document, name: Name, years: list[tuple[int, int]]) -> bool:
    """Whether the sentence tells a past year, and none of today."""
    block, published = name.block, document.article.published_at
    if published is None or not between(years, block.first, block.first + block.count):
        return False
    told = between(years, *document.sentence_of(name.first))
    return bool(told) and max(year for _, year in told) <= published.year - YEARS_AGO
