"""A query tree against one laid-out article: every construct gives the spans that satisfy it, or None.

Words and lists are looked up once an article and then only filtered: by the part of the article in question, and by
what a rule's `ignore` phrases hide. Places are resolved when the first tree asks for them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from rules.article.spans import END, Hit, between, clear_of, follow, separate, tidy, visible
from rules.engine.lookup import find
from rules.query.tree import And, AtLeast, Case, Field, ListRef, Near, Node, Not, Or, PlaceRef, Term, Within

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from rules.article.document import Document, Space
    from rules.places.resolve import PlacesResult


class View(NamedTuple):
    """What a node can see: one part of the article, the positions [low, high), less the hidden ones."""

    space: Space
    low: int
    high: int
    hidden: Collection[int]


@dataclass(frozen=True, slots=True)
class CompiledList:
    """A list's members under the word each needs; members without such a word are always tried.

    Members are numbered, so that those found come in the order of the list.
    """

    by_anchor: Mapping[str, tuple[tuple[int, Node], ...]]
    prefixes: tuple[tuple[str, int, Node], ...]
    always: tuple[tuple[int, Node], ...]

    @property
    def is_empty(self) -> bool:
        """Whether it has no members."""
        return not (self.by_anchor or self.prefixes or self.always)


@dataclass(frozen=True, slots=True)
class Named:
    """The places of an article. `mentions` and `about` hold the places around them, too: a county by its towns."""

    result: PlacesResult
    mentions: Mapping[str, Sequence[Hit]]
    about: Collection[str]


@dataclass(slots=True)
class Evaluation:
    """One article under evaluation; holds what was looked up already. Not shared between threads."""

    document: Document
    lists: Mapping[tuple[str, Case], CompiledList]
    place_ids: Mapping[str, tuple[str, ...]]
    resolve: Callable[[Evaluation], Named]
    _named: Named | None = None
    _terms: defaultdict[Space, dict[int, list[Hit]]] = field(default_factory=lambda: defaultdict(dict))
    _lists: dict[tuple[str, Case, Space], list[Hit]] = field(default_factory=dict)
    _members: dict[tuple[str, Case, Space], list[Node]] = field(default_factory=dict)
    # NEAR and sentence() as last seen: a match asks for the same hits again to tell what was found, and why.
    _last: dict[int, tuple[Node, View, list[Hit] | None]] = field(default_factory=dict)
    _views: dict[int, tuple[Field, View, View]] = field(default_factory=dict)

    @property
    def named(self) -> Named:
        """The places that the article names, resolved once."""
        if self._named is None:
            self._named = self.resolve(self)
        return self._named

    def whole(self, hidden: Collection[int] = ()) -> View:
        return View("text", 0, END, hidden)

    def hits(self, node: Node, view: View) -> list[Hit] | None:
        """The spans that satisfy the node, sorted; None where it is false. Only NOT is true without a span."""
        if isinstance(node, Term):
            found = self._terms[view.space].get(id(node))
            if found is None:
                found = self._look_up(node, view.space)
        elif isinstance(node, ListRef):
            found = self._list_hits(node, view.space)
        else:
            return _WAYS[type(node)](self, node, view)
        if view.low > 0 or view.high < END:
            found = between(found, view.low, view.high)
        return (visible(found, view.hidden) if found and view.hidden else found) or None

    def _remembered(self, node: Near | Within, view: View) -> list[Hit] | None:
        last = self._last.get(id(node))
        if last is not None and last[0] is node and last[1] is view:
            return last[2]
        found = self._near(node, view) if isinstance(node, Near) else self._within(node, view)
        self._last[id(node)] = (node, view, found)
        return found

    def _not(self, node: Not, view: View) -> list[Hit] | None:
        return None if self.hits(node.child, view) is not None else []

    def _field(self, node: Field, view: View) -> list[Hit] | None:
        return self.hits(node.child, self.field_view(node, view))

    def _at_least(self, node: AtLeast, view: View) -> list[Hit] | None:
        found = self.hits(node.child, view)
        return found if found is not None and len(separate(found)) >= node.count else None

    def _all(self, node: And, view: View) -> list[Hit] | None:
        together: list[Hit] = []
        for child in node.children:
            found = self.hits(child, view)
            if found is None:
                return None
            together += found
        return tidy(together)

    def _any(self, node: Or, view: View) -> list[Hit] | None:
        together: list[Hit] = []
        true = False
        for child in node.children:
            found = self.hits(child, view)
            if found is not None:
                true = True
                together += found
        return tidy(together) if true else None

    def _near(self, node: Near, view: View) -> list[Hit] | None:
        left = self.hits(node.left, view)
        if left is None:
            return None
        right = self.hits(node.right, view)
        if node.negated:
            return clear_of(left, right or [], node.distance) or None
        if right is None:
            return None
        found = follow(left, right, node.distance)
        if not node.ordered:
            found += follow(right, left, node.distance)
        return tidy(found) or None

    def _within(self, node: Within, view: View) -> list[Hit] | None:
        """Only sentences (or blocks) in which a leaf occurs are looked at: no other can satisfy a positive query."""
        together: list[Hit] = []
        for unit in self.units(node.child, node.unit, view):
            together += self.hits(node.child, unit) or []
        return tidy(together) or None

    def units(self, node: Node, unit: Literal["sentence", "paragraph"], view: View) -> list[View]:
        """Views of the sentences or blocks that hold some leaf of the node, in reading order."""
        document = self.document
        ranges: set[tuple[int, int]] = set()
        for leaf in leaves(node):
            for first, _ in self.hits(leaf, view) or []:
                if unit == "sentence":
                    ranges.add(document.sentence_of(first))
                else:
                    block = document.block_at(first)
                    ranges.add((block.first, block.first + block.count))
        return [view._replace(low=max(low, view.low), high=min(high, view.high)) for low, high in sorted(ranges)]

    def field_view(self, node: Field, view: View) -> View:
        """The view of `title:` and its kin; inside sentence() it stays within the sentence.

        The same one for the same view, so that what is below is remembered.
        """
        last = self._views.get(id(node))
        if last is not None and last[0] is node and last[1] is view:
            return last[2]
        found = self._field_view(node, view)
        self._views[id(node)] = (node, view, found)
        return found

    def _field_view(self, node: Field, view: View) -> View:
        if node.name in ("title", "lead", "body"):
            low, high = self.document.ranges[node.name]
            if view.space in ("text", "any"):
                low, high = max(low, view.low), min(high, view.high)
            return View("text", low, high, view.hidden)
        if node.name in ("caption", "any"):
            space: Space = "caption" if node.name == "caption" else "any"
            return View(space, view.low, view.high, view.hidden)
        fields: dict[str, Space] = {"source": "source", "url": "url", "section": "section"}
        return View(fields[node.name], 0, END, ())

    def _place(self, node: PlaceRef, view: View) -> list[Hit] | None:
        found: list[Hit] = []
        for place_id in self.place_ids.get(node.value.casefold(), ()):
            if not node.about or place_id in self.named.about:
                found += self.named.mentions.get(place_id, ())
        return [hit for hit in tidy(found) if view.low <= hit[0] < view.high] or None

    def _list_hits(self, ref: ListRef, space: Space) -> list[Hit]:
        cached = self._lists.get((ref.name, ref.case, space))
        if cached is None:
            view = View(space, 0, END, ())
            found = [hit for member in self.possible(ref, space) for hit in self.hits(member, view) or ()]
            cached = self._lists[ref.name, ref.case, space] = tidy(found)
        return cached

    def possible(self, ref: ListRef, space: Space) -> list[Node]:
        """The members of a list that an article's words allow, in the order of the list."""
        cached = self._members.get((ref.name, ref.case, space))
        if cached is None:
            cached = possible(self.document, self.lists[ref.name, ref.case], space)
            self._members[ref.name, ref.case, space] = cached
        return cached

    def any_of(self, members: CompiledList, space: Space) -> list[Hit]:
        """The spans of all members in a part of the article."""
        if not self.document.index(space) or not (every := possible(self.document, members, space)):
            return []
        view = View(space, 0, END, ())
        return tidy([hit for member in every for hit in self.hits(member, view) or ()])

    def _look_up(self, term: Term, space: Space) -> list[Hit]:
        """All places of a word or phrase in a part of the article. Equal terms are one object, so its id is the key."""
        found = self._terms[space][id(term)] = find(self.document, term, space)
        return found


# How each kind of node is evaluated; words and lists, of which there are most, come before it.
_WAYS: Mapping[type[Node], Callable[..., list[Hit] | None]] = {
    And: Evaluation._all, Or: Evaluation._any, Not: Evaluation._not, Field: Evaluation._field,
    Near: Evaluation._remembered, Within: Evaluation._remembered, AtLeast: Evaluation._at_least,
    PlaceRef: Evaluation._place,
}


def possible(document: Document, members: CompiledList, space: Space) -> list[Node]:
    """The members whose word occurs; no other can match. In the order of the list, so that reasons are stable."""
    chosen = list(members.always)
    for anchor in members.by_anchor.keys() & document.index(space).keys():
        chosen += members.by_anchor[anchor]
    chosen += [(at, member) for prefix, at, member in members.prefixes if document.has_prefix(prefix, space)]
    return [member for _, member in sorted(chosen, key=_number)]


def _number(member: tuple[int, Node]) -> int:
    return member[0]


def leaves(node: Node) -> Iterable[Node]:
    """The words, lists and places of a node that are not below a NOT."""
    if isinstance(node, (Term, ListRef, PlaceRef)):
        yield node
    elif isinstance(node, (And, Or)):
        for child in node.children:
            yield from leaves(child)
    elif isinstance(node, Near):
        yield from leaves(node.left)
        if not node.negated:
            yield from leaves(node.right)
    elif isinstance(node, (Within, AtLeast, Field)):
        yield from leaves(node.child)
