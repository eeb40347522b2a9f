"""The relevance score: a small linear model that says whether a match is a story for this team, and why, in words.

It adds up weights of what the rule found (where, how often, which words) and of the article's own words. The whole
model stands in relevance.toml, for people to read (rules/relevance_file); `rules learn` makes it (rules/learn). A score
hides nothing: it decides in which part of the digest a match stands.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from rules.engine.prominence import standing
from rules.model import Relevance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rules.article.document import Document
    from rules.model import Match

Group = Literal["evidence", "found", "headline", "opening", "text"]
GROUPS: tuple[Group, ...] = ("evidence", "found", "headline", "opening", "text")
Feature = tuple[Group, str]
Features = dict[Feature, float]

OPENING_WORDS = 150  # what a news story is about stands in its first three to five paragraphs
# The words of the whole text say more than those of the headline or the opening: on labelled news, this ratio was best.
_SCALES: dict[Group, float] = {"found": 0.5, "headline": 1.5, "opening": 1.5, "text": 3.0}
ALWAYS: Feature = ("evidence", "always")
REASONS = 4  # words of each side that are shown
# How a number is said where it is low, and where it is high.
_SAID = {
    "mentions": ("few mentions", "many mentions"),
    "mentions in the opening": ("not in the opening", "in the opening"),
    "mentions in the headline": ("in the headline", "in the headline"),
    "different words found": ("few different words", "many different words"),
    "mentions in 100 words": ("far apart", "close together"),
    "share of paragraphs": ("in few paragraphs", "in many paragraphs"),
    "how late it comes": ("comes early", "comes late"),
}


@dataclass(frozen=True, slots=True)
class TopicModel:
    """The weights of one topic. A match is likely to be a story from a score of `threshold`, 0 to 1.

    `learned_from` counts the matches it was learned from, `stories` those that were stories.
    """

    threshold: float
    weights: Mapping[Feature, float]
    learned_from: int = 0
    stories: int = 0

    def judge(self, found: Features) -> Relevance:
        """The score of a match, and the words that made it."""
        score = self.score(found)
        return Relevance(round(score, 3), score >= self.threshold, _reasons(found, self._shares(found)))

    def score(self, found: Features) -> float:
        """The score alone, 0 to 1."""
        return sigmoid(sum(self._shares(found).values()))

    def _shares(self, found: Features) -> dict[Feature, float]:
        weights = self.weights
        return {feature: weights[feature] * value for feature, value in found.items() if feature in weights}


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned, by topic. A topic without a model is judged by its rules alone."""

    topics: Mapping[str, TopicModel]

    def judge(self, match: Match, document: Document) -> Relevance | None:
        """The score of a match, of several topics the best one's; None where nothing was learned about its topics."""
        if self.topics.keys().isdisjoint(match.topics):
            return None
        return self.weigh(match, features(match, document))

    def weigh(self, match: Match, found: Features) -> Relevance | None:
        """The same of features that were looked up before."""
        judged = [self.topics[topic].judge(found) for topic in match.topics if topic in self.topics]
        return max(judged, key=lambda one: (one.likely, one.score), default=None)


@dataclass(slots=True)
class Sampler:
    """Stands where the engine expects a model, and keeps what a model would look at: so both see the same."""

    _seen: list[tuple[Match, Features]] = field(default_factory=list)

    def judge(self, match: Match, document: Document) -> Relevance | None:
        """Remember, and judge nothing."""
        self._seen.append((match, features(match, document)))
        return None

    def taken(self) -> list[tuple[Match, Features]]:
        """What was seen since the last time."""
        seen, self._seen = self._seen, []
        return seen


def judged(match: Match, relevance: Relevance | None) -> Match:
    """The match with its score. A likely one alerts, however little prominence it has; an unlikely one still does."""
    return replace(match, relevance=relevance, alerts=match.alerts or (relevance is not None and relevance.likely))


def sigmoid(total: float) -> float:
    """From any number to 0..1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def features(match: Match, document: Document) -> Features:
    """What a model looks at, as numbers of the order of 1."""
    found: Features = {ALWAYS: 1.0}
    found.update({("evidence", name): number for name, number in _evidence(match, document).items() if number})
    found.update(_scaled("found", Counter(_phrases(match, document))))
    for group, words in _words(document).items():
        found.update(_scaled(group, words))
    return found


def _evidence(match: Match, document: Document) -> dict[str, float]:
    blocks = document.blocks
    where = standing(document, [(blocks[span.block].first + span.first, blocks[span.block].first + span.last)
                                for span in match.spans])
    return {
        f"prominence {match.prominence}": 1.0,
        f"rule {match.rule_id}": 1.0,
        "mentions in the headline": math.log1p(where.in_title),
        "mentions": _more_than(3, where.mentions),
        "mentions in the opening": _more_than(1, where.in_opening),
        "different words found": _more_than(2, len(match.terms)),
        "mentions in 100 words": min(2.0, 50 * where.mentions / max(where.words, 1)) - 0.4,
        "share of paragraphs": where.share - 0.2,
        "how late it comes": ((where.first - 1) / where.paragraphs if where.first else 1.0) - 0.25,
    }


def _more_than(usual: int, count: int) -> float:
    """Above 0 where there are more than usual, below where fewer; twice as many count a third more, whatever many."""
    return (math.log1p(count) - math.log1p(usual)) / 2


def _phrases(match: Match, document: Document) -> set[str]:
    """What the rule found, as keys; not the long spans of NEAR."""
    firsts = [(document.blocks[span.block].first + span.first, span.last - span.first + 1) for span in match.spans]
    return {" ".join(document.keys[first:first + length]) for first, length in firsts if length <= 4}


def _words(document: Document) -> dict[Group, Counter[str]]:
    found: dict[Group, Counter[str]] = {"headline": Counter(), "opening": Counter(), "text": Counter()}
    room = OPENING_WORDS
    for number, block in enumerate(document.blocks):
        keys = [key for key in document.keys[block.first:block.first + block.count] if _is_telling(key)]
        if number == 0:
            found["headline"].update(keys)
        elif block.zone != "boilerplate":
            found["text"].update(keys)
        if number and block.zone == "body" and room > 0:
            found["opening"].update(keys[:room])
            room -= block.count
    return found


def _is_telling(key: str) -> bool:
    return len(key) > 1 and not key.isdigit() and len(key) < 30


def _scaled(group: Group, words: Counter[str]) -> Features:
    """Damped counts of a group, made so that a long article weighs no more than a short one."""
    damped = {word: 1 + math.log(count) for word, count in words.items()}
    length = math.sqrt(sum(value * value for value in damped.values())) or 1.0
    return {(group, word): _SCALES[group] * value / length for word, value in damped.items()}


def _reasons(found: Features, shares: Mapping[Feature, float]) -> tuple[str, ...]:
    """The strongest shares of the sum on either side, in words."""
    ranked = sorted((share, feature) for feature, share in shares.items() if feature != ALWAYS)
    against = _named(found, (feature for share, feature in ranked if share < 0))
    speaks = _named(found, (feature for share, feature in reversed(ranked) if share > 0))
    return tuple(f"{side}: {', '.join(names)}" for side, names in (("speaks for it", speaks), ("against", against))
                 if names)


def _named(found: Features, chosen: Iterable[Feature]) -> list[str]:
    """Each once, though a word may stand in headline and text; "in" and "de" say nothing to a reader."""
    telling = (feature for feature in chosen if len(feature[1]) > 2)
    return list(dict.fromkeys(_say(feature, found[feature]) for feature in telling))[:REASONS]


def _say(feature: Feature, value: float) -> str:
    group, name = feature
    few, many = _SAID.get(name, (name, name))
    return (many if value > 0 else few) if group == "evidence" else f"“{name}”"
