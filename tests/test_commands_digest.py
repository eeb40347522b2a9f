"""`dateline digest`: a preview that changes nothing, a digest at once, and the list of what was only counted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from monitor.stories.model import Features
from monitor.words.times import local
from storage import deliveries, digests
from storage.lock import only_bot
from tests import newsroom
from tests.digest_rounds import join
from tests.newsroom import CONFIG, NOW, RAID, arrive, call, freeze, match, queued

if TYPE_CHECKING:
    from pathlib import Path

    from storage.database import Database


config, room = newsroom.config, newsroom.database


@pytest.fixture
def database(config: Path, room: Database) -> Database:
    """The newsroom's database, with a raid that waits."""
    arrive(room, **RAID)
    match(room, config)
    return room


def test_preview(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """What waits is shown as it would be posted, with its time; nothing is written."""
    page = config.parent / "page.html"
    status, out, _ = call(capsys, config, "digest", "preview", "raids", "--html", page)

    assert 0 == status
    assert "The next digest for raids: it goes out " in out
    assert "https://ledger.example/1" in out
    assert "<title>Dateline preview: raids</title>" in page.read_text()
    assert [] == queued(database)


IN_AN_HOUR = local(NOW + timedelta(hours=1), ZoneInfo("America/New_York"), "en")


# Named: an id with the time in it differs between two test processes that start in different minutes.
@pytest.mark.parametrize(
    ("hours", "words"), [(0, IN_AN_HOUR), (1, "with the next round of the bot")], ids=["fresh", "an hour old"]
)
def test_preview_of_later_coverage(
    *, capsys: pytest.CaptureFixture[str], config: Path, database: Database, hours: int, words: str
) -> None:
    """What the channel knows from an alert goes on an hour after that, and is called what it is."""
    at = NOW - timedelta(hours=hours)
    with database.write() as connection:
        digests.freeze(connection, "alert:1", "C0000RAIDS", (NOW.date(), "alert"), [1], now=at, kind="alert")
    second = arrive(database, 2, **RAID)
    match(database, config)
    for article_id in (1, second):
        join(database, article_id, 7, Features(NOW))
    out = call(capsys, config, "digest", "preview", "raids")[1]

    assert f"More of a story for raids: it goes out {words}" in out
    assert "https://ledger.example/2" in out


@pytest.mark.parametrize(("verb", "channel", "words"), [
    ("preview", "buses", "Nothing waits for buses. What a rule finds is posted there at once."),
    ("now", "buses", "Nothing waits for buses, so nothing was posted."),
    ("more", "raids", "every article stood in the digests of raids itself"),
])
def test_nothing_waits(*, capsys: pytest.CaptureFixture[str], config: Path, database: Database, verb: str,
                       channel: str, words: str) -> None:
    """An empty answer says so, and when something is to be expected."""
    status, out, _ = call(capsys, config, "digest", verb, channel)

    assert 0 == status
    assert words in out


def test_status_counts_one_article(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """One is no plural."""
    assert "matches 1 article in the last 24 hours" in call(capsys, config, "status")[1]


def test_no_page_of_nothing(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """Where nothing waits, no page is written, and that is said."""
    page = config.parent / "page.html"

    assert "Nothing waits for buses, so no page was written." in call(
        capsys, config, "digest", "preview", "buses", "--html", page)[1]
    assert not page.exists()


def test_a_page_that_cannot_be_written(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """A folder in the file's place is an error in one sentence."""
    status, _, err = call(capsys, config, "digest", "preview", "raids", "--html", config.parent)

    assert 1 == status
    assert f"error: {config.parent} cannot be written" in err


def test_now(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """Without a running bot the command posts it itself (here it prints, as there is no token), and once."""
    status, out, _ = call(capsys, config, "digest", "now", "raids")

    assert 0 == status
    assert "raids: 1 article in 1 message, 1 posted." in out
    assert ["printed"] == [row.state for row in queued(database)]
    assert "Nothing waits" in call(capsys, config, "digest", "now", "raids")[1]


def test_now_beside_a_bot(
    capsys: pytest.CaptureFixture[str], config: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a bot runs it is left to that; a bot that takes too long is told of."""
    monkeypatch.setattr("monitor.commands.posting.BOT_SECONDS", 0)
    with only_bot(database):
        status, out, _ = call(capsys, config, "digest", "now", "raids")

    assert 1 == status
    assert "The bot runs and does the posting ..." in out
    assert "message 1 is pending: it goes out by itself while the bot runs" in out


def test_now_in_a_channel_that_is_held_back(
    capsys: pytest.CaptureFixture[str], config: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What keeps an earlier message from its channel keeps this one, and is told."""
    monkeypatch.setattr("monitor.commands.posting.BOT_SECONDS", 0)
    with database.write() as connection:
        deliveries.add(connection, "digest:0", "C0000RAIDS", "digest", [{"text": "x"}], now=NOW)
        deliveries.mark(connection, 1, "pending", error="not_in_channel. Invite the app.")
    with only_bot(database):
        out = call(capsys, config, "digest", "now", "raids")[1]

    assert "message 2 is pending: not_in_channel. Invite the app." in out


def test_more(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """What was only counted is listed with its link, for its own day alone."""
    freeze(database, 1, "more")
    with database.read() as connection:
        placed = digests.placed(connection, "C0000RAIDS", 1)
    assert placed
    day = placed.made_at.date()
    by_greenwich = utc(config)
    status, out, _ = call(capsys, by_greenwich, "digest", "more", "raids", "--day", day)

    assert 0 == status
    assert "1 article of" in out
    assert "was counted in raids and not shown:" in out
    assert "Raid in town Ledger · raids · article 1 https://ledger.example/1" in out
    other = call(capsys, by_greenwich, "digest", "more", "raids", "--day", day - timedelta(days=1))[1]
    assert "none was only counted" in other


def utc(config: Path) -> Path:
    """The same configuration by the clock of Greenwich, so that the day does not depend on the hour of the test."""
    path = config.parent / "utc.toml"
    path.write_text(CONFIG.replace("America/New_York", "UTC"))
    return path


@pytest.mark.parametrize("words", [["more", "raids", "--day", "yesterday"], ["preview", "nowhere"]])
def test_what_is_not_understood(
    capsys: pytest.CaptureFixture[str], config: Path, database: Database, words: list[str]
) -> None:
    """A wrong day or channel is an error in one sentence."""
    status, _, err = call(capsys, config, "digest", *words)

    assert 1 == status
    assert err.startswith("error: ")
