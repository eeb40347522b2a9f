"""Many jobs at once, none of which outlives the call."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable

_Result = TypeVar("_Result")


async def together(jobs: Iterable[Awaitable[_Result]]) -> list[_Result]:
    """What the jobs return, in their order. Where some fail, the first error is raised after all of them have ended.

    A bare `gather` would raise at once and leave the others running, into a database that is then closed.
    """
    outcomes = await asyncio.gather(*jobs, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
