"""Spellings of places, laid out for a scan that stops only where a place name may begin."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rules.article import text
from rules.places import outlets, states

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rules.model import Place

Words = tuple[str, ...]
REMEMBERED = 20_000  # words beside and in names: news uses few of them often
_SHORTENED = {"St. ": "Saint ", "Ste. ": "Sainte ", "Fort ": "Ft. ", "Mount ": "Mt. "}
# How Spanish calls a place of which the English name ends so.
_SPANISH = {" County": "condado de ", " Parish": "parroquia de "}


@dataclass(frozen=True, slots=True)
class Alias:
    """One spelling. `words` keep a possessive 's; lower-case words of the alias may be lower-case in the text."""

    words: Words
    capitals: tuple[bool, ...]
    places: tuple[Place, ...]
    has_county: bool
    has_comma: bool = False
    state: str = ""  # the code, if this is the name of a whole state


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Under the key of a first word the lengths of the names that begin so, longest first; and the names by words.

    `pairs` are the first two words of all longer names, `small` the keys with which a name may begin in lower case
    (condado de ...), `places` all places by id.
    """

    by_first: Mapping[str, tuple[int, ...]]
    by_words: Mapping[Words, Alias]
    pairs: frozenset[Words]
    small: frozenset[str]
    places: Mapping[str, Place]


def build(places: Sequence[Place]) -> Gazetteer:
    """Index every spelling of the places. Places may share a name."""
    owners: defaultdict[Words, dict[str, Place]] = defaultdict(dict)
    printed: dict[Words, str] = {}
    for place in places:
        for spelling in spellings(place):
            if words := tuple(map(alias_word, text.words(spelling))):
                owners[words][place.id] = place
                printed.setdefault(words, spelling)
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    small: set[str] = set()
    by_words: dict[Words, Alias] = {}
    for words, found in owners.items():
        parts = text.words(printed[words])
        by_words[words] = _alias(words, printed[words], parts, tuple(found.values()))
        lengths[text.key(parts[0])].add(len(words))
        if not parts[0][0].isupper():
            small.add(text.key(parts[0]))
    by_first = {first: tuple(sorted(known, reverse=True)) for first, known in lengths.items()}
    pairs = frozenset(words[:2] for words in by_words if len(words) > 1)
    return Gazetteer(by_first, by_words, pairs, frozenset(small), {place.id: place for place in places})


def spellings(place: Place) -> Iterator[str]:
    """Name and aliases, and what follows from them: Saint for St., Prince Georges County, condado de Montgomery."""
    for spelling in (place.name, *place.aliases):
        yield spelling
        for short, long in _SHORTENED.items():
            if spelling.startswith(short):
                yield long + spelling.removeprefix(short)
        for ending, opening in _SPANISH.items():
            if spelling.endswith(ending):
                yield opening + spelling.removesuffix(ending)
                if "'" in spelling:
                    yield spelling.replace("'", "")


def _alias(words: Words, spelling: str, parts: Sequence[str], places: tuple[Place, ...]) -> Alias:
    capitals = tuple(word[:1].isupper() for word in parts)
    has_county = not outlets.COUNTY.isdisjoint(words) or words[0] in ("condado", "parroquia")
    state = next((states.code_of_id(place.id) for place in places if states.code_of_id(place.id)), "")
    return Alias(words, capitals, places, has_county, "," in spelling, state)


@lru_cache(REMEMBERED)
def alias_word(word: str) -> str:
    """Casefolded, accents and dots gone, apostrophes kept: Prince George's is not Prince George."""
    if word.isascii() and word.isalnum():
        return word.casefold()
    plain = text.fold(word).replace(".", "")
    for mark in "\u2018\u2019\u02bc":
        plain = plain.replace(mark, "'")
    return plain
