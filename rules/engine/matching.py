"""One compiled rule against one article under evaluation: whether it matches, and everything a match tells.

Only the query decides whether there is a match. Prominence, severity, stance, graphic and relevance are told about it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from rules.engine import evidence, prominence, quotes, stance
from rules.model import PROMINENCES, SEVERITIES, Match

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from rules.article.document import Block, Document, Range
    from rules.article.spans import Hit
    from rules.engine.evaluate import CompiledList, Evaluation, View
    from rules.model import Article, PlaceFound, Rule, Severity
    from rules.query.tree import Node

# An older article is no call to act at once, whatever it says.
FRESH = timedelta(hours=24)
# A place in the same paragraph may be where it happens; in a page of one single line, one within so many words.
NEAR_WORDS = 60


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its tree, its `ignore` phrases, and the trees of its other queries."""

    rule: Rule
    node: Node
    ignore: CompiledList
    escalations: tuple[tuple[int, Node, Severity], ...] = ()  # with their numbers in the rule
    graphic: Node | None = None
    ballot: stance.Ballot | None = None
    is_plain: bool = False  # whether its mentions are just the words found: no NEAR, no place, no list


def is_expired(rule: Rule, now: datetime | None) -> bool:
    """Whether the rule's last day is over. Without `now` no rule is."""
    return now is not None and rule.expires is not None and rule.expires < now.date()


def is_fresh(article: Article, now: datetime | None) -> bool:
    """Whether an article is young enough to be urgent; undated ones are, and without `now` all are."""
    return now is None or article.published_at is None or now - article.published_at <= FRESH


def matched(
    compiled: CompiledRule, evaluation: Evaluation, hidden: Collection[int], now: datetime | None, rules_hash: str
) -> Match | None:
    """The match of a rule to which the positions `hidden` are invisible; None where its query is false."""
    view = evaluation.whole(hidden)
    if evaluation.hits(compiled.node, view) is None:
        return None
    document, rule = evaluation.document, compiled.rule
    hits = evidence.collect(compiled.node, evaluation, view)[:evidence.MAX_SPANS]
    mentions = hits if compiled.is_plain else evidence.mentions(compiled.node, evaluation, view) or hits
    standing = prominence.standing(document, mentions)
    level = prominence.prominence(standing)
    return Match(
        rule_id=rule.id, rule_name=rule.name or rule.id, topics=rule.topics,
        severity=severity(compiled, evaluation, view, now), places=_places(evaluation, mentions),
        quotes=quotes.quotes(document, hits), title_marks=quotes.title_marks(document, hits),
        terms=evidence.terms(document, hits), why=evidence.why(compiled.node, evaluation, view),
        spans=evidence.spans(document, hits), rules_hash=rules_hash, prominence=level,
        prominence_why=prominence.why(standing),
        alerts=rule.alert_from == "passing" or PROMINENCES.index(level) >= PROMINENCES.index(rule.alert_from),
        stance=stance.stance(compiled.ballot, evaluation, view) if compiled.ballot else None,
        graphic=_is_graphic(compiled, evaluation, view),
    )


def severity(compiled: CompiledRule, evaluation: Evaluation, view: View, now: datetime | None) -> Severity:
    """The rule's own, or the highest that an escalation raises it to."""
    if not compiled.escalations:
        return compiled.rule.severity
    raised = [
        to for _, node, to in compiled.escalations
        if is_fresh(evaluation.document.article, now) and evaluation.hits(node, view) is not None
    ]
    return max((compiled.rule.severity, *raised), key=SEVERITIES.index)


def _is_graphic(compiled: CompiledRule, evaluation: Evaluation, view: View) -> bool:
    if compiled.graphic is None:
        return compiled.rule.graphic == "*"
    return evaluation.hits(compiled.graphic, view) is not None


class Whereabouts(NamedTuple):
    """A place of an article, as it is and as one near a mention; its paragraphs, and where it stands in long ones.

    `sentence` are the positions [low, high) of the one sentence that names it; None where there are several.
    """

    place: PlaceFound
    near: PlaceFound
    paragraphs: AbstractSet[int]
    in_long_ones: tuple[int, ...]
    sentence: Range | None


def _places(evaluation: Evaluation, mentions: Sequence[Hit]) -> tuple[PlaceFound, ...]:
    """The places, those marked that stand in a paragraph with a mention. The headline belongs to the first one.

    A place named once must share the sentence: of 8 that only shared the paragraph, 2 were places of the story.
    """
    known = _whereabouts(evaluation)
    if not known:
        return ()
    document = evaluation.document
    opening = _opening(document)
    starts = [first for first, _ in mentions]
    paragraphs = {bisect_right(document.starts, first) - 1 or opening for first in starts}
    starts.sort()
    return tuple([one.near if _is_near(one, starts, paragraphs) else one.place for one in known])


def _is_near(one: Whereabouts, starts: Sequence[int], paragraphs: AbstractSet[int]) -> bool:
    if one.sentence is not None:
        low, high = one.sentence
        at = bisect_left(starts, low)
        return at < len(starts) and starts[at] < high
    return not one.paragraphs.isdisjoint(paragraphs) or bool(one.in_long_ones and _beside(one.in_long_ones, starts))


def _whereabouts(evaluation: Evaluation) -> tuple[Whereabouts, ...]:
    """Worked out once an article."""
    document = evaluation.document
    found = document.memory.get("whereabouts")
    if not isinstance(found, tuple):
        result = evaluation.named.result
        found = document.memory["whereabouts"] = tuple(
            _whereabouts_of(document, place, result.telling[place.place_id]) for place in result.found)
    return found


def _whereabouts_of(document: Document, place: PlaceFound, hits: Sequence[Hit]) -> Whereabouts:
    opening = _opening(document)
    long_ones = tuple(first for first, _ in hits if _is_long(document.block_at(first)))
    short = frozenset(
        document.number_of(first) or opening for first, _ in hits if not _is_long(document.block_at(first)))
    # The headline is near the first paragraph, whatever its sentences.
    is_apart = len(hits) == 1 and document.number_of(hits[0][0]) not in (0, opening)
    sentence = document.sentence_of(hits[0][0]) if is_apart else None
    return Whereabouts(place, replace(place, near=True), short, long_ones, sentence)


def _is_long(block: Block) -> bool:
    return block.count > 2 * NEAR_WORDS


def _opening(document: Document) -> int:
    """The number of the first paragraph's block, for which the headline counts, too; 0 where there is no text."""
    lead = document.ranges["lead"][0]
    return document.number_of(lead) if lead else 0


def _beside(positions: Sequence[int], starts: Sequence[int]) -> bool:
    """Whether a mention begins so close to one of the positions; blocks lie further apart than that."""
    return any(
        at < len(starts) and starts[at] <= position + NEAR_WORDS
        for position in positions for at in (bisect_left(starts, position - NEAR_WORDS),))
