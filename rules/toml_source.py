"""TOML files read with the line of every key, so that a message can point at it.

tomllib gives positions for syntax errors only; a small scanner maps key paths to lines for files that parse.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from rules.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

KeyPath = tuple[str | int, ...]

# 10 MB in place of a rule file must not cost a minute; the largest shipped file is under 1 MB.
MAX_BYTES = 5_000_000

_HEADER = re.compile(r"^\s*(\[\[|\[)\s*([^\[\]]+?)\s*(\]\]|\])")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
_AT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_CURLY = re.compile("[\u2018\u2019\u201c\u201d]")


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A file as parsed. Where `problems` is not empty, `values` is empty and nothing of it may be used."""

    name: str
    text: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[KeyPath, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    rows: tuple[str, ...] = ()  # the text by lines: thousands of rules may each ask for one

    def line_of(self, *path: str | int) -> int:
        """The line of the key, or of the nearest enclosing key or table that has one; 1 where nothing is known."""
        for length in range(len(path), 0, -1):
            if line := self.lines.get(path[:length]):
                return line
        return 1

    def source_of(self, line: int) -> str:
        """The text of a line, counted from 1; empty outside the file."""
        return self.rows[line - 1] if 0 < line <= len(self.rows) else ""

    def problem(self, code: str, message: str, *path: str | int, remedy: str = "", warning: bool = False) -> Problem:
        """A problem at the line of `path`, with that line quoted and its key underlined."""
        line = self.line_of(*path)
        source = self.source_of(line)
        column = len(source) - len(source.lstrip()) + 1 if source else 0
        width = len(path[-1]) if path and isinstance(path[-1], str) and path in self.lines else 1
        level: Literal["error", "warning"] = "warning" if warning else "error"
        return Problem(code, message, self.name, line, column, width, source, remedy, level)


def read_toml(path: Path, name: str | None = None) -> TomlFile:
    """Read one file; every reason why it cannot be read becomes a problem, none an exception."""
    shown = name or str(path)
    try:
        raw = path.read_bytes()
    except IsADirectoryError:
        return _unreadable(shown, "this is a folder, and a file is needed", "move the folder away")
    except FileNotFoundError:
        return _unreadable(shown, "the file does not exist", "check the name, or point --config at the right file")
    except OSError as error:
        return _unreadable(shown, f"the file cannot be read: {error.strerror}", "check its permissions")
    if len(raw) > MAX_BYTES:
        return _unreadable(shown, f"the file has {len(raw):,} bytes, over the limit of {MAX_BYTES:,}", "split it")
    try:
        return parse_toml(raw.decode("utf-8-sig"), shown)
    except UnicodeDecodeError as error:
        return _unreadable(shown, f"the file is not UTF-8 text (byte {error.start})", "save it again as UTF-8")


def parse_toml(text: str, name: str) -> TomlFile:
    """Parse TOML text; a syntax error becomes a problem with line, column and remedy."""
    text = text.replace("\r\n", "\n")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return TomlFile(name, text, problems=(_syntax_problem(error, text, name),))
    except RecursionError:
        return _unreadable(name, "brackets are nested too deeply", "close the brackets that are open")
    rows = tuple(text.splitlines())
    return TomlFile(name, text, values, _scan(rows), rows=rows)


def _unreadable(name: str, message: str, remedy: str) -> TomlFile:
    return TomlFile(name, problems=(Problem("E100", message, name, help=remedy),))


def _syntax_problem(error: tomllib.TOMLDecodeError, text: str, name: str) -> Problem:
    said = str(error)
    at = _AT.search(said)
    lines = text.splitlines() or [""]
    line = int(at[1]) if at and at[1] else len(lines)
    column = int(at[2]) if at and at[2] else len(lines[-1]) + 1
    source = lines[min(line, len(lines)) - 1]
    if curly := _CURLY.search(source):
        return Problem("E101", "curly quotes cannot delimit text in this file", name, line, curly.start() + 1,
                       source=source, help="type straight quotes: ' or \"")
    message, remedy = _plain_words(_AT.sub("", said), source)
    return Problem("E102", message, name, line, column, source=source, help=remedy)


_PLAIN = (
    ("Invalid value", "the value is not written as TOML wants it",
     "put text between quotes ('...'); true, false and numbers go without"),
    ("Expected '=' after a key", "a key needs an equals sign and a value", "write  key = 'value'"),
    ("Cannot overwrite a value", "this key stands twice in the same table", "remove one of the two lines"),
    ("Cannot declare", "this table stands twice", "for a further entry of a list write [[name]] with double brackets"),
    ("Unclosed array", "a list is opened with [ and never closed", "add the missing ]"),
    ("Unterminated string", "a text is opened with a quote and never closed",
     "close it with the same quote; a text over several lines needs '''three quotes'''"),
    ("Illegal character", "a text in single quotes ends in the middle of a line break",
     "close the quote on the same line, or use '''three quotes'''"),
    ("Expected newline or end of document", "there is something after the end of the value",
     "put each key on a line of its own; a quote inside a text needs the other kind of quotes around it"),
    ("Expected \"'''\"", "a text opened with three quotes is never closed", "add the closing three quotes"),
    ('Expected \'\"\"\"\'', "a text opened with three quotes is never closed", "add the closing three quotes"),
    ("Unescaped '\\'", "a backslash in double quotes starts an escape", "use single quotes around the text"),
)


def _plain_words(said: str, source: str) -> tuple[str, str]:
    for start, message, remedy in _PLAIN:
        if said.startswith(start):
            return message, remedy
    return f"the file is not valid TOML here ({said[:1].lower()}{said[1:]})", f"look at: {source.strip()[:80]}"


def _scan(rows: Sequence[str]) -> dict[KeyPath, int]:
    """Lines of tables and keys of a text that is known to parse. Inline tables count as their key's line."""
    found: dict[KeyPath, int] = {}
    table: KeyPath = ()
    counts: dict[KeyPath, int] = {}
    closing, depth = "", 0
    for number, line in enumerate(rows, 1):
        if closing or depth:
            closing, depth = _carry(line, closing, depth)
        elif header := _HEADER.match(line):
            table = _table_path(_parts(header[2]), header[1] == "[[", counts)
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault((*table, *_parts(key[1])), number)
            closing, depth = _carry(line[key.end():], "", 0)
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


_TOKEN = re.compile(r"""'''|\"\"\"|'[^']*'|"(?:\\.|[^"\\])*"|\#.*|[\[\]{}]""")


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
