"""Towns by name, and round-ups of many of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.stories.reading import read
from monitor.stories.roundup import is_round_up
from monitor.stories.towns import towns
from rules.model import Article, PlaceFound

AT = datetime(2026, 3, 12, 18, tzinfo=UTC)
PLACES = [PlaceFound(f"{name.lower()}-de", f"{name}, DE", about=True, mentions=1, within=(f"{county}-de", "delaware"))
          for name, county in (("Dover", "kent"), ("Lewes", "sussex"), ("Newark", "new-castle"), ("Milton", "sussex"))]


@pytest.mark.parametrize(("text", "expected"), [
    ("OXHOLLOW, Del. — A crane fell.", ("oxhollow",)),
    ("OXHOLLOW (Shore Wire) — A crane fell.", ("oxhollow",)),
    ("A crane fell in Oxhollow on Tuesday.", ("oxhollow",)),
    ("Una grúa cayó en Oxhollow el martes.", ("oxhollow",)),
    ("A crane fell in Sussex County in March.", ()),
    ("A crane fell in the harbor.", ()),
])
def test_towns_need_no_gazetteer(text: str, expected: tuple[str, ...]) -> None:
    """The dateline, and what the first sentences say to be in; counties and months are none."""
    assert expected == towns(read(Article("Crane falls", text), AT))


@pytest.mark.parametrize(("expected", "text"), [
    (True, "Cranes fell in three towns.\nIn Dover, one hit a shed.\nIn Lewes, one hit a boat.\nIn Newark, two fell."),
    (True, "Cranes fell in Dover, Lewes and Newark this week, and nobody knows why."),
    (False, "Cranes fell in Lewes and Milton this week, and nobody knows why."),  # of one county
    (False, "A crane fell in Dover.\nIn March, one had fallen there.\nIn Lewes, they have none."),
])
def test_a_round_up_goes_from_place_to_place(expected: bool, text: str) -> None:
    """Three paragraphs with a place each, or towns of three counties at once."""
    assert expected == is_round_up(read(Article("Cranes fall", text, language="en"), AT), PLACES)
