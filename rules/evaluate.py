"""A query tree against one laid-out article: every construct gives the spans that satisfy it, or None.

A span is a pair of positions, both inclusive. Words and lists are looked up once an article and then only filtered:
by the part of the article in question, and by what a rule's `ignore` phrases hide.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from rules import text
from rules.tree import And, AtLeast, Case, Field, ListRef, Near, Node, Not, Or, PlaceRef, Term, Within, Word

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from rules.document import Document, Space

Hit = tuple[int, int]
_END = 1 << 60
# A page that repeats one word 40,000 times must not cost seconds; no real article comes near.
MAX_HITS = 20_000


class View(NamedTuple):
    """What a node can see: one part of the article, the positions [low, high), less the hidden ones."""

    space: Space
    low: int
    high: int
    hidden: Collection[int]


@dataclass(frozen=True, slots=True)
class CompiledList:
    """A list's members under the word each needs; members without such a word are always tried."""

    by_anchor: Mapping[str, tuple[Node, ...]]
    prefixes: tuple[tuple[str, Node], ...]
    always: tuple[Node, ...]


@dataclass(slots=True)
class Evaluation:
    """One article under evaluation; holds what was looked up already. Not shared between threads."""

    document: Document
    lists: Mapping[tuple[str, Case], CompiledList]
    place_ids: Mapping[str, tuple[str, ...]]
    mentions: Mapping[str, Sequence[Hit]] = field(default_factory=dict)
    about: Collection[str] = frozenset()
    _terms: dict[tuple[int, Space], list[Hit]] = field(default_factory=dict)
    _lists: dict[tuple[str, Case, Space], list[Hit]] = field(default_factory=dict)

    def whole(self, hidden: Collection[int] = ()) -> View:
        return View("text", 0, _END, hidden)

    def hits(self, node: Node, view: View) -> list[Hit] | None:
        """The spans that satisfy the node, sorted; None where it is false. Only NOT is true without a span."""
        if isinstance(node, Term | ListRef):
            found = self.term_hits(node, view.space) if isinstance(node, Term) else self._list_hits(node, view.space)
            return _seen(found, view) or None
        if isinstance(node, And):
            return self._all(node, view)
        if isinstance(node, Or):
            return self._any(node, view)
        if isinstance(node, Not):
            return None if self.hits(node.child, view) is not None else []
        if isinstance(node, Near):
            return self._near(node, view)
        return self._scoped(node, view)

    def _scoped(self, node: Within | AtLeast | Field | PlaceRef, view: View) -> list[Hit] | None:
        if isinstance(node, Field):
            return self.hits(node.child, self.field_view(node, view))
        if isinstance(node, Within):
            return self._within(node, view)
        if isinstance(node, AtLeast):
            found = self.hits(node.child, view)
            return found if found is not None and apart(found) >= node.count else None
        return self._place(node, view)

    def _all(self, node: And, view: View) -> list[Hit] | None:
        together: list[Hit] = []
        for child in node.children:
            found = self.hits(child, view)
            if found is None:
                return None
            together += found
        return _tidy(together)

    def _any(self, node: Or, view: View) -> list[Hit] | None:
        together: list[Hit] = []
        true = False
        for child in node.children:
            found = self.hits(child, view)
            if found is not None:
                true = True
                together += found
        return _tidy(together) if true else None

    def _near(self, node: Near, view: View) -> list[Hit] | None:
        left = self.hits(node.left, view)
        if left is None:
            return None
        right = self.hits(node.right, view)
        if node.negated:
            return _clear_of(left, right or [], node.distance) or None
        if right is None:
            return None
        found = _follow(left, right, node.distance)
        if not node.ordered:
            found += _follow(right, left, node.distance)
        return _tidy(found) or None

    def _within(self, node: Within, view: View) -> list[Hit] | None:
        """Only sentences (or blocks) in which a leaf occurs are looked at: no other can satisfy a positive query."""
        together: list[Hit] = []
        for low, high in self.units(node, view):
            found = self.hits(node.child, view._replace(low=max(low, view.low), high=min(high, view.high)))
            together += found or []
        return _tidy(together) or None

    def units(self, node: Within, view: View) -> list[tuple[int, int]]:
        """The sentences or blocks, as positions [low, high), that hold some leaf of the node."""
        document = self.document
        units: set[tuple[int, int]] = set()
        for leaf in leaves(node.child):
            for first, _ in self.hits(leaf, view) or []:
                if node.unit == "sentence":
                    units.add(document.sentence_of(first))
                else:
                    block = document.block_at(first)
                    units.add((block.first, block.first + block.count))
        return sorted(units)

    def field_view(self, node: Field, view: View) -> View:
        """The view of `title:` and its kin; inside sentence() it stays within the sentence."""
        if node.name in ("title", "lead", "body"):
            low, high = self.document.ranges[node.name]
            if view.space in ("text", "any"):
                low, high = max(low, view.low), min(high, view.high)
            return View("text", low, high, view.hidden)
        if node.name in ("caption", "any"):
            space: Space = "caption" if node.name == "caption" else "any"
            return View(space, view.low, view.high, view.hidden)
        fields: dict[str, Space] = {"source": "source", "url": "url", "section": "section"}
        return View(fields[node.name], 0, _END, ())

    def _place(self, node: PlaceRef, view: View) -> list[Hit] | None:
        found: list[Hit] = []
        for place_id in self.place_ids.get(node.value.casefold(), ()):
            if not node.about or place_id in self.about:
                found += self.mentions.get(place_id, ())
        return [hit for hit in sorted(found) if view.low <= hit[0] < view.high] or None

    def _list_hits(self, ref: ListRef, space: Space) -> list[Hit]:
        cached = self._lists.get((ref.name, ref.case, space))
        if cached is None:
            cached = self._lists[ref.name, ref.case, space] = self._look_up_list(ref, space)
        return cached

    def _look_up_list(self, ref: ListRef, space: Space) -> list[Hit]:
        return self.any_of(self.lists[ref.name, ref.case], View(space, 0, _END, ()))

    def any_of(self, members: CompiledList, view: View) -> list[Hit]:
        """The spans of all members."""
        return _tidy([hit for member in self.possible(members, view) for hit in self.hits(member, view) or []])

    def possible(self, members: CompiledList, view: View) -> list[Node]:
        """The members whose word occurs; no other can match. In the order of the list, so that reasons are stable."""
        index = self.document.index(view.space)
        chosen = list(members.always)
        for anchor, nodes in members.by_anchor.items():
            if anchor in index:
                chosen += nodes
        chosen += [member for prefix, member in members.prefixes if self.document.has_prefix(prefix, view.space)]
        return chosen

    def members(self, ref: ListRef, view: View) -> list[Node]:
        """The members of a list that are found in the view."""
        possible = self.possible(self.lists[ref.name, ref.case], view)
        return [member for member in possible if self.hits(member, view) is not None]

    def term_hits(self, term: Term, space: Space) -> list[Hit]:
        """All places of a word or phrase in a part of the article. Equal terms are one object, so its id is the key."""
        cached = self._terms.get((id(term), space))
        if cached is None:
            cached = self._terms[id(term), space] = _find(self.document, term, space)
        return cached


def leaves(node: Node) -> Iterable[Node]:
    """The words, lists and places of a node that are not below a NOT."""
    if isinstance(node, Term | ListRef | PlaceRef):
        yield node
    elif isinstance(node, And | Or):
        for child in node.children:
            yield from leaves(child)
    elif isinstance(node, Near):
        yield from leaves(node.left)
        if not node.negated:
            yield from leaves(node.right)
    elif isinstance(node, Within | AtLeast | Field):
        yield from leaves(node.child)


def _tidy(found: list[Hit]) -> list[Hit]:
    return sorted(set(found))[:MAX_HITS] if len(found) > 1 else found


def _seen(found: list[Hit], view: View) -> list[Hit]:
    """Those of the sorted spans that lie in the view and touch nothing hidden."""
    if not found:
        return found
    if view.low > 0 or view.high < _END:
        found = found[bisect_left(found, (view.low, 0)):bisect_left(found, (view.high, 0))]
    if view.hidden:
        hidden = view.hidden
        found = [hit for hit in found if not any(at in hidden for at in range(hit[0], hit[1] + 1))]
    return found


def apart(found: list[Hit]) -> int:
    """How many spans do not overlap, taken greedily by their end."""
    count, last = 0, -1
    for first, end in sorted(found, key=lambda hit: hit[1]):
        if first > last:
            count, last = count + 1, end
    return count


def _follow(firsts: list[Hit], seconds: list[Hit], distance: int) -> list[Hit]:
    """Covering spans of each pair with at most `distance` words in between, the first one first."""
    starts = [hit[0] for hit in seconds]
    found: list[Hit] = []
    for low, high in firsts:
        begin = bisect_right(starts, high)
        end = bisect_right(starts, high + distance + 1)
        found += [(low, second[1]) for second in seconds[begin:end]]
        if len(found) > MAX_HITS:
            break
    return found


def _clear_of(hits: list[Hit], others: list[Hit], distance: int) -> list[Hit]:
    """The hits that neither overlap one of the others nor have one within the distance."""
    longest = max((end - first for first, end in others), default=0)
    kept: list[Hit] = []
    for hit in hits:
        low, high = hit[0] - distance - 1, hit[1] + distance + 1
        near = others[bisect_left(others, (low - longest, 0)):bisect_right(others, (high, _END))]
        if not any(end >= low for _, end in near):
            kept.append(hit)
    return kept


def _find(document: Document, term: Term, space: Space) -> list[Hit]:
    index = document.index(space)
    if len(term.words) == 1:
        word = term.words[0]
        found = _positions(document, word, space)
        if word.case in ("capitals", "exact"):
            found = [at for at in found if _has_case(document, word, at)]
        return [(at, at) for at in found]
    plain = [(len(index.get(word.key, ())), at) for at, word in enumerate(term.words) if not word.is_prefix]
    rarest = min(plain)[1] if plain else 0
    if plain and min(plain)[0] == 0:
        return []
    last = len(term.words) - 1
    return [
        (at - rarest, at - rarest + last)
        for at in _positions(document, term.words[rarest], space)
        if _reads(document, term.words, at - rarest)
    ]


def _positions(document: Document, word: Word, space: Space) -> list[int]:
    index = document.index(space)
    if not word.is_prefix:
        return index.get(word.key, [])
    vocabulary = document.vocabulary(space)
    at = bisect_left(vocabulary, word.key)
    found: list[int] = []
    while at < len(vocabulary) and vocabulary[at].startswith(word.key):
        found += index[vocabulary[at]]
        at += 1
    return sorted(found)


def _reads(document: Document, words: tuple[Word, ...], start: int) -> bool:
    """Whether the phrase stands at a position, in one sentence; padding between blocks keeps it in one block."""
    keys = document.keys
    if start < 0 or start + len(words) > len(keys):
        return False
    for at, word in enumerate(words, start):
        if keys[at] != word.key and not (word.is_prefix and keys[at].startswith(word.key)):
            return False
        if word.case in ("capitals", "exact") and not _has_case(document, word, at):
            return False
    return document.in_one_sentence(start, start + len(words) - 1)


def _has_case(document: Document, word: Word, position: int) -> bool:
    printed = document.words[position]
    if printed == word.surface:
        return True
    plain = text.surface(printed)
    if plain == word.surface or (word.is_prefix and plain.startswith(word.surface)):
        return True
    if word.case == "capitals" and plain == f"{word.surface}s":
        return True
    # In a headline all in capitals case proves nothing, and a missed raid costs more than a false one.
    return document.block_at(position).capitals and (word.case == "capitals" or plain == word.surface.upper())
