"""Judgements, items that somebody took, and how long it is known who did: on both databases."""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.retention import erase_old_text
from storage import feedback, mutes
from storage.database import open_database
from storage.feedback import Judgement
from storage.schema import feedback as feedback_table
from storage.schema import presses
from tests.archived import store

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection

    from storage.database import Database

ALICE, BOB = "U0ALICE001", "U0BOB00001"


def judge(connection: Connection, now: datetime, at: str, *, relevant: bool = True, person: str = ALICE) -> bool:
    """Somebody judges the first article."""
    return feedback.judge(connection, Judgement("C1", 1, "raids", "Ledger", relevant, person, at), now)


def test_a_press_is_new_once(database: Database, now: datetime) -> None:
    """What is handed over twice is known the second time."""
    with database.write() as connection:
        assert [True, False, True] == [feedback.is_new(connection, key, now) for key in ("a", "a", "b")]


@pytest.mark.parametrize("order", [("1", "2", "3"), ("3", "1", "2"), ("2", "3", "1")])
def test_the_later_judgement_holds(database: Database, now: datetime, order: tuple[str, ...]) -> None:
    """In whatever order one person's presses arrive, the last that was pressed counts, and once."""
    with database.write() as connection:
        store(connection, now)
        for at in order:
            judge(connection, now, at, relevant=at != "3")
        assert feedback.judged(connection, "C1", 1, ALICE) is False
        assert Counter({(1, False): 1}) == feedback.counted(connection, "C1", [1])


def test_taking_a_judgement_back(database: Database, now: datetime) -> None:
    """It is as if nothing had been said; but what was said after that stays."""
    with database.write() as connection:
        store(connection, now)
        judge(connection, now, "2")
        assert [False, True, False] == [feedback.unjudge(connection, "C1", 1, ALICE, at) for at in ("1", "3", "4")]
        assert Counter() == feedback.counted(connection, "C1", [1])


def test_an_item_has_one_who_is_on_it(database: Database, now: datetime) -> None:
    """Who comes second does not get it, until it is released; a release of before it was taken is none."""
    with database.write() as connection:
        store(connection, now)
        assert feedback.take(connection, "C1", 1, ALICE, pressed_at="2", now=now)
        assert not feedback.take(connection, "C1", 1, BOB, pressed_at="3", now=now)
        assert [False, True] == [feedback.release(connection, "C1", 1, at) for at in ("1", "4")]
        assert feedback.take(connection, "C1", 1, BOB, pressed_at="5", now=now)
        assert BOB == feedback.taken_of(connection, "C1", [1])[1].person


def test_people_are_forgotten(database: Database, now: datetime) -> None:
    """Every id of before a day goes, in all places; what they said stays and counts."""
    with database.write() as connection:
        store(connection, now)
        feedback.is_new(connection, "a", now)
        judge(connection, now, "1")
        feedback.take(connection, "C1", 1, ALICE, pressed_at="1", now=now)
        mute = mutes.begin(connection, "C1", "story", 1, ALICE, now=now, until=now + timedelta(days=7))
        mutes.end(connection, mute, BOB, now)
        later = now + timedelta(seconds=1)
        assert [0, 5, 0] == [feedback.forget_people(connection, when) for when in (now, later, later)]
        ended = mutes.by_id(connection, mute)
        assert ended and (None, None, now) == (ended.person, ended.ended_by, ended.ended_at)
        assert Counter({(1, True): 1}) == feedback.counted(connection, "C1", [1])
        assert feedback.taken_of(connection, "C1", [1])[1].person is None


@pytest.mark.parametrize(("days", "known"), [(12, {ALICE}), (14, {None})])
def test_ids_are_erased_within_fourteen_days(database: Database, now: datetime, days: int, known: set[str]) -> None:
    """The daily erasing takes them, and the keys of presses, before the fifteenth day begins."""
    with database.write() as connection:
        store(connection, now)
        feedback.is_new(connection, "a", now)
        judge(connection, now, "1")
    for day in range(days + 1):
        erase_old_text(database, 90, now + timedelta(days=day))
    with database.read() as connection:
        assert known == set(connection.scalars(feedback_table.select().with_only_columns(feedback_table.c.person)))
        assert (days < 13) == bool(connection.execute(presses.select()).all())


def test_what_a_reader_keeps_from_being_overwritten_is_overwritten_later(tmp_path: Path, now: datetime) -> None:
    """A backup that reads while ids are erased leaves them in the write-ahead log; an hour later they go from there."""
    database = open_database(f"sqlite:///{tmp_path}/d.db")
    with database.write() as connection:
        store(connection, now)
        judge(connection, now, "1")
    with sqlite3.connect(tmp_path / "d.db") as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM feedback").fetchall()
        erase_old_text(database, 90, now + timedelta(days=14))
    reader.close()
    assert ALICE.encode() in (tmp_path / "d.db-wal").read_bytes()
    for minutes in (59, 60):
        erase_old_text(database, 90, now + timedelta(days=14, minutes=minutes))
        left = ALICE.encode() in (tmp_path / "d.db-wal").read_bytes()
        assert (minutes < 60) == left
    database.close()
