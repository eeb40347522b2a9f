"""The admin's guide holds what it promises: what it shows can be pasted, and every message of the program is in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rules.engine.engine import Engine
from rules.files.load import load_layers, load_texts, read_layers
from rules.files.rewrite import applied
from rules.model import Article, RuleSet
from rules.problem import Fix
from rules.query.parse import parse
from rules.workbench import examples as workbench
from rules.workbench import overrides

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "rules.md").read_text("utf-8")
SNIPPETS = re.findall(r"^```toml\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
OVER_THE_PACK = re.findall(r"^```toml over the immigration pack\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
WORDS = re.findall(r"^\| `(.+?)` \| (.+?) \| (.+?) \|$", GUIDE.split("## Words")[1].split("##")[0], re.MULTILINE)
PASTED = re.findall(r"^\| [\w, ]+ \| `(.+?)` \| `(.+?)` \|$",
                    GUIDE.split("## AND, OR, NOT")[1].split("\n## ")[0], re.MULTILINE)
MESSAGES = re.findall(r"^\| (.+?)(?: \(a warning\))? \| `(.+?)` \| .+ \|$",
                      GUIDE.split("## Checking")[1].split("\n## ")[0], re.MULTILINE)
CODES = set(re.findall(r"^\| ([EW]\d{3}) \|", GUIDE.split("## Every message")[1], re.MULTILINE))


def one_rule(query: str) -> RuleSet:
    """A rule set of one rule with this query."""
    text = f"topics.t = 'T'\n[[rule]]\nid = 'r'\nname = 'R'\ntopics = ['t']\nallow = ['W301']\nquery = '''{query}'''\n"
    return load_texts({"guide.toml": text})


@pytest.mark.parametrize("snippet", SNIPPETS, ids=range(len(SNIPPETS)))
def test_snippets_of_the_guide_work(snippet: str) -> None:
    """What the guide shows can be pasted: it has no problem, and its examples pass."""
    ruleset = load_texts({"guide.toml": snippet})
    outcome = workbench.test(ruleset)

    assert [] == [str(problem) for problem in ruleset.problems]
    assert outcome.ok, str(outcome)


@pytest.mark.parametrize("snippet", OVER_THE_PACK, ids=range(len(OVER_THE_PACK)))
def test_the_pack_can_be_changed_as_shown(snippet: str) -> None:
    """What a team lays over the shipped pack names rules, lists and places that the pack has, and a bot starts with it.
    """
    layers = [*read_layers([ROOT / "rules" / "packs" / "immigration"]), {"team.toml": snippet}]
    ruleset = load_layers(layers)
    outcome = overrides.judged(ruleset, layers)

    assert [] == [str(problem) for problem in ruleset.problems]
    assert 3 == len(ruleset.watched)
    assert outcome.ok, str(outcome)


@pytest.mark.parametrize(("query", "found", "missed"), WORDS)
def test_the_word_table_of_the_guide(query: str, found: str, missed: str) -> None:
    """Each row of the table holds: the query finds all of one column and nothing of the other."""
    guided = Engine(one_rule(query))

    assert [] == [text for text in found.split(", ") if not guided.match(Article("", f"They said {text} again."))]
    assert [] == [text for text in missed.split(", ") if guided.match(Article("", f"They said {text} again."))]


@pytest.mark.parametrize(("query", "expected"), PASTED)
def test_pasted_queries_become_what_the_guide_says(query: str, expected: str) -> None:
    """By the corrections that `rules fix` makes."""
    for _ in range(5):
        query = applied(query, [Fix(*found.fix) for found in parse(query).problems if found.fix])

    assert expected == query
    assert parse(query).node is not None


@pytest.mark.parametrize(("message", "query"), MESSAGES)
def test_the_messages_of_the_guide(message: str, query: str) -> None:
    """Each query that the guide shows as a mistake is answered with the message beside it."""
    assert message in "\n".join(problem.message for problem in one_rule(query).problems)


def test_every_message_is_explained() -> None:
    """The numbers in the guide are those in the program."""
    sources = [*(ROOT / "rules").rglob("*.py"), *(ROOT / "monitor").rglob("*.py")]
    told = {code for path in sources for code in re.findall(r'"([EW]\d{3})"', path.read_text("utf-8"))}

    assert told == CODES


def test_the_guide_is_shown_by_example() -> None:
    """Snippets and tables are found, so that the tests above cannot pass for want of any; recipes are at least twelve.
    """
    recipes = GUIDE.split("## I want to catch X")[1].split("\n## ")[0]

    assert len(re.findall(r"^```toml\n", recipes, re.MULTILINE)) >= 12
    assert (1, 6, 6, 13) == (len(OVER_THE_PACK), len(WORDS), len(PASTED), len(MESSAGES))
