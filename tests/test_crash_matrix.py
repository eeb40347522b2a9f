"""Killed at each point of a delivery and at any time, against a Slack that loses answers: each message stands once.

Twenty stories of the matrix; `make soak` tells all of them.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.crash_matrix import run
from tests.crash_plan import POINTS, at_any_time, at_point

if TYPE_CHECKING:
    from pathlib import Path

STORIES = [*(at_point(point, seed=0) for point in POINTS), *(at_any_time(seed, kills=2) for seed in range(8))]


def test_every_message_stands_once_whatever_happens(tmp_path: Path) -> None:
    """Nothing lost, nothing twice, nothing out of its thread or order, no limit of Slack exceeded."""
    results = asyncio.run(run(STORIES, tmp_path, at_once=10))

    assert {} == {(result.case.name, result.case.seed): result.judgement.wrong
                  for result in results if result.judgement.wrong}
    assert [] == [result.case.name for result in results[:len(POINTS)] if not result.reached]
