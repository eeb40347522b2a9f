"""Killed in the middle of collecting: no article is lost, none comes twice, and polling goes on.

Some points once; `make soak` has all of them twenty times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.crash_collect import Case, run

if TYPE_CHECKING:
    from pathlib import Path

CASES = [Case(point, 0) for point in ("fetch.body", "parse.child", "t1.mid", "t1.commit", "page.stored", "match.mid")]


def test_every_article_is_stored_and_told_once_wherever_the_bot_dies(tmp_path: Path) -> None:
    """Each story comes to its point, and the next life has everything, from feeds that answer 304 as well."""
    results = run(CASES, tmp_path, packs=())
    # On a machine that is busy with other things a life can end before it comes to its point.
    late = [result.case for result in results if not result.reached]
    results = [result for result in results if result.reached] + run(late, tmp_path / "again", packs=())

    assert {} == {result.case.point: result.wrong for result in results if result.wrong}
    assert [] == [result.case.point for result in results if not result.reached]
