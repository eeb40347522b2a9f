"""Names with brackets behind them: our own in other letters, those of Nexis, Google and Brandwatch, and unknown ones.

A name that is none of ours is never put in quotes: `SENTENCE(ICE AND raid)` as a phrase would find nothing, in silence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules.query.pieces import MAX_COUNT, Piece, QueryProblem
from rules.query.tree import FIELDS

if TYPE_CHECKING:
    from rules.query.foreign_rows import Row

_OURS = ("sentence", "paragraph", "exact", "anycase")
# What may also have a blank before its bracket, because nobody looks for these words in capitals.
_SEGMENTS = ("SUBJECT", "TERMS", "TERM", "BYLINE", "AUTHOR", "DATE", "LENGTH", "LANGUAGE", "GEOGRAPHIC", "COMPANY",
             "PERSON", "ORGANIZATION", "INDUSTRY", "TICKER", "GRAPHIC", "CITY", "STATE", "COUNTRY", "DATELINE")
_CALLS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"CAPS|NOCAPS|PLURAL|SINGULAR"), "Nexis", "exact(...)"),
    (re.compile(r"HEADLINE|headline"), "Nexis", "title:(...)"),
    (re.compile(r"HLEAD"), "Nexis", "(title:(...) OR lead:(...))"),
    (re.compile(r"LEAD"), "Nexis", "lead:(...)"),
    (re.compile(r"PUBLICATION|SOURCE"), "Nexis", "source:(...)"),
    (re.compile(r"(?i:ATL(?:EAST)?)/?(?P<n>\d{1,3})"), "Nexis", "ATLEAST/{n}(...)"),
    (re.compile(r"raw:?"), "Brandwatch", "exact(...)"),
)
_PHRASE = re.compile(r"[^\W_][\w'’.&-]*(?:\s+(?!AND\b|OR\b|NOT\b|W/|O?NEAR)[^\W_][\w'’.&-]*)+")
_OUR_COUNT = re.compile(r"ATLEAST/\d{1,4}")
_TOUCHING = re.compile(r"\d+[A-Za-z]?|[^\s()\"]*[^\w\s()\"]")  # 287(g) is no call, nor is a sign before brackets
_TWO_TERMS = re.compile(r'("[^"]*"|[^\s()",]+)\s+("[^"]*"|[^\s()",]+)')


def call(row: Row, at: int) -> QueryProblem | None:
    """A name with brackets right behind it."""
    piece = row.pieces[at]
    group = row.pieces[at + 1] if at + 1 < len(row.pieces) else None
    if group is None or group.kind != "group":
        return None
    word, inside = piece.text, row.query[group.start + 1:group.end - 1].strip()
    if word.casefold() in _OURS:
        return _known(piece, word.casefold())
    if word in _SEGMENTS:
        return _segment(piece, group, inside)
    if group.start != piece.end:
        return None
    if word.casefold() in ("near", "onear", "around"):
        return _near(row, at, group, inside)
    return _translated(piece, group, inside) or _unknown(row, piece, group, inside)


def _known(piece: Piece, name: str) -> QueryProblem:
    return QueryProblem("E210", f'"{piece.text}(...)": functions are written in small letters', piece.start, piece.end,
                        f"write {name}(...)", fix=(piece.start, piece.end, name))


def _segment(piece: Piece, group: Piece, inside: str) -> QueryProblem:
    """Parts of an article's record at Nexis that no feed has."""
    if piece.text in ("DATE", "LENGTH", "LANGUAGE"):
        remedy = "remove it: rules see every new article once, of any length, in English and Spanish"
    else:
        remedy = ("no feed says this of an article; look for the words in the article itself, or in its headline: "
                  f"title:({inside or '...'}). The fields are title:, lead:, body:, caption:, source:, url:, section:, "
                  "place: and about:")
    return QueryProblem("E210", f'"{piece.text}(...)" is Nexis syntax', piece.start, group.end, remedy)


def _near(row: Row, at: int, group: Piece, inside: str) -> QueryProblem:
    """AROUND(5) of Google between two terms, and NEAR(a b) around them as databases write it."""
    piece = row.pieces[at]
    operator = "ONEAR" if piece.text.casefold() == "onear" else "NEAR"
    system = "Google" if piece.text == "AROUND" else "not Dateline"
    message = f'"{piece.text}(...)" is {system} syntax'
    if inside.isdecimal() or not inside or piece.text == "AROUND":
        written = f"{operator}/{inside if inside.isdecimal() else 'n'}"
        fix = (piece.start, group.end, written) if inside.isdecimal() else None
        return QueryProblem("E210", message, piece.start, group.end, f"write {written}", fix=fix)
    if terms := _TWO_TERMS.fullmatch(inside):
        written = f"{terms[1]} {operator}/5 {terms[2]}"
        return QueryProblem("E210", message, piece.start, group.end, f"write {written}",
                            fix=(piece.start, group.end, f"({written})"))
    return QueryProblem("E210", message, piece.start, group.end,
                        f"write it between two terms, with how many words may lie between: a {operator}/5 b")


def _translated(piece: Piece, group: Piece, inside: str) -> QueryProblem | None:
    word, system, written = piece.text, "not Dateline", ""
    if word == "ALLCAPS":
        system, written = "Nexis", inside.upper() if " " not in inside else f"({inside.upper()})"
    elif word.casefold() in (*FIELDS, "place", "about") and word not in ("SOURCE", "source"):
        written = f"{word.casefold()}:({inside})"
    else:
        for shape, owner, template in _CALLS:
            if found := shape.fullmatch(word):
                system, written = owner, template.format(**found.groupdict()).replace("...", _quoted(word, inside))
                if int(found.groupdict().get("n") or 1) not in range(1, MAX_COUNT + 1):
                    return QueryProblem("E215", f"{word}: the number must be 1 to {MAX_COUNT}", piece.start, piece.end,
                                        f"say how many mentions are enough: ATLEAST/3({inside})")
    if not written:
        return None
    more = ": a word in capitals matches only capitals" if word == "ALLCAPS" else ""
    return QueryProblem("E210", f'"{word}(...)" is {system} syntax', piece.start, piece.end, f"write {written}{more}",
                        fix=(piece.start, group.end, written) if inside else None)


def _quoted(word: str, inside: str) -> str:
    """The name of a publication is one phrase; elsewhere what two words mean is asked."""
    return f'"{inside}"' if word == "PUBLICATION" and _PHRASE.fullmatch(inside) else inside


def _unknown(row: Row, piece: Piece, group: Piece, inside: str) -> QueryProblem | None:
    word = piece.text
    if _OUR_COUNT.fullmatch(word) or _TOUCHING.fullmatch(word) or inside in ("s", "es"):
        return None
    both = f"{word} AND {' '.join(row.query[group.start:group.end].split())}"
    return QueryProblem("E210", f'there is no function "{word}(...)"', piece.start, piece.end,
                        "the functions are sentence(...), paragraph(...), exact(...), anycase(...) and ATLEAST/3(...); "
                        f"if these are two terms, say how they belong together: {both}")
