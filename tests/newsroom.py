"""A small newsroom for tests of commands: two rules, two channels, one feed, and articles that come by hand.

A module of tests takes the fixtures as its own: `config, database = newsroom.config, newsroom.database`.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

import bot
from monitor.match import match_articles
from monitor.stories.identity import entry_key, url_key
from rules.engine.engine import Engine
from rules.files.load import load_rules
from storage import deliveries, digests, feeds
from storage.database import open_database
from storage.feeds import WantedFeed
from storage.schema import article_keys, entries
from tests.archived import store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storage.database import Database

FEED = "https://ledger.example/feed"
TOPICS = "[topics]\nraids = 'Raids'\nbuses = 'Buses'\n"
RULES = f"""{TOPICS}
# what the team began with
[[rule]]
id = 'raids'
name = 'Raids'
topics = ['raids']
alert_from = 'lead'
query = '''raid* AND (town OR city) AND NOT "video game"'''

[[rule]]
id = 'buses'
name = 'Buses'
topics = ['buses']
query = 'bus'
"""
CONFIG = """\
[rules]
folders = ["team"]
[storage]
database = "test.db"
[slack]
admin_channel = "C0000ADMIN"
[[feed]]
url = "https://ledger.example/feed"
outlet = "Ledger"
home = "Baltimore, MD"
[[channel]]
id = "C0000RAIDS"
name = "raids"
topics = ["raids"]
slots = ["08:00"]
timezone = "America/New_York"
[[channel]]
id = "C0000BUSES"
name = "buses"
topics = ["buses"]
slots = "now"
timezone = "America/New_York"
"""
NOW = datetime.now(UTC)
RAID: dict[str, Any] = {"title": "Raid in town", "text": "The raid was long.\nRaiders left the city."}


def furnish(folder: Path, monkeypatch: pytest.MonkeyPatch, rules: str = RULES) -> Path:
    """A configuration without secrets from outside; the path of its config.toml."""
    for name in ("SLACK_BOT_TOKEN", "SLACK_BOT_TOKEN_FILE", "DATELINE_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    (folder / "team").mkdir()
    (folder / "team" / "rules.toml").write_text(rules)
    (folder / "config.toml").write_text(CONFIG)
    return folder / "config.toml"


def opened(config: Path) -> Database:
    """Its database, as a bot leaves it that began two days ago and has read its feed since."""
    database = open_database(f"sqlite:///{config.parent}/test.db")
    began = NOW - timedelta(days=2)
    with database.write() as connection:
        feeds.sync(connection, [WantedFeed(FEED, "Ledger", "Baltimore, MD")], began)
        feeds.record_poll(connection, 1, first_ok_at=began, ok_at=NOW, polled_at=NOW)
        digests.sync_channels(connection, [("C0000RAIDS", "raids"), ("C0000BUSES", "buses")], began)
    return database


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The newsroom's configuration."""
    return furnish(tmp_path, monkeypatch)


@pytest.fixture
def database(config: Path) -> Iterator[Database]:
    """Its database."""
    found = opened(config)
    yield found
    found.close()


def arrive(database: Database, number: int = 1, **columns: object) -> int:
    """An article that the feed brings now: its id. It was published half an hour before."""
    url = f"https://ledger.example/{number}"
    values = {"url": url, "published_at": NOW - timedelta(minutes=30)} | columns
    with database.write() as connection:
        article_id = store(connection, NOW, **values)
        connection.execute(article_keys.insert().values(key=url_key(url), article_id=article_id))
        connection.execute(entries.insert().values(
            key=entry_key(FEED, url, url, "", ""), feed_id=1, article_id=article_id, first_seen_at=NOW,
            last_seen_at=NOW))
    return article_id


def match(database: Database, config: Path) -> None:
    """The rules read what has come."""
    ruleset = load_rules([config.parent / "team"])
    asyncio.run(match_articles(database, Engine(ruleset), ruleset.hash, NOW))


def freeze(database: Database, article_id: int, place: digests.Standing = "item", channel: str = "C0000RAIDS") -> str:
    """A digest of today that holds the article: its id."""
    with database.write() as connection:
        digests.freeze(connection, "digest:1", channel, (date(2026, 11, 23), "08:00"), [article_id], now=NOW,
                       standing={article_id: (place, "raids")})
    return "digest:1"


def queued(database: Database) -> list[deliveries.Delivery]:
    """The messages in the outbox."""
    with database.read() as connection:
        return deliveries.in_state(connection, *deliveries.STATES)


def printed(capsys: pytest.CaptureFixture[str], config: Path, *words: object) -> tuple[int, str, str]:
    """Exit status, output and errors of a command run in this process."""
    status = bot.main([*map(str, words), "--config", str(config)])
    shown = capsys.readouterr()
    return status, shown.out, shown.err


def call(capsys: pytest.CaptureFixture[str], config: Path, *words: object) -> tuple[int, str, str]:
    """The same, with sentences on one line."""
    status, out, err = printed(capsys, config, *words)
    return status, " ".join(out.split()), " ".join(err.split())
