"""A day among publishers, judged: `python -m tests.etiquette_day --minutes 60`.

The whole bot polls every feed of the stricter server, on one clock with it, is killed in the middle and started again;
then the server's log is judged. Deadlines and gaps between requests are those of our clock, so they stay as they are,
whatever the speed. Good feeds stand on a second server, as limits are those of a host.

Twenty times as fast a day takes 72 minutes. `--speed 240 --minutes 8` shows more than a day, too, but at that speed one
pass over two hundred feeds of one host takes hours of the bot's clock.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.collect_life import Life, ordered
from tests.collect_rig import FEED_SERVER, Server, feed_server, judged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parent.parent
EXTRA = ("/status/404", "/status/500", "/status/401", "/seq/custom?plan=200,500x40")  # answers that last
GOOD = tuple(f"/live/good{number}.xml" for number in range(1, 41))
# The judge allows five starts a second at one host; the gap keeps below that and lets a pass over all end in a minute.
GAP = 0.3


@contextmanager
def bot(life: Life, module: str = "tests.collect_life") -> Iterator[subprocess.Popen[bytes]]:
    """A life, begun; what is left of it at the end of the block is killed."""
    with (Path(life.folder) / "bot.log").open("ab") as errors, subprocess.Popen(
            [sys.executable, "-m", module], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=errors) as process:
        assert process.stdin
        process.stdin.write(ordered(life))
        process.stdin.close()
        try:
            yield process
        finally:
            process.kill()


def run(folder: Path, *, speed: float, seconds: float, groups: Sequence[str] = (), gap: float = GAP) -> Server:
    """Poll the feeds of all groups or some, half the time before a kill and half after it; the server with its log."""
    # Longer than the interval, so that it is the server's wish that is kept and not only our own habit.
    options = ("--hold", "2400", "--grow", "1800")
    with ExitStack() as stack:
        server = stack.enter_context(feed_server(folder, "feeds", *options, speed=speed))
        good = stack.enter_context(feed_server(folder, "good", *options, speed=speed))
        paths = [*server.feeds(*groups), *(() if groups else EXTRA)]
        feeds = [*((server.url(path), f"Outlet {path}", True) for path in paths),
                 *((good.url(path), f"Good {path}", True) for path in GOOD)]
        life = Life(str(folder), feeds, [server.port, good.port], server.began, seconds, speed,
                    network={"host_gap": gap})
        for mark in ("restart", "end"):
            with bot(life) as process:
                _publish(good, seconds / 2)
                if process.poll() is not None:
                    raise RuntimeError("the bot ended by itself; its log says why")
            server.ask("mark", name=mark)
    return server


def _publish(good: Server, seconds: float) -> None:
    """Let something happen at the good feeds for so long."""
    end, number = time.monotonic() + seconds, 0
    while (left := end - time.monotonic()) > 0:
        number += 1
        good.ask("publish", feed=f"good{1 + number % len(GOOD)}", title=f"ICE raid number {number} in Baltimore",
                 body="Federal agents carried out an immigration raid in Baltimore.")
        time.sleep(min(5.0, left))


def main() -> int:
    """One day; 0 where the judge has nothing to say."""
    parser = argparse.ArgumentParser(prog="python -m tests.etiquette_day", description=__doc__)
    parser.add_argument("--minutes", type=float, default=75.0, help="of our clock")
    parser.add_argument("--speed", type=float, default=20.0, help="how much faster the bot's clock goes")
    parser.add_argument("--gap", type=float, default=GAP, help="seconds between two requests to one host")
    parser.add_argument("--groups", default="", help="of the server's paths, with commas; default: all")
    parser.add_argument("--paths", action="store_true", help="show what every path was judged as")
    parser.add_argument("--keep", type=Path, help="folder in which the day leaves one with its database and logs")
    wanted = parser.parse_args()
    if not FEED_SERVER.exists():
        sys.exit(f"the feed server is not there: {FEED_SERVER}")
    with ExitStack() as stack:
        if wanted.keep:
            wanted.keep.mkdir(parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix="day-", dir=wanted.keep))
        else:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = run(folder, speed=wanted.speed, seconds=wanted.minutes * 60, gap=wanted.gap,
                     groups=[group for group in wanted.groups.split(",") if group])
        status, said = judged(server.log, *["--paths"] * wanted.paths)
        sys.stdout.write(said)
    return status


if __name__ == "__main__":
    sys.exit(main())
