"""Preparing and matching one article with the shipped rules, as multiples of one tokenising pass in the same run.

The tokenising pass is a single `re.findall` over the same text: nothing that reads words can cost less.
"""

from __future__ import annotations

import re
import statistics
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor.config import PACKS
from monitor.demo.articles import load_outlets
from rules.engine import Engine
from rules.files import load_rules
from rules.model import Article

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 7
WORDS = 1_000
_TOKEN = re.compile(r"\w+")


def articles() -> list[Article]:
    """The demo's articles, each repeated or cut to about a thousand words."""
    now = datetime(2026, 3, 9, tzinfo=UTC)
    found = []
    for outlet in load_outlets():
        for article in outlet.articles:
            paragraphs = article.paragraphs(now) or [article.summary]
            words = sum(len(_TOKEN.findall(line)) for line in paragraphs)
            found.append(Article(article.title, "\n".join(paragraphs * max(1, round(WORDS / words)))))
    return found


def milliseconds(work: Callable[[Article], object], texts: list[Article]) -> float:
    """Median CPU time an article."""
    taken = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for text in texts:
            work(text)
        taken.append((time.process_time() - start) * 1000 / len(texts))
    return statistics.median(taken)


def main() -> None:
    """Print the floor and the engine beside it."""
    texts = articles()
    engine = Engine(load_rules([PACKS / "immigration"]))
    words = statistics.mean(len(_TOKEN.findall(text.text)) for text in texts)
    floor = milliseconds(lambda text: _TOKEN.findall(text.text), texts)
    matching = milliseconds(engine.match, texts)
    print(f"{len(texts)} articles of {words:.0f} words on average")
    print(f"{'one re.findall pass':<24} {floor:6.2f} ms   1.0x")
    print(f"{'prepare and match':<24} {matching:6.2f} ms {matching / floor:5.1f}x")


if __name__ == "__main__":
    main()
