"""Words by which a story is told, in one spelling for English and Spanish: what is left without names and commonplaces.

Some words have their like in a table; of the others a beginning of six letters stands for all their forms, which also
joins many that the two languages share: operation, operación.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from monitor.stories.concepts import DEEDS
from monitor.stories.general import COUNTRIES
from monitor.stories.lexicon import MONTHS, NUMBERS, WEEKDAYS
from monitor.stories.ordinary import ORDINARY
from monitor.stories.things import THINGS
from rules.article import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from monitor.stories.reading import Part, Sentence

KEPT = 48
STEM = 6
SHORTEST = 5
_WEIGHTS: Mapping[Part, float] = {"title": 2.5, "opening": 2.0, "near": 1.0, "rest": 0.6}
_RECALLED = 0.2


def words(sentences: Sequence[Sentence], known: AbstractSet[str], named: AbstractSet[str]) -> tuple[str, ...]:
    """The telling words of an article, the most telling first; `known` are words that tell nothing, `named` names."""
    weights: defaultdict[str, float] = defaultdict(float)
    for one in sentences:
        weight = _RECALLED if one.recalls else _WEIGHTS[one.part]
        for term in set(_terms(one.keys, known, named)):
            weights[term] += weight
    return tuple(sorted(weights, key=lambda term: -weights[term])[:KEPT])


def _terms(keys: Sequence[str], known: AbstractSet[str], named: AbstractSet[str]) -> Iterator[str]:
    things = _table(THINGS)
    for key, following in zip(keys, [*keys[1:], ""], strict=True):
        if key in named:
            continue
        thing = things.get(f"{key} {following}") or things.get(key)
        if thing:
            yield thing
        elif len(key) >= SHORTEST and key[:STEM] not in known and known.isdisjoint(text.keys(key)) \
                and not is_ordinary(key):
            yield _stem(key)


@lru_cache(maxsize=50_000)
def _stem(key: str) -> str:
    """A beginning of six letters in a spelling that cognates share: comisión, commission; fotógrafo, photographer."""
    plain = key.replace("ph", "f").replace("th", "t").replace("qu", "c").replace("y", "i").replace("k", "c")
    return "".join(char for at, char in enumerate(plain) if at == 0 or char != plain[at - 1])[:STEM]


def kinds(sentences: Sequence[Sentence], table: str) -> tuple[str, ...]:
    """Which lines of a table the headline and opening speak of, in their order."""
    known = _table(table)
    found: dict[str, None] = {}
    for one in sentences:
        if one.part in ("title", "opening"):
            for key, following in zip(one.keys, [*one.keys[1:], ""], strict=True):
                kind = known.get(f"{key} {following}") or known.get(key)
                if kind:
                    found[kind] = None
    return tuple(found)


def deeds(keys: Iterable[str]) -> set[str]:
    """What a row of words speaks of."""
    known = _table(DEEDS)
    return {known[key] for key in keys if key in known}


@cache
def _table(table: str) -> dict[str, str]:
    """Word, or two words, to the thing they mean."""
    found: dict[str, str] = {}
    entries = table.replace("\n", " ").split(";") if ";" in table else table.replace("\n      ", " ").splitlines()
    for line in entries:
        thing, _, printed = line.partition(":")
        found.update((word.replace("+", " "), thing.strip()) for word in printed.split())
    return found


@lru_cache(maxsize=50_000)
def is_ordinary(key: str) -> bool:
    """Whether a word stands in news of any kind."""
    if key in _SHORT or key in NUMBERS or key in MONTHS or key in WEEKDAYS or key in COUNTRIES or key.isdecimal():
        return True
    return key.startswith(_LONG) or key.isdecimal()


_SHORT = frozenset(ORDINARY.split())
_LONG = tuple(word for word in ORDINARY.split() if len(word) > 4)
