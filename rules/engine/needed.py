"""What an article must hold for a rule to match it, as far as an index of words can say: all of these, any of those.

`Engine.search_words` names one word of which an article needs one; a query with NEAR or AND needs several together, and
an index that is asked for all of them leaves a fraction of the articles. Order, distance and places are left out: too
much is found, never too little.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.article import text
from rules.query.tree import And, AtLeast, Field, ListRef, Near, Or, Term, Within

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.engine.engine import Engine
    from rules.model import RuleSet
    from rules.query.tree import Node, Word

_MOST = 1_000  # words that are worth a second condition; a rule of many places has thousands


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of the words ("detain*" is a prefix), or one of the parts. Without either, nothing satisfies it."""

    words: frozenset[str] = frozenset()
    parts: tuple[AllOf, ...] = ()


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of the parts, of which there are two or more."""

    parts: tuple[AnyOf, ...]


Need = AnyOf | AllOf


def needed(engine: Engine, rule_id: str) -> AnyOf | None:
    """What every article that the rule can match holds; None where nothing is needed."""
    found = engine.search_words(rule_id)
    if found is None:
        return None
    words = AnyOf(found)
    if len(found) > _MOST:
        return words
    more = _Reader(engine.ruleset).need(engine.ruleset.queries[rule_id])
    return any_of([all_of([words, more])]) if more else words


def any_of(needs: Iterable[Need]) -> AnyOf:
    """One of several needs."""
    words: set[str] = set()
    parts: list[AllOf] = []
    for need in needs:
        if isinstance(need, AllOf):
            parts.append(need)
        else:
            words |= need.words
            parts += need.parts
    return AnyOf(frozenset(words), tuple(dict.fromkeys(parts)))


def all_of(needs: Iterable[Need]) -> Need:
    """All of several needs, at least one."""
    parts: list[AnyOf] = []
    for need in needs:
        parts += need.parts if isinstance(need, AllOf) else [need]
    parts = list(dict.fromkeys(parts))
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


class _Reader:
    """Reads the trees of one rule set; what a list needs is worked out once."""

    def __init__(self, ruleset: RuleSet) -> None:
        self._ruleset = ruleset
        self._lists: dict[str, AnyOf | None] = {}

    def need(self, node: Node) -> Need | None:
        """What a node needs; None where that may be nothing, as for NOT and for places."""
        if isinstance(node, Term):
            return all_of([AnyOf(frozenset(_keys(word))) for word in node.words])
        if isinstance(node, ListRef):
            return self._list(node.name)
        if isinstance(node, Or):
            return self._any(node.children)
        if isinstance(node, And):
            return self._all(node.children)
        if isinstance(node, Near):
            return self._all((node.left,) if node.negated else (node.left, node.right))
        return self.need(node.child) if isinstance(node, Within | AtLeast | Field) else None

    def _list(self, name: str) -> AnyOf | None:
        if name not in self._lists:
            self._lists[name] = None  # a list that names itself was reported, and needs nothing here
            self._lists[name] = self._any(self._ruleset.list_nodes.get(name, ()))
        return self._lists[name]

    def _any(self, nodes: Iterable[Node]) -> AnyOf | None:
        needs = [self.need(node) for node in nodes]
        known = [need for need in needs if need is not None]
        return any_of(known) if len(known) == len(needs) else None

    def _all(self, nodes: Iterable[Node]) -> Need | None:
        known = [need for node in nodes if (need := self.need(node)) is not None]
        return all_of(known) if known else None


def _keys(word: Word) -> tuple[str, ...]:
    """The keys of a word of a query in articles of any language; those of a prefix end with a star."""
    if word.is_prefix:
        return (f"{text.spanish_stem(word.key)}*",)
    return (word.key, text.spanish_key(word.surface or word.key))
