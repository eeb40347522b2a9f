"""What an article counts of its event: 28 arrests, 3-2 votes, una veintena de detenidos.

A number counts where a word beside it says of what; money, ages, hours, years and shares are numbers of another kind.
Counts are read from the headline and the beginning, and never from a sentence that recalls something else.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from monitor.stories.lexicon import COUNTED, DONE_TO, MONTHS, NOT_COUNTED, NUMBERS, PERSONS, ROUGHLY, ROUND, YEARLY
from monitor.stories.model import Count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.stories.reading import Sentence

KEPT = 8
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
_HALF = frozenset(("half", "media"))


@dataclass(frozen=True, slots=True)
class _Number:
    """A number of a sentence: words `first` to `last`, inclusive."""

    value: int
    first: int
    last: int
    exact: bool = True


def counts(sentences: Sequence[Sentence]) -> tuple[Count, ...]:
    """The counts of the article's own event, in the order in which it gives them, each number of a thing once."""
    found: dict[tuple[int, str], Count] = {}
    for one in sentences:
        if one.recalls or one.part == "rest" or (one.part == "near" and _tells_years(one)):
            continue
        for count in (*_votes(one), *_things(one)):
            known = found.get((count.number, count.what))
            if known is None or count.exact > known.exact:
                found[count.number, count.what] = count
    return tuple(found.values())[:KEPT]


def _tells_years(one: Sentence) -> bool:
    return any(len(key) == 4 and key.isdecimal() and key.startswith(("19", "20")) for key in one.keys)


def _things(one: Sentence) -> Iterator[Count]:
    numbers = list(_numbers(one))
    firsts = {number.first for number in numbers}
    for number in numbers:
        if number.value < 2 or not _counts(one, number):
            continue
        what = _what(one.keys, number, firsts)
        if what:
            yield Count(number.value, what, number.exact)


def _what(keys: Sequence[str], number: _Number, firsts: set[int]) -> str:
    """What is counted: what was done to them where the sentence says so, else who they are."""
    ahead: list[str] = []
    for at in range(number.last + 1, min(len(keys), number.last + 1 + _AHEAD)):
        if at in firsts or (keys[at] in ("and", "y") and ahead):
            break
        ahead.append(keys[at])
    behind = keys[max(0, number.first - _BEHIND):number.first]
    close = ahead[:_BEHIND + 1]
    named = next((_WHAT[key] for key in close if key in _WHAT), "")
    done = next((_DONE[key] for key in reversed(behind) if key in _DONE), "")
    if named in PERSONS:
        return next((_DONE[key] for key in ahead if key in _DONE), done) or named
    return named or done or _passive(keys[number.last + 1:number.last + 1 + _AHEAD])


def _passive(ahead: Sequence[str]) -> str:
    """Of six gardeners who "were taken into custody"."""
    at = next((at for at, key in enumerate(ahead) if key in _WERE), len(ahead))
    return next((_DONE[key] for key in ahead[at:at + 4] if key in _DONE), "")


def _counts(one: Sentence, number: _Number) -> bool:
    """Whether it is a number of things, and not money, an age, an hour, a share, or a part of them."""
    before, after = one.gaps[number.first], one.gaps[number.last + 1]
    behind = one.keys[number.last + 1:number.last + 3]
    if before.endswith(("$", ":", "#")) or after.startswith(("%", ":", "(", "/")):
        return False
    if before.startswith(",") and after.startswith(","):
        return False  # Kevin Lugo, 24, said
    beside = (*behind[:1], *one.keys[max(0, number.first - 1):number.first])
    if not NOT_COUNTED.isdisjoint(behind[:1]) or not _MORE.isdisjoint(beside) or tuple(behind) in _OF_THEM:
        return False
    return not _is_date(one.keys, number) and YEARLY.isdisjoint(pairwise(one.keys[number.last:]))


def _is_date(keys: Sequence[str], number: _Number) -> bool:
    """March 10, 10 de marzo."""
    before = keys[number.first - 1] if number.first else ""
    return before in MONTHS or (keys[number.last + 1:number.last + 2] == ["de"]
                                and bool(MONTHS.keys() & keys[number.last + 2:number.last + 3]))


def _numbers(one: Sentence) -> Iterator[_Number]:
    keys, at = one.keys, 0
    while at < len(keys):
        found = _number_at(one, at)
        if found is None:
            at += 1
            continue
        yield found
        at = found.last + 1


def _number_at(one: Sentence, at: int) -> _Number | None:
    keys, key = one.keys, one.keys[at]
    if key in ROUND:
        return _Number(int(ROUND[key] * _times(keys, at)), at, at, exact=False)
    value, last = _digits(one, at) if key.isdecimal() else _in_words(one, at)
    if value is None:
        return None
    following = keys[last + 1] if last + 1 < len(keys) else ""
    if following.rstrip("s") in ROUND:
        return _Number(value * ROUND[following.rstrip("s")], at, last + 1, exact=False)
    between = not _BETWEEN.isdisjoint(keys[max(0, at - 4):at])
    exact = ROUGHLY.isdisjoint(keys[max(0, at - 2):at]) and not between and value % 100 != 0
    return _Number(value, at, last, exact)


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
    if last == at and (len(key) > 6 or (len(key) == 4 and key.startswith(("19", "20")))):
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
    numbers = [number for at in range(len(one.keys)) if (number := _number_at(one, at))]
    for ours, theirs in pairwise(numbers):
        between = [key for key in one.keys[ours.last + 1:theirs.first] if key not in _IN_VOTES]
        dash = theirs.first == ours.last + 1 and one.gaps[theirs.first] in ("-", "–", "‑")
        against = between in ([], ["contra"], ["to"]) and 0 < theirs.first - ours.last <= 6
        if (dash or against) and theirs.value <= ours.value <= 100:
            yield Count(ours.value, "votes")
            yield Count(theirs.value, "votes against")
            return
