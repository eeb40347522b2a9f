"""Articles that are complete meet the rules: a function of article and rule set, stored once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from storage import articles, matches

if TYPE_CHECKING:
    from datetime import datetime

    from rules.engine import Engine
    from storage.database import Database

# About 10 ms an article: one batch holds a thread, and the write lock, for well under two seconds.
BATCH = 50


async def match_articles(database: Database, engine: Engine, rules_hash: str, now: datetime) -> int:
    """Match every article that waits for it; how many matched a rule. Raises StorageError."""
    found = 0
    while batch := await asyncio.to_thread(_match_batch, database, engine, rules_hash, now):
        found += batch[1]
        if batch[0] < BATCH:
            break
    return found


def _match_batch(database: Database, engine: Engine, rules_hash: str, now: datetime) -> tuple[int, int]:
    """One batch: how many articles it held, and how many of them matched."""
    with database.read() as connection:
        waiting = articles.unmatched(connection, BATCH)
    found = [(article.id, engine.match(article.as_read(), now.date())) for article in waiting]
    with database.write() as connection:
        for article_id, matched in found:
            matches.record(connection, article_id, matched, rules_hash, now)
    return len(found), sum(1 for _, matched in found if matched)
