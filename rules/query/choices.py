"""What a row of terms may have meant where it can be read in several ways: every reading, ready to be pasted.

Two terms side by side are a phrase, AND or OR; AND beside OR wants brackets. Dateline asks instead of choosing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from rules.query.pieces import Piece, refuse
from rules.query.tree import Field, Near, Node, Not, Term

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIELD_OF_ONE = re.compile(r"(?:NOT\s+)?(?P<field>[a-z]+:)(?P<word>[^\s()\"]+)")
_SHORT_NEAR = re.compile(r"(?P<kind>[nNwW])(?P<n>[1-9]\d?)")  # EBSCO: n5 in any order, w5 in this order
_CLAUSE = re.compile(r"\d+[a-z]?(?:\([a-z\d]{1,4}\))+", re.IGNORECASE)  # of a law: 287(g), 501(c)(3)
_PLURAL = re.compile(r"\(e?s\)")


def source(query: str, node: Node) -> str:
    """A node as it is written, on one line."""
    return " ".join(query[node.start:node.end].split())


def refuse_neighbours(query: str, before: Node, piece: Piece, rest: Sequence[Piece], joined_by: str) -> NoReturn:
    """E213 with the readings to choose from; what a field or n5 was meant for goes first.

    `rest` are the pieces behind, last one first; `joined_by` is the operator that stands before `before`, if any.
    """
    left, right = source(query, before), query[piece.start:piece.end]
    if (near := _SHORT_NEAR.fullmatch(right)) and rest:
        operator = f"{'NEAR' if near['kind'] in 'nN' else 'ONEAR'}/{near['n']}"
        refuse("E213", f'"{right}" is read as a word, not as an operator', piece.start, piece.end, f"write {operator}",
               fix=(piece.start, piece.end, operator))
    if (field := _FIELD_OF_ONE.fullmatch(left)) and piece.kind == "WORD":
        _refuse_field_of_one(before, field, [piece, *reversed(rest)])
    if not re.search(r"\w", right):
        refuse("E213", f'"{right}" joins nothing', piece.start, piece.end, "write AND or OR in its place, or remove it")
    if piece.start == before.end:
        _refuse_clause(query, _last(before, (Near, Not, Field)), piece)
    _refuse_side_by_side(query, before, [piece, *reversed(rest)], joined_by)


def _refuse_clause(query: str, last: Node, piece: Piece) -> None:
    """287(g) wants quotes, and raid(s) needs no brackets. Anything else that touches is for a person to take apart."""
    whole = query[last.start:piece.end].replace('"', "")
    if _CLAUSE.fullmatch(whole):
        refuse("E213", f"{whole} is read as two terms", last.start, piece.end, f'put it in quotes: "{whole}"',
               fix=(last.start, piece.end, f'"{whole}"'))
    if _PLURAL.fullmatch(query[piece.start:piece.end]):
        word = query[last.start:last.end]
        refuse("E213", f"{whole} is read as two terms", last.start, piece.end,
               f"write {word}: singular finds plural and the other way round", fix=(piece.start, piece.end, ""))


def _last(node: Node, inside: tuple[type[Node], ...]) -> Node:
    """The term at the end of a node, out of the operators and fields before it."""
    while isinstance(node, inside):
        inner = node.right if isinstance(node, Near) else node.child if isinstance(node, Not | Field) else node
        if inner is node or inner.end != node.end:
            break
        node = inner
    return node


def _refuse_side_by_side(query: str, before: Node, after: Sequence[Piece], joined_by: str) -> NoReturn:
    last = _last(before, (Near, Not))
    head = "" if last is before else f"{' '.join(query[before.start:last.start].split())} "
    run, end = [source(query, last)], 0
    for piece in after:
        if end and (piece.kind != "WORD" or not _is_plain(run[-1]) or not isinstance(last, Term)):
            break
        run.append(query[piece.start:piece.end])
        end += 1
    around = {joined_by, after[end].kind if end < len(after) else ""}
    refuse("E213", "two terms stand side by side with nothing between them", before.start, after[end - 1].end,
           f"say which you mean: {'   or   '.join(_readings(head, run, before, around))}")


def _readings(head: str, run: Sequence[str], before: Node, around: set[str]) -> list[str]:
    phrase = [f'{head}"{" ".join(run)}"'] if all(map(_is_plain, run)) else []
    both, either = " AND ".join(run), " OR ".join(run)
    if isinstance(before, Not):
        return [*phrase, f"{head}({both})", f"{head}({either})"]
    if isinstance(before, Near):
        return [*phrase, f"{head}({either})", f"({head}{run[0]}) AND {' AND '.join(run[1:])}"]
    return [*phrase, f"({both})" if "OR" in around else both, f"({either})" if "AND" in around else either]


def _is_plain(word: str) -> bool:
    return not re.search(r'["()@:]', word)


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


def refuse_mixed(query: str, operands: Sequence[Node], joiners: Sequence[Piece]) -> NoReturn:
    """E200 with both readings, as a person would write them."""
    sources = [source(query, operand) for operand in operands]
    kinds = [joiner.kind for joiner in joiners]
    change = next(at for at in range(1, len(kinds)) if kinds[at] != kinds[0])
    readings = (_reading(sources, kinds, "AND"), _reading(sources, kinds, "OR"))
    refuse("E200", "AND and OR are mixed without parentheses", joiners[change - 1].start, joiners[change].end,
           "Google, Nexis and Meltwater each read this differently, so say which you mean:\n"
           f"{readings[0]}   or   {readings[1]}")


def _reading(sources: Sequence[str], kinds: Sequence[str], tight: str) -> str:
    """The text with every run of `tight` bracketed, so that the other operator joins the brackets."""
    runs = [[sources[0]]]
    for kind, term in zip(kinds, sources[1:], strict=True):
        if kind == tight:
            runs[-1].append(term)
        else:
            runs.append([term])
    joined = [f" {tight} ".join(run) for run in runs]
    loose = "OR" if tight == "AND" else "AND"
    return f" {loose} ".join(f"({some})" if len(run) > 1 else some for some, run in zip(joined, runs, strict=True))
