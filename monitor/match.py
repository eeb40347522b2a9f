"""Articles that are complete meet the rules: a function of article and rule set, stored once."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from storage import articles, matches

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rules.engine import Engine
    from rules.model import Match
    from storage.articles import StoredArticle
    from storage.database import Database

    Matched = tuple[int, tuple[Match, ...]]

log = logging.getLogger("dateline.match")

# About 10 ms an article: one batch holds a thread, and the write lock, for well under two seconds.
BATCH = 50


async def match_articles(database: Database, engine: Engine, rules_hash: str, now: datetime) -> int:
    """Match every article that waits for it; how many matched a rule. Raises StorageError."""
    found = 0
    while waiting := await asyncio.to_thread(_unmatched, database):
        matched = await _matched(engine, waiting, now)
        await asyncio.to_thread(_store, database, matched, rules_hash, now)
        found += sum(bool(hits) for _, hits in matched)
        if len(waiting) < BATCH:
            break
    return found


async def _matched(engine: Engine, waiting: Sequence[StoredArticle], now: datetime) -> Sequence[Matched]:
    """What the rules found in each. An article that the engine fails on must not stop the news behind it for ever.

    It counts as read, without a match, and its failure is logged with its address.
    """
    (together,) = await asyncio.gather(asyncio.to_thread(_match_all, engine, waiting, now), return_exceptions=True)
    if not isinstance(together, BaseException):
        return together
    found: list[Matched] = []
    for article in waiting:
        (alone,) = await asyncio.gather(asyncio.to_thread(_match_all, engine, [article], now), return_exceptions=True)
        if isinstance(alone, BaseException):
            log.error("the rules failed on %s: it alerts nobody, look at it yourself", article.url, exc_info=alone)
            found.append((article.id, ()))
        else:
            found += alone
    return found


def _match_all(engine: Engine, waiting: Sequence[StoredArticle], now: datetime) -> list[Matched]:
    return [(article.id, engine.match(article.as_read(), now.date())) for article in waiting]


def _unmatched(database: Database) -> list[StoredArticle]:
    with database.read() as connection:
        return articles.unmatched(connection, BATCH)


def _store(database: Database, found: Sequence[Matched], rules_hash: str, now: datetime) -> None:
    with database.write() as connection:
        for article_id, matched in found:
            matches.record(connection, article_id, matched, rules_hash, now)
