"""What polls and page reads share: one database, fetcher and sandbox, one clock, and the news that a job has ended."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.collect.rests import Rests

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from monitor.collect.fetch import Fetcher
    from monitor.collect.robots_gate import RobotsGate
    from monitor.collect.sandbox import Sandbox
    from monitor.settings import PollingSettings
    from storage.database import Database


@dataclass(frozen=True, slots=True)
class Tools:
    """Serves one event loop. `ended` is set whenever a poll or a page read ends. Without `robots` every page is read.

    `rests` are the hosts that asked for a pause while others of their polls and pages were begun.
    """

    database: Database
    fetcher: Fetcher
    sandbox: Sandbox
    polling: PollingSettings
    clock: Callable[[], datetime]
    robots: RobotsGate | None = None
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    rests: Rests = field(default_factory=Rests)

    def holds(self, feed: int, host: str) -> bool:
        """Whether the host asked for a pause that holds for this feed and is not over."""
        return self.rests.holds(host, self.clock(), feed)

    def holds_pages(self, host: str) -> bool:
        """Whether the host asked for a pause that holds for its pages and is not over."""
        return self.rests.holds_pages(host, self.clock())
