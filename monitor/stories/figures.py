"""Figures that an article gives, whatever they count: hours, ages, dates to come, sums, years. They know no language.

Two reports of one event that share no word do share "6:40 a.m.", "de 55 años", "$3,500" or the day of the hearing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.stories.counts import numbers
from monitor.stories.lexicon import MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from monitor.stories.counts import Number
    from monitor.stories.reading import Sentence

KEPT = 32
SMALLEST = 13  # what is smaller stands in every report
_EVERYWHERE = frozenset((24, 48, 100, 911, 1000, 1000000))
_OF_DAY = frozenset(("am", "pm"))
_PARTS_OF_DAY = frozenset(("manana", "tarde", "noche", "madrugada"))


def figures(sentences: Sequence[Sentence], told: Sequence[date], at: datetime) -> tuple[str, ...]:
    """Figures of the article's own event, each once: "6:40", "8h", "55", "$3500", "5/8", "y2009".

    `told` are its days, which are compared as days.
    """
    known = {f"{day.month}/{day.day}" for day in told}
    found: dict[str, None] = {}
    for one in sentences:
        if not one.recalls:
            found.update((figure, None) for figure in _in_sentence(one, at) if figure not in known)
    return tuple(found)[:KEPT]


def _in_sentence(one: Sentence, at: datetime) -> Iterator[str]:
    yield from _years(one, at)
    ended = -1
    for number in numbers(one):
        if number.first <= ended:
            continue
        clock, last = _clock(one, number)
        if clock:
            ended = last
            yield clock
        elif month := _month(one.keys, number):
            if number.value <= 31:
                yield f"{month}/{number.value}"
        elif not one.gaps[number.last + 1].startswith("("):  # 287(g)
            yield from _plain(one, number)


def _plain(one: Sentence, number: Number) -> Iterator[str]:
    if one.gaps[number.first].endswith("$"):
        yield f"${number.value}"
    elif number.value >= SMALLEST and number.value not in _EVERYWHERE and number.exact:
        yield str(number.value)


def _years(one: Sentence, at: datetime) -> Iterator[str]:
    """Years that are long past: since 2009, a 2011 conviction."""
    for key in one.keys:
        if len(key) == 4 and key.isdecimal() and 1900 <= int(key) < at.year - 1:
            yield f"y{key}"


def _clock(one: Sentence, number: Number) -> tuple[str, int]:
    """The hour and the last word of it: 6:40 a.m., 8 a.m., las nueve y media; nothing where it is no hour."""
    keys, gaps, behind = one.keys, one.gaps, number.last + 1
    following = keys[behind:behind + 4]
    hour = number.value % 12
    if number.value > 24:
        return "", number.last
    if following and gaps[behind] == ":" and following[0].isdecimal():
        minutes = following[0]
        return (f"{hour}h" if minutes == "00" else f"{hour}:{minutes}"), behind
    if not _OF_DAY.isdisjoint(following[:1]):
        return f"{hour}h", behind
    if keys[max(0, number.first - 1):number.first] == ["las"]:
        if following[:2] == ["y", "media"]:
            return f"{hour}:30", behind + 1
        if following[:1] == ["de"] and not _PARTS_OF_DAY.isdisjoint(following[1:3]):
            return f"{hour}h", behind
    return "", number.last


def _month(keys: Sequence[str], number: Number) -> int | None:
    """May 8, 8 de mayo."""
    before = keys[number.first - 1] if number.first else ""
    after = keys[number.last + 2:number.last + 3] if keys[number.last + 1:number.last + 2] == ["de"] else []
    return MONTHS.get(before) or (MONTHS.get(after[0]) if after else None)
