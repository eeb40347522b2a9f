"""Tables for terminals: columns of a given width, for names in any script. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_GAP = "  "


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and how many places it has on the screen; what is longer is cut."""

    heading: str
    width: int


def line(columns: Sequence[Column], cells: Sequence[str]) -> str:
    """One row; blanks at its end are left out."""
    fitted = [fit(cell, column.width) for cell, column in zip(cells, columns, strict=True)]
    return _GAP.join(fitted).rstrip()


def fit(text: str, width: int) -> str:
    """The text in so many places on the screen, cut or filled up; signs that a screen acts upon are left out."""
    if len(text) <= width and text.isascii() and text.isprintable():
        return text.ljust(width)
    text = "".join(sign for sign in text if sign.isprintable())
    if places(text) > width:
        text = f"{_cut(text, width - 1)}…"
    return text + " " * (width - places(text))


def wrapped(text: str, width: int, indent: str) -> Iterator[str]:
    """The text in lines of so many places, each after `indent`; a word that is longer than a line is broken."""
    current = ""
    for word in text.split():
        if current and places(current) + 1 + places(word) > width:
            yield indent + current
            current = ""
        current = f"{current} {word}" if current else word
        while places(current) > width:
            kept = _cut(current, width)
            yield indent + kept
            current = current[len(kept):]
    if current:
        yield indent + current


def places(text: str) -> int:
    """How many columns of a terminal it takes: two a sign of Chinese, none an accent that stands above another sign."""
    return len(text) if text.isascii() else sum(_places(sign) for sign in text)


def _cut(text: str, width: int) -> str:
    taken = 0
    for at, sign in enumerate(text):
        taken += _places(sign)
        if taken > width:
            return text[:at]
    return text


def _places(sign: str) -> int:
    if unicodedata.combining(sign) or unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in ("W", "F") else 1
