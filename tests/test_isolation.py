"""Good feeds among evil ones: for half a minute, on the stricter server where a checkout has it beside it."""

from __future__ import annotations

import pytest

from tests import isolation_day, isolation_titles
from tests.collect_rig import FEED_SERVER

pytestmark = pytest.mark.skipif(not FEED_SERVER.exists(), reason="the stricter feed server is not beside this checkout")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """The figures of a short run with five good feeds and every evil one."""
    return isolation_day.figures(*isolation_day.run(tmp_path_factory.mktemp("day"), seconds=30.0, evil=True, good=5))


def test_nobody_is_visited_who_may_not_be(found: dict[str, float]) -> None:
    """Not by redirect, entity, link, or body."""
    assert 0 == found["canary hits"]


def test_good_feeds_are_polled_and_memory_is_bounded(found: dict[str, float]) -> None:
    """Bombs and endless documents cost a child, and never the bot."""
    assert found["polls of good feeds"] >= 5
    assert found["main MB"] <= isolation_day.ALLOWED["main MB"]
    assert found["child MB"] <= isolation_day.ALLOWED["child MB"]


def test_each_article_is_one_whatever_its_feed_does(capsys: pytest.CaptureFixture[str]) -> None:
    """Every encoding is read; ids, links and dates that change make no duplicate and hide nothing."""
    status = isolation_titles.main([])

    assert (0, capsys.readouterr().out.splitlines()[1:]) == (status, [])
