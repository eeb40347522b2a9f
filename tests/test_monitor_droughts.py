"""Rules that have gone quiet: told once each, never for the bot's own absence, and never of a rule that was edited."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from monitor.droughts import (
    Drought,
    History,
    Watch,
    Watched,
    droughts,
    dry_points,
    dry_title,
    ended_points,
    read_watched,
    seen,
    written_watched,
)
from monitor.notes import write_droughts
from monitor.settings import (
    ChannelSettings,
    NetworkSettings,
    PollingSettings,
    Settings,
    SlackSettings,
    StorageSettings,
)
from rules.files.load import load_texts
from rules.model import Rule
from storage import deliveries
from storage.schema import feeds
from tests.test_storage_matches import RULES, arrive

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from monitor.droughts import Findings
    from storage.database import Database

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
RULE = Rule("buses", "bus", name="Buses")
DAILY = tuple(range(20, 41))  # days ago: an alert a day, for three weeks


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def history(alerts: Iterable[int], off: Iterable[int] = ()) -> History:
    """A bot that read ten articles a day, but on the days `off`; all days count backwards from today."""
    return History({"buses": tuple(sorted(map(ago, alerts)))}, {ago(day): 10 for day in {*range(150)} - {*off}})


def looked(known: Watch, past: History, rule: Rule = RULE) -> Findings:
    return droughts([rule], Watched("h", {"buses": known}), past, NOW)


LONG_KNOWN = Watch("m", ago(140))


@pytest.mark.parametrize(
    ("alerts", "dry"),
    [
        (range(9, 40), True), (range(8, 40), False),  # daily: a week in silence is allowed, and today is not over
        (range(22, 82, 5), True), (range(21, 81, 5), False),  # every fifth day: twenty days
        (range(62, 122, 12), True), (range(40, 100, 12), False),  # the rarest habit: about seven weeks
        (range(30, 40), False), (range(30, 45), True),  # one event, told of for ten days, is no habit
        ((*range(24, 40), *range(60, 80)), True), ((*range(20, 40), *range(60, 80)), False),  # silent as never before
        ((30, 90, 100, 110, 120), False),  # too rare in the two months before to have one
    ])
def test_silence_is_measured_by_the_rule_s_own_habit(alerts: Iterable[int], dry: bool) -> None:
    """More than a week, four times the usual gap between days with an alert, and the longest gap."""
    assert dry == bool(looked(LONG_KNOWN, history(alerts)).dry)


def test_a_drought_is_told_once() -> None:
    """What is known afterwards keeps the next look silent; the figures say since when, and over how many articles."""
    past = history(DAILY)
    first = looked(LONG_KNOWN, past)
    again = droughts([RULE], first.watched, past, NOW + timedelta(days=1))

    assert (Drought(RULE, ago(20), 200),) == first.dry
    assert () == again.dry == again.ended


def test_its_end_is_told_once_too() -> None:
    """As soon as there is an alert again, however long it took; then the next drought may be told."""
    told = replace(LONG_KNOWN, told=ago(20))
    ended = looked(told, history((0, *DAILY)))

    assert (Drought(RULE, ago(20), 200),) == ended.ended
    assert LONG_KNOWN == ended.watched.rules["buses"]
    assert () == looked(LONG_KNOWN, history((0, *DAILY))).ended


@pytest.mark.parametrize(("off", "dry"), [(range(13), False), (range(11), True), ((2, 4, 6, 8), True)])
def test_days_off_are_no_silence(off: Iterable[int], dry: bool) -> None:
    """A bot that stood still for the last two weeks, or read nothing, accuses no rule; days on which it ran count."""
    assert dry == bool(looked(LONG_KNOWN, history(DAILY, off)).dry)


def test_an_edited_rule_starts_anew() -> None:
    """What an earlier wording found is no habit of the new one."""
    assert () == looked(Watch("m", ago(9)), history(range(9, 40))).dry


@pytest.mark.parametrize(("since", "dry"), [(32, True), (30, False)])
def test_a_rule_that_never_found_anything(since: int, dry: bool) -> None:
    """A month without any alert is told once, also where an earlier wording had some."""
    found = looked(Watch("m", ago(since)), history(range(since + 1, since + 20)))

    assert ((Drought(RULE, ago(since), since * 10, never=True),) if dry else ()) == found.dry
    assert () == droughts([RULE], found.watched, history(()), NOW + timedelta(days=1)).dry


@pytest.mark.parametrize(("expires", "dry"), [(ago(1), False), (TODAY, True)])
def test_an_expired_rule_is_silent_as_it_should_be(expires: date, dry: bool) -> None:
    """Nobody is told of a campaign that is over."""
    assert dry == bool(looked(LONG_KNOWN, history(DAILY), replace(RULE, expires=expires)).dry)


def rule_file(query: str, more: str = "") -> str:
    return f"[lists]\nwords = ['bus', 'tram']\n[[rule]]\nid = 'buses'\nquery = '{query}'\n{more}"


@pytest.mark.parametrize(
    ("text", "since"),
    [
        (rule_file("@words"), 99), (rule_file("@words", "why = 'new'\nseverity = 'high'\n"), 99),
        (rule_file("@words OR car"), 0), (rule_file("@words").replace("'tram'", "'tramway'"), 0),
        (rule_file("@words", "alert_from = 'lead'\n"), 0), (rule_file("@words", "ignore = ['tour bus']\n"), 0),
        (f"ignore = ['bus pass']\n{rule_file('@words')}", 0),
    ])
def test_what_counts_as_an_edit(text: str, since: int) -> None:
    """Whatever may change what a rule finds: its query, a list in it, what is ignored, from where it alerts."""
    before = seen(Watched("earlier"), load_texts({"a.toml": rule_file("@words")}), history(()), NOW)
    known = replace(before, hash="other", rules={"buses": replace(before.rules["buses"], since=ago(99))})

    assert ago(since) == seen(known, load_texts({"a.toml": text}), history(()), NOW).rules["buses"].since


def test_the_first_look_takes_what_is_stored() -> None:
    """A database from before this was watched gives rules their past; one that comes later has none."""
    rules, past = load_texts({"a.toml": rule_file("@words")}), history((80, 3))

    assert ago(80) == seen(Watched(), rules, past, NOW).rules["buses"].since
    assert TODAY == seen(Watched("h"), rules, past, NOW).rules["buses"].since
    assert {} == seen(Watched("h", {"gone": LONG_KNOWN}), load_texts({}), past, NOW).rules


def test_what_is_known_is_kept_as_text() -> None:
    """Between two looks, also across a restart."""
    known = Watched("h", {"a": Watch("m", ago(9)), "b": Watch("n", ago(9), ago(3))})

    assert known == read_watched(written_watched(known))
    assert Watched() == read_watched("")


def test_the_words_of_a_drought() -> None:
    """The note names the rule, since when, over how many articles, and a command."""
    one, new = Drought(RULE, ago(20), 1200), Drought(Rule("trams", "tram"), ago(40), 5000, never=True)

    assert ["A rule has gone quiet: Buses", "A rule has found nothing yet: trams", "2 rules have gone quiet"] == [
        dry_title(dry) for dry in ([one], [new], [one, new])]
    assert ("Buses: no alert since Tue 03 Nov; 1,200 articles were read since. "
            "dateline rules backtest buses --since 90d") == dry_points([one])[0].words
    assert dry_points([new])[0].words.startswith("trams: in use as it is now since Wed 14 Oct, and no alert yet;")
    assert "Buses: the first alert since Tue 03 Nov" == ended_points([one])[0].words


def settings(folder: Path, admin: str | None) -> Settings:
    channel = ChannelSettings("C0ALERTS", "alerts", ZoneInfo("UTC"))
    return Settings(folder / "config.toml", StorageSettings(""), NetworkSettings(), PollingSettings(),
                    SlackSettings(admin_channel=admin), (), (), (), (channel,))


def notes(database: Database) -> list[str]:
    with database.read() as connection:
        return [str(row.body) for row in deliveries.in_state(connection, "pending")]


def test_admins_hear_of_a_drought_and_of_its_end(database: Database, tmp_path: Path) -> None:
    """Over days of a database: one note when it is dry, one when it finds something, none in between or twice."""
    mine = settings(tmp_path, "C0ADMINS")
    start = NOW - timedelta(days=60)
    arrive(database, *(start + timedelta(days=day) for day in range(20)))
    arrive(database, *(start + timedelta(days=day) for day in range(20, 60)), quiet=True)

    told = [(day, write_droughts(database, mine, RULES, start + timedelta(days=day, hours=hour)))
            for day in range(19, 60) for hour in (1, 2, 2)]
    arrive(database, NOW)
    told.append((60, write_droughts(database, mine, RULES, NOW + timedelta(hours=1))))

    assert [(28, 1), (60, 1)] == [(day, number) for day, number in told if number]
    second, first = notes(database)  # newest first
    assert "fares: no alert since" in first
    assert "finds something again" in second


def test_without_an_admin_channel_nobody_looks(database: Database, tmp_path: Path) -> None:
    """Then there is nobody to tell, and nothing counts as told."""
    assert 0 == write_droughts(database, settings(tmp_path, None), RULES, NOW)
    assert [] == notes(database)


@pytest.mark.parametrize(
    ("failures", "words"), [(0, "All sources can be read."), (3, "These cannot be read now: Ledger.")])
def test_the_note_says_which_sources_are_down(
    database: Database, tmp_path: Path, failures: int, words: str
) -> None:
    """A source that went away is the likeliest reason that has a remedy."""
    start = NOW - timedelta(days=40)
    arrive(database, *(start + timedelta(days=day) for day in range(20)))
    arrive(database, *(start + timedelta(days=day) for day in range(20, 40)), quiet=True)
    with database.write() as connection:
        connection.execute(update(feeds).values(failures=failures))

    assert 1 == write_droughts(database, settings(tmp_path, "C0ADMINS"), RULES, NOW)
    assert words in notes(database)[0]
