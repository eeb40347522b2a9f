"""tomllib's one message about a file that does not parse, told as what a person did and should do.

tomllib stops where it lost the thread, which is often below the mistake: a list or text that is never closed is blamed
on a later line, and a table with single brackets on the right one that follows. Each slip here looks for the cause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.files.toml_lines import HEADER, KEY, Open, headers, open_after
from rules.problem import Fix, Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from tomllib import TOMLDecodeError

_AT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_CURLY = re.compile("[\u2018\u2019\u201c\u201d]")
_TIME = re.compile(r"(?<![\d:'\"])(\d{1,2}):(\d\d)(?!\d)")
# Tables that may stand many times, in rule files and in config.toml.
_REPEATED = ("rule", "place", "feed", "channel", "example", "escalate")


@dataclass(frozen=True, slots=True)
class Told:
    """What to say instead of tomllib's words. Line 0 keeps the place where tomllib stopped.

    `written` is how the line should read, where there is one remedy.
    """

    message: str
    remedy: str
    line: int = 0
    written: str | None = None


@dataclass(frozen=True, slots=True)
class _Stop:
    """tomllib's words without the place, and the place: `column` counts from 1, `rows` are all lines."""

    said: str
    rows: tuple[str, ...]
    line: int
    column: int

    @property
    def source(self) -> str:
        return self.rows[self.line - 1] if self.line <= len(self.rows) else ""

    @property
    def ahead(self) -> str:
        """What stands where tomllib stopped, up to the end of the line."""
        return self.source[self.column - 1:].strip()


def syntax_problem(error: TOMLDecodeError, text: str, name: str) -> Problem:
    """The problem of a text that does not parse."""
    stop = _stop(error, text)
    if curly := _CURLY.search(stop.source):
        straight = _straight(stop.source)
        return Problem("E101", "curly quotes cannot delimit text in this file", name, stop.line, curly.start() + 1,
                       source=stop.source, help="type straight quotes: ' or \"",
                       fix=_fix(stop.rows, stop.line, straight))
    told = next((told for slip in _SLIPS if (told := slip(stop))), None) or _plain_words(stop)
    fix = _fix(stop.rows, told.line or stop.line, told.written)
    if not told.line or told.line == stop.line:
        return Problem("E102", told.message, name, stop.line, stop.column, 1, stop.source, told.remedy, fix=fix)
    source = stop.rows[told.line - 1]
    column = len(source) - len(source.lstrip()) + 1
    return Problem("E102", told.message, name, told.line, column, len(source.strip()), source, told.remedy, fix=fix)


def _straight(source: str) -> str | None:
    """The line with straight quotes, if its curly ones are those around texts and nothing else."""
    curly = "".join(_CURLY.findall(source))
    pairs = {"\u2018\u2019": "'", "\u201c\u201d": '"'}
    quote = pairs.get(curly[:2], "")
    if not quote or curly != curly[:2] * (len(curly) // 2) or quote in source:
        return None
    return _CURLY.sub(quote, source)


def _fix(rows: tuple[str, ...], line: int, written: str | None) -> Fix | None:
    if written is None:
        return None
    start = sum(len(row) + 1 for row in rows[:line - 1])
    return Fix(start, start + len(rows[line - 1]), written)


def _stop(error: TOMLDecodeError, text: str) -> _Stop:
    said = str(error)
    at = _AT.search(said)
    rows = tuple(text.split("\n"))
    line = int(at[1]) if at and at[1] else len(rows)
    column = int(at[2]) if at and at[2] else len(rows[-1]) + 1
    return _Stop(_AT.sub("", said), rows, min(line, len(rows)), column)


def _pasted(stop: _Stop) -> Told | None:
    """Lines of a web page or another language between the lines of the file."""
    line = stop.source.strip()
    if line.startswith("```"):
        return Told("this line belongs to the page that the text was copied from",
                    "remove the lines that begin with ```", written="")
    if line.startswith(("//", "/*", ";", "--")):
        note = f"# {line.lstrip('/*;- ')}"
        return Told("this is no note here: notes begin with #", f"write  {note}", written=note)
    return None


def _header(stop: _Stop) -> Told | None:
    """A header with a bracket too few, and a table that stands again where it may not."""
    if half := re.match(r"\s*(\[\[?)\s*([\w.-]+)\s*(\]{0,2})\s*(?:#.*)?$", stop.source):
        name = half[2]
        double = half[1] == "[[" or half[3] == "]]" or name.rpartition(".")[2] in _REPEATED
        if len(half[1]) != len(half[3]):
            return Told("a bracket is missing in the header of this table", f"write {_brackets(name, double)}",
                        written=_brackets(name, double))
        if stop.said.startswith(("Cannot declare", "Cannot overwrite")):
            return _stands_again(stop, name)
    return None


def _brackets(name: str, double: bool) -> str:
    return f"[[{name}]]" if double else f"[{name}]"


def _stands_again(stop: _Stop, name: str) -> Told | None:
    found = headers(stop.rows[:stop.line], name)
    if len(found) < 2:
        return None
    if name.rpartition(".")[2] not in _REPEATED:
        first = found[0][0]
        return Told(f"[{name}] stands twice in this file, first in line {first}",
                    f"put both below the one [{name}] in line {first}, and remove this line", stop.line)
    single = [number for number, double in found if not double]
    where = " and ".join(f"line {number}" for number in (single[0], single[-1])[:len(single)])
    verb = "has" if len(single) == 1 else "have"
    return Told(f"{where} {verb} single brackets: [{name}]",
                f"write [[{name}]] with double brackets in {where}: there are several of them", single[0],
                stop.rows[single[0] - 1].replace("[", "[[", 1).replace("]", "]]", 1))


def _list(stop: _Stop) -> Told | None:
    """A list that goes wrong: a comma too few, texts or times without quotes, or no ] before the next line."""
    before = open_after(stop.rows[:stop.line - 1])
    is_new_line = bool(HEADER.match(stop.source) or KEY.match(stop.source))
    if before.brackets and not before.quotes and is_new_line and stop.said.startswith(("Invalid value", "Unclosed")):
        return Told(f"the list opened in line {before.since} is never closed",
                    f"add the missing ] to its end, above line {stop.line}", before.since)
    return _entry(stop) if stop.said.startswith("Unclosed array") else None


def _entry(stop: _Stop) -> Told:
    """What is wrong between two entries of a list, by what stands behind the first."""
    if times := _TIME.findall(stop.source):
        written = ", ".join(f"'{int(hour):02}:{minute}'" for hour, minute in times)
        return Told("a time in a list is text, and text stands between quotes", f"write [{written}]")
    before = stop.source[:stop.column - 1][-1:]
    if before in ("'", '"') and re.match(r"\w", stop.ahead):
        return Told("a text of this list ends in the middle of a word",
                    f"put the other kind of quotes around a text that has {before} in it")
    if re.match(r"[A-Za-z_]", stop.ahead):
        return Told("a text in a list stands without quotes", "put quotes around each text of the list: ['one', 'two']")
    if stop.ahead and not stop.ahead.startswith("#"):
        before = stop.source[:stop.column - 1].rstrip()
        joined = f"{before}, {stop.source[stop.column - 1:]}" if before else None
        return Told("a comma is missing before this", "put a comma between any two entries of the list", written=joined)
    opened = open_after(stop.rows[:stop.line]).since or stop.line
    return Told(f"the list opened in line {opened} is never closed", "add the missing ]", opened)


def _text(stop: _Stop) -> Told | None:
    """A text that is never closed, blamed on its own line or on the one where its quotes come by chance again."""
    if stop.said == "Expected \"'\"":  # no such quote follows in the whole file: the last one is the opening one
        line = max(number for number, row in enumerate(stop.rows, 1) if "'" in row)
        return _one_line("'", stop.rows[line - 1], line)
    if re.match(r"(?i)(?:found invalid|illegal) character '\\n'", stop.said):
        return _one_line('"' if stop.said.startswith("Illegal") else "'", stop.source, stop.line)
    before = open_after(stop.rows[:stop.line - 1])
    return _long_text(stop, before) if before.quotes else None


def _one_line(quote: str, row: str, line: int) -> Told:
    is_plain = row.count(quote) == 1 and "#" not in row and row.rpartition(quote)[2].strip()
    return Told(f"a text is opened with {quote} and not closed on its line",
                f"add the closing {quote} at the end; a text over several lines needs '''three quotes'''", line,
                f"{row.rstrip()}{quote}" if is_plain else None)


def _long_text(stop: _Stop, before: Open) -> Told | None:
    if stop.said.startswith(("Expected newline", "Unclosed")) and KEY.match(stop.source):
        return Told(f"the text opened with {before.quotes} in line {before.since} is still open in line {stop.line}",
                    f"add the closing {before.quotes} at the end of the text", before.since)
    if stop.said.startswith("Expected newline"):
        return Told("there is something after the end of the value", "put each key on a line of its own; or a "
                    f"{before.quotes} further up (line {before.since}) is not closed where it should be")
    if stop.said.startswith("Expected"):
        return Told(f"the text opened with {before.quotes} in line {before.since} is never closed",
                    f"add the closing three quotes {before.quotes}", before.since)
    return None


def _colon(stop: _Stop) -> Told | None:
    if stop.said.startswith("Expected '=' after a key") and (key := re.match(r"\s*([\w-]+)\s*:\s*\S", stop.source)):
        return Told("a colon stands where an equals sign is needed", f"write  {key[1]} = '...'",
                    written=stop.source.replace(":", " =", 1))
    return None


_SLIPS: tuple[Callable[[_Stop], Told | None], ...] = (_pasted, _header, _list, _text, _colon)
_PLAIN = (
    ("Invalid value", "the value is not written as TOML wants it",
     "put text between quotes ('...'); true, false and numbers go without"),
    ("Expected '=' after a key", "a key needs an equals sign and a value", "write  key = 'value'"),
    ("Cannot overwrite a value", "this key stands twice in the same table", "remove one of the two lines"),
    ("Cannot declare", "this table stands twice", "put the keys of both below the first one"),
    ("Unterminated string", "a text is opened with a quote and never closed",
     "close it with the same quote; a text over several lines needs '''three quotes'''"),
    ("Illegal character", "a character stands here that cannot be seen", "remove it, and type the line again"),
    ("Found invalid character", "a character stands here that cannot be seen", "remove it, and type the line again"),
    ("Expected newline or end of document", "there is something after the end of the value",
     "put each key on a line of its own; a quote inside a text needs the other kind of quotes around it"),
    ("Expected \"'''\"", "a text opened with three quotes is never closed", "add the closing three quotes"),
    ('Expected \'\"\"\"\'', "a text opened with three quotes is never closed", "add the closing three quotes"),
    ("Unescaped '\\'", "a backslash in double quotes starts an escape", "use single quotes around the text"),
    ("Invalid statement", "this line is neither a table, nor a key with a value, nor a note",
     "write  [table],  key = 'value'  or  # a note"),
)


def _plain_words(stop: _Stop) -> Told:
    for start, message, remedy in _PLAIN:
        if stop.said.startswith(start):
            return Told(message, remedy)
    said = f"{stop.said[:1].lower()}{stop.said[1:]}"
    return Told(f"the file is not valid TOML here ({said})", f"look at: {stop.source.strip()[:80]}")
