"""Places of a page that change at every look, and changes that come again and again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.collect.differences import Gap
from monitor.collect.restless import Noted, Place, from_row, lately, settled, to_row

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

NONCE = Gap("Rules", ("Request 1",), ("Request 2",))
MORE = Gap("Rules", ("Request 1",), ("Request 2", "The agreement was signed."))
LIST = Gap("Releases", (), ("One more",))
OTHER = Gap("Contact", ("Call",), ("Write",))


def told(looks: Iterable[tuple[float, Gap | None]], now: datetime) -> list[Gap]:
    """What is told of looks at these hours, each of which found a gap or nothing."""
    places: dict[str, Place] = {}
    found: list[Gap] = []
    last = None
    for hours, gap in looks:
        at = now + timedelta(hours=hours)
        left, places = settled([gap] if gap else [], places, at, last)
        found += left
        last = at
    return found


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        ([(0, NONCE), (1, NONCE), (2, NONCE), (3, NONCE)], [NONCE, NONCE]),
        ([(0, NONCE), (1, NONCE), (2, None), (3, NONCE), (4, NONCE)], [NONCE] * 4),
        ([(0, NONCE), (1, NONCE), (2, NONCE), (3, None), (20, NONCE)], [NONCE] * 2),
        ([(0, NONCE), (1, NONCE), (2, NONCE), (26, NONCE)], [NONCE] * 3),
        ([(0, NONCE), (1, NONCE), (2, NONCE), (3, OTHER)], [NONCE, NONCE, OTHER]),
        ([(0, LIST), (1, LIST), (2, LIST), (3, LIST)], [LIST] * 4),
        ([(0, NONCE), (1, NONCE), (2, NONCE), (3, MORE), (4, NONCE)], [NONCE, NONCE, MORE]),
        ([(0, MORE), (1, NONCE), (2, MORE), (3, MORE), (4, MORE)], [MORE, NONCE, MORE]),
    ],
    ids=["at every look", "not running", "not yet still", "still for a day", "elsewhere", "a list that grows",
         "news beside it", "a banner of several lines"],
)
def test_only_a_place_replaced_at_three_looks_running_is_left_out(
    looks: list[tuple[float, Gap | None]], expected: list[Gap], now: datetime
) -> None:
    """From the third on, until it was still for a day; never what only grows, nor more than is usual there."""
    assert expected == told(looks, now)


def test_a_change_is_known_again_for_two_days_since_it_was_last_seen(now: datetime) -> None:
    """Then it is news; no change is known as nothing."""
    assert (False, {"a": now}) == lately("a", {}, now)
    assert (True, {"a": now}) == lately("a", {"a": now - timedelta(hours=47)}, now)
    assert (False, {"a": now}) == lately("a", {"a": now - timedelta(hours=48)}, now)
    assert (False, {}) == lately("", {}, now)


def test_what_was_noted_is_stored_and_read_back(now: datetime) -> None:
    """As plain values; where nothing was stored, nothing is known."""
    noted = Noted({"mark": now}, {"place": Place(now, 3, 2, 1)})
    assert noted == from_row(to_row(noted))
    assert Noted() == from_row(None)
