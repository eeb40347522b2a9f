"""Mutes as they are stored: until when they hold and for what. On both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.stories.model import Features
from storage import deliveries, mutes, purge
from storage.schema import deliveries as messages
from tests.archived import store
from tests.digest_rounds import join

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from storage.database import Database

WEEK = timedelta(days=7)


def begin(connection: Connection, now: datetime, kind: str = "story", article: int = 1, **about: str) -> int:
    """Somebody mutes something for a week."""
    return mutes.begin(connection, "C1", kind, article, "U0ALICE001", now=now, until=now + WEEK, **about)


def articles(database: Database, now: datetime, number: int = 2) -> None:
    """Stored articles."""
    with database.write() as connection:
        for at in range(number):
            store(connection, now, url=f"https://a.example/{at}")


def test_a_mute_ends(database: Database, now: datetime) -> None:
    """By itself when its time is over, or undone once; its number is not given to another."""
    articles(database, now)
    with database.write() as connection:
        first, second = begin(connection, now), begin(connection, now, "topic", topic="raids")
        assert [first, second] == [one.id for one in mutes.active(connection, now, "C1")]
        assert [] == mutes.active(connection, now + WEEK)
        assert [True, False] == [mutes.end(connection, first, "U0BOB00001", now) for _ in range(2)]
        assert not mutes.end(connection, second, None, now + WEEK)
        assert [second] == [one.id for one in mutes.active(connection, now)]


@pytest.mark.parametrize(
    ("kind", "article", "about", "there"),
    [
        ("story", 1, {}, True),
        ("story", 2, {}, True),  # of the same story
        ("story", 3, {}, False),
        ("outlet", 3, {"outlet": "Ledger", "topic": "raids"}, True),
        ("outlet", 1, {"outlet": "Ledger", "topic": "policy"}, False),
        ("topic", 1, {"topic": "raids"}, False),
    ],
)
def test_what_is_muted_already(
    database: Database, now: datetime, kind: str, article: int, *, about: dict[str, str], there: bool
) -> None:
    """A story on whichever of its articles that was pressed, an outlet for the same topic; a topic is another thing."""
    articles(database, now, 3)
    for one in (1, 2):
        join(database, one, 7, Features(at=now, outlet="Ledger"))
    with database.write() as connection:
        begin(connection, now)
        begin(connection, now, "outlet", outlet="Ledger", topic="raids")
        assert there == (mutes.same(connection, "C1", kind, article, now=now, **about) is not None)
        assert mutes.same(connection, "C2", kind, article, now=now, **about) is None
        assert mutes.same(connection, "C1", kind, article, now=now + WEEK, **about) is None


def test_what_was_kept_back_is_counted(database: Database, now: datetime) -> None:
    """By mute, and added up."""
    articles(database, now)
    with database.write() as connection:
        first, second = begin(connection, now), begin(connection, now, article=2)
        for _ in range(2):
            mutes.note_held(connection, {first: 2, second: 1})
        assert [4, 2] == [one.held for one in mutes.active(connection, now)]


def test_a_purge_takes_what_names_the_outlet(database: Database, now: datetime) -> None:
    """Of a channel everything that was posted since something of it was muted there, since it may say what."""
    with database.write() as connection:
        article = store(connection, now)
        for channel, at in (("C1", -1), ("C1", 1), ("C2", 1)):
            when = now + timedelta(minutes=at)
            deliveries.add(connection, f"{channel}{at}", channel, "note", [{"text": "words"}], now=when)
        begin(connection, now, article=article)
        connection.execute(messages.update().values(state="sent"))
        purge.delete_outlet(connection, purge.outlets(connection)[0])
        assert {"C1-1": True, "C11": False, "C21": True} == {
            one.delivery_id: bool(one.body) for one in deliveries.in_state(connection, "sent")}
        (mute,) = mutes.active(connection, now)
        assert mute.article_id is None
