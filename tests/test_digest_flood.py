"""How much of one rule a channel is shown in a day."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from monitor.digest.compose import stand
from monitor.digest.flood import USUAL, capped
from monitor.digest.story import Story
from tests.digest_samples import TOPICS, article, channel, match

if TYPE_CHECKING:
    from rules.model import Prominence, Severity


def standing(number: int, rule: str = "a", severity: Severity = "normal", prominence: Prominence = "body") -> Story:
    """A story of one article under a rule; a higher number is an older one."""
    found = replace(match(rule, severity=severity), prominence=prominence)
    (one,), _ = stand([article(number, found, hours_ago=number)], channel(), TOPICS)
    return Story((one,))


@pytest.mark.parametrize(
    ("limit", "shown", "kept"),
    [(9, 0, [1, 2, 3]), (3, 0, [1, 2, 3]), (2, 0, [1, 2]), (3, 2, [1]), (2, 7, []), (0, 0, [])])
def test_a_rule_shows_so_many_a_day(limit: int, shown: int, kept: list[int]) -> None:
    """What the channel was shown before counts; the newest stay, and the others are kept by number."""
    left, more = capped([standing(number) for number in (1, 2, 3)], {"a": limit}, {"a": shown})
    assert kept == [story.card.article.article_id for story in left]
    assert [number for number in (1, 2, 3) if number not in kept] == [key for one in more for key in one.article_ids]


def test_what_says_most_stays() -> None:
    """The severest first, then the most prominent, then the newest; what is kept stands in its old order."""
    waiting = [standing(1), standing(2, prominence="headline"), standing(3, severity="high"), standing(4)]
    left, (more,) = capped(waiting, {"a": 2}, {})
    kept = [story.card.article.article_id for story in left]
    assert ([2, 3], ("A", (1, 4), 2)) == (kept, (more.rule_name, more.article_ids, more.stories))


def test_urgent_articles_are_exempt() -> None:
    """They are shown above the limit, and leave room for as many others."""
    left, more = capped([standing(1), standing(2, severity="urgent"), standing(3)], {"a": 1}, {})
    assert ([1, 2], [(3,)]) == ([story.card.article.article_id for story in left], [one.article_ids for one in more])


def test_each_rule_has_its_own_limit() -> None:
    """A rule that is no longer there has the usual one."""
    left, more = capped([standing(number, "b") for number in range(1, USUAL + 3)] + [standing(99)], {"a": 0}, {})
    assert USUAL == len(left)
    assert [("A", 1), ("B", 2)] == sorted((one.rule_name, len(one.article_ids)) for one in more)
