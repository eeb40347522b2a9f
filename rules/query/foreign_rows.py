"""Rewrites that depend on what stands beside a foreign word: signs before a word, and distances between alternatives.

Other systems join neighbours silently and let OR bind first; here AND is written, and alternatives stand in brackets.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from rules.query.pieces import Piece

_NEARS = ("NEAR", "ONEAR", "NOT_NEAR")
_JOINING = ("AND", "OR", *_NEARS)
Rewrite = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One level of brackets of a query."""

    query: str
    pieces: tuple[Piece, ...]

    def source(self, first: int, last: int) -> str:
        """The text from one piece to another, on one line."""
        return " ".join(self.query[self.pieces[first].start:self.pieces[last].end].split())


def signed(row: Row, first: int, what: str) -> str:
    """A term that must be there, joined to what stands before it."""
    return f"AND {what}" if first and not _joins(row.pieces[first - 1]) else what


def _joins(piece: Piece) -> bool:
    return piece.kind in (*_JOINING, "NOT") or set(piece.text) in ({"&"}, {"|"})


def negated(row: Row, first: int, last: int, what: str) -> str:
    """A term that must not be there, joined to what stands before it, or to what follows where it comes first."""
    if first:
        return f"{'' if _joins(row.pieces[first - 1]) else 'AND '}NOT {what}"
    follows = row.pieces[last + 1] if last + 1 < len(row.pieces) else None
    is_open = follows is not None and not _joins(follows) and follows.text[:1] not in "-+!"
    return f"NOT {what}{' AND' if is_open else ''}"


def together(row: Row, at: int, operator: str) -> Rewrite:
    """A distance with all alternatives beside it: `a OR b W/5 c` means `(a OR b) NEAR/4 c`.

    `operator` is NEAR/n or ONEAR/n, or sentence or paragraph, which enclose both sides. Where a side is missing or is
    itself a distance, the word alone is rewritten.
    """
    piece = row.pieces[at]
    is_unit = operator in ("sentence", "paragraph")
    inner = ("OR", *_NEARS) if is_unit else ("OR",)  # what binds closer than this distance
    first, last = _start(row, at, inner), _end(row, at, inner)
    if first is None or last is None:
        return piece.start, piece.end, operator
    left, right = (_bracketed(row, begin, end) for begin, end in ((first, at - 1), (at + 1, last)))
    if not is_unit and first == at - 1 and last == at + 1:
        return piece.start, piece.end, operator
    written = f"{operator}({left} AND {right})" if is_unit else f"{left} {operator} {right}"
    return row.pieces[first].start, row.pieces[last].end, written


def chained(row: Row, at: int, ours: Callable[[str], str]) -> Rewrite | None:
    """Several distances with alternatives among them, as one rewrite: `a W/5 b OR c W/3 d`. None for anything simpler.

    Elsewhere OR binds closest and distances are measured from left to right. `ours` gives a distance as it is here.
    """
    first, last = at, at
    while first and row.pieces[first - 1].kind not in ("AND", "NOT"):
        first -= 1
    while last + 1 < len(row.pieces) and row.pieces[last + 1].kind not in ("AND", "NOT"):
        last += 1
    run = range(first, last + 1)
    distances = [place for place in run if ours(row.pieces[place].text)]
    if len(distances) < 2 or not any(row.pieces[place].kind == "OR" for place in run):
        return None
    bounds = [first - 1, *distances, last + 1]
    groups = [(before + 1, behind - 1) for before, behind in pairwise(bounds)]
    if not all(begin <= end and is_alternating(row.pieces[begin:end + 1]) for begin, end in groups):
        return None
    written = _bracketed(row, *groups[0])
    for place, group in zip(distances, groups[1:], strict=True):
        left = written if place == distances[0] else f"({written})"
        written = f"{left} {ours(row.pieces[place].text)} {_bracketed(row, *group)}"
    return row.pieces[first].start, row.pieces[last].end, written


def is_alternating(pieces: Sequence[Piece]) -> bool:
    """Whether terms and OR take turns, or one term stands alone."""
    return len(pieces) % 2 == 1 and all(
        piece.kind == "OR" if at % 2 else _is_term(piece) for at, piece in enumerate(pieces))


def is_between(row: Row, at: int) -> bool:
    """Whether a term stands on either side."""
    return 0 < at < len(row.pieces) - 1 and _is_operand(row, at - 1) and _is_operand(row, at + 1)


def is_beside(row: Row, at: int) -> bool:
    """Whether a term stands directly before or behind, where only an operator could."""
    return any(0 <= place < len(row.pieces) and _is_operand(row, place) for place in (at - 1, at + 1))


def _start(row: Row, at: int, inner: Collection[str]) -> int | None:
    """Where the left side of a distance begins: alternatives belong to it."""
    if not at or not _is_operand(row, at - 1):
        return None
    first = at - 1
    while first >= 2 and row.pieces[first - 1].kind in inner and _is_operand(row, first - 2):
        first -= 2
    is_clear = not first or row.pieces[first - 1].kind in ("AND", "NOT")
    return first if is_clear else None


def _end(row: Row, at: int, inner: Collection[str]) -> int | None:
    if at + 1 >= len(row.pieces) or not _is_operand(row, at + 1):
        return None
    last = at + 1
    while last + 2 < len(row.pieces) and row.pieces[last + 1].kind in inner and _is_operand(row, last + 2):
        last += 2
    is_clear = last + 1 == len(row.pieces) or row.pieces[last + 1].kind == "AND"
    return last if is_clear else None


def _is_operand(row: Row, at: int) -> bool:
    return _is_term(row.pieces[at])


def _is_term(piece: Piece) -> bool:
    return piece.kind in ("LIST", "PHRASE", "group", "function", "field") or (
        piece.kind == "WORD" and "/" not in piece.text and piece.text[:1].isalnum())


def _bracketed(row: Row, first: int, last: int) -> str:
    source = row.source(first, last)
    is_choice = any(piece.kind == "OR" for piece in row.pieces[first:last + 1])
    return f"({source})" if is_choice else source


def alone(row: Row, first: int, last: int) -> bool:
    """Whether neither neighbour is a distance, which would need brackets around the rewrite."""
    beside = (row.pieces[at] for at in (first - 1, last + 1) if 0 <= at < len(row.pieces))
    return not any(piece.kind in _NEARS or "/" in piece.text for piece in beside)


def without(row: Row, at: int) -> Rewrite | None:
    """The row without one term and the operator that joined it; None where it stands alone."""
    pieces = row.pieces
    before = at - 1
    while before >= 0 and pieces[before].kind in ("AND", "OR", "NOT"):
        before -= 1
    if before >= 0:
        return pieces[before].end, pieces[at].end, ""
    after = at + 1
    while after < len(pieces) and pieces[after].kind in ("AND", "OR"):
        after += 1
    return (pieces[at].start, pieces[after].start, "") if after < len(pieces) else None
