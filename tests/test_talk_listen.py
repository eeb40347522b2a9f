"""Listening beside the rounds: what goes wrong is told to who asked, and ends nothing else."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from monitor.cycle import run_cycle
from monitor.settings import FeedSettings
from monitor.slack.socket import Listener
from monitor.talk import commands
from monitor.talk.model import Answer, Asked, Asker
from monitor.words.talk import WORDS
from storage import feeds, mutes
from storage.database import open_database
from tests import slack_socket_standin as socket
from tests.digest_rounds import NOW
from tests.rule_bot import Bot, rule_folder, run, settings_of
from tests.talk_rig import ALICE, BOB, CHANNEL, Room, room

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from monitor.talk.desk import Desk
    from storage.database import Database

SAY = WORDS["en"]


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    """A real file."""
    opened = open_database(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def hasty(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """One of which nobody waits for a lock."""
    monkeypatch.setattr("storage.database.BUSY_TIMEOUT_MS", 0)
    opened = open_database(sqlite_url)
    yield opened
    opened.close()


def talk(database: Database, what: Callable[[Room, int], Awaitable[None]], *, listening: bool = False) -> None:
    """An alert stands in the channel, and people say something back; where `listening`, over a socket."""

    async def story() -> None:
        async with room(database, listening=listening) as made, asyncio.timeout(20):
            (article,) = await made.news("urgent")
            made.talk.start()
            await what(made, article)
            await made.talk.aclose()

    asyncio.run(story())


def envelope(room: Room, value: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - parts of a payload
    """A press on the first message, as Slack hands it over."""
    where = {"message_ts": room.slack.messages[0].ts, "channel_id": CHANNEL.id}
    return socket.press(value, person=ALICE, answer_to=f"{room.said.url}/answers/{ALICE}",
                        **{"channel": {"id": CHANNEL.id}, "container": where, **changes})


async def until(true: Callable[[], object]) -> None:
    """Wait for it."""
    while not true():
        await asyncio.sleep(0.01)


def test_a_press_from_the_socket_to_the_message(database: Database) -> None:
    """It is heard, acknowledged, stored and shown, and a mute is announced at once, without a round."""

    async def said(room: Room, article: int) -> None:
        sent = await room.said.send(envelope(room, f"relevant:{article}"))
        await until(lambda: "Relevant 1" in room.shows(article))
        assert sent.seconds is not None
        await room.said.send(envelope(room, f"mute-story:{article}"))
        await until(lambda: len(room.slack.visible()) > 1)
        assert "Muted until" in room.slack.visible()[-1].body["text"]

    talk(database, said, listening=True)


def test_what_was_acknowledged_is_done_before_the_end(database: Database) -> None:
    """A stop hears nothing more, but works off what it has said yes to."""

    async def said(room: Room, article: int) -> None:
        for number in range(20):
            user = {"id": f"U0PERSON{number:02}", "team_id": socket.TEAM}
            await room.said.send(envelope(room, f"relevant:{article}", user=user))
        await until(lambda: all(sent.seconds is not None for sent in room.said.sent.values()))
        await room.talk.aclose()
        await room.talk.redraw.draw()
        assert "Relevant 20" in room.shows(article)

    talk(database, said, listening=True)


def test_a_locked_database(hasty: Database, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever presses meanwhile is told that it did not work; pressed again afterwards, it does, and counts once."""

    async def said(room: Room, article: int) -> None:
        press = room.press("relevant", article)
        with hasty.write():
            await room.talk.hear(press)
        assert [SAY.failed] == [answer["text"] for _, answer in room.said.answers]
        assert "another program holds it" in caplog.text
        await room.talk.hear(press)
        await until(lambda: "Relevant 1" in room.shows(article))

    talk(hasty, said)


@pytest.mark.parametrize("listening", [False, True])
def test_what_nobody_foresaw(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, *, listening: bool
) -> None:
    """The person is told; the log has the kind of error and no word of what was asked; others are answered."""

    async def broken(_desk: Desk, asked: Asked) -> Answer:
        raise ValueError(asked.words)

    async def said(room: Room, article: int) -> None:
        asker = Asker(ALICE, CHANNEL.id, f"{room.said.url}/answers/{ALICE}")
        if listening:
            command = socket.command("a secret", answer_to=asker.answer_to, channel_id=CHANNEL.id)
            await room.said.send(command)
            await until(lambda: "ValueError" in caplog.text)
        else:
            with pytest.raises(ValueError, match="a secret"):
                await room.talk.hear(Asked(asker, "a secret"))
        assert [SAY.failed] == [answer["text"] for _, answer in room.said.answers]
        assert "secret" not in caplog.text
        await room.talk.hear(room.press("relevant", article))
        await until(lambda: "Relevant 1" in room.shows(article))

    monkeypatch.setattr(commands, "answer", broken)
    talk(database, said, listening=listening)


@pytest.mark.parametrize(("people", "told"), [((), "all is well"), ((BOB,), SAY.may_not)])
def test_who_may_ask(
    database: Database, monkeypatch: pytest.MonkeyPatch, people: tuple[str, ...], told: str
) -> None:
    """Commands are for those who may press."""

    async def answered(_desk: Desk, _asked: Asked) -> Answer:
        return Answer("all is well")

    async def story() -> None:
        async with room(database, *people) as made:
            await made.talk.hear(Asked(Asker(ALICE, "D0ALICE", f"{made.said.url}/answers/1"), "feeds"))
            assert told in str(made.said.answers)

    monkeypatch.setattr(commands, "answer", answered)
    asyncio.run(story())


def test_only_what_one_person_sees_is_replaced(database: Database) -> None:
    """An answer takes the place of an answer, and never of a message of the channel, whatever a button says."""

    async def said(room: Room, article: int) -> None:
        for ts, replaced in (("", True), (room.slack.messages[0].ts, False)):
            await room.talk.hear(room.press("release", article, message_ts=ts, thread_ts="1764000000.000009"))
            assert replaced == room.said.answers[-1][1]["replace_original"]
        assert "1764000000.000009" == room.said.answers[-1][1]["thread_ts"]

    talk(database, said)


def test_what_fails_begins_again(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever ended the listening is logged without its words, and it goes on."""
    monkeypatch.setattr("monitor.talk.listen._PAUSE", 0.01)
    listen, failures = Listener.run, [ValueError("words")]

    async def failing(listener: Listener) -> None:
        if failures:
            raise failures.pop()
        await listen(listener)

    async def said(room: Room, article: int) -> None:
        await room.said.send(envelope(room, f"relevant:{article}"))
        await until(lambda: "Relevant 1" in room.shows(article))
        assert "ValueError" in caplog.text and "words" not in caplog.text

    monkeypatch.setattr(Listener, "run", failing)
    talk(database, said, listening=True)


def test_an_announcement_waits_for_a_stop(database: Database) -> None:
    """A mute that nobody could announce any more is announced by the next round."""

    async def said(room: Room, article: int) -> None:
        await room.talk.aclose()
        await room.talk.hear(room.press("mute-story", article))
        with database.read() as connection:
            assert 1 == len(mutes.active(connection, NOW))
        await room.desk.outbox.deliver()
        assert 2 == len(room.slack.visible())

    talk(database, said)


def test_a_bot_that_nobody_can_talk_to(tmp_path: Path, sqlite_url: str) -> None:
    """Rounds alone listen to nobody; a bot without an app token listens to nobody either, and stops as ever."""

    async def story(bot: Bot) -> None:
        await run_cycle(bot.house)
        assert bot.house.talk is None
        bot.house.listen()
        await run_cycle(bot.house)
        assert bot.house.talk and "" == bot.house.talk.trouble
        await bot.house.finish()

    run(settings_of(rule_folder(tmp_path), sqlite_url), story)


def test_a_listener_that_slack_refuses_ends_no_round(
    tmp_path: Path, sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Alerts go out all the same; the log says what to do."""

    async def story(bot: Bot) -> None:
        async with socket.socket_standin() as slack:
            slack.refusals = ["invalid_auth"]
            bot.house.settings = replace(bot.house.settings, slack=slack.settings())
            bot.house.listen()
            await until(lambda: bot.house.talk and bot.house.talk.trouble)
            assert await bot.article("The bus came.")
            await bot.house.finish()

    run(settings_of(rule_folder(tmp_path), sqlite_url), story)
    assert "SLACK_APP_TOKEN" in caplog.text


def test_a_source_that_was_added_is_polled(tmp_path: Path, sqlite_url: str) -> None:
    """It is due at once, and the others stay."""

    async def story(bot: Bot) -> None:
        sources = [FeedSettings(f"https://{name}.example/feed", name) for name in ("one", "two")]
        for source in sources:
            await bot.house.adopt([source])
        with bot.house.database.read() as connection:
            assert ["one", "two"] == [feed.outlet for feed in feeds.active(connection)]
        assert tuple(sources) == bot.house.desk().settings.feeds

    run(settings_of(rule_folder(tmp_path), sqlite_url), story)
