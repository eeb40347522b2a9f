"""Examples of a shipped rule that come out otherwise because a team wants it so: a warning, and nothing stops."""

from __future__ import annotations

import pytest

from rules.files.load import load_layers
from rules.workbench import overrides
from rules.workbench.examples import TestReport

PACK = """\
[topics]
raids = 'Raids'
[lists]
agents = ['ICE', 'Border Patrol']
[[rule]]
id         = 'raids'
topics     = ['raids']
severity   = 'high'
alert_from = 'lead'
query      = '@agents NEAR/5 raid'
[[rule.example]]
expect   = 'match'
title    = 'ICE raid in town'
severity = 'high'
[[rule.example]]
expect = 'match'
text   = 'A Border Patrol raid ended on Monday.'
[[rule.example]]
expect = 'no match'
title  = 'Council meets'
text   = '''
One.
Two.
Three.
Four.
Five.
Six.
Somebody asked about an ICE raid.
Seven.
'''
"""
ALLOWED = "[[rule]]\nid = 'raids'\nallow = ['W401']\n"


def judged(*teams: str, pack: str = PACK) -> TestReport:
    """The examples of the pack with these layers above it."""
    layers = [{"pack/a.toml": pack}, *({f"team{number}/b.toml": text} for number, text in enumerate(teams))]
    return overrides.judged(load_layers(layers), layers)


@pytest.mark.parametrize(("team", "told"), [
    ("[[rule]]\nid = 'raids'\nalert_from = 'passing'\n", '"Council meets": a match now'),
    ("[[rule]]\nid = 'raids'\nalert_from = 'headline'\n", '"A Border Patrol raid ended on Monday.": no match now'),
    ("[[rule]]\nid = 'raids'\nseverity = 'low'\n", "the severity is low, not high"),
    ("[lists]\nagents = ['-ICE']\n", '"ICE raid in town": no match now'),
    ("ignore = ['Border Patrol']\n", "no match now"),
])
def test_a_change_of_the_team_is_a_warning(team: str, told: str) -> None:
    """Whatever it changes: the rule, a list, what is hidden."""
    report = judged(team)
    (warning,) = report.warnings

    assert (True, ("W401", "warning")) == (report.ok, (warning.code, warning.level))
    assert told in warning.help


def test_a_warning_stands_where_the_team_changed_the_rule() -> None:
    """One for a rule, however many of its examples are changed, with their titles."""
    (warning,) = judged("# Ours.\n[[rule]]\nid = 'raids'\nalert_from = 'headline'\nignore = ['ICE']\n").warnings

    assert ("team0/b.toml", 2) == (warning.file, warning.line)
    assert "2 examples" in warning.message
    assert 3 == len(warning.help.splitlines())


@pytest.mark.parametrize("silent", [ALLOWED, "[[rule]]\nid = 'raids'\nenabled = false\n"])
def test_a_warning_can_be_silenced(silent: str) -> None:
    """By the team's own table; a rule that is switched off has none."""
    report = judged("[lists]\nagents = ['-ICE']\n" + silent)

    assert (True, ()) == (report.ok, report.warnings)
    assert "1 changed by you" in str(report)


@pytest.mark.parametrize("layers", [
    ["[[rule]]\nid = 'raids'\nseverity = 'low'\n[[rule.example]]\nexpect = 'match'\ntitle = 'Ferry'\n"],
    ["[[rule]]\nid = 'raids'\n[[rule.example]]\nexpect = 'match'\ntitle = 'Ferry'\n", "ignore = ['ICE']\n"],
])
def test_examples_of_ones_own_must_hold(layers: list[str]) -> None:
    """A team's example fails where it fails in its own layer, whatever stands above."""
    report = judged(*layers)

    assert [("raids", 4)] == [(failure.rule_id, failure.number) for failure in report.failures]


def test_a_pack_that_is_wrong_by_itself_is_an_error() -> None:
    """A change elsewhere is no excuse."""
    broken = PACK.replace("title    = 'ICE raid in town'", "title    = 'ICE rink in town'")

    assert ["raids"] == [failure.rule_id for failure in judged(ALLOWED, pack=broken).failures]


def test_a_team_over_a_team() -> None:
    """The middle layer is tested with the pack, not with what a later folder does to it."""
    report = judged("[[rule]]\nid = 'raids'\n[[rule.example]]\nexpect = 'match'\ntitle = 'Raid by ICE'\n",
                    "[lists]\nagents = ['-ICE']\n")

    assert (True, [1, 4]) == (report.ok, [result.number for result in report.results if result.overridden])
