"""What a poll of a thousand feeds costs, beside `reader`: `python -m benchmarks.collecting [--feeds 1000]`.

The feeds are made up, or with `--real FOLDER` made from the documents of a folder (collecting_feeds.py). Both go the
whole way from request to database, children included, in one run and in turn: a first poll, one with everything
unchanged, one with something new at every tenth feed. Processor time is that of the whole tree of processes; memory is
the sum of what its processes hold (PSS), at its highest.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
PHASES = {"first poll": "all 0", "all unchanged": "all 0", "a tenth new": "tenth 3"}
GOALS = {"first poll": 10.0, "all unchanged": 3.0, "a tenth new": 5.0}  # times cheaper than the peer
MEMORY_GOAL = 1.5  # times the peer's, at most
_TICKS = os.sysconf("SC_CLK_TCK")


def tree(pid: int) -> list[int]:
    """The process and all that it began, with theirs."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [each for child in task.read_text().split() for each in tree(int(child))]
    return found


def cpu(pid: int) -> float:
    """Seconds of processor time of the tree so far, those included that have ended and were waited for."""
    total = 0
    for each in tree(pid):
        with suppress(OSError):
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15]))
    return total / _TICKS


def held(pid: int) -> float:
    """MB that the tree holds now."""
    total, parent = 0, Path(f"/proc/{pid}/cmdline")
    for each in tree(pid):
        with suppress(OSError):
            # Begun, and not yet a program of its own (vfork): that is the memory of its parent once more.
            if each != pid and Path(f"/proc/{each}/cmdline").read_bytes() == parent.read_bytes():
                continue
            lines = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


@dataclass(slots=True)
class Peer:
    """One of the two, and what it cost by phase: seconds of processor, seconds of ours, MB at most."""

    name: str
    process: subprocess.Popen[str]
    cost: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    said: dict[str, list[int]] = field(default_factory=dict)

    def wait(self) -> None:
        """Until it is ready: what it loads and sets up at its start is no part of a poll."""
        assert self.process.stdout
        self.process.stdout.readline()

    def ask(self, phase: str) -> None:
        """One round."""
        before, begun, ended = cpu(self.process.pid), time.monotonic(), threading.Event()
        peak = [0.0]
        thread = threading.Thread(target=self._weigh, args=(peak, ended))
        thread.start()
        self.said[phase] = json.loads(asked(self.process, phase))
        spent = cpu(self.process.pid) - before, time.monotonic() - begun
        ended.set()
        thread.join()
        self.cost[phase] = (*spent, peak[0])

    def _weigh(self, peak: list[float], ended: threading.Event) -> None:
        over = False
        while not over:  # at least once, after the last of it
            over = ended.wait(0.2)
            peak[0] = max(peak[0], held(self.process.pid))


def asked(process: subprocess.Popen[str], line: str) -> str:
    """Its answer to a line, once it has done what that says."""
    assert process.stdin
    assert process.stdout
    process.stdin.write(line + "\n")
    process.stdin.flush()
    answer = process.stdout.readline()
    if not answer:
        raise RuntimeError("a process ended before its time; what it said stands above")
    return answer


def begun(stack: ExitStack, *command: str) -> subprocess.Popen[str]:
    """A process, ended with the stack."""
    process = stack.enter_context(subprocess.Popen(
        list(command), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}))
    stack.callback(process.kill)
    return process


def measured(number: int, folder: Path, python: Path, real: Path | None) -> tuple[list[Peer], dict[str, float]]:
    """Both, over so many feeds, and how large these are; `python` is the interpreter that knows the peer."""
    with ExitStack() as stack:
        documents = [str(real.resolve())] if real else []
        site = begun(stack, sys.executable, "-m", "benchmarks.collecting_feeds", str(number), *documents)
        assert site.stdout
        served = json.loads(site.stdout.readline())
        urls = json.dumps(served.pop("urls"))
        peers = [Peer(name, begun(stack, str(interpreter), "-m", f"benchmarks.collecting_{name}", str(folder), urls))
                 for name, interpreter in (("ours", Path(sys.executable)), ("reader", python))]
        for peer in peers:
            peer.wait()
        for phase, order in PHASES.items():
            asked(site, order)
            for peer in peers:
                peer.ask(phase)
    return peers, served


def told(peers: Sequence[Peer], number: int, served: Mapping[str, float]) -> tuple[str, bool]:
    """The table, and whether every goal was reached."""
    ours, other = peers
    lines, well = [f"{number} feeds, in the mean {served['bytes'] / 1_000:.0f} kB and {served['entries']:.1f} entries",
                   f"{'ms of processor a feed':24}{'ours':>10}{'reader':>10}{'cheaper':>10}{'goal':>8}"], True
    for phase, goal in GOALS.items():
        here, there = (peer.cost[phase][0] / number * 1_000 for peer in peers)
        times = there / here
        well &= times >= goal
        lines.append(f"{phase:24}{here:10.2f}{there:10.2f}{times:9.1f}x{goal:7.0f}x{_mark(times >= goal)}")
    peaks = [max(peak for _, _, peak in peer.cost.values()) for peer in peers]
    well &= peaks[0] <= MEMORY_GOAL * peaks[1]
    lines.append(f"{'MB at most':24}{peaks[0]:10.1f}{peaks[1]:10.1f}{peaks[0] / peaks[1]:9.2f}x{MEMORY_GOAL:7.1f}x"
                 f"{_mark(peaks[0] <= MEMORY_GOAL * peaks[1])}")
    for phase in PHASES:
        seconds = ", ".join(f"{peer.name} {peer.cost[phase][1]:.1f} s" for peer in peers)
        lines.append(f"{phase}: {seconds}; feeds, failed, articles, entries: ours {ours.said[phase]}, "
                     f"reader {other.said[phase]}")
        if ours.said[phase][-1] != other.said[phase][-1]:
            lines[-1] += "  NOT THE SAME"
    return "\n".join(lines), well


def _mark(well: bool) -> str:
    return "" if well else "  NOT REACHED"


def main() -> int:
    """One run; 0 where every goal is reached."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.collecting", description=__doc__)
    parser.add_argument("--feeds", type=int, default=1_000)
    parser.add_argument("--python", type=Path, default=ROOT / ".venv-bench" / "bin" / "python",
                        help="the interpreter that has reader installed")
    parser.add_argument("--real", type=Path, help="a folder with the documents that the feeds are made from")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        peers, served = measured(wanted.feeds, Path(folder), wanted.python, wanted.real)
        said, well = told(peers, wanted.feeds, served)
    print(said)
    return int(not well)


if __name__ == "__main__":
    sys.exit(main())
