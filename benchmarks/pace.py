"""How near posting comes to Slack's pace of one message a second and channel, at true speed, on a loopback Slack.

The bound is (messages of a channel - 1) seconds; 1.3 times as long is allowed, and no refusal for rate at all.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from monitor.digest.model import Message
from monitor.outbox.deliver import Outbox
from monitor.outbox.queue import queue
from monitor.settings import DeliverySettings, SlackSettings
from monitor.slack.sender import SlackSender
from storage import deliveries
from storage.database import Database, open_database
from tests.slack_standin import TOKEN, StandIn, standing
from tests.slack_standin_model import POST

CHANNELS = tuple(f"C0PACE{number:04d}" for number in range(5))
ALLOWED = 1.3


def waiting(database: Database, parts: int, now: datetime) -> None:
    """One digest of so many messages for every channel."""
    messages = [Message(f"part {part + 1}", ({"type": "section", "text": {"type": "plain_text", "text": "."}},),
                        part, parts) for part in range(parts)]
    with database.write() as connection:
        for channel in CHANNELS:
            queue(connection, channel, f"pace:{channel}", "digest", messages, now=now)


def left(database: Database) -> int:
    """Messages that are not yet sent."""
    with database.read() as connection:
        return len(deliveries.in_state(connection, "pending", "sending", "uncertain"))


async def measured(parts: int, folder: Path) -> tuple[float, StandIn]:
    """Seconds from the first look at the queue until everything is sent, and the Slack that counted."""
    async with standing(StandIn()) as slack:
        settings = SlackSettings(token=TOKEN, base_url=slack.url)
        database = open_database(f"sqlite:///{folder}/{parts}.db")
        waiting(database, parts, datetime.now(UTC))
        sender = SlackSender(settings)
        outbox = Outbox(database, lambda _: sender, lambda: datetime.now(UTC), DeliverySettings())
        start = time.monotonic()
        while left(database):
            await outbox.deliver()
            await asyncio.sleep(0.05)
        elapsed = time.monotonic() - start
        database.close()
    return elapsed, slack


def main() -> None:
    """Print one line a load."""
    for parts in (6, 30):
        with tempfile.TemporaryDirectory() as folder:
            elapsed, slack = asyncio.run(measured(parts, Path(folder)))
        posts = sum(call.method == POST for call in slack.calls)
        bound = float(parts - 1)
        print(f"{len(CHANNELS)} channels x {parts} messages: {posts} posts in {elapsed:5.1f} s, "
              f"{elapsed / bound:.2f} of the bound of {bound:.0f} s (allowed {ALLOWED}), "
              f"{slack.over_rate()} refused for rate")


if __name__ == "__main__":
    main()
