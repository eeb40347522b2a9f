"""`dateline feeds list` and `feeds health`: tables that a person can act on."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from monitor.commands import feeds as command
from monitor.commands import feeds_text as text
from monitor.commands.feeds_text import Shown
from monitor.commands.status import status
from monitor.commands.table import fit, places
from monitor.settings import FeedSettings
from monitor.trouble import Evidence, trouble_of
from storage import about, feeds
from storage.coverage import Reading
from storage.database import open_database
from storage.feeds import Feed, WantedFeed

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZONE = ZoneInfo("America/New_York")
WELL = Feed(
    id=1, url="https://ledger.example/feed", outlet="Ledger", home="", active=True, added_at=NOW - 90 * DAY, etag=None,
    last_modified=None, body_hash=None, next_poll_at=NOW + HOUR / 3, polled_at=NOW, first_ok_at=NOW - 90 * DAY,
    ok_at=NOW - HOUR / 6, new_at=NOW - 3 * HOUR, failures=0, failing_since=None, error_kind=None, error=None,
    gone=False, usual_gap_hours=6.0,
)
FAILING = replace(WELL, outlet="Wire", url="https://wire.example/a/very/long/address/of/a/feed", failures=9,
                  failing_since=NOW - 30 * HOUR, error_kind="dns", error="the name wire.example does not resolve")
GONE = replace(FAILING, outlet="Gone Post", url="https://gone.example/", gone=True, gone_since=NOW - 2 * DAY)


def of(feed: Feed, read: Reading | None = None) -> Shown:
    return Shown(FeedSettings(feed.url, feed.outlet), feed, trouble_of(feed, Evidence(), NOW, ZONE), read)


NEVER = Shown(FeedSettings("https://new.example/", "New"))


def test_a_line_a_feed() -> None:
    """How it usually is and how it is now, in columns; those that need somebody first."""
    shown = text.in_order([of(WELL, Reading(8, 7)), NEVER, of(FAILING), of(GONE), of(replace(WELL, missed_at=NOW))])
    _, *lines = text.listing_lines(shown[:5], NOW)

    assert [line.split()[0] for line in lines] == ["✗", "✗", "!", "·", "✓"]
    assert "✓  Ledger /feed            3 hours ago   6 hours     88 %     in 20 min    well" == lines[-1]
    assert lines[0].split()[-4:] == ["never", "gone", "for", "good"]
    assert "5 feeds: 1 well, 1 not polled yet, 3 need a look" == text.summary(shown)


def test_what_is_wrong_and_what_to_do() -> None:
    """Below each feed its address, what happened, and after an arrow what a person can do."""
    _, line, *below = text.health_lines([of(FAILING)], NOW)
    said = " ".join(" ".join(below).split())

    assert "✗  Wire                     failing for 30 hours       10 min ago    3 hours ago   9         –" == line
    assert said.startswith("https://wire.example/a/very/long/address/of/a/feed has failed since Sun 22 Nov, 04:30")
    assert "→ Open its address in a browser." in said


def test_a_feed_that_moved_says_where_to() -> None:
    """So that config.toml can follow; a feed that is well has nothing else to say."""
    assert 2 == len([*text.health_lines([of(WELL)], NOW)])
    _, line, *below = text.health_lines([of(replace(WELL, fetch_url="https://new.example/feed"))], NOW)
    assert line.startswith("·  Ledger")
    said = "→ It moved for good, and is asked at https://new.example/feed: put that into config.toml when convenient."
    assert said == " ".join(" ".join(below).split())


def test_a_page_of_which_not_all_is_told_says_why() -> None:
    """It answers, so it is in no trouble; what is left out of it somebody has to know."""
    page = replace(WELL, kind="page", error_kind="restless", error="part of it is left out")
    *_, said = text.health_lines([of(page)], NOW)
    assert "   → Part of it is left out." == said


def test_one_failed_poll_is_told_and_nothing_more() -> None:
    """The next one most often succeeds; a feed that moved needs nobody at once, either."""
    once = Shown(FeedSettings(WELL.url, "Ledger"), replace(WELL, failures=1, failing_since=NOW - HOUR / 60))
    moved = of(replace(WELL, fetch_url="https://new.example/feed"))
    shown = [*text.listing_lines([once, moved], NOW)]

    assert ["·  Ledger", "·  Ledger"] == [line[:9] for line in shown[1:]]
    assert (True, True) == (shown[1].endswith("failed once, 1 min ago"), shown[2].endswith("moved"))
    assert "2 feeds: 1 well, 1 failed once, 0 need a look" == text.summary([once, moved])


def test_outlets_of_one_name_show_their_hosts() -> None:
    """Or, where these are the same as well, how their addresses end."""
    shown = [of(replace(WELL, url=f"https://{host}.example/rss")) for host in ("first", "second")]
    *_, first, second = text.listing_lines(shown, NOW)
    assert ("✓  Ledger first.example", "✓  Ledger second.example") == (
        first.partition("  3 hours")[0].rstrip(), second.partition("  3 hours")[0].rstrip())


def test_a_watched_page_is_no_feed() -> None:
    """Nothing of it is read in full or in part; what is to be done names its line; and together they are sources."""
    failing = replace(FAILING, kind="page", error_kind="not-there")
    trouble = trouble_of(failing, Evidence(), NOW, ZONE)
    page = Shown(FeedSettings(failing.url, "Sheriff", line=12, kind="page"), failing, trouble, Reading(2, 1))
    head, line, *below = text.health_lines([page], NOW)

    assert head.rstrip().endswith("in full")
    assert line.endswith("–")
    assert "its [[page]] (line 12)" in " ".join(" ".join(below).split())
    assert "1 source: 0 well, 1 needs a look" == text.summary([page])


@pytest.mark.parametrize("outlet", ["Ledger " * 20, "日本のニュース" * 9, "Periódico de la Frontera", "क्षे" * 30])
@pytest.mark.parametrize("wide", [80, 100, 130])
@pytest.mark.parametrize("path", ["feed", "section/of/local/news/that/is/long?format=rss", "日本" * 20])
def test_every_line_fits_a_terminal(outlet: str, path: str, wide: int) -> None:
    """Of so many columns, whatever names and addresses are made of; feeds of one outlet are told apart."""
    one = replace(FAILING, outlet=outlet, url=f"https://ledger.example/a/{path}")
    shown = [of(one), of(replace(one, url=f"https://ledger.example/b/{path}")), of(GONE)]
    lines = [*text.listing_lines(shown, NOW, wide), *text.health_lines(shown, NOW, wide)]

    assert max(places(line) for line in lines) <= wide
    assert (wide >= 90) == ("news every" in lines[0])


@pytest.mark.parametrize(
    ("name", "width", "fitted"),
    [("Ledger", 8, "Ledger  "), ("Ledger", 5, "Ledg…"), ("日本", 4, "日本"), ("日本語", 4, "日… "),
     ("日本語", 5, "日本…"), ("Ri\u0301o", 4, "Ri\u0301o "), ("a\x1b[31m", 6, "a[31m "), ("a\u202eb", 3, "ab ")])
def test_names_in_any_script_keep_their_column(name: str, width: int, fitted: str) -> None:
    """Wide signs take two places, accents none, and what a terminal acts upon is left out."""
    assert fitted == fit(name, width)
    assert width == places(fitted)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration with two feeds, of which one fails."""
    database = open_database(f"sqlite:///{tmp_path}/test.db")
    now = datetime.now(UTC)
    with database.write() as connection:
        feeds.sync(connection, [WantedFeed("https://a.example/", "A"), WantedFeed("https://b.example/", "B")], now)
        feeds.record_poll(connection, 1, ok_at=now, polled_at=now)
        feeds.record_poll(connection, 2, failures=2, failing_since=now - HOUR, polled_at=now, error="HTTP 500.")
        about.note_time(connection, "offline_since", now + HOUR)
    database.close()
    path = tmp_path / "config.toml"
    path.write_text("""
        [rules]
        packs = ["immigration"]
        [storage]
        database = "test.db"
        [[channel]]
        id = "C0123456789"
        name = "raids"
        slots = "now"
        timezone = "America/New_York"
        [[feed]]
        url = "https://a.example/"
        outlet = "A"
        [[feed]]
        url = "https://b.example/"
        outlet = "B"
        [[feed]]
        url = "https://c.example/"
        outlet = "C"
    """)
    return path


def printed(capsys: pytest.CaptureFixture[str], config: Path, name: str, **options: object) -> str:
    args = argparse.Namespace(**{"config": config, "all": False, "json": False, "word": ""} | options)
    assert 0 == getattr(command, name)(args)
    return capsys.readouterr().out


def test_the_commands_print_what_is_stored(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    """`list` all of it, `health` what needs somebody, with --all the others, too; and that nothing can be reached."""
    listing, health = printed(capsys, config, "listing"), printed(capsys, config, "health")

    assert "3 feeds: 1 well, 1 not polled yet, 1 needs a look" in listing
    assert "dateline feeds health" in listing
    assert ["✗"] == [line[0] for line in health.splitlines() if line[:1] in ("✗", "!", "·", "✓")]
    assert 3 == sum(line[:1] in ("✗", "·", "✓") for line in printed(capsys, config, "health", all=True).splitlines())
    assert "This machine has reached no site since" in listing


def test_status_names_five_that_fail(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    """A list of thirty would scroll the rest away: it counts the others, and says where they are."""
    database = open_database(f"sqlite:///{config.parent}/test.db")
    with database.write() as connection:
        feeds.sync(connection, [WantedFeed(f"https://{at}.example/", f"Feed {at}") for at in range(7)], NOW)
        for row in feeds.active(connection):
            feeds.record_poll(connection, row.id, failures=2, failing_since=NOW, polled_at=NOW, error="HTTP 500.")
    database.close()
    assert 0 == status(argparse.Namespace(config=config, health=False))
    out = capsys.readouterr().out
    assert (5, True) == (out.count("✗ Feed"), "  and 2 more: dateline feeds health\n" in out)


def test_a_word_picks_feeds(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    """By outlet or address, whatever the case."""
    assert "1 feed: 1 well" in printed(capsys, config, "listing", word="A.Example")
    assert "0 feeds: 0 well" in printed(capsys, config, "listing", word="nothing")


def test_the_same_for_programs(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    """JSON with the kind of trouble, what happened and what to do."""
    told = json.loads(printed(capsys, config, "health", json=True))["feeds"]
    assert ["failing"] == [feed["trouble"]["kind"] for feed in told]
    every = json.loads(printed(capsys, config, "listing", json=True))["feeds"]
    assert [("B", False), ("C", True), ("A", True)] == [(feed["outlet"], feed["well"]) for feed in every]
