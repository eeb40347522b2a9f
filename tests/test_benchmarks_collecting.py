"""The benchmark of collecting does what it says: the whole way of a poll, for every feed, in each of its phases."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from benchmarks.collecting import GOALS, PHASES, Peer, asked, begun, told
from benchmarks.collecting_feeds import ENTRIES

if TYPE_CHECKING:
    from pathlib import Path

FEEDS = 20


def test_every_feed_is_fetched_parsed_and_stored_in_each_phase(tmp_path: Path) -> None:
    """Twenty feeds: all entries at first, none where nothing changed, and three each of every tenth feed."""
    with ExitStack() as stack:
        site = begun(stack, sys.executable, "-m", "benchmarks.collecting_feeds")
        assert site.stdout
        ports = json.loads(site.stdout.readline())
        urls = json.dumps([f"http://127.0.0.1:{ports[feed]}/{feed}" for feed in range(FEEDS)])
        ours = Peer("ours", begun(stack, sys.executable, "-m", "benchmarks.collecting_ours", str(tmp_path), urls))
        ours.wait()
        for phase, order in PHASES.items():
            asked(site, order)
            ours.ask(phase)

    first, more = FEEDS * ENTRIES, FEEDS * ENTRIES + 3 * FEEDS // 10
    assert [[FEEDS, 0, first, first], [FEEDS, 0, first, first], [FEEDS, 0, more, more]] == list(ours.said.values())
    assert all(peak > 0 for _, _, peak in ours.cost.values())
    assert ours.cost["first poll"][0] > 0


@pytest.mark.parametrize(("times", "memory", "well"), [(12.0, 150.0, True), (4.0, 150.0, False), (12.0, 151.0, False)])
def test_a_goal_that_is_missed_is_named(times: float, memory: float, well: bool) -> None:
    """Of processor time in each phase, and of memory at most."""
    peers = [Peer(name, None, {phase: (cost, 1.0, mb) for phase in GOALS}, {phase: [1, 0, 1, 1] for phase in GOALS})  # type: ignore[arg-type]  # no process is asked
             for name, cost, mb in (("ours", 1.0, memory), ("reader", times, 100.0))]
    said, reached = told(peers, 1_000)

    assert (well, not well) == (reached, "NOT REACHED" in said)
