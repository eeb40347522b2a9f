"""Query syntax of other systems, recognised piece by piece, with what to write here instead.

Admins paste searches from Nexis, Meltwater, Brandwatch, Google and Lucene. Read as plain words such a query would
match nothing or everything, in silence; so each foreign piece is an error whose help can be pasted. Where the meaning
leaves no choice, the rewrite is exact and `rules fix` makes it.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from rules.query import foreign_calls, foreign_parts
from rules.query.foreign_operators import operator, proximity, uncounted, within_reach
from rules.query.foreign_rows import Row, alone, is_alternating, negated, signed, without
from rules.query.pieces import Piece, QueryProblem
from rules.query.tree import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Whole words of a query: shape, whose syntax it is, what to write, and what to say besides.
_WORDS: tuple[tuple[re.Pattern[str], str, str, str], ...] = (
    (re.compile(r"NEAR/(?P<n>\d{1,3})[fF]"), "Brandwatch", "ONEAR/{n}", ", left side first"),
    (re.compile(r"(?:NEAR|near|Near)[-:_]?(?P<n>\d{1,2})"), "not Dateline", "NEAR/{n}", ""),
    (re.compile(r"[Nn]/(?P<n>\d{1,2})"), "ProQuest", "NEAR/{n}", ""),
    (re.compile(r"@(?P<word>[A-Za-z0-9][\w-]*)[.,;:!?]+"), "not Dateline", "@{word}", ", with a space behind it"),
    (re.compile(r"XOR"), "not Dateline", "", "write OR; where both together are unwanted: (a OR b) AND NOT (a AND b)"),
    (re.compile(r"AND/OR|and/or"), "not Dateline", "OR", ", which also finds what has both"),
    (re.compile(r"(?P<word>[^\W_]{2,})!"), "Nexis", "{word}*", ""),
    (re.compile(r"(?P<word>[^\W\d_]{2,})[~^]\d?(?:\.\d)?"), "Lucene", "{word}", ": all words count alike here"),
    (re.compile(r"&&?"), "Lucene", "AND", ""),
    (re.compile(r"\|\|?"), "Google", "OR", ""),
    (re.compile(r"ANDNOT|BUTNOT|AND-NOT"), "Nexis", "AND NOT", ""),
    (re.compile(r"/\S+/"), "Lucene", "", "write the words out, joined with OR: there are no regular expressions"),
    (re.compile(r"[^\W\d_]+\?[^\W\d_]*"), "Brandwatch", "", "write the words out, joined with OR"),
)
# What people call a field, where spelling does not lead to ours.
_CALLED = {"location": "place", "city": "place", "town": "place", "county": "place", "state": "place", "geo": "place",
           "text": "body", "content": "body", "article": "body", "outlet": "source", "publication": "source",
           "publisher": "source", "domain": "url", "link": "url", "ingress": "lead", "snippet": "lead"}
_GOOGLE_FIELDS = {"intitle": "title", "allintitle": "title", "headline": "title", "hlead": "lead", "intext": "body",
                  "allintext": "body", "inurl": "url", "site": "url"}
_NEEDLESS = {"language": "rules read English and Spanish alike", "lang": "rules read English and Spanish alike",
             "country": "config.toml says which outlets are read", "when": "rules see every new article once",
             "after": "rules see every new article once", "before": "rules see every new article once",
             "daterange": "rules see every new article once", "filetype": "rules read articles only"}
_SLOP = re.compile(r"~(?P<n>\d{1,3})")
_UNKNOWN_FIELD = re.compile(r"(?P<name>[A-Za-z]{3,15}):(?P<rest>\S*)")


def find(query: str, pieces: Sequence[Piece]) -> list[QueryProblem]:
    """Every foreign part of a query in reading order: those of several words, and single words outside of them."""
    parts = list(foreign_parts.find(query))
    words = [found for row in _rows(query, pieces) for at, piece in enumerate(row.pieces)
             if piece.kind == "WORD" and not any(part.start <= piece.start < part.end for part in parts)
             for found in _one(row, at)]
    return sorted([*map(within_reach, parts), *words], key=lambda found: found.start)


def _rows(query: str, pieces: Sequence[Piece]) -> Iterator[Row]:
    """The pieces of every level of brackets."""
    yield Row(query, tuple(pieces))
    for piece in pieces:
        if piece.inside:
            yield from _rows(query, piece.inside)


def _one(row: Row, at: int) -> Iterator[QueryProblem]:
    for read in (operator, foreign_calls.call, _slop, _sign, proximity, _field, _word, uncounted):
        if found := read(row, at):
            yield within_reach(found)
            return


def _slop(row: Row, at: int) -> QueryProblem | None:
    slop, before = _SLOP.fullmatch(row.pieces[at].text), row.pieces[at - 1] if at else None
    phrase = before.inside[0] if before and before.kind == "field" else before
    if not slop or not before or not phrase or phrase.kind != "PHRASE":
        return None
    written = _spread(phrase.text, slop["n"])
    if before.kind == "field":
        written = f"{before.text}({written})"
    start, end = before.start, row.pieces[at].end
    return QueryProblem("E210", f"{row.query[start:end]} is Lucene syntax", start, end, f"write {written}",
                        fix=(start, end, written if alone(row, at - 1, at) else f"({written})"))


def _spread(phrase: str, number: str) -> str:
    first, *others = phrase.strip('"').split() or [""]
    for other in others:
        first = f"{first} NEAR/{number} {other}" if " " not in first else f"({first}) NEAR/{number} {other}"
    return first


_SIGNED = re.compile(r"(?P<sign>[-+!])(?P<word>[^\W\d_][\w'’*-]*)?")


def _sign(row: Row, at: int) -> QueryProblem | None:
    """-word and +word of Google, !word of Lucene, and the same signs before a phrase or brackets."""
    piece = row.pieces[at]
    found = _SIGNED.fullmatch(piece.text)
    after = row.pieces[at + 1] if at + 1 < len(row.pieces) else None
    if not found or (not found["word"] and (after is None or after.kind not in ("PHRASE", "group", "LIST", "field"))):
        return None
    if not found["word"] and after and found["sign"] != "-" and after.start != piece.end:
        return None
    system = "Lucene" if found["sign"] == "!" else "Google"
    last = at if found["word"] else at + 1
    shown = row.source(at, last)
    message = f"{shown} is {system} syntax" if '"' in shown else f'"{shown}" is {system} syntax'
    what, where = found["word"] or row.source(at + 1, at + 1), (piece.start, row.pieces[last].end)
    if found["sign"] != "+" and last == len(row.pieces) - 1 and not at:
        return QueryProblem("E210", message, *where, f"say what must be there, and then AND NOT {what}")
    if any(other.kind == "OR" or other.text in ("|", "||") for other in row.pieces):
        return _signed_choice(row, at, last, what, message)
    written = signed(row, at, what) if found["sign"] == "+" else negated(row, at, last, what)
    remedy = f"write {written}" if found["sign"] != "+" else f"write {what}, joined with AND"
    return QueryProblem("E210", message, *where, remedy, fix=(*where, written))


def _signed_choice(row: Row, at: int, last: int, what: str, message: str) -> QueryProblem:
    """A sign beside OR: Google's minus holds for the whole search; where anything else stands besides, a person says.
    """
    where = (row.pieces[at].start, row.pieces[last].end)
    others = [other for place, other in enumerate(row.pieces)
              if not at <= place <= last and not (other.kind == "WORD" and other.text[:1] == "-")]
    is_minus = row.pieces[at].text.startswith("-")
    if not is_minus or not is_alternating(others):
        kind = "AND" if row.pieces[at].text.startswith("+") else "AND NOT"
        return QueryProblem("E210", message, *where, f"put brackets around what OR joins, and write {kind} {what}")
    parts = [row.source(first, end) for first, end in ((0, at - 1), (last + 1, len(row.pieces) - 1)) if first <= end]
    written = f"({' '.join(parts)}) AND NOT {what}"
    return QueryProblem("E210", message, *where, f"write {written}",
                        fix=(row.pieces[0].start, row.pieces[-1].end, written))


def _word(row: Row, at: int) -> QueryProblem | None:
    piece = row.pieces[at]
    for shape, system, template, more in _WORDS:
        if found := shape.fullmatch(piece.text):
            written = template.format(**found.groupdict())
            return QueryProblem("E210", f'"{piece.text}" is {system} syntax', piece.start, piece.end,
                                f"write {written}{more}" if written else more,
                                fix=(piece.start, piece.end, written) if written else None)
    return None


def _field(row: Row, at: int) -> QueryProblem | None:
    piece = row.pieces[at]
    field = _UNKNOWN_FIELD.fullmatch(piece.text)
    if not field:
        return None
    name, shown, start = field["name"], field["rest"] or '"..."', piece.start
    colon = start + len(name) + 1
    known = name.casefold()
    if known in _GOOGLE_FIELDS:
        ours = _GOOGLE_FIELDS[known]
        return QueryProblem("E210", f'"{name}:" is Google syntax', start, piece.end, f"write {ours}:{shown}",
                            fix=(start, colon, f"{ours}:"))
    if name in ("sentence", "paragraph", "exact", "anycase"):
        return QueryProblem("E211", f'"{name}" stands without a colon', start, piece.end, f"write {name}(...)",
                            fix=(start, colon, name) if row.query[colon:colon + 1] == "(" else None)
    if known in _NEEDLESS:
        return QueryProblem("E211", f'there is no field "{name}:", because {_NEEDLESS[known]}', start, piece.end,
                            f"remove {piece.text}", fix=without(row, at) if field["rest"] else None)
    is_in_field = row.query[:piece.start].rstrip().endswith(":")
    return _enclosed(piece, known, shown, is_in_field=is_in_field) or _unknown_field(name, shown, start)


def _enclosed(piece: Piece, name: str, shown: str, *, is_in_field: bool) -> QueryProblem | None:
    """Fields whose value is written otherwise here."""
    where = (piece.start, piece.end)
    if name == "raw" and shown != '"..."':
        written = f"exact({shown})"
        return QueryProblem("E210", '"raw:" is Brandwatch syntax', *where, f"write {written}", fix=(*where, written))
    if shown.startswith("//"):
        written = f'"{shown[2:]}"' if is_in_field else f'url:"{shown[2:]}"'
        return QueryProblem("E211", "an address is looked for in url:, and without https://", *where,
                            f"write {written}", fix=(*where, written))
    return None


def _unknown_field(name: str, shown: str, start: int) -> QueryProblem:
    ours = (*FIELDS, "place", "about")
    close = _CALLED.get(name.casefold(), next(iter(get_close_matches(name.casefold(), ours, 1, 0.6)), ""))
    is_sure = name.casefold() in _CALLED or bool(get_close_matches(name.casefold(), ours, 1, 0.75))
    remedy = f"did you mean {close}:{shown} ?" if close else (
        f'the fields are title, lead, body, caption, any, source, url, section, place, about; else write "{name} ..."')
    colon = start + len(name) + 1
    return QueryProblem("E211", f'unknown field "{name}:"', start, colon, remedy,
                        fix=(start, colon, f"{close}:") if close and is_sure else None)
