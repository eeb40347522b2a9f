"""The way into the database: engine, pragmas, transactions, migrations at start.

SQLite: WAL, synchronous=FULL (a committed article survives a power cut), foreign keys on, BEGIN IMMEDIATE for writers
(a transaction that reads first and writes later fails at once when another writer came between, whatever the busy
timeout), secure_delete (erased text is overwritten, not merely unlinked). PostgreSQL needs none of it.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, SQLAlchemyError

from storage.errors import StorageError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

BUSY_TIMEOUT_MS = 5000
CACHE_KB = 1000  # a connection; SQLite's 2,000 keep 10 MB more after a large first poll, and are no quicker
NEWEST = "0006"  # the last migration; Alembic, which knows it too, takes 14 MB and 0.2 s to ask


class Database:
    """One open database; `write()` and `read()` give a connection in a transaction that commits or rolls back whole."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def is_sqlite(self) -> bool:
        """True for a SQLite file, false for PostgreSQL."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that takes the write lock at its start. Raises StorageError, rolled back."""
        with _translated(self.engine), self.engine.connect() as connection:
            writer = connection.execution_options(writes=True)
            with writer.begin():
                yield writer

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view for several queries. Raises StorageError."""
        with _translated(self.engine), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def maintenance(self) -> Iterator[Connection]:
        """A connection outside any transaction, for what cannot run inside one (VACUUM). Raises StorageError."""
        # SQLAlchemy's AUTOCOMMIT would, on its way back to the pool, switch the SQLite driver's own BEGIN on again.
        option = {"plain": True} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        with _translated(self.engine), self.engine.connect() as connection:
            yield connection.execution_options(**option)

    def close(self) -> None:
        """Close every connection; the last one of a SQLite file folds the WAL back into it."""
        self.engine.dispose()


def open_database(url: str, *, migrate: bool = True) -> Database:
    """Open the database at `url` ("sqlite:///path" or "postgresql+psycopg://..."), made or migrated where needed.

    Raises StorageError where it cannot be opened, is damaged, or was written by a newer Dateline.
    """
    database = Database(_engine(url))
    try:
        with _translated(database.engine):
            if database.is_sqlite:
                _check_whole(database.engine)
            if migrate:
                _bring_up_to_date(database.engine)
    except StorageError:
        database.close()
        raise
    return database


def exists(url: str) -> bool:
    """Whether there may be something in the database: false only for a SQLite file that is not there."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return True  # opening it says what is wrong
    return parsed.get_backend_name() != "sqlite" or not parsed.database or Path(parsed.database).exists()


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            _prepare_file(Path(parsed.database))
        engine = create_engine(parsed, hide_parameters=True, pool_pre_ping=parsed.get_backend_name() != "sqlite")
    except (ArgumentError, ModuleNotFoundError) as error:
        raise StorageError(f"the database address is not understood ({error.__class__.__name__}): "
                           "write a file name, or postgresql://user@host/name") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
    return engine


def _prepare_file(path: Path) -> None:
    """The folder and file, readable by their owner alone: feeds and rules say what a team watches."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StorageError(f"the database {path} cannot be made: {error.strerror}. "
                           "Check that the folder exists and may be written") from error


def _set_pragmas(dbapi: sqlite3.Connection, _record: object) -> None:
    dbapi.isolation_level = None  # the driver must not begin transactions of its own
    for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON",
                   "secure_delete=ON", f"cache_size=-{CACHE_KB}"):
        dbapi.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("plain"):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")


def _bring_up_to_date(engine: Engine) -> None:
    version = _version(engine)
    if version is None:
        from storage.create import create

        create(engine, NEWEST)
    elif version != [NEWEST]:
        from storage.migrations.run import upgrade

        upgrade(engine)


def _version(engine: Engine) -> list[str] | None:
    """What Alembic noted of the tables; None where there are none yet."""
    with engine.connect() as connection:
        if not engine.dialect.has_table(connection, "alembic_version"):
            return None
        return list(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars())


def _check_whole(engine: Engine) -> None:
    with engine.connect() as connection:
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if found != "ok":
        raise StorageError(f"the database file is damaged ({found}): stop the bot and put back a backup")


@contextmanager
def _translated(engine: Engine) -> Iterator[None]:
    """Every error of SQLAlchemy leaves storage as StorageError; the text names the database, never a password."""
    try:
        yield
    except DatabaseError as error:
        raise StorageError(_sentence(engine, error)) from error
    except SQLAlchemyError as error:
        raise StorageError(f"a query failed: {error.__class__.__name__}") from error


_SENTENCES = (
    ("database is locked", "is busy: another program holds it. Stop it, or wait"),
    ("disk is full", "cannot grow: the disk is full. Nothing was lost; make room and start again"),
    ("readonly", "may not be written: check the owner and permissions of the file and its folder"),
    ("unable to open", "cannot be opened: check that the folder exists and its permissions"),
    ("not a database", "is not a database file: check the name in [storage] database, or put back a backup"),
    ("malformed", "is damaged: stop the bot and put back a backup"),
    ("onnection", "does not answer: check that the server runs and that address, user and password are right"),
)


def _sentence(engine: Engine, error: DatabaseError) -> str:
    said = str(error.orig)
    shown = engine.url.render_as_string(hide_password=True)
    for sign, sentence in _SENTENCES:
        if sign in said:
            return f"the database {shown} {sentence}"
    return f"the database {shown} refused a query ({error.orig.__class__.__name__})"
