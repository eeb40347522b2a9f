"""tomllib's one message about a file that does not parse, told as what a person did and should do.

tomllib stops where it lost the thread, which is often below the mistake: a list or text that is never closed is blamed
on a later line, and a table with single brackets on the right one that follows. Each slip here looks for the cause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.files import written_values
from rules.files.toml_lines import HEADER, KEY, Open, doubled, headers, open_after
from rules.files.toml_told import Stop, Told, plain_words
from rules.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from tomllib import TOMLDecodeError

_AT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_CURLY = re.compile("[\u2018\u2019\u201c\u201d]")
_TIME = re.compile(r"(?<![\d:'\"])(\d{1,2}):(\d\d)(?!\d)")
# Tables that may stand many times, in rule files and in config.toml.
_REPEATED = ("rule", "place", "feed", "channel", "example", "escalate")


@dataclass(frozen=True, slots=True)
class Rewrite:
    """How lines [first, last] should read; as many lines as before, so that all others keep their numbers."""

    first: int
    last: int
    rows: tuple[str, ...]


def syntax_problem(error: TOMLDecodeError, text: str, name: str) -> tuple[Problem, Rewrite | None]:
    """The problem of a text that does not parse, and its remedy where there is only one."""
    stop = _stop(error, text)
    if curly := _CURLY.search(stop.source):
        rewrite = _rewrite(Told("", "", written=_straight(stop.source)), stop)
        return Problem("E101", "curly quotes cannot delimit text in this file", name, stop.line, curly.start() + 1,
                       source=stop.source, help="type straight quotes: ' or \""), rewrite
    told = next((told for slip in _SLIPS if (told := slip(stop))), None) or plain_words(stop)
    rewrite = _rewrite(told, stop)
    if not told.line:
        return Problem("E102", told.message, name, stop.line, stop.column, 1, stop.source, told.remedy), rewrite
    source = stop.rows[told.line - 1]
    column = len(source) - len(source.lstrip()) + 1
    return Problem("E102", told.message, name, told.line, column, len(source.strip()), source, told.remedy), rewrite


def _rewrite(told: Told, stop: Stop) -> Rewrite | None:
    if told.written is None:
        return None
    line = told.line or stop.line
    return Rewrite(line, told.last or line, tuple(told.written.split("\n")))


def _straight(source: str) -> str | None:
    """The line with straight quotes, if its curly ones are those around texts and nothing else."""
    curly = "".join(_CURLY.findall(source))
    pairs = {"\u2018\u2019": "'", "\u201c\u201d": '"'}
    quote = pairs.get(curly[:2], "")
    if not quote or curly != curly[:2] * (len(curly) // 2) or quote in source:
        return None
    return _CURLY.sub(quote, source)


def _stop(error: TOMLDecodeError, text: str) -> Stop:
    said = str(error)
    at = _AT.search(said)
    rows = tuple(text.split("\n"))
    line = int(at[1]) if at and at[1] else len(rows)
    column = int(at[2]) if at and at[2] else len(rows[-1]) + 1
    return Stop(_AT.sub("", said), rows, min(line, len(rows)), column)


def _pasted(stop: Stop) -> Told | None:
    """Lines of a web page or another language between the lines of the file."""
    line = stop.source.strip()
    if line.startswith("```"):
        return Told("this line belongs to the page that the text was copied from",
                    "remove the lines that begin with ```", written="")
    if line.startswith(("//", "/*", ";", "--")):
        note = f"# {line.lstrip('/*;- ')}"
        return Told("this is no note here: notes begin with #", f"write  {note}", written=note)
    return None


def _header(stop: Stop) -> Told | None:
    """A header with a bracket too few or a blank too many, and a table that stands again where it may not."""
    if spaced := re.match(r"(?=.*(?:\[\s+\[|\]\s+\]))\s*\[\s*\[\s*([\w.-]+)\s*\]\s*\]\s*(?:#.*)?$", stop.source):
        return Told("no blank can stand between the brackets of a table", f"write [[{spaced[1]}]]",
                    written=f"[[{spaced[1]}]]")
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


def _stands_again(stop: Stop, name: str) -> Told | None:
    found = headers(stop.rows[:stop.line], name)
    if len(found) < 2:
        return None
    if name.rpartition(".")[2] not in _REPEATED:
        first = found[0][0]
        return Told(f"[{name}] stands twice in this file, first in line {first}",
                    f"put both below the one [{name}] in line {first}, and remove this line", stop.line)
    single = [number for number, double in headers(stop.rows, name) if not double]
    if not single:
        return None
    where = " and ".join(filter(None, (", ".join(f"line {number}" for number in single[:-1]), f"line {single[-1]}")))
    verb = "has" if len(single) == 1 else "have"
    doubled_rows = [row.replace("[", "[[", 1).replace("]", "]]", 1) if number in single else row
                    for number, row in enumerate(stop.rows[:single[-1]], 1)]
    return Told(f"{where} {verb} single brackets: [{name}]",
                f"write [[{name}]] with double brackets in {where}: there are several of them", single[0],
                "\n".join(doubled_rows[single[0] - 1:]), single[-1])


def _list(stop: Stop) -> Told | None:
    """A list that goes wrong: a comma too few, texts or times without quotes, or no ] before the next line."""
    before = open_after(stop.rows[:stop.line - 1])
    is_new_line = bool(HEADER.match(stop.source) or KEY.match(stop.source))
    if before.brackets and not before.quotes and is_new_line and stop.said.startswith(("Invalid value", "Unclosed")):
        return Told(f"the list opened in line {before.since} is never closed",
                    f"add the missing ] to its end, above line {stop.line}", before.since)
    return _entry(stop) if stop.said.startswith("Unclosed array") else None


def _entry(stop: Stop) -> Told:
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


def _text(stop: Stop) -> Told | None:
    """A text that is never closed, blamed on its own line or on the one where its quotes come by chance again."""
    if stop.said == "Expected \"'\"":  # no such quote follows in the whole file: the last one is the opening one
        line = max(number for number, row in enumerate(stop.rows, 1) if "'" in row)
        return _one_line("'", stop, line)
    if re.match(r"(?i)(?:found invalid|illegal) character '\\n'", stop.said):
        return _one_line('"' if stop.said.startswith("Illegal") else "'", stop, stop.line)
    before = open_after(stop.rows[:stop.line - 1])
    return _long_text(stop, before) if before.quotes else None


def _one_line(quote: str, stop: Stop, line: int) -> Told:
    row = stop.rows[line - 1]
    message = f"a text is opened with {quote} and not closed on its line"
    if last := _closed_at(quote, stop.rows, line):
        lines = list(stop.rows[line - 1:last])
        lines[0] = lines[0].replace(quote, "'''", 1)
        before, _, behind = lines[-1].rpartition(quote)
        lines[-1] = f"{before}'''{behind}"
        return Told(message, "a text over several lines needs three quotes, ''', at both ends: in lines "
                    f"{line} and {last}", line, "\n".join(lines), last)
    ahead = next((row.strip() for row in stop.rows[line:] if row.strip()), "")
    is_last = not ahead or ahead.startswith("#") or bool(KEY.match(ahead) or HEADER.match(ahead))
    is_plain = is_last and row.count(quote) == 1 and "#" not in row and row.rpartition(quote)[2].strip()
    return Told(message, f"add the closing {quote} at the end; a text over several lines needs '''three quotes'''",
                line, f"{row.rstrip()}{quote}" if is_plain else None)


def _closed_at(quote: str, rows: tuple[str, ...], line: int) -> int:
    """The line below that ends the text of this one, where nothing else can have been meant; else 0."""
    opened = rows[line - 1]
    if opened.count(quote) != 1 or "\\" in opened or not KEY.match(opened):
        return 0
    for number in range(line + 1, len(rows) + 1):
        row = rows[number - 1]
        if KEY.match(row) or HEADER.match(row) or "\\" in row or "'''" in row:
            return 0
        if quote in row:
            is_end = row.count(quote) == 1 and re.fullmatch(r"\s*(?:#.*)?", row.partition(quote)[2])
            return number if is_end else 0
    return 0


def _long_text(stop: Stop, before: Open) -> Told | None:
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


def _colon(stop: Stop) -> Told | None:
    if stop.said.startswith("Expected '=' after a key") and (key := re.match(r"\s*([\w-]+)\s*:\s*\S", stop.source)):
        return Told("a colon stands where an equals sign is needed", f"write  {key[1]} = '...'",
                    written=stop.source.replace(":", " =", 1))
    return None


def _twice(stop: Stop) -> Told | None:
    """A key that stands twice: the second one is shown, and the first one named."""
    if not stop.said.startswith("Cannot overwrite") or not (lines := doubled(stop.rows[:stop.line])):
        return None
    first, last = lines
    key = KEY.match(stop.rows[last - 1])
    name = f'"{key[1]}"' if key else "this key"
    return Told(f"{name} stands twice in the same table, first in line {first}",
                f"remove line {first} or line {last}", last)


# Keys that hold true or false, in rule files and in config.toml; elsewhere NO may be Norway or a text without quotes.
_SWITCHES = ("enabled", "needs_state", "graphic", "fetch_pages")
_DAY_LIKE = re.compile(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}")


def _value(stop: Stop) -> Told | None:
    """A date or a yes and no as people write them."""
    found = _BARE_VALUE.match(stop.source)
    if not found:
        return None
    key, value = found[1], found[2]
    days = written_values.days_of(value)
    if len(days) > 1:
        return Told("a date is written year-month-day", f"write  {key} = {' or '.join(days)}, whichever you mean")
    switch = written_values.switch_of(value)
    is_switch = bool(switch) and (key in _SWITCHES or value in ("True", "TRUE", "False", "FALSE"))
    if days or is_switch:
        written = days[0] if days else switch
        kind = "a date is written year-month-day" if days else "a switch is true or false, in small letters"
        start, end = found.span(2)
        return Told(kind, f"write  {key} = {written}", stop.line, f"{stop.source[:start]}{written}{stop.source[end:]}")
    if _DAY_LIKE.fullmatch(value):
        return Told("there is no such day", "write a day that exists, as year-month-day: 2027-01-31", stop.line)
    return None


_BARE_VALUE = re.compile(r"""\s*([\w-]+)\s*=\s*([^\s'"\[{#][^'"#]*?)\s*(#.*)?$""")
_SLIPS: tuple[Callable[[Stop], Told | None], ...] = (_pasted, _header, _twice, _value, _list, _text, _colon)
