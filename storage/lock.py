"""One bot a database: two would post everything twice.

SQLite: a lock on a file beside it, which the system lets go when its holder dies. PostgreSQL: an advisory lock on a
connection of its own, which the server lets go when that connection ends.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from storage.errors import LockedError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from storage.database import Database

# Any number will do as long as every Dateline uses the same; this one spells "date" in ASCII.
_ADVISORY_KEY = 0x64617465

_BUSY = "another bot is running on this database ({}): stop it first, two would post everything twice"


@contextmanager
def only_bot(database: Database) -> Iterator[None]:
    """Hold the database as its only bot.

    Raises LockedError where another process has it, StorageError where the lock cannot be had or was lost.
    """
    if database.is_sqlite:
        with _file_lock(f"{database.engine.url.database}.lock"):
            yield
    else:
        with _advisory_lock(database):
            yield


@contextmanager
def _file_lock(path: str) -> Iterator[None]:
    try:
        handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise StorageError(f"the lock file {path} cannot be made: {error.strerror}") from error
    try:
        _take(handle, path)
        yield
    finally:
        os.close(handle)


def _take(handle: int, path: str) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise LockedError(_BUSY.format(path.removesuffix(".lock"))) from error


@contextmanager
def _advisory_lock(database: Database) -> Iterator[None]:
    # Session scope: it must outlive every transaction, so its connection commits each statement and stays out of them.
    with database.maintenance() as connection:
        taken = connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _ADVISORY_KEY})
        if not taken:
            raise LockedError(_BUSY.format(database.engine.url.database))
        well = False
        try:
            yield
            well = True
        finally:
            _unlock(connection, tell=well)


def _unlock(connection: Connection, *, tell: bool) -> None:
    """Let the lock go. Raises where its connection is lost, unless an error that matters more is on its way out."""
    try:
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _ADVISORY_KEY})
    except SQLAlchemyError:
        if tell:
            raise
