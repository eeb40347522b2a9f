"""Good feeds among evil ones, measured: `python -m tests.isolation_day --minutes 5`.

Forty good feeds on one server are polled every minute of the bot's clock, beside every damaged and hostile feed of
another. Each of those is made due again every half minute, so that the pressure never ends. What is measured is taken
from outside: how long after its time a good feed's poll is stored and its news posted, how much memory the bot and its
children hold, and who knocked where nobody may. Only the pulse of the event loop is taken within, and beside it that of
an idle one, as this machine has others to serve.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sqlite3
import sys
import tempfile
import threading
import time
from collections import defaultdict
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.digest.publish import OPENING
from tests.collect_life import Life, clock
from tests.collect_rig import FEED_SERVER, feed_server
from tests.etiquette_day import bot
from tests.isolation_bot import PULSE, pulse

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Sequence

    from tests.collect_rig import Server

SPEED = 6.0  # a minute of the bot's clock, the shortest interval, is ten seconds of ours
GOOD = 40
LOOK = 0.1  # seconds between two looks at the database
PRESS = 30.0  # seconds after which every evil feed is due again
RULE = """[topics]
lantern = 'Lantern'
[[rule]]
id = 'lantern'
topics = ['lantern']
query = 'lantern'
max_per_day = 1000000
"""
ALLOWED = {"stored late s p99": 5.0, "told late s p99": 5.0, "stall ms p99.9": 100.0, "main MB": 200.0,
           "child MB": 512.0, "canary hits": 0.0}


@dataclass(slots=True)
class Watch:
    """What was seen from outside. `due` is when each good feed is to be polled next.

    Messages count from `settled` on: what a channel gets in its first five minutes waits to be one digest.
    """

    database: Path
    good: str
    settled: datetime
    due: dict[int, datetime] = field(default_factory=dict)
    dues: defaultdict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))  # of all polls so far
    stored_late: list[float] = field(default_factory=list)
    main_kb: int = 0
    child_kb: int = 0
    pressed: float = 0.0

    def look(self, now: datetime, speed: float) -> None:
        """See which good feeds were polled since the last look."""
        with closing(sqlite3.connect(self.database, timeout=10)) as connection:
            rows = connection.execute("SELECT id, next_poll_at FROM feeds WHERE url LIKE ?",
                                      (self.good + "%",)).fetchall()
        for feed, next_poll in rows:
            following, before = _moment(next_poll), self.due.get(feed)
            if before and before != following:
                self.stored_late.append((now - before).total_seconds() / speed)
                self.dues[feed].append(before)
            self.due[feed] = following

    def weigh(self, pid: int) -> None:
        """See how much memory the bot and each of its children hold."""
        self.main_kb = max(self.main_kb, _memory(pid, "VmHWM"))
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            with suppress(OSError):
                self.child_kb = max([self.child_kb, *(_memory(int(child), "VmHWM")
                                                      for child in task.read_text().split())])

    def press(self, server: Server, now: datetime) -> None:
        """Make every evil feed due again."""
        if time.monotonic() < self.pressed + PRESS:
            return
        self.pressed = time.monotonic()
        with closing(sqlite3.connect(self.database, timeout=10)) as connection, connection:
            connection.execute("UPDATE feeds SET next_poll_at = ? WHERE url LIKE ?",
                               (f"{now:%Y-%m-%d %H:%M:%S.%f}", server.url("/%")))

    def told_late(self, speed: float) -> list[float]:
        """Seconds from the time of the poll that brought an article to the time when its message was posted."""
        query = ("SELECT e.feed_id, a.first_seen_at, min(d.finished_at) FROM digest_items i "
                 "JOIN articles a ON a.id = i.article_id JOIN entries e ON e.article_id = a.id "
                 "JOIN feeds f ON f.id = e.feed_id JOIN deliveries d ON d.delivery_id = i.digest_id "
                 "WHERE f.url LIKE ? AND d.finished_at IS NOT NULL GROUP BY e.feed_id, a.id")
        with closing(sqlite3.connect(self.database, timeout=10)) as connection:
            rows = connection.execute(query, (self.good + "%",)).fetchall()
        return [(_moment(told) - max(dues)).total_seconds() / speed for feed, seen, told in rows
                if (dues := [due for due in self.dues[feed] if self.settled < due <= _moment(seen)])]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _memory(pid: int, name: str) -> int:
    """A field of the process's status in kB; 0 where it is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1])
    return 0


def quantile(found: Sequence[float], share: float) -> float:
    """The value that so large a share does not exceed; not a number where there is none."""
    return sorted(found)[min(len(found) - 1, int(len(found) * share))] if found else float("nan")


@dataclass(slots=True)
class Idle:
    """An event loop that does nothing but beat, in a thread of this process, which does little itself."""

    late: list[float] = field(default_factory=list)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def run(self) -> None:
        """Until it is stopped."""
        task = self.loop.create_task(pulse(self.late))
        self.loop.run_forever()
        task.cancel()
        with suppress(asyncio.CancelledError):
            self.loop.run_until_complete(task)
        self.loop.close()


def article(dice: random.Random) -> dict[str, str]:
    """Something that happened, unlike anything before: it is told at once, and not as part of a story."""
    words = ["".join(dice.choices("bdfgklmnprst", k=1)[0] + dice.choice("aeiou") for _ in range(4)) for _ in range(40)]
    return {"title": f"Lantern {' '.join(words[:6])}", "body": f"The lantern of {' '.join(words)}."}


def run(folder: Path, *, seconds: float, evil: bool, good: int = GOOD) -> tuple[Watch, list[float], list[float], int]:
    """So long a time; what was seen, how late the pulse of the bot's loop and of an idle one came, and canary hits."""
    with ExitStack() as stack:
        server = stack.enter_context(feed_server(folder, "evil"))
        kind = stack.enter_context(feed_server(folder, "good"))
        paths = server.feeds("bad", "hostile") if evil else []
        feeds = [*((server.url(path), f"Evil {path}", True) for path in paths),
                 *((kind.url(f"/live/good{number}.xml"), f"Good {number}", True) for number in range(good))]
        (folder / "rules").mkdir()
        (folder / "rules" / "lantern.toml").write_text(RULE)
        life = Life(str(folder), feeds, [server.port, kind.port], time.time(), seconds, SPEED, interval=1, pages=False,
                    network={"host_gap": 0.02}, rules=str(folder / "rules"), tick=0.0)
        watch = Watch(folder / "dateline.db", kind.url("/"), clock(life)() + OPENING + timedelta(minutes=1))
        idle = Idle()
        thread = threading.Thread(target=idle.run)
        process = stack.enter_context(bot(life, "tests.isolation_bot"))
        thread.start()
        _watch(watch, process, clock(life), server, _news(kind, good))
        idle.loop.call_soon_threadsafe(idle.loop.stop)
        thread.join()
        if process.returncode:
            raise RuntimeError("the bot ended in an error; its log says which")
        late = json.loads((folder / PULSE).read_text())
        return watch, late, idle.late, server.strays() + kind.strays()


def _news(kind: Server, good: int) -> Iterator[float]:
    """Let something happen at each good feed in turn, each time this is asked and half a second is over."""
    dice, last = random.Random(0), 0.0
    for number in count():
        while time.monotonic() < last + 0.5:
            yield last
        last = time.monotonic()
        kind.ask("publish", feed=f"good{number % good}", **article(dice))


def _watch(
    watch: Watch, process: subprocess.Popen[bytes], now: Callable[[], datetime], server: Server, news: Iterator[float]
) -> None:
    """Look on until the bot ends."""
    while process.poll() is None:
        time.sleep(LOOK)
        with suppress(sqlite3.OperationalError):  # before its tables are there
            watch.look(now(), SPEED)
            watch.press(server, now())
        watch.weigh(process.pid)
        next(news)


def figures(watch: Watch, late: Sequence[float], idle: Sequence[float], hits: int) -> dict[str, float]:
    """What the goals are about, and what they are to be seen beside."""
    told, stored = watch.told_late(SPEED), watch.stored_late
    return {
        "polls of good feeds": len(stored), "stored late s p50": quantile(stored, 0.5),
        "stored late s p99": quantile(stored, 0.99), "stored late s max": max(stored, default=0.0),
        "told": len(told), "told late s p99": quantile(told, 0.99), "told late s max": max(told, default=0.0),
        "stall ms p99.9": quantile(late, 0.999), "stall ms max": max(late, default=0.0),
        "idle loop ms p99.9": quantile(idle, 0.999), "idle loop ms max": max(idle, default=0.0),
        "main MB": watch.main_kb / 1024, "child MB": watch.child_kb / 1024, "canary hits": hits,
    }


def main() -> int:
    """One run; 0 where every figure is within what is allowed."""
    parser = argparse.ArgumentParser(prog="python -m tests.isolation_day", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="of our clock")
    parser.add_argument("--good-alone", action="store_true", help="without the evil ones, to compare")
    parser.add_argument("--keep", type=Path, help="folder that is left with database and logs")
    wanted = parser.parse_args()
    if not FEED_SERVER.exists():
        sys.exit(f"the feed server is not there: {FEED_SERVER}")
    with ExitStack() as stack:
        folder = wanted.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        found = figures(*run(folder, seconds=wanted.minutes * 60, evil=not wanted.good_alone))
    for name, number in found.items():
        bound = ALLOWED.get(name)
        mark = "" if bound is None else f"   (allowed {bound:g}){'' if number <= bound else '  TOO MUCH'}"
        sys.stdout.write(f"{name:22} {number:10.2f}{mark}\n")
    return int(not all(found[name] <= bound for name, bound in ALLOWED.items()))


if __name__ == "__main__":
    sys.exit(main())
