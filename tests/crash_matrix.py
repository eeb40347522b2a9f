"""The crash matrix: hundreds of stories of a bot that is killed while it posts, each judged. `make soak` runs it whole.

A story has a database and a Slack of its own. Drivers (tests/crash_driver.py) live its lives one after the other, until
one ends by itself; then every message must stand exactly once. Stories wait most of the time, so several go on at once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tests import crash_judge, crash_rig
from tests.crash_plan import DONE, LATE, POINTS, SPEED, STALLED, Case, at_any_time, at_point
from tests.slack_standin import TOKEN, StandIn, standing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Sequence
    from contextlib import AbstractAsyncContextManager

    from tests.crash_judge import Judgement, Ledger

    Slacks = Callable[[Case, Path], AbstractAsyncContextManager["Slack"]]

log = logging.getLogger("crash")

ROOT = Path(__file__).resolve().parent.parent
AT_ONCE = 8  # stories; on two cores more of them only make Slack look slow
LIFE_SECONDS = 45.0  # of the last life, in which all must come to rest


class Slack(Protocol):
    """The Slack of one story: our stand-in, or another one."""

    url: str
    token: str

    def client_died(self) -> None:
        """The bot was killed."""

    def ledger(self) -> Ledger:
        """What it counted, once the story is over."""


@dataclass(slots=True)
class Ours:
    """Our own stand-in."""

    standin: StandIn
    url: str
    token: str = TOKEN

    def client_died(self) -> None:
        """It is told."""
        self.standin.client_died()

    def ledger(self) -> Ledger:
        """From its memory."""
        shown = [crash_judge.Shown(m.channel, m.ts, m.thread, m.key, m.removed, m.broadcast)
                 for m in self.standin.messages]
        return crash_judge.Ledger(shown, self.standin.early(), self.standin.over_rate())


@dataclass(slots=True)
class Driver:
    """A process that lives one life at a time."""

    process: asyncio.subprocess.Process

    async def order(self, life: dict[str, Any]) -> None:
        """Begin a life."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(life).encode() + b"\n")
        await self.process.stdin.drain()

    async def hear(self) -> dict[str, int]:
        """The next thing it says: {"signal": n}, {"status": n} or {"stalled": 1}."""
        assert self.process.stdout
        line = await asyncio.wait_for(self.process.stdout.readline(), LIFE_SECONDS + 60)
        if not line:
            raise RuntimeError("a driver ended; its log says why")
        said: dict[str, int] = json.loads(line)
        if said.get("status", DONE) not in (DONE, LATE):
            raise RuntimeError("a life ended in an error; the log of the drivers says which")
        return said


@dataclass(slots=True)
class Result:
    """How one story went. `reached` says whether the first kill came where it was meant to."""

    case: Case
    judgement: Judgement
    kills: int
    reached: bool
    seconds: float


@asynccontextmanager
async def ours(case: Case, folder: Path) -> AsyncIterator[Slack]:
    """A stand-in of our own."""
    standin = StandIn(SPEED, case.fresh_faults(), case.lag, case.skew, case.page)
    async with standing(standin):
        yield Ours(standin, standin.url)


@asynccontextmanager
async def drivers(number: int, log: Path) -> AsyncIterator[asyncio.Queue[Driver]]:
    """That many driver processes, free ones in a queue."""
    free: asyncio.Queue[Driver] = asyncio.Queue()
    everybody = []
    environment = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    with log.open("ab") as errors:
        for _ in range(number):
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.crash_driver", cwd=ROOT, env=environment, stderr=errors,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
            everybody.append(process)
            free.put_nowait(Driver(process))
    try:
        yield free
    finally:
        for process in everybody:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def live_through(case: Case, slack: Slack, database: Path, free: asyncio.Queue[Driver]) -> tuple[int, bool]:
    """All lives of a story; how many were cut short, and whether the first came to its point."""
    life = {"database": str(database), "url": slack.url, "token": slack.token, "dead": case.dead,
            "seconds": LIFE_SECONDS, "alone": bool(case.seed % 2)}
    ends = []
    for kill in (*case.kills, None):
        spec = life | {"kill": asdict(kill) if kill else None}
        ends.append(await (_overtaken(spec, free) if kill and kill.point == STALLED else _lived(spec, free)))
        if ends[-1] == "ended":
            break
        slack.client_died()
    return ends.count("killed"), ends[0] != "ended"


async def _lived(spec: dict[str, Any], free: asyncio.Queue[Driver]) -> str:
    driver = await free.get()
    await driver.order(spec)
    said = await driver.hear()
    free.put_nowait(driver)
    return "killed" if "signal" in said else "ended"


async def _overtaken(spec: dict[str, Any], free: asyncio.Queue[Driver]) -> str:
    """One sender stalls, a second one takes over, the first wakes up and goes on as if nothing had been."""
    slow = await free.get()
    await slow.order(spec)
    said = await slow.hear()
    if "stalled" not in said:
        free.put_nowait(slow)
        return "ended"
    second = asyncio.create_task(_lived(spec | {"kill": None, "alone": False}, free))
    await slow.hear()
    free.put_nowait(slow)
    await second
    return "overtaken"


async def tell(case: Case, folder: Path, free: asyncio.Queue[Driver], slacks: Slacks) -> Result:
    """One story from beginning to end."""
    folder.mkdir(parents=True)
    begun = time.monotonic()
    async with slacks(case, folder) as slack:
        kills, reached = await live_through(case, slack, folder / "dateline.db", free)
        ledger = slack.ledger()
    judgement = crash_judge.judge(case, crash_judge.rows(folder / "dateline.db"), ledger)
    return Result(case, judgement, kills, reached, time.monotonic() - begun)


async def run(cases: Iterable[Case], folder: Path, slacks: Slacks = ours, at_once: int = AT_ONCE) -> list[Result]:
    """All stories, several at once, in their order."""
    async with AsyncExitStack() as stack:
        free = await stack.enter_async_context(drivers(at_once, folder / "drivers.log"))
        turn = asyncio.Semaphore(at_once - 1)  # one driver is spare, for the second sender of a story

        async def one(number: int, case: Case) -> Result:
            async with turn:
                result = await tell(case, folder / f"{number:04d}", free, slacks)
            for name, said in result.judgement.wrong.items():
                log.warning("%04d %s, seed %d: %s: %s", number, case.name, case.seed, name, "; ".join(said[:4]))
            return result

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(number, case)) for number, case in enumerate(cases)]
        return [task.result() for task in tasks]


def matrix(seeds: int, kills: int) -> list[Case]:
    """So many stories for each point, and as many as it takes for so many kills at any time."""
    stories = [at_point(point, seed) for point in POINTS for seed in range(seeds)]
    # Six lives each; some end before their time is up.
    return stories + [at_any_time(seed) for seed in range(-(-kills // 5))]


def table(results: Sequence[Result]) -> str:
    """What happened, a line a point; the last one is the sum."""
    heads = ("stories", "kills", "came there", "attempts", "stood", "stood twice", "wrong", "longest s")
    lines = [f"{'':26}" + "".join(f"{head:>13}" for head in heads)]
    names = list(dict.fromkeys(result.case.name for result in results))
    for name in (*names, "all"):
        chosen = [result for result in results if name in (result.case.name, "all")]
        lines.append(f"{name:26}" + "".join(f"{number:>13}" for number in _figures(chosen)))
    wrong = Counter(kind for result in results for kind in result.judgement.wrong)
    return "\n".join([*lines, f"wrong: {dict(wrong) if wrong else 'nothing'}"])


def _figures(results: Sequence[Result]) -> tuple[int, ...]:
    """Of some stories: all sums but the last, which is the longest."""
    found = [result.judgement.figures for result in results]
    named = [sum(figures[name] for figures in found) for name in ("attempts", "stood", "stood twice for a while")]
    return (len(results), sum(result.kills for result in results), sum(result.reached for result in results), *named,
            sum(bool(result.judgement.wrong) for result in results), round(max(result.seconds for result in results)))


def main() -> int:
    """The whole matrix; 0 where nothing was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash_matrix", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="stories for each crash point")
    parser.add_argument("--kills", type=int, default=500, help="kills at any time")
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help="stories at a time")
    parser.add_argument("--keep", type=Path, help="folder for databases and logs")
    wanted = parser.parse_args()
    logging.basicConfig(format="%(message)s")
    wrong = False
    for name, slacks in rounds():
        with tempfile.TemporaryDirectory() as made:
            folder = (wanted.keep or Path(made)) / name
            folder.mkdir(parents=True)
            results = asyncio.run(run(matrix(wanted.seeds, wanted.kills), folder, slacks, wanted.at_once))
        sys.stdout.write(f"against {name}:\n{table(results)}\n")
        wrong |= any(result.judgement.wrong for result in results)
    return int(wrong)


def rounds() -> list[tuple[str, Slacks]]:
    """Our own stand-in, and the stricter one where there is one."""
    if crash_rig.RIG.exists():
        return [("standin", ours), ("rig", crash_rig.rig)]
    sys.stdout.write(f"there is no {crash_rig.RIG}: against our own stand-in alone\n")
    return [("standin", ours)]


if __name__ == "__main__":
    sys.exit(main())
