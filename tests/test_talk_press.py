"""Presses: what they do, what the person is told, what everybody sees. A real database and the small Slack."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete

from monitor.talk.press import key
from monitor.words.talk import WORDS
from storage import deliveries, digests, feedback, mutes, purge
from storage.database import open_database
from storage.schema import articles, digest_items
from storage.schema import feedback as feedback_table
from tests.digest_rounds import NOW
from tests.talk_rig import ADMIN, ALICE, BOB, CHANNEL, Room, room

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rules.model import Severity
    from storage.database import Database

SAY = WORDS["en"]


def talk(database: Database, what: Callable[[Room, int], Awaitable[None]], *people: str, severity: Severity = "urgent",
         **more: Any) -> None:  # noqa: ANN401 - arguments of the room
    """A message with one article stands in the channel, and people say something back."""

    async def run() -> None:
        async with room(database, *people, **more) as made:
            (article,) = await made.news(severity)
            await what(made, article)

    asyncio.run(run())


@pytest.fixture
def database(sqlite_url: str) -> Any:  # noqa: ANN401 - a generator of a database
    """SQLite alone: what is promised of storage is tested where it is kept."""
    opened = open_database(sqlite_url)
    yield opened
    opened.close()


@pytest.mark.parametrize("severity", ["urgent", "normal"])
def test_everybody_sees_how_many_judged(database: Database, severity: Severity) -> None:
    """A judgement is one press, the other one changes it; nobody is told anything besides."""

    async def said(room: Room, article: int) -> None:
        assert ["", "", ""] == [await room.hear("relevant", article), await room.hear("not-relevant", article, BOB),
                                await room.hear("not-relevant", article)]
        assert "Not relevant 2" in room.shows(article)
        with database.read() as connection:
            assert {("raids", "Ledger")} == {(one.rule_id, one.outlet)
                                             for one in connection.execute(feedback_table.select())}

    talk(database, said, severity=severity)


def test_saying_it_again(database: Database) -> None:
    """Whoever pressed it already is told so, with a button that takes it back."""

    async def said(room: Room, article: int) -> None:
        await room.hear("relevant", article)
        assert SAY.said_relevant in await room.hear("relevant", article)
        assert f"unjudge:{article}" in str(room.said.answers[-1])
        assert SAY.taken_back in await room.hear("unjudge", article, message_ts="")
        assert room.said.answers[-1][1]["replace_original"]
        assert "Relevant" not in room.shows(article)
        assert SAY.nothing_to_take_back in await room.hear("unjudge", article, message_ts="")

    talk(database, said)


def test_a_press_that_is_handed_over_twice(database: Database) -> None:
    """It counts once, and is answered once."""

    async def said(room: Room, article: int) -> None:
        press = room.press("take", article)
        for _ in range(2):
            await room.talk.hear(press)
        assert [] == room.said.answers
        assert key(press) != key(room.press("take", article))

    talk(database, said)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 2, 1)])
def test_presses_in_disorder(database: Database, order: tuple[int, ...]) -> None:
    """What somebody pressed last holds, in whatever order their presses arrive."""

    async def said(room: Room, article: int) -> None:
        presses = [room.press(action, article) for action in ("relevant", "not-relevant", "relevant")]
        for at in order:
            await room.talk.hear(presses[at])
        with database.read() as connection:
            assert feedback.judged(connection, CHANNEL.id, article, ALICE) is True

    talk(database, said)


def test_somebody_is_on_it(database: Database) -> None:
    """It is shown at once, with who; they may give it up, and another may take it over."""

    async def said(room: Room, article: int) -> None:
        assert "" == await room.hear("take", article)
        assert ALICE in room.shows(article)
        assert "You have been on it since" in await room.hear("take", article)
        assert "has been on it since" in await room.hear("take", article, BOB)
        assert f"<@{ALICE}> has been on it since" in str(room.said.answers[-1][1]["blocks"])
        assert SAY.yours_now in await room.hear("take-over", article, BOB, message_ts="")
        assert BOB in room.shows(article)
        assert SAY.not_yours in await room.hear("release", article, message_ts="")
        assert SAY.released in await room.hear("release", article, BOB, message_ts="")
        assert "is on it" not in room.shows(article)

    talk(database, said)


def test_a_take_over_that_came_late(database: Database) -> None:
    """Somebody who took it after that was pressed keeps it."""

    async def said(room: Room, article: int) -> None:
        late = room.press("take-over", article, ADMIN)
        await room.hear("take", article)
        await room.talk.hear(late)
        assert f"<@{ALICE}> has been on it" in str(room.said.answers[-1][1]["blocks"])

    talk(database, said)


@pytest.mark.parametrize(
    ("action", "person", "days", "told"),
    [
        ("mute-story", ALICE, 7, "Title"),
        ("mute-outlet", ALICE, 30, "Ledger for Raids"),
        ("mute-topic", ADMIN, 1, "everything about Raids"),
    ],
)
def test_a_mute_is_announced(database: Database, action: Any, person: str, days: int, told: str) -> None:  # noqa: ANN401
    """The channel reads what is muted, and until when; everybody there can undo it, and sees who did."""

    async def said(room: Room, article: int) -> None:
        assert told in await room.hear(action, article, person)
        with database.read() as connection:
            (mute,) = mutes.active(connection, NOW)
        assert (timedelta(days=days), article) == (mute.until - NOW, mute.article_id)
        await room.desk.outbox.deliver()
        announced = room.slack.visible()[-1]
        assert told in announced.body["text"] and person not in str(announced.body)
        room.clock.on(60)
        assert "" == await room.hear("unmute", mute.id, BOB, message_ts=announced.ts)
        assert BOB in str(announced.body) and (f"mute:{mute.id}", 0) == announced.key
        assert SAY.ended_already in await room.hear("unmute", mute.id, message_ts=announced.ts)

    talk(database, said)


def test_what_is_muted_already(database: Database) -> None:
    """It is not muted twice; who asks is told until when, and can undo it."""

    async def said(room: Room, article: int) -> None:
        await room.hear("mute-story", article)
        assert "This is muted already" in await room.hear("mute-story", article, BOB)
        assert "unmute:1" in str(room.said.answers[-1])
        assert SAY.unmuted in await room.hear("unmute", 1, message_ts="")
        assert "muted" not in room.shows(article).lower()

    talk(database, said)


def test_which_mute(database: Database) -> None:
    """A card asks which of them is meant; only admins are offered the whole topic, or may mute it."""

    async def said(room: Room, article: int) -> None:
        for person, offered in ((ALICE, False), (ADMIN, True)):
            assert SAY.mute_which in await room.hear("mute", article, person)
            assert offered == ("mute-topic" in str(room.said.answers[-1]))
        assert SAY.topic_by_admins in await room.hear("mute-topic", article)
        with database.read() as connection:
            assert [] == mutes.active(connection, NOW)

    talk(database, said, severity="normal")


@pytest.mark.parametrize(
    ("people", "press", "told"),
    [
        ((BOB,), {}, SAY.may_not),
        ((BOB,), {"person": BOB}, ""),
        ((BOB,), {"person": ADMIN}, ""),
        ((), {"home": False}, SAY.not_at_home),
        ((ALICE,), {"home": False}, ""),
        ((), {"channel": "C0OTHER"}, SAY.not_here),
    ],
)
def test_who_may_press(database: Database, people: tuple[str, ...], press: dict[str, Any], told: str) -> None:
    """Those who are named, or else who is of the workspace; and only where the bot posts."""

    async def said(room: Room, article: int) -> None:
        assert told == await room.hear("relevant", article, **press)
        assert (told == "") == ("Relevant 1" in room.shows(article))

    talk(database, said, *people)


@pytest.mark.parametrize("action", ["relevant", "take", "mute", "mute-story", "why"])
@pytest.mark.parametrize("forged", [True, False])
def test_what_never_stood_there(
    database: Database, caplog: pytest.LogCaptureFixture, action: Any, *, forged: bool  # noqa: ANN401
) -> None:
    """Nothing is done with an article that was deleted, or that another channel had: the log has the latter."""

    async def said(room: Room, article: int) -> None:
        with database.write() as connection:
            connection.execute(delete(digest_items if forged else articles))
        assert SAY.gone in await room.hear(action, article)
        assert forged == ("never stood there" in caplog.text)
        with database.read() as connection:
            assert [] == mutes.active(connection, NOW)
            assert {} == feedback.taken_of(connection, CHANNEL.id, [article])

    talk(database, said)


@pytest.mark.parametrize(("action", "number"), [("unmute", 7), ("unmute", 10**17), ("relevant", 10**17)])
def test_numbers_that_nothing_has(
    database: Database, caplog: pytest.LogCaptureFixture, action: Any, number: int  # noqa: ANN401
) -> None:
    """A value that no button of ours has is refused, whatever its size."""

    async def said(room: Room, _: int) -> None:
        assert "" != await room.hear(action, number)
        assert "nothing was done" in caplog.text

    talk(database, said)


def test_a_message_whose_text_was_erased(database: Database) -> None:
    """What is said counts; the message stays as it is, and whoever pressed is told so."""

    async def said(room: Room, article: int) -> None:
        before = room.shows(article)
        with database.write() as connection:
            purge.erase_text(connection, NOW + timedelta(days=1), NOW)
        assert SAY.not_shown in await room.hear("relevant", article)
        assert (before, 0) == (room.shows(article), room.behind)
        with database.read() as connection:
            assert 1 == feedback.counted(connection, CHANNEL.id, [article])[article, True]

    talk(database, said)


def test_a_press_before_the_message_is_found(database: Database) -> None:
    """While nobody knows whether the message stands there, it counts and is not drawn; once it is found, it is."""

    async def said(room: Room, article: int) -> None:
        with database.write() as connection:
            (row,) = deliveries.in_state(connection, "sent")
            deliveries.mark(connection, row.id, "uncertain", ts=None)
        assert "" == await room.hear("relevant", article)
        assert "Relevant 1" not in room.shows(article)
        await room.desk.outbox.deliver()
        assert 1 == await room.talk.redraw.draw()
        assert "Relevant 1" in room.shows(article)

    talk(database, said)


def test_an_article_that_older_versions_posted(database: Database) -> None:
    """Where the rule under which it stood was not written down, it follows from what matched."""

    async def said(room: Room, article: int) -> None:
        with database.write() as connection:
            connection.execute(digest_items.update().values(rule_id=""))
            assert digests.placed(connection, CHANNEL.id, article)
        assert "Ledger for Raids" in await room.hear("mute-outlet", article)

    talk(database, said)


def test_why_is_answered_and_not_kept(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """The person alone is told; no trace of the question stays."""

    async def said(room: Room, article: int) -> None:
        assert await room.hear("why", article)
        with database.read() as connection:
            assert {} == feedback.taken_of(connection, CHANNEL.id, [article])
        assert "why" not in caplog.text

    talk(database, said)
