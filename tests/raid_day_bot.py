"""The whole bot with a clock that runs faster, one life after the other: `python -m tests.raid_day_bot`.

Each line on standard input is one life (JSON, the fields of Life), lived by a child process that says its number and is
then killed from outside, or ends when everything is told. The libraries are loaded once, before the first child.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import text

from monitor.cycle import opened, run_cycle
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
from monitor.slack.sender import SlackSender
from tests.raid_day_press import MORNING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from monitor.cycle import House

CHANNEL = "C0RAIDDAY1"
WATCHED = """watch = ["Prince George's County, MD", 'Montgomery County, MD']\n"""  # what the team's own rule file says
TICK = 15.0  # seconds of the bot's clock between two rounds
TIMEOUT = 5.0  # seconds of ours in which Slack must have answered
# Everything told, no message open, and the channel looked through once after the last one.
_DONE = text("SELECT (SELECT count(*) FROM digest_items) >= :articles AND NOT EXISTS (SELECT 1 FROM deliveries WHERE "
             "state IN ('pending', 'sending', 'uncertain') OR (state = 'sent' AND swept_at IS NULL))")


@dataclass(frozen=True, slots=True)
class Life:
    """`began` is when the day did, on our clock; `feeds` are (address, outlet, home); `ports` may be reached.

    It ends once so many `articles` are told, but not before the minute `soonest` of the day, or in the minute `latest`,
    on the bot's clock.
    """

    database: str
    rules: str
    slack: str
    token: str
    began: float
    speed: float
    feeds: Sequence[tuple[str, str, str]]
    ports: Sequence[int]
    articles: int
    soonest: float
    latest: float


def clock(life: Life) -> Callable[[], datetime]:
    """The bot's clock: it goes on while no bot lives."""
    return lambda: MORNING + timedelta(seconds=(time.time() - life.began) * life.speed)


def settings(life: Life) -> Settings:
    """A bot with one channel that is told at once. What is waited for on our clock is as many times shorter."""
    whole = DeliverySettings()
    return Settings(
        file=Path(life.database).parent / "config.toml", storage=StorageSettings(f"sqlite:///{life.database}"),
        network=NetworkSettings(per_host=8, host_gap=0.0, starts_per_second=1_000.0,
                                allow=tuple(Allowed("127.0.0.1", port) for port in life.ports)),
        polling=PollingSettings(interval_minutes=4), packs=("immigration",), rule_folders=(Path(life.rules),),
        slack=SlackSettings(token=life.token, base_url=life.slack, timeout=TIMEOUT),
        feeds=tuple(FeedSettings(*feed) for feed in life.feeds),
        channels=(ChannelSettings(CHANNEL, "raids", ZoneInfo("America/New_York"), line_at=None),),
        # A post is under way on our clock, and is waited for on the bot's.
        delivery=replace(whole, gap=whole.gap / life.speed, settle=TIMEOUT * life.speed,
                         lease=whole.lease * life.speed))


async def live(life: Life) -> None:
    """Round after round, until all is told."""
    now = clock(life)
    soonest, latest = (MORNING + timedelta(minutes=minutes) for minutes in (life.soonest, life.latest))
    chosen = settings(life)
    sender = SlackSender(chosen.slack)
    async with opened(chosen, now, outgoing=lambda _: sender) as house:
        while now() < soonest or (now() < latest and not _done(house, life.articles)):
            await run_cycle(house)
            await asyncio.sleep(TICK / life.speed)


def _done(house: House, articles: int) -> bool:
    with house.database.read() as connection:
        return bool(connection.execute(_DONE, {"articles": articles}).scalar())


def bear(life: Life) -> Mapping[str, int]:
    """Live one life in a child process; how it ended."""
    child = os.fork()
    if not child:
        os._exit(_child(life))
    say({"pid": child})
    _, status = os.waitpid(child, 0)
    return {"signal": os.WTERMSIG(status)} if os.WIFSIGNALED(status) else {"status": os.WEXITSTATUS(status)}


def _child(life: Life) -> int:
    try:
        asyncio.run(live(life))
    except BaseException:  # the child must not go on as its parent; what happened is in the log
        logging.exception("this life ended in an error")
        return 1
    return 0


def say(what: Mapping[str, int]) -> None:
    """One line to whoever ordered the life."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Live what is asked for, one life a line."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(process)d %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    for line in sys.stdin:
        say(bear(Life(**json.loads(line))))


if __name__ == "__main__":
    main()
