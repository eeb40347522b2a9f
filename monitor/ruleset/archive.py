"""Rules on the articles that are stored: which of them a rule may find, and what it finds there.

The full-text index leaves out what cannot match; articles it does not know yet are always read, and indexed on the way.
Articles come in batches of a transaction each, so that neither memory nor the bot beside us minds how many there are.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rules.article import document, text
from rules.engine.engine import Engine
from rules.engine.needed import AnyOf, any_of, needed
from rules.workbench import trial
from rules.workbench.trial import Dated, Trial
from storage import archive, articles, words
from storage.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from monitor.ruleset.files import Loaded
    from storage.articles import StoredArticle
    from storage.database import Database

    Progress = Callable[[int, int], None]  # articles done, of how many

log = logging.getLogger("dateline.archive")

BATCH = 100  # articles read in one transaction, and indexed in one
ROUND = 500  # articles that one round of the bot indexes: about a second's work
CLOSELY = 500  # rules whose words are asked for in combinations, each a query of its own; of more, for any word of them


@dataclass(frozen=True, slots=True)
class Reach:
    """The stored articles since a day: how many there are, how many lost their text, and which must be read.

    `ids` are those the index cannot rule out, newest first; `unknown` are those among them that it does not know.
    `start` is that day, or later, when the archive begins.
    """

    start: datetime
    stored: int
    erased: int
    ids: tuple[int, ...]
    unknown: frozenset[int]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was read, and what each rule found in it."""

    reach: Reach
    trials: Mapping[str, Trial]


def silent(_done: int, _total: int) -> None:
    """Tell nobody how far it is."""


def compare_archive(
    database: Database, old: Engine | None, new: Engine | None, rule_ids: Collection[str], since: datetime,
    *, progress: Progress = silent,
) -> Comparison:
    """What each rule finds with the new engine beside the old one, in articles that came since then.

    Raises StorageError.
    """
    reach = reach_of(database, search_words([old, new], rule_ids), since)
    return Comparison(reach, trial.compare(read(database, reach.ids, reach.unknown, progress), old, new, rule_ids))


def backtest(
    database: Database, loaded: Loaded, rule_id: str, since: datetime,
    *, before: Loaded | None = None, progress: Progress = silent,
) -> Comparison:
    """One rule over the stored articles, tried also where it is switched off, beside the rules `before` as they are.

    Raises StorageError.
    """
    was_on = before and any(rule.id == rule_id and rule.enabled for rule in before.ruleset.rules)
    old = engine_of(before, rule_id) if before and was_on else None
    return compare_archive(database, old, engine_of(loaded, rule_id), {rule_id}, since, progress=progress)


def engine_of(loaded: Loaded, rule_id: str) -> Engine | None:
    """An engine with one rule alone, switched on; None where the set has no such rule, or it cannot be read."""
    if rule_id not in loaded.ruleset.queries:
        return None
    return Engine(trial.only(loaded.ruleset, {rule_id}), loaded.relevance)


def search_words(engines: Sequence[Engine | None], rule_ids: Collection[str]) -> AnyOf | None:
    """What every article holds that a rule can match; None where any article could match."""
    asked = [(engine, rule_id) for engine in engines if engine for rule_id in sorted(_active(engine) & set(rule_ids))]
    found = [(needed if len(asked) <= CLOSELY else _coarsely)(engine, rule_id) for engine, rule_id in asked]
    known = [need for need in found if need]
    return any_of(known) if len(known) == len(found) else None


def _coarsely(engine: Engine, rule_id: str) -> AnyOf | None:
    found = engine.search_words(rule_id)
    return None if found is None else AnyOf(found)


def _active(engine: Engine) -> set[str]:
    return {rule.id for rule in engine.ruleset.rules if rule.enabled and rule.id in engine.ruleset.queries}


def reach_of(database: Database, wanted: AnyOf | None, since: datetime) -> Reach:
    """Which articles that came since then have to be read for what is `wanted`; all of them where that is None."""
    with database.read() as connection:
        every = archive.since(connection, since)
        erased = archive.erased_since(connection, since)
        start = max(since, archive.begins(connection) or since)
        if words.is_cut_as(connection, cut()):
            unknown = frozenset(words.unindexed(connection, since)).intersection(every)
            known = words.containing(connection, wanted, since) if wanted is not None else every
        else:
            unknown, known = frozenset(every), []
    possible = unknown.union(known)
    return Reach(start, len(every), erased, tuple(one for one in every if one in possible), unknown)


def read(
    database: Database, ids: Sequence[int], unknown: Collection[int] = (), progress: Progress = silent
) -> Iterator[Dated]:
    """The articles with these ids as rules read them; the `unknown` are indexed where nobody holds the database."""
    waiting = set(unknown)
    for start in range(0, len(ids), BATCH):
        with database.read() as connection:
            found = articles.by_ids(connection, ids[start:start + BATCH])
        for article in found:
            yield dated(article)
        progress(min(start + BATCH, len(ids)), len(ids))
        fresh = [article for article in found if article.id in waiting]
        if fresh and not _indexed(database, fresh):
            waiting.clear()


def dated(article: StoredArticle) -> Dated:
    """A stored article with the time at which rules are asked about it; a date ahead of its arrival is not believed."""
    at = min(article.published_at or article.first_seen_at, article.first_seen_at)
    return Dated(article.id, article.as_read(), at)


def _indexed(database: Database, found: Sequence[StoredArticle]) -> bool:
    try:
        _index(database, found)
    except StorageError as error:
        log.info("the articles that were read are not indexed now: %s", error)
        return False
    return True


def index_articles(database: Database, limit: int = ROUND) -> int:
    """Index articles that are not yet, newest first; how many were. Raises StorageError."""
    with database.read() as connection:
        stale = not words.is_cut_as(connection, cut())
    if stale:
        with database.write() as connection:
            words.start_over(connection, cut())
    with database.read() as connection:
        waiting = words.waiting(connection, limit)
    done = 0
    for start in range(0, len(waiting), BATCH):
        with database.read() as connection:
            found = articles.by_ids(connection, waiting[start:start + BATCH])
        done += _index(database, found)
    return done


def _index(database: Database, found: Sequence[StoredArticle]) -> int:
    keys = [(article.id, document.index_words(article.as_read())) for article in found]
    with database.write() as connection:
        if not words.is_cut_as(connection, cut()):
            words.start_over(connection, cut())
        return words.add(connection, keys)


@cache
def cut() -> str:
    """Names how an article is cut into words, by the modules that do it: when they change, the index starts over."""
    sources = (Path(module.__file__).read_bytes() for module in (text, document) if module.__file__)
    return hashlib.sha256(b"".join(sources)).hexdigest()[:16]
