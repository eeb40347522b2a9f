"""Query text to expression tree. lark cuts the text and pairs the brackets; `fold` says what the pieces mean.

The grammar is flat on purpose: AND, OR, NOT and NEAR are joined in `fold`, so that every message is in our words.
Quotes and brackets are checked before lark sees the text, and its own messages never reach anybody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, NoReturn, cast

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedEOF, UnexpectedInput

from rules.problem import Fix, applied
from rules.query import foreign, foreign_entries
from rules.query.fold import fold, gives_words
from rules.query.pieces import Piece, QueryProblem, Refused, refuse
from rules.query.tree import is_negative

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.query.tree import Node

__all__ = ["Parsed", "QueryProblem", "parse", "parse_term"]

GRAMMAR = r"""
start: item*
?item: AND | OR | NOT | NOT_NEAR | ONEAR | NEAR | atom
?atom: "(" item* ")"              -> group
     | FUNCTION "(" item* ")"     -> function
     | FIELD atom                 -> field
     | LIST | PHRASE | WORD

NOT_NEAR.5: /NOT\s+NEAR\/\d{1,4}(?![^\s()"])/
ONEAR.4: /ONEAR\/\d{1,4}(?![^\s()"])/
NEAR.4: /NEAR\/\d{1,4}(?![^\s()"])/
AND.3: /AND(?![^\s()"])/
OR.3: /OR(?![^\s()"])/
NOT.3: /NOT(?![^\s()"])/
FUNCTION.3: /(sentence|paragraph|exact|anycase|ATLEAST\/\d{1,4})(?=\s*\()/
FIELD.3: /(title|lead|body|caption|any|source|url|section|place|about):/
LIST.3: /@[A-Za-z0-9][A-Za-z0-9_-]*(?![^\s()"])/
PHRASE.2: /"[^"]*"/
WORD: /[^\s()"]+/
%ignore /\s+/
"""
MAX_NESTING = 40  # deeper brackets are a paste gone wrong, and every walk over the tree is recursive
_STRAIGHT = str.maketrans("“”„«»", '"""""')
_ROUNDS = 20  # of corrections, each of which may show the next mistake
_DAMAGE = {"E202", "E203", "E204", "E205", "E211", "E212", "E215", "E219", "E250"}
_PLAIN_ENTRY = re.compile(r"[^()\"@:]+")
_OPERATOR_WORD = re.compile(r"\b(?:AND|OR|NOT|O?NEAR(?:/\d+)?)\b")


@dataclass(frozen=True, slots=True)
class Parsed:
    """`node` is None where a problem keeps the query from meaning anything."""

    node: Node | None
    problems: tuple[QueryProblem, ...] = ()


def parse(query: str) -> Parsed:
    """The tree of a query, or what is wrong with it. Never raises.

    Corrections are offered only where they lead to a query that says something.
    """
    parsed = _parse(query)
    if any(problem.fix for problem in parsed.problems) and _is_damaged_by_fixes(query, parsed.problems):
        return Parsed(None, tuple(replace(problem, fix=None) for problem in parsed.problems))
    return parsed


def _parse(query: str) -> Parsed:
    straight = query.translate(_STRAIGHT)
    try:
        _check_pairs(straight)
        pieces = _cut(straight)
        if found := foreign.find(straight, pieces):
            raise Refused(*found)
        node = fold(straight, pieces, "fold", 0, len(straight))
        if is_negative(node):
            refuse("E250", "the query only says what must not be there", node.start, node.end,
                   "add what the article must contain, then AND NOT (...)")
    except Refused as refused:
        return Parsed(None, refused.problems)
    return Parsed(node)


def _is_damaged_by_fixes(query: str, problems: Sequence[QueryProblem]) -> bool:
    """Whether the corrections, made until there are none left, bring what a person would call a broken query.

    Two readings of AND and OR, or of two terms, are no damage: that question waited behind the foreign words.
    """
    found: Sequence[QueryProblem] = problems
    for _ in range(_ROUNDS):
        fixes = [Fix(*problem.fix) for problem in found if problem.fix]
        if not fixes:
            break
        query = applied(query, fixes)
        found = _parse(query).problems
    else:
        return True
    return bool({problem.code for problem in found} & _DAMAGE - {problem.code for problem in problems})


def parse_term(entry: str) -> Parsed:
    """The tree of a list member or an `ignore` entry: words without quotes are one phrase; NEAR and OR may stand."""
    is_plain = bool(entry.strip() and _PLAIN_ENTRY.fullmatch(entry) and not _OPERATOR_WORD.search(entry))
    if foreign_word := foreign_entries.find(entry):
        return Parsed(None, (foreign_word,))
    parsed = _phrase(entry) if is_plain else parse(entry)
    if parsed.node is None or gives_words(parsed.node):
        return parsed
    return Parsed(None, (QueryProblem(
        "E218", "an entry of a list is a word or a phrase, not a whole query", 0, len(entry),
        "keep to words, phrases, NEAR, OR, exact(...), anycase(...) and @lists"),))


def _phrase(entry: str) -> Parsed:
    """Words that need no parser, as nearly all entries of lists are: it would be half the time of reading a pack."""
    whole = (0, len(entry))
    try:
        return Parsed(replace(fold(entry, (Piece("PHRASE", f'"{entry}"', *whole),), "fold", *whole), end=len(entry)))
    except Refused as refused:
        return Parsed(None, tuple(
            replace(found, start=0, end=len(entry), fix=found.fix and (*whole, found.fix[2]))
            for found in refused.problems))


def _check_pairs(query: str) -> None:
    """Quotes and brackets: each opened one must be closed, before anything else can be said."""
    if query.count('"') % 2:
        at = query.rindex('"')
        refuse("E202", "a quote is opened and never closed", at, at + 1, 'close the phrase with "')
    outside = re.sub(r'"[^"]*"', lambda phrase: " " * len(phrase[0]), query)
    opened: list[int] = []
    for bracket in re.finditer(r"[()]", outside):
        at = bracket.start()
        if bracket[0] == "(":
            opened.append(at)
        elif opened:
            opened.pop()
        else:
            refuse("E203", "this bracket closes nothing", at, at + 1, "remove it, or open one before")
        if len(opened) > MAX_NESTING:
            refuse("E205", f"brackets are nested more than {MAX_NESTING} deep", at, at + 1, "name the parts as @lists")
    if opened:
        refuse("E203", "this bracket is never closed", opened[-1], opened[-1] + 1, "add the missing )")


@cache
def _lark() -> Lark:
    return Lark(GRAMMAR, parser="lalr", propagate_positions=True, maybe_placeholders=False)


def _cut(query: str) -> tuple[Piece, ...]:
    try:
        tree = _lark().parse(query)
    except UnexpectedInput as error:
        _refuse_unreadable(query, _failed_at(error, query), error)
    return tuple(_piece(child) for child in tree.children)


def _failed_at(error: UnexpectedInput, query: str) -> int:
    """Where lark stopped; it gives no place, or the place of the last word, where the text ends too early."""
    at = error.pos_in_stream
    is_end = isinstance(error, UnexpectedEOF) or getattr(getattr(error, "token", None), "type", "") == "$END"
    return len(query) if is_end or not isinstance(at, int) or at < 0 else at


def _refuse_unreadable(query: str, at: int, error: UnexpectedInput) -> NoReturn:
    """The one thing that the grammar itself refuses is a field with nothing behind it."""
    if before := re.search(r"(\w+):\s*$", query[:at]):
        name, start = before[1], before.start()
        problem = QueryProblem("E211", f'"{name}:" has nothing to look for', start, start + len(name) + 1,
                               f'write a word, a phrase or brackets right after it: {name}:"..."')
    else:
        problem = QueryProblem("E219", "this cannot be read here", at, at + 1, "put words and signs in quotes")
    raise Refused(problem) from error


def _piece(found: Tree[Token] | Token) -> Piece:
    if isinstance(found, Token):
        start = found.start_pos or 0
        return Piece(found.type, str(found), start, start + len(found))
    start, end = found.meta.start_pos, found.meta.end_pos
    kind, inside = str(found.data), found.children
    head = "" if kind == "group" else str(cast("Token", inside[0]))
    return Piece(kind, head, start, end, tuple(_piece(child) for child in inside[1 if head else 0:]))
