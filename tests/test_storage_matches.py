"""Matches as they are stored: read back whole, and counted by rule and day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text, update

from rules.engine.engine import Engine
from rules.files.load import load_texts
from rules.model import Article
from storage import articles, feeds, matches
from storage.articles import NewEntry
from storage.database import open_database
from storage.feeds import WantedFeed
from storage.schema import matches as table

if TYPE_CHECKING:
    from datetime import datetime

    from rules.model import Stance
    from storage.database import Database

RULES = load_texts({"f.toml": """
[[rule]]
id = 'fares'
query = 'fare'
[rule.stance.up]
says = 'fares go up'
says_es = 'suben las tarifas'
query = 'raise'
"""})


def arrive(database: Database, *moments: datetime, quiet: bool = False) -> None:
    """An article a moment, first seen and matched then."""
    with database.write() as connection:
        feeds.sync(connection, [WantedFeed("https://ledger.example/feed", "Ledger", "")], moments[0])
        (feed,) = feeds.active(connection)
        for at in moments:
            key = f"{at:%Y%m%dT%H%M%S}{quiet}"
            new = NewEntry(f"e{key}", f"u{key}", f"https://ledger.example/{key}", "City to raise the fare", "", "", at,
                           "", "", quiet=quiet, fetch_page=False)
            articles.store_entries(connection, feed, [new], at)
            (article,) = articles.unmatched(connection, 9)
            found = Engine(RULES).match(Article("City to raise the fare", ""))
            matches.record(connection, article.id, found, RULES.hash, at)


def stored_stance(database: Database) -> Stance | None:
    with database.read() as connection:
        return matches.from_row(connection.execute(select(table)).one()).stance


def test_a_stance_comes_back_in_both_languages(database: Database, now: datetime) -> None:
    """Label, words and votes."""
    arrive(database, now)
    found = stored_stance(database)

    assert found
    assert ("up", "fares go up", "suben las tarifas", (("up", 3),)) == (
        found.label, found.says, found.says_es, found.points)


def test_a_stance_stored_before_there_was_spanish_is_read(database: Database, now: datetime) -> None:
    """It has no Spanish words, and all else."""
    arrive(database, now)
    with database.write() as connection:
        connection.execute(update(table).values(stance={"label": "up", "says": "fares go up", "points": []}))

    found = stored_stance(database)
    assert found
    assert ("fares go up", "") == (found.says, found.says_es)


def test_alerts_and_articles_are_counted_by_day(database: Database, now: datetime) -> None:
    """Days are those of UTC, each once; what was old when its feed was first read is an article, and no alert."""
    arrive(database, now - timedelta(days=9), now - timedelta(days=2, hours=15), now - timedelta(days=2), now)
    arrive(database, now - timedelta(days=1), quiet=True)

    with database.read() as connection:
        alerts = matches.alert_days(connection, now - timedelta(days=8))
        read = matches.read_by_day(connection, now - timedelta(days=8))
    assert {"fares": (date(2026, 3, 7), date(2026, 3, 9))} == alerts
    assert {date(2026, 3, 7): 2, date(2026, 3, 8): 1, date(2026, 3, 9): 1} == read


@pytest.mark.parametrize(("hours", "day"), [(8, 9), (9, 10)])
def test_a_day_ends_at_midnight_utc(postgres_url: str, now: datetime, hours: int, day: int) -> None:
    """Also where the database server lives in another zone."""
    database = open_database(postgres_url)
    with database.engine.connect() as connection, connection.begin():
        connection.execute(text(f'ALTER DATABASE "{database.engine.url.database}" SET timezone TO \'Asia/Tokyo\''))
    database.engine.dispose()
    arrive(database, now + timedelta(hours=hours))

    with database.read() as connection:
        assert "Asia/Tokyo" == connection.scalar(text("SHOW timezone"))
        assert {date(2026, 3, day): 1} == matches.read_by_day(connection, now)
    database.close()
