"""Spellings of places, laid out for a scan that stops only where a place name may begin."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules import outlets, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules.model import Place

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alias:
    """One spelling. `words` keep a possessive 's; lower-case words of the alias may be lower-case in the text."""

    words: Words
    capitals: tuple[bool, ...]
    places: tuple[Place, ...]
    has_county: bool


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All aliases under the key of their first word, longest first."""

    by_first: Mapping[str, tuple[Alias, ...]]


def build(places: Sequence[Place]) -> Gazetteer:
    """Index every name, alias and "Name, State" label of the places. Places may share a name."""
    owners: defaultdict[Words, list[Place]] = defaultdict(list)
    printed: dict[Words, str] = {}
    for place in places:
        for spelling in dict.fromkeys((place.name, *place.aliases)):
            if words := tuple(alias_word(word) for word in text.words(spelling)):
                owners[words].append(place)
                printed.setdefault(words, spelling)
    by_first: defaultdict[str, list[Alias]] = defaultdict(list)
    for words in sorted(owners, key=len, reverse=True):
        alias = _alias(words, printed[words], tuple(dict.fromkeys(owners[words])))
        by_first[text.key(text.words(printed[words])[0])].append(alias)
    return Gazetteer({first: tuple(found) for first, found in by_first.items()})


def _alias(words: Words, spelling: str, places: tuple[Place, ...]) -> Alias:
    capitals = tuple(word[:1].isupper() for word in text.words(spelling))
    return Alias(words, capitals, places, any(word in outlets.COUNTY or word == "condado" for word in words))


def alias_word(word: str) -> str:
    """Casefolded, accents and dots gone, apostrophes kept: Prince George's is not Prince George."""
    plain = text.fold(word).replace(".", "")
    for mark in "\u2018\u2019\u02bc":
        plain = plain.replace(mark, "'")
    return plain
