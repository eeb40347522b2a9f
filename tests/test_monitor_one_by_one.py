"""Work that one of many things must not spoil."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from monitor.one_by_one import one_by_one

if TYPE_CHECKING:
    from collections.abc import Sequence


def test_all_together_where_that_goes() -> None:
    """In one piece of work."""
    seen: list[list[int]] = []

    def make(some: Sequence[int]) -> list[int]:
        seen.append(list(some))
        return [10 * one for one in some]

    assert [10, 20] == asyncio.run(one_by_one(make, [1, 2], lambda one, _: -one))
    assert [[1, 2]] == seen


def test_alone_what_fails_together() -> None:
    """In the same order; what fails by itself counts as what the caller says, who learns the reason."""
    def make(some: Sequence[int]) -> list[float]:
        return [12 / one for one in some]

    reasons: list[BaseException] = []

    def failed(one: int, failure: BaseException) -> float:
        reasons.append(failure)
        return -1.0

    assert [4.0, -1.0, 3.0] == asyncio.run(one_by_one(make, [3, 0, 4], failed))
    assert [ZeroDivisionError] == [type(one) for one in reasons]
