"""A search in the stored articles: the newest that say it, each with the sentence, and how many there are.

The index of words names candidates and is exact for single words, or nearly: it knows an article's address, too, and
neither order nor exclusions. So what is shown is always read, and of what is not read the number is an estimate. The
index has no dates; articles are taken in the order in which they came, which is that of their dates but for archives
that came at once, and none is shown before all are known that could be newer.

Nothing here logs or stores what was searched for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import islice
from typing import TYPE_CHECKING

from monitor.ruleset.archive import cut
from monitor.talk.wanted import said
from storage import articles, search, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.talk.wanted import Said, Wanted
    from storage.articles import StoredArticle
    from storage.database import Database

SHOWN = 10
_AGES = 250  # candidates whose dates are read at once
_TEXTS = 20  # and whose texts are
_SAMPLE = 60  # texts that an estimate is made from, 25 ms
_READ = 600  # texts that are read at most, 0.3 s: a phrase of common words may stand in none of them
_UNINDEXED = 200  # articles that are read because the index does not know them yet; a round indexes 500


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found."""

    article: StoredArticle
    at: datetime
    said: Said


@dataclass(frozen=True, slots=True)
class Results:
    """The newest hits, and how many there are: `exact`, or about so many.

    `read` is how many of the candidates were read, `unread` how many nobody read although too few of the others were
    hits; `unknown` how many articles wait to be indexed and were not looked at.
    """

    hits: tuple[Hit, ...]
    total: int
    exact: bool
    read: int = 0
    unread: int = 0
    unknown: int = 0


@dataclass(slots=True)
class _Reader:
    """Reads candidates: what was read, and what of it was found."""

    connection: Connection
    asked: Wanted
    read: int = 0
    hits: list[Hit] = field(default_factory=list)

    def look_all(self, ids: Sequence[int]) -> None:
        """The same for many."""
        for some in _batches(iter(ids), _TEXTS):
            self.look(some)

    def look_until(self, ids: Iterator[int], limit: int | None) -> bool:
        """The same until there are hits and a sample enough; whether all were read."""
        for some in _batches(ids, _TEXTS):
            if limit and (self.read >= _READ or (len(self.hits) >= limit and self.read >= _SAMPLE)):
                return False
            self.look(some)
        return True

    def look(self, ids: Sequence[int]) -> None:
        """Read these, in their order."""
        for article in articles.by_ids(self.connection, ids):
            self.read += 1
            if found := said(article.as_read(), self.asked):
                at = min(article.published_at or article.first_seen_at, article.first_seen_at)
                self.hits.append(Hit(article, at, found))


def find(database: Database, asked: Wanted, limit: int | None = SHOWN) -> Results:
    """The newest articles that say it, `limit` of them at most; None: all, however long that takes.

    Raises StorageError.
    """
    with database.read() as connection:
        candidates = search.holding(connection, asked.need) if words.is_cut_as(connection, cut()) else None
        fresh = _Reader(connection, asked)
        if candidates is None:  # there is no index of these words
            return _without_index(fresh, limit)
        fresh.look_all(search.unindexed(connection, _UNINDEXED if limit else None))
        waiting = search.count_unindexed(connection) - fresh.read
        known = _Reader(connection, asked)
        whole = known.look_until(_newest(connection, candidates), limit)
    return _results(fresh, known, 0 if whole else len(candidates) - known.read, waiting, limit)


def _without_index(reader: _Reader, limit: int | None) -> Results:
    reader.look_all(search.latest(reader.connection, _READ if limit else None))
    left = search.count_readable(reader.connection) - reader.read
    return Results(_first(reader.hits, limit), len(reader.hits), exact=True, unknown=max(0, left))


def _results(fresh: _Reader, known: _Reader, left: int, waiting: int, limit: int | None) -> Results:
    """`left` are the candidates that were not read."""
    hits = _first([*fresh.hits, *known.hits], limit)
    share = len(known.hits) / known.read if left else 0.0
    total = len(fresh.hits) + len(known.hits) + round(left * share)
    unread = left if limit is None or len(hits) < limit else 0
    return Results(hits, total, left == 0, known.read, unread, max(0, waiting))


def _first(hits: Sequence[Hit], limit: int | None) -> tuple[Hit, ...]:
    return tuple(sorted(hits, key=lambda hit: (hit.at, hit.article.id), reverse=True)[:limit])


def _newest(connection: Connection, ids: Sequence[int]) -> Iterator[int]:
    """The articles, newest first; `ids` are in the order in which they came, the last first.

    What came before an article cannot have been published after that: so not all dates need be known.
    """
    heap: list[tuple[float, int]] = []
    for start in range(0, len(ids), _AGES):
        ages = search.ages(connection, ids[start:start + _AGES])
        for one in ages:
            heappush(heap, (-one.at.timestamp(), -one.id))
        edge = min((one.first_seen_at.timestamp() for one in ages), default=0.0)
        while heap and -heap[0][0] >= edge:
            yield -heappop(heap)[1]
    while heap:
        yield -heappop(heap)[1]


def _batches(numbers: Iterator[int], size: int) -> Iterator[list[int]]:
    while some := list(islice(numbers, size)):
        yield some
