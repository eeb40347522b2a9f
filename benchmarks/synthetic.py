"""Rules and articles made up for the benchmarks: the same for the same seed, and like real ones in what they cost.

Words and phrases of the rules are those of the articles, and made-up ones that stand for the rest of the language, so
that about one rule in a hundred matches a given article, as with real rules.
"""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor.demo.articles import load_outlets
from rules.files.load import load_texts
from rules.model import Article

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rules.model import RuleSet

SEED = 20_261_123
WORDS = 1_000
TOKEN = re.compile(r"\w+")
SHARE_OF_A_FILE = 500  # rules a file
UNKNOWN = 0.65  # of the rules' words stand in no article


def articles() -> list[Article]:
    """The demo's articles, each filled up to about a thousand words with paragraphs of others; language given."""
    now = datetime(2026, 3, 9, tzinfo=UTC)
    told = [
        (article.title, article.paragraphs(now) or [article.summary])
        for outlet in load_outlets() for article in outlet.articles]
    every = [line for _, lines in told for line in lines]
    chance = random.Random(SEED)
    found = []
    for title, own in told:
        lines = list(own)
        while sum(len(TOKEN.findall(line)) for line in lines) < WORDS:
            lines.append(chance.choice(every))
        found.append(Article(title, "\n".join(lines), language="en"))
    return found


def queries(texts: Sequence[Article], count: int) -> list[str]:
    """Queries over the words of the texts: AND, OR, NOT, phrases, NEAR, sentence, ATLEAST and prefixes in turn."""
    chance = random.Random(SEED)
    lines = [re.findall(r"[a-z]{4,}", line) for text in texts for line in text.text.split("\n")]
    lines = [words for words in lines if len(words) > 3]
    vocabulary = sorted({word for words in lines for word in words})

    def perhaps(known: str) -> str:
        return known if chance.random() > UNKNOWN else known[::-1]

    def word() -> str:
        return perhaps(chance.choice(vocabulary))

    def phrase() -> str:
        words = chance.choice(lines)
        at = chance.randrange(len(words) - 1)
        return f'"{perhaps(words[at])} {words[at + 1]}"'

    def neighbours() -> tuple[str, str]:
        words = chance.choice(lines)
        at = chance.randrange(len(words) - 2)
        return perhaps(words[at]), perhaps(words[at + 2])

    makers: list[Callable[[], str]] = [
        lambda: f"{word()} AND {word()}",
        lambda: f"({word()} OR {word()}) AND {word()}",
        lambda: f"{word()} AND {word()} AND NOT {word()}",
        lambda: f"{phrase()} AND {word()}",
        lambda: "{} NEAR/6 {}".format(*neighbours()),
        lambda: f"sentence({word()} AND {word()})",
        lambda: f"ATLEAST/2({word()} OR {word()}) AND {word()}",
        lambda: f"{word()[:5]}* NEAR/9 {word()}",
    ]
    return [makers[at % len(makers)]() for at in range(count)]


def rule_files(wanted: Sequence[str]) -> dict[str, str]:
    """Queries as rule files."""
    files: dict[str, str] = {}
    for start in range(0, len(wanted), SHARE_OF_A_FILE):
        rules = "".join(
            f"[[rule]]\nid = 'rule-{at}'\nquery = '''{query}'''\n"
            for at, query in enumerate(wanted[start:start + SHARE_OF_A_FILE], start))
        files[f"rules{start}.toml"] = rules
    return files


def rules(texts: Sequence[Article], count: int) -> RuleSet:
    """That many rules, ready for an engine."""
    loaded = load_texts(rule_files(queries(texts, count)))
    if loaded.errors:
        raise SystemExit(str(loaded.errors[0]))
    return loaded
