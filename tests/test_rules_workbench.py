"""The workbench: what `check` and `test` print about rule files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules import workbench
from rules.files import load_texts

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
        "bus NEAR/3 late: both sides are there, but not that close",
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
