"""Prominence: where, how often and how densely a rule hit, and what that makes of an article."""

from __future__ import annotations

import pytest

from rules.engine.engine import Engine
from rules.files.load import load_texts
from rules.model import Article, Match, Prominence

FILLER = "The council met on Monday evening to speak about buses, roads and the price of water in the valley."
STORY = [FILLER] * 20


def match(title: str, paragraphs: list[str], query: str = "raid", **keys: str) -> Match:
    more = "".join(f"{key} = '{value}'\n" for key, value in keys.items())
    place = "[[place]]\nid = 'baltimore-md'\nname = 'Baltimore'\nstate = 'MD'\n"
    loaded = load_texts({"a.toml": f"[[rule]]\nid = 'one'\nquery = '''{query}'''\n{more}{place}"})
    assert () == loaded.errors
    (found,) = Engine(loaded).match(Article(title, "\n".join(paragraphs), outlet="Raid Weekly", language="en"))
    return found


def with_mentions(*at: int, length: int = 20) -> list[str]:
    """A story in which the paragraphs at these numbers mention a raid."""
    return [f"{FILLER} A raid." if number in at else FILLER for number in range(length)]


@pytest.mark.parametrize(
    ("title", "paragraphs", "expected"),
    [
        ("Raid in the valley", STORY, "headline"),
        ("Valley news", with_mentions(0, 5, 9), "lead"),
        ("Valley news", with_mentions(0), "body"),
        ("Valley news", with_mentions(8, 9, 10), "body"),
        ("Valley news", [*STORY, "A raid, a raid and one more raid."], "body"),
        ("Valley news", with_mentions(15), "passing"),
        ("Valley news", with_mentions(10, 15), "passing"),
        ("Valley news", with_mentions(20, 28, 39, length=40), "passing"),
        ("Valley news", ["A raid."], "lead"),
        ("Valley news", [FILLER, FILLER, "There was a raid."], "lead"),
        ("", ["There was a raid."], "lead"),
        ("Valley news", [" ".join([*STORY, "A raid."])], "passing"),
        ("Valley news", [*STORY, "Photo: a raid"], "passing"),
    ])
def test_levels(title: str, paragraphs: list[str], expected: Prominence) -> None:
    """Lead opens with it and goes on; body is a paragraph of substance; short texts are never passing."""
    query = "raid OR caption:raid"
    assert expected == match(title, paragraphs, query).prominence


@pytest.mark.parametrize(
    ("title", "paragraphs", "expected"),
    [
        ("Raid", with_mentions(3, 5), "in the headline; 2 of 20 paragraphs, first in the 4th, 2 mentions"),
        ("Raid", STORY, "in the headline; not in the text"),
        ("Raid", [], "in the headline; no text"),
        ("", ["A raid."], "1 of 1 paragraph, first in the 1st, 1 mention"),
        ("", with_mentions(10, length=11), "1 of 11 paragraphs, first in the 11th, 1 mention"),
    ])
def test_the_counts_are_told(title: str, paragraphs: list[str], expected: str) -> None:
    """The sentence says where, in how many paragraphs and how often."""
    assert expected == match(title, paragraphs).prominence_why


def test_a_rule_about_the_outlet_means_the_whole_article() -> None:
    """There is no mention to weigh where a rule asks only who published it."""
    found = match("Valley news", STORY, "source:raid")

    assert ("lead", "the outlet, address or section itself") == (found.prominence, found.prominence_why)


def test_places_are_no_mentions() -> None:
    """A town in the headline makes no headline of what is said deep in the text; a rule of places alone weighs them."""
    paragraphs = with_mentions(15)
    assert "passing" == match("News from Baltimore", paragraphs, "raid AND place:baltimore-md").prominence
    assert "headline" == match("News from Baltimore", STORY, "place:baltimore-md").prominence


def test_a_pair_is_one_mention() -> None:
    """NEAR joins words to one mention; two sentences make two."""
    found = match("", ["The raid by agents. Agents made a raid."], "agents NEAR/3 raid")
    assert found.prominence_why.endswith("2 mentions")


@pytest.mark.parametrize(
    ("wanted", "expected"), [("passing", True), ("body", True), ("lead", False), ("headline", False)])
def test_a_rule_says_from_which_level_it_alerts(wanted: str, expected: bool) -> None:
    """Matches below it are kept, and alert nobody."""
    assert expected == match("Valley news", with_mentions(0), alert_from=wanted).alerts
