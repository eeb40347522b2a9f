"""config.toml: one right file is read whole, and every kind of wrong file says where and what to do."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config.load import PACKS, load_settings
from monitor.config.references import check_references
from monitor.config.tables import LISTS, TABLES
from monitor.errors import ConfigError
from monitor.settings import Allowed, ChannelSettings, DeliverySettings, FeedSettings, QuietHours, Settings
from rules.files.load import load_rules, load_texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.problem import Problem

GALLERY = Path(__file__).parent / "data" / "config"
SHIPPED = Path(__file__).parent.parent / "config.toml"
NEAR_ID = "copy the Channel ID"
PLACED = (  # file, code, line, column, a part of the remedy
    ("unknown-table", "C101", 4, 1, "did you mean [storage]?"),
    ("unknown-list", "C101", 13, 1, "did you mean [[channel]]?"),
    ("unknown-key", "C102", 5, 1, 'did you mean "interval_minutes"?'),
    ("unknown-key-nothing-near", "C102", 5, 1, "[storage] knows: database, keep_text_days"),
    ("key-in-wrong-table", "C103", 7, 1, "below [[channel]]"),
    ("key-above-all-tables", "C103", 1, 1, "below [slack]"),
    ("text-where-number", "C104", 5, 1, "interval_minutes = 30"),
    ("number-where-text", "C104", 5, 1, "user_agent = '7'"),
    ("text-where-list", "C104", 2, 1, "folders = ['.']"),
    ("text-where-flag", "C104", 5, 1, "true  or  false"),
    ("flag-where-number", "C104", 5, 1, "timeout_seconds = 15"),
    ("number-in-list", "C104", 10, 1, "['...', '...']"),
    ("number-too-small", "C105", 5, 20, "from 10 to 1440"),
    ("number-too-large", "C105", 5, 18, "from 1 to 3650"),
    ("outlet-missing", "C106", 4, 1, "outlet = '...'"),
    ("outlet-empty", "C106", 6, 1, "something between the quotes"),
    ("no-feed", "C106", 0, 0, "[[feed]]\nurl ="),
    ("no-channel", "C106", 0, 0, "[[channel]]\nid ="),
    ("table-is-a-value", "C107", 1, 1, "write [polling]"),
    ("topics-empty", "C106", 10, 1, "remove the line"),
    ("outlet-called-name", "C102", 6, 1, 'did you mean "outlet"?'),
    ("brackets-single-then-double", "E102", 4, 1, "write [[feed]] with double brackets in line 4"),
    ("times-without-quotes", "E102", 10, 11, "write ['08:00', '17:30']"),
    ("single-brackets", "C107", 4, 1, "write [[feed]]"),
    ("pack-unknown", "C110", 2, 11, "there are: immigration"),
    ("folder-missing", "C111", 4, 4, "beside this file"),
    ("no-rules", "C112", 0, 0, "packs = ['immigration']"),
    ("rules-empty", "C112", 0, 0, "packs = ['immigration']"),
    ("token-as-key", "C120", 5, 1, "make a new one"),
    ("token-as-value", "C120", 5, 34, "SLACK_BOT_TOKEN"),
    ("database-unknown-kind", "C130", 5, 13, "postgresql://user@host/name"),
    ("database-two-slashes", "C130", 5, 13, "three slashes"),
    ("database-is-folder", "C130", 5, 13, "data/dateline.db"),
    ("database-password", "C131", 5, 1, "DATELINE_DATABASE_URL"),
    ("database-password-argument", "C131", 5, 1, "DATELINE_DATABASE_URL"),
    ("allow-without-port", "C140", 5, 29, "host and port"),
    ("allow-address-in-network", "C140", 5, 11, "write '10.1.0.0/16:443'"),
    ("allow-no-network", "C140", 5, 11, "host and port"),
    ("allow-port-too-large", "C140", 5, 11, "host and port"),
    ("slack-address-unencrypted", "C141", 5, 13, "for tests only"),
    ("user-agent-two-lines", "C142", 5, 1, "use the default"),
    ("feed-without-scheme", "C150", 5, 8, "'https://news.example.org/feed'"),
    ("feed-wrong-scheme", "C150", 5, 8, "'https://news.example.org/feed'"),
    ("feed-without-host", "C150", 5, 8, "https://outlet.org/feed"),
    ("feed-port-of-letters", "C150", 5, 8, "https://outlet.org/feed"),
    ("feed-with-space", "C150", 5, 8, "%20"),
    ("feed-with-password", "C150", 5, 8, "needs none"),
    ("feed-twice", "C151", 9, 1, "keep one [[feed]]"),
    ("page-twice", "C151", 10, 1, "'#policy, #staff'"),
    ("page-is-a-feed", "C153", 9, 1, "remove [[page]] where the address is that of a feed"),
    ("page-without-scheme", "C150", 5, 8, "'https://county.example.org/policy'"),
    ("page-single-brackets", "C107", 4, 1, "write [[page]]"),
    ("page-called-css", "C102", 7, 1, 'did you mean "selector"?'),
    ("page-selector", "C154", 7, 13, "'#policy' (an id)"),
    ("page-pseudo-element", "C154", 7, 13, "the whole page is watched"),
    ("selector-of-a-feed", "C103", 7, 1, "below [[page]], or make this [[feed]] a [[page]]"),
    ("feed-urgent-text", "C104", 7, 1, "urgent = true  or  false"),
    ("channel-twice", "C151", 14, 1, "keep one [[channel]]"),
    ("channel-name-twice", "C151", 15, 1, "give one another name"),
    ("home-without-state", "C152", 7, 9, "'Baltimore, MD'"),
    ("channel-name", "C160", 9, 7, NEAR_ID),
    ("channel-link", "C160", 9, 7, "write 'C0000000001'"),
    ("channel-small-letters", "C160", 9, 7, "write 'C0000000001'"),
    ("channel-person", "C160", 9, 7, NEAR_ID),
    ("channel-nonsense", "C160", 9, 7, NEAR_ID),
    ("admin-channel-name", "C160", 5, 18, NEAR_ID),
    ("slots-text", "C162", 10, 10, "slots = ['08:00']"),
    ("slots-empty", "C162", 10, 1, "slots = 'now'"),
    ("slots-now-in-list", "C162", 10, 1, "slots = 'now'"),
    ("slots-twice", "C162", 10, 11, "once"),
    ("slots-am-pm", "C162", 10, 20, "write '17:30'"),
    ("slots-no-time", "C162", 10, 11, "24-hour clock"),
    ("slots-without-timezone", "C163", 8, 1, "'America/New_York', 'America/Chicago'"),
    ("now-without-timezone", "C163", 8, 1, "'America/Denver'"),
    ("timezone-misspelt", "C163", 11, 13, "did you mean 'America/New_York'?"),
    ("timezone-city", "C163", 11, 13, "did you mean 'America/New_York'?"),
    ("timezone-abbreviation", "C163", 11, 13, "write 'America/New_York'"),
    ("timezone-folder", "C163", 11, 13, "continent, slash, large city"),
    ("language-name", "C164", 12, 13, "did you mean 'es'?"),
    ("languages-name", "C164", 12, 21, "write 'es'"),
    ("languages-country", "C164", 12, 15, "write 'es'"),
    ("severity-unknown", "C164", 12, 13, "'low', 'normal', 'high', 'urgent'"),
    ("prominence-misspelt", "C164", 12, 15, "did you mean 'headline'?"),
    ("quiet-am-pm", "C166", 12, 10, "write '22:00-07:00'"),
    ("quiet-one-time", "C166", 12, 10, "when they end"),
    ("quiet-all-day", "C166", 12, 10, "when they end"),
    ("no-news-nonsense", "C162", 12, 15, "or 'never'"),
    ("no-news-false", "C104", 12, 1, "write  no_news_at = 'never'"),
    ("urgent-per-day-negative", "C105", 12, 18, "from 0 to 1000"),
    ("outlets-empty", "C106", 12, 1, "remove the line"),
    ("quiet-called-quiet-hours", "C102", 12, 1, 'did you mean "quiet"?'),
    ("webhook-beside-id", "C165", 12, 1, "with the id"),
    ("webhook-threads", "C165", 12, 1, "reach the channel by its id"),
    ("looks-empty", "C104", 13, 1, "[10, 30, 90]"),
    ("looks-too-long", "C105", 13, 21, "from 0.01 to 3600"),
    ("webhook-small-letters", "C167", 9, 1, "write 'NEWS'"),
    ("curly-quotes", "E101", 9, 6, "straight quotes"),
    ("not-toml", "E102", 9, 6, "between quotes"),
)
SEVERAL = {"token-in-broken-file", "webhook-address"}  # files with more than one problem, tested by name below


def problems_of(path: Path, environ: Mapping[str, str] | None = None) -> tuple[Problem, ...]:
    """What loading says of a file that must not load."""
    with pytest.raises(ConfigError) as caught:
        load_settings(path, environ or {})
    return caught.value.problems


def written(folder: Path, more: str = "") -> Path:
    """The smallest right file with something added, in a folder of its own."""
    file = folder / "config.toml"
    file.write_text((GALLERY / "good.toml").read_text() + more, encoding="utf-8")
    return file


@pytest.mark.parametrize(("name", "code", "line", "column", "remedy"), PLACED, ids=[row[0] for row in PLACED])
def test_each_fault_is_named_at_its_place(name: str, code: str, line: int, column: int, remedy: str) -> None:
    """A file with one fault gives one problem: its code, line, column and what to do."""
    found = problems_of(GALLERY / f"{name}.toml")
    assert [(code, line, column)] == [(problem.code, problem.line, problem.column) for problem in found]
    assert remedy in found[0].help


def test_every_file_of_the_gallery_is_expected_somewhere() -> None:
    """A bad file that no test reads would rot unnoticed."""
    assert {file.stem for file in GALLERY.glob("*.toml")} == {row[0] for row in PLACED} | SEVERAL | {"good"}


NUMBERS = [(table, name, key) for table, keys in TABLES.items() for name, key in keys.items()
           if key.high and key.kind != "numbers"]


@pytest.mark.parametrize(
    ("written_number", "offered"),
    [("'90 days'", "90"), ("'7'", "7"), ("'9999 days'", "90"), ("'a month'", "90"), ("30.0", "30"), ("true", "90")])
def test_a_remedy_offers_the_number_that_was_meant(written_number: str, offered: str, tmp_path: Path) -> None:
    """The number in the text, or else the default: the smallest number would erase the archive."""
    (problem,) = problems_of(written(tmp_path, f"[storage]\nkeep_text_days = {written_number}\n"))
    assert f"write  keep_text_days = {offered}" == problem.help


def test_the_defaults_that_remedies_offer_are_the_defaults(tmp_path: Path) -> None:
    """A file that writes every default means the same as one that writes none."""
    defaults = {table: "".join(f"{name} = {key.default:g}\n" for _, name, key in
                (row for row in NUMBERS if row[0] == table)) for table in dict.fromkeys(row[0] for row in NUMBERS)}
    plain = load_settings(written(tmp_path), {})
    rules, channel = defaults.pop("rules"), defaults.pop("channel")
    file = written(tmp_path, channel + "".join(f"[{table}]\n{keys}" for table, keys in defaults.items()))
    file.write_text(file.read_text().replace("\n\n", f"\n{rules}", 1))  # in place of a blank line: no line moves
    assert plain == load_settings(file, {})


@pytest.mark.parametrize(
    ("written_value", "minutes"), [("0", 0), ("1", 1), ("1440", 1440), ("1441", None), ("-1", None), ("'5 min'", None)])
def test_how_often_rules_are_pulled(written_value: str, minutes: int | None, tmp_path: Path) -> None:
    """Whole minutes up to a day; 0, the default, is never."""
    file = written(tmp_path)
    file.write_text(file.read_text().replace("\n\n", f"\npull_minutes = {written_value}\n", 1))
    if minutes is None:
        assert ["C104" if "'" in written_value else "C105"] == [problem.code for problem in problems_of(file)]
    else:
        assert minutes == load_settings(file, {}).pull_minutes


@pytest.mark.parametrize(
    ("slots", "remedy"),
    [("'Now'", "write slots = 'now'"), ("'asap'", "write slots = 'now'"),
     ("'08:00, 17:30'", "write slots = ['08:00', '17:30'],"),
     ("'8am and 5:30 pm'", "write slots = ['08:00', '17:30'],"),
     ("'daily'", "write slots = 'now' to be told at once, or"), ("['Now']", "write slots = 'now' (no brackets)")])
def test_the_remedy_for_slots_would_be_accepted(slots: str, remedy: str, tmp_path: Path) -> None:
    """What a person writes for times is taken apart, so that obeying the message ends the matter."""
    file = written(tmp_path)
    file.write_text(file.read_text().replace("'now'", slots))
    (problem,) = problems_of(file)
    assert problem.help.startswith(remedy)


@pytest.mark.parametrize(
    ("zone", "remedy"),
    [("America/Baltimore", "did you mean 'America/New_York'?"), ("Saint Louis", "did you mean 'America/Chicago'?"),
     ("Baltimore, MD", "did you mean 'America/New_York'?"), ("America/Salisbury", "'America/Los_Angeles',")])
def test_a_city_without_a_zone_of_its_own(zone: str, remedy: str, tmp_path: Path) -> None:
    """Large cities lead to their zone; for others the zones of the country are listed, and no look-alike."""
    file = written(tmp_path)
    file.write_text(file.read_text().replace("America/New_York", zone))
    (problem,) = problems_of(file)
    assert remedy in problem.help


def test_pages_are_sources_like_feeds(tmp_path: Path) -> None:
    """A watched page stands behind the feeds, with the part that is watched; each may be read more seldom."""
    page = "[[page]]\nurl = 'https://a.example/p'\noutlet = 'A'\nhome = 'MD'\nselector = '#policy, .rules > li'\n"
    feed = "[[feed]]\nurl = 'https://b.example/feed'\noutlet = 'B'\nurgent = false\n"
    _, *added = load_settings(written(tmp_path, page + feed), {}).feeds
    assert [FeedSettings("https://b.example/feed", "B", "", 17, urgent=False),
            FeedSettings("https://a.example/p", "A", "MD", 12, "page", "#policy, .rules > li")] == added


def test_pages_alone_are_enough(tmp_path: Path) -> None:
    """A team may watch nothing but official pages."""
    file = written(tmp_path)
    file.write_text(file.read_text().replace("[[feed]]", "[[page]]"))
    assert ["page"] == [feed.kind for feed in load_settings(file, {}).feeds]


WITH_SECRETS = sorted(file.stem for file in GALLERY.glob("*.toml") if "hunter2" in file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", WITH_SECRETS)
def test_no_problem_repeats_a_secret(name: str) -> None:
    """Tokens and passwords in the file reach neither message nor excerpt nor remedy."""
    assert "hunter2" not in "\n".join(str(problem) for problem in problems_of(GALLERY / f"{name}.toml"))


def test_a_token_is_found_even_where_the_file_does_not_parse() -> None:
    """Somebody who pasted a token must hear of it before anything else is right."""
    assert ["C120", "E102"] == [problem.code for problem in problems_of(GALLERY / "token-in-broken-file.toml")]


def test_all_problems_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    """A person corrects a file in one sitting, not one fault a run."""
    faults = "slotz = 1\n[[feed]]\nurl = 'x'\n[[channel]]\nid = '#a'\nslots = ['1']\n[polling]\nticks = 1\n"
    lines = [problem.line for problem in problems_of(written(tmp_path, faults))]
    assert [12, 13, 14, 15, 16, 17, 19] == lines


@pytest.mark.parametrize("name", ["absent.toml", "."])
def test_a_file_that_cannot_be_read_is_one_problem(name: str, tmp_path: Path) -> None:
    """A wrong --config is said once, without a flood of missing tables."""
    assert ["E100"] == [problem.code for problem in problems_of(tmp_path / name)]


def test_the_smallest_file_means_the_defaults(tmp_path: Path) -> None:
    """Rules, one feed and one channel are enough; all else has a default."""
    settings = load_settings(written(tmp_path), {})
    assert f"sqlite:///{tmp_path}/data/dateline.db" == settings.storage.url
    assert 90 == settings.storage.keep_text_days
    assert (tmp_path,) == settings.rule_folders
    assert (FeedSettings("https://news.example.org/feed", "Example News", "", 4),) == settings.feeds
    assert (None, None) == (settings.slack.token, settings.slack.admin_channel)
    assert [("C0000000001", ())] == [(channel.name, channel.slots) for channel in settings.channels]


FULL = """
name = '#ice-news'
rules = ['raid']
topics = ['raids']
places = ['Baltimore, MD']
[[channel]]
id = 'G0000000002'
slots = ['17:30', '08:00']
timezone = 'America/Chicago'
[slack]
admin_channel = 'C0000000009'
base_url = 'http://127.0.0.1:8787/api'
timeout_seconds = 5
[storage]
database = '../kept.db'
keep_text_days = 7
[polling]
interval_minutes = 10
first_poll_hours = 48
fetch_pages = false
tick_seconds = 0.5
[network]
user_agent = 'Test/1'
total_timeout_seconds = 8
per_host = 1
host_gap_seconds = 0
allow = ['127.0.0.1:8800', '10.1.0.0/16:443', '[::1]:80', 'feeds.internal:8080']
"""


@pytest.fixture
def full(tmp_path: Path) -> Settings:
    """A file that sets every key there is."""
    return load_settings(written(tmp_path, FULL), {})


def test_every_key_arrives(full: Settings, tmp_path: Path) -> None:
    """What is written is what the settings hold, times as numbers in seconds."""
    assert (f"sqlite:///{tmp_path.parent}/kept.db", 7) == (full.storage.url, full.storage.keep_text_days)
    polling = full.polling
    assert (10, 48, False, 0.5) == (
        polling.interval_minutes, polling.first_poll_hours, polling.fetch_pages, polling.tick_seconds)
    network = full.network
    assert ("Test/1", 8.0, 1, 0.0) == (network.user_agent, network.total_timeout, network.per_host, network.host_gap)
    assert ("C0000000009", "http://127.0.0.1:8787/api/", 5.0) == (
        full.slack.admin_channel, full.slack.base_url, full.slack.timeout)


WHOLE_CHANNEL = """language = 'es'
outlets = ['Example News']
languages = ['es', 'en', 'es']
severity = 'high'
prominence = 'lead'
quiet = '22:00-07:30'
urgent = false
urgent_in_quiet = false
urgent_per_day = 3
threads = false
growth = false
no_news_at = '07:15'
[delivery]
gap_seconds = 0.024
settle_seconds = 0.2
look_seconds = [0.2, 0.6, 1]
lease_seconds = 1.2
sweep_seconds = 3.6
margin_seconds = 6
retry_seconds = 0.6
mending_seconds = 6
budget_seconds = 0.4
horizon_hours = 0.5
"""


def test_every_key_of_a_channel_arrives(tmp_path: Path) -> None:
    """What it takes, when it is told, and in which language."""
    (channel,) = load_settings(written(tmp_path, WHOLE_CHANNEL), {}).channels
    assert ("es", ("Example News",), ("es", "en"), "high", "lead") == (
        channel.language, channel.outlets, channel.languages, channel.severity, channel.prominence)
    assert (QuietHours(time(22), time(7, 30)), False, False, 3, False, False, time(7, 15)) == (
        channel.quiet, channel.urgent, channel.urgent_in_quiet, channel.urgent_per_day, channel.threads,
        channel.growth, channel.line_at)


def test_every_time_of_posting_arrives(tmp_path: Path) -> None:
    """All of it may be run at a fiftieth of the usual times; hours become seconds."""
    expected = DeliverySettings(gap=0.024, settle=0.2, looks=(0.2, 0.6, 1.0), lease=1.2, sweep_after=3.6,
                                history_margin=6.0, retry=0.6, mending=6.0, budget=0.4, horizon=1800.0)
    assert expected == load_settings(written(tmp_path, WHOLE_CHANNEL), {}).delivery
    assert DeliverySettings() == load_settings(written(tmp_path), {}).delivery


def test_a_channel_that_is_never_told_of_silence(tmp_path: Path) -> None:
    """By default it is at nine."""
    plain, silent = (load_settings(written(tmp_path, more), {}).channels[0] for more in ("", "no_news_at = 'never'\n"))
    assert (time(9), None) == (plain.line_at, silent.line_at)


def hooked(folder: Path) -> Path:
    """A file whose only channel is reached by the webhook NEWS."""
    file = written(folder)
    file.write_text(file.read_text().replace("id = 'C0000000001'", "webhook = 'NEWS'"))
    return file


@pytest.mark.parametrize("address", ["https://hooks.slack.com/services/T1/B1/abc", "http://127.0.0.1:8080/hook", None])
def test_the_address_of_a_webhook_comes_from_the_environment(address: str | None, tmp_path: Path) -> None:
    """Its id is made of its name. Without an address the channel stands, for trials that print."""
    (channel,) = load_settings(hooked(tmp_path), {"DATELINE_WEBHOOK_NEWS": address} if address else {}).channels
    assert ("hook:NEWS", "webhook", address) == (channel.id, channel.kind, channel.webhook)
    assert not address or address not in repr(channel)


@pytest.mark.parametrize(
    "address", ["http://hooks.slack.com/hunter2", "https://evil.example/hunter2", "hunter2", "http://["])
def test_an_address_that_is_no_webhook_is_explained_and_not_repeated(address: str, tmp_path: Path) -> None:
    """Messages are sent to Slack, encrypted, or to this machine; the variable is named."""
    (problem,) = problems_of(hooked(tmp_path), {"DATELINE_WEBHOOK_NEWS": address})
    assert ("C168", "environment variable DATELINE_WEBHOOK_NEWS") == (problem.code, problem.file)
    assert "hunter2" not in str(problem)


def test_an_address_in_the_file_is_found_twice(tmp_path: Path) -> None:
    """As a secret, and as no name; neither message repeats it. In a note it is a secret as well."""
    problems = problems_of(GALLERY / "webhook-address.toml")
    assert ["C120", "C167"] == sorted(problem.code for problem in problems)
    noted = written(tmp_path, "# https://hooks.slack.com/services/T0000/B0000/hunter2hunter2\n")
    assert ["C120"] == [problem.code for problem in problems_of(noted)]


def test_two_channels_of_one_webhook(tmp_path: Path) -> None:
    """It leads to one channel; the second would get everything twice."""
    more = "[[channel]]\nwebhook = 'NEWS'\ntimezone = 'America/Chicago'\n"
    file = hooked(tmp_path)
    file.write_text(file.read_text() + more)
    (problem,) = problems_of(file)
    assert ("C151", "this channel stands twice: its webhook is also on line 9") == (problem.code, problem.message)


def test_exceptions_from_the_guard_are_host_and_port(full: Settings) -> None:
    """A name, an address and networks of both families, each with its port."""
    v4, name, v6 = Allowed("127.0.0.1", 8800), Allowed("feeds.internal", 8080), Allowed("::1", 80)
    assert (v4, Allowed("10.1.0.0/16", 443), v6, name) == full.network.allow


def test_channels_keep_their_order_and_sort_their_slots(full: Settings) -> None:
    """Slots are in the order of the day; # before a name is dropped."""
    first, second = full.channels
    expected = ChannelSettings("C0000000001", "ice-news", first.zone, ("raid",), ("raids",), ("Baltimore, MD",), (), 8)
    assert expected == first
    assert ("America/New_York", "America/Chicago") == (first.zone.key, second.zone.key)
    assert (time(8), time(17, 30)) == second.slots


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("sqlite:///kept.db", "sqlite:///{folder}/kept.db"),
        ("/srv/kept.db", "sqlite:////srv/kept.db"),
        ("postgresql://me@db.example.org/news?a=b", "postgresql+psycopg://me@db.example.org/news?a=b"),
        ("postgres:///news", "postgresql+psycopg:///news"),
        ("postgresql+psycopg://db.example.org/news", "postgresql+psycopg://db.example.org/news"),
    ],
)
def test_database_addresses(text: str, url: str, tmp_path: Path) -> None:
    """A file name, SQLite and every usual spelling of PostgreSQL become the address storage opens."""
    settings = load_settings(written(tmp_path, f"[storage]\ndatabase = '{text}'\n"), {})
    assert url.format(folder=tmp_path) == settings.storage.url


def test_the_environment_wins_and_may_hold_the_password(tmp_path: Path) -> None:
    """The password of a database lives where the token lives."""
    environ = {"DATELINE_DATABASE_URL": "postgresql://me:hunter2@db.example.org/news"}
    settings = load_settings(written(tmp_path), environ)
    assert "postgresql+psycopg://me:hunter2@db.example.org/news" == settings.storage.url


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("xapp-1-A0-hunter2", "app-level token"),
        ("xoxp-hunter2", "user token"),
        ("xoxe.xoxb-1-hunter2", "rotating token"),
        ("https://hooks.slack.com/services/hunter2", "webhook"),
        ("'xoxb-1-hunter2'", "quotes"),
        ("xoxb-1-hunter2 xoxb-1", "not a Slack bot token"),
        ("SLACK_BOT_TOKEN=xoxb-1-hunter2", "the name of the variable"),
        ("xoxb-...", "placeholder"),
        ("xoxb-your-hunter2", "placeholder"),
        ("hunter2", "not a Slack bot token"),
    ],
)
def test_a_token_of_the_wrong_kind_is_explained_and_not_repeated(token: str, words: str) -> None:
    """Slack hands out five kinds of secrets, and only one of them posts."""
    (problem,) = problems_of(GALLERY / "good.toml", {"SLACK_BOT_TOKEN": token})
    assert ("C121", "environment variable SLACK_BOT_TOKEN") == (problem.code, problem.file)
    assert words in problem.message
    assert "hunter2" not in str(problem)


@pytest.mark.parametrize(("value", "token"), [("xoxb-1-2-abc\n", "xoxb-1-2-abc"), ("", None), ("  ", None)])
def test_token_from_the_environment(value: str, token: str | None) -> None:
    """An empty variable, as compose files leave it, counts as none."""
    assert token == load_settings(GALLERY / "good.toml", {"SLACK_BOT_TOKEN": value}).slack.token


def test_token_from_a_file(tmp_path: Path) -> None:
    """Docker and systemd hand secrets over as files, with a line break at the end."""
    file = tmp_path / "token"
    file.write_text("xoxb-1-2-abc\n")
    settings = load_settings(GALLERY / "good.toml", {"SLACK_BOT_TOKEN_FILE": str(file)})
    assert "xoxb-1-2-abc" == settings.slack.token
    assert "xoxb" not in repr(settings)


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "cannot be read: No such file"), (b"", "not a Slack bot token"), (b"\xff\xfe", "is not text")],
)
def test_a_token_file_that_holds_none(content: bytes | None, words: str, tmp_path: Path) -> None:
    """A token file that is set and useless stops the bot: silence would look like health."""
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)
    (problem,) = problems_of(GALLERY / "good.toml", {"SLACK_BOT_TOKEN_FILE": str(file)})
    assert words in problem.message


def test_two_sources_of_the_token_are_one_too_many(tmp_path: Path) -> None:
    """After a rotation the old one of the two would be used half the time."""
    environ = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_BOT_TOKEN_FILE": str(tmp_path / "token")}
    assert ["C122"] == [problem.code for problem in problems_of(GALLERY / "good.toml", environ)]


RULES = """
[topics]
raids = 'Raids and arrests'
[[rule]]
id = 'federal-raid'
topics = ['raids']
query = 'raid'
[[place]]
id = 'baltimore-md'
name = 'Baltimore'
state = 'MD'
aliases = ['Charm City']
"""


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("rules = ['federal-raids']", "did you mean 'federal-raid'?"),
        ("topics = ['raid']", "did you mean 'raids'?"),
        ("topics = ['xyz']", "there are: raids"),
        ("places = ['Baltimore']", "did you mean 'Baltimore, MD'?"),
        ("places = ['Charm City']", "did you mean 'Baltimore, MD'?"),
        ("places = ['Baltimor']", "did you mean 'Baltimore, MD'?"),
        ("places = ['Baltimore, MD', 'Boise, ID']",
         "add to one of your rule files, above its tables:  watch = ['Boise, ID']"),
        ("places = ['Idaho Springs']", "write it with its state, as in 'Hagerstown, MD'"),
    ],
)
def test_names_that_the_rules_do_not_know(line: str, remedy: str, tmp_path: Path) -> None:
    """A channel that asks for what no rule gives would stay silent for ever."""
    settings = load_settings(written(tmp_path, f"{line}\n"), {})
    (problem,) = check_references(settings, load_texts({"r.toml": RULES}))
    assert ("C170", 12, line, remedy) == (problem.code, problem.line, problem.source, problem.help)


@pytest.mark.parametrize(
    ("outlet", "remedy"),
    [("Example Newz", "did you mean 'Example News'?"), ("The Sun", "there are: Example News")])
def test_outlets_that_no_feed_has(outlet: str, remedy: str, tmp_path: Path) -> None:
    """Such a channel would stay silent too; whatever the rule files are."""
    settings = load_settings(written(tmp_path, f"outlets = ['example news', '{outlet}']\n"), {})
    for rules in (RULES, "[[rule]\n"):
        (problem,) = check_references(settings, load_texts({"r.toml": rules}))
        assert ("C170", 12, f'no feed has the outlet "{outlet}"', remedy) == (
            problem.code, problem.line, problem.message, problem.help)


def test_broken_rule_files_make_no_name_unknown(tmp_path: Path) -> None:
    """The name may stand in the part that could not be read."""
    settings = load_settings(written(tmp_path, "rules = ['other']\n"), {})
    assert () == check_references(settings, load_texts({"r.toml": RULES, "broken.toml": "[[rule]\nid = 'other'\n"}))


def test_rules_without_any_topic(tmp_path: Path) -> None:
    """An empty list of names is not offered."""
    settings = load_settings(written(tmp_path, "topics = ['raids']\n"), {})
    (problem,) = check_references(settings, load_texts({"r.toml": "[[rule]]\nid = 'a'\nquery = 'b'\n"}))
    assert "the rule files have no topics at all: remove the line" == problem.help


def test_names_that_the_rules_know(tmp_path: Path) -> None:
    """Rules and topics by id, places by id or by label, whatever the case."""
    more = "rules = ['federal-raid']\ntopics = ['raids']\nplaces = ['baltimore-md', 'baltimore, MD']\n"
    settings = load_settings(written(tmp_path, more), {})
    assert () == check_references(settings, load_texts({"r.toml": RULES}))


def test_a_name_that_several_places_have(tmp_path: Path) -> None:
    """The person chooses; none is taken silently."""
    settings = load_settings(written(tmp_path, "places = ['Aurora']\n"), {})
    (problem,) = check_references(settings, load_rules([PACKS / "immigration"]))
    assert problem.help is not None
    assert problem.help.startswith("which one? 'Aurora, ")


def test_the_shipped_file_fits_the_shipped_rules() -> None:
    """Its channels name topics and places that are there."""
    settings = load_settings(SHIPPED, {})
    assert () == check_references(settings, load_rules([PACKS / name for name in settings.packs]))


def test_the_shipped_file_loads() -> None:
    """The working example: feeds with outlets, one channel at once and one with slots, an admin channel."""
    settings = load_settings(SHIPPED, {})
    assert 15 <= len(settings.feeds) <= 25
    assert [0, 2] == sorted(len(channel.slots) for channel in settings.channels)
    assert settings.slack.admin_channel is not None


VALUES = st.one_of(
    st.text(max_size=12), st.integers(), st.booleans(), st.lists(st.one_of(st.text(max_size=8), st.integers())),
)
KEYS = [(table, key) for table, keys in TABLES.items() for key in keys]


AWKWARD = ("\0", "a" * 5000, "https://[", "10.0.0.0/99:1", "[::1]:0", "..", "0\u0668:00", "sqlite:///\0", "C0000000001")


@pytest.mark.parametrize(("table", "key"), KEYS)
def test_awkward_text_is_a_problem_and_not_a_crash(table: str, key: str, tmp_path: Path) -> None:
    """Names no file system takes, digits of other scripts, broken addresses: behind every key."""
    head = f"[[{table}]]" if table in LISTS else f"[{table}]"
    for text in AWKWARD:
        for value in (text, [text]):
            (tmp_path / "config.toml").write_text(f"{head}\n{key} = {json.dumps(value)}\n", encoding="utf-8")
            assert all(problem.code for problem in problems_of(tmp_path / "config.toml"))


@given(st.lists(st.tuples(st.sampled_from(KEYS), VALUES), max_size=8))
def test_no_value_crashes_the_reading(lines: list[tuple[tuple[str, str], object]]) -> None:
    """Whatever stands behind a key, the answer is settings or a list of problems."""
    text = "".join(f"[{table}]\n{key} = {json.dumps(value)}\n" for (table, key), value in lines if table not in LISTS)
    text += "".join(f"[[{table}]]\n{key} = {json.dumps(value)}\n" for (table, key), value in lines if table in LISTS)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "config.toml"
        file.write_text(text, encoding="utf-8")
        assert all(problem.code for problem in problems_of(file))


def test_loading_needs_the_standard_library_only() -> None:
    """`dateline --help` must not wait for a database or network library."""
    code = "import sys, monitor.config.load; print(*{name.partition('.')[0] for name in sys.modules})"
    root = Path(__file__).parent.parent
    out = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True).stdout
    ours = {"monitor", "rules", "storage", "__main__"}
    foreign = {name for name in out.split() if name not in sys.stdlib_module_names | ours and not name.startswith("_")}
    assert set() == foreign
