"""The pieces of a query to a tree: what AND, OR, NOT and NEAR join, and every message about how they may not.

The pieces come from the parser as one flat row for each level of brackets; joining them here rather than in the grammar
is what lets a mistake be told in our words, with the reading that was probably meant.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn, cast

from rules.article import text
from rules.query.pieces import Piece, refuse
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

MAX_DISTANCE = 50
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
        joiners.append(_joiner(query, rest, operands[-1]))
    kinds = {joiner.kind for joiner in joiners}
    if len(kinds) == 2:
        _refuse_mixed(query, operands, joiners)
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


def _joiner(query: str, rest: list[Piece], before: Node) -> Piece:
    piece = rest.pop()
    if piece.kind in ("AND", "OR"):
        return piece
    if piece.kind == "NOT":
        refuse("E213", "NOT needs AND before it", piece.start, piece.end, "write AND NOT",
               fix=(piece.start, piece.start, "AND "))
    if piece.kind in _NEARS:
        first = f"({_source(query, before)})"
        refuse("E214", f"a second {piece.text} needs brackets", piece.start, piece.end,
               f"put the first pair in brackets: {first} {piece.text} ...", fix=(before.start, before.end, first))
    return _refuse_neighbours(query, before, piece, rest)


_FIELD_OF_ONE = re.compile(r"(?:NOT\s+)?(?P<field>[a-z]+:)(?P<word>[^\s()\"]+)")
_SHORT_NEAR = re.compile(r"(?P<kind>[nNwW])(?P<n>[1-9]\d?)")  # EBSCO: n5 in any order, w5 in this order


def _refuse_neighbours(query: str, before: Node, piece: Piece, rest: Sequence[Piece]) -> NoReturn:
    """E213 with the phrase, AND and OR to choose from; what a field or n5 was meant for goes first."""
    left, right = _source(query, before), query[piece.start:piece.end]
    if (near := _SHORT_NEAR.fullmatch(right)) and rest:
        operator = f"{'NEAR' if near['kind'] in 'nN' else 'ONEAR'}/{near['n']}"
        refuse("E213", f'"{right}" is read as a word, not as an operator', piece.start, piece.end, f"write {operator}",
               fix=(piece.start, piece.end, operator))
    if (field := _FIELD_OF_ONE.fullmatch(left)) and piece.kind == "WORD":
        _refuse_field_of_one(before, field, [piece, *reversed(rest)])
    if not re.search(r"\w", right):
        refuse("E213", f'"{right}" joins nothing', piece.start, piece.end, "write AND or OR in its place, or remove it")
    if piece.start == before.end:
        plain = (left + right).replace('"', "")
        refuse("E213", f"{left}{right} is read as two terms", before.start, piece.end, f'put it in quotes: "{plain}"',
               fix=(before.start, piece.end, f'"{plain}"'))
    phrase = "" if re.search(r'["()]', left + right) else f'"{left} {right}"   or   '
    refuse("E213", "two terms stand side by side with nothing between them", before.start, piece.end,
           f"say which you mean: {phrase}{left} AND {right}   or   {left} OR {right}")


def _refuse_field_of_one(before: Node, field: re.Match[str], after: Sequence[Piece]) -> NoReturn:
    """`title:ICE raid`: only the first word belongs to the field."""
    words = [field["word"]]
    for piece in after:
        if piece.kind != "WORD":
            break
        words.append(piece.text)
    name = field["field"]
    either = "" if name in ("place:", "about:") else f"   or   {name}({' AND '.join(words)})"
    refuse("E213", f"{name} holds for one word only, {words[0]}", before.start, after[len(words) - 2].end,
           f'say which you mean: {name}"{" ".join(words)}"{either}')


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
               f"write a smaller number, or paragraph({_source(query, left)} AND {_source(query, right)})")
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
        if not 1 <= count <= 100:
            refuse("E215", f"{name}: the number must be 1 to 100", start, start + len(name), "write ATLEAST/3(...)")
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
    if len(parts) > 1 and (gap := next((part for part in parts[1:-1] if set(part) == {"*"}), "")):
        left, right = (f'"{" ".join(some)}"' if len(some) > 1 else some[0]
                       for some in (parts[:parts.index(gap)], parts[parts.index(gap) + 1:]))
        written = f"{left} ONEAR/1 {right}"
        refuse("E233", "* cannot stand for a whole word in a phrase", start, end, f"write {written}",
               fix=(start, end, written))
    for part in parts:
        found += _words(part, case, start, end)
    if not found:
        what = "an empty phrase" if printed.startswith('"') else f'"{printed}" has no letters or digits and'
        refuse("E204", f"{what} matches nothing", start, end, "write at least one word")
    return Term(tuple(found), start, end)


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


def _source(query: str, node: Node) -> str:
    return " ".join(query[node.start:node.end].split())


def _refuse_mixed(query: str, operands: Sequence[Node], joiners: Sequence[Piece]) -> NoReturn:
    """E200 with both readings, as a person would write them."""
    sources = [_source(query, operand) for operand in operands]
    kinds = [joiner.kind for joiner in joiners]
    change = next(at for at in range(1, len(kinds)) if kinds[at] != kinds[0])
    readings = (_reading(sources, kinds, "AND"), _reading(sources, kinds, "OR"))
    refuse("E200", "AND and OR are mixed without parentheses", joiners[change - 1].start, joiners[change].end,
           "Google, Nexis and Meltwater each read this differently, so say which you mean:\n"
           f"{readings[0]}   or   {readings[1]}")


def _reading(sources: Sequence[str], kinds: Sequence[str], tight: str) -> str:
    """The text with every run of `tight` bracketed, so that the other operator joins the brackets."""
    runs = [[sources[0]]]
    for kind, source in zip(kinds, sources[1:], strict=True):
        if kind == tight:
            runs[-1].append(source)
        else:
            runs.append([source])
    joined = [f" {tight} ".join(run) for run in runs]
    loose = "OR" if tight == "AND" else "AND"
    return f" {loose} ".join(f"({some})" if len(run) > 1 else some for some, run in zip(joined, runs, strict=True))
