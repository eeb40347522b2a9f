"""Listening to Slack: acknowledged at once, heard once, with a connection at all times."""

from __future__ import annotations

import asyncio
import logging
import random
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from monitor.errors import NotPosted, Refused, SlackError, Uncertain
from monitor.slack.socket import Listener, pause, usable
from monitor.talk.model import Asked, Press
from tests.slack_socket_standin import SocketStandIn, command, press, socket_standin

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from tests.slack_socket_standin import Connection, Sent

NOW = datetime(2026, 11, 24, 14, 2, tzinfo=UTC)
SOCKET = "monitor.slack.socket"


class Ear:
    """What was heard; a command "fail" raises, a command "wait" is worked off once `go` is set."""

    def __init__(self) -> None:
        self.heard: list[Press | Asked] = []
        self.go = asyncio.Event()

    async def __call__(self, said: Press | Asked) -> None:
        if isinstance(said, Asked) and said.words == "wait":
            await self.go.wait()
        self.heard.append(said)
        if isinstance(said, Asked) and said.words.startswith("fail"):
            raise ValueError(f"what was typed: {said.words}")

    def subjects(self) -> list[int]:
        return sorted(said.subject for said in self.heard if isinstance(said, Press))


@asynccontextmanager
async def listening(**settings: object) -> AsyncIterator[tuple[SocketStandIn, Ear, Listener]]:
    """A stand-in, and a Listener that has connected to it or is about to."""
    async with socket_standin() as slack:
        ear = Ear()
        listener = Listener(slack.settings(**settings), ear, lambda: NOW)
        running = asyncio.create_task(listener.run())
        try:
            yield slack, ear, listener
        finally:
            ear.go.set()
            await listener.aclose()
            assert running.cancelled()


def story(play: Callable[[SocketStandIn, Ear, Listener], Awaitable[None]], **settings: object) -> None:
    """Run what a test plays while somebody listens."""

    async def told() -> None:
        async with listening(**settings) as parts:
            await play(*parts)

    asyncio.run(told())


async def until(true: Callable[[], object]) -> None:
    """Wait for it; ten seconds are far more than it takes."""
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.005)


async def acknowledged(sent: Sent) -> None:
    await until(lambda: sent.seconds is not None)


async def refreshed(slack: SocketStandIn, old: Connection) -> Connection:
    """Slack wants a connection to go; the one that takes its place."""
    await slack.say(old, type="disconnect", reason="refresh_requested")
    return await slack.successor(old)


def test_a_press_is_acknowledged_and_heard() -> None:
    """The connection that brought a press or a command acknowledges it, and it is handed on."""

    async def play(slack: SocketStandIn, ear: Ear, _: Listener) -> None:
        for sent in (await slack.send(press("relevant:7")), await slack.send(command("search raids"))):
            await acknowledged(sent)
            assert not sent.astray
        await until(lambda: len(ear.heard) == 2)
        assert {Press, Asked} == {type(said) for said in ear.heard}

    story(play)


def test_acknowledged_before_any_work() -> None:
    """However long the work takes, and however much waits, what comes is acknowledged."""

    async def play(slack: SocketStandIn, ear: Ear, _: Listener) -> None:
        for sent in [await slack.send(command("wait")) for number in range(20)]:
            await acknowledged(sent)
        assert [] == ear.heard
        ear.go.set()
        await until(lambda: len(ear.heard) == 20)

    story(play)


def test_questions_that_take_long_hold_up_no_press() -> None:
    """Twenty people ask what takes a minute; who presses meanwhile is heard."""

    async def play(slack: SocketStandIn, ear: Ear, _: Listener) -> None:
        for sent in [await slack.send(command("wait")) for number in range(20)]:
            await acknowledged(sent)
        await slack.send(press("relevant:7"))
        await until(lambda: [7] == ear.subjects())
        assert 1 == len(ear.heard)

    story(play)


def test_an_error_ends_nothing_and_tells_no_words(caplog: pytest.LogCaptureFixture) -> None:
    """Work that fails is logged by kind and place, without what was typed, and the next is heard."""

    async def play(slack: SocketStandIn, ear: Ear, _: Listener) -> None:
        for number in range(10):
            await slack.send(command(f"fail confidential {number}"))
        await slack.send(press("relevant:7"))
        await until(lambda: [7] == ear.subjects())

    with caplog.at_level(logging.DEBUG):
        story(play)
    assert 10 == caplog.text.count("was not worked off: ValueError at")
    assert "confidential" not in caplog.text


def test_no_log_has_what_people_typed(caplog: pytest.LogCaptureFixture) -> None:
    """Neither ours nor a library's, and neither has a token, though everything is logged."""

    async def play(slack: SocketStandIn, ear: Ear, _: Listener) -> None:
        await slack.send(command("search confidential"))
        await until(lambda: ear.heard)

    with caplog.at_level(logging.DEBUG):
        story(play)
    assert "confidential" not in caplog.text
    assert "xapp-" not in caplog.text


def test_the_next_connection_comes_before_the_last_one_ends() -> None:
    """When Slack wants a connection to go there are two for a while, and what comes through either is acknowledged."""

    async def play(slack: SocketStandIn, ear: Ear, _: Listener) -> None:
        old = await slack.connected()
        new = await refreshed(slack, old)
        for number, connection in enumerate((old, new, old)):
            sent = await slack.send(press(f"relevant:{number}"), connection)
            await acknowledged(sent)
            assert not sent.astray
        assert [old, new] == slack.live
        await slack.end(old)
        await until(lambda: [0, 1, 2] == ear.subjects())

    story(play)


def test_a_replaced_connection_that_is_silent_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack counts connections, so one that it forgot to close is closed from here."""
    monkeypatch.setattr(f"{SOCKET}._SILENCE", 0.05)

    async def play(slack: SocketStandIn, _: Ear, __: Listener) -> None:
        new = await refreshed(slack, await slack.connected())
        await until(lambda: slack.live == [new])

    story(play)


def test_an_old_connection_stays_while_there_is_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the next one cannot be had, the one that was to go is listened to as long as it lasts."""
    monkeypatch.setattr(f"{SOCKET}._SILENCE", 0.02)

    async def play(slack: SocketStandIn, ear: Ear, listener: Listener) -> None:
        old = await slack.connected()
        slack.refusals = ["internal_error"] * 50
        await slack.say(old, type="disconnect", reason="warning")
        await until(lambda: listener.trouble)
        await asyncio.sleep(0.1)
        await acknowledged(await slack.send(press("relevant:7"), old))

    story(play)


def test_a_lost_connection_comes_back() -> None:
    """Whether Slack closes it or the network loses it, there is another, and nothing of the old one stays open."""

    async def play(slack: SocketStandIn, ear: Ear, _: Listener) -> None:
        for number in range(8):
            connection = await slack.connected()
            await acknowledged(await slack.send(press(f"relevant:{number}"), connection))
            if number % 2:
                slack.cut(connection)
            else:
                await slack.end(connection)
            await slack.successor(connection)
        assert (9, 1) == (slack.opened, len(slack.live))
        await until(lambda: list(range(8)) == ear.subjects())

    story(play)


def test_a_dead_connection_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that swallows everything shows in the signs of life that stay away."""
    monkeypatch.setattr(f"{SOCKET}._HEARTBEAT", 0.1)

    async def play(slack: SocketStandIn, _: Ear, __: Listener) -> None:
        slack.deaf = 1
        await slack.successor(await slack.connected())

    story(play)


def test_many_presses_while_connections_come_and_go() -> None:
    """Nothing that came through a connection that lived stays unacknowledged, and everything acknowledged is heard."""
    chance = random.Random(7)

    async def play(slack: SocketStandIn, ear: Ear, _: Listener) -> None:
        for number in range(300):
            await slack.connected()
            connection = chance.choice(slack.live)
            await slack.send(press(f"relevant:{number}"), connection)
            if number % 60 == 30:
                slack.cut(connection)
            elif number % 60 == 0:
                await slack.end(await _passed(slack, slack.live[-1]))
        await until(lambda: not slack.unacknowledged())
        acknowledged = [number for number, sent in enumerate(slack.sent.values()) if sent.seconds is not None]
        await until(lambda: set(acknowledged) <= set(ear.subjects()))
        assert not any(sent.astray for sent in slack.sent.values())
        assert len(ear.heard) == len(set(ear.subjects()))

    async def _passed(slack: SocketStandIn, old: Connection) -> Connection:
        await refreshed(slack, old)
        return old

    story(play)


@pytest.mark.parametrize(
    ("code", "remedy"),
    [("invalid_auth", "connections:write"), ("missing_scope", "connections:write"), ("not_allowed_token_type", "xapp-"),
     ("internal_error", "until it works")],
)
def test_trouble_is_said_once(
    code: str, remedy: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What keeps Slack from being heard is said once, with what to do, and its end is said as well."""
    for name in ("_MENDING", "_FIRST_WAIT", "_LONGEST_WAIT"):
        monkeypatch.setattr(f"{SOCKET}.{name}", 0.01)

    async def play(slack: SocketStandIn, _: Ear, listener: Listener) -> None:
        slack.refusals = [code] * 4
        await until(lambda: listener.trouble)
        assert code in listener.trouble and remedy in listener.trouble
        await slack.connected()
        await until(lambda: not listener.trouble)

    with caplog.at_level(logging.INFO, "dateline"):
        story(play)
    said = [record.getMessage() for record in caplog.records if record.name == "dateline.slack"]
    assert [True, True] == [code in said[0], "answered again; they were not since 24 Nov 14:02" in said[1]]
    assert 2 == len(said)


@pytest.mark.parametrize(
    ("reason", "remedy"), [("link_disabled", "Turn on Socket Mode"), ("too_many_websockets", "ten connections")]
)
def test_a_connection_that_begins_with_its_end(reason: str, remedy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Slack takes a connection back at once, the reason is told and another is asked for."""
    for name in ("_MENDING", "_FIRST_WAIT"):
        monkeypatch.setattr(f"{SOCKET}.{name}", 0.05)

    async def play(slack: SocketStandIn, _: Ear, listener: Listener) -> None:
        slack.greetings = [{"type": "disconnect", "reason": reason}]
        await until(lambda: remedy in listener.trouble)
        await until(lambda: not listener.trouble)
        await until(lambda: len(slack.live) == 1)

    story(play)


def test_what_is_no_press_is_acknowledged_and_dropped() -> None:
    """Events, unknown envelopes and messages that are no JSON do not disturb."""

    async def play(slack: SocketStandIn, ear: Ear, _: Listener) -> None:
        connection = await slack.connected()
        for text in ("no JSON", "[1]", '"x"', "[" * 5_000, '{"type": "news"}', '{"envelope_id": 7}'):
            await connection.socket.send_str(text)
        await connection.socket.send_bytes(b"\x00")
        await acknowledged(await slack.send({"type": "events_api", "payload": {"event": {}}}))
        await acknowledged(await slack.send({"type": "interactive", "payload": []}))
        await acknowledged(await slack.send(press("relevant:7"), connection))
        await until(lambda: [7] == ear.subjects())
        assert 1 == len(ear.heard)

    story(play)


def test_at_the_end_the_rest_is_worked_off() -> None:
    """What was acknowledged before a stop is done before it."""

    async def told() -> Ear:
        async with listening() as (slack, ear, listener):
            for number in range(20):
                await acknowledged(await slack.send(press(f"relevant:{number}")))
            await acknowledged(await slack.send(command("wait")))
            asyncio.get_running_loop().call_later(0.05, ear.go.set)
            await listener.aclose()
            return ear

    assert 21 == len(asyncio.run(told()).heard)


@pytest.mark.parametrize(
    ("base_url", "address", "expected"),
    [
        ("https://slack.com/api/", "wss://wss-primary.slack.com/link/?ticket=1", True),
        ("https://slack.com/api/", "ws://wss-primary.slack.com/link/?ticket=1", False),
        ("http://127.0.0.1:8787/api/", "ws://127.0.0.1:8787/link", True),
        ("http://127.0.0.1:8787/api/", "file:///etc/passwd", False),
        ("https://slack.com/api/", None, False),
    ],
)
def test_a_connection_is_no_less_encrypted_than_the_rest(base_url: str, address: object, expected: bool) -> None:
    """A Slack that is reached by https does not lead to a connection that anybody on the way can read."""
    assert expected == usable(base_url, address)


@pytest.mark.parametrize(
    ("error", "failures", "expected"),
    [
        (Uncertain("http_503", ""), 0, 0.5),
        (NotPosted("unreachable", ""), 1, 1.0),
        (NotPosted("unreachable", ""), 3, 4.0),
        (NotPosted("unreachable", ""), 100_000, 60.0),
        (NotPosted("ratelimited", "", retry_after=7.0), 0, 7.0),
        (Refused("invalid_auth", "", scope="token"), 0, 300.0),
        (NotPosted("link_disabled", ""), 5, 300.0),
    ],
)
def test_when_it_is_tried_again(error: SlackError, failures: int, expected: float) -> None:
    """Soon, then slower, up to a minute; when Slack says; and every five minutes where a person has to mend it."""
    assert expected == pause(error, failures)
