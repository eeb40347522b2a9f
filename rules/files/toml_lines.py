"""What stands on which line of a TOML text, and what is still open at its end: tomllib tells neither."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

KeyPath = tuple[str | int, ...]

HEADER = re.compile(r"^\s*(\[\[|\[)\s*([^\[\]]+?)\s*(\]\]|\])")
KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
_TOKEN = re.compile(r"""'''|\"\"\"|'[^']*'|"(?:\\.|[^"\\])*"|\#.*|[\[\]{}]""")


@dataclass(frozen=True, slots=True)
class Open:
    """What is open behind some line: the quotes of a long text, brackets, and the line they were opened on."""

    quotes: str = ""
    brackets: int = 0
    since: int = 0


def scan(rows: Sequence[str]) -> dict[KeyPath, int]:
    """Lines of tables and keys of a text that is known to parse. Inline tables count as their key's line."""
    found: dict[KeyPath, int] = {}
    for path, number in _named(rows):
        found.setdefault(path, number)
    return found


def doubled(rows: Sequence[str]) -> tuple[int, int] | None:
    """The first and the last line of the last key of a text, where that key stands twice in its table."""
    named = list(_named(rows))
    path, last = named[-1] if named else ((), 0)
    first = next((number for earlier, number in named if earlier == path), last)
    return (first, last) if first != last else None


def _named(rows: Sequence[str]) -> Iterator[tuple[KeyPath, int]]:
    """Every table and key in the order of their lines."""
    table: KeyPath = ()
    counts: dict[KeyPath, int] = {}
    closing, depth = "", 0
    for number, line in enumerate(rows, 1):
        if closing or depth:
            closing, depth = _carry(line, closing, depth)
        elif header := HEADER.match(line):
            table = _table_path(_parts(header[2]), header[1] == "[[", counts)
            yield table, number
        elif key := KEY.match(line):
            yield (*table, *_parts(key[1])), number
            closing, depth = _carry(line[key.end():], "", 0)


def open_after(rows: Sequence[str]) -> Open:
    """What the text leaves open, where it need not parse."""
    quotes, depth, since = "", 0, 0
    for number, line in enumerate(rows, 1):
        key = KEY.match(line)
        if not (quotes or depth):
            if not key:
                continue
            since = number
        text = line[key.end():] if key and not (quotes or depth) else line
        quotes, depth = _carry(text, quotes, max(0, depth))
    return Open(quotes, max(0, depth), since)


def headers(rows: Sequence[str], name: str) -> list[tuple[int, bool]]:
    """The lines of the tables of one name, and whether each has double brackets. Texts over several lines count not."""
    found: list[tuple[int, bool]] = []
    closing, depth = "", 0
    for number, line in enumerate(rows, 1):
        header = HEADER.match(line)
        if not (closing or depth) and header:
            if header[2].replace(" ", "") == name:
                found.append((number, header[1] == "[["))
            continue
        closing, depth = _carry(line, closing, max(0, depth))
    return found


def _parts(dotted: str) -> KeyPath:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _table_path(names: KeyPath, is_array: bool, counts: dict[KeyPath, int]) -> KeyPath:
    """The path with list indexes: the second [[rule]] is ('rule', 1), an example below it ('rule', 1, 'example', 0)."""
    path: KeyPath = ()
    for name in names[:-1]:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path])
    path = (*path, names[-1])
    if not is_array:
        return path
    counts[path] = counts.get(path, -1) + 1
    return (*path, counts[path])


def _carry(line: str, closing: str, depth: int) -> tuple[str, int]:
    """What is still open at the end of a line: the closing quotes of a long text, and how many brackets."""
    at = 0
    if closing:
        end = line.find(closing)
        if end < 0:
            return closing, depth
        at = end + 3
    while token := _TOKEN.search(line, at):
        at = token.end()
        if token[0] in ("'''", '"""'):
            end = line.find(token[0], at)
            if end < 0:
                return token[0], depth
            at = end + 3
        elif token[0] in "[{":
            depth += 1
        elif token[0] in "]}":
            depth -= 1
    return "", depth
