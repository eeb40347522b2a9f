"""What is said about a text that does not parse, and tomllib's own messages in plain words where no slip is recognised.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """What to say instead of tomllib's words. Line 0 keeps the place where tomllib stopped.

    `written` is how the line should read, where there is one remedy, or all lines from it down to `last`.
    """

    message: str
    remedy: str
    line: int = 0
    written: str | None = None
    last: int = 0


@dataclass(frozen=True, slots=True)
class Stop:
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
    ("Invalid date", "there is no such day or time", "write one that exists, as year-month-day: 2027-01-31"),
    ("Invalid initial character", "a name is missing here, of a table or a key",
     "write  [table]  or  key = 'value'; names have letters, digits, - and _"),
    ("Expected ']'", "the header of this table cannot be read", "write  [name]  or  [[name]], without blanks inside"),
    ("Cannot mutate", "this key or table stands inside a value that is complete already",
     "put all its keys into one table"),
    ("Cannot redefine", "this table stands twice", "put the keys of both below the first one"),
    ("Duplicate inline", "a key stands twice between these braces", "remove one of the two"),
    ("Unclosed inline", "the brace { is never closed on its line", "add the missing }"),
    ("Invalid hex", "a backslash in double quotes starts an escape", "use single quotes around the text"),
    ("Escaped character", "a backslash in double quotes starts an escape", "use single quotes around the text"),
    ("Invalid statement", "this line is neither a table, nor a key with a value, nor a note",
     "write  [table],  key = 'value'  or  # a note"),
)


def plain_words(stop: Stop) -> Told:
    for start, message, remedy in _PLAIN:
        if stop.said.startswith(start):
            return Told(message, remedy)
    return Told("the file cannot be read from here on", f"look at: {stop.source.strip()[:80]}")
