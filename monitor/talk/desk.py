"""What answers to presses and commands need of the running bot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from monitor.collect.fetch import Fetcher
    from monitor.collect.sandbox import Sandbox
    from monitor.outbox.deliver import Outbox
    from monitor.ruleset.reload import Active
    from monitor.settings import ChannelSettings, FeedSettings, Settings
    from storage.database import Database


@dataclass(frozen=True, slots=True)
class Desk:
    """The bot as it is when somebody asks: made for each question, since rules and feeds may change while it runs.

    `active()` are the rules in use, with the channels as they route. `outbox.deliver(ids)` posts deliveries at once;
    passes of one process follow each other, so it may wait for a round's. `adopt(feeds)` takes sources that were just
    written into config.toml: they are polled from the next round on.
    """

    database: Database
    settings: Settings
    clock: Callable[[], datetime]
    active: Callable[[], Active]
    outbox: Outbox
    fetcher: Fetcher
    sandbox: Sandbox
    adopt: Callable[[Sequence[FeedSettings]], Awaitable[None]]

    def channel(self, channel_id: str) -> ChannelSettings | None:
        """The channel as the rules in use route to it; None where it is not configured."""
        return next((one for one in self.active().channels if one.id == channel_id), None)
