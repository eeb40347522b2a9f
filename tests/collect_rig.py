"""The stricter feed server as a program of its own, and the judge of its log, where a checkout has them beside it.

It has a path for each thing that publishers and attackers do; addresses on which nobody may knock; a clock that runs
faster; and it writes down every request and answer.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

from tests.running import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

RIGS = Path(__file__).resolve().parents[2] / "shared" / "rigs"
FEED_SERVER = RIGS / "feed_server.py"
JUDGE = RIGS / "check_etiquette.py"
RULES = "conditional,verbatim,fresh,retry-after,backoff,gone,moved,hops,canary,robots,restart"  # that must be judged


@dataclass(frozen=True, slots=True)
class Server:
    """One server: `began` is the second, on our clock, in which its own began to run `speed` times as fast."""

    port: int
    log: Path
    speed: float
    began: float

    def url(self, path: str) -> str:
        """The whole address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def now(self, at: float) -> datetime:
        """What its clock shows at a second of ours."""
        return datetime.fromtimestamp(self.began + (at - self.began) * self.speed, UTC)

    def ask(self, command: str, **query: str) -> str:
        """Use its control."""
        opener = build_opener(ProxyHandler({}))
        with opener.open(self.url(f"/__control/{command}?{urlencode(query)}"), timeout=60) as answer:
            said: str = answer.read().decode()
            return said

    def feeds(self, *groups: str) -> list[str]:
        """The paths of all feeds, or of those of some groups."""
        query = {"group": ",".join(groups)} if groups else {}
        return list(json.loads(self.ask("catalogue", **query))["feeds"])

    def events(self, event: str) -> list[Mapping[str, Any]]:
        """The lines of its log of one kind."""
        lines = (json.loads(line) for line in self.log.read_text().splitlines())
        return [line for line in lines if line["event"] == event]

    def strays(self) -> int:
        """Requests that went where nobody may go."""
        return sum(bool(line["canary"] or line["path"].startswith("/canary")) for line in self.events("request"))


@contextmanager
def feed_server(folder: Path, name: str, *options: str, speed: float = 1.0) -> Iterator[Server]:
    """A running server on a free port, its log in `folder`."""
    ready, log = folder / f"{name}.json", folder / f"{name}.jsonl"
    command = [sys.executable, str(FEED_SERVER), "--port", "0", "--ready-file", str(ready), "--log", str(log),
               "--speed", f"{speed}", "--quiet", *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            wait_until(ready.exists)
            first = json.loads(log.read_text().splitlines()[0])
            began = (first["t"] * speed - first["vt"]) / (speed - 1) if speed != 1 else first["t"]
            yield Server(json.loads(ready.read_text())["port"], log, speed, began)
        finally:
            process.terminate()


def judged(log: Path, *options: str) -> tuple[int, str]:
    """What the judge of manners says of a log: 0 where nothing failed and every rule of RULES was judged."""
    command = [sys.executable, str(JUDGE), str(log), "--require", RULES, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def failures(log: Path, rules: Sequence[str]) -> dict[str, str]:
    """Of some rules, those that failed, with the first instance."""
    done = subprocess.run([sys.executable, str(JUDGE), str(log), "--json"], capture_output=True, text=True, check=False)
    said = json.loads(done.stdout)["rules"]
    return {rule: said[rule]["text"] for rule in rules if said[rule]["verdict"] == "FAIL"}
