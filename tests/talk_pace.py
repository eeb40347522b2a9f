"""How soon a press or a command is acknowledged while a thousand feeds are read for the first time.

`python -m tests.talk_pace [--feeds 1000]`. The whole bot at a strict Slack: two things a second are pressed or typed,
first while it has little to do, then from the start of a bot that finds all these feeds new until it has read and
matched them. Beside it how long until the message showed what was pressed, and until a command was answered.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
import tempfile
import time
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storage.database import open_database
from tests.loopback import serving
from tests.talk_day import published
from tests.talk_day_crowd import Thing, things
from tests.talk_day_news import MORNING, RULES
from tests.talk_slack import MISSING, RIG, ROOT, Room, Slack, configured, running, slack, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

    from storage.database import Database

ROOMS = (Room("C0PACE0001", "alerts", more="urgent = true"),)
PRESSERS, TYPISTS = ([f"U0{who}{number:05d}" for number in range(30)] for who in ("PRESS", "TYPES"))
COMMANDS = ("search water main", "help", "mutes", "feeds", "rules library")
GAP = 0.5  # seconds between two things that are said
GOAL = 500.0  # milliseconds, of 99 in 100 acknowledgements


@dataclass(slots=True)
class Phase:
    """What was measured: milliseconds until each was acknowledged, shown, answered."""

    name: str
    begun: float = field(default_factory=time.time)
    ended: float = 0.0
    lost: int = 0
    acknowledged: dict[str, list[float]] = field(default_factory=dict)
    shown: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@asynccontextmanager
async def site(number: int) -> AsyncIterator[list[str]]:
    """So many feeds of the benchmark of collecting; their addresses."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.collecting_feeds", str(number), cwd=ROOT, stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE, limit=2**20)
    try:
        assert process.stdin
        assert process.stdout
        served = json.loads(await process.stdout.readline())
        process.stdin.write(b"all 0\n")
        await process.stdout.readline()
        yield served["urls"]
    finally:
        process.terminate()
        await process.wait()


async def talking(where: Slack, phase: Phase, over: Callable[[], Awaitable[bool]], moments: Iterator[int]) -> None:
    """Press and type in turn, twice a second, until it is over; each press changes what a message shows."""
    pressable = {name: [thing for message in await where.messages() for thing in things(message)
                        if thing.action == name] for name in ("relevant", "not-relevant")}
    due = time.monotonic()
    while not await over():
        number = next(moments)
        await _say(where, number, pressable)
        due += GAP
        await asyncio.sleep(max(0.0, due - time.monotonic()))
    phase.ended = time.time()


async def _say(where: Slack, number: int, pressable: dict[str, list[Thing]]) -> None:
    """Another person each time, who returns to the same item to say the opposite."""
    turn, which = divmod(number // 2, len(PRESSERS))
    if number % 2:
        await where.do("slash", user=TYPISTS[which], channel=ROOMS[0].id, command="/dateline",
                       text=COMMANDS[number // 2 % len(COMMANDS)])
        return
    there = pressable[("relevant", "not-relevant")[turn % 2]]
    await where.do("click", user=PRESSERS[which], **there[which % len(there)].place)


def measure(where: Slack, phase: Phase) -> None:
    """Read what the Slack wrote down of the phase."""
    sent = [line for line in where.lines("envelopes") if phase.begun <= line["at"] < phase.ended]
    acks = {line["envelope_id"]: line["latency_ms"] for line in where.lines("acks") if not line["timeout"]}
    changes = where.lines("messages")
    for line in sent:
        latency = acks.get(line.get("envelope_id"))
        if latency is None:
            phase.lost += 1
            continue
        phase.acknowledged.setdefault(line["type"], []).append(latency)
        wanted = _showing(line) if line["type"] == "interactive" else _answering(line)
        at = next((one["arrived_at"] for one in changes if one["arrived_at"] >= line["at"] and wanted(one)), None)
        if at is None:
            phase.notes.append(f"{line['label']} was never shown or answered")
        else:
            (phase.shown if line["type"] == "interactive" else phase.answered).append((at - line["at"]) * 1_000)


def _showing(line: dict[str, Any]) -> Callable[[dict[str, Any]], bool]:
    ts = line["payload"]["container"]["message_ts"]
    return lambda one: bool(one["op"] == "update" and one["ts"] == ts)


def _answering(line: dict[str, Any]) -> Callable[[dict[str, Any]], bool]:
    person = line["payload"]["user_id"]
    return lambda one: bool(one["op"] == "ephemeral" and one["user"] == person)


def row(values: Sequence[float]) -> str:
    """How many, and their middle, 99th of 100, and largest."""
    if not values:
        return "none"
    middle = sorted(values)[len(values) // 2]
    return f"{len(values):5}   p50 {middle:8.1f}   p99 {high(values):8.1f}   max {max(values):8.1f} ms"


def high(values: Sequence[float]) -> float:
    """Of a hundred, 99 are no higher."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.99))]


def told(phases: Sequence[Phase]) -> str:
    """The phases in lines."""
    lines = []
    for phase in phases:
        lines += [f"{phase.name}, {phase.ended - phase.begun:.0f} s"]
        lines += [f"  {kind:16} acknowledged {row(values)}" for kind, values in phase.acknowledged.items()]
        lines += [f"  presses          shown        {row(phase.shown)}",
                  f"  commands         answered     {row(phase.answered)}",
                  f"  never acknowledged: {phase.lost}", *(f"  {note}" for note in phase.notes)]
    return "\n".join(lines) + "\n"


async def run(number: int, quiet: float, folder: Path) -> list[Phase]:
    """Both phases, measured."""
    (folder / "team").mkdir()
    (folder / "team" / "pace.toml").write_text(RULES)
    async with AsyncExitStack() as stack:
        where = await stack.enter_async_context(slack(folder, [*PRESSERS, *TYPISTS], ROOMS))
        papers = published(stack.enter_context(serving()), MORNING)
        bot = await stack.enter_async_context(running(_config(folder, where, papers), where))
        database = open_database(f"sqlite:///{folder}/day.db")
        stack.callback(database.close)
        await until(lambda: _posted(database), "the alerts are not posted")
        moments, phases = count(), [Phase("with little to do")]
        await talking(where, phases[0], lambda: _after(phases[0], quiet), moments)
        await bot.end(signal.SIGTERM)
        found = await stack.enter_async_context(site(number))
        bot.config = _config(folder, where, [*papers, *((url, f"Paper {at}") for at, url in enumerate(found))])
        await bot.start()
        phases.append(Phase(f"during a first poll of {number} feeds"))
        await talking(where, phases[1], lambda: _read(database, phases[1], number + len(papers)), moments)
        await asyncio.sleep(10.0)  # what was said at the end of it is shown
        await bot.end(signal.SIGTERM)
        for phase in phases:
            measure(where, phase)
    return phases


def _config(folder: Path, where: Slack, feeds: Sequence[tuple[str, str]]) -> Path:
    return configured(folder, where, ROOMS, feeds, packs=["immigration"])


async def _posted(database: Database) -> bool:
    return 0 < _number(database, "SELECT count(*) FROM deliveries WHERE state = 'sent'") == _number(
        database, "SELECT count(*) FROM deliveries")


async def _after(phase: Phase, seconds: float) -> bool:
    return time.time() > phase.begun + seconds


async def _read(database: Database, phase: Phase, feeds: int) -> bool:
    """Whether all feeds were read, and all their articles matched; notes when each came to pass."""
    seconds = time.time() - phase.begun
    for what, query, wanted in (
            ("read", "SELECT count(*) FROM feeds WHERE first_ok_at IS NOT NULL", feeds),
            ("matched", "SELECT NOT count(*) FROM articles WHERE rules_hash IS NULL AND duplicate_of IS NULL", 1)):
        if _number(database, query) < wanted:
            return False
        if not any(what in note for note in phase.notes):
            articles = _number(database, "SELECT count(*) FROM articles")
            phase.notes.append(f"all was {what} after {seconds:.0f} s; {articles} articles so far")
    return True


def _number(database: Database, query: str) -> int:
    with database.read() as connection:
        return int(connection.exec_driver_sql(query).scalar_one())


def main() -> int:
    """Both phases; 0 where 99 in 100 acknowledgements came within half a second, and none was missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.talk_pace", description=__doc__)
    parser.add_argument("--feeds", type=int, default=1_000)
    parser.add_argument("--quiet", type=float, default=60.0, help="seconds of the phase with little to do")
    parser.add_argument("--keep", type=Path, help="folder that keeps the database, the records and the log")
    wanted = parser.parse_args()
    if not RIG.exists():
        sys.exit(f"skipped: {MISSING}")
    with tempfile.TemporaryDirectory() as own:
        folder = Path(tempfile.mkdtemp(prefix="pace-", dir=wanted.keep)) if wanted.keep else Path(own)
        phases = asyncio.run(run(wanted.feeds, wanted.quiet, folder))
    sys.stdout.write(told(phases))
    return int(any(phase.lost or high(values) > GOAL for phase in phases for values in phase.acknowledged.values()))


if __name__ == "__main__":
    sys.exit(main())
