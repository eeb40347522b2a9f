"""What a query says, as a tree. `start` and `end` are characters of the query text, for messages.

Leaves (Term) compare by what they look for, not by where they stand: equal ones of different rules are looked up once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

Case = Literal["fold", "capitals", "exact", "any"]
FieldName = Literal["title", "lead", "body", "caption", "any", "source", "url", "section"]
FIELDS: tuple[FieldName, ...] = ("title", "lead", "body", "caption", "any", "source", "url", "section")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a term. `surface` decides where `case` is "capitals" or "exact"; a prefix never folds its end.

    `prefix` is set where the word is looked up in Spanish articles, whose keys may lack the last letters of a prefix.
    """

    key: str
    surface: str = ""
    case: Case = "fold"
    is_prefix: bool = False
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A word, a prefix or a phrase."""

    words: tuple[Word, ...]
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ListRef:
    """`@name`; `case` is set inside exact() and anycase()."""

    name: str
    case: Case = "fold"
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class PlaceRef:
    """`place:x` or `about:x`; `value` is an id, a label or an alias."""

    value: str
    about: bool
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """All children; at least one of them says what must be there."""

    children: tuple[Node, ...]
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one child."""

    children: tuple[Node, ...]
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """True where the child is nowhere in the current scope."""

    child: Node
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Near:
    """Both, with at most `distance` words in between; `ordered`: the left one first; `negated`: left without right."""

    left: Node
    right: Node
    distance: int
    ordered: bool = False
    negated: bool = False
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Within:
    """`sentence(...)` or `paragraph(...)`: some one of them satisfies the child, its NOTs included."""

    unit: Literal["sentence", "paragraph"]
    child: Node
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `count` mentions of the child that do not overlap."""

    count: int
    child: Node
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Field:
    """The child, looked for in one part of the article only."""

    name: FieldName
    child: Node
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


Node = Term | ListRef | PlaceRef | And | Or | Not | Near | Within | AtLeast | Field


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below."""
    if isinstance(node, And | Or):
        return node.children
    if isinstance(node, Near):
        return (node.left, node.right)
    if isinstance(node, Not | Within | AtLeast | Field):
        return (node.child,)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, parents first."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting.extend(reversed(children(found)))


def is_negative(node: Node) -> bool:
    """Whether the node only says what must not be there."""
    if isinstance(node, Not):
        return True
    if isinstance(node, And):
        return all(is_negative(child) for child in node.children)
    if isinstance(node, Or):
        return any(is_negative(child) for child in node.children)
    return isinstance(node, Within | AtLeast | Field) and is_negative(node.child)
