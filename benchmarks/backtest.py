"""A backtest of each shipped rule over 10,000 stored articles, beside the same without the full-text index on a sample.

The archive is made up from a seed: news-like length, a long tail of words, and words of the subject in about as many
articles as in a week of local news.
"""

from __future__ import annotations

import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from monitor.config.load import PACKS
from monitor.demo.articles import load_outlets
from monitor.ruleset import archive
from monitor.ruleset.files import Loaded
from rules.engine.engine import Engine
from rules.files.load import load_rules
from rules.workbench import trial
from storage import purge
from storage.database import open_database
from storage.schema import articles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.database import Database

ARTICLES = 10_000
SAMPLE = 500
WORDS = 550
SEED = 20_261_123
NOW = datetime(2026, 11, 23, tzinfo=UTC)
# The share of articles in which a word of the subject stands by chance.
_SUBJECT = {
    "police": 0.25, "arrested": 0.18, "federal": 0.2, "agents": 0.08, "immigration": 0.07, "ICE": 0.05, "sheriff": 0.08,
    "detained": 0.05, "custody": 0.05, "raid": 0.02, "operation": 0.1, "warrant": 0.04, "detainer": 0.01, "policy": 0.2,
    "sanctuary": 0.01, "jail": 0.08, "Maryland": 0.3, "Baltimore": 0.2, "deportation": 0.04, "redada": 0.005,
    "council": 0.15, "ordinance": 0.03, "agreement": 0.12, "officers": 0.2, "workers": 0.2, "Frederick": 0.05,
}
_SYLLABLES = ("ba", "con", "di", "ter", "mo", "ral", "pre", "sin", "lo", "ve", "tion", "ca", "men", "ra", "to", "ly")


def made_up(source: random.Random) -> Iterator[dict[str, Any]]:
    """Rows of the archive."""
    tail = sorted({"".join(source.choices(_SYLLABLES, k=source.randint(1, 4))) for _ in range(12_000)})
    source.shuffle(tail)
    weights = list(accumulate(1 / rank for rank in range(3, len(tail) + 3)))
    real = [(article.title, paragraphs) for outlet in load_outlets() for article in outlet.articles
            if (paragraphs := article.paragraphs(NOW))]
    for number in range(ARTICLES):
        chosen = source.choices(tail, cum_weights=weights, k=source.randint(WORDS // 2, WORDS * 3 // 2))
        for word, share in _SUBJECT.items():
            if source.random() < share:
                chosen[source.randrange(len(chosen))] = word
        title, lines = " ".join(chosen[:9]), [" ".join(chosen[at:at + 45]) + "." for at in range(9, len(chosen), 45)]
        if source.random() < 0.02:
            title, lines[:0] = source.choice(real)
        yield {
            "url": f"https://ledger.example/{number}", "title": title, "outlet": "Ledger", "home": "Baltimore, MD",
            "text": "\n".join(lines), "text_source": "page", "language": "en", "quiet": False,
            "page_state": "read", "first_seen_at": NOW - timedelta(minutes=4 * number), "rules_hash": "benchmark",
        }


def fill(database: Database, file: Path) -> None:
    """Store the archive and index it, as the bot does while it runs."""
    with database.write() as connection:
        connection.execute(insert(articles), list(made_up(random.Random(SEED))))
    purge.scrub(database)
    bare, start = file.stat().st_size, time.process_time()
    while archive.index_articles(database):
        pass
    took = time.process_time() - start
    purge.scrub(database)
    print(f"{ARTICLES} articles of {bare / 1e6:.0f} MB indexed in {took:.1f} s of CPU; the index takes "
          f"{(file.stat().st_size - bare) / 1e6:.0f} MB")


def without_index(database: Database, loaded: Loaded, rule_id: str, since: datetime) -> float:
    """Seconds of CPU that a backtest of all articles would take without the index, from a sample of them."""
    start = time.process_time()
    sample = archive.reach_of(database, None, since).ids[:SAMPLE]
    engine = Engine(trial.only(loaded.ruleset, {rule_id}))
    trial.try_out(archive.read(database, sample), engine, rule_id)
    return (time.process_time() - start) * ARTICLES / SAMPLE


def main() -> None:
    """Fill an archive and print a line a rule."""
    loaded = Loaded(load_rules([PACKS / "immigration"]), {})
    since = NOW - timedelta(days=365)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "archive.db"
        database = open_database(f"sqlite:///{file}")
        fill(database, file)
        for rule in loaded.ruleset.rules:
            start, busy = time.perf_counter(), time.process_time()
            done = archive.backtest(database, loaded, rule.id, since)
            took, busy = time.perf_counter() - start, time.process_time() - busy
            print(f"{rule.id:<20} {took:5.2f} s ({busy:.2f} s of CPU): {len(done.trials[rule.id].now)} found, the "
                  f"index left {len(done.reach.ids)} of {done.reach.stored}; without it about "
                  f"{without_index(database, loaded, rule.id, since):.0f} s of CPU")
        database.close()


if __name__ == "__main__":
    main()
