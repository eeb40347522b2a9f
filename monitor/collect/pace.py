"""How fast servers are asked: few at once and apart per host, and so many starts a second over all."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_LANES_KEPT = 1_000  # above this, lanes that nobody uses are dropped


@dataclass(slots=True)
class _Lane:
    """The queue of one host. `free_at` is the loop's time from which the next request may start."""

    places: asyncio.Semaphore
    start: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0
    users: int = 0


class Pace:
    """Hands out turns. `gap` is in seconds between starts on one host; each of the limits holds for all callers."""

    def __init__(self, *, per_host: int, gap: float, starts_per_second: float) -> None:
        self._per_host = per_host
        self._gap = gap
        self._interval = 1.0 / starts_per_second
        self._free_at = 0.0
        self._lanes: dict[str, _Lane] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait until a request to `host` may start; leaving the block frees its place."""
        lane = self._lane(host)
        lane.users += 1
        try:
            async with lane.places:
                async with lane.start:
                    await self._wait(lane)
                yield
        finally:
            lane.users -= 1

    async def _wait(self, lane: _Lane) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(lane.free_at - loop.time())
        # The host's wait is over before a start is reserved, so that a slow host holds up no other.
        start = max(loop.time(), self._free_at)
        self._free_at = start + self._interval
        await asyncio.sleep(start - loop.time())
        lane.free_at = loop.time() + self._gap

    def _lane(self, host: str) -> _Lane:
        if host not in self._lanes:
            if len(self._lanes) >= _LANES_KEPT:
                self._sweep(asyncio.get_running_loop().time())
            self._lanes[host] = _Lane(asyncio.Semaphore(self._per_host))
        return self._lanes[host]

    def _sweep(self, now: float) -> None:
        self._lanes = {host: lane for host, lane in self._lanes.items() if lane.users or lane.free_at > now}
