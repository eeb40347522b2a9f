"""The labelled news as grouping sees it: matched by the shipped rules, as the bot does, and made into features."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.stories.features import extract
from monitor.stories.vocabulary import common_words
from rules.article.language import detect
from rules.engine.engine import Engine
from rules.files.load import load_rules
from rules.model import Article

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.stories.model import Features

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests/data/stories"
BUILT_WITH = ("raids_east", "policy_west", "raids_midwest")
HELD_OUT = ("held_out_two", "held_out_three")
SAME = frozenset(("same event", "wire copy", "follow-up"))
KINDS = ("same event", "wire copy", "follow-up", "same topic", "same place and day")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two articles by their ids, and what a person said of them."""

    a: str
    b: str
    kind: str

    @property
    def same(self) -> bool:
        return self.kind in SAME


@dataclass(frozen=True, slots=True)
class Labels:
    """One file: the event and the features of every article by its id, in order of publication, and the pairs."""

    events: Mapping[str, str]
    features: Mapping[str, Features]
    pairs: tuple[Pair, ...]


@cache
def rules_engine() -> tuple[Engine, frozenset[str]]:
    """The shipped rules, and the words that they themselves use."""
    rules = load_rules([ROOT / "rules/packs/immigration"])
    return Engine(rules), common_words(rules)


@cache
def labels(name: str) -> Labels:
    """One of the files, read by the rules once in a run."""
    told = tomllib.loads((FOLDER / f"{name}.toml").read_text())
    articles = sorted(told["article"], key=lambda one: (one["at"], one["id"]))
    return Labels(
        events={one["id"]: one["event"] for one in articles},
        features={one["id"]: _features(one) for one in articles},
        pairs=tuple(Pair(one["a"], one["b"], one["kind"]) for one in told["pair"]),
    )


def _features(told: Mapping[str, Any]) -> Features:
    title, text, at = told["title"], told["text"].strip(), told["at"]
    return features_of(Article(title=title, text=text, outlet=told["outlet"], home=told["home"], published_at=at,
                               language=detect(title, text)), at)


def features_of(article: Article, at: datetime) -> Features:
    """An article's features from what the shipped rules find in it."""
    engine, common = rules_engine()
    found = engine.match(article, at)
    places = [place for match in found for place in match.places]
    topics = sorted({topic for match in found if match.alerts for topic in match.topics})
    return extract(article, places, topics, common, at.astimezone(UTC))
