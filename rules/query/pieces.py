"""The pieces a query is cut into, and how a problem with one of them is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NoReturn

MAX_DISTANCE = 50  # words between the sides of NEAR; news paragraphs are hardly longer
MAX_COUNT = 100  # mentions that ATLEAST may ask for


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, sign or bracketed part of a query at its characters [start, end).

    `kind` is the grammar's name: AND, OR, NOT, NEAR, ONEAR, NOT_NEAR, LIST, PHRASE, WORD, or group, function, field.
    `text` is the piece itself, or the name before a bracket or colon.
    """

    kind: str
    text: str
    start: int
    end: int
    inside: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class QueryProblem:
    """A problem at the characters [start, end) of a query's text.

    `fix` is the one remedy where there is one: characters [first, last) of the query and what to write there.
    """

    code: str
    message: str
    start: int
    end: int
    help: str = ""
    level: Literal["error", "warning"] = "error"
    fix: tuple[int, int, str] | None = None


class Refused(Exception):  # noqa: N818 - a jump out of the fold with finished messages, caught in query.py
    """The query means nothing; `problems` say why."""

    def __init__(self, *problems: QueryProblem) -> None:
        super().__init__()
        self.problems = problems


def refuse(
    code: str, message: str, start: int, end: int, remedy: str = "", *, fix: tuple[int, int, str] | None = None
) -> NoReturn:
    """Raise one problem."""
    raise Refused(QueryProblem(code, message, start, end, remedy, fix=fix))
