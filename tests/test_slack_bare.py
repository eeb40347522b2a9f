"""A refused message without its layout: every line and every link of it, in the simplest blocks there are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.digest.model import Aside
from monitor.slack.render.blocks import render
from monitor.slack.render.notice import note
from monitor.slack.render.preview import to_terminal
from tests.digest_samples import digest, item, large_digest, rollup, silence, told_digest, update, urgent_alert
from tests.slack_checks import addresses, bared, pieces, refused, shown, within_limits

KINDS = {
    "thread": large_digest(), "flat": replace(large_digest(60, 5, "es"), threads=False),
    "alert": urgent_alert("es", 60), "roll-up": rollup(articles=12), "silence": silence(),
    "stories": told_digest("es", 60, 3, copies=20, address=1_800), "update": update("es", 60, copies=20, address=900),
    "asides": digest(asides=[Aside(at, f"Headline {at}", f"https://a.example/?a={at}&b=1") for at in range(200)]),
    "long addresses": digest(*(item(at, url=f"https://a.example/{at}/{'x' * 1_900}?a=1&b=2") for at in range(9))),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_article_stays_linked(kind: str) -> None:
    """Those with an & in their address too, part by part; Slack's limits hold, the stand-in has nothing to refuse."""
    made = render(KINDS[kind])
    simple = bared(made)
    assert [set(addresses([one])) for one in made] == [set(addresses([one])) for one in simple]
    assert all(map(within_limits, simple)) and all(len(one.blocks) <= 40 for one in simple)
    assert [] == [found for one in simple for found in refused(one)]


def test_it_is_lines_of_words_and_links() -> None:
    """Title, headline as one link whatever was marked, quote, origin and reason; no menu, button or header."""
    (message,) = bared(render(digest(item(7))))
    lines = to_terminal(message, 200).split("\n")
    expected = ["Morning digest, Mon 23 Nov · 1 story", "Topic 0", "• Agents arrest 7 at bakery",
                "https://ledger.example/a?id=7&s=1", "> Agents led twelve workers away in vans, two neighbors said.",
                "Harbor Ledger · Baltimore, MD · Mon 23 Nov, 07:00 EST"]
    assert expected == [line.strip() for line in lines[:6]]
    assert {"rich_text", "rich_text_section", "text", "link"} == {
        piece["type"] for piece in pieces(list(message.blocks))}


def test_a_note_keeps_its_list_and_what_was_printed() -> None:
    """Sentences, points and printed rows."""
    (made,) = bared([note("T", ["a & b"], ["c"], ["error: x\n  | ^"])])
    assert "T\na & b\n• \nc\nerror: x\n  | ^" == shown([made])
    assert [] == refused(made)
