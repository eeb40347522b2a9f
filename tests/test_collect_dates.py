"""Times as feeds write them, beside what feedparser makes of them."""

from __future__ import annotations

from calendar import timegm
from datetime import UTC, datetime

import feedparser
import pytest

from monitor.collect.dates import UnusualDateError, moment


def by_feedparser(text: str) -> datetime:
    item = f"<rss version='2.0'><channel><item><pubDate>{text}</pubDate></item></channel></rss>"
    (entry,) = feedparser.parse(item.encode())["entries"]
    return datetime.fromtimestamp(timegm(entry["published_parsed"]), UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 02 Mar 2026 14:15:00 -0600",
        "Mon, 02 Mar 2026 14:15:16 GMT",
        "2 March 2026 9:05 EST",
        "Monday, 2 Sept 2026 09:05:00 PDT",
        "tue 3 mar 2026 00:00:00 z",
        "2026-03-02T14:15:16Z",
        "2026-03-02T14:15:16.789+05:30",
        "2026-03-02t14:15-0500",
        "2026-03-02T14:15:00",
        "2026-3-2",
    ],
)
def test_common_forms_are_read_as_by_feedparser(text: str) -> None:
    """In UTC, which is also meant where no zone is named."""
    assert by_feedparser(text) == moment(text)


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "Mon, 31 Feb 2026 10:00:00 GMT",
        "02 Foo 2026 10:00:00 GMT",
        "2 Mar 2026 10:00:00 XYZ",
        "2026-03-02T14:15:00+0530",
        "2026-03-02 14:15:00",
        "2026-W27-2",
        "0000-00-00",
        "0001-01-01T00:00:00+05:00",
    ],
)
def test_other_forms_are_not_guessed(text: str) -> None:
    """They may be dates all the same; feedparser is asked."""
    with pytest.raises(UnusualDateError):
        moment(text)


def test_no_text_is_no_date() -> None:
    """An empty element says nothing, and is nothing unusual."""
    assert moment("") is None
