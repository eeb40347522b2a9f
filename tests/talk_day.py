"""A day on which twenty people press whatever there is to press: `python -m tests.talk_day [--presses 1000]`.

The whole bot posts digests and alerts to a strict Slack; people press at random, some presses are handed over twice,
connections are cut and replaced while they do, and in a pause the bot is killed and begins again, with more news. What
came of it is judged by talk_day_judge.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import sys
import tempfile
import time
from contextlib import AsyncExitStack, closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storage import redraws
from storage.database import open_database
from storage.deliveries import in_state
from tests.loopback import serving
from tests.talk_day_crowd import Crowd
from tests.talk_day_judge import Records, Verdict, judge
from tests.talk_day_news import LATER, MORNING, RULES, feed, outlets
from tests.talk_slack import MISSING, RIG, Bot, Room, Slack, configured, running, slack, until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.settings import Language
    from storage.database import Database
    from tests.loopback import Loopback
    from tests.talk_day_news import Report

ALERTS, DIGEST, SPANISH = "C0DAYALERT", "C0DAYDIGES", "C0DAYSPANI"
ROOMS = (Room(ALERTS, "alerts", more="topics = ['water', 'transit']\nurgent = true"),
         Room(DIGEST, "digest", "['23:59']", "urgent = true"),
         Room(SPANISH, "noticias", "['23:59']", "language = 'es'"))
LANGUAGES: dict[str, Language] = {ALERTS: "en", DIGEST: "en", SPANISH: "es"}


@dataclass(slots=True)
class Plan:
    """`rate` is in presses a second; `speed` how much wider Slack's limits are; of news and channels the first so many
    are there."""

    presses: int = 1_000
    people: int = 20
    drops: int = 10
    seed: int = 0
    rate: float = 10.0
    speed: float = 1.0
    news: int = len(MORNING)
    rooms: int = len(ROOMS)


async def run(plan: Plan, folder: Path) -> Records:
    """The whole day; what is left of it, beside the database in the folder. Raises RuntimeError where the bot fails."""
    people, rooms = everybody(plan), ROOMS[:plan.rooms]
    morning, later = MORNING[:plan.news], LATER[:plan.news]
    (folder / "team").mkdir()
    (folder / "team" / "day.toml").write_text(RULES)
    more = f"[delivery]\ngap_seconds = {1.2 / plan.speed}"
    async with AsyncExitStack() as stack:
        where = await stack.enter_async_context(slack(folder, people, rooms, plan.speed))
        papers = stack.enter_context(serving())
        feeds = published(papers, morning)
        config = configured(folder, where, rooms, feeds, admins=admins(plan), more=more)
        bot = await stack.enter_async_context(running(config, where))
        database = stack.enter_context(closing(open_database(f"sqlite:///{folder}/day.db")))
        crowd = Crowd(where, people, random.Random(plan.seed))
        await _posted(bot, database, rooms, len(morning))
        cut = await _pressing(crowd, plan, plan.presses // 2, plan.drops // 2)
        await _quiet(where)
        await bot.end(signal.SIGKILL)
        configured(folder, where, rooms, [*feeds, *published(papers, later)], admins=admins(plan), more=more)
        await bot.start()
        await _posted(bot, database, rooms, len(morning) + len(later))
        cut += await _pressing(crowd, plan, plan.presses, plan.drops - plan.drops // 2)
        standing = await _settled(where, database)
        if status := await bot.end(signal.SIGTERM):
            raise RuntimeError(f"the bot left with {status}; its log says why")
        return Records(where.lines("envelopes"), where.lines("acks"), where.lines("requests"),
                       where.lines("messages"), standing, where.audit(), cut)


def everybody(plan: Plan) -> list[str]:
    """The people of the day."""
    return [f"U0DAY{number:05d}" for number in range(plan.people)]


def admins(plan: Plan) -> list[str]:
    """Those of them who may mute a topic."""
    return everybody(plan)[:2]


def judged(plan: Plan, folder: Path, records: Records) -> Verdict:
    """What the judge says of a day that was."""
    with closing(open_database(f"sqlite:///{folder}/day.db")) as database:
        return judge(records, database, admins(plan), LANGUAGES)


def published(papers: Loopback, reports: Sequence[Report]) -> list[tuple[str, str]]:
    """The feeds of these reports come out: address and outlet of each."""
    for outlet in outlets(reports):
        papers.answer(f"/{outlet.replace(' ', '-')}", feed(outlet, reports, datetime.now(UTC)),
                      headers={"Content-Type": "application/rss+xml"})
    return [(papers.url(f"/{outlet.replace(' ', '-')}"), outlet) for outlet in outlets(reports)]


async def _posted(bot: Bot, database: Database, rooms: Sequence[Room], number: int) -> None:
    """Every article is matched, and the digests are told and stand in Slack."""

    async def matched() -> bool:
        return _number(database, "SELECT count(DISTINCT article_id) FROM matches") >= number

    async def told() -> bool:
        return not _open(database)

    await until(matched, "the articles do not arrive")
    for room in rooms[1:]:
        await bot.command("digest", "now", room.name)
    await until(told, "the digests are not posted", 240)


async def _pressing(crowd: Crowd, plan: Plan, upto: int, drops: int) -> list[float]:
    """Press until so many were, losing and replacing connections meanwhile; when connections were lost."""
    cut: list[float] = []
    begun = crowd.pressed
    last = begun + (upto - begun) * 0.8  # several press at a moment: the last one may be further on than it is due
    moments = sorted(crowd.dice.uniform(begun, last) for _ in range(drops))
    refresh = crowd.dice.uniform(begun, last)
    while crowd.pressed < upto:
        if moments and crowd.pressed >= moments[0]:
            moments.pop(0)
            await asyncio.gather(crowd.press(), crowd.slack.do("drop_sockets"))
            cut.append(time.time())
        elif crowd.pressed >= refresh:
            refresh = float(upto)
            await asyncio.gather(crowd.press(), crowd.slack.do("disconnect", reason="refresh_requested"))
        else:
            await crowd.press()
        await asyncio.sleep(crowd.dice.expovariate(plan.rate / 2.2))  # 2.2 presses at a moment in the mean
    return cut


async def _quiet(where: Slack) -> None:
    """Nobody presses, and what was pressed is stored: the bot had three seconds for it."""
    await asyncio.sleep(3.0)

    async def heard() -> bool:
        return bool(await where.connected())

    await until(heard, "the bot does not listen")


async def _settled(where: Slack, database: Database) -> list[dict[str, Any]]:
    """What stands in the channels once every message shows what is stored."""
    await _quiet(where)

    async def settled() -> bool:
        with database.read() as connection:
            return not redraws.behind(connection) and not in_state(connection, "pending", "sending", "uncertain")

    with suppress(TimeoutError):  # the judge says which
        await until(settled, "messages are behind", 300)
    await asyncio.sleep(1.0)
    return await where.messages()


def _open(database: Database) -> bool:
    with database.read() as connection:
        return bool(in_state(connection, "pending", "sending", "uncertain"))


def _number(database: Database, query: str) -> int:
    with database.read() as connection:
        return int(connection.exec_driver_sql(query).scalar_one())


def told(verdict: Verdict, seconds: float) -> str:
    """The day in lines."""
    lines = [f"in {seconds:.0f} s", *(f"{name}: {number}" for name, number in verdict.figures.items())]
    for name, said in verdict.wrong.items():
        lines += [f"WRONG, {name}: {len(said)}", *(f"    {one}" for one in said[:20])]
    return "\n".join([*lines, "" if verdict.wrong else "nothing is wrong", ""])


def main() -> int:
    """One day; 0 where nothing was wrong with it."""
    parser = argparse.ArgumentParser(prog="python -m tests.talk_day", description=__doc__)
    parser.add_argument("--presses", type=int, default=1_000)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--drops", type=int, default=10, help="how often all connections are cut")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=float, default=10.0, help="presses a second")
    parser.add_argument("--speed", type=float, default=1.0, help="how much wider Slack's limits are")
    parser.add_argument("--keep", type=Path, help="folder that keeps the database, the records and the log")
    wanted = vars(parser.parse_args())
    keep = wanted.pop("keep")
    if not RIG.exists():
        sys.exit(f"skipped: {MISSING}")
    begun, plan = time.monotonic(), Plan(**wanted)
    with tempfile.TemporaryDirectory() as own:
        folder = Path(tempfile.mkdtemp(prefix="talk-", dir=keep)) if keep else Path(own)
        verdict = judged(plan, folder, asyncio.run(run(plan, folder)))
    sys.stdout.write(told(verdict, time.monotonic() - begun))
    return int(bool(verdict.wrong))


if __name__ == "__main__":
    sys.exit(main())
