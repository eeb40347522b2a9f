"""Foreign syntax of several words, found in the text of a query: quotes, braces, commas, calls, notes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules.query.pieces import QueryProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

_INSIDE = r"(?:[^'’\"()\n]|(?<=\w)['’](?=\w))*"  # an apostrophe between letters closes nothing
_SINGLE = re.compile(rf"(?<![\w'’])['‘]({_INSIDE}\s{_INSIDE})['’](?!\w)")
_WORDS_OF_ITEM = r"(?!(?:AND|OR|NOT|O?NEAR/\d+)\b)[^\s()\",;]++"
_ITEM = rf'(?:(?:[a-z]+:)?"[^"]*"|{_WORDS_OF_ITEM}(?:\s+{_WORDS_OF_ITEM})*+)'
_COMMAS = re.compile(rf"(?<![^\s()\",;]){_ITEM}(?:(?:\s*[,;]\s+|\s+[,;]|[,;](?=[@\"])){_ITEM})+")
_NEAR_CALL = re.compile(r"(?i:near)/?\d*\(\s*\(?\s*([^(),]+?)\s*\)?\s*,\s*([^(),]+?)\s*\)?\s*(?:,\s*(\d{1,2})\s*)?\)")
_TERM = re.compile(r'"[^"]*"|\S+')
# NEAR with its number apart, and the same in words.
_NEAR_APART = re.compile(
    r"(?<![^\s()\"])(?:(O?NEAR)(?:\s+/\s*|/\s+|\s+(?=\d+\s+[^\s)]))(\d{1,2})|"
    r"(?i:within)(?:\s*/\s*(\d{1,2})|\s+(\d{1,2})(?i:\s+words?)(?i:\s+of)?))(?![^\s()\"])")
_BACKTICKS = re.compile(r"\s*(`+)([^`]+)\1\s*")
_BACKTICK_PHRASE = re.compile(r"`([^`()\n]+)`")
_ATLEAST = re.compile(r"(?i:at_?least)(?:[/ ]*|\(\s*)(\d{1,3})(?:\s+|\s*,\s*)(\"[^\"]*\"|@?[^\s()\",]+)\)?")
_BRACES = re.compile(r"\{([^{}\"]*)\}?")
_NOTE = re.compile(r"<<<.*?>>>", re.DOTALL)


def find(query: str) -> Iterator[QueryProblem]:
    """Every foreign part that is longer than a word. What stands in double quotes is never looked into."""
    masked = re.sub(r'"[^"]*"', lambda phrase: f'"{"_" * (len(phrase[0]) - 2)}"', query)
    for found in _SINGLE.finditer(masked):
        written = f'"{found[1].strip()}"'
        yield QueryProblem("E202", "single quotes do not make a phrase", *found.span(), f"write {written}",
                           fix=(*found.span(), written))
    for note in _NOTE.finditer(masked):
        yield QueryProblem("E210", "<<<...>>> is Brandwatch syntax", *note.span(),
                           "remove it, and write the note on a line of its own above the rule:  # ...",
                           fix=(*note.span(), ""))
    yield from _braces(masked)
    yield from _backticks(query, masked)
    yield from _distances(masked)
    taken: list[tuple[int, int]] = []
    for problem in (*_near_calls(query, masked), *_counts(query, masked)):
        taken.append((problem.start, problem.end))
        yield problem
    yield from _commas(query, masked, taken)


def _braces(masked: str) -> Iterator[QueryProblem]:
    for found in _BRACES.finditer(masked):
        words = found[1].split()
        if words:
            is_capital = len(words) == 1 and words[0].isupper() and len(words[0]) > 1
            quoted = f'"{" ".join(words)}"' if len(words) > 1 else words[0]
            written = words[0] if is_capital else f"exact({quoted})"
            more = ": a word all in capitals matches only capitals" if is_capital else ""
            yield QueryProblem("E210", f"{found[0]} is Brandwatch syntax", *found.span(), f"write {written}{more}",
                               fix=(*found.span(), written))


def _near_calls(query: str, masked: str) -> Iterator[QueryProblem]:
    for call in _NEAR_CALL.finditer(masked):
        left, right = (_quoted(query[call.start(at):call.end(at)]) for at in (1, 2))
        name, number = call[0].partition("(")[0], call[3] or 5
        terms = [left, right]
        if right.isdecimal():  # NEAR(a b, 5), as SQLite has it
            terms, number = _TERM.findall(query[call.start(1):call.end(1)]), int(right)
        written = f"{terms[0]} NEAR/{number} {terms[1]}" if len(terms) == 2 else ""
        yield QueryProblem("E210", f'"{name}(...)" is not Dateline syntax', *call.span(),
                           f"write {written or f'it between two terms: a NEAR/{number} b'}",
                           fix=(*call.span(), f"({written})") if written else None)


def _distances(masked: str) -> Iterator[QueryProblem]:
    for found in _NEAR_APART.finditer(masked):
        number = next(group for group in found.groups()[1:] if group)
        written = f"{found[1] or 'NEAR'}/{int(number)}"
        yield QueryProblem("E210", f'"{found[0]}" is not Dateline syntax', *found.span(), f"write {written}",
                           fix=(*found.span(), written))


def _backticks(query: str, masked: str) -> Iterator[QueryProblem]:
    """Marks of a page or chat that the query was copied from, around all of it or around a phrase."""
    if whole := _BACKTICKS.fullmatch(masked):
        yield QueryProblem("E202", "backticks do not belong to a query", whole.start(1), whole.end(1),
                           "remove them at both ends", fix=(0, len(query), query[whole.start(2):whole.end(2)].strip()))
        return
    for found in _BACKTICK_PHRASE.finditer(masked):
        written = _quoted(query[found.start(1):found.end(1)].strip())
        yield QueryProblem("E202", "backticks do not make a phrase", *found.span(), f"write {written}",
                           fix=(*found.span(), written))


def _counts(query: str, masked: str) -> Iterator[QueryProblem]:
    for count in _ATLEAST.finditer(masked):
        written = f"ATLEAST/{count[1]}({query[count.start(2):count.end(2)]})"
        yield QueryProblem("E210", "ATLEAST is written with a slash and brackets", *count.span(), f"write {written}",
                           fix=(*count.span(), written))


def _commas(query: str, masked: str, taken: list[tuple[int, int]]) -> Iterator[QueryProblem]:
    for row in _COMMAS.finditer(masked):
        if not any(start <= row.start() < end for start, end in taken):
            items = (_quoted(item) for item in _split(query, row))
            is_both = query[:row.start()].rstrip().endswith(("sentence(", "paragraph("))
            joined = (" AND " if is_both else " OR ").join(items)
            yield QueryProblem("E213", "a comma joins nothing", *row.span(),
                               f"write OR or AND in place of every comma: {joined}")


def _split(query: str, row: re.Match[str]) -> Iterator[str]:
    for item in re.finditer(_ITEM, row[0]):
        yield query[row.start() + item.start():row.start() + item.end()]


def _quoted(words: str) -> str:
    return f'"{words}"' if " " in words and '"' not in words else words
