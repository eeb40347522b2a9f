"""How an article is read for grouping: what nobody wrote for readers costs little, and breaks nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.stories.counts import counts
from monitor.stories.features import extract
from monitor.stories.reading import SENTENCE_WORDS, read
from rules.model import Article

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)


def test_a_sentence_without_end_is_cut() -> None:
    """What is looked for in a sentence may take the square of its length: a table has no full stop."""
    endless = "Agents arrested 12 workers " + " ".join(str(number) for number in range(20_000))
    assert SENTENCE_WORDS >= max(len(one.keys) for one in read(Article("Raid", endless), NOW))


@pytest.mark.parametrize("number", ["1" + "0" * 400, "1" + ",000" * 100, "12345678"])
def test_a_number_beyond_all_measure_counts_nobody(number: str) -> None:
    """Comparing it later would be an overflow, and the end of every message of a channel."""
    told = read(Article("Raid", f"Agents arrested {number} people at a plant."), NOW)
    assert () == counts(told)


def test_an_article_of_one_word_has_features() -> None:
    """So does a word of 100,000 letters, which is no name."""
    for text in ("", "ICE", "A-" * 50_000):
        assert NOW == extract(Article(text[:200], text), (), (), frozenset(), NOW).at
