"""The sign of life for a watchdog: once a minute at most, told of in the log once, and its address in no word."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from monitor import heartbeat
from monitor.collect.fetch import Fetcher
from monitor.config.load import load_settings
from monitor.cycle import opened, run_cycle
from monitor.errors import ConfigError, Refused
from monitor.heartbeat import Beat, beat, is_due
from monitor.settings import SlackSettings
from tests.outbox_channel import Channels, Clock, queue
from tests.rule_bot import ALERTS, rule_folder, settings_of

if TYPE_CHECKING:
    from pathlib import Path

    from monitor.settings import NetworkSettings, Settings
    from tests.loopback import Loopback

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
SECRET = "/ping/5e1f-secret"


def asked(network: NetworkSettings, url: str, last: Beat | None = None, now: datetime = NOW) -> Beat:
    return asyncio.run(beat(Fetcher(network), url, last or Beat(), now))


@pytest.mark.parametrize(
    ("last", "due"),
    [(None, True), (timedelta(), False), (timedelta(seconds=59), False), (timedelta(seconds=60), True),
     (timedelta(hours=-1), True)])
def test_it_is_due_once_a_minute(last: timedelta | None, due: bool) -> None:
    """At the first round too, and after the clock was set back."""
    assert due == is_due(Beat(None if last is None else NOW - last), NOW)


def test_the_watchdog_is_asked_once_for_two_rounds(loopback: Loopback) -> None:
    """Rounds end every few seconds; the watchdog hears of one a minute."""
    loopback.answer(SECRET, "OK")
    first = asked(loopback.network, loopback.url(SECRET))
    second = asked(loopback.network, loopback.url(SECRET), first, NOW + timedelta(seconds=15))

    assert Beat(NOW) == first == second
    assert [SECRET] == [request.target for request in loopback.requests]


@pytest.mark.parametrize(
    ("status", "kind"), [(200, "text/plain"), (200, "image/gif"), (201, "application/json"), (204, "text/plain")])
def test_any_answer_of_success_will_do(loopback: Loopback, status: int, kind: str) -> None:
    """A watchdog may answer with nothing, or with a picture; what it says is not read."""
    loopback.answer(SECRET, "" if status == 204 else "{}", status=status, headers={"Content-Type": kind})

    assert Beat(NOW) == asked(loopback.network, loopback.url(SECRET))


def test_a_failure_is_logged_once_and_so_is_its_end(loopback: Loopback, caplog: pytest.LogCaptureFixture) -> None:
    """Three failed minutes are one line; the next success is another; and no line says any part of the address."""
    caplog.set_level("INFO", "dateline")
    for status in (500, 404, 500, 200, 200):
        loopback.answer(SECRET, "secret", status=status)
    last = Beat()
    for minute in range(5):
        last = asked(loopback.network, loopback.url(SECRET), last, NOW + timedelta(minutes=minute))

    first, second = (record.getMessage() for record in caplog.records)
    assert "it answered 500" in first
    assert "told again" in second
    assert "secret" not in caplog.text
    assert "127.0.0.1" not in caplog.text


def test_the_guard_holds_for_it_too(loopback: Loopback, caplog: pytest.LogCaptureFixture) -> None:
    """An address inside of the own network must be allowed as any other, and the log says where."""
    loopback.answer(SECRET, "OK")
    last = asked(replace(loopback.network, allow=()), loopback.url(SECRET))

    assert "below [network] in allow" in last.failure
    assert "below [network] in allow" in caplog.text
    assert [] == loopback.requests


def test_a_watchdog_that_hangs_is_left(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its own deadline, not that of feeds."""
    monkeypatch.setattr(heartbeat, "SECONDS", 0.2)
    loopback.raw(SECRET, b"HTTP/1.1 200 OK\r\n", stall=True)

    assert Beat(NOW, "it did not answer in time") == asked(loopback.network, loopback.url(SECRET))


async def beats(settings: Settings, sender: Channels, minutes: tuple[int, ...], loopback: Loopback) -> list[int]:
    """How often the watchdog was asked by the end of rounds that come so many minutes after a message was made."""
    clock, found = Clock(NOW), []
    async with opened(settings, clock, outgoing=lambda _: sender) as house:
        queue(house.database, NOW, "late", channel=ALERTS)
        for minute in minutes:
            clock.now = NOW + timedelta(minutes=minute)
            await run_cycle(house)
            if house.beating:
                await house.beating
            found.append(len(loopback.requests))
    return found


def test_it_is_silent_while_a_message_is_stuck(loopback: Loopback, tmp_path: Path, sqlite_url: str) -> None:
    """After a quarter of an hour, so that the watchdog alarms; with the round that posts the message it is back."""
    loopback.answer(SECRET, "OK")
    sender = Channels({call: Refused("not_in_channel", "invite the app", scope="channel") for call in range(1, 4)})
    settings = replace(settings_of(rule_folder(tmp_path), sqlite_url), network=loopback.network, slack=SlackSettings(),
                       heartbeat=loopback.url(SECRET))

    assert [1, 2, 2, 2, 3, 4] == asyncio.run(beats(settings, sender, (0, 15, 16, 25, 31, 32), loopback))
    assert (4, ["late"]) == (sender.calls, sender.texts)


CONFIG = """
[rules]
folders = ['.']
[[feed]]
url = 'https://news.example.org/feed'
outlet = 'Example News'
[[channel]]
id = 'C0000000001'
timezone = 'America/New_York'
"""
ADDRESS = "https://watch.example/5e1f-secret"


def heartbeat_of(folder: Path, lines: str, **environ: str) -> str | None:
    (folder / "config.toml").write_text(f"{CONFIG}{lines}\n")
    return load_settings(folder / "config.toml", environ).heartbeat


@pytest.mark.parametrize(
    ("lines", "environ", "expected"),
    [
        ("", "", None), (f"[health]\nheartbeat = '{ADDRESS}'", "", ADDRESS), ("[health]", f" {ADDRESS}\n", ADDRESS),
        ("[health]\nheartbeat = 'https://other.example/'", ADDRESS, ADDRESS), ("[health]\nheartbeat = ''", "", None),
    ])
def test_the_address_comes_from_the_file_or_the_environment(
    lines: str, environ: str, expected: str | None, tmp_path: Path
) -> None:
    """The environment wins; without either nobody is asked."""
    assert expected == heartbeat_of(tmp_path, lines, DATELINE_HEARTBEAT_URL=environ)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("[health]\nheartbeat = 'hc.example/5e1f-secret'", "C180"),
        ("[health]\nheartbeat = 'ftp://5e1f-secret/'", "C180"),
        ("[health]\nheartbeat = https://watch.example/5e1f-secret", "E102"),
        ("[health]\nheartbeat = \"https://watch.example/5e1f-secret", "E102"),
        ("[health]\nheartbeat = ['https://5e1f-secret']", "C104"),
        ("[health]\nwatchdog = 'https://5e1f-secret'", "C102"),
        ("[slack]\nheartbeat = 'https://5e1f-secret'", "C103"),
    ])
def test_no_problem_repeats_the_address(lines: str, code: str, tmp_path: Path) -> None:
    """Whatever is wrong with it, and wherever it stands."""
    with pytest.raises(ConfigError) as caught:
        heartbeat_of(tmp_path, lines)

    assert code in [problem.code for problem in caught.value.problems]
    assert "secret" not in "\n".join(map(str, caught.value.problems))


def test_a_wrong_address_in_the_environment_names_the_variable(tmp_path: Path) -> None:
    """And nothing of the address; nor do the settings show it where they are printed."""
    with pytest.raises(ConfigError) as caught:
        heartbeat_of(tmp_path, "", DATELINE_HEARTBEAT_URL="5e1f-secret")

    (problem,) = caught.value.problems
    assert "DATELINE_HEARTBEAT_URL" in str(problem)
    assert "secret" not in str(problem)
    assert "secret" not in repr(load_settings(tmp_path / "config.toml", {"DATELINE_HEARTBEAT_URL": ADDRESS}))
