"""Candidates of a search: what the index names, what it does not know, and how old each is. On both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rules.engine.needed import AllOf, AnyOf, any_of
from storage import search, words
from tests.archived import store

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Database


def test_the_last_that_came_first(database: Database, now: datetime) -> None:
    """Indexed articles that hold all that is needed; beginnings count; signs alone could stand anywhere."""
    needed = any_of([AllOf((AnyOf(frozenset({"raid"})), AnyOf(frozenset({"tow*"}))))])
    with database.write() as connection:
        for keys in ({"raid", "town"}, {"raid"}, {"raid", "tower", "bus"}):
            words.add(connection, [(store(connection, now), keys)])

        assert [3, 1] == search.holding(connection, needed)
        assert search.holding(connection, AnyOf(frozenset({"'"}))) is None


def test_what_the_index_does_not_know(database: Database, now: datetime) -> None:
    """Neither erased articles nor copies of others; the last first."""
    with database.write() as connection:
        for more in ({}, {"indexed": True}, {"erased_at": now}, {"duplicate_of": 1}, {}):
            store(connection, now, **more)

        assert [5, 1] == search.unindexed(connection, None)
        assert ([5], 2) == (search.unindexed(connection, 1), search.count_unindexed(connection))
        assert ([5, 2, 1], 3) == (search.latest(connection, None), search.count_readable(connection))


def test_how_old_articles_are(database: Database, now: datetime) -> None:
    """By their dates; without one, or with one ahead of their arrival, by that; copies of others are left out."""
    day = timedelta(days=1)
    with database.write() as connection:
        for more in ({"published_at": now - day}, {}, {"published_at": now + day}, {"duplicate_of": 1}):
            store(connection, now, **more)
        found = search.ages(connection, [1, 2, 3, 4])

    assert [(3, now), (2, now), (1, now - day)] == [(one.id, one.at) for one in found]
