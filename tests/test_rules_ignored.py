"""Phrases written into a rule's `ignore`: every layout that people write, and nothing else changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rules.files.load import load_layers
from rules.problem import DatelineError
from rules.workbench.ignored import Addition, Edit, ignoring

if TYPE_CHECKING:
    from rules.model import Rule

SHIPPED = "[[rule]]\nid = 'one'\nquery = 'ice'\nignore = ['ice cube', 'ice age']\n"
ADDED = (Addition("ice skating", "27 of 36 rejected"),)
EXAMPLE = "\n[[rule.example]]\nexpect = 'match'\ntext = 'ice'\n"
NEW_LINE = "  'ice skating',  # 27 of 36 rejected\n"


def rule_of(*layers: dict[str, str]) -> Rule:
    """The rule that the layers make."""
    (rule,) = (rule for rule in load_layers(layers).rules if rule.id == "one")
    return rule


def edited(own: dict[str, str], *more: dict[str, str]) -> Edit:
    """The change over a shipped rule and the team's layers."""
    layers = [{"pack/a.toml": SHIPPED}, own, *more]
    return ignoring(layers, 1, "team", rule_of(*layers), ADDED)


@pytest.mark.parametrize("before", [
    "ignore = ['ice cream']\n",
    "ignore = ['ice cream',]\n",
    "ignore = [ 'ice cream' ]  # not this: ]\n",
    "ignore = [\n  'ice cream', # a note, with ]\n]\n",
    "ignore = [\n  \"ice cream\"  # ' and [\n  # the end\n]\n",
    "ignore = ['''ice cream''']\n",
])
def test_a_list_grows(before: str) -> None:
    """The phrase comes last in the list that is there; every other line stays."""
    text = f"# ours\n[[rule]]\nid = 'one' # a note\n{before}alert_from = 'lead'\n{EXAMPLE}"
    edit = edited({"team/a.toml": text})

    assert ("ice cream", "ice skating") == rule_of({"pack/a.toml": SHIPPED}, {"team/a.toml": edit.after}).ignore
    assert (1, "team/a.toml", text) == (edit.layer, edit.name, edit.before)
    assert text.count("#") + 1 == edit.after.count("#")
    assert edit.after.startswith("# ours\n[[rule]]\nid = 'one' # a note\n")
    assert edit.after.endswith(f"{NEW_LINE}{edit.after[edit.after.index(']', edit.after.index(NEW_LINE)):]}")
    assert edit.after.endswith(f"\nalert_from = 'lead'\n{EXAMPLE}")


def test_an_empty_list() -> None:
    """A team that emptied the list keeps it so, but for the phrase."""
    edit = edited({"team/a.toml": "[[rule]]\nid = 'one'\nignore = []\n"})

    assert f"[[rule]]\nid = 'one'\nignore = [\n{NEW_LINE}]\n" == edit.after


@pytest.mark.parametrize("own", [
    {},
    {"team/feedback.toml": "# a note\n[[rule]]\nid = 'two'\nquery = 'rain'\n"},
    {"team/a.toml": f"[[rule]]\nid = 'one'\nalert_from = 'lead'\n{EXAMPLE}"},
])
def test_a_shipped_list_is_repeated(own: dict[str, str]) -> None:
    """Where the team's files leave the list alone, it is written with what the pack ignores: a key replaces a key."""
    edit = edited(own)

    assert ("ice cube", "ice age", "ice skating") == rule_of(
        {"pack/a.toml": SHIPPED}, {**own, edit.name: edit.after}).ignore
    assert f"ignore = [\n  # what it ignored before\n  'ice cube', 'ice age',\n{NEW_LINE}]\n" in edit.after
    assert set(edit.before.splitlines()) <= set(edit.after.splitlines())


def test_the_last_word() -> None:
    """Of several tables of the team's, the one that decides is changed: a later folder, or the one that names it."""
    first = {"team/a.toml": "[[rule]]\nid = 'one'\nignore = ['ice cream']\n"}
    quiet, loud = ({"more/b.toml": f"[[rule]]\nid = 'one'\n{line}"} for line in ("name = 'x'\n", "ignore = ['ice']\n"))
    anew = {"more/b.toml": "[[rule]]\nid = 'one'\nquery = 'ice OR rain'\n"}

    assert ["team/a.toml", "more/b.toml", "more/b.toml"] == [edited(first, one).name for one in (quiet, loud, anew)]
    assert ("ice skating",) == rule_of({"a.toml": SHIPPED}, {"b.toml": edited(first, anew).after}).ignore


def test_a_layout_that_cannot_be_edited() -> None:
    """A rule in an inline table is left to a person, with the line to write."""
    with pytest.raises(DatelineError, match="Add to the rule's ignore yourself: 'ice skating'"):
        edited({"team/a.toml": "rule = [{id = 'one', name = 'x'}]\n"})


def test_odd_signs() -> None:
    """An id or a phrase with a quote in it is written so that it reads back."""
    edit = ignoring([{}, {}], 1, "team", rule_of({"a.toml": SHIPPED}), [Addition("it's ice", "why")])

    assert "  \"it's ice\",  # why\n" in edit.after


def test_tables_in_one_line_are_for_a_person() -> None:
    """Where the list's line cannot be told, the sentence says what to write by hand, and nothing is changed."""
    with pytest.raises(DatelineError, match="ice skating"):
        edited({"team/a.toml": "rule = [{id = 'one', ignore = ['ice cream']}]\n"})
