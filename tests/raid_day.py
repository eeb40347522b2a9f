"""A day of raids, three hours long and run in minutes: `python -m tests.raid_day [--kills N] [--seed N]`.

Sixty articles about two events come out one by one; the whole bot reads and posts them, with a clock that runs faster,
and is killed at random moments. Then the channel is read: what stands there is judged by raid_day_judge.

Against the stricter feed server and Slack where a checkout has them beside it, else against our own.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tests.crash_rig import RIG
from tests.raid_day_bot import CHANNEL, WATCHED, Life
from tests.raid_day_judge import Day, Posted, judge
from tests.raid_day_news import HOMES, short_day, whole_day
from tests.raid_day_press import FEED_SERVER, feed_server, pressing
from tests.slack_standin import TOKEN, StandIn, beside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.raid_day_news import Report
    from tests.raid_day_press import Feeds, Press

ROOT = Path(__file__).resolve().parent.parent
WHOLE_SPEED, KILLED_SPEED = 60.0, 24.0  # a restart takes seconds of ours, which are minutes of the bot's
AFTER = 130.0  # minutes of the bot's clock after the last article: two updates, and the sweep
KILLED_AFTER = 20.0  # minutes: so long it goes on after the last article where it is to be killed
SHORTEST_LIFE = 0.5  # seconds


class Slack(Protocol):
    """The Slack of the day: our stand-in, or a stricter one."""

    url: str
    token: str

    def posted(self) -> list[Posted]:
        """What stands in the channel, in the order it came."""

    def audit(self) -> list[str]:
        """What else was wrong with the calls."""


@dataclass(slots=True)
class Ours:
    """Our own stand-in."""

    standin: StandIn
    url: str
    token: str = TOKEN

    def posted(self) -> list[Posted]:
        """From its memory."""
        return [_posted(one.ts, one.thread, one.body, one.broadcast) for one in self.standin.visible()]

    def audit(self) -> list[str]:
        """Copies that were deleted again, and calls above the rate."""
        return ["a message was deleted"] * sum(one.removed for one in self.standin.messages) + [
            "a call was above the rate"] * self.standin.over_rate()


@dataclass(slots=True)
class Stricter:
    """The program beside the checkout, from what it wrote down."""

    state: Path
    url: str
    token: str

    def posted(self) -> list[Posted]:
        """Everything but what was deleted."""
        lines = [json.loads(line) for line in (self.state / "messages.jsonl").read_text().splitlines()]
        gone = {line["ts"] for line in lines if line["op"] == "delete"}
        return [_posted(line["ts"], line["thread_ts"] or "", line["message"],
                        line["message"].get("subtype") == "thread_broadcast")
                for line in lines if line["op"] == "post" and line["ts"] not in gone]

    def audit(self) -> list[str]:
        """What its own audit finds."""
        command = [sys.executable, str(RIG), "--audit", str(self.state), "--audit-key", "delivery_id,part"]
        said = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
        return [f"lint {code} {number} times" for code, number in said["lint"].items()] + [
            f"posted twice: {key}" for key in said["duplicates_by_key"]]


def _posted(ts: str, thread: str, body: Mapping[str, Any], broadcast: bool) -> Posted:
    metadata = body["metadata"]
    marker = metadata["event_payload"]
    return Posted(ts, thread, (marker["delivery_id"], marker["part"]), metadata["event_type"].removeprefix("dateline_"),
                  json.dumps([body.get("text"), body.get("blocks")], ensure_ascii=False), broadcast)


@dataclass(slots=True)
class Bot:
    """A process that lives one life after the other, each begun when the last one was killed."""

    process: subprocess.Popen[str]
    life: Life
    pid: int = 0
    began: float = 0.0
    killed: list[int] = field(default_factory=list)
    failed: bool = False
    ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Live until a life ends by itself."""
        assert self.process.stdin
        assert self.process.stdout
        while True:
            self.process.stdin.write(json.dumps(asdict(self.life)) + "\n")
            self.process.stdin.flush()
            self.pid, self.began = json.loads(self.process.stdout.readline() or "{}").get("pid", 0), time.monotonic()
            how = json.loads(self.process.stdout.readline() or "{}")
            if how.get("signal") != signal.SIGKILL:
                self.failed = how != {"status": 0}
                self.process.stdin.close()
                self.ended.set()
                return

    def kill(self) -> None:
        """End this life, once it has begun; of two deaths close together each has a life of its own."""
        while self.pid in (0, *self.killed[-1:]) or time.monotonic() < self.began + SHORTEST_LIFE:
            if self.ended.wait(0.05):
                return
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
            self.killed.append(self.pid)


@contextmanager
def our_slack(folder: Path, speed: float) -> Iterator[Slack]:
    """Our stand-in; its limits are as much faster as the clock."""
    with beside(StandIn(speed)) as standin:
        yield Ours(standin, standin.url)


@contextmanager
def stricter_slack(folder: Path, speed: float) -> Iterator[Slack]:
    """The other one, on a free port."""
    workspace = folder / "workspace.json"
    workspace.write_text(json.dumps({"channels": [{"id": CHANNEL, "name": "raids", "is_member": True}]}))
    fast = ["--post-rate", f"{speed}", "--tier-scale", f"{speed}", "--workspace-per-minute", f"{300 * speed}"]
    command = [sys.executable, str(RIG), "--port", "0", "--state", str(folder / "slack"), "--workspace",
               str(workspace), *fast]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        ready = json.loads(process.stdout.readline())
        try:
            yield Stricter(folder / "slack", ready["base_url"], ready["bot_token"])
        finally:
            process.terminate()


@contextmanager
def bot(life: Life, log: Path) -> Iterator[Bot]:
    """A bot, begun, and ended with the block."""
    environment = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    with log.open("a") as errors, subprocess.Popen(
            [sys.executable, "-m", "tests.raid_day_bot"], cwd=ROOT, env=environment, stderr=errors, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        living = Bot(process, life)
        thread = threading.Thread(target=living.run, daemon=True)
        thread.start()
        try:
            yield living
        finally:
            if not living.ended.is_set():
                living.ended.set()
                with suppress(ProcessLookupError):
                    os.kill(living.pid, signal.SIGKILL)
                process.kill()
            thread.join()


def run(
    reports: Sequence[Report], folder: Path, *, speed: float, kills: int = 0, seed: int = 0, strict: bool = False
) -> tuple[Day, int]:
    """The whole of it; what stands in the channel, judged, and how often the bot was killed."""
    with ExitStack() as stack:
        press = stack.enter_context(pressing(reports))
        feeds: Feeds = stack.enter_context(feed_server(folder, speed)) if strict else press
        slack = stack.enter_context((stricter_slack if strict else our_slack)(folder, speed))
        last = max(report.minute for report in reports)
        outlets = sorted({report.outlet for report in reports})
        rules = folder / "team-rules"
        rules.mkdir()
        (rules / "places.toml").write_text(WATCHED)
        life = Life(str(folder / "dateline.db"), str(rules), slack.url, slack.token, time.time(), speed,
                    [(feeds.address(outlet), outlet, HOMES.get(outlet, "")) for outlet in outlets],
                    sorted({press.port, feeds.port}), len(reports), last + KILLED_AFTER * bool(kills), last + AFTER)
        living = stack.enter_context(bot(life, folder / "bot.log"))
        dice = random.Random(seed)
        _come_out(reports, press, feeds, living,
                  sorted(dice.uniform(0.0, last + KILLED_AFTER) * 60.0 / speed for _ in range(kills)))
        living.ended.wait((last + AFTER) * 60.0 / speed + 120.0)
        failed = ["a life ended in an error: the log says which"] * (living.failed or not living.ended.is_set())
        return judge(reports, slack.posted(), [*slack.audit(), *failed]), len(living.killed)


def _come_out(
    reports: Sequence[Report], press: Press, feeds: Feeds, living: Bot, deaths: Sequence[float]
) -> None:
    """Publish each article in its minute, and kill the bot when its time is up; both on the clock of the day."""
    life, order = living.life, count()
    moments: list[tuple[float, int, Report | None]] = [
        *((report.minute * 60.0 / life.speed, next(order), report) for report in reports),
        *((death, next(order), None) for death in deaths)]
    for seconds, _, report in sorted(moments, key=lambda moment: moment[:2]):
        living.ended.wait(max(0.0, life.began + seconds - time.time()))
        if report:
            feeds.publish(report, press.link(report))
        else:
            living.kill()


def main() -> int:
    """One day; 0 where nothing was wrong with it."""
    parser = argparse.ArgumentParser(prog="python -m tests.raid_day", description=__doc__)
    parser.add_argument("--kills", type=int, default=0, help="how often the bot is killed")
    parser.add_argument("--seed", type=int, default=0, help="for the moments of the kills, and what a short day has")
    parser.add_argument("--speed", type=float, help="how much faster the clock goes")
    parser.add_argument("--short", action="store_true", help="24 of the articles in 80 minutes")
    parser.add_argument("--own", action="store_true", help="against our own feeds and Slack, also where others are")
    parser.add_argument("--keep", type=Path, help="folder in which each day leaves one with its database and logs")
    wanted = parser.parse_args()
    reports = short_day(wanted.seed) if wanted.short else whole_day()
    strict = not wanted.own and RIG.exists() and FEED_SERVER.exists()
    speed = wanted.speed or (KILLED_SPEED if wanted.kills else WHOLE_SPEED)
    with ExitStack() as stack:
        if wanted.keep:
            wanted.keep.mkdir(parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix="day-", dir=wanted.keep))  # a day that goes on is another day
        else:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        begun = time.monotonic()
        day, kills = run(reports, folder, speed=speed, kills=wanted.kills, seed=wanted.seed, strict=strict)
    sys.stdout.write(told(day, kills, time.monotonic() - begun, "the stricter servers" if strict else "our own"))
    return int(bool(day.wrong or day.stories or kills < wanted.kills))


def told(day: Day, kills: int, seconds: float, against: str) -> str:
    """The day in lines."""
    lines = [f"against {against}, in {seconds:.0f} s, killed {kills} times",
             ", ".join(f"{name}: {number}" for name, number in day.figures.items())]
    for name, said in {**day.wrong, **day.stories}.items():
        lines += [f"{name}: {len(said)}", *(f"    {one}" for one in said)]
    return "\n".join([*lines, "" if day.wrong or day.stories else "nothing is wrong", ""])


if __name__ == "__main__":
    sys.exit(main())
