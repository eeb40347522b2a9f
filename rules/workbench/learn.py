"""Learning the relevance score from labelled matches: logistic regression, small enough to be understood and repeated.

Dual coordinate ascent (Shalev-Shwartz and Zhang 2013) needs no step size, and with a fixed order of the examples gives
the same weights every time; 100 matches cost a tenth of a second. Thresholds come from scores of matches that the model
had not seen.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.engine.relevance import ALWAYS, Model, TopicModel, judged, sigmoid
from rules.model import PROMINENCES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rules.engine.relevance import Feature, Features
    from rules.model import Match
    from rules.workbench.labelled import LabelledArticle

    Samples = Sequence[tuple[Match, Features]]  # all matches of one article, with what a model looks at

MIN_ARTICLES = 3  # a word of fewer articles stays out: no article can be read out of the file, and it taught nothing
FREQUENT = 0.7  # a word of more articles than this part of them says nothing
MIN_STORIES = 8  # of a topic, and as many others: fewer teach noise
PENALTY = 0.02  # L2, for each example; three times more or less changed little on labelled news
KEPT = 300  # words of a topic that the file keeps, those that moved scores most
_ROUNDS = 60
_ENOUGH = 1e-3
_FOLDS = 5
_AROUND = 2  # scores on either side of the threshold, whose mean it is
_SEED = 7


@dataclass(frozen=True, slots=True)
class Lesson:
    """A match of one topic, and whether the article is a story about it."""

    features: Features
    is_story: bool


def cross_judged(
    labelled: Sequence[LabelledArticle], samples: Sequence[Samples], topics: Sequence[str], count: int
) -> list[tuple[Match, ...]]:
    """The matches of each article, judged by a model that was learned from the other folds."""
    parts = folds([tuple(sorted(one.topics)) for one in labelled], count)
    found: list[tuple[Match, ...]] = [()] * len(labelled)
    for part in range(count):
        others = [at for at, fold in enumerate(parts) if fold != part]
        model = learn([labelled[at] for at in others], [samples[at] for at in others], topics)
        for at, fold in enumerate(parts):
            if fold == part:
                found[at] = all_judged(model, samples[at])
    return found


def all_judged(model: Model, samples: Samples) -> tuple[Match, ...]:
    """The matches of one article with their scores."""
    return tuple(judged(match, model.weigh(match, found)) for match, found in samples)


def lessons(labelled: LabelledArticle, samples: Samples, topic: str) -> list[Lesson]:
    """The most prominent match of the topic, if there is one: an article teaches once, and only what was judged."""
    about = [(match, found) for match, found in samples if topic in match.topics]
    if not about or not labelled.is_judged(topic):
        return []
    _, found = max(about, key=lambda one: (one[0].alerts, PROMINENCES.index(one[0].prominence)))
    return [Lesson(found, topic in labelled.topics)]


def learn(labelled: Sequence[LabelledArticle], samples: Sequence[Samples], topics: Iterable[str]) -> Model:
    """A model of every topic that has enough stories, and enough matches that are none, to be learned."""
    learned: dict[str, TopicModel] = {}
    for topic in topics:
        some = [lesson for one, found in zip(labelled, samples, strict=True) for lesson in lessons(one, found, topic)]
        stories = sum(lesson.is_story for lesson in some)
        if min(stories, len(some) - stories) >= MIN_STORIES:
            learned[topic] = _learn_topic(some, stories)
    return Model(learned)


def _learn_topic(some: Sequence[Lesson], stories: int) -> TopicModel:
    return TopicModel(_threshold(some), weights(some), len(some), stories)


def weights(some: Sequence[Lesson]) -> dict[Feature, float]:
    """The weights that were worth keeping."""
    rarity = _rarity(some)
    rows = [{feature: value * rarity[feature] for feature, value in lesson.features.items() if feature in rarity}
            for lesson in some]
    trained = _ascend(rows, [1 if lesson.is_story else -1 for lesson in some])
    moved: defaultdict[Feature, float] = defaultdict(float)
    for row in rows:
        for feature, value in row.items():
            moved[feature] += abs(trained[feature] * value)
    kept = set(sorted(moved, key=moved.__getitem__, reverse=True)[:KEPT]) | {f for f in trained if f[0] == "evidence"}
    return {feature: trained[feature] * rarity[feature] for feature in trained if feature in kept}


def _rarity(some: Sequence[Lesson]) -> dict[Feature, float]:
    """How much a feature may count: rare words more than frequent ones, those of most articles and of few not at all.

    Evidence that is the same in all lessons (the name of the only rule) says nothing and stays out.
    """
    seen = Counter(feature for lesson in some for feature in lesson.features)
    every = len(some)
    words = {feature: 1 + math.log((1 + every) / (1 + count)) for feature, count in seen.items()
             if feature[0] != "evidence" and MIN_ARTICLES <= count <= FREQUENT * every}
    evidence = {feature for feature in seen if feature[0] == "evidence"}
    varied = {feature for feature in evidence if len({lesson.features.get(feature) for lesson in some}) > 1}
    return words | dict.fromkeys(varied | {ALWAYS}, 1.0)


def _ascend(rows: Sequence[Mapping[Feature, float]], labels: Sequence[int]) -> dict[Feature, float]:
    """L2-regularised logistic regression by stochastic dual coordinate ascent."""
    numbers: dict[Feature, int] = {}
    packed = [([numbers.setdefault(feature, len(numbers)) for feature in row], list(row.values())) for row in rows]
    scale = PENALTY * len(rows)
    limits = [max(1.0, 0.25 + sum(value * value for value in values) / scale) for _, values in packed]
    found, duals = [0.0] * len(numbers), [0.0] * len(rows)
    order, shuffle = list(range(len(rows))), random.Random(_SEED).shuffle  # noqa: S311 - an order, no secret
    for _ in range(_ROUNDS):
        shuffle(order)
        largest = 0.0
        for at in order:
            places, values = packed[at]
            margin = labels[at] * sum([found[place] * value for place, value in zip(places, values, strict=True)])
            step = (labels[at] * sigmoid(-margin) - duals[at]) / limits[at]
            duals[at] += step
            for place, value in zip(places, values, strict=True):
                found[place] += step / scale * value
            largest = max(largest, abs(step))
        if largest < _ENOUGH:
            break
    return {feature: found[number] for feature, number in numbers.items()}


def folds(labels: Sequence[object], count: int) -> list[int]:
    """The fold of each example: at random but always the same, every fold with its share of each label."""
    shuffle = random.Random(_SEED).shuffle  # noqa: S311 - an order, no secret
    by_label: dict[object, list[int]] = {}
    for at, label in enumerate(labels):
        by_label.setdefault(label, []).append(at)
    found = [0] * len(labels)
    given = 0
    for label in sorted(by_label, key=repr):
        shuffle(by_label[label])
        for at in by_label[label]:
            found[at] = given % count
            given += 1
    return found


def _threshold(some: Sequence[Lesson]) -> float:
    """The score above which as many matches are likely as are stories, so that false alerts and misses are even.

    F1 is best near there, and its own maximum moves more with each article (0.02 less F1 on unseen ones).
    """
    scores = sorted(_unseen_scores(some), reverse=True)
    stories = sum(lesson.is_story for lesson in some)
    around = scores[max(0, stories - _AROUND):stories + _AROUND]
    return round(sum(around) / len(around), 3)


def _unseen_scores(some: Sequence[Lesson]) -> list[float]:
    """The score of each lesson by a model of the others."""
    parts = folds([lesson.is_story for lesson in some], _FOLDS)
    scores = [0.0] * len(some)
    for part in range(_FOLDS):
        model = TopicModel(0, weights([lesson for lesson, fold in zip(some, parts, strict=True) if fold != part]))
        for at, lesson in enumerate(some):
            if parts[at] == part:
                scores[at] = model.score(lesson.features)
    return scores
