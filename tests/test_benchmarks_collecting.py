"""The benchmark of collecting does what it says: the whole way of a poll, for every feed, in each of its phases."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from benchmarks.collecting import GOALS, PHASES, Peer, asked, begun, told
from benchmarks.collecting_feeds import ENTRIES
from benchmarks.collecting_real import RealFeeds

if TYPE_CHECKING:
    from pathlib import Path

FEEDS = 20


def test_every_feed_is_fetched_parsed_and_stored_in_each_phase(tmp_path: Path) -> None:
    """Twenty feeds: all entries at first, none where nothing changed, and three each of every tenth feed."""
    with ExitStack() as stack:
        site = begun(stack, sys.executable, "-m", "benchmarks.collecting_feeds", str(FEEDS))
        assert site.stdout
        urls = json.dumps(json.loads(site.stdout.readline())["urls"])
        ours = Peer("ours", begun(stack, sys.executable, "-m", "benchmarks.collecting_ours", str(tmp_path), urls))
        ours.wait()
        for phase, order in PHASES.items():
            asked(site, order)
            ours.ask(phase)

    first, more = FEEDS * ENTRIES, FEEDS * ENTRIES + 3 * FEEDS // 10
    assert [[FEEDS, 0, first, first], [FEEDS, 0, first, first], [FEEDS, 0, more, more]] == list(ours.said.values())
    assert all(peak > 0 for _, _, peak in ours.cost.values())
    assert ours.cost["first poll"][0] > 0


_RSS = (b"<rss><channel><link>https://a.example</link>%s</channel></rss>",
        b'<item><guid isPermaLink="false">%d</guid><link><![CDATA[https://a.example/%d?a=b]]></link></item>\n')
_ATOM = (b'<feed><id>x</id>%s<link href="y"/></feed>',
         b"<entry><id>tag:%d</id><link rel='alternate' href='/%d'/></entry>")


@pytest.mark.parametrize(("whole", "entry"), [_RSS, _ATOM])
def test_real_feeds_are_their_documents_with_ids_and_links_of_their_own(
    tmp_path: Path, whole: bytes, entry: bytes
) -> None:
    """The first three entries come out later; only ids and links of entries change."""
    document = whole % b"".join(entry % (number, number) for number in range(5))
    (tmp_path / "feed.xml").write_bytes(document)
    feeds = RealFeeds(tmp_path)

    body, shown = feeds.document(7, 3, "")
    assert (5, document) == (shown, body.replace(b"-7", b""))
    assert (10, 0) == (body.count(b"-7"), feeds.document(8, 3, "")[0].count(b"-7"))
    assert (whole % b"".join(entry % (number, number) for number in (3, 4)), 2) == (
        feeds.document(7, 0, "")[0].replace(b"-7", b""), feeds.document(7, 0, "")[1])


@pytest.mark.parametrize(("times", "memory", "well"), [(12.0, 150.0, True), (4.0, 150.0, False), (12.0, 151.0, False)])
def test_a_goal_that_is_missed_is_named(times: float, memory: float, well: bool) -> None:
    """Of processor time in each phase, and of memory at most."""
    peers = [Peer(name, None, {phase: (cost, 1.0, mb) for phase in GOALS}, {phase: [1, 0, 1, 1] for phase in GOALS})  # type: ignore[arg-type]  # no process is asked
             for name, cost, mb in (("ours", 1.0, memory), ("reader", times, 100.0))]
    said, reached = told(peers, 1_000, {"bytes": 30_000.0, "entries": 25.0})

    assert (well, not well) == (reached, "NOT REACHED" in said)
