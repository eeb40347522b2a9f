"""The sentences and paragraphs of an article in which a query may hold, and those in which it does.

Few sentences are looked at: of each way for the query to be true, only those in which its rarest part was found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rules.query.tree import And, AtLeast, Field, ListRef, Near, Node, Or, PlaceRef, Term, Within

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rules.article.document import Document, Range
    from rules.engine.evaluate import Evaluation, View

Unit = Literal["sentence", "paragraph"]


def true_units(evaluation: Evaluation, node: Node, unit: Unit, view: View) -> list[View]:
    """Views of the sentences or blocks that satisfy the node, in reading order."""
    firsts = _firsts(evaluation, node, view)
    likely = units(evaluation, node, unit, view) if firsts is None else _around(
        evaluation.document, firsts, unit, view)
    return [inner for inner in likely if evaluation.hits(node, inner) is not None]


def _firsts(evaluation: Evaluation, node: Node, view: View) -> Sequence[int] | None:
    """Positions of which every sentence that satisfies the node holds one; None where there is no telling."""
    if id(node) in evaluation.trees.narrow:
        return [first for first, _ in evaluation.hits(node, view) or ()]
    if isinstance(node, And):
        known = [some for child in node.children if (some := _firsts(evaluation, child, view)) is not None]
        return min(known, key=len, default=None)
    if isinstance(node, Or):
        every = [_firsts(evaluation, child, view) for child in evaluation.likely(node, view)]
        return None if None in every else [first for some in every for first in some or ()]
    if isinstance(node, Field) and node.name in ("title", "lead", "body") and view.space == "text":
        return _firsts(evaluation, node.child, evaluation.field_view(node, view))
    return _firsts(evaluation, node.left, view) if isinstance(node, Near) else None


def units(evaluation: Evaluation, node: Node, unit: Unit, view: View) -> list[View]:
    """Views of the sentences or blocks that hold some leaf of the node, in reading order."""
    firsts = [first for leaf in leaves(evaluation, node) for first, _ in evaluation.hits(leaf, view) or ()]
    return _around(evaluation.document, firsts, unit, view)


def _around(document: Document, firsts: Iterable[int], unit: Unit, view: View) -> list[View]:
    ranges: set[Range] = set()
    for first in firsts:
        if unit == "sentence":
            ranges.add(document.sentence_of(first))
        else:
            block = document.block_at(first)
            ranges.add((block.first, block.first + block.count))
    return [view._replace(low=max(low, view.low), high=min(high, view.high)) for low, high in sorted(ranges)]


def leaves(evaluation: Evaluation, node: Node) -> Iterable[Node]:
    """The words, lists and places of a node that are not below a NOT; an OR of words is one of them."""
    if isinstance(node, (Term, ListRef, PlaceRef)) or id(node) in evaluation.trees.flat:
        yield node
    elif isinstance(node, (And, Or)):
        for child in node.children:
            yield from leaves(evaluation, child)
    elif isinstance(node, Near):
        yield from leaves(evaluation, node.left)
        if not node.negated:
            yield from leaves(evaluation, node.right)
    elif isinstance(node, (Within, AtLeast, Field)):
        yield from leaves(evaluation, node.child)
