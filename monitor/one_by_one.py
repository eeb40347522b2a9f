"""Work on many things at once that one of them must not spoil: all together, and where that fails each alone.

An article that a program fails on comes again every round. It must not stop the news that waits behind it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

One = TypeVar("One")
Made = TypeVar("Made")


async def one_by_one(
    make: Callable[[Sequence[One]], list[Made]], found: Sequence[One], failed: Callable[[One, BaseException], Made]
) -> list[Made]:
    """What `make` makes of all, in a thread; where it raises, of each by itself. `failed` says what one counts as."""
    together = await _tried(make, found)
    if not isinstance(together, BaseException):
        return together
    made: list[Made] = []
    for one in found:
        alone = await _tried(make, [one])
        made += [failed(one, alone)] if isinstance(alone, BaseException) else alone
    return made


async def _tried(make: Callable[[Sequence[One]], list[Made]], found: Sequence[One]) -> list[Made] | BaseException:
    (outcome,) = await asyncio.gather(asyncio.to_thread(make, found), return_exceptions=True)
    return outcome
