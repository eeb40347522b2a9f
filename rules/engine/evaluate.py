"""A query tree against one laid-out article: every construct gives the spans that satisfy it, or None.

Words and lists are looked up once an article and then only filtered: by the part of the article in question, and by
what a rule's `ignore` phrases hide. Places are resolved when the first tree asks for them. What holds in a sentence
holds in the whole text, too, so that only the branches found there are tried again sentence by sentence.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from rules.article.spans import END, Hit, between, clear_of, follow, separate, tidy, visible
from rules.engine.lookup import find
from rules.engine.units import true_units
from rules.query.tree import And, AtLeast, Field, ListRef, Near, Node, Not, Or, PlaceRef, Term, Within

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from rules.article.document import Document, Space
    from rules.engine.trees import CompiledList, Trees
    from rules.places.resolve import PlacesResult

Part = Literal["text", "caption", "any", "source", "url", "section", "title", "lead"]
UNKNOWN: list[Hit] = []
NOTHING: frozenset[int] = frozenset()


@dataclass(slots=True)
class Seen:
    """One part of an article, the positions [low, high), with some of them hidden, and what was found in the whole of
    it, by the ids of nodes: the spans of a node, and those of its children that may be true anywhere in it."""

    space: Space
    low: int
    high: int
    keys: AbstractSet[str]
    bare: View | None = None  # the same with nothing hidden, where something is
    hits: dict[int, list[Hit] | None] = field(default_factory=dict)
    likely: dict[int, list[Node]] = field(default_factory=dict)
    present: set[int] | None = None


class View(NamedTuple):
    """What a node can see: one part of the article, the positions [low, high), less the hidden ones."""

    space: Space
    low: int
    high: int
    hidden: frozenset[int]
    seen: Seen


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
    trees: Trees
    place_ids: Mapping[str, tuple[str, ...]]
    resolve: Callable[[Evaluation], Named]
    _named: Named | None = None
    _seen: dict[tuple[Part, frozenset[int]], Seen] = field(default_factory=dict)
    _kept: list[Node] = field(default_factory=list)  # else the id of a node that is gone might come again
    # NEAR and sentence() as last seen: a match asks for the same hits again to tell what was found, and why.
    _last: dict[int, tuple[Node, View, list[Hit] | None]] = field(default_factory=dict)
    _views: dict[int, tuple[Field, View, View]] = field(default_factory=dict)

    @property
    def named(self) -> Named:
        """The places that the article names, resolved once."""
        if self._named is None:
            self._named = self.resolve(self)
        return self._named

    def whole(self, hidden: frozenset[int] = NOTHING, part: Part = "text") -> View:
        """All of one part of the article, less the hidden positions."""
        seen = self._seen.get((part, hidden))
        if seen is None:
            seen = self._seen[part, hidden] = self._unseen(part)
            seen.bare = self.whole(NOTHING, part) if hidden else None
        return View(seen.space, seen.low, seen.high, hidden, seen)

    def _unseen(self, part: Part) -> Seen:
        """Headline and opening are parts of their own: most of the lists asked there have no word in them."""
        match part:
            case "title" | "lead":
                low, high = self.document.ranges[part]
                return Seen("text", low, high, set(self.document.folded[low:high]))
            case _:
                return Seen(part, 0, END, self.document.index(part).keys())

    def bare(self, view: View) -> View:
        """The same with nothing hidden."""
        return view.seen.bare._replace(low=view.low, high=view.high) if view.seen.bare else view

    def hits(self, node: Node, view: View) -> list[Hit] | None:
        """The spans that satisfy the node, sorted; None where it is false. Only NOT is true without a span."""
        seen, key = view.seen, id(node)
        is_known = key in seen.hits
        if view.low <= seen.low and view.high >= seen.high:
            return seen.hits[key] if is_known else self._everywhere(node, view)
        if key not in self.trees.narrow:
            return _WAYS[type(node)](self, node, view)
        whole = seen.hits[key] if is_known else self.hits(node, view._replace(low=seen.low, high=seen.high))
        found = whole and between(whole, view.low, view.high)
        if isinstance(node, (Term, ListRef)) or key in self.trees.flat:
            return found or None
        # Where NEAR has too many pairs the closest from every beginning are kept, so that no sentence is passed over.
        return None if not found else _WAYS[type(node)](self, node, view)

    def _everywhere(self, node: Node, view: View) -> list[Hit] | None:
        """What a node finds in the whole of a part, looked up for the first time."""
        seen, key = view.seen, id(node)
        self._kept.append(node)
        if isinstance(node, Term) and seen.high >= END and not seen.bare:
            found = find(self.document, node, view.space) or None
        elif seen.bare and seen.bare.seen.hits.get(key, UNKNOWN) is None and key in self.trees.narrow:
            found = None  # what is nowhere is not there with some words hidden either
        else:
            found = _WAYS[type(node)](self, node, view)
        seen.hits[key] = found
        return found

    def _words(self, node: Term | ListRef | Or, view: View) -> list[Hit] | None:
        """A word, a list or an OR of words in the whole of a part."""
        seen, words = view.seen, self.trees.flat.get(id(node))
        if seen.bare:
            bare = self._any_word(words, seen.bare) if words else self.hits(node, seen.bare)
            return (bare and visible(bare, view.hidden)) or None
        if words is not None:
            return self._any_word(words, view)
        if seen.high < END and (isinstance(node, Term) or id(node) not in self.trees.close):
            return between(self.hits(node, self.whole(part=view.space)) or [], seen.low, seen.high) or None
        assert not isinstance(node, Term)
        found = [hit for member in self.possible(node, view) for hit in self.hits(member, view) or ()]
        return tidy(found) or None

    def _any_word(self, words: Mapping[int, Term], view: View) -> list[Hit] | None:
        """The spans of many words at once: few are in the article, and the others are not looked at one by one."""
        known = view.seen.hits
        found: list[Hit] = []
        for key in words.keys() & self._present(view):
            if hits := known[key] if key in known else self.hits(words[key], view):
                found += hits
        return tidy(found) or None

    def _present(self, view: View) -> set[int]:
        """The ids of all members of lists that the words of a part allow: looked up once for all lists."""
        seen = view.seen
        if seen.present is None:
            by_word, by_prefix = self.trees.by_word, self.trees.by_prefix
            vocabulary = sorted(seen.keys)
            seen.present = set().union(
                *[by_word[word] for word in by_word.keys() & seen.keys],
                *[ids for prefix, ids in by_prefix.items() if _has_prefix(vocabulary, prefix)])
        return seen.present

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
        if id(node) in self.trees.flat:
            return self._words(node, view)
        together: list[Hit] = []
        true = False
        for child in self.likely(node, view):
            found = self.hits(child, view)
            if found is not None:
                true = True
                together += found
        return tidy(together) if true else None

    def true(self, node: Or | ListRef, view: View) -> list[Node]:
        """The children of an OR, or members of a list, that hold in a view."""
        return [child for child in self.likely(node, view) if self.hits(child, view) is not None]

    def likely(self, node: Or | ListRef, view: View) -> list[Node]:
        """Those that may hold in some view of the same part; most words of a long OR are nowhere in the article."""
        found = view.seen.likely.get(id(node))
        if found is None:
            everywhere, narrow = view._replace(low=view.seen.low, high=view.seen.high), self.trees.narrow
            found = view.seen.likely[id(node)] = [
                child for child in self.possible(node, view)
                if id(child) not in narrow or self.hits(child, everywhere) is not None]
            self._kept.append(node)
        return found

    def _near(self, node: Near, view: View) -> list[Hit] | None:
        keys = view.seen.keys
        for wanted in self.trees.nears.get(id(node), ()):
            if keys.isdisjoint(wanted):
                return None
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
        together: list[Hit] = []
        for unit in true_units(self, node.child, node.unit, view):
            together += self.hits(node.child, unit) or []
        return tidy(together) or None

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
        match node.name:
            case "title" | "lead" | "body" as name:
                low, high = self.document.ranges[name]
                if view.space in ("text", "any"):
                    low, high = max(low, view.low), min(high, view.high)
                return self.whole(view.hidden, "text" if name == "body" else name)._replace(low=low, high=high)
            case "caption" | "any" as name:
                return self.whole(view.hidden, name)._replace(low=view.low, high=view.high)
            case name:
                return self.whole(NOTHING, name)

    def _place(self, node: PlaceRef, view: View) -> list[Hit] | None:
        found: list[Hit] = []
        for place_id in self.place_ids.get(node.value.casefold(), ()):
            if not node.about or place_id in self.named.about:
                found += self.named.mentions.get(place_id, ())
        return [hit for hit in tidy(found) if view.low <= hit[0] < view.high] or None

    def possible(self, node: Or | ListRef, view: View) -> Sequence[Node]:
        """The members of a list that an article's words allow, or the children of an OR, in their order."""
        members = self.trees.lists[node.name, node.case] if isinstance(node, ListRef) else self.trees.ors[id(node)]
        return self._possible(members, view)

    def _possible(self, members: CompiledList, view: View) -> Sequence[Node]:
        numbers = [members.numbers[key] for key in members.numbers.keys() & self._present(view)]
        return [members.nodes[at] for at in sorted((*numbers, *members.always))]

    def any_of(self, members: CompiledList, space: Space) -> list[Hit]:
        """The spans of all members in a part of the article."""
        if not self.document.index(space):
            return []
        view = self.whole(part=space)
        return tidy([hit for member in self._possible(members, view) for hit in self.hits(member, view) or ()])


# How each kind of node is evaluated.
_WAYS: Mapping[type[Node], Callable[..., list[Hit] | None]] = {
    Term: Evaluation._words, ListRef: Evaluation._words,
    And: Evaluation._all, Or: Evaluation._any, Not: Evaluation._not, Field: Evaluation._field,
    Near: Evaluation._remembered, Within: Evaluation._remembered, AtLeast: Evaluation._at_least,
    PlaceRef: Evaluation._place,
}



def _has_prefix(vocabulary: Sequence[str], prefix: str) -> bool:
    at = bisect_left(vocabulary, prefix)
    return at < len(vocabulary) and vocabulary[at].startswith(prefix)
