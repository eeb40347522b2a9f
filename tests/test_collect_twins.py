"""Two articles whose pages name one address: when they are one, and when that address is a list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from monitor.collect import pages
from storage import articles, feeds
from storage.articles import NewEntry
from storage.feeds import WantedFeed
from storage.schema import articles as table

if TYPE_CHECKING:
    from storage.database import Database

NOW = datetime(2026, 3, 9, 15, 30, tzinfo=UTC)
FORM = "Agents carried out a raid in {0}. People were taken away in vans from {0}. Witnesses in {0} said so on Monday."
DALLAS, HOUSTON = FORM.format("Dallas"), FORM.format("Houston")


def arrive(database: Database, at: datetime, key: str, text: str) -> None:
    """Store an article and its page, which says that its address is the list of all alerts."""
    new = NewEntry(key, key, f"https://c.example/{key}", "Raid alert", "", "", at, "", "en", quiet=False,
                   fetch_page=True)
    with database.write() as connection:
        feeds.sync(connection, [WantedFeed("https://c.example/feed", "Courier", "")], NOW)
        articles.store_entries(connection, feeds.active(connection)[0], [new], at)
        ids = list(connection.scalars(select(table.c.id).where(table.c.url == new.url)))
        (stored,) = articles.by_ids(connection, ids)
    pages._store(database, stored, {"page_state": "read", "text": text}, {"alerts"})


@pytest.mark.parametrize(
    ("hours", "text", "duplicate"),
    [
        (120, DALLAS, 1),
        (120, DALLAS + " A lawyer came later, and nobody was let in.", 1),
        (120, HOUSTON, None),
        (0, HOUSTON, None),
        (0, "Agents carried out a raid in Dallas. All else is in dispute. The county says nothing.", 1),
        (2, "Agents carried out a raid in Dallas. All else is in dispute. The county says nothing.", None),
    ],
)
def test_a_headline_that_comes_again_is_another_report(
    database: Database, hours: int, text: str, duplicate: int | None
) -> None:
    """The text must be the same for the most part; within an hour, some of it."""
    arrive(database, NOW, "one", DALLAS)
    arrive(database, NOW + timedelta(hours=hours), "two", text)
    with database.read() as connection:
        assert [None, duplicate] == list(connection.scalars(select(table.c.duplicate_of).order_by(table.c.id)))
