"""The lock of the only bot, where its connection is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storage.database import open_database
from storage.errors import LockedError, StorageError
from storage.lock import only_bot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.database import Database


@pytest.fixture
def server(postgres_url: str) -> Iterator[Database]:
    """A database on PostgreSQL."""
    opened = open_database(postgres_url)
    yield opened
    opened.close()


def cut_off(database: Database) -> None:
    """End the connection that holds the lock, as a restart of the server does."""
    with database.write() as connection:
        connection.exec_driver_sql("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
                                   "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")


def test_a_lost_lock_is_an_error_of_the_database(server: Database) -> None:
    """The bot ends with a sentence and no traceback, and the lock can be had again."""
    with pytest.raises(StorageError, match="the database"), only_bot(server):
        cut_off(server)
    with only_bot(server):
        pass


def test_a_lost_lock_hides_no_other_error(server: Database) -> None:
    """What the bot died of is what is told."""
    with pytest.raises(ZeroDivisionError), only_bot(server):
        cut_off(server)
        raise ZeroDivisionError


def test_only_the_lock_itself_says_that_it_is_taken(sqlite_url: str) -> None:
    """An operation that would block while the lock is held is another matter."""
    database = open_database(sqlite_url)
    with pytest.raises(BlockingIOError), only_bot(database):
        with pytest.raises(LockedError), only_bot(database):
            pass
        raise BlockingIOError
    database.close()
