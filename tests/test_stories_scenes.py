"""In which places an article says that people were arrested, and how many."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.stories.model import Spot
from monitor.stories.reading import read
from monitor.stories.scenes import scenes
from rules.model import Article

AT = datetime(2026, 3, 12, 18, tzinfo=UTC)
WHEATON = Spot("wheaton-md", "Wheaton, MD", True, ("montgomery-county-md", "maryland"))
KENT = Spot("kent-county-md", "Kent County, MD", True, ("maryland",))


def told(text: str, language: str = "en") -> tuple[tuple[str, int], ...]:
    return scenes(read(Article("News", text, language=language), AT), [WHEATON, KENT])


@pytest.mark.parametrize(("text", "language"), [
    ("Agents move on to Wheaton: five day laborers arrested at hardware store.", "en"),
    ("Agents arrested five people in Wheaton.", "en"), ("Agents arrested five people at a Wheaton store.", "en"),
    ("Agentes detienen a cinco jornaleros frente a una ferretería de Wheaton.", "es"),
    ("Agents arrested five people in Wheaton, in Kent County.", "en"),
])
def test_a_place_with_its_arrests(text: str, language: str) -> None:
    """The number stands in one sentence with it; the county behind a town only says where that is."""
    assert (("wheaton-md", 5),) == told(text, language)


@pytest.mark.parametrize("text", [
    "Agents arrested five people in suburban Wheaton.", "Agents arrested five people northwest of Wheaton.",
    "Agents arrested five people near Wheaton.", "After Wheaton, agents arrested five people.",
    "Five people were arrested and taken to Wheaton.", "Five were arrested, the office in Wheaton said.",
    "Agents arrested five workers of Tri-Summit Roofing, of Wheaton.", "Wheaton police said five people were arrested.",
    "The sheriff of Wheaton signed the agreement.",
])
def test_a_place_where_nothing_happened(text: str) -> None:
    """The larger town near by, where people were taken, where an office or firm is at home."""
    assert () == told(text)


def test_arrests_without_a_number() -> None:
    """They count where another report says so too."""
    assert (("kent-county-md", 0),) == told("Agents raided homes in Kent County.")
