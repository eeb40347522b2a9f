"""One reason for or against: what the comparing rooms (same_place, same_day ...) yield, and compare weighs."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["copy", "words", "place", "day", "count", "name", "time", "topic"]


class Signal(NamedTuple):
    """Its row in the table of weights, what kind of evidence it is, how strong (0 to about 2), and in words."""

    row: str
    kind: Kind
    strength: float
    words: str
