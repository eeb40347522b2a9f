"""Where a character of a query stands in its file, so that a caret can point into a text of several lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules.problem import Fix, Problem

if TYPE_CHECKING:
    from rules.files.toml_source import KeyPath, TomlFile
    from rules.query.parse import QueryProblem

_STRING = re.compile(r"""'''(?s:.*?)'''|\"\"\"(?s:.*?)\"\"\"|'[^'\n]*'|"(?:\\.|[^"\\\n])*"|#[^\n]*""")
_LONG = "'" * 3


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
    fix = None if file.problems else _fix(file.text, begin, found)
    return Problem(found.code, found.message, file.name, line, column, width, source, found.help, found.level, fix)


def replaced(file: TomlFile, path: KeyPath, value: str, item: int, written: str) -> Fix | None:
    """The item of a list, its quotes included, with `written` in its place; None where it is not found as it reads."""
    begin = _content(file, path, value, item)
    end = begin + len(value) if begin is not None else 0
    if begin is None or file.problems:
        return None
    if file.text[end:end + 1] != file.text[begin - 1] or file.text[begin - 2:begin] in ("''", '""'):
        return None
    return Fix(begin - 1, end + 1, written)


def _fix(text: str, begin: int, found: QueryProblem) -> Fix | None:
    """The rewrite in the file, unless the text's own quotes would end it."""
    if found.fix is None:
        return None
    start, end, written = found.fix
    opened = text[:begin].rstrip("\n")
    quote, is_long = opened[-1:], opened[-3:] in (_LONG, '"' * 3)
    if quote == '"' and not is_long:
        written = written.replace("\\", "\\\\").replace('"', '\\"')
    elif _LONG in written or (quote == "'" and not is_long and ("'" in written or "\n" in written)):
        return None
    return Fix(begin + start, begin + end, written)


def _content(file: TomlFile, path: KeyPath, value: str, item: int | None) -> int | None:
    """Offset in the file at which the text begins, behind its quotes."""
    offset = file.offset_of(file.line_of(*path))
    equals = file.text.find("=", offset)
    strings = (found for found in _STRING.finditer(file.text, equals) if not found[0].startswith("#"))
    for at, found in enumerate(strings):
        if at == (item or 0):
            quotes = 3 if found[0][:3] in ("'''", '"""') else 1
            begin = found.start() + quotes
            begin += quotes == 3 and file.text.startswith("\n", begin)
            return begin if file.text.startswith(value, begin) else None
    return None
