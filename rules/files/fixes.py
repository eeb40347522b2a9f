"""Corrections of a file's text: a key renamed, a value written otherwise, a line moved or taken out.

Each answers None where the text is not as simple as the correction: then a person mends it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules.files.toml_lines import HEADER, open_after
from rules.problem import Fix

if TYPE_CHECKING:
    from rules.files.toml_source import KeyPath, TomlFile

_VALUE = re.compile(r"""=[ \t]*((?:'[^'\n]*'|"(?:\\.|[^"\\\n])*"|\[[^\[\]\n]*\]|[^'"\[\]{}#\s]+))[ \t]*(?:#[^\n]*)?$""")


def renamed(file: TomlFile, path: KeyPath, name: str) -> Fix | None:
    """The key at `path` under another name."""
    line = file.lines.get(path)
    if not line or not isinstance(path[-1], str):
        return None
    row = file.source_of(line)
    key = re.match(rf"\s*{re.escape(path[-1])}(?=\s*=)", row)
    if not key:
        return None
    start = file.offset_of(line)
    return Fix(start + key.end() - len(path[-1]), start + key.end(), name)


def revalued(file: TomlFile, path: KeyPath, written: str) -> Fix | None:
    """The key at `path` with another value, given as TOML; for values that stand on the key's own line."""
    line = file.lines.get(path)
    value = _VALUE.search(file.source_of(line)) if line else None
    if not line or not value:
        return None
    start = file.offset_of(line)
    return Fix(start + value.start(1), start + value.end(1), written)


def removed(file: TomlFile, path: KeyPath) -> Fix | None:
    """The file without the key at `path`."""
    line = file.lines.get(path)
    if not line or HEADER.match(file.source_of(line)):
        return None
    return Fix(file.offset_of(line), file.offset_of(_after(file, line)), "")


def moved(file: TomlFile, path: KeyPath, above: KeyPath) -> Fix | None:
    """The lines of the key at `path` moved up to above the first table below `above`; () means the file's first table.
    """
    line = file.lines.get(path)
    target = _first_table(file, above)
    if not line or not target or target >= line:
        return None
    begin, end = file.offset_of(line), file.offset_of(_after(file, line))
    start = file.offset_of(target)
    key = file.text[begin:end]
    return Fix(start, end, (key if key.endswith("\n") else f"{key}\n") + file.text[start:begin])


def _first_table(file: TomlFile, above: KeyPath) -> int:
    """The first line of a table below `above`, or of the notes and empty lines directly over it."""
    headers = [line for found, line in file.lines.items() if HEADER.match(file.source_of(line))
               and found[:len(above)] == above and found != above]
    target = min(headers, default=0)
    while target > 1 and file.source_of(target - 1).lstrip().startswith("#"):
        target -= 1
    while target > 1 and not file.source_of(target - 1).strip():
        target -= 1
    return target


def _after(file: TomlFile, line: int) -> int:
    """The line behind the value that begins on `line`."""
    last = line
    while last < len(file.rows):
        still = open_after(file.rows[line - 1:last])
        if not still.quotes and not still.brackets:
            break
        last += 1
    return last + 1
