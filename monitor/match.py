"""Articles that are complete meet the rules: a function of article and rule set, stored once.

Their words go into the full-text index in the same transaction: an article that was matched can be found again.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor.one_by_one import one_by_one
from monitor.words.changes import standing
from rules.article.document import index_words
from rules.article.language import detect
from storage import articles, changes, matches, revisions, words

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from rules.engine.engine import Engine
    from rules.model import Article, Match
    from storage.articles import StoredArticle
    from storage.database import Database

log = logging.getLogger("dateline.match")

# About 10 ms an article: one batch holds a thread, and the write lock, for well under two seconds.
BATCH = 50


@dataclass(frozen=True, slots=True)
class Unread:
    """The next articles; of those that were edited title and text before that; which are changes of watched pages."""

    waiting: Sequence[StoredArticle]
    before: Mapping[int, tuple[str, str]]
    of_pages: Collection[int]


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
    while (unread := await asyncio.to_thread(_unmatched, database)).waiting:
        waiting = unread.waiting
        matched = await _matched(engine, unread, now)
        await asyncio.to_thread(_store, database, matched, rules_hash, now)
        found += sum(one.alerts for one in matched)
        if len(waiting) < BATCH:
            break
    return found


async def _matched(engine: Engine, unread: Unread, now: datetime) -> Sequence[Matched]:
    """What the rules found in each. An article that the engine fails on must not stop the news behind it for ever.

    It counts as read, without a match, and its failure is logged with its address.
    """
    return await one_by_one(
        lambda some: [_match(engine, article, unread, now) for article in some], unread.waiting, _unmatchable)


def _unmatchable(article: StoredArticle, failure: BaseException) -> Matched:
    log.error("the rules failed on %s: it alerts nobody, look at it yourself", article.url, exc_info=failure)
    return Matched(article.id)


def _match(engine: Engine, article: StoredArticle, unread: Unread, now: datetime) -> Matched:
    # Detected, whatever feed or page say: many sites call every page English.
    language = detect(article.title, article.text)
    read = replace(article.as_read(), language=language)
    found = engine.match(read, now)
    if article.id in unread.of_pages:
        found = _by_what_stands(found, engine, read, now)
    if (before := unread.before.get(article.id)) is not None:
        title, text = before
        found = _new(found, engine.match(replace(read, title=title, text=text), now))
    return Matched(article.id, found, index_words(read), language)


def _by_what_stands(found: Sequence[Match], engine: Engine, read: Article, now: datetime) -> tuple[Match, ...]:
    """The matches in a change of a page, with the stance of what stands there now: a county that is taken off the list
    of those that cooperate does not begin to."""
    title, text = standing(read.title, read.text)
    there = {match.rule_id: match.stance for match in engine.match(replace(read, title=title, text=text), now)}
    return tuple(replace(match, stance=there.get(match.rule_id)) for match in found)


def _new(found: Sequence[Match], before: Sequence[Match]) -> tuple[Match, ...]:
    """What an edit made the article match.

    Told by the rules of today before and after it: a rule that is newer than the article would else come with any
    edit, of words that stood there all the time.
    """
    had = {match.rule_id: match.alerts for match in before}
    new = [match for match in found if match.rule_id not in had or match.alerts > had[match.rule_id]]
    return tuple(replace(match, after_edit=True) for match in new)


def _unmatched(database: Database) -> Unread:
    with database.read() as connection:
        waiting = articles.unmatched(connection, BATCH)
        ids = [article.id for article in waiting]
        return Unread(waiting, revisions.before_edits(connection, ids), changes.paragraphs(connection, ids).keys())


def _store(database: Database, found: Sequence[Matched], rules_hash: str, now: datetime) -> None:
    with database.write() as connection:
        for one in found:
            matches.record(connection, one.article_id, one.matches, rules_hash, now, language=one.language)
        words.add(connection, [(one.article_id, one.words) for one in found if one.words])
