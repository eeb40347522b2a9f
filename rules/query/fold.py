"""The pieces of a query to a tree: what AND, OR, NOT and NEAR join, and every message about how they may not.

The pieces come from the parser as one flat row for each level of brackets; joining them here rather than in the grammar
is what lets a mistake be told in our words, with the reading that was probably meant.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn, cast

from rules.article import text
from rules.query.choices import refuse_mixed, refuse_neighbours, source
from rules.query.pieces import MAX_COUNT, MAX_DISTANCE, Piece, refuse
from rules.query.tree import (
    And,
    AtLeast,
    Case,
    Field,
    FieldName,
    ListRef,
    Near,
    Node,
    Not,
    Or,
    PlaceRef,
    Term,
    Within,
    Word,
    is_negative,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

MIN_PREFIX = 4
_NEARS = ("NEAR", "ONEAR", "NOT_NEAR")
_OPERATORS = ("AND", "OR", "NOT", *_NEARS)


def fold(query: str, pieces: Sequence[Piece], case: Case, start: int, end: int) -> Node:
    """One level of brackets: operands joined by AND or by OR, never by both. Raises Refused."""
    if not pieces:
        refuse("E204", "there is nothing to look for", start, max(end, start + 1), "write a word or a phrase")
    operands: list[Node] = []
    joiners: list[Piece] = []
    rest = list(reversed(pieces))
    while True:
        operands.append(_operand(query, rest, case, joiners[-1] if joiners else None))
        if not rest:
            break
        joiners.append(_joiner(query, rest, operands[-1], joiners[-1].kind if joiners else ""))
    kinds = {joiner.kind for joiner in joiners}
    if len(kinds) == 2:
        refuse_mixed(query, operands, joiners)
    if not joiners:
        return operands[0]
    whole = (operands[0].start, operands[-1].end)
    if kinds == {"AND"}:
        return And(tuple(operands), *whole)
    return Or(tuple(_positive(operand) for operand in operands), *whole)


def _positive(branch: Node) -> Node:
    if is_negative(branch):
        refuse("E250", "this branch of OR only says what must not be there", branch.start, branch.end,
               "nearly every article would match; say what must be there, AND NOT (...)")
    return branch


def _joiner(query: str, rest: list[Piece], before: Node, joined_by: str) -> Piece:
    piece = rest.pop()
    if piece.kind in ("AND", "OR"):
        return piece
    if piece.kind == "NOT":
        refuse("E213", "NOT needs AND before it", piece.start, piece.end, "write AND NOT",
               fix=(piece.start, piece.start, "AND "))
    if piece.kind in _NEARS:
        first = f"({source(query, before)})"
        refuse("E214", f"a second {piece.text} needs brackets", piece.start, piece.end,
               f"put the first pair in brackets: {first} {piece.text} ...", fix=(before.start, before.end, first))
    return refuse_neighbours(query, before, piece, rest, joined_by)


def _operand(query: str, rest: list[Piece], case: Case, joiner: Piece | None) -> Node:
    """[NOT] atom [NEAR/n atom], taken from the end of `rest`."""
    piece = _next(rest, joiner)
    if piece.kind == "NOT":
        child = _operand(query, rest, case, piece)
        return Not(child, piece.start, child.end)
    if piece.kind in _OPERATORS:
        refuse("E212", f"{piece.text} has nothing before it", piece.start, piece.end,
               "write a term on its left, or remove it")
    left = _atom(query, piece, case)
    if rest and rest[-1].kind in _NEARS:
        operator = rest.pop()
        after = _next(rest, operator)
        if after.kind in _OPERATORS:
            _refuse_nothing_after(operator)
        return _near(query, left, operator, _atom(query, after, case))
    return left


def _next(rest: list[Piece], joiner: Piece | None) -> Piece:
    if not rest and joiner is not None:
        _refuse_nothing_after(joiner)
    return rest.pop()


def _refuse_nothing_after(operator: Piece) -> NoReturn:
    refuse("E212", f"{operator.text} has nothing after it", operator.start, operator.end,
           "write a term on its right, or remove it")


def _near(query: str, left: Node, operator: Piece, right: Node) -> Node:
    distance = int(operator.text.rpartition("/")[2])
    if distance > MAX_DISTANCE:
        refuse("E215", f"{operator.text}: at most {MAX_DISTANCE} words can lie between", operator.start, operator.end,
               f"write a smaller number, or paragraph({source(query, left)} AND {source(query, right)})")
    for side in (left, right):
        if not gives_words(side):
            refuse("E216", f"{operator.text} measures between words, and this side is not a word", side.start, side.end,
                   "each side of NEAR is a word, a phrase, an @list, words joined by OR in brackets, or a NEAR")
    kind = operator.kind
    return Near(left, right, distance, kind == "ONEAR", kind == "NOT_NEAR", left.start, right.end)


def gives_words(node: Node) -> bool:
    """Whether a node stands for words at known places, as NEAR and lists need it."""
    if isinstance(node, Or):
        return all(gives_words(child) for child in node.children)
    return isinstance(node, Term | ListRef | Near)


def _atom(query: str, piece: Piece, case: Case) -> Node:
    start, end = piece.start, piece.end
    if piece.kind == "LIST":
        return ListRef(piece.text[1:], case, start, end)
    if piece.kind == "group":
        return replace(fold(query, piece.inside, case, start, end), start=start, end=end)
    if piece.kind == "field":
        return _field(query, piece, case)
    if piece.kind == "function":
        return _function(query, piece, case)
    return _term(piece.text, case, start, end)


def _function(query: str, piece: Piece, case: Case) -> Node:
    name, start, end = piece.text, piece.start, piece.end
    if name in ("exact", "anycase"):
        inner = fold(query, piece.inside, "exact" if name == "exact" else "any", start, end)
        return replace(inner, start=start, end=end)
    child = fold(query, piece.inside, case, start, end)
    if is_negative(child):
        refuse("E250", f"{name}(...) only says what must not be there", start, end, "add what must be there")
    if name.startswith("ATLEAST/"):
        count = int(name.rpartition("/")[2])
        if not 1 <= count <= MAX_COUNT:
            refuse("E215", f"{name}: the number must be 1 to {MAX_COUNT}", start, start + len(name),
                   f"say how many mentions are enough: ATLEAST/{MAX_COUNT if count else 3}(...)")
        return AtLeast(count, child, start, end)
    return Within("sentence" if name == "sentence" else "paragraph", child, start, end)


def _field(query: str, piece: Piece, case: Case) -> Node:
    name, start, end = piece.text[:-1], piece.start, piece.end
    if name in ("place", "about"):
        return replace(_places(piece.inside[0], name == "about"), start=start, end=end)
    inside = _taken_apart(piece.inside[0]) if name in ("url", "source", "section") else piece.inside[0]
    child = _atom(query, inside, case)
    if is_negative(child):
        refuse("E250", f"{name}: only says what must not be there", start, end, f"write NOT {name}:(...)")
    return Field(cast("FieldName", name), child, start, end)


def _taken_apart(piece: Piece) -> Piece:
    """The words of an address one by one, as they are indexed for `url:`; in a text an address is one word."""
    inside = tuple(_taken_apart(part) for part in piece.inside)
    spread = re.sub(r"[^\w*]+|_", " ", piece.text) if piece.kind in ("WORD", "PHRASE") else piece.text
    return replace(piece, text=spread, inside=inside)


def _places(piece: Piece, about: bool) -> Node:
    if piece.kind in ("WORD", "PHRASE"):
        return PlaceRef(piece.text.strip('"').strip(), about, piece.start, piece.end)
    names, joiners = piece.inside[::2], piece.inside[1::2]
    if piece.kind != "group" or len(names) != len(joiners) + 1 or any(joiner.kind != "OR" for joiner in joiners):
        refuse("E217", "only the names of places can stand here", piece.start, piece.end,
               'write place:baltimore, place:"Baltimore, MD" or place:(baltimore OR chicago)')
    found = tuple(_places(name, about) for name in names)
    return found[0] if len(found) == 1 else Or(found, piece.start, piece.end)


def _term(printed: str, case: Case, start: int, end: int) -> Term:
    """A word or a phrase; a word with signs inside (anti-ICE) is the phrase of its words."""
    found: list[Word] = []
    parts = printed.strip('"').split()
    _refuse_gap(parts, start, end)
    for part in parts:
        found += _words(part, case, start, end)
    if not found:
        what = "an empty phrase" if printed.startswith('"') else f'"{printed}" has no letters or digits and'
        refuse("E204", f"{what} matches nothing", start, end, "write at least one word")
    return Term(tuple(found), start, end)


def _refuse_gap(parts: list[str], start: int, end: int) -> None:
    """E233 for a phrase with * in place of a whole word between two others."""
    words = [at for at, part in enumerate(parts) if set(part) != {"*"}]
    gap = next((at for at in range(words[0], words[-1]) if at not in words), None) if words else None
    if gap is None:
        return
    behind = next(at for at in words if at > gap)
    sides = (parts[words[0]:gap], parts[behind:words[-1] + 1])
    left, right = (f'"{" ".join(side)}"' if len(side) > 1 else side[0] for side in sides)
    written = f"{left} ONEAR/{behind - gap} {right}"
    refuse("E233", "* cannot stand for a whole word in a phrase", start, end, f"write {written}",
           fix=(start, end, written))


def _words(part: str, case: Case, start: int, end: int) -> list[Word]:
    stem = part.rstrip("*.,;!?")
    is_prefix = "*" in part[len(stem):]
    if "*" in stem:
        refuse("E233", f'"{part}": * can stand only at the end of a word', start, end,
               "write the whole words, joined by OR")
    found = [_word(printed, case) for printed in text.words(stem)]
    if is_prefix and found:
        last = found[-1].surface
        if len(last) < MIN_PREFIX:
            refuse("E232", f'"{part}": at least {MIN_PREFIX} letters are needed before *', start, end,
                   "write more letters, or the whole words joined by OR")
        found[-1] = replace(found[-1], key=text.fold(last), is_prefix=True)
    return found


def _word(printed: str, case: Case) -> Word:
    surface = text.surface(printed)
    if case == "fold" and surface.isupper() and sum(letter.isalpha() for letter in surface) >= 2:
        case = "capitals"
    return Word(text.key(printed), surface, case)
