"""Examples kept from articles: short, in the right place of the file, and only where they hold."""

from __future__ import annotations

import pytest

from rules.engine.engine import Engine
from rules.files.load import load_layers, load_texts
from rules.model import Article, Example
from rules.workbench import kept

FILE = """\
# our rules
[[rule]]
id = "raids"  # the first
query = 'raid*'
why = '''
[[rule]]
'''

[[rule.escalate]]
when = 'now'

# about cats

[[rule]]
id = 'cats'
query = 'cat'
# to be continued
"""
EXAMPLE = Example("match", "A raid.\nIt was long.", "It's a raid", "Ledger", "MD", "why")
PACK = {"pack/p.toml": "[[rule]]\nid = 'dogs'\nquery = 'dog'\n"}


@pytest.mark.parametrize(("rule_id", "before", "after"), [
    ("raids", "when = 'now'\n\n[[rule.example]]\n", "\n\n# about cats\n\n[[rule]]\nid = 'cats'"),
    ("cats", "# to be continued\n\n[[rule.example]]\n", ""),
    ("dogs", "# to be continued\n\n[[rule]]\nid = 'dogs'\n\n[[rule.example]]\n", ""),
])
def test_inserted(rule_id: str, before: str, after: str) -> None:
    """The example stands behind its rule and whatever belongs to that; every other line stays."""
    text = kept.inserted(FILE, rule_id, EXAMPLE)

    assert before in text
    assert after in text
    assert set(FILE.splitlines()) <= set(text.splitlines())
    assert text == text.rstrip() + "\n"


def test_what_is_written_is_read_again() -> None:
    """Quotes, lines and every key come back as they were."""
    ruleset = load_texts({"a.toml": kept.inserted(FILE, "raids", EXAMPLE)})
    (read,) = ruleset.rules[0].examples

    assert () == ruleset.errors
    assert (EXAMPLE.title, EXAMPLE.text, EXAMPLE.outlet, EXAMPLE.home, EXAMPLE.why) == (
        read.title, read.text.rstrip(), read.outlet, read.home, read.why)


LONG = "\n".join(["Nothing new.", "Nothing at all.", "Still nothing.", "At last a raid came.", *["Then tea."] * 30])


@pytest.mark.parametrize(("rule", "text", "excerpt"), [
    ("query = 'raid'", LONG, "At last a raid came."),  # the sentence that was found
    ("query = 'raid AND nothing'", LONG, "Nothing new.\nAt last a raid came."),  # what makes the difference
    ("query = 'bus'", LONG, "Nothing new.\nNothing at all.\nStill nothing."),  # not found: the opening
    ("query = 'bus'", f"{'Some words stand here. ' * 60}", f"{'Some words stand here. ' * 34}".rstrip()),
])
def test_the_excerpt(rule: str, text: str, excerpt: str) -> None:
    """The shortest part of the text that the rule judges like the whole of it."""
    engine = Engine(load_texts({"a.toml": f"[[rule]]\nid = 'r'\n{rule}\n"}))
    example = kept.example_of(engine, "r", Article("A day", text), "match", "")

    assert excerpt == example.text


def test_keep_in_the_file_of_the_rule() -> None:
    """A rule of the team's own gets the example in its own file."""
    made = kept.keep([PACK, {"team/a.toml": FILE}], 1, "team", "cats", Example("match", "A cat."))

    assert (1, "team/a.toml", (), "") == (made.layer, made.name, made.problems, made.failure)


def test_keep_for_a_shipped_rule() -> None:
    """A shipped rule is never written to: its example stands in a file of the team's, and is that rule's."""
    made = kept.keep([PACK, {"team/a.toml": FILE}], 1, "team", "dogs", Example("no match", "A dog."))
    loaded = load_layers([PACK, {"team/a.toml": FILE, made.name: made.text}])

    assert (1, "team/examples.toml") == (made.layer, made.name)
    assert "it matched: “dog”" == made.failure
    assert ["A dog."] == [one.text for rule in loaded.rules if rule.id == "dogs" for one in rule.examples]


def test_a_file_that_would_not_load() -> None:
    """Examples written as a list on one line cannot go on as tables: that is a problem, and nobody writes it."""
    inline = "[[rule]]\nid = 'a'\nquery = 'cat'\nexample = [{expect = 'match', text = 'cat'}]\n"
    made = kept.keep([{"team/a.toml": inline}], 0, "team", "a", Example("match", "A cat."))

    assert made.problems
