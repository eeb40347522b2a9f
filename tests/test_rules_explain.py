"""Explanations: why a rule matched an article, and why it did not."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from rules.engine.engine import Engine
from rules.engine.explain import Explanation
from rules.files.load import load_texts
from rules.model import Article

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
RULES = """
ignore = ['ice cream']
[lists]
crew = ['driver', 'mechanic', 'bus NEAR/2 crew']
[[place]]
id = 'denver-co'
name = 'Denver'
state = 'CO'
within = ['colorado']
[[rule]]
id = 'buses'
name = 'Late buses'
query = '''
  bus NEAR/3 late AND (@crew OR title:strike) AND NOT snow
'''
ignore = ['school bus']
alert_from = 'lead'
[[rule.escalate]]
when = 'today'
[rule.stance.for]
says = 'for the crew'
query = 'support*'
opposite = 'against'
[rule.stance.against]
says = 'against the crew'
query = 'blame*'
opposite = 'for'
[[rule]]
id = 'denver'
query = 'about:denver-co AND sentence(bus AND tram) AND ATLEAST/2(tram)'
[[rule]]
id = 'off'
query = 'bus'
enabled = false
[[rule]]
id = 'old'
query = 'bus'
expires = 2026-01-31
[[rule]]
id = 'capitals'
query = 'BUS AND exact(Late) AND caption:dog'
"""
ENGINE = Engine(load_texts({"rules.toml": RULES}))
MATCH = Article("Buses", "The bus was late today, a driver said. Riders blame the crew.", published_at=NOW)


def explain(rule_id: str, text: str, title: str = "News") -> Explanation:
    return ENGINE.explain(rule_id, Article(title, text, language="en"), NOW)


def test_a_match_is_told_part_by_part() -> None:
    """What each part found, as printed and where; prominence found and needed; severity and stance with their votes."""
    assert """\
buses: Late buses
article: Buses
✓ match, and it alerts: “bus” near “late”; “driver”

query
  ✓ all of
    ✓ bus NEAR/3 late: “bus was late” (text)
      ✓ bus: “Buses” 2× (headline, text)
      ✓ late: “late” (text)
    ✓ any of
      ✓ @crew: “driver” (text)
      … and 1 more that are not there
    ✓ NOT snow

prominence: lead (1 of 1 paragraph, first in the 1st, 2 mentions)
  ✓ the rule alerts from: lead
severity: urgent
  ✓ raised to urgent: “today”
stance: against (against the crew); points: against 2, for 0
  against +2: Riders blame the crew""" == ENGINE.explain("buses", MATCH, NOW).to_text()


@pytest.mark.parametrize(
    ("rule_id", "text", "expected"),
    [
        ("buses", "The bus came, and it was, as so often, late. A driver.",
         ["bus NEAR/3 late: both sides are there, nearest 7 words apart"]),
        ("buses", "The bus came.\nIt was late. A driver.",
         ["bus NEAR/3 late: both sides are there, in different paragraphs"]),
        ("buses", "The bus was late. A driver. Snow!", ["NOT snow excludes it (found: Snow)"]),
        ("buses", "The bus was late. A strike.", ["title:strike: found, but not in the headline",
                                                  "@crew was not found"]),
        ("buses", "The school bus was late. A driver.", ["bus NEAR/3 late: bus was not found"]),
        ("denver", "A bus.\nThe tram to Denver. A tram.", [
            "sentence(bus AND tram): all of it is there, but not in one sentence"]),
        ("denver", "A bus and a tram. The Denver Post said so.", [
            "about:denver-co: “Denver” does not count: part of an outlet's name", "ATLEAST/2(tram): found 1 of 2"]),
        ("denver", "One.\nTwo.\nThree.\nA bus and a tram in Denver. A tram.", [
            "about:denver-co: named, but the article is not about it"]),
        ("capitals", "A bus was late.\nPhoto: a dog", [
            "BUS: only as “bus”: the query asks for BUS", "exact(Late): only as “late”: the query asks for Late"]),
    ])
def test_what_failed_is_told_nearest_miss_first(rule_id: str, text: str, expected: list[str]) -> None:
    """In the words of the query, with the distance, the place's reason or the word that excluded."""
    assert tuple(expected) == explain(rule_id, text).missing


def test_hidden_words_are_shown() -> None:
    """What `ignore` hid stands with the part that would have found it, and once for the article."""
    told = explain("buses", "The school bus and ice cream. The bus was late, a driver said.")
    assert told.query

    near = told.query.children[0]
    assert ["bus"] == [found.text for found in near.children[0].hidden]
    assert {"school bus", "ice cream"} == {found.text for found in told.hidden}


@pytest.mark.parametrize(
    ("rule_id", "problem"),
    [("off", "the rule is switched off (enabled = false)"), ("old", "the rule expired on 2026-01-31"),
     ("none", 'there is no rule "none"')])
def test_a_silent_rule_says_why(rule_id: str, problem: str) -> None:
    """Switched off, expired or unknown; where the query can be read it is explained all the same."""
    told = explain(rule_id, "A bus.")

    assert problem == told.problem
    assert not told.alerts
    assert (rule_id != "none") == (told.query is not None and told.query.is_true)
    assert problem in told.to_text()


@pytest.mark.parametrize(
    ("text", "age", "expected"),
    [
        ("The bus was late today. A driver.", timedelta(hours=30), "the article is older than 24 hours"),
        ("The bus was late. A driver.", timedelta(), "today was not found"),
    ])
def test_an_escalation_that_did_not_happen_says_why(text: str, age: timedelta, expected: str) -> None:
    """Old news, or words that are not there."""
    told = ENGINE.explain("buses", Article("Bus", text, published_at=NOW - age, language="en"), NOW)

    assert [expected] == [raised.why for raised in told.raises]
    assert "normal" == told.severity


def test_a_match_that_alerts_nobody_says_so() -> None:
    """Below the rule's prominence."""
    filler = "The council spoke about the price of water and of wood in the valley for a long time. " * 20
    told = explain("buses", f"{filler}\nThe bus was late. A driver.")

    assert told.match
    assert not told.alerts
    assert "✗ the rule alerts from: lead" in told.to_text()


def test_json_holds_the_same() -> None:
    """Lists, numbers and words only."""
    told = json.loads(json.dumps(ENGINE.explain("buses", MATCH, NOW).to_json()))

    assert ("buses", True, True, []) == (told["rule"], told["match"], told["alerts"], told["missing"])
    assert {"found": "lead", "needed": "lead"} == {key: told["prominence"][key] for key in ("found", "needed")}
    assert [("against", 2)] == [(vote["label"], vote["points"]) for vote in told["stance"]["votes"]]
    assert "near" == told["query"]["children"][0]["kind"]


def test_shared_words_are_quoted_from_their_own_rule() -> None:
    """Rules share compiled words, but each part is shown as its own rule writes it."""
    loaded = load_texts({"a.toml": "[[rule]]\nid = 'a'\nquery = 'one AND buses'\n"
                                   "[[rule]]\nid = 'b'\nquery = 'something AND else AND Bus'"})
    told = Engine(loaded).explain("b", Article("", "nothing"))

    assert ("something was not found", "else was not found", "Bus was not found") == told.missing
