"""Which way an article says things go: sentences vote, background does not, and reversed ones vote for the opposite.

A stance is shown beside a match and never decides whether it is shown: votes are wrong in about one verdict of ten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.engine import evidence
from rules.engine.quotes import quote
from rules.model import Stance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules.article.document import Range
    from rules.article.spans import Hit
    from rules.engine.evaluate import Evaluation, View
    from rules.model import Quote, StanceRules
    from rules.query.tree import Node

TITLE_POINTS = 3
LEAD_POINTS = 2
POINTS = 1
WINNING_POINTS = 2  # one sentence deep in the text decides nothing
WINNING_SHARE = 2 / 3
MIXED = "mixed"
UNCLEAR = "unclear"
# Verdicts that no rule has words for, in English and Spanish.
_SAYS = {MIXED: ("reports both directions", "informa de pasos en ambos sentidos"),
         UNCLEAR: ("does not say clearly which way it goes", "no dice con claridad en qué sentido va")}


@dataclass(frozen=True, slots=True)
class Ballot:
    """A rule's stance, ready to count: trees for each label and for the sentences that are background or reversed."""

    rules: StanceRules
    labels: Mapping[str, Node]
    background: Node | None = None
    reverses: Node | None = None


@dataclass(frozen=True, slots=True)
class Vote:
    """One sentence. `label` is what it voted for, empty where it is `background`; `reversed` tells that it matched
    the opposite label. `hits` are the words that made it vote."""

    sentence: Range
    label: str
    points: int
    hits: tuple[Hit, ...]
    is_reversed: bool = False
    is_background: bool = False


def stance(ballot: Ballot, evaluation: Evaluation, view: View) -> Stance:
    """Count the votes of an article's sentences, as far as the view shows them."""
    return counted(ballot, evaluation, votes(ballot, evaluation, view))


def votes(ballot: Ballot, evaluation: Evaluation, view: View) -> list[Vote]:
    """Every sentence that matches a label, in reading order; one that matches two labels votes for both."""
    opposites = {label.label: label.opposite for label in ballot.rules.labels}
    found: list[Vote] = []
    for label, node in ballot.labels.items():
        for sentence in evaluation.units(node, "sentence", view):
            if evaluation.hits(node, sentence) is None:
                continue
            background = _holds(ballot.background, evaluation, sentence)
            is_reversed = not background and _holds(ballot.reverses, evaluation, sentence)
            voted = "" if background else opposites[label] if is_reversed else label
            points = _points(evaluation, sentence.low) if voted else 0
            hits = tuple(evidence.collect(node, evaluation, sentence))
            found.append(Vote((sentence.low, sentence.high), voted, points, hits, is_reversed, background))
    return sorted(found, key=lambda vote: vote.sentence)


def _holds(node: Node | None, evaluation: Evaluation, view: View) -> bool:
    return node is not None and evaluation.hits(node, view) is not None


def _points(evaluation: Evaluation, position: int) -> int:
    ranges = evaluation.document.ranges
    if position < ranges["title"][1]:
        return TITLE_POINTS
    low, high = ranges["lead"]
    return LEAD_POINTS if low <= position < high else POINTS


def counted(ballot: Ballot, evaluation: Evaluation, found: Sequence[Vote]) -> Stance:
    """The label with two thirds of the points and at least two, or else "mixed" or "unclear"."""
    points = {label.label: 0 for label in ballot.rules.labels}
    for vote in found:
        if vote.label:
            points[vote.label] = points.get(vote.label, 0) + vote.points
    label = _winner(points)
    words = {known.label: (known.says or known.label, known.says_es) for known in ballot.rules.labels}
    says, says_es = _SAYS.get(label) or words.get(label, (label, ""))
    told = tuple(sorted(points.items(), key=lambda one: (-one[1], one[0])))
    return Stance(label, says, _quote(evaluation, found, label, told), told, says_es)


def _winner(points: Mapping[str, int]) -> str:
    best = max(points, key=lambda label: points[label], default="")
    total = sum(points.values())
    if not best or points[best] < WINNING_POINTS:
        return UNCLEAR
    if points[best] >= WINNING_SHARE * total:
        return best
    strong = [label for label in points if points[label] >= WINNING_POINTS]
    return MIXED if len(strong) > 1 else UNCLEAR


def _quote(
    evaluation: Evaluation, found: Sequence[Vote], label: str, told: Sequence[tuple[str, int]]
) -> Quote | None:
    """The sentence that counted most for the label; of "mixed", for the side with most points. A headline is shown
    anyhow, so that a sentence of the text goes before it."""
    side = told[0][0] if label in (MIXED, UNCLEAR) and told else label
    own = [vote for vote in found if vote.label == side]
    title_end = evaluation.document.ranges["title"][1]
    best = min(own, key=lambda vote: (vote.sentence[0] < title_end, -vote.points, -len(vote.hits), vote.sentence),
               default=None)
    if best is None:
        return None
    return quote(evaluation.document, best.sentence, best.hits)
