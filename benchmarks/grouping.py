"""What grouping costs an article as the archive grows, beside datasketch's MinHash LSH, which finds copies only.

Everything stored lies within the fortnight in which articles can be of one story: the worst case, since what is older
is not looked at. Most of each size is loaded in bulk; the last articles take the bot's own way, from a SQLite file to
their story. The goal: at 100,000 articles at most 1.5 times what it costs at 1,000.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from benchmarks.newswire import BEGINS, DAYS, Newswire
from monitor.group import BATCH, group_articles, stored_marks
from monitor.stories.features import extract, to_json
from storage import stories
from storage.database import Database, open_database
from storage.schema import articles, matches, story_articles, story_keys
from storage.schema import stories as story_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.newswire import Told
    from monitor.stories.model import Features

SIZES = (1_000, 10_000, 100_000)
MEASURED = 500  # articles of each size that take the bot's own way
LOADED = 500  # a transaction
RUN = 4  # words a shingle
ALLOWED = 1.5
_NOW = BEGINS + timedelta(days=DAYS + 1)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds an article by the clock and of CPU, and the share of copies that were found as such."""

    wall: float
    cpu: float
    found: float


def article_row(number: int, one: Told) -> dict[str, Any]:
    """An article as it lies in the database."""
    article = one.article
    return {"id": number, "url": f"https://ledger.example/{number}", "title": article.title, "outlet": article.outlet,
            "home": article.home, "text": article.text, "text_source": "page", "language": "en", "quiet": False,
            "page_state": "read", "published_at": article.published_at,
            # Ids follow the time at which articles were seen, as they do in the bot.
            "first_seen_at": BEGINS + timedelta(seconds=number * DAYS * 86_400 / 110_000), "rules_hash": "made-up"}


def match_row(number: int, one: Told) -> dict[str, Any]:
    """What a rule found in it."""
    place = {"place_id": one.place.place_id, "label": one.place.label, "about": True, "mentions": 3, "near": True,
             "within": list(one.place.within)}
    return {"article_id": number, "rule_id": "raids", "rule_name": "Raids", "severity": "normal", "topics": ["raids"],
            "places": [place], "evidence": {}, "rules_hash": "made-up", "created_at": _NOW, "alerts": True,
            "prominence": "lead"}


def features_of(one: Told) -> Features:
    """As the bot makes them."""
    return extract(one.article, [one.place], ["raids"], frozenset(), one.article.published_at or _NOW)


def store(database: Database, first: int, told: Sequence[Told]) -> None:
    """Articles as the rules leave them: stored and matched, as numbers `first` and up."""
    numbered = list(enumerate(told, first))
    with database.write() as connection:
        connection.execute(insert(articles), [article_row(*one) for one in numbered])
        connection.execute(insert(matches), [match_row(*one) for one in numbered])


def load(database: Database, first: int, told: Sequence[Told]) -> None:
    """Store articles that are already in the story of their event, as numbers `first` and up."""
    numbered = list(enumerate(told, first))
    store(database, first, told)
    with database.write() as connection:
        known = set(connection.scalars(select(story_table.c.id)))
        new = sorted({one.event + 1 for one in told} - known)
        if new:
            connection.execute(insert(story_table), [{"id": event, "first_at": BEGINS, "last_at": _NOW}
                                                     for event in new])
        read = [(number, one, features_of(one)) for number, one in numbered]
        connection.execute(insert(story_articles), [
            {"article_id": number, "story_id": one.event + 1, "joined_at": _NOW, "features": to_json(features),
             "copy_of": None if one.copy_of is None else one.copy_of + 1} for number, one, features in read])
        connection.execute(insert(story_keys), sorted(
            ({"key": key, "article_id": number} for number, _, features in read for key in set(stored_marks(features))),
            key=lambda row: row["key"]))
        stories.looked_at(connection, numbered[-1][0])


def grouped(database: Database, first: int, told: Sequence[Told]) -> Cost:
    """The bot's own way, from the stored match to the stored story, in rounds of one batch; the middle one counts."""
    spent = []
    for start in range(0, len(told), BATCH):
        some = told[start:start + BATCH]
        store(database, first + start, some)
        wall, cpu = time.perf_counter(), time.process_time()
        assert len(some) == asyncio.run(group_articles(database, frozenset(), _NOW))
        spent.append(((time.perf_counter() - wall) / len(some), (time.process_time() - cpu) / len(some)))
    copies = [number for number, one in enumerate(told, first) if one.copy_of is not None]
    with database.read() as connection:
        rows = stories.of_articles(connection, copies)
    wall, cpu = (1_000 * statistics.median(some) for some in zip(*spent, strict=True))
    return Cost(wall, cpu, _share(sum(bool(rows[one].copy_of) for one in copies), copies))


class Sketches:
    """The peer: 128 permutations over runs of words, threshold 0.5, in memory."""

    def __init__(self) -> None:
        from datasketch import MinHash, MinHashLSH

        self._minhash, self._lsh = MinHash, MinHashLSH(threshold=0.5, num_perm=128)

    def add(self, number: int, one: Told) -> bool:
        """Whether another text like this is known; it is known from now on."""
        words = _WORD.findall(one.article.text.lower())
        sketch = self._minhash(num_perm=128)
        sketch.update_batch([" ".join(words[at:at + RUN]).encode() for at in range(len(words) - RUN + 1)])
        found = bool(self._lsh.query(sketch))
        self._lsh.insert(number, sketch)
        return found

    def measured(self, first: int, told: Sequence[Told]) -> Cost:
        """As `grouped`, for copies alone."""
        found, spent = [], []
        for number, one in enumerate(told, first):
            wall, cpu = time.perf_counter(), time.process_time()
            found.append(self.add(number, one))
            spent.append((time.perf_counter() - wall, time.process_time() - cpu))
        copies = [hit for hit, one in zip(found, told, strict=True) if one.copy_of is not None]
        wall, cpu = (1_000 * statistics.median(some) for some in zip(*spent, strict=True))
        return Cost(wall, cpu, _share(sum(copies), copies))


def _share(part: int, whole: Sequence[object]) -> float:
    return part / len(whole) if whole else 1.0


def peer() -> Sketches | None:
    """None where datasketch is not installed."""
    try:
        return Sketches()
    except ImportError:
        print("datasketch is not installed: make bench brings it")
        return None


def fill(database: Database, first: int, told: Sequence[Told], sketches: Sketches | None) -> None:
    """Everything but the last articles of a size."""
    for start in range(0, len(told), LOADED):
        load(database, first + start, told[start:start + LOADED])
    if sketches:
        for number, one in enumerate(told, first):
            sketches.add(number, one)


def main() -> None:
    """Print one line a size: the costs, and how they compare with those of the first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="stored articles, such as 1000,10000")
    sizes = sorted(int(size) for size in parser.parse_args().sizes.split(","))
    told, sketches, first = Newswire().told(), peer(), None
    print(f"{'articles':>9} {'ms':>7} {'x first':>8} {'CPU ms':>7} {'x first':>8} {'copies':>7} | {'LSH ms':>7} "
          f"{'x first':>8} {'copies':>7} | {'MB':>6}")
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{folder}/grouping.db")
        stored = 0
        for size in sizes:
            fill(database, stored + 1, list(islice(told, size - MEASURED - stored)), sketches)
            last = list(islice(told, MEASURED))
            ours = grouped(database, size - MEASURED + 1, last)
            theirs = sketches.measured(size - MEASURED + 1, last) if sketches else Cost(0, 0, 0)
            stored, first = size, first or (ours, theirs)
            megabytes = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
            ratio = (ours.wall / first[0].wall, ours.cpu / first[0].cpu, theirs.wall / (first[1].wall or 1))
            print(f"{size:>9,} {ours.wall:>7.2f} {ratio[0]:>8.2f} {ours.cpu:>7.2f} {ratio[1]:>8.2f} {ours.found:>7.3f} "
                  f"| {theirs.wall:>7.2f} {ratio[2]:>8.2f} {theirs.found:>7.3f} | {megabytes:>6.0f}", flush=True)
        database.close()
    print(f"allowed: {ALLOWED} times the first")


if __name__ == "__main__":
    main()
