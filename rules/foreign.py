"""Query syntax of other systems, recognised word by word, with what to write here instead.

Admins paste searches from Nexis, Meltwater, Brandwatch, Google and Lucene. Read as plain words such a query would
match nothing or everything, in silence; so each foreign piece is an error whose help can be pasted.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from rules.pieces import Piece, QueryProblem
from rules.tree import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


# Whole words of a query: shape, whose syntax it is, and the help line. {less} is n - 1, because NEAR counts the words
# in between where Nexis counts steps from word to word.
_WORDS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"[Ww]/(?P<n>\d{1,3})"), "Nexis",
     "write NEAR/{less} — NEAR counts the words in between, so Nexis W/{n} is NEAR/{less}"),
    (re.compile(r"(?:PRE|pre)/(?P<n>\d{1,3})"), "Nexis",
     "write ONEAR/{less} — it counts the words in between, left side first"),
    (re.compile(r"(?:[Ww]|PRE|pre)/s"), "Nexis", "write sentence(... AND ...) around both sides"),
    (re.compile(r"(?:[Ww]|PRE|pre)/(?:p|seg)"), "Nexis", "write paragraph(... AND ...) around both sides"),
    (re.compile(r"/(?P<n>\d{1,3})"), "Westlaw", "write NEAR/{less} — NEAR counts the words in between"),
    (re.compile(r"NEAR/(?P<n>\d{1,3})[fF]"), "Brandwatch", "write ONEAR/{n}, left side first"),
    (re.compile(r"(?:NEAR|near|Near)[-:_]?(?P<n>\d{1,2})"), "not Dateline", "write NEAR/{n}"),
    (re.compile(r"[Nn]/(?P<n>\d{1,2})"), "ProQuest", "write NEAR/{n}"),
    (re.compile(r"@(?P<word>[A-Za-z0-9][\w-]*)[.,;:!?]+"), "not Dateline", "write @{word}, with a space behind it"),
    (re.compile(r"XOR"), "not Dateline", "write OR; where both together are unwanted: (a OR b) AND NOT (a AND b)"),
    (re.compile(r"AND/OR|and/or"), "not Dateline", "write OR, which also finds what has both"),
    (re.compile(r"(?P<word>O?NEAR)"), "Meltwater", "say how many words may lie between: {word}/4"),
    (re.compile(r"(?P<word>[^\W_]{2,})!"), "Nexis", "write {word}*"),
    (re.compile(r"\{(?P<word>[^{}]+)\}?"), "Brandwatch",
     "write exact({word}); a word all in capitals matches only capitals without it"),
    (re.compile(r"-(?P<word>[^\W\d_][\w'’*-]*)"), "Google", "write AND NOT {word}"),
    (re.compile(r"\+(?P<word>[^\W\d_][\w'’*-]*)"), "Google", "write {word}, joined with AND"),
    (re.compile(r"&&?"), "Lucene", "write AND"),
    (re.compile(r"\|\|?"), "Google", "write OR"),
    (re.compile(r"ANDNOT|BUTNOT"), "Nexis", "write AND NOT"),
    (re.compile(r"[^\W\d_]+\?[^\W\d_]*"), "Brandwatch", "write the words out, joined with OR"),
)
# Names that are foreign only before a bracket.
_CALLS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"ALLCAPS"), "Nexis", "write the word in capitals: ICE matches only ICE"),
    (re.compile(r"CAPS|NOCAPS"), "Nexis", "write exact(...) with the letters as they are printed"),
    (re.compile(r"HEADLINE|headline"), "Nexis", "write title:(...)"),
    (re.compile(r"HLEAD|LEAD"), "Nexis", "write title:(...) OR lead:(...)"),
    (re.compile(r"ATLEAST(?P<n>\d{1,3})"), "Nexis", "write ATLEAST/{n}(...)"),
    (re.compile(r"raw:?"), "Brandwatch", "write exact(...)"),
)
# What people call a field, where spelling does not lead to ours.
_CALLED = {"location": "place", "city": "place", "town": "place", "county": "place", "state": "place", "geo": "place",
           "text": "body", "content": "body", "article": "body", "outlet": "source", "publication": "source",
           "publisher": "source", "domain": "url", "link": "url"}
_INSIDE = r"(?:[^'’\"()\n]|(?<=\w)['’](?=\w))*"  # an apostrophe between letters closes nothing
_SINGLE = re.compile(rf"(?<![\w'’])['‘]({_INSIDE}\s{_INSIDE})['’](?!\w)")
_WORDS_OF_ITEM = r"(?!(?:AND|OR|NOT|O?NEAR/\d+)\b)[^\s()\",;]++"
_ITEM = rf'(?:(?:[a-z]+:)?"[^"]*"|{_WORDS_OF_ITEM}(?:\s+{_WORDS_OF_ITEM})*+)'
_COMMAS = re.compile(rf"(?<![^\s()\",;]){_ITEM}(?:(?:\s*[,;]\s+|\s+[,;]|[,;](?=[@\"])){_ITEM})+")
_NEAR_CALL = re.compile(r"(?:near|NEAR|Near)/?\d*\(\s*([^(),]+?)\s*,\s*([^(),]+?)\s*(?:,\s*(\d{1,2})\s*)?\)")
_ATLEAST = re.compile(r"(?i:at_?least)(?:[/ ]*|\(\s*)(\d{1,3})(?:\s+|\s*,\s*)(\"[^\"]*\"|@?[^\s()\",]+)\)?")
_GOOGLE_FIELDS = {"intitle": "title", "allintitle": "title", "headline": "title", "hlead": "lead", "intext": "body",
                  "allintext": "body", "inurl": "url", "site": "url"}
_SLOP = re.compile(r"~(?P<n>\d{1,3})")
_UNKNOWN_FIELD = re.compile(r"(?P<name>[A-Za-z]{3,15}):(?P<rest>\S*)")
_LOWER = frozenset(("and", "or", "not"))
_LOWER_NEAR = re.compile(r"o?near/\d{1,3}|atleast/\d{1,3}", re.IGNORECASE)


def find(query: str, pieces: Sequence[Piece]) -> Iterator[QueryProblem]:
    """Every foreign part of a query: first those of several words, then single words outside of them."""
    parts = list(_parts(query))
    yield from parts
    for at, piece in enumerate(pieces):
        if piece.kind == "WORD" and not any(part.start <= piece.start < part.end for part in parts):
            yield from _one(pieces[at - 1] if at else None, piece, query)


def _parts(query: str) -> Iterator[QueryProblem]:
    masked = re.sub(r'"[^"]*"', lambda phrase: f'"{"_" * (len(phrase[0]) - 2)}"', query)
    for found in _SINGLE.finditer(masked):
        yield QueryProblem("E202", "single quotes do not make a phrase", *found.span(), f'write "{found[1].strip()}"')
    taken: list[tuple[int, int]] = []
    for call in _NEAR_CALL.finditer(masked):
        left, right = (_quoted(query[call.start(at):call.end(at)]) for at in (1, 2))
        if right.isdecimal():  # NEAR(a b, 5), as SQLite has it
            continue
        taken.append(call.span())
        yield QueryProblem("E210", f'"{call[0].partition("(")[0]}(...)" is not Dateline syntax', *call.span(),
                           f"write {left} NEAR/{call[3] or 5} {right}")
    for count in _ATLEAST.finditer(masked):
        what = query[count.start(2):count.end(2)]
        taken.append(count.span())
        yield QueryProblem("E210", "ATLEAST is written with a slash and brackets", *count.span(),
                           f"write ATLEAST/{count[1]}({what})")
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


def _one(before: Piece | None, piece: Piece, query: str) -> Iterator[QueryProblem]:
    word, start, end = piece.text, piece.start, piece.end
    following = query[end:end + 1]
    if word in _LOWER:
        yield QueryProblem("E201", f'"{word}" in small letters is read as a word, not as an operator', start, end,
                      f'write {word.upper()}, or put the whole phrase in quotes: "... {word} ..."')
    elif _LOWER_NEAR.fullmatch(word):
        yield QueryProblem("E201", f'"{word}" in small letters is no operator', start, end, f"write {word.upper()}")
    elif following == "(" and (call := _call(word, query[end:])):
        system, remedy = call
        yield QueryProblem("E210", f'"{word}(...)" is {system} syntax', start, end, remedy)
    elif (slop := _SLOP.fullmatch(word)) and before and before.kind == "PHRASE":
        yield QueryProblem("E210", f"{before.text}{word} is Lucene syntax", before.start, end,
                           _spread(before.text, slop["n"]))
    elif word == "-" or (word == "+" and following in '"('):
        instead = "AND NOT" if word == "-" else "AND"
        yield QueryProblem("E210", f'"{word}" is Google syntax', start, end, f"write {instead} before what follows")
    elif field := _UNKNOWN_FIELD.fullmatch(word):
        yield _field(field, start, end)
    elif rewrite := _rewrite(word, _WORDS):
        system, remedy = rewrite
        yield QueryProblem("E210", f'"{word}" is {system} syntax', start, end, remedy)


def _call(word: str, rest: str) -> tuple[str, str] | None:
    if word == "AROUND":
        number = re.match(r"\((\d{1,3})\)", rest)
        return "Google", f"write NEAR/{number[1] if number else 'n'}"
    system, remedy = _rewrite(word, _CALLS) or ("not Dateline", "")
    name = word.casefold()
    if not remedy and name in (*FIELDS, "place", "about"):
        remedy = f"write {name}:(...)"
    # What stands in the brackets is put into the remedy, so that it can be pasted.
    inside = re.match(r"\([^()]+\)", rest)
    return (system, remedy.replace("(...)", inside[0] if inside else "(...)")) if remedy else None


def _rewrite(word: str, shapes: Sequence[tuple[re.Pattern[str], str, str]]) -> tuple[str, str] | None:
    """Whose syntax a word is and what to write, if one of the shapes fits it."""
    for shape, system, template in shapes:
        if found := shape.fullmatch(word):
            groups = found.groupdict()
            less = max(0, int(groups.get("n") or 1) - 1)
            return system, template.format(**groups, less=less) if groups else template
    return None


def _spread(phrase: str, number: str) -> str:
    first, *others = phrase.strip('"').split() or [""]
    for other in others:
        first = f"{first} NEAR/{number} {other}" if " " not in first else f"({first}) NEAR/{number} {other}"
    return f"write {first}"


def _field(field: re.Match[str], start: int, end: int) -> QueryProblem:
    name, rest = field["name"], field["rest"] or '"..."'
    if name.casefold() in _GOOGLE_FIELDS:
        ours = _GOOGLE_FIELDS[name.casefold()]
        return QueryProblem("E210", f'"{name}:" is Google syntax', start, end, f"write {ours}:{rest}")
    if name in ("sentence", "paragraph", "exact", "anycase"):
        return QueryProblem("E211", f'"{name}" stands without a colon', start, end, f"write {name}(...)")
    if rest.startswith("//"):
        return QueryProblem("E211", "an address is looked for in url:", start, end, f'write url:"{rest[2:]}"')
    close = next(iter(get_close_matches(name.casefold(), (*FIELDS, "place", "about"), 1, 0.6)), "")
    close = _CALLED.get(name.casefold(), close)
    remedy = f"did you mean {close}:{rest} ?" if close else (
        f'the fields are title, lead, body, caption, any, source, url, section, place, about; else write "{name} ..."')
    return QueryProblem("E211", f'unknown field "{name}:"', start, start + len(name) + 1, remedy)
