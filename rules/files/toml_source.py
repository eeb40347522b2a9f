"""TOML files read with the line of every key, so that a message can point at it.

tomllib gives positions for syntax errors only (told in toml_syntax); for files that parse, toml_lines finds them.
"""

from __future__ import annotations

import stat
import tomllib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from rules.files.toml_lines import HEADER, KeyPath, scan
from rules.files.toml_syntax import syntax_problem
from rules.problem import Fix, Problem

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from rules.files.toml_syntax import Rewrite

__all__ = ["KeyPath", "TomlFile", "parse_toml", "read_toml"]

# 10 MB in place of a rule file must not cost a minute; the largest shipped file is under 1 MB.
MAX_BYTES = 5_000_000
MAX_SYNTAX_ERRORS = 30  # told in one run; each costs a reading of the file


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A file as parsed. Where `problems` is not empty nothing of it may be used.

    `values` are then what the corrections make of it that leave no choice, so that its other mistakes can be told in
    the same run; they are empty where a person must mend it first.
    """

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
        return min((line for below, line in self.lines.items() if path and below[:1] == path[:1]), default=1)

    def source_of(self, line: int) -> str:
        """The text of a line, counted from 1; empty outside the file."""
        return self.rows[line - 1] if 0 < line <= len(self.rows) else ""

    def offset_of(self, line: int) -> int:
        """The character at which a line begins, counted from 0; the end of the text for lines behind it."""
        return min(len(self.text), sum(len(row) + 1 for row in self.rows[:line - 1]))

    def problem(
        self, code: str, message: str, *path: str | int, remedy: str = "", warning: bool = False, fix: Fix | None = None
    ) -> Problem:
        """A problem at the line of `path`, with that line quoted and its key underlined."""
        line = self.line_of(*path)
        source = self.source_of(line)
        column = len(source) - len(source.lstrip()) + 1 if source else 0
        width = len(path[-1]) if path and isinstance(path[-1], str) and path in self.lines else 1
        if header := HEADER.match(source):
            width = len(header[0].lstrip())
        level: Literal["error", "warning"] = "warning" if warning else "error"
        fix = None if self.problems else fix  # its characters would be those of the corrected text
        return Problem(code, message, self.name, line, column, width, source, remedy, level, fix)


def read_toml(path: Path, name: str | None = None) -> TomlFile:
    """Read one file; every reason why it cannot be read becomes a problem, none an exception."""
    shown = name or str(path)
    try:
        if unfit := _unfit(path.stat()):
            return _unreadable(shown, *unfit)
        raw = path.read_bytes()
    except IsADirectoryError:
        return _unreadable(shown, "this is a folder, and a file is needed", "move the folder away")
    except FileNotFoundError:
        return _unreadable(shown, "the file does not exist", "check the name, or point --config at the right file")
    except OSError as error:
        return _unreadable(shown, f"the file cannot be read: {error.strerror}", "check its permissions")
    try:
        return parse_toml(raw.decode("utf-8-sig"), shown)
    except UnicodeDecodeError as error:
        return _not_utf8(error.object, error.start, shown)


def _not_utf8(raw: bytes, at: int, name: str) -> TomlFile:
    """The place of the first letter that another encoding wrote; cp1252 is what Windows and old exports write."""
    begin, end = raw.rfind(b"\n", 0, at) + 1, raw.find(b"\n", at) % (len(raw) + 1)
    before = raw[begin:at].decode("utf-8")
    row = before + raw[at:end].decode("cp1252", "replace").rstrip("\r")
    line, column = raw.count(b"\n", 0, at) + 1, len(before) + 1
    message = f"the file is not UTF-8 text: {row[column - 1]} was saved in another encoding"
    return TomlFile(name, problems=(
        Problem("E100", message, name, line, column, 1, row, "save the file again as UTF-8"),))


def _unfit(found: os.stat_result) -> tuple[str, str] | None:
    """What must not even be opened: a huge file would fill the memory, and a pipe would never end."""
    size = found.st_size
    if stat.S_ISREG(found.st_mode) and size > MAX_BYTES:
        return f"the file has {size:,} bytes, over the limit of {MAX_BYTES:,}", "split it"
    if stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode):
        return None
    return "this is no file but a pipe or a device", "move it out of the folder"


def parse_toml(text: str, name: str) -> TomlFile:
    """Parse TOML text; a syntax error becomes a problem with line, column and remedy.

    Where the remedy leaves no choice, reading goes on with it made, so that one curly quote does not hide the next.
    """
    text = text.replace("\r\n", "\n")
    original = rows = tuple(text.split("\n"))  # as tomllib counts: other signs that end a line may stand in a text
    problems: list[Problem] = []
    for _ in range(MAX_SYNTAX_ERRORS):
        try:
            values = tomllib.loads("\n".join(rows))
        except tomllib.TOMLDecodeError as error:
            problem, rewrite = syntax_problem(error, "\n".join(rows), name)
            better = _rewritten(rows, rewrite)
            problems += _as_written(problem, rewrite if better != rows else None, rows, original)
            if better == rows:
                break
            rows = better
        except RecursionError:
            return _unreadable(name, "brackets are nested too deeply", "close the brackets that are open")
        else:
            return TomlFile(name, text, values, scan(rows), tuple(problems), original)
    return TomlFile(name, text, problems=tuple(problems), rows=original)


def _rewritten(rows: tuple[str, ...], rewrite: Rewrite | None) -> tuple[str, ...]:
    return (*rows[:rewrite.first - 1], *rewrite.rows, *rows[rewrite.last:]) if rewrite else rows


def _as_written(
    problem: Problem, rewrite: Rewrite | None, rows: tuple[str, ...], original: tuple[str, ...]
) -> Iterator[Problem]:
    """The problem with its correction in characters of the original text.

    What is wrong besides on a line that was corrected already is told when that is done, unless it ends the reading.
    """
    if rewrite is None:
        yield problem
    elif rows[rewrite.first - 1:rewrite.last] == original[rewrite.first - 1:rewrite.last]:
        start = sum(len(row) + 1 for row in original[:rewrite.first - 1])
        end = start + len("\n".join(original[rewrite.first - 1:rewrite.last]))
        yield replace(problem, fix=Fix(start, end, "\n".join(rewrite.rows)))


def _unreadable(name: str, message: str, remedy: str) -> TomlFile:
    return TomlFile(name, problems=(Problem("E100", message, name, help=remedy),))
