"""Numbers that stand far from what they count: arrests rise to 41, the tally is at 19, and a worker who died.

The rise of a count is told with few words, and most of all in headlines: "ICE raises count from 28 to 41".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.stories.lexicon import COUNTED, DONE_TO, ROUGHLY, words_of
from monitor.stories.model import Count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.stories.reading import Sentence

# What can be reached; of protesters and homes every report counts others.
KINDS = ("arrests", "injured", "dead", "missing", "released", "deported", "charged")
_OF_KIND = {word: what for what in KINDS for word in f"{COUNTED.get(what, '')} {DONE_TO.get(what, '')}".split()} | {
    "death": "dead", "muerte": "dead"}
_RISES = words_of("""
    rise rises rose risen raise raises raised grow grows grew grown climb climbs climbed jump jumps jumped increase
    increases increased up bring brings bringing brought update updates updated revised revises asciende ascienden
    ascendio ascendieron sube suben subio subieron eleva elevan elevo elevaron aumenta aumentan aumento aumentaron
    crece crecen llega llegan llego llegaron
""")
_TO = frozenset(("to", "a", "at", "hasta"))
_SUMS = words_of("count counts tally toll total number cifra saldo cuenta numero conteo")
_STANDS = words_of("now is at stands stood hits hit reaches reached es de llega")
_SO_MANY = words_of("son son~ van suman suma")  # "son" is a false friend
_RAIDS = words_of("ice raid raids sweep redada redadas operativo agents agentes immigration inmigracion")
_FOLLOW = words_of("in on after since so for as at by from de en tras desde por segun luego hasta this")
_ENDS = (";", ":", "—", "–")
_BACK = 14  # bringing the number of people arrested in Prince George's County on Tuesday to 31

# One of these alone is one person.
_PERSON = words_of("""
    worker man woman person boy girl child teen teenager laborer farmworker roofer detainee immigrant migrant
    employee resident driver father mother protester student trabajador trabajadora hombre mujer persona nino nina
    joven obrero obrera jornalero empleado empleada inmigrante migrante detenido detenida vecino vecina techador
    manifestante estudiante
""")
_SUFFERED: dict[str, str] = {
    word: what for what, words in {
        "dead": "died dies killed dead muere murio fallece fallecio muerto muerta fallecido fallecida",
        "injured": "injured hurt wounded herido herida lesionado lesionada",
        "missing": "missing desaparecido desaparecida",
    }.items() for word in words.split()}
_OF_ONE = words_of("""
    was is has had been got left later also ha fue resulto quedo esta sigue habia un una a one el la the
""")
_ONE = words_of("a an one un una")
_NONE = words_of("no not nobody never ningun ninguna nunca nadie if si whose")


def is_reached(one: Sentence, first: int) -> bool:
    """Whether the number that begins there is what a count has come to."""
    keys = _clause(one, first)
    while keys and (keys[-1] in ROUGHLY or keys[-1] == "than"):
        keys = keys[:-1]
    if not keys:
        return False
    if keys[-1] in _TO and not _RISES.isdisjoint(keys):
        return True
    if keys[-1] in _SO_MANY | {"ya"} and not (_SO_MANY | {"ya"}).isdisjoint(keys[-2:-1]):
        return True
    return (keys[-1] in _STANDS or keys[-1] in _SUMS) and not _SUMS.isdisjoint(keys[-4:])


def reached_kind(one: Sentence, first: int, known: Sequence[str]) -> str:
    """What has come to that number: what its clause says, else what the article counts (`known`); else empty."""
    before, after = _clause(one, first), one.keys[first + 1:first + 7]
    for keys in (before[::-1], after):
        if what := next((_OF_KIND[key] for key in keys if key in _OF_KIND), ""):
            return what
    if _SUMS.isdisjoint(before) and not _is_so_many(before):
        return ""
    if one.keys[first + 1:first + 2] and not one.gaps[first + 1].strip() and one.keys[first + 1] not in _FOLLOW:
        return ""  # 41 counties
    told = (*known, *(_OF_KIND[key] for key in one.keys if key in _OF_KIND))
    return next((what for what in told if what in KINDS), "" if _RAIDS.isdisjoint(one.keys) else "arrests")


def casualties(one: Sentence) -> Iterator[Count]:
    """One person who died, is hurt or missing: a worker died, one man was killed, murió un trabajador."""
    for at, key in enumerate(one.keys):
        what = _SUFFERED.get(key, "")
        denied = not _NONE.isdisjoint(one.keys[max(0, at - 5):at])
        if what and not denied and (_sufferer_before(one, at) or _sufferer_after(one, at)):
            yield Count(1, what)


def _sufferer_before(one: Sentence, at: int) -> bool:
    """A worker was killed; in a headline "Worker dies"."""
    person = at - 1
    while person > 0 and one.keys[person] in _OF_ONE and at - person < 4:
        person -= 1
    if person < 0 or one.keys[person] not in _PERSON or _is_broken(one, person + 1, at):
        return False
    return one.part == "title" or not _ONE.isdisjoint(one.keys[max(0, person - 3):person])


def _sufferer_after(one: Sentence, at: int) -> bool:
    """Murió un trabajador; left one worker dead stands before."""
    behind = one.keys[at + 1:at + 5]
    return not (_ONE.isdisjoint(behind[:1]) or _PERSON.isdisjoint(behind) or _is_broken(one, at + 1, at + 2))


def _clause(one: Sentence, first: int) -> list[str]:
    """The words before it, back to where its clause begins."""
    start = max(0, first - _BACK)
    for at in range(first, start, -1):
        if any(mark in one.gaps[at] for mark in _ENDS):
            return one.keys[at:first]
    return one.keys[start:first]


def _is_so_many(keys: Sequence[str]) -> bool:
    return not _SO_MANY.isdisjoint(keys[-2:])


def _is_broken(one: Sentence, start: int, end: int) -> bool:
    return any(one.gaps[at].strip() for at in range(start, end + 1))
