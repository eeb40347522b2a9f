"""The words without which a query cannot match, so that most rules are never evaluated for most articles.

An anchor set holds at least one word that every matching article contains: of a phrase its rarest word, of AND the
cheapest child, of OR the union. "detain*" stands for a prefix and "place:baltimore" for a place that was found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.article import text
from rules.places import states
from rules.places.gazetteer import spellings
from rules.query.tree import And, AtLeast, Field, ListRef, Near, Node, Not, Or, PlaceRef, Term, Within, Word, children

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.model import Place

Anchors = frozenset[str]

# Words that stand in nearly every article: as anchors they would select every rule.
_COMMON_WORDS = """
a an and are as at be been but by can could for from had has have he her him his how i if in into is it its more most
new no not now of on one or other our out over said say she so some than that the their them then there they this
time to two under up was we were what when which who will with would year you people city state county police official
de la el los las en un una y que del con por para se su al es
"""
_COMMON = frozenset(_COMMON_WORDS.split())


def cost(key: str) -> float:
    """How often a word may select a rule for nothing; long words are rare enough for the order to come out right."""
    return 50.0 if key in _COMMON else 1.0 + 8.0 / (len(key) or 1)


def anchor_of(term: Term) -> str:
    """The rarest word of a phrase; a prefix only where nothing else is there."""
    best = min(term.words, key=_word_cost)
    return f"{best.key}*" if best.is_prefix else best.key


def _word_cost(word: Word) -> float:
    return cost(word.key) + (4.0 if word.is_prefix else 0.0)


def total(anchors: Anchors) -> float:
    """The price of a whole set, prefixes dearer than words."""
    return sum(cost(anchor.rstrip("*")) + (4.0 if anchor.endswith("*") else 0.0) for anchor in anchors)


def anchors(
    node: Node, list_anchors: Callable[[str], Anchors | None], place_ids: Mapping[str, tuple[str, ...]]
) -> Anchors | None:
    """A set of words of which every match contains one; None where no such set exists."""
    if isinstance(node, Term):
        return frozenset((anchor_of(node),))
    if isinstance(node, ListRef):
        return list_anchors(node.name)
    if isinstance(node, PlaceRef):
        return frozenset(f"place:{found}" for found in place_ids.get(node.value.casefold(), ()))
    if isinstance(node, Or):
        found = [anchors(child, list_anchors, place_ids) for child in node.children]
        return None if None in found else frozenset().union(*(some for some in found if some is not None))
    if isinstance(node, (Within, AtLeast, Field)):
        return anchors(node.child, list_anchors, place_ids)
    return None if isinstance(node, Not) else _cheapest(node, list_anchors, place_ids)


def _cheapest(
    node: And | Near, list_anchors: Callable[[str], Anchors | None], place_ids: Mapping[str, tuple[str, ...]]
) -> Anchors | None:
    if isinstance(node, And):
        sides: tuple[Node, ...] = node.children
    else:
        sides = (node.left,) if node.negated else (node.left, node.right)
    found = [some for side in sides if (some := anchors(side, list_anchors, place_ids)) is not None]
    return min(found, key=total, default=None)


def sieve(node: Node, list_anchors: Callable[[str], Anchors | None]) -> list[Anchors]:
    """Sets of words of which a matching article has one each, all in title, text or body; cheaper than evaluating."""
    if isinstance(node, Term):
        return [frozenset((word.key,)) for word in node.words if not word.is_prefix]
    if isinstance(node, ListRef):
        known = list_anchors(node.name)
        return [known] if known is not None and _only_words(known) else []
    if isinstance(node, Or):
        branches = [sieve(child, list_anchors) for child in node.children]
        return [frozenset().union(*(min(some, key=total) for some in branches))] if all(branches) else []
    return [some for child in _needed(node) for some in sieve(child, list_anchors)]


def _needed(node: Node) -> tuple[Node, ...]:
    """The children that a node cannot do without, and that look into title, text or body."""
    if isinstance(node, Near):
        return (node.left,) if node.negated else (node.left, node.right)
    is_elsewhere = isinstance(node, Field) and node.name not in ("title", "lead", "body")
    return () if is_elsewhere or isinstance(node, Not) else children(node)


def _only_words(anchors: Anchors) -> bool:
    return not any(anchor.endswith("*") or anchor.startswith("place:") for anchor in anchors)


def place_words(place: Place) -> frozenset[str]:
    """Words of which every article that names the place holds one: of each of its spellings the rarest.

    A state is found by any "Town, ST" too, so that its short names count.
    """
    names = [text.words(spelling) for spelling in spellings(place)]
    if code := states.code_of_id(place.id):
        names += [list(words) for words, owner in states.names().items() if owner == code]
    return frozenset(min(map(text.key, words), key=cost) for words in names if words)
