"""One life of the whole bot over feeds on loopback, with a clock of its own: `python -m tests.collect_life`.

Standard input says what kind of life (JSON, the fields of Life). Whoever ordered it may kill it at any time; else it
ends after its seconds, stopped as a signal stops the bot.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from monitor.cycle import opened, run_cycle
from monitor.outbox.model import Found
from monitor.settings import (
    Allowed,
    ChannelSettings,
    DeliverySettings,
    FeedSettings,
    NetworkSettings,
    PollingSettings,
    Settings,
    SlackSettings,
    StorageSettings,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from monitor.cycle import House

CHANNEL = "C0COLLECT1"
SHORTEST_TICK = 0.2  # seconds of ours between two rounds, however fast the bot's clock runs


@dataclass(frozen=True, slots=True)
class Life:
    """`folder` takes the database and what is posted; `feeds` are (address, outlet, urgent); `ports` may be reached.

    At the second `began` of our clock the bot's began to run `speed` times as fast, from there or from `start`.
    """

    folder: str
    feeds: Sequence[tuple[str, str, bool]]
    ports: Sequence[int]
    began: float
    seconds: float
    speed: float = 1.0
    start: float | None = None
    interval: int = 20  # minutes
    network: Mapping[str, float] | None = None  # fields of NetworkSettings that are not as usual
    pages: bool = True
    packs: Sequence[str] = ("immigration",)
    rules: str = ""
    tick: float = 15.0  # seconds of the bot's clock between two rounds


def clock(life: Life) -> Callable[[], datetime]:
    """The bot's clock: it goes on while no bot lives."""
    start = life.began if life.start is None else life.start
    return lambda: datetime.fromtimestamp(start + (time.time() - life.began) * life.speed, UTC)


def settings(life: Life) -> Settings:
    """A bot with one channel that is told at once. What is waited for on our clock is as many times shorter."""
    whole, folder = DeliverySettings(), Path(life.folder)
    network = NetworkSettings(allow=tuple(Allowed("127.0.0.1", port) for port in life.ports))
    return Settings(
        file=folder / "config.toml", storage=StorageSettings(f"sqlite:///{folder}/dateline.db"),
        network=replace(network, **dict(life.network or {})),  # type: ignore[arg-type]  # numbers, all of them
        polling=PollingSettings(interval_minutes=life.interval, fetch_pages=life.pages), packs=tuple(life.packs),
        rule_folders=(Path(life.rules),) if life.rules else (), slack=SlackSettings(token="none"),
        feeds=tuple(FeedSettings(url, outlet, urgent=urgent) for url, outlet, urgent in life.feeds),
        channels=(ChannelSettings(CHANNEL, "collected", ZoneInfo("America/New_York"), line_at=None),),
        delivery=replace(whole, gap=0.0, settle=life.speed, lease=whole.lease * life.speed))


@dataclass(slots=True)
class Kept:
    """A channel that is a file: a line a message, written before the post is answered, so that a kill loses none."""

    path: Path
    done: str = "sent"
    reads: bool = True
    timeout: float = 1.0

    async def post(self, body: Mapping[str, Any], thread: str | None = None) -> str:
        """Write it down."""
        ts = f"{time.time():.6f}"
        line = json.dumps({"ts": ts, "body": dict(body), "thread": thread})
        with self.path.open("a") as file:
            file.write(line + "\n")
        return ts

    async def find(self, channel_id: str, since: datetime, thread: str | None = None) -> Sequence[Found]:
        """All of that place; more than was asked for does no harm."""
        markers = [(line["ts"], line["body"]["metadata"]["event_payload"]) for line in posted(self.path)
                   if line["body"]["channel"] == channel_id and line["thread"] == thread]
        return [Found(ts, marker["delivery_id"], marker["part"], marker["instance"]) for ts, marker in markers]

    async def remove(self, channel_id: str, ts: str) -> None:
        """Nothing is ever doubled here, so nothing may be removed."""
        raise AssertionError(f"{ts} was to be removed")

    def passes(self, code: str) -> bool:
        """It never fails."""
        return True

    def plain(self, body: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """It refuses nothing."""
        return None


def posted(path: Path) -> list[dict[str, Any]]:
    """Everything in the channel, oldest first."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@asynccontextmanager
async def living(life: Life, now: Callable[[], datetime] | None = None) -> AsyncIterator[House]:
    """The bot, opened, with its own clock or another."""
    sender = Kept(Path(life.folder) / "posted.jsonl")
    async with opened(settings(life), now or clock(life), outgoing=lambda _: sender) as house:
        yield house


async def rounds(house: House, life: Life) -> None:
    """Round after round, until its time is over; the last one is cut short."""
    end = asyncio.get_running_loop().time() + life.seconds
    while (left := end - asyncio.get_running_loop().time()) > 0:
        house.current = asyncio.create_task(run_cycle(house))
        done, _ = await asyncio.wait([house.current], timeout=left)
        if done:
            house.current.result()
            await asyncio.sleep(max(life.tick / life.speed, SHORTEST_TICK))
    await house.finish()


async def live(life: Life) -> None:
    """All of it."""
    async with living(life) as house:
        await rounds(house, life)


def ordered(life: Life) -> bytes:
    """The line that orders it."""
    return json.dumps(asdict(life)).encode() + b"\n"


def set_up(line: str) -> Life:
    """The life that was ordered, and a log on standard error."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(process)d %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    return Life(**json.loads(line))


if __name__ == "__main__":
    asyncio.run(live(set_up(sys.stdin.readline())))
