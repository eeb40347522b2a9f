"""Sixty articles told twice, in English and in Spanish: the shipped pack finds the one as surely as the other."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from rules.engine.engine import Engine
from rules.files.load import load_rules
from rules.model import Article, Match

ROOT = Path(__file__).parent
PACK = ROOT.parent / "rules" / "packs" / "immigration"
FILES = sorted((ROOT / "data" / "twins").glob("*.toml"))
TWINS: list[dict[str, Any]] = [twin for file in FILES for twin in tomllib.loads(file.read_text("utf-8"))["twin"]]
STORIES = [twin for twin in TWINS if twin["topics"]]
LURES = [twin for twin in TWINS if not twin["topics"]]
LANGUAGES = ("english", "spanish")
NO_VERDICT = ("mixed", "unclear")


@cache
def engine() -> Engine:
    return Engine(load_rules([PACK]))


@cache
def alerts(at: int, language: str) -> tuple[Match, ...]:
    """The matches that alert for one of the twins."""
    twin = TWINS[at]
    found = engine().match(Article(twin[f"{language}_title"], twin[language].strip()))
    return tuple(match for match in found if match.alerts)


def topics(twin: dict[str, Any], language: str) -> set[str]:
    return {topic for match in alerts(TWINS.index(twin), language) for topic in match.topics}


def recall(language: str) -> float:
    """The share of the stories that alert for all of their topics."""
    return sum(set(twin["topics"]) <= topics(twin, language) for twin in STORIES) / len(STORIES)


def verdicts(language: str) -> list[bool]:
    """Of every verdict on a story's direction, whether it is the right one."""
    return [
        match.stance.label == twin.get("stance")
        for twin in STORIES for match in alerts(TWINS.index(twin), language)
        if match.stance and match.stance.label not in NO_VERDICT
    ]


def test_there_are_sixty_pairs() -> None:
    """The pairs are found, with enough lures among them, so that the tests below cannot pass for want of any."""
    assert (60, True) == (len(TWINS), len(LURES) >= 12)
    assert len(TWINS) == len({twin["id"] for twin in TWINS})


@pytest.mark.parametrize("language", LANGUAGES)
def test_stories_are_found(language: str) -> None:
    """At least nine in ten stories alert for every topic they have."""
    assert recall(language) >= 0.9


def test_spanish_is_found_as_surely_as_english() -> None:
    """The two recalls lie within five hundredths of each other."""
    assert abs(recall("english") - recall("spanish")) <= 0.05


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("twin", LURES, ids=[twin["id"] for twin in LURES])
def test_lures_alert_nobody(twin: dict[str, Any], language: str) -> None:
    """What shares words with the subject and is about something else stays out."""
    assert set() == topics(twin, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_directions_are_right_where_given(language: str) -> None:
    """Nine in ten verdicts are right, and there are enough of them to say so."""
    given = verdicts(language)
    assert len(given) >= 10
    assert sum(given) / len(given) >= 0.9
