"""Where an article says that people were arrested: the place, and the number that stands in one sentence with it.

Most places of an article are none where anything happened: where agents came from, where people were taken, the larger
city that readers know, the county that holds the town. What later coverage adds may be told to a whole channel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.stories.counts import arrests_in, is_own
from monitor.stories.general import AREAS
from monitor.stories.lexicon import words_of
from monitor.stories.reading import fold
from monitor.stories.terms import deeds
from rules.article import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.stories.model import Spot
    from monitor.stories.reading import Sentence

KEPT = 16
# Right before a place, these make another one of it: suburban Chicago, northwest of Houston, cerca de Yakima.
_NOT_THERE = words_of("""
    suburban suburb suburbs near outside beyond neighboring neighbouring greater metropolitan metro from based miles
    north south east west northern southern eastern western northeast northwest southeast southwest cerca afueras
    suburbios norte sur este oeste desde vecino vecina proximo after tras despues between
""")
# So do these a few words before: taken to Baltimore, the field office in Baltimore, sheriff of Lorain.
_ELSEWHERE = words_of("""
    taken moved transferred driven brought bused sent flown transported shipped trasladados trasladadas trasladaron
    llevados llevadas enviados enviadas office offices center centre jail prison facility court courthouse hospital
    headquarters oficina centro carcel prision corte tribunal lawyer lawyers attorney native resident vecina sheriff
    mayor police department alguacil alcalde policia organization based school university processed processing
    procesados procesadas reporters
""")
_OFFICES = words_of("""
    sheriff sheriffs sheriff's police deputies mayor county council board officials jail residents based office
    field
""")
_PASSED = words_of("in en de del the el la condado county of")
_TOWNS = words_of("city town village borough")
_LOOKS_BACK = 4


def scenes(sentences: Sequence[Sentence], places: Sequence[Spot]) -> tuple[tuple[str, int], ...]:
    """Ids of places with the number of arrests told of them, 0 where there is none; the first of them first."""
    named = [(spot, words) for spot in places if spot.within and (words := _words(spot))]
    found: dict[tuple[str, int], None] = {}
    for one in sentences:
        if not is_own(one):
            continue
        numbers = arrests_in(one)
        if numbers or "arrest" in deeds(one.keys):
            ids = [spot.place_id for spot, words in named if _is_scene(one, spot, words, named)]
            found.update(((place_id, number), None) for place_id in ids for number in numbers or (0,))
    return tuple(found)[:KEPT]


def _words(spot: Spot) -> tuple[str, ...]:
    """The words of its name without those that all counties have: Prince William."""
    words = tuple(fold(word) for word in text.words(spot.label.partition(",")[0]))
    return words[:-1] if words and words[-1] in AREAS else words


def _is_scene(
    one: Sentence, spot: Spot, words: tuple[str, ...], named: Sequence[tuple[Spot, tuple[str, ...]]],
) -> bool:
    full = len(text.words(spot.label.partition(",")[0]))
    for at in _mentions(one, words):
        # A county may be printed with the word, or without; a town with it is the county.
        end = at + (len(words) if AREAS.isdisjoint(one.keys[at + len(words):at + full]) else full)
        if not _is_aside(one, at, end) and not _is_held(one, at, words, named):
            return True
    return False


def _mentions(one: Sentence, words: tuple[str, ...]) -> Iterator[int]:
    yield from (at for at in range(len(one.keys)) if tuple(one.keys[at:at + len(words)]) == words
                and one.words[at][:1].isupper())


def _is_aside(one: Sentence, at: int, end: int) -> bool:
    before = one.keys[max(0, at - _LOOKS_BACK):at]
    if before[-1:] == ["of"] and _TOWNS.isdisjoint(before[-2:-1]):
        return True  # Tri-Summit Roofing, of Frederick
    close = [key for key in before if key not in _PASSED][-1:]
    return not (_NOT_THERE.isdisjoint(close) and _ELSEWHERE.isdisjoint(before)
                and _OFFICES.isdisjoint(one.keys[end:end + 1]))


def _is_held(one: Sentence, at: int, words: tuple[str, ...], named: Sequence[tuple[Spot, tuple[str, ...]]]) -> bool:
    """Whether it only says where the place before it is: in Manassas, in Prince William County."""
    start = at
    while start and one.keys[start - 1] in _PASSED:
        start -= 1
    return any(tuple(one.keys[max(0, start - len(other)):start]) == other for _, other in named if other != words)
