"""Which offices speak in an article: only as the subject of a verb of speech."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.stories.reading import read
from monitor.stories.voices import voices
from rules.model import Article

AT = datetime(2026, 3, 12, 18, tzinfo=UTC)


def heard(text: str, language: str = "en", title: str = "") -> tuple[str, ...]:
    return voices(read(Article(title, text, language=language), AT))


@pytest.mark.parametrize(("text", "office"), [
    ("The sheriff said he was not told.", "sheriff"), ("Sheriff Dale Hooper said he was not told.", "sheriff"),
    ("The Kent County sheriff, Dale Hooper, told reporters so.", "sheriff"),
    ("The sheriff's office said so.", "sheriff"),
    ("\"We were not told,\" said Sheriff Dale Hooper.", "sheriff"), ("It was late, the mayor's office said.", "mayor"),
    ("A spokesman for the mayor said so.", "mayor"), ("Gov. Ann Lee condemned the raid.", "governor"),
    ("The county executive said so.", "county"), ("The district attorney said so.", "prosecutor"),
    ("The Dover Police Department said so.", "police"), ("The Mexican consulate in Dover confirmed it.", "consulate"),
])
def test_an_office_speaks(text: str, office: str) -> None:
    """Before or behind the verb, with its name, its place or its house between."""
    assert (office,) == heard(text)


@pytest.mark.parametrize(("text", "office"), [
    ("No sabíamos nada, dijo el alcalde.", "mayor"), ("El alguacil Abel Ruiz afirmó que no sabía nada.", "sheriff"),
    ("El alguacil del condado de Kent, Abel Ruiz, dijo que no.", "sheriff"),
    ("La oficina del alguacil dijo que no.", "sheriff"), ("La policía de la ciudad aseguró que no.", "police"),
    ("El consulado de México en Dover informó del caso.", "consulate"),
])
def test_an_office_speaks_in_spanish(text: str, office: str) -> None:
    """The verb may come first without a quotation before it."""
    assert (office,) == heard(text, "es")


@pytest.mark.parametrize("text", [
    "They had no warrant signed by a judge, he said.", "An aide to the mayor said so.",
    "She said the sheriff had lied.",
    "A lawyer of the Union County group said she called a priest.", "The former mayor said so.",
    "A neighbor told the sheriff so.", "Workers said police came.", "The superintendent of detention said so.",
    "It was calm.\nEarlier, in a similar raid, the sheriff said he knew.",
])
def test_nobody_of_weight_speaks(text: str) -> None:
    """Who is spoken of, spoken to, or speaks of another event is not heard."""
    assert () == heard(text)


def test_a_headline_may_name_who_speaks_with_a_colon() -> None:
    """As news does."""
    assert ("sheriff",) == heard("", title="Sheriff: deputies had no part in raid")
