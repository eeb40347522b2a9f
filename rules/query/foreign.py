"""Query syntax of other systems, recognised piece by piece, with what to write here instead.

Admins paste searches from Nexis, Meltwater, Brandwatch, Google and Lucene. Read as plain words such a query would
match nothing or everything, in silence; so each foreign piece is an error whose help can be pasted. Where the meaning
leaves no choice, the rewrite is exact and `rules fix` makes it.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from rules.query import foreign_parts
from rules.query.foreign_rows import Row, alone, negated, signed, together, without
from rules.query.pieces import Piece, QueryProblem
from rules.query.tree import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Whole words of a query: shape, whose syntax it is, what to write, and what to say besides. {less} is n - 1, because
# NEAR counts the words in between where Nexis counts steps from word to word.
_WORDS: tuple[tuple[re.Pattern[str], str, str, str], ...] = (
    (re.compile(r"NEAR/(?P<n>\d{1,3})[fF]"), "Brandwatch", "ONEAR/{n}", ", left side first"),
    (re.compile(r"(?:NEAR|near|Near)[-:_]?(?P<n>\d{1,2})"), "not Dateline", "NEAR/{n}", ""),
    (re.compile(r"[Nn]/(?P<n>\d{1,2})"), "ProQuest", "NEAR/{n}", ""),
    (re.compile(r"@(?P<word>[A-Za-z0-9][\w-]*)[.,;:!?]+"), "not Dateline", "@{word}", ", with a space behind it"),
    (re.compile(r"XOR"), "not Dateline", "", "write OR; where both together are unwanted: (a OR b) AND NOT (a AND b)"),
    (re.compile(r"AND/OR|and/or"), "not Dateline", "OR", ", which also finds what has both"),
    (re.compile(r"(?P<word>O?NEAR)"), "Meltwater", "{word}/4", ": say how many words may lie between"),
    (re.compile(r"(?P<word>[^\W_]{2,})!"), "Nexis", "{word}*", ""),
    (re.compile(r"(?P<word>[^\W\d_]{2,})[~^]\d?(?:\.\d)?"), "Lucene", "{word}", ": all words count alike here"),
    (re.compile(r"&&?"), "Lucene", "AND", ""),
    (re.compile(r"\|\|?"), "Google", "OR", ""),
    (re.compile(r"ANDNOT|BUTNOT|AND-NOT"), "Nexis", "AND NOT", ""),
    (re.compile(r"/\S+/"), "Lucene", "", "write the words out, joined with OR: there are no regular expressions"),
    (re.compile(r"[^\W\d_]+\?[^\W\d_]*"), "Brandwatch", "", "write the words out, joined with OR"),
)
# Proximity that other systems measure over everything beside it, alternatives included.
_STEPS = re.compile(r"(?P<how>[Ww]|PRE|pre|)/(?P<n>\d{1,3})")
_UNITS = re.compile(r"(?P<how>[Ww]|PRE|pre|)/(?P<unit>s|sent|p|para|seg)")
# Names that are foreign only before a bracket, with the bracket's inside as (...).
_CALLS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"CAPS|NOCAPS|PLURAL|SINGULAR"), "Nexis", "exact(...)"),
    (re.compile(r"HEADLINE|headline"), "Nexis", "title:(...)"),
    (re.compile(r"HLEAD"), "Nexis", "(title:(...) OR lead:(...))"),
    (re.compile(r"LEAD"), "Nexis", "lead:(...)"),
    (re.compile(r"ATLEAST(?P<n>\d{1,3})"), "Nexis", "ATLEAST/{n}(...)"),
    (re.compile(r"raw:?"), "Brandwatch", "exact(...)"),
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
_LOWER = frozenset(("and", "or", "not"))
_LOWER_NEAR = re.compile(r"o?near/\d{1,3}|atleast/\d{1,3}", re.IGNORECASE)


def find(query: str, pieces: Sequence[Piece]) -> list[QueryProblem]:
    """Every foreign part of a query in reading order: those of several words, and single words outside of them."""
    parts = list(foreign_parts.find(query))
    words = [found for row in _rows(query, pieces) for at, piece in enumerate(row.pieces)
             if piece.kind == "WORD" and not any(part.start <= piece.start < part.end for part in parts)
             for found in _one(row, at)]
    return sorted([*parts, *words], key=lambda found: found.start)


def _rows(query: str, pieces: Sequence[Piece]) -> Iterator[Row]:
    """The pieces of every level of brackets."""
    yield Row(query, tuple(pieces))
    for piece in pieces:
        if piece.inside:
            yield from _rows(query, piece.inside)


def _one(row: Row, at: int) -> Iterator[QueryProblem]:
    for read in (_operator, _call, _slop, _sign, _proximity, _field, _word):
        if found := read(row, at):
            yield found
            return


def _operator(row: Row, at: int) -> QueryProblem | None:
    word, start, end = row.pieces[at].text, row.pieces[at].start, row.pieces[at].end
    if word in _LOWER:
        return QueryProblem("E201", f'"{word}" in small letters is read as a word, not as an operator', start, end,
                            f'write {word.upper()}, or put the whole phrase in quotes: "... {word} ..."')
    if _LOWER_NEAR.fullmatch(word) and not word.isupper():
        upper = word.upper()
        return QueryProblem("E201", f'"{word}" in small letters is no operator', start, end, f"write {upper}",
                            fix=(start, end, upper))
    return None


def _call(row: Row, at: int) -> QueryProblem | None:
    """A name with brackets right behind it."""
    piece = row.pieces[at]
    group = row.pieces[at + 1] if at + 1 < len(row.pieces) else None
    if group is None or group.kind != "group" or group.start != piece.end:
        return None
    word, inside = piece.text, row.query[group.start + 1:group.end - 1].strip()
    system, written = "not Dateline", ""
    if word == "AROUND":
        system, written = "Google", f"NEAR/{inside if inside.isdecimal() else 'n'}"
    elif word == "ALLCAPS":
        system, written = "Nexis", inside.upper() if " " not in inside else f"({inside.upper()})"
    elif word.casefold() in (*FIELDS, "place", "about"):
        written = f"{word.casefold()}:({inside})"
    else:
        for shape, owner, template in _CALLS:
            if found := shape.fullmatch(word):
                system, written = owner, template.format(**found.groupdict()).replace("...", inside)
    if not written:
        return None
    more = ": a word in capitals matches only capitals" if word == "ALLCAPS" else ""
    return QueryProblem("E210", f'"{word}(...)" is {system} syntax', piece.start, piece.end, f"write {written}{more}",
                        fix=(piece.start, group.end, written) if inside else None)


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
    what = found["word"] or row.source(at + 1, at + 1)
    written = signed(row, at, what) if found["sign"] == "+" else negated(row, at, last, what)
    remedy = f"write {written}" if found["sign"] != "+" else f"write {what}, joined with AND"
    return QueryProblem("E210", f'"{piece.text}" is {system} syntax', piece.start, piece.end, remedy,
                        fix=(piece.start, row.pieces[last].end, written))


def _proximity(row: Row, at: int) -> QueryProblem | None:
    """Distances of Nexis and Westlaw, which hold for all alternatives on either side."""
    piece = row.pieces[at]
    if steps := _STEPS.fullmatch(piece.text):
        system = "Nexis" if steps["how"] else "Westlaw"
        number = max(0, int(steps["n"]) - 1)
        word = f"{'ONEAR' if steps['how'].upper() == 'PRE' else 'NEAR'}/{number}"
        start, end, written = together(row, at, word)
        counted = f"NEAR counts the words in between, so {system} {piece.text} is {word}"
        return QueryProblem("E210", f'"{piece.text}" is {system} syntax', piece.start, piece.end,
                            f"write {written} — {counted}", fix=(start, end, written))
    if unit := _UNITS.fullmatch(piece.text):
        name = "sentence" if unit["unit"].startswith("s") and unit["unit"] != "seg" else "paragraph"
        fix = together(row, at, name)
        written = fix[2] if fix[2] != name else f"{name}(... AND ...) around both sides"
        system = "Nexis" if unit["how"] else "Westlaw"
        return QueryProblem("E210", f'"{piece.text}" is {system} syntax', piece.start, piece.end, f"write {written}",
                            fix=fix if fix[2] != name else None)
    return None


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
    return _enclosed(piece, known, shown) or _unknown_field(name, shown, start)


def _enclosed(piece: Piece, name: str, shown: str) -> QueryProblem | None:
    """Fields whose value is written otherwise here."""
    where = (piece.start, piece.end)
    if name == "raw" and shown != '"..."':
        written = f"exact({shown})"
        return QueryProblem("E210", '"raw:" is Brandwatch syntax', *where, f"write {written}", fix=(*where, written))
    if shown.startswith("//"):
        written = f'url:"{shown[2:]}"'
        return QueryProblem("E211", "an address is looked for in url:", *where, f"write {written}",
                            fix=(*where, written))
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
