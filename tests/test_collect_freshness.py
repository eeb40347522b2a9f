"""What a server's headers say about when to come back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from monitor.collect.freshness import fresh_for, http_date, retry_after

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
AN_HOUR_ON = {"date": "Mon, 23 Nov 2026 09:00:00 GMT", "expires": "Mon, 23 Nov 2026 10:00:00 GMT"}


@pytest.mark.parametrize(("headers", "expected"), [
    (AN_HOUR_ON, 3_600.0),
    (AN_HOUR_ON | {"age": "600"}, 3_000.0),
    (AN_HOUR_ON | {"age": "4000"}, 0.0),
    (AN_HOUR_ON | {"age": "soon"}, 3_600.0),
    (AN_HOUR_ON | {"cache-control": "max-age=60"}, 60.0),
    (AN_HOUR_ON | {"cache-control": "no-store"}, 0.0),
    ({"expires": "Mon, 23 Nov 2026 12:05:00 GMT"}, 300.0),
    ({"expires": "Tue, 23 Nov 2027 12:05:00 GMT"}, 86_400.0),
    ({"expires": "Mon, 23 Nov 2026 11:00:00 GMT"}, 0.0),
    ({"cache-control": 'private, max-age="120"'}, 120.0),
    ({"cache-control": "MAX-AGE = 120, must-revalidate"}, 120.0),
    ({"cache-control": "s-maxage=600"}, 0.0),
    ({"cache-control": "s-maxage=600, max-age=120"}, 120.0),
    ({"cache-control": "max-age=0"} | AN_HOUR_ON, 0.0),
    ({"cache-control": "max-age=120", "age": "100"}, 20.0),
    ({"cache-control": "max-age=120", "age": "-5"}, 120.0),
    ({"cache-control": "x-max-age=600"}, 0.0),
    ({}, 0.0),
])
def test_freshness_is_for_a_private_reader(headers: Mapping[str, str], expected: float) -> None:
    """max-age before Expires, by the server's own clock, less the time in caches on the way, a day at most."""
    assert expected == fresh_for(headers, NOW)


@pytest.mark.parametrize(("text", "expected"), [
    ("0", 0.0), (" 30 ", 30.0), ("1e3", None), ("+5", None), ("12.5", None), ("-5", None), ("30, 60", None),
    ("Mon, 23 Nov 2026 09:00:30 GMT", 30.0), ("Monday, 23-Nov-26 09:00:30 GMT", 30.0),
    ("Wed, 25 Nov 2026 09:00:00 GMT", 86_400.0),
])
def test_retry_after_is_seconds_or_a_date(text: str, expected: float | None) -> None:
    """Anything else asks for nothing, and our own back-off holds."""
    assert expected == retry_after({"retry-after": text, "date": AN_HOUR_ON["date"]})


@pytest.mark.parametrize("text", ["", "0", "-1", "soon", "Mon, 99 Mar 2026 12:30:00 GMT", "9" * 500,
                                  "Fri, 31 Dec 9999 23:59:59 -0500"])
def test_nonsense_is_no_date(text: str) -> None:
    """And raises nothing."""
    assert (None, 0.0) == (http_date(text), fresh_for({"expires": text}, NOW))
