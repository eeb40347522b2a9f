"""What can be wrong: a problem in a file that a person wrote, and the root of the errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable


class DatelineError(Exception):
    """Root of the one error tree (drawn in monitor/errors.py): its text is a sentence that a person can act on.

    It stands in the lowest room so that every room can raise below it.
    """


@dataclass(frozen=True, slots=True)
class Fix:
    """The one remedy there is, ready to be made: the characters [start, end) of the file's text become `text`.

    Characters count in the text as it is parsed, without a byte order mark and with \\n at the end of every line.
    """

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Problem:
    """`line` and `column` count from 1 (0: the whole file); `width` is how many characters the caret underlines.

    `fix` is set only where one remedy is plainly meant; where there is a choice, `help` names it and a person chooses.
    """

    code: str
    message: str
    file: str
    line: int = 0
    column: int = 0
    width: int = 1
    source: str = ""  # the line of the file, as written
    help: str = ""
    level: Literal["error", "warning"] = "error"
    fix: Fix | None = None

    def __str__(self) -> str:
        """The problem as `check` prints it: headline, place, the line with a caret, and the remedy."""
        where = f"{self.file}:{self.line}:{self.column}" if self.column else f"{self.file}:{self.line}"
        lines = [f"{self.level}[{self.code}]: {self.message}", f"  --> {where if self.line else self.file}"]
        if self.source:
            lines += self._excerpt()
        if self.help:
            first, *rest = self.help.splitlines()
            lines += [f"  help: {first}", *(f"        {more}" for more in rest)]
        return "\n".join(lines)

    def _excerpt(self) -> list[str]:
        gutter = " " * len(str(self.line))
        excerpt = [f"{gutter} |", f"{self.line} | {self.source}"]
        if self.column:
            left = self.source[:self.column - 1].ljust(self.column - 1)
            before = "".join("\t" if sign == "\t" else " " for sign in left)
            excerpt.append(f"{gutter} | {before}{'^' * max(1, self.width)}")
        return excerpt


def applied(text: str, fixes: Iterable[Fix]) -> str:
    """The text with all corrections that do not overlap, the shortest ranges first; the next round makes the others."""
    taken: list[Fix] = []
    for fix in sorted(dict.fromkeys(fixes), key=lambda one: (one.end - one.start, one.start)):
        if all(fix.end <= other.start or other.end <= fix.start for other in taken) and all(
                (fix.start, fix.end) != (other.start, other.end) for other in taken):
            taken.append(fix)
    for fix in sorted(taken, key=lambda one: (one.start, one.end), reverse=True):
        text = text[:fix.start] + fix.text + text[fix.end:]
    return text
