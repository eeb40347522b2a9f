"""What a compiled rule set knows of its trees before any article comes: which words let a node be true at all, and
which nodes are so simple that what was found once in an article answers for each of its sentences.

Long lists and ORs are not walked word by word: one look-up of an article's words tells which members may hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.query.tree import Case, Node, Term


@dataclass(frozen=True, slots=True)
class CompiledList:
    """The members of a list or the children of an OR, the number of each by its id, and the numbers of those that are
    always tried, because no word must be there for them."""

    nodes: tuple[Node, ...]
    numbers: Mapping[int, int]
    always: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Trees:
    """A program's lists, and what its nodes are like, told by their ids; `roots` keeps the nodes, and so the ids.

    `flat` nodes are just the words below them, which it holds by id. What a `narrow` node finds in a sentence it finds
    in the whole text, too: no NOT is below it, and no other part of the article. What a `close` list finds in the
    headline needs the headline only. `by_word` and `by_prefix` are the members of lists under the words of which each
    needs one, `nears` for each NEAR the sets of words of which it needs one each.
    """

    lists: dict[tuple[str, Case], CompiledList] = field(default_factory=dict)
    ors: dict[int, CompiledList] = field(default_factory=dict)
    nears: dict[int, tuple[frozenset[str], ...]] = field(default_factory=dict)
    flat: dict[int, dict[int, Term]] = field(default_factory=dict)
    narrow: set[int] = field(default_factory=set)
    close: set[int] = field(default_factory=set)
    by_word: dict[str, set[int]] = field(default_factory=dict)
    by_prefix: dict[str, set[int]] = field(default_factory=dict)
    roots: list[Node] = field(default_factory=list)

    def __or__(self, other: Trees) -> Trees:
        return Trees(
            self.lists | other.lists, self.ors | other.ors, self.nears | other.nears, self.flat | other.flat,
            self.narrow | other.narrow, self.close | other.close, _joined(self.by_word, other.by_word),
            _joined(self.by_prefix, other.by_prefix), self.roots + other.roots)


def _joined(ours: dict[str, set[int]], others: dict[str, set[int]]) -> dict[str, set[int]]:
    return ours | {word: ids | ours.get(word, set()) for word, ids in others.items()}
