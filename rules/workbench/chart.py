"""A chart of counts per day for a terminal: block characters, dates below, counts at the side; no colour needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

_BLOCKS = " ▁▂▃▄▅▆▇█"
_LEVELS = len(_BLOCKS) - 1
_ROWS = 4
_WIDEST = 62  # columns of bars: two months


@dataclass(frozen=True, slots=True)
class _Bars:
    """Counts in equal spans of `days` from `first` on, each drawn `wide` columns wide."""

    first: date
    days: int
    counts: tuple[int, ...]
    wide: int


def chart(counts: Mapping[date, int], first: date, last: date) -> list[str]:
    """Lines of less than 80 characters: the bars from `first` to `last`, the dates, the busiest day. A span without
    any count gives one line.

    More than two months are drawn in spans of several days, which is said.
    """
    total = sum(counts.get(first + timedelta(days=at), 0) for at in range((last - first).days + 1))
    if not total:
        return [f"none from {_day(first)} to {_day(last)}"]
    bars = _bars(counts, first, last)
    top = max(bars.counts)
    edge = len(str(top))
    lines = [f"{_label(row, top):>{edge}} ┤{_row(bars, row, top)}" for row in reversed(range(_ROWS))]
    axis = _dates(bars, last)
    return [*lines, f"{'':>{edge}} └{'─' * (len(bars.counts) * bars.wide)}", f"{'':>{edge}}  {axis}",
            _summary(counts, bars, first, last)]


def _bars(counts: Mapping[date, int], first: date, last: date) -> _Bars:
    length = (last - first).days + 1
    days = -(-length // _WIDEST)
    spans = [
        sum(counts.get(first + timedelta(days=at), 0) for at in range(start, min(start + days, length)))
        for start in range(0, length, days)
    ]
    return _Bars(first, days, tuple(spans), max(1, min(4, _WIDEST // len(spans))))


def _row(bars: _Bars, row: int, top: int) -> str:
    """One line of bars; row 0 is the lowest. A count that is not zero always shows."""
    gap = " " * (bars.wide > 1)
    return "".join(_cell(count, row, top) * (bars.wide - len(gap)) + gap for count in bars.counts).rstrip()


def _cell(count: int, row: int, top: int) -> str:
    height = max(round(count / top * _ROWS * _LEVELS), count > 0)
    return _BLOCKS[min(max(height - row * _LEVELS, 0), _LEVELS)]


def _label(row: int, top: int) -> str:
    """The count at the highest row, nothing at those between."""
    return str(top) if row == _ROWS - 1 else ""


def _dates(bars: _Bars, last: date) -> str:
    """The first and the last date below their ends, or one after the other where the chart is narrow."""
    start, end = _day(bars.first), _day(last)
    room = len(bars.counts) * bars.wide - len(start) - len(end)
    return f"{start}{' ' * room}{end}" if room > 0 else f"{start} to {end}"


def _summary(counts: Mapping[date, int], bars: _Bars, first: date, last: date) -> str:
    days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    most = max(days, key=lambda day: counts.get(day, 0))
    each = f"one bar is {bars.days} days; " if bars.days > 1 else ""
    empty = sum(1 for day in days if not counts.get(day))
    return (f"{each}{_rate(days, counts)} a day; most on {_day(most)}: {counts[most]}; "
            f"none on {empty} of {len(days)} days")


def _rate(days: Sequence[date], counts: Mapping[date, int]) -> str:
    rate = sum(counts.get(day, 0) for day in days) / len(days)
    return f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}" if rate >= 0.1 else f"{rate:.2f}"


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"
