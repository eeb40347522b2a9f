"""Figures that two articles share: hours, ages, sums, dates to come. A round one is anybody's, an odd one tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.stories.signal import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.stories.model import Features

MOST = 2.5  # many shared figures are one table of figures, told again
TWO_DIGITS = 2
_MARKED = {"y": 0.5, "/": 0.7, "000": 0.5}  # a year, a date to come, thousands of dollars


def figure_signals(a: Features, b: Features) -> Iterator[Signal]:
    """The figures in both, those left out that both count of the same things."""
    if not a.figures or not b.figures:
        return
    counted = {str(one.number) for one in a.counts}.union(str(one.number) for one in b.counts)
    known = set(b.figures) - counted
    if both := [one for one in a.figures if one in known]:
        strength = min(MOST, sum(map(weight, both)))
        yield Signal("same figures", "count", strength, f"{' and '.join(_shown(one) for one in both[:2])} in both")


def weight(figure: str) -> float:
    """How telling a figure is, from 0.2 to 1."""
    if figure.endswith(("h", ":30")):
        return 0.3 if figure.endswith("h") else 0.5
    if not figure.isdecimal():
        return next((value for mark, value in _MARKED.items() if mark in figure), 1.0)
    if len(figure.rstrip("0")) == 1 or (len(figure) == TWO_DIGITS and figure.endswith("5")):
        return 0.2
    return 0.5 if len(figure) == TWO_DIGITS else 1.0


def _shown(figure: str) -> str:
    return f"{figure[:-1]} o'clock" if figure.endswith("h") else figure.removeprefix("y")
