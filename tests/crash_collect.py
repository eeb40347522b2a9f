"""Killed at each point of collecting, and started again: `python -m tests.crash_collect --seeds 20`.

Each story has newspapers and a database of its own. Its first life ends by SIGKILL at the point; meanwhile more is
published; the next one, started as a program is started, must then have every article once and tell it once.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.collect_life import Life, posted
from tests.crash_collect_bot import DONE, STATEMENTS
from tests.crash_collect_site import BY_ANSWER, FEEDS, FIRST, Site, serving
from tests.etiquette_day import bot
from tests.isolation_day import RULE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parent.parent
POINTS = (*BY_ANSWER[:2], "parse.child", "t1.begin", "t1.mid", "t1.commit", BY_ANSWER[2], "page.stored", "match.mid",
          "match.commit", "prune.mid", "migrate.mid", "reload.mid")
assert set(POINTS) == {*STATEMENTS, *BY_ANSWER, "parse.child"}
AT_ONCE = 2  # stories
SECONDS = 40.0  # in which a life must have told everything
LATER = 1_500.0  # seconds of the bot's clock between two lives: every feed is due again
LONG_AFTER = 100 * 86_400.0  # texts are kept for 90 days
AGAIN = 5.0  # seconds after its start in which the next life polls


@dataclass(frozen=True, slots=True)
class Case:
    """One story. `nth` is how often it comes to the point before it dies there."""

    point: str
    seed: int

    @property
    def nth(self) -> int:
        """Drawn; what comes once in a life, or once in a round, is died of the first time, or soon."""
        if self.point == "reload.mid":
            return 2  # the first is at the start
        most = {"prune.mid": 1, "migrate.mid": 25, "match.mid": 2, "match.commit": 1, "t1.commit": 1, "t1.mid": 1,
                "t1.begin": 1, "page.fetched": 12, "page.stored": 3}.get(self.point, FEEDS)
        return random.Random(f"{self.point} {self.seed}").randint(1, most)


@dataclass(frozen=True, slots=True)
class Result:
    """How it went. `again` is when the next life polled first, in seconds after its start."""

    case: Case
    reached: bool
    again: float
    wrong: Sequence[str]


@contextmanager
def driver(log: Path) -> Iterator[subprocess.Popen[str]]:
    """A program that lives lives."""
    with log.open("a") as errors, subprocess.Popen(
            [sys.executable, "-m", "tests.crash_collect_bot"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=errors, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def lived(
    process: subprocess.Popen[str], site: Site, life: Life, *, point: str = "", nth: int = 1, wanted: int | None = None
) -> dict[str, int]:
    """One life; how it ended. With `wanted` it ends once so many articles are told, else once all that are out are."""
    assert process.stdin
    assert process.stdout
    site.doom(point, nth)
    order: dict[str, Any] = {"life": asdict(life), "articles": len(site.titles()) if wanted is None else wanted,
                             "doom": {"point": point if point in (*STATEMENTS, "parse.child") else "", "nth": nth}}
    process.stdin.write(json.dumps(order) + "\n")
    process.stdin.flush()
    site.born(json.loads(process.stdout.readline() or "{}").get("pid", 0))
    if point == "reload.mid":
        _edit_rules(site, Path(life.rules))
    said: dict[str, int] = json.loads(process.stdout.readline() or '{"status": 1}')
    return said


def _edit_rules(site: Site, rules: Path) -> None:
    """Once the bot is at work, a rule is added."""
    end = time.monotonic() + SECONDS
    while not site.asked and time.monotonic() < end:
        time.sleep(0.02)
    (rules / "more.toml").write_text(RULE.replace("lantern", "lamp"))


def tell(case: Case, folder: Path, packs: Sequence[str]) -> Result:
    """One story from beginning to end, with the rules of some packs."""
    rules = folder / "rules"
    rules.mkdir(parents=True)
    (rules / "lantern.toml").write_text(RULE)
    with serving() as site, driver(folder / "lives.log") as process:
        now = site.now.timestamp()
        life = Life(str(folder), [(url, f"Outlet {url[-1]}", True) for url in site.feeds()], [site.port], now, SECONDS,
                    packs=packs, rules=str(rules),
                    network={"host_gap": 0.0, "per_host": 8, "starts_per_second": 1_000.0})
        if case.point == "prune.mid":
            lived(process, site, life)
            life = replace(life, start=now + LONG_AFTER)
        # Nobody waits for a life that is to be killed: it goes on until it comes there.
        first = lived(process, site, life, point=case.point, nth=case.nth, wanted=1_000_000)
        reached = first.get("signal") == signal.SIGKILL
        site.more = True
        pruned = case.point == "prune.mid"
        again = _started_again(folder, site, replace(life, start=(life.start or now) + LATER), pruned=pruned)
        return Result(case, reached, again, wrong(folder, site, pruned=pruned))


def _started_again(folder: Path, site: Site, life: Life, *, pruned: bool) -> float:
    """The next life, begun as a program is, until everything is told and erased; seconds until it polled."""
    site.doom("", 0)
    begun = time.monotonic()
    with bot(life) as process:
        while not any(path.startswith("/feed/") for path in site.asked) and time.monotonic() < begun + SECONDS:
            time.sleep(0.01)
        again = time.monotonic() - begun
        while process.poll() is None and not (all_told(folder / "dateline.db", len(site.titles()))
                                              and not wrong(folder, site, pruned=pruned)):
            time.sleep(0.1)
    return again


def all_told(database: Path, articles: int) -> bool:
    """Whether every article is in a message, and no message open."""
    with closing(sqlite3.connect(database, timeout=10)) as connection, suppress(sqlite3.OperationalError):
        return bool(connection.execute(DONE, {"articles": articles}).fetchone()[0])
    return False  # no tables are there yet


def wrong(folder: Path, site: Site, *, pruned: bool) -> list[str]:
    """What was lost, and what is there twice."""
    with closing(sqlite3.connect(folder / "dateline.db")) as connection:
        def column(query: str) -> list[Any]:
            return [row[0] for row in connection.execute(query)]

        stored = Counter(column("SELECT title FROM articles WHERE duplicate_of IS NULL"))
        told = Counter(column("SELECT a.title FROM digest_items i JOIN articles a ON a.id = i.article_id"))
        matched = Counter(column("SELECT a.title FROM matches m JOIN articles a ON a.id = m.article_id "
                                 "WHERE m.rule_id LIKE '%lantern'"))
        states = Counter(column("SELECT state FROM deliveries"))
        whole = column("PRAGMA integrity_check")
        unerased = column("SELECT count(*) FROM articles WHERE erased_at IS NULL")[0]
    keys = Counter((marker["delivery_id"], marker["part"]) for line in posted(folder / "posted.jsonl")
                   for marker in [line["body"]["metadata"]["event_payload"]])
    said = [f"{what}: {title} {found[title]} times" for title in site.titles()
            for what, found in (("stored", stored), ("matched", matched), ("told", told)) if found[title] != 1]
    said += [f"{len(stored)} articles, of {len(site.titles())} that are out"] * (len(stored) != len(site.titles()))
    said += [f"message {key} posted {number} times" for key, number in keys.items() if number > 1]
    said += [f"{number} messages are {state}" for state, number in states.items() if state != "sent"]
    said += [f"{unerased} articles keep their text"] * (pruned and unerased != len(site.titles()) - FEEDS * FIRST)
    return said + [f"the database: {whole}"] * (whole != ["ok"])


def run(cases: Sequence[Case], folder: Path, packs: Sequence[str] = ("immigration",)) -> list[Result]:
    """All stories, in their order."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda numbered: tell(numbered[1], folder / f"{numbered[0]:04d}", packs),
                             enumerate(cases)))


def table(results: Sequence[Result]) -> str:
    """A line a point."""
    lines = [f"{'':16}{'stories':>9}{'came there':>12}{'wrong':>7}{'polls again after s':>21}{'at most':>9}"]
    for point in dict.fromkeys(result.case.point for result in results):
        chosen = [result for result in results if result.case.point == point]
        again = sorted(result.again for result in chosen)
        reached, harmed = sum(result.reached for result in chosen), sum(bool(result.wrong) for result in chosen)
        lines.append(f"{point:16}{len(chosen):>9}{reached:>12}{harmed:>7}{again[len(again) // 2]:>21.1f}"
                     f"{again[-1]:>9.1f}")
    lines += [f"{result.case}: {'; '.join(result.wrong[:5])}" for result in results if result.wrong]
    return "\n".join(lines)


def main() -> int:
    """All points; 0 where nothing was lost, nothing twice, and polling went on in time."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash_collect", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, help="stories of each point")
    parser.add_argument("--points", default=",".join(POINTS), help="which, with commas")
    parser.add_argument("--keep", type=Path, help="folder that is left with databases and logs")
    wanted = parser.parse_args()
    cases = [Case(point, seed) for point in wanted.points.split(",") for seed in range(wanted.seeds)]
    with ExitStack() as stack:
        folder = wanted.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        results = run(cases, folder)
    sys.stdout.write(table(results) + "\n")
    return int(any(result.wrong or not result.reached or result.again > AGAIN for result in results))


if __name__ == "__main__":
    sys.exit(main())
