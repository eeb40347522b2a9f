"""Stance: which way an article says things go, by the votes of its sentences."""

from __future__ import annotations

import pytest

from rules.engine.engine import Engine
from rules.files.load import load_texts
from rules.model import Article, Stance

RULE = """
[[rule]]
id = 'water'
query = 'water OR hydrant*'
[rule.stance]
background = 'previously OR "last year"'
reverses = '"stop" OR "end of"'
[rule.stance.opens]
says = 'opens the hydrants'
says_es = 'abre los hidrantes'
query = '(open OR opens OR opened OR opening) NEAR/5 hydrant*'
opposite = 'closes'
[rule.stance.closes]
says = 'closes the hydrants'
query = '(close OR closes OR closed OR closing) NEAR/5 hydrant*'
opposite = 'opens'
"""
ENGINE = Engine(load_texts({"water.toml": RULE}))


def stance(title: str, *paragraphs: str) -> Stance:
    (found,) = ENGINE.match(Article(title, "\n".join(paragraphs), language="en"))
    assert found.stance
    return found.stance


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("City opens hydrants", "Water runs.", "opens"),
        ("Water", "The city closed a hydrant.", "closes"),
        ("Water", "The city opens a hydrant. The county closes a hydrant.", "mixed"),
        ("Water", "The mayor spoke.\nTwo.\nThree.\nFour.\nThey open a hydrant.", "unclear"),
        ("Water", "The mayor spoke.", "unclear"),
        ("Water", "Previously the city closed a hydrant.", "unclear"),
        ("Water", "The city opens a hydrant. Last year it closed each hydrant.", "opens"),
        ("Water", "The city will stop closing hydrants.", "opens"),
        ("City opens hydrants", "One.\nTwo.\nThree.\nThe county closes a hydrant.", "opens"),
    ])
def test_votes(title: str, text: str, expected: str) -> None:
    """Headline 3, opening 2, elsewhere 1; background is silent, a reversed sentence votes for the opposite."""
    assert expected == stance(title, text).label


def test_a_verdict_shows_its_sentence_and_its_points() -> None:
    """The words for a reader, every label's points, and the sentence of the text that counted most."""
    found = stance("City opens hydrants", "Water runs.", "The mayor opened the first hydrant.")

    assert ("opens the hydrants", (("opens", 5), ("closes", 0))) == (found.says, found.points)
    assert found.quote
    assert "The mayor opened the first hydrant." == found.quote.text
    assert ["opened", "hydrant"] == [found.quote.text[low:high] for low, high in found.quote.marks]


def test_without_votes_there_is_no_quote() -> None:
    """Unclear says so in words."""
    found = stance("Water", "It runs.")

    assert (None, "does not say clearly which way it goes") == (found.quote, found.says)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The city opens a hydrant.", "abre los hidrantes"),
        ("The city closed a hydrant.", ""),
        ("The city opens a hydrant. The county closes a hydrant.", "informa de pasos en ambos sentidos"),
        ("The mayor spoke.", "no dice con claridad en qué sentido va"),
    ])
def test_a_verdict_in_spanish(text: str, expected: str) -> None:
    """The label's own words; none where the rule gives none; ours where no label wins."""
    assert expected == stance("Water", text).says_es


def test_a_rule_without_stance_has_none() -> None:
    """Only rules that ask for it vote."""
    (found,) = Engine(load_texts({"a.toml": "[[rule]]\nid = 'a'\nquery = 'water'"})).match(Article("Water", ""))
    assert found.stance is None
