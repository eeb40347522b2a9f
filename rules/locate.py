"""Where a character of a query stands in its file, so that a caret can point into a text of several lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules.problem import Problem

if TYPE_CHECKING:
    from rules.query import QueryProblem
    from rules.toml_source import KeyPath, TomlFile

_STRING = re.compile(r"""'''(?s:.*?)'''|\"\"\"(?s:.*?)\"\"\"|'[^'\n]*'|"(?:\\.|[^"\\\n])*"|#[^\n]*""")


def problem_at(
    file: TomlFile, path: KeyPath, value: str, found: QueryProblem, item: int | None = None
) -> Problem:
    """A problem inside the text of a key (or of the item of its list) as a problem of the file.

    Where the text cannot be found as it reads, because escapes changed it, the key's own line is named.
    """
    begin = _content(file, path, value, item)
    if begin is None:
        return file.problem(found.code, found.message, *path, remedy=found.help, warning=found.level == "warning")
    # What is missing at the end of a text is shown behind its last character, not on an empty line below.
    start = found.start if found.start < len(value.rstrip()) else len(value.rstrip())
    at = begin + start
    line = file.text.count("\n", 0, at) + 1
    line_start = file.text.rfind("\n", 0, at) + 1
    source = file.source_of(line)
    column = at - line_start + 1
    width = max(1, min(begin + found.end, line_start + len(source)) - at)
    return Problem(found.code, found.message, file.name, line, column, width, source, found.help, found.level)


def _content(file: TomlFile, path: KeyPath, value: str, item: int | None) -> int | None:
    """Offset in the file at which the text begins, behind its quotes."""
    offset = _line_offset(file.text, file.line_of(*path))
    equals = file.text.find("=", offset)
    strings = (found for found in _STRING.finditer(file.text, equals) if not found[0].startswith("#"))
    for at, found in enumerate(strings):
        if at == (item or 0):
            quotes = 3 if found[0][:3] in ("'''", '"""') else 1
            begin = found.start() + quotes
            begin += quotes == 3 and file.text.startswith("\n", begin)
            return begin if file.text.startswith(value, begin) else None
    return None


def _line_offset(text: str, line: int) -> int:
    offset = 0
    for _ in range(line - 1):
        offset = text.find("\n", offset) + 1
    return offset
