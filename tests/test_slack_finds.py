"""Articles of a search as Slack shows them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.slack.render import finds
from monitor.slack.render.limits import MAX_WEIGHT, size_of
from monitor.talk.model import Find

RAID = Find("Raid <!channel>", "https://ledger.example/1?a=1&b=2", "Ledger · Mon 23 Nov, 14:02", "No raid came.",
            ((3, 7),))


def parts(*found: Find) -> list[list[dict[str, Any]]]:
    """The pieces of each article's paragraph."""
    (block,) = finds.blocks(found, "en")
    return [one["elements"] for one in block["elements"][0]["elements"]]


def test_an_article() -> None:
    """A link, what it is, and the sentence with the words in bold; foreign words mention nobody."""
    ((link, about, gap, before, word, after),) = parts(RAID)

    assert ("link", "https://ledger.example/1?a=1&b=2", "Raid <!channel>") == (link["type"], link["url"], link["text"])
    assert ("\nLedger · Mon 23 Nov, 14:02", "\n") == (about["text"], gap["text"])
    assert ["No ", "raid", " came."] == [one["text"] for one in (before, word, after)]
    assert [None, {"bold": True}, None] == [one.get("style") for one in (before, word, after)]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://ledger.example/" + "x" * 2000, ""])
def test_what_is_no_link(url: str) -> None:
    """An address that cannot be pressed, or that would take the place of other articles, is left out."""
    assert ["text"] == [one["type"] for one in parts(Find("Raid", url))[0]]


def test_ten_of_the_longest_fit() -> None:
    """Ten articles with everything long still fit one message, with room for what stands around them."""
    url = "https://ledger.example/" + "x" * 370
    long = Find("word " * 100, url, "outlet " * 50, "raid & " * 200, ((0, 4), (700, 704)))

    assert size_of(finds.blocks([long] * 10, "en")).weight < MAX_WEIGHT - 1_000
    assert "raid" in json.dumps(finds.blocks([long], "en"))


def test_nothing_found() -> None:
    """No article, no block."""
    assert ([], []) == (finds.blocks([], "en"), finds.spoken([]))


def test_beside_the_blocks() -> None:
    """A line each for phones and screen readers, in which nothing is markup but ours."""
    assert ["• Raid &lt;!channel&gt; Ledger · Mon 23 Nov, 14:02"] == finds.spoken([RAID])
