"""relevance.toml: the learned score as a file that people read, and may change by hand.

A line a word, the strongest on top, so that somebody who wonders about a score finds every number that made it. It
holds no text: only words that several articles share.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rules.engine.relevance import GROUPS, Model, TopicModel
from rules.files.load import RELEVANCE
from rules.files.toml_source import parse_toml, read_toml
from rules.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from rules.engine.relevance import Feature, Group
    from rules.files.toml_source import TomlFile

Loaded = tuple[Model | None, tuple[Problem, ...]]
_NUMBERS = ("threshold", "learned_from", "stories")
_AGAIN = "mend the line, or write the file again with `dateline rules learn`, or delete it: alerts go on by rules alone"
_HEAD = """\
# What makes a match a story: learned from {articles} labelled articles by `dateline rules learn` on {day}.
#
# Every line is a word (or a fact about the match) and its weight: above 0 it speaks for a story, below 0 against one.
# The weights of what an article holds are added up, a word of a long article counting less than one of a short one,
# and become a score from 0 to 1. From `threshold` on, a match is likely to be a story: it alerts even where its rule
# asks for more prominence. Below it, the digest names it in the line of those that are probably none. Nothing is lost.
#
# Delete this file, and alerts go by the rules alone. You may change weights; learning again replaces the file.
"""
_TITLES: dict[Group, str] = {
    "evidence": "what the rule found: how prominent, how often, where",
    "found": "the words that the rule found",
    "headline": "words of the headline",
    "opening": "words of the first paragraphs",
    "text": "words of the whole text",
}


def written(model: Model, articles: int, day: date) -> str:
    """The file of a model that was learned from so many articles."""
    lines = [_HEAD.format(articles=articles, day=day.isoformat())]
    for topic, one in model.topics.items():
        lines += [f"[topic.{_quoted(topic)}]", f"threshold = {one.threshold}",
                  f"learned_from = {one.learned_from}  # matches", f"stories = {one.stories}  # of them", ""]
        for group in GROUPS:
            lines += _table(topic, group, {name: weight for (of, name), weight in one.weights.items() if of == group})
    return "\n".join(lines)


def _table(topic: str, group: Group, weights: dict[str, float]) -> Iterator[str]:
    """One group's weights, those that speak for a story first. Less than a hundredth is left out: it moves nothing."""
    ranked = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    rows = [f"{_quoted(name)} = {weight:.2f}" for name, weight in ranked if abs(weight) >= 0.01]
    if rows:
        yield f"[topic.{_quoted(topic)}.{group}]  # {_TITLES[group]}"
        yield from rows
        yield ""


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)  # for printable characters, JSON's quotes are TOML's


def load_relevance(folder: Path) -> Loaded:
    """The model beside a team's rules: None where there is no such file, or where the problems say what is wrong."""
    path = folder / RELEVANCE
    return _read(read_toml(path)) if path.exists() else (None, ())


def parse_relevance(text: str, name: str = RELEVANCE) -> Loaded:
    """The same from text; an empty one is no model."""
    return _read(parse_toml(text, name)) if text.strip() else (None, ())


def _read(file: TomlFile) -> Loaded:
    problems = [*file.problems, *_mistakes(file)]
    if problems:
        return None, tuple(problems)
    topics = {topic: TopicModel(
        float(table["threshold"]), _weights(table), table.get("learned_from", 0), table.get("stories", 0))
        for topic, table in file.values["topic"].items()}
    return Model(topics), ()


def _weights(table: dict[str, Any]) -> dict[Feature, float]:
    return {(group, name): float(weight) for group in GROUPS for name, weight in table.get(group, {}).items()}


def _mistakes(file: TomlFile) -> Iterator[Problem]:
    """What keeps a file that parses from being a model."""
    topics = file.values.get("topic")
    if file.problems:
        return
    if not isinstance(topics, dict) or file.values.keys() != {"topic"}:
        odd = next((key for key in file.values if key != "topic"), "topic")
        yield file.problem("E510", "this is no learned relevance: it has tables [topic.NAME] and nothing else", odd,
                           remedy=_AGAIN)
        return
    for topic, table in topics.items():
        if not isinstance(table, dict) or not _is_number(table.get("threshold")):
            yield file.problem("E510", f'the topic "{topic}" has no `threshold`, a number from 0 to 1', "topic", topic,
                               remedy=_AGAIN)
            continue
        for key, value in table.items():
            yield from _mistakes_of_key(file, topic, key, value)


def _mistakes_of_key(file: TomlFile, topic: str, key: str, value: object) -> Iterator[Problem]:
    if key in _NUMBERS and _is_number(value):
        return
    if key in GROUPS and isinstance(value, dict):
        for word, weight in value.items():
            if not _is_number(weight):
                yield file.problem("E510", f'the weight of "{word}" must be a number', "topic", topic, key, word,
                                   remedy=_AGAIN)
        return
    yield file.problem("E510", f'"{key}" is not known here, or holds what it should not', "topic", topic, key,
                       remedy=_AGAIN)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -1e6 < value < 1e6
