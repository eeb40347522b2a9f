"""The workbench: what `check` and `test` print about rule files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rules.files.load import load_texts
from rules.workbench import examples as workbench

if TYPE_CHECKING:
    from pathlib import Path

FILE = """\
[[place]]
id = 'denver-co'
name = 'Denver'
[[rule]]
id = 'buses'
query = 'bus NEAR/3 late'
[[rule.example]]
expect = 'match'
text = 'The bus was late.'
[[rule.example]]
expect = 'no match'
text = 'The late bus came.'
[[rule.example]]
expect = 'match'
text = 'The bus came. After many hours of waiting it was very late.'
[[rule.example]]
expect = 'todo match'
text = 'The tram was late.'
[[rule.example]]
expect = 'match'
title = 'Late buses'
text = 'A train, said the Denver Post.'
places = ['denver-co']
[[rule]]
id = 'trams'
enabled = false
query = 'tram'
[[rule.example]]
expect = 'match'
text = 'A tram.'
"""


def test_failing_examples_say_what_happened() -> None:
    """Where the example stands, what was expected, and which part of the query or which place was the reason."""
    report = workbench.test(load_texts({"f.toml": FILE}))

    assert not report.ok
    assert [
        "buses: example 2 (f.toml:10) expected no match, but it matched: “bus” near “late”",
        "buses: example 3 (f.toml:13) expected match, but it did not match: "
        "bus NEAR/3 late: both sides are there, nearest 9 words apart",
        "buses: example 5 (f.toml:19) expected match, but the places are none, not denver-co "
        "(Denver: part of an outlet's name)",
    ] == [str(failure) for failure in report.failures]


def test_the_report_counts() -> None:
    """Examples to do are reported and fail nothing; rules that are switched off are tested, too."""
    printed = str(workbench.test(load_texts({"f.toml": FILE})))

    assert "to do: buses: example 4" in printed
    assert printed.endswith("2 rules: 2 examples passed, 3 failed, 1 to do.")


def test_one_rule_can_be_tested() -> None:
    """By its id; an id that does not exist is answered with those that do."""
    rules = load_texts({"f.toml": FILE})

    assert "1 rule: 1 example passed, 0 failed, 0 to do." == str(workbench.test(rules, "trams"))
    assert not workbench.test(rules, "tram").ok
    assert 'There is no rule "tram". The rules are: buses, trams.' == str(workbench.test(rules, "tram"))


def test_rules_without_an_example_are_named() -> None:
    """Nothing failed, because nothing was asked."""
    printed = str(workbench.test(load_texts({"f.toml": "[[rule]]\nid = 'a'\nquery = 'x'\n"})))

    assert ["1 rule has no example, and nothing was tested: a",
            "1 rule: 0 examples passed, 0 failed, 0 to do."] == printed.splitlines()


def test_check_prints_problems_and_counts(tmp_path: Path) -> None:
    """Every problem with its caret, then one line; warnings alone are no reason to refuse."""
    (tmp_path / "f.toml").write_text("[[rule]]\nid = 'a'\nquery = 'x'\n")
    report = workbench.check([tmp_path])

    assert report.ok
    assert "warning[W301]" in str(report)
    assert str(report).endswith("1 file: 1 rule, 0 lists, 0 places. 3 warnings.")


def test_check_refuses_errors(tmp_path: Path) -> None:
    """The caret stands below the mistake."""
    (tmp_path / "f.toml").write_text("[[rule]]\nid = 'a'\nquery = 'x y'\nallow = ['W301', 'W302']\n")
    report = workbench.check([tmp_path])

    assert not report.ok
    assert "3 | query = 'x y'\n  |          ^^^\n" in str(report)
    assert str(report).endswith("1 error.")


DEEP = """\
[[rule]]
id         = 'buses'
query      = 'bus NEAR/3 late'
alert_from = 'lead'
[[rule.escalate]]
when = 'tonight'
[rule.stance.worse]
query    = 'worse'
opposite = 'better'
[rule.stance.better]
query = 'better'
[[rule.example]]
expect = '{expect}'
title  = '{title}'
text   = '''{text}'''
{more}
"""
BURIED = "One. More.\nTwo. More.\nThree. More.\nFour has a late bus.\nFive. More.\nSix. More."


def reason(expect: str, title: str, text: str = "", more: str = "") -> str:
    """Why the one example of a rule fails; empty where it does not."""
    (result,) = workbench.test(load_texts({"f.toml": DEEP.format(
        expect=expect, title=title, text=text, more=more)})).results
    return result.reason


@pytest.mark.parametrize(
    ("expect", "title", "text", "more"),
    [
        ("match", "Bus late", "Worse tonight.", "severity = 'urgent'\nprominence = 'headline'\nstance = 'worse'"),
        ("no match", "Morning news", BURIED, "prominence = 'body'"),
        ("match", "Bus late", "", "stance = 'unclear'"),
    ])
def test_prominence_severity_and_stance_are_tested(expect: str, title: str, text: str, more: str) -> None:
    """A match means that it alerts; what is found below `alert_from` is no match, and still has a prominence."""
    assert "" == reason(expect, title, text, more)


@pytest.mark.parametrize(
    ("expect", "title", "text", "more", "words"),
    [
        ("match", "Morning news", BURIED, "", "found only in the body"),
        ("match", "Morning news", BURIED, "", "and the rule alerts from lead"),
        ("no match", "Bus late", "", "", "it matched: “Bus” near “late”, in the headline"),
        ("match", "Bus late", "", "severity = 'urgent'", "the severity is normal, not urgent"),
        ("match", "Bus late", "", "prominence = 'body'", "the prominence is headline, not body (in the headline"),
        ("match", "Bus late", "", "stance = 'worse'", "the stance is unclear, not worse (votes:"),
        ("no match", "Trains", "", "prominence = 'body'", "nothing was found, so that there is no prominence"),
    ])
def test_a_wrong_verdict_says_why(expect: str, title: str, text: str, more: str, words: str) -> None:
    """In words, with the figures that decided."""
    assert words in reason(expect, title, text, more)


def test_reports_become_json() -> None:
    """For editors and other programs: every problem, every example."""
    ruleset = load_texts({"f.toml": FILE})

    assert [False, 5] == [workbench.test(ruleset).to_json()["ok"], len(workbench.test(ruleset).results) - 1]
    assert {"ok", "files", "rules", "lists", "places", "problems"} == set(workbench.CheckReport(ruleset).to_json())
