"""`dateline mutes`, and what the other commands say of what is muted."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from storage import deliveries, mutes, redraws
from tests import newsroom
from tests.newsroom import NOW, RAID, arrive, call, match, printed

if TYPE_CHECKING:
    from pathlib import Path

    from storage.database import Database

config, room = newsroom.config, newsroom.database


@pytest.fixture
def database(config: Path, room: Database) -> Database:
    """The newsroom's database, with a raid that waits and is muted: the story in one channel, the topic in another."""
    arrive(room, **RAID)
    match(room, config)
    with room.write() as connection:
        mutes.begin(connection, "C0000RAIDS", "story", 1, "U0ALICE", now=NOW, until=NOW + timedelta(days=7))
        mutes.begin(connection, "C0000GONE", "topic", 1, "U0ALICE", now=NOW, until=NOW + timedelta(days=400),
                    topic="raids")
    return room


def test_the_list(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """Channel by channel: number, what, until when, how many; a channel that is gone by its id."""
    status, out, _ = printed(capsys, config, "mutes")

    assert 0 == status
    assert "raids\n     1  the story “Raid in town” until " in out
    assert " · 0 articles kept back\nC0000GONE\n     2  everything about Raids until " in out
    assert "To end one: dateline mutes undo ID" in out


def test_the_list_of_a_channel(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """Its own alone, and a word where there is nothing."""
    assert "everything about Raids" not in printed(capsys, config, "mutes", "raids")[1]
    assert "Nothing is muted in buses." in printed(capsys, config, "mutes", "buses")[1]


def test_for_programs(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """The end is that at which it ends, which is 30 days at most."""
    found = json.loads(printed(capsys, config, "mutes", "--json")[1])["mutes"]

    assert [(1, "raids", "story", 1), (2, "C0000GONE", "topic", 1)] == [
        (one["id"], one["channel_name"], one["kind"], one["article_id"]) for one in found]
    assert [(NOW + timedelta(days=days)).isoformat() for days in (7, 30)] == [one["until"] for one in found]
    assert not any("person" in one for one in found)


def test_undo(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """The article comes, and the message that announced the mute shows it."""
    with database.write() as connection:
        deliveries.add(connection, "mute:1", "C0000RAIDS", "note", [{"text": "x"}], now=NOW)
        (told,) = deliveries.by_delivery(connection, "mute:1")
        deliveries.mark(connection, told.id, "sent", ts="1764000000.000100")
    assert "Mute 1 has ended" in call(capsys, config, "mutes", "undo", "1")[1]

    with database.read() as connection:
        assert 1 == redraws.behind(connection)
    assert "https://ledger.example/1" in call(capsys, config, "digest", "preview", "raids")[1]
    assert "mute 1 was undone already" in call(capsys, config, "mutes", "undo", "#1")[2]


@pytest.mark.parametrize(("words", "error"), [
    (("undo", "9"), "there is no mute 9"), (("undo", "x"), "there is no mute x"), (("nowhere",), "has no channel"),
    (("undo",), "has no channel 'undo'"), (("raids", "1"), "dateline mutes [CHANNEL], or dateline mutes undo ID"),
    (("undo", "9" * 30), "there is no mute"),
])
def test_mistakes(
    capsys: pytest.CaptureFixture[str], config: Path, database: Database, words: tuple[str, ...], error: str
) -> None:
    """Each is told in a sentence."""
    status, _, told = call(capsys, config, "mutes", *words)

    assert (1, True) == (status, error in told)


def test_a_preview_of_what_is_muted(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """It does not say that nothing came."""
    out = call(capsys, config, "digest", "preview", "raids")[1]

    assert "Nothing waits for raids. Not shown: 1 muted: the story “Raid in town” until " in out


def test_what_a_day_kept_back(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """`digest now` says it posted nothing and why; `digest more` lists it; `why` and `status` know it."""
    assert "so nothing was posted. Not shown: 1 muted" in call(capsys, config, "digest", "now", "raids")[1]
    listed = call(capsys, config, "digest", "more", "raids")[1]
    assert "1 article of " in listed
    assert "was kept back in raids by a mute: Raid in town Ledger · raids · article 1" in listed
    assert "2 on, which kept back 1 article: dateline mutes" in call(capsys, config, "status")[1]
    assert "A mute keeps it back in raids." in call(capsys, config, "why", 1)[1]


def test_why(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """Before its digest too; and then it can be posted by hand."""
    told = json.loads(printed(capsys, config, "why", 1, "--json")[1])
    assert [("muted", "raids")] == [(one["fate"], one["name"]) for one in told["channels"] if one["name"] == "raids"]
    assert ["stopped"] == [one["state"] for one in told["stages"] if one["stage"] == "mute"]
    call(capsys, config, "digest", "now", "raids")

    assert "waits in the outbox for raids" in call(capsys, config, "why", 1, "--post", "raids")[1]
    assert "message 1: waits to be posted" in call(capsys, config, "why", 1)[1]


def test_channels_test(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """Where an article would go is where it goes."""
    assert "to be counted and not shown, in the digest of" in call(capsys, config, "channels", "test", 1)[1]
