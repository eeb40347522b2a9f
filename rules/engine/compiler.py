"""Trees made ready for many articles: equal words share one object, lists are laid out by the words they need.

Sharing is what makes a list cost the same whether one rule or a hundred use it: lookups are remembered by object.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from rules.article import text
from rules.engine import presearch
from rules.engine.evaluate import CompiledList
from rules.places.gazetteer import spellings
from rules.query.parse import parse_term
from rules.query.tree import And, AtLeast, Case, Field, ListRef, Near, Node, Not, Or, Term, Within, Word, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from rules.engine.presearch import Anchors
    from rules.model import Place

ListKey = tuple[str, Case]


class Compiler:
    """Builds the shared parts of one rule set. Lists are compiled when a query first names them."""

    def __init__(
        self, list_nodes: Mapping[str, Sequence[Node]], place_ids: Mapping[str, tuple[str, ...]], *,
        spanish: bool = False,
    ) -> None:
        self._ready = _spanish if spanish else _plain
        self.lists: dict[ListKey, CompiledList] = {}
        self._list_nodes = list_nodes
        self._place_ids = place_ids
        self._pool: dict[Term, Term] = {}
        self._list_anchors: dict[str, Anchors | None] = {}

    def query(self, node: Node) -> Node:
        """The tree with shared leaves; every list it names is ready afterwards."""
        ready = self._shared(node)
        for found in walk(ready):
            if isinstance(found, ListRef):
                self._list(found.name, found.case)
        return ready

    def phrases(self, entries: Iterable[str]) -> CompiledList:
        """`ignore` entries as one list; those that could not be read were reported when the files were."""
        return self._laid_out([self.query(node) for entry in entries if (node := parse_term(entry).node) is not None])

    def anchors(self, node: Node) -> Anchors | None:
        return presearch.anchors(node, self._anchors_of_list, self._place_ids)

    def sieve(self, node: Node) -> list[Anchors]:
        """What a matching article must have besides."""
        return presearch.sieve(node, self._anchors_of_list)

    def _anchors_of_list(self, name: str) -> Anchors | None:
        if name not in self._list_anchors:
            found = [self.anchors(self._shared(node)) for node in self._list_nodes.get(name, ())]
            known = [some for some in found if some is not None]
            self._list_anchors[name] = frozenset().union(*known) if len(known) == len(found) else None
        return self._list_anchors[name]

    def _list(self, name: str, case: Case) -> None:
        if (name, case) in self.lists:
            return
        members = [self.query(_with_case(node, case)) for node in self._list_nodes.get(name, ())]
        self.lists[name, case] = self._laid_out(members)

    def _laid_out(self, members: Sequence[Node]) -> CompiledList:
        by_anchor: defaultdict[str, list[tuple[int, Node]]] = defaultdict(list)
        prefixes: list[tuple[str, int, Node]] = []
        always: list[tuple[int, Node]] = []
        for at, member in enumerate(members):
            found = self.anchors(member)
            anchor = min(found) if found is not None and len(found) == 1 else ""
            if anchor.endswith("*"):
                prefixes.append((anchor[:-1], at, member))
            elif anchor:
                by_anchor[anchor].append((at, member))
            else:
                always.append((at, member))
        frozen = {anchor: tuple(nodes) for anchor, nodes in by_anchor.items()}
        return CompiledList(frozen, tuple(prefixes), tuple(always))

    def _shared(self, node: Node) -> Node:
        if isinstance(node, Term):
            plain = Term(tuple(map(self._ready, node.words)), node.start, node.end)
            return self._pool.setdefault(plain, plain)
        return _rebuilt(node, self._shared)


def _plain(word: Word) -> Word:
    """Words whose case is no matter lose their printed form, so that `raid` and `Raids` are the same leaf."""
    if word.case in ("capitals", "exact"):
        return word
    return Word(word.key, is_prefix=word.is_prefix)


def _spanish(word: Word) -> Word:
    """The word as articles in Spanish are indexed."""
    printed = word.surface if word.case in ("capitals", "exact") else ""
    if word.is_prefix:
        return Word(text.spanish_stem(word.key), printed, word.case if printed else "fold", True, word.key)
    return Word(text.spanish_key(word.surface), printed, word.case if printed else "fold")


def _rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    if isinstance(node, (And, Or)):
        return replace(node, children=tuple(change(child) for child in node.children))
    if isinstance(node, Near):
        return replace(node, left=change(node.left), right=change(node.right))
    if isinstance(node, (Not, Within, AtLeast, Field)):
        return replace(node, child=change(node.child))
    return node


def _with_case(node: Node, case: Case) -> Node:
    """A list member as exact(@list) or anycase(@list) reads it."""
    if case == "fold":
        return node
    if isinstance(node, Term):
        return replace(node, words=tuple(replace(word, case=case) for word in node.words))
    if isinstance(node, ListRef):
        return replace(node, case=case)
    return _rebuilt(node, lambda child: _with_case(child, case))


WATCHED = "watched"


def place_ids(places: Iterable[Place], watched: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
    """What may stand after `place:`, casefolded, to ids: the id itself, or else a label or any spelling of the name.

    "watched" stands for the places `watched`, of which there may be none.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    ids = [place.id for place in places]
    for place in places:
        for spelling in (place.label, *spellings(place), *place.called):
            if place.id not in found[spelling.casefold()]:
                found[spelling.casefold()].append(place.id)
    by_name = {spelling: tuple(owners) for spelling, owners in found.items()}
    return by_name | {known: (known,) for known in ids} | {WATCHED: tuple(watched)}
