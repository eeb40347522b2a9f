"""What the admins hear of messages that need a person, and of nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from monitor.notes import about_deliveries, hello, is_stuck, tell_unmade, write_notes
from monitor.settings import (
    ChannelSettings,
    NetworkSettings,
    PollingSettings,
    Settings,
    SlackSettings,
    StorageSettings,
)
from storage import deliveries, feeds
from storage.deliveries import Delivery
from storage.feeds import WantedFeed

if TYPE_CHECKING:
    from pathlib import Path

    from storage.database import Database

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)


def row(state: str, code: str, error: str | None = "Its reason.") -> Delivery:
    return Delivery(id=7, delivery_id="digest:C1", part=0, of=1, channel_id="C1", kind="digest",
                    body={"text": "3 articles"}, state=state, attempt=1, ts=None, error_code=code, error=error,
                    created_at=NOW - timedelta(minutes=2), attempt_at=NOW)


@pytest.mark.parametrize(
    ("state", "code", "words"),
    [
        ("refused", "msg_too_long", "cannot be posted: Its reason."),
        ("abandoned", "too_old", "was given up: Its reason."),
        ("uncertain", "history_unreadable", "may or may not have arrived: Its reason."),
        ("pending", "not_in_channel", "could not be posted: Its reason."),
    ])
def test_what_became_of_a_message(state: str, code: str, words: str) -> None:
    """What happened to it, and why, without a word of its own."""
    (note,) = about_deliveries([row(state, code)], "CADMIN", NOW)

    assert note.lines[0].startswith("A digest for C1, made 2 min ago,")
    assert words in note.lines[0]
    assert "3 articles" not in str(note)


@pytest.mark.parametrize(("kind", "words"), [
    ("alert", "An alert for raids,"), ("rollup", "A roll-up for raids,"), ("digest", "A digest for raids,"),
    ("silence", "A daily line for raids,"),
])
def test_messages_are_called_by_kind_and_channel(kind: str, words: str) -> None:
    """In words, and by the channel's name where config.toml has it."""
    (note,) = about_deliveries([replace(row("refused", "x"), kind=kind)], "CADMIN", NOW, {"C1": "raids"})

    assert note.lines[0].startswith(words)


def settings_of(folder: Path, admin_channel: str | None = "CADMIN") -> Settings:
    channel = ChannelSettings("C1", "alerts", ZoneInfo("UTC"))
    return Settings(folder, StorageSettings(""), NetworkSettings(), PollingSettings(),
                    SlackSettings(admin_channel=admin_channel), (), (), (), (channel,))


def test_a_new_bot_says_so_once(database: Database, tmp_path: Path) -> None:
    """With the feeds that did not answer; later rounds say nothing more of it, nor of what lasts."""
    with database.write() as connection:
        feeds.sync(connection, [WantedFeed("https://ledger.example/feed", "Ledger", "")], NOW)
        feeds.record_poll(connection, 1, failures=3, failing_since=NOW - timedelta(days=2), polled_at=NOW, error="x")
    assert [2, 0] == [write_notes(database, settings_of(tmp_path), (), NOW) for _ in range(2)]

    with database.read() as connection:
        second, first = (str(row.body["text"]) for row in deliveries.in_state(connection, "pending"))  # newest first
    assert (True, True) == ("1 of them could not be read: Ledger" in first, "Ledger cannot be read" in second)


def test_a_feed_that_was_not_asked_yet_is_no_answer(database: Database, tmp_path: Path) -> None:
    """The greeting counts it apart: nothing is known of it."""
    with database.write() as connection:
        feeds.sync(connection, [WantedFeed("https://a.example/", "A"), WantedFeed("https://b.example/", "B")], NOW)
        feeds.record_poll(connection, 1, ok_at=NOW, polled_at=NOW)
        stored = feeds.active(connection)
    assert "1 answers, 1 was not asked yet." in hello("x", settings_of(tmp_path), stored).lines[0]
    assert "All of them answer." in hello("x", settings_of(tmp_path), stored[:1]).lines[0]


def test_nobody_to_tell(database: Database, tmp_path: Path) -> None:
    """Without an admin channel there are no notes."""
    assert 0 == write_notes(database, settings_of(tmp_path, admin_channel=None), (), NOW)


@pytest.mark.parametrize(("minutes", "stuck"), [(10, False), (20, True)])
def test_what_waits_for_long_is_stuck(database: Database, minutes: int, stuck: bool) -> None:
    """A message that could not be posted for a quarter of an hour keeps the heartbeat silent."""
    assert not is_stuck(database, NOW)
    with database.write() as connection:
        deliveries.add(connection, "d", "C1", "digest", [{}], now=NOW)

    assert stuck == is_stuck(database, NOW + timedelta(minutes=minutes))


def test_a_message_that_cannot_be_made_is_told_once_a_day(database: Database, tmp_path: Path) -> None:
    """However often it is tried."""
    channel = ChannelSettings("C1", "alerts", ZoneInfo("UTC"))
    for minutes in range(3):
        tell_unmade(database, settings_of(tmp_path), channel, NOW + timedelta(minutes=minutes))

    with database.read() as connection:
        assert ["note:unmade:C1:20261123"] == [row.delivery_id for row in deliveries.in_state(connection, "pending")]


def test_what_a_person_gave_up_is_no_news() -> None:
    """Nor what is merely on its way."""
    assert [] == about_deliveries([row("abandoned", "given_up"), row("pending", "", None)], "CADMIN", NOW)
