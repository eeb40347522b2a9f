"""What an article counts of its event: 28 arrests, 3-2 votes, una veintena de detenidos.

A number counts where a word beside it says of what; money, ages, hours, years and shares are numbers of another kind.
Counts are read from the headline and the beginning, and never from a sentence that recalls something else.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from monitor.stories.lexicon import (
    AGAIN,
    COUNTED,
    DONE_TO,
    MONTHS,
    NOT_COUNTED,
    NUMBERS,
    PERSONS,
    ROUGHLY,
    ROUND,
    YEARLY,
    words_of,
)
from monitor.stories.model import Count
from monitor.stories.reached import casualties, is_reached, reached_kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.stories.reading import Sentence

KEPT = 8
_DIGITS = 7  # of a number: what is longer counts nobody
_AHEAD, _BEHIND = 9, 5  # words between a number and what it counts
_WHAT = {word: what for what, words in COUNTED.items() for word in words.split()}
_DONE = {word: what for what, words in DONE_TO.items() for word in words.split()}
_TENS = range(20, 100, 10)
# Beside those that were counted before: "two more", "los otros once".
_MORE = frozenset(("more", "other", "others", "otros", "otras", "remaining", "demas", "another"))
_OF_THEM = frozenset((first, second) for first, second in (
    ("of", "them"), ("of", "those"), ("of", "the"), ("de", "ellos"), ("de", "ellas"), ("de", "los"), ("de", "las")))
_IN_VOTES = frozenset(("votos", "votes", "a", "favor", "y"))
_BETWEEN = frozenset(("between", "entre"))
_WERE = frozenset(("were", "was", "are", "been", "fueron", "fue", "han", "estan", "sido"))
_LED_AWAY = frozenset((verb, way) for verb in ("led", "hauled", "marched", "driven", "drove")
                      for way in ("away", "out", "off"))
_NEVER = frozenset((911, 311, 287))  # two telephone numbers, and the programme 287(g)
_LONG_AGO = frozenset(("mes", "meses", "ano", "anos", "semana", "semanas"))
# Behind these a number is a name: State Road 29.
_NUMBERED = words_of("""
    road route highway interstate avenue street room building district distrito carretera ruta autopista edificio page
    article section articulo
""")
_NOT = frozenset(("not", "no"))
# What stands beside the people of whom something was done: detained by agents, arrested at an apartment complex.
_BESIDE = frozenset(("agents", "homes"))
_BY = frozenset(("by", "por", "in", "en", "at"))
# "Detuvieron dos autobuses": stopped, and not arrested.
_VEHICLES = words_of("""
    bus buses van vans truck trucks car cars vehicle vehicles autobus autobuses camion camiones camioneta camionetas
    carro carros vehiculo vehiculos
""")
_HOSPITAL = frozenset(("hospital", "hospitals", "hospitales", "ambulance", "ambulancia", "clinic", "clinica"))
_TREATED = frozenset(("taken", "treated", "rushed", "brought", "llevadas", "llevados", "trasladadas", "trasladados",
                      "atendidas", "atendidos"))
_ARRESTED = frozenset(word for word, what in _DONE.items() if what == "arrests") - frozenset(
    ("taken", "took", "llevaron", "llevaran", "llevados", "llevadas", "llevo"))
_LABORERS = (["laborers"], ["laborer"])  # five day laborers
_HALF = frozenset(("half", "media"))


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a sentence: words `first` to `last`, inclusive."""

    value: int
    first: int
    last: int
    exact: bool = True


def counts(sentences: Sequence[Sentence]) -> tuple[Count, ...]:
    """The counts of the article's own event, in the order in which it gives them, each number of a thing once."""
    found: dict[tuple[int, str], Count] = {}
    own = [one for one in sentences if is_own(one)]
    kinds = tuple(count.what for one in own for count in _things(one))
    for one in own:
        for count in (*_votes(one), *_things(one, kinds), *casualties(one)):
            known = found.get((count.number, count.what))
            if known is None or count.exact > known.exact:
                found[count.number, count.what] = count
    return tuple(found.values())[:KEPT]


def arrests_in(one: Sentence) -> tuple[int, ...]:
    """How many arrests a sentence tells of, each number once."""
    return tuple(dict.fromkeys(count.number for count in _things(one, ()) if count.what == "arrests"))


def is_own(one: Sentence) -> bool:
    """Whether what the sentence counts is of the article's own event."""
    return not (one.recalls or one.part == "rest" or (one.part == "near" and _tells_before(one)))


def _tells_before(one: Sentence) -> bool:
    """Whether it names a year, another raid, or months ago."""
    if any(len(key) == 4 and key.isdecimal() and key.startswith(("19", "20")) for key in one.keys):
        return True
    return not AGAIN.isdisjoint(pairwise(one.keys)) or ("hace" in one.keys and not _LONG_AGO.isdisjoint(one.keys))


def _things(one: Sentence, kinds: Sequence[str] | None = None) -> Iterator[Count]:
    """What the sentence counts; `kinds` are those of the article, of one of which "count rises to 41" speaks."""
    told = list(numbers(one))
    firsts = {number.first for number in told}
    for number in told:
        if number.value < 2 or not _counts(one, number):
            continue
        what = _what(one.keys[:_end(one, number)], number, firsts)
        if kinds is not None and what in ("", "people") and is_reached(one, number.first):
            what = reached_kind(one, number.first, kinds) or what
        if what:
            yield Count(number.value, what, number.exact)


def _end(one: Sentence, number: Number) -> int:
    """Where the clause of a number ends: "Four open roofs": ICE arrested nine."""
    return next((at for at in range(number.last + 1, len(one.keys)) if ":" in one.gaps[at] or ";" in one.gaps[at]),
                len(one.keys))


def _what(keys: Sequence[str], number: Number, firsts: set[int]) -> str:
    """What is counted: what was done to them where the sentence says so, else who they are."""
    ahead = _ahead(keys, number, firsts)
    behind = keys[max(0, number.first - _BEHIND):number.first]
    if _are_patients(behind, ahead) or not _VEHICLES.isdisjoint(ahead[:2]):
        return ""
    named = next((_WHAT[key] for at, key in enumerate(ahead[:_BEHIND + 1])
                  if key in _WHAT and (_WHAT[key] not in _BESIDE or _BY.isdisjoint(ahead[max(0, at - 3):at]))), "")
    done = next((_DONE[key] for key in reversed(behind) if key in _DONE), "")
    if not done and not _LED_AWAY.isdisjoint((*pairwise(behind), *pairwise(ahead[:_BEHIND]))):
        done = _DONE["taken"]
    if named in PERSONS:
        return next((_DONE[key] for at, key in enumerate(ahead) if key in _DONE and tuple(ahead[max(0, at - 2):at])
                     not in _OF_THEM), done) or named
    # "At least a dozen taken away": the deed right behind the number.
    beside = _DONE.get("".join(ahead[:1]), _DONE["custody"] if "held" in ahead[:2] and "be" not in ahead[:1] else "")
    return named or done or beside or _passive(keys[number.last + 1:number.last + 1 + _AHEAD])


def _are_patients(behind: Sequence[str], ahead: Sequence[str]) -> bool:
    """Two women were taken to a hospital."""
    said = (*behind, *ahead)
    if _HOSPITAL.isdisjoint(said):
        return False
    return _ARRESTED.isdisjoint(said) or not (_HOSPITAL.isdisjoint(ahead) or _TREATED.isdisjoint(ahead))


def _ahead(keys: Sequence[str], number: Number, firsts: set[int]) -> list[str]:
    """The words that follow, up to the next number or part; "41 people, not 28, were arrested" goes on."""
    found: list[str] = []
    at, end = number.last + 1, min(len(keys), number.last + 1 + _AHEAD)
    while at < end:
        denied = at + 1 + (keys[at] in ("and", "y"))
        if denied in firsts and keys[denied - 1] in _NOT:
            at = denied + 1
            continue
        if at in firsts or (keys[at] in ("and", "y") and found):
            break
        found.append(keys[at])
        at += 1
    return found


def _passive(ahead: Sequence[str]) -> str:
    """Of six gardeners who "were taken into custody"."""
    at = next((at for at, key in enumerate(ahead) if key in _WERE), len(ahead))
    return next((_DONE[key] for key in ahead[at:at + 4] if key in _DONE), "")


def _counts(one: Sentence, number: Number) -> bool:
    """Whether it is a number of things, and not money, an age, an hour, a share, or a part of them."""
    before, after = one.gaps[number.first], one.gaps[number.last + 1]
    behind = one.keys[number.last + 1:number.last + 3]
    if before.endswith(("$", ":", "#")) or after.startswith(("%", ":", "(", "/")):
        return False
    if before.startswith(",") and after.startswith(","):
        return False  # Kevin Lugo, 24, said
    if number.value in _NEVER or not (_NOT | _NUMBERED).isdisjoint(one.keys[max(0, number.first - 1):number.first]):
        return False
    beside = (*behind[:1], *one.keys[max(0, number.first - 1):number.first])
    if not NOT_COUNTED.isdisjoint(behind[:1]) and behind[1:] not in _LABORERS:
        return False
    if not _MORE.isdisjoint(beside) or tuple(behind) in _OF_THEM:
        return False
    return not _is_date(one.keys, number) and YEARLY.isdisjoint(pairwise(one.keys[number.last:]))


def _is_date(keys: Sequence[str], number: Number) -> bool:
    """March 10, 10 de marzo."""
    before = keys[number.first - 1] if number.first else ""
    return before in MONTHS or (keys[number.last + 1:number.last + 2] == ["de"]
                                and bool(MONTHS.keys() & keys[number.last + 2:number.last + 3]))


def numbers(one: Sentence) -> Iterator[Number]:
    keys, at = one.keys, 0
    while at < len(keys):
        found = _number_at(one, at)
        if found is None:
            at += 1
            continue
        yield found
        at = found.last + 1


def _number_at(one: Sentence, at: int) -> Number | None:
    keys, key = one.keys, one.keys[at]
    if key in ROUND:
        return Number(int(ROUND[key] * _times(keys, at)), at, at, exact=False)
    value, last = _digits(one, at) if key.isdecimal() else _in_words(one, at)
    if value is None:
        return None
    following = keys[last + 1] if last + 1 < len(keys) else ""
    if following.rstrip("s") in ROUND:
        return Number(value * ROUND[following.rstrip("s")], at, last + 1, exact=False)
    between = not _BETWEEN.isdisjoint(keys[max(0, at - 4):at])
    exact = ROUGHLY.isdisjoint(keys[max(0, at - 2):at]) and not between and value % 100 != 0
    return Number(value, at, last, exact)


def _times(keys: Sequence[str], at: int) -> float:
    return 1 if _HALF.isdisjoint(keys[max(0, at - 2):at]) else 0.5


def _digits(one: Sentence, at: int) -> tuple[int | None, int]:
    """1,200 is one number; a year and the 287 of 287(g) are none."""
    key, last = one.keys[at], at
    whole = key
    while last + 1 < len(one.keys) and one.gaps[last + 1] == "," and len(one.keys[last + 1]) == 3 \
            and one.keys[last + 1].isdecimal():
        last += 1
        whole += one.keys[last]
    if len(whole) > _DIGITS or (last == at and (len(key) == 4 and key.startswith(("19", "20")))):
        return None, at
    return int(whole), last


def _in_words(one: Sentence, at: int) -> tuple[int | None, int]:
    """Twenty-eight, treinta y una, cien."""
    value = NUMBERS.get(one.keys[at])
    if value is None:
        return None, at
    unit, last = None, at
    if value in _TENS and at + 1 < len(one.keys):
        if one.gaps[at + 1] == "-":
            unit, last = NUMBERS.get(one.keys[at + 1]), at + 1
        elif one.keys[at + 1] == "y" and at + 2 < len(one.keys):
            unit, last = NUMBERS.get(one.keys[at + 2]), at + 2
    return (value + unit, last) if unit and unit < 10 else (value, at)


def _votes(one: Sentence) -> Iterator[Count]:
    """4-3, cuatro contra tres, ocho votos a favor y uno en contra: in a sentence that speaks of a vote."""
    if not any(key.startswith(("vote", "voto", "votac", "aprob", "decid")) for key in one.keys):
        return
    told = [number for at in range(len(one.keys)) if (number := _number_at(one, at))]
    for ours, theirs in pairwise(told):
        between = [key for key in one.keys[ours.last + 1:theirs.first] if key not in _IN_VOTES]
        dash = theirs.first == ours.last + 1 and one.gaps[theirs.first] in ("-", "–", "‑")
        against = between in ([], ["contra"], ["to"]) and 0 < theirs.first - ours.last <= 6
        if (dash or against) and theirs.value <= ours.value <= 100:
            yield Count(ours.value, "votes")
            yield Count(theirs.value, "votes against")
            return
