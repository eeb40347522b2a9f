"""Articles that are complete meet the rules: a function of article and rule set, stored once.

Their words go into the full-text index in the same transaction: an article that was matched can be found again.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor.one_by_one import one_by_one
from rules.article.document import index_words
from rules.article.language import detect
from storage import articles, matches, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rules.engine.engine import Engine
    from rules.model import Match
    from storage.articles import StoredArticle
    from storage.database import Database

log = logging.getLogger("dateline.match")

# About 10 ms an article: one batch holds a thread, and the write lock, for well under two seconds.
BATCH = 50


@dataclass(frozen=True, slots=True)
class Matched:
    """What reading one article gave."""

    article_id: int
    matches: tuple[Match, ...] = ()
    words: frozenset[str] = frozenset()
    language: str = ""

    @property
    def alerts(self) -> bool:
        """Whether somebody may be told of it."""
        return any(match.alerts for match in self.matches)


async def match_articles(database: Database, engine: Engine, rules_hash: str, now: datetime) -> int:
    """Match every article that waits for it; in how many a rule found something to tell. Raises StorageError."""
    found = 0
    while waiting := await asyncio.to_thread(_unmatched, database):
        matched = await _matched(engine, waiting, now)
        await asyncio.to_thread(_store, database, matched, rules_hash, now)
        found += sum(one.alerts for one in matched)
        if len(waiting) < BATCH:
            break
    return found


async def _matched(engine: Engine, waiting: Sequence[StoredArticle], now: datetime) -> Sequence[Matched]:
    """What the rules found in each. An article that the engine fails on must not stop the news behind it for ever.

    It counts as read, without a match, and its failure is logged with its address.
    """
    return await one_by_one(lambda some: [_match(engine, article, now) for article in some], waiting, _unmatchable)


def _unmatchable(article: StoredArticle, failure: BaseException) -> Matched:
    log.error("the rules failed on %s: it alerts nobody, look at it yourself", article.url, exc_info=failure)
    return Matched(article.id)


def _match(engine: Engine, article: StoredArticle, now: datetime) -> Matched:
    # Detected, whatever feed or page say: many sites call every page English.
    language = detect(article.title, article.text)
    read = replace(article.as_read(), language=language)
    return Matched(article.id, engine.match(read, now), index_words(read), language)


def _unmatched(database: Database) -> list[StoredArticle]:
    with database.read() as connection:
        return articles.unmatched(connection, BATCH)


def _store(database: Database, found: Sequence[Matched], rules_hash: str, now: datetime) -> None:
    with database.write() as connection:
        for one in found:
            matches.record(connection, one.article_id, one.matches, rules_hash, now, language=one.language)
        words.add(connection, [(one.article_id, one.words) for one in found if one.words])
