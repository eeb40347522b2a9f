"""The way into the database: migrations, transactions, errors, the lock."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import bindparam, create_engine, insert, inspect, select, text

from storage import about as about_facts
from storage import deliveries, feeds, migrations
from storage.create import create
from storage.database import NEWEST, open_database
from storage.errors import LockedError, StorageError
from storage.feeds import WantedFeed
from storage.lock import only_bot
from storage.matches import from_row
from storage.migrations.run import downgrade, upgrade
from storage.schema import UtcDateTime, about, articles, matches, metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from sqlalchemy import Engine

    from storage.database import Database


def described(name: str | None, kind: str, _parents: object) -> bool:
    """Whether schema.py describes it: the full-text index has its own form on either kind of database."""
    return kind != "table" or not (name or "").startswith("article_words")


@pytest.fixture
def migrated(database: Database) -> Database:
    """A database that went the whole way of the migrations."""
    downgrade(database.engine, "base")
    upgrade(database.engine)
    return database


def test_migrations_build_the_schema(migrated: Database) -> None:
    """The migrated tables are those that the queries are written against."""
    with migrated.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": described})

        assert [] == compare_metadata(context, metadata)


def shape(engine: Engine) -> dict[str, list[str]]:
    """What there is, by table, and the triggers. Not the defaults, which migrations gave to the rows that were there,
    and not the order of columns, which no query goes by.
    """
    found, triggers = inspect(engine), {
        "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"}[engine.dialect.name]
    with engine.connect() as connection:
        shapes = {"triggers": sorted(connection.scalars(text(triggers)))}
    for table in found.get_table_names():
        parts = [found.get_pk_constraint(table), *found.get_foreign_keys(table), *found.get_indexes(table),
                 *found.get_unique_constraints(table), *found.get_check_constraints(table)]
        columns = [f"{column['name']} {column['type']!r} {column['nullable']}" for column in found.get_columns(table)]
        shapes[table] = sorted([*columns, *map(str, parts)])
    return shapes


def test_a_new_database_is_made_as_the_migrations_would(database: Database) -> None:
    """Tables, columns, keys, indexes and triggers of both are the same, and so is what Alembic knows of them."""
    made, known = shape(database.engine), everything(database.engine, ["alembic_version"])
    downgrade(database.engine, "base")
    upgrade(database.engine)

    assert made == shape(database.engine)
    assert known == everything(database.engine, ["alembic_version"])


def test_a_database_is_made_once(database: Database) -> None:
    """A process that finds no tables, and then is not the first to make them, leaves those of the other alone."""
    with database.write() as connection:
        connection.execute(insert(about).values(key="a", value="1"))
    create(database.engine, "0001")

    assert [("a", "1")] == everything(database.engine, ["about"])
    assert [(NEWEST,)] == everything(database.engine, ["alembic_version"])


def test_tables_of_another_program_are_left_alone(sqlite_url: str) -> None:
    """Where one of our names is taken by somebody else's table, nothing is made beside it."""
    engine = create_engine(sqlite_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE feeds (theirs TEXT)"))

    with pytest.raises(StorageError):
        open_database(sqlite_url)
    assert ["feeds"] == inspect(engine).get_table_names()


def test_a_database_that_is_up_to_date_needs_no_migrations(sqlite_url: str) -> None:
    """What migrates is not even loaded, neither for a new one, and the newest migration is known without it."""
    program = "import sys; from storage.database import open_database; open_database(sys.argv[1]).close(); "
    program += "sys.exit('alembic' in sys.modules)"

    for _ in ("new", "known"):
        assert 0 == subprocess.run([sys.executable, "-c", program, sqlite_url], check=False).returncode
    assert [NEWEST] == ScriptDirectory(str(Path(migrations.__file__).parent)).get_heads()


def test_migrations_go_both_ways(database: Database) -> None:
    """All tables go, and come back."""
    downgrade(database.engine, "base")
    assert {"alembic_version"} == set(inspect(database.engine).get_table_names())

    upgrade(database.engine)
    assert set(metadata.tables) <= set(inspect(database.engine).get_table_names())


@pytest.fixture
def first_release(database_url: str, now: datetime) -> Iterator[Engine]:
    """A database as the first release left it, with an article that matched and was posted."""
    opened = open_database(database_url)
    downgrade(opened.engine, "0001")
    rows = (
        "INSERT INTO articles (id, url, title, outlet, home, author, language, text, text_source, first_seen_at, quiet,"
        " page_state, page_attempts) VALUES (7, 'u', 'Title', 'Ledger', '', '', '', 'Text', 'page', :now, false,"
        " 'read', 0)",
        "INSERT INTO matches (id, article_id, rule_id, rule_name, severity, topics, places, evidence, rules_hash,"
        " created_at) VALUES (3, 7, 'raids', 'Raids', 'normal', '[]', '[{\"place_id\": \"x\", \"label\": \"X\","
        " \"about\": true, \"mentions\": 1}]', '{\"quotes\": [], \"title_marks\": [], \"terms\": [],"
        " \"why\": \"w\", \"spans\": []}', 'h', :now)",
        "INSERT INTO digests (id, channel_id, slot_date, slot, articles, created_at)"
        " VALUES ('d', 'C1', '2026-03-09', 'now', 1, :now)",
        "INSERT INTO digest_items (channel_id, article_id, digest_id) VALUES ('C1', 7, 'd')",
    )
    with opened.write() as connection:
        for row in rows:
            times = [bindparam("now", now, UtcDateTime)] if ":now" in row else []
            connection.execute(text(row).bindparams(*times))
    yield opened.engine
    opened.close()


def test_the_archive_of_the_first_release_stays(first_release: Engine, now: datetime) -> None:
    """Its matches come through with what was true of them: they alerted, and had no prominence, stance or score."""
    upgrade(first_release)
    with first_release.connect() as connection:
        match = from_row(connection.execute(select(matches)).one())
        waiting = connection.execute(select(articles.c.indexed)).scalar_one()

    assert ("raids", "w", True, "body", None, None) == (
        match.rule_id, match.why, match.alerts, match.prominence, match.stance, match.relevance)
    assert not waiting


def test_the_way_back_to_the_first_release(first_release: Engine) -> None:
    """Going up and down again loses no article, match or digest."""
    tables = ("articles", "matches", "digests", "digest_items")
    before = everything(first_release, tables)
    upgrade(first_release)
    downgrade(first_release, "0001")

    assert before == everything(first_release, tables)


def test_updates_that_wait_leave_their_threads_on_the_way_back(database: Database, now: datetime) -> None:
    """A release that knows no threads of others would let each wait for itself; it posts them into the channel."""
    with database.write() as connection:
        for key, root in (("alert", None), ("update", "alert")):
            deliveries.add(connection, key, "C1", key, [{"text": key, "reply_broadcast": True}, {"text": "links"}],
                           now=now, in_thread=[0, 1] if root else [1], thread_of=root)
    downgrade(database.engine, "0003")
    with database.read() as connection:
        rows = connection.execute(text("SELECT in_thread, body FROM deliveries ORDER BY id")).all()

    assert [False, True, False, False] == [bool(row.in_thread) for row in rows]
    assert [True, False, False, False] == ["reply_broadcast" in str(row.body) for row in rows]


def everything(engine: Engine, tables: Iterable[str]) -> list[tuple[object, ...]]:
    """Every row of these tables."""
    with engine.connect() as connection:
        return [tuple(row) for table in tables for row in connection.execute(text(f"SELECT * FROM {table}"))]


def test_a_newer_database_is_refused(database_url: str) -> None:
    """Tables of a later release are left alone, with a sentence that says so."""
    opened = open_database(database_url)
    with opened.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    opened.close()

    with pytest.raises(StorageError, match="newer Dateline"):
        open_database(database_url)


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    """What a transaction wrote before it failed is gone."""
    with pytest.raises(StorageError), database.write() as connection:
        connection.execute(insert(about).values(key="a", value="1"))
        connection.execute(insert(about).values(key="a", value="2"))

    with database.read() as connection:
        assert 0 == connection.execute(text("SELECT count(*) FROM about")).scalar()


def test_naive_times_are_refused(database: Database, now: datetime) -> None:
    """A time without a zone never reaches the database."""
    with pytest.raises(StorageError), database.write() as connection:
        feeds.sync(connection, [WantedFeed("https://a.example/feed", "A", "")], now.replace(tzinfo=None))


def test_the_file_is_private(sqlite_url: str, tmp_path: Path) -> None:
    """The database file can be read by its owner alone."""
    open_database(sqlite_url).close()

    assert 0o600 == (tmp_path / "dateline.db").stat().st_mode & 0o777


def test_sqlite_is_set_for_durability(sqlite_url: str) -> None:
    """WAL, full synchronisation, foreign keys and overwriting of erased rows are on, on every connection."""
    opened = open_database(sqlite_url)
    with opened.read() as connection:
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                 for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")]
    opened.close()

    assert ["wal", 2, 1, 1] == found


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"this is a text file, not a database" * 40, "not a database file"), (b"", "")],
)
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes, words: str) -> None:
    """Another kind of file is named as such and left as it was; an empty one becomes a database."""
    (tmp_path / "x.db").write_bytes(content)

    if words:
        with pytest.raises(StorageError, match=words):
            open_database(f"sqlite:///{tmp_path}/x.db")
        assert content == (tmp_path / "x.db").read_bytes()
    else:
        open_database(f"sqlite:///{tmp_path}/x.db").close()


@pytest.mark.parametrize(
    "url", ["sqlite:////proc/none/x.db", "postgresql+psycopg://u:geheim@127.0.0.1:1/x", "nonsense"]
)
def test_a_database_that_cannot_be_opened(url: str) -> None:
    """The reason is a sentence, and a password in the address never stands in it."""
    with pytest.raises(StorageError) as caught:
        open_database(url)

    assert "geheim" not in str(caught.value)
    assert 20 < len(str(caught.value))


def test_one_bot_a_database(database: Database, database_url: str) -> None:
    """A second bot is refused while the first runs, and welcome after it."""
    second = open_database(database_url)
    with only_bot(database), pytest.raises(LockedError, match="another bot"), only_bot(second):
        pass

    with only_bot(second):
        pass
    second.close()


def test_a_killed_bot_leaves_no_lock(sqlite_url: str) -> None:
    """The lock goes with its process, however that ended."""
    program = (
        "import os, sys; from storage.database import open_database; from storage.lock import only_bot\n"
        "with only_bot(open_database(sys.argv[1])): os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", program, sqlite_url], check=False, env={**os.environ, "PYTHONPATH": "."})
    opened = open_database(sqlite_url)

    with only_bot(opened):
        pass
    opened.close()


def test_the_instance_id_stays(database: Database, now: datetime) -> None:
    """A database keeps its own id, and remembers its last sign of life."""
    with database.write() as connection:
        first = about_facts.instance(connection)
        about_facts.beat(connection, now)
    with database.write() as connection:
        assert first == about_facts.instance(connection)
        assert now == about_facts.last_beat(connection)
