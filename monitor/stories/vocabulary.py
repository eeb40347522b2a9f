"""The words of the rules themselves: every article that grouping sees has some, so that they tell no two apart."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

from monitor.stories.reading import fold
from rules.query.tree import Term

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules.model import RuleSet


def common_words(rules: RuleSet) -> frozenset[str]:
    """Folded words of all queries and lists; one that ends in * stands for all that begin so."""
    trees = (rules.queries, rules.list_nodes, rules.clauses)
    return frozenset(word for tree in trees for node in tree.values() for word in _words(node))


def _words(node: object) -> Iterator[str]:
    if isinstance(node, Term):
        for word in node.words:
            yield fold(word.key) + "*" * word.is_prefix
            yield fold(word.surface) + "*" * word.is_prefix
    elif isinstance(node, tuple):
        for child in node:
            yield from _words(child)
    elif is_dataclass(node):
        for one in fields(node):
            yield from _words(getattr(node, one.name))
