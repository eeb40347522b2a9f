"""What a match shows a reader: the words found, the best sentences with those words marked, and why it matched.

Everything is worked out again from the evaluation's remembered lookups, and only for rules that matched.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from rules.article.spans import separate
from rules.engine.evaluate import leaves
from rules.engine.quotes import printed
from rules.model import Span
from rules.query.tree import And, AtLeast, Field, ListRef, Near, Node, Not, Or, PlaceRef, Term, Within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.article.document import Document
    from rules.article.spans import Hit
    from rules.engine.evaluate import Evaluation, View

MAX_SPANS = 500  # kept with a match; the opening comes first, and no reader counts further
_JOINED_NAMES = {"title": "in the headline", "lead": "in the opening", "body": "in the text", "caption": "in a caption",
                 "any": "", "source": "in the outlet's name", "url": "in the address", "section": "in the section"}


def collect(node: Node, evaluation: Evaluation, view: View) -> list[Hit]:
    """The words behind a true node: of NEAR and sentence() only those inside the spans that satisfied it."""
    if isinstance(node, Term):
        return evaluation.hits(node, view) or []
    if isinstance(node, (And, Or, ListRef)):
        return _unique([hit for child in _true(node, evaluation, view) for hit in collect(child, evaluation, view)])
    if isinstance(node, Near):
        return _inside_near(node, evaluation, view)
    if isinstance(node, Within):
        return _inside_units(node, evaluation, view)
    if isinstance(node, (Field, AtLeast)):
        inner = evaluation.field_view(node, view) if isinstance(node, Field) else view
        return collect(node.child, evaluation, inner)
    return [] if isinstance(node, Not) else evaluation.hits(node, view) or []


def _true(node: And | Or | ListRef, evaluation: Evaluation, view: View) -> Sequence[Node]:
    """The children that hold, of a node that does."""
    if isinstance(node, And):
        return node.children
    several = evaluation.possible(node, view.space) if isinstance(node, ListRef) else node.children
    return [child for child in several if evaluation.hits(child, view) is not None]


def mentions(node: Node, evaluation: Evaluation, view: View) -> list[Hit]:
    """What a true node counts as mentions: a NEAR is one, however many words it joins, and a place is none."""
    if isinstance(node, (And, Or, ListRef)):
        return _unique([hit for child in _true(node, evaluation, view) for hit in mentions(child, evaluation, view)])
    if isinstance(node, Field):
        return mentions(node.child, evaluation, evaluation.field_view(node, view))
    if isinstance(node, AtLeast):
        return mentions(node.child, evaluation, view)
    if isinstance(node, Within):
        units = evaluation.units(node.child, node.unit, view)
        true_units = [inner for inner in units if evaluation.hits(node.child, inner) is not None]
        return _unique([hit for inner in true_units for hit in mentions(node.child, evaluation, inner)])
    return [] if isinstance(node, (Not, PlaceRef)) else evaluation.hits(node, view) or []


def _inside_units(node: Within, evaluation: Evaluation, view: View) -> list[Hit]:
    found: list[Hit] = []
    for inner in evaluation.units(node.child, node.unit, view):
        if evaluation.hits(node.child, inner) is not None:
            found += collect(node.child, evaluation, inner)
    return _unique(found)


def _inside_near(node: Near, evaluation: Evaluation, view: View) -> list[Hit]:
    covering = evaluation.hits(node, view) or []
    found: set[Hit] = set()
    for leaf in leaves(node):
        hits = collect(leaf, evaluation, view)
        for low, high in covering:
            begin, end = bisect_left(hits, (low, 0)), bisect_left(hits, (high + 1, 0))
            found.update(hit for hit in hits[begin:end] if hit[1] <= high)
    return sorted(found)


def _unique(hits: list[Hit]) -> list[Hit]:
    return sorted(set(hits)) if len(hits) > 1 else hits


def spans(document: Document, hits: Sequence[Hit]) -> tuple[Span, ...]:
    """Positions as block and word numbers, as they are stored with a match; fields of the feed have none."""
    found = []
    for first, last in hits:
        number = document.number_of(first)
        block = document.blocks[number]
        if block.zone != "boilerplate":
            found.append(Span(number, first - block.first, last - block.first))
    return tuple(found)


def terms(document: Document, hits: Sequence[Hit]) -> tuple[str, ...]:
    """Different words found, most telling first: longer phrases, then those found more often."""
    keys = document.keys
    times: dict[tuple[str, ...], int] = {}
    firsts: dict[tuple[str, ...], Hit] = {}
    for hit in hits:
        first, last = hit
        words = (keys[first],) if first == last else tuple(keys[first:last + 1])
        if words in times:
            times[words] += 1
        else:
            times[words], firsts[words] = 1, hit
    ranked = sorted(firsts, key=lambda words: (-len(words), -times[words], firsts[words]))
    return tuple(dict.fromkeys([printed(document, firsts[words]) for words in ranked]))


def why(node: Node, evaluation: Evaluation, view: View) -> str:
    """One sentence that names what was found, in the words of the article."""
    parts = [part for part in dict.fromkeys(_say(node, evaluation, view)) if part]
    return "; ".join(_briefly(part) if at else part for at, part in enumerate(parts))


def _briefly(part: str) -> str:
    """Of a count that follows what was found, only the count: its words are those of the same list."""
    words, _, count = part.rpartition(", ")
    return f"{count} in all" if words and count.endswith(" mentions") else part


def _say(node: Node, evaluation: Evaluation, view: View) -> list[str]:
    if isinstance(node, And):
        return [part for child in node.children for part in _say(child, evaluation, view)]
    if isinstance(node, (Or, ListRef)):
        true = _true(node, evaluation, view)
        richest = max(true, key=lambda child: len(evaluation.hits(child, view) or []), default=None)
        return _say(richest, evaluation, view) if richest is not None else []
    if isinstance(node, Field):
        inner = _say(node.child, evaluation, evaluation.field_view(node, view))
        return [f"{part} {_JOINED_NAMES[node.name]}".strip() for part in inner]
    if isinstance(node, PlaceRef):
        return _say_place(node, evaluation)
    if isinstance(node, AtLeast):
        count = len(separate(evaluation.hits(node.child, view) or []))
        return [f"{part}, {count} mentions" for part in _say(node.child, evaluation, view)[:1]]
    return [] if isinstance(node, Not) else [_say_words(node, evaluation, view)]


def _say_place(node: PlaceRef, evaluation: Evaluation) -> list[str]:
    """The places meant, by the labels of those that were found: a town for the county that holds it."""
    known = set(evaluation.place_ids.get(node.value.casefold(), ()))
    return [
        f"place {place.label} ({'about' if place.about else 'mentioned'})"
        for place in evaluation.named.result.found
        if (place.about or not node.about) and not known.isdisjoint((place.place_id, *place.within))
    ]


def _say_words(node: Term | Near | Within, evaluation: Evaluation, view: View) -> str:
    document = evaluation.document
    hits = evaluation.hits(node, view) or []
    if not hits:
        return ""
    if isinstance(node, Near) and not node.negated:
        return _say_near(node, evaluation, view, hits)
    if isinstance(node, Term) and (len(hits) == 1 or not node.words[-1].is_prefix):
        return f"“{printed(document, hits[0])}”"
    shown = [f"“{word}”" for word in terms(document, collect(node, evaluation, view))[:3]]
    if isinstance(node, Within):
        return f"{' and '.join(shown)} in one {node.unit}"
    return shown[0]


def _say_near(node: Near, evaluation: Evaluation, view: View, hits: Sequence[Hit]) -> str:
    low, high = min(hits, key=lambda hit: (hit[1] - hit[0], hit))
    inner = view._replace(low=low, high=high + 1)
    sides = [evaluation.hits(side, inner) or [] for side in (node.left, node.right)]
    left, right = _tightest(sides[0], sides[1])
    document = evaluation.document
    first, second = printed(document, left), printed(document, right)
    if node.distance == 0:
        return f"“{first}” beside “{second}”"
    return f"“{first}” near “{second}”"


def _tightest(lefts: Sequence[Hit], rights: Sequence[Hit]) -> tuple[Hit, Hit]:
    """The two sides that span the covering range and do not overlap."""
    pairs = [(left, right) for left in lefts for right in rights if left[1] < right[0] or right[1] < left[0]]
    return max(pairs, key=lambda pair: max(pair[0][1], pair[1][1]) - min(pair[0][0], pair[1][0]))
