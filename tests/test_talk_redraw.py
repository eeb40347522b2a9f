"""Messages drawn again: as they are stored, one after the other, whatever Slack does; and no post is disturbed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, update

from monitor.talk.redraw import Redraw
from storage import deliveries
from storage.database import open_database
from storage.schema import deliveries as messages
from storage.schema import redraws
from tests.slack_standin_model import POST, UPDATE, Fault
from tests.talk_rig import BOB, Room, room

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from storage.database import Database


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    """A real file."""
    opened = open_database(sqlite_url)
    yield opened
    opened.close()


def talk(database: Database, what: Callable[[Room, int], Awaitable[None]]) -> None:
    """An alert stands in the channel, and people say something back."""

    async def run() -> None:
        async with room(database) as made:
            (article,) = await made.news("urgent")
            await what(made, article)

    asyncio.run(run())


def changes(room: Room) -> int:
    """How often Slack was asked to change a message."""
    return sum(call.method == UPDATE for call in room.slack.calls)


def test_one_that_cannot_be_drawn_holds_up_no_other(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """A body that nobody foresaw is told by its number, and left for later."""

    async def said(room: Room, article: int) -> None:
        (second,) = await room.news("urgent")
        with database.write() as connection:
            broken = messages.c.id == connection.scalar(select(func.min(messages.c.id)))
            connection.execute(update(messages).where(broken).values(body={
                "blocks": [{"type": "section", "block_id": f"w:{article}"}]}))
        for one in (article, second):
            await room.talk.hear(room.press("relevant", one, BOB))
        assert 1 == await room.talk.redraw.draw()
        assert "Relevant 1" in room.shows(second) and "cannot be drawn" in caplog.text

    talk(database, said)


def test_many_presses_are_one_drawing(database: Database) -> None:
    """What twenty people said until then is shown by one change of the message."""

    async def said(room: Room, article: int) -> None:
        for number in range(20):
            await room.talk.hear(room.press("relevant", article, f"U0PERSON{number:02}"))
        assert 1 == await room.talk.redraw.draw()
        assert (1, 0) == (changes(room), room.behind)
        assert "Relevant 20" in room.shows(article)

    talk(database, said)


def test_no_press_makes_another_item_vanish(database: Database) -> None:
    """In a message of several articles each keeps what was said of it, and every block stays where it was."""

    async def said(room: Room, _: int) -> None:
        articles = await room.news("normal", "normal", "normal")
        message = room.slack.visible()[-1]
        order = [block["block_id"] for block in message.body["blocks"]]
        for at, article in enumerate(articles):
            await room.hear("relevant", article, message_ts=message.ts)
            await room.hear("take", article, f"U0PERSON{at:02}", message_ts=message.ts)
        assert order == [block["block_id"] for block in message.body["blocks"]]
        assert [True] * 3 == [f"U0PERSON{at:02}" in room.shows(one) and "Relevant 1" in room.shows(one)
                              for at, one in enumerate(articles)]

    talk(database, said)


@pytest.mark.parametrize(
    "fault",
    [
        Fault("reset", stored=True, method=UPDATE),
        Fault("reset", method=UPDATE),
        Fault("http", method=UPDATE),
        Fault("error", method=UPDATE, code="ratelimited"),
        Fault("error", method=UPDATE, code="internal_error"),
        Fault("error", method=UPDATE, code="not_in_channel"),
        Fault("error", method=UPDATE, code="invalid_auth"),
    ],
)
def test_a_change_that_failed_is_made_again(database: Database, fault: Fault) -> None:
    """A lost answer, a server in trouble, a right that was missing: the message is drawn once that is over."""

    async def said(room: Room, article: int) -> None:
        room.slack.faults = [fault]
        await room.hear("relevant", article)
        assert (1, 0) == (room.behind, await room.talk.redraw.draw())
        room.clock.on(300)
        assert 1 == await room.talk.redraw.draw()
        assert ("Relevant 1" in room.shows(article), room.behind) == (True, 0)

    talk(database, said)


def test_slack_asks_for_a_pause(database: Database) -> None:
    """No message is changed before it is over, whichever it was for, and a restart does not forget that."""

    async def said(room: Room, article: int) -> None:
        (other,) = await room.news("urgent")
        room.slack.faults = [Fault("limit", method=UPDATE, seconds=30)]
        await room.hear("relevant", article)
        await room.hear("relevant", other)
        restarted = Redraw(lambda: room.desk, 0.0)
        assert (0, 1, 2) == (await restarted.draw(), changes(room), room.behind)
        room.clock.on(30)
        assert 2 == await restarted.draw()

    talk(database, said)


@pytest.mark.parametrize("code", ["message_not_found", "cant_update_message", "edit_window_closed"])
def test_a_message_that_can_never_change_again(database: Database, code: str) -> None:
    """It is given up at once and for good; who presses after that is told that it counts and does not show."""

    async def said(room: Room, article: int) -> None:
        room.slack.faults = [Fault("error", method=UPDATE, code=code, times=9)]
        assert "" == await room.hear("relevant", article)
        assert 0 == room.behind
        assert "can no longer show it" in await room.hear("relevant", article, BOB)
        assert 1 == changes(room)

    talk(database, said)


@pytest.mark.parametrize("code", ["msg_too_long", "invalid_blocks"])
def test_a_layout_that_slack_refuses(database: Database, caplog: pytest.LogCaptureFixture, code: str) -> None:
    """The message is shown as it was posted; the log says that it lacks something."""

    async def said(room: Room, article: int) -> None:
        before = room.shows(article)
        room.slack.faults = [Fault("error", method=UPDATE, code=code)]
        await room.hear("relevant", article)
        assert (before, 2, 0) == (room.shows(article), changes(room), room.behind)
        assert "without what was said of it" in caplog.text

    talk(database, said)


def test_after_a_restart(database: Database) -> None:
    """What was not drawn before a stop is drawn after it, by whoever comes next."""

    async def said(room: Room, article: int) -> None:
        await room.talk.hear(room.press("relevant", article))
        assert 1 == room.behind
        again = asyncio.create_task(Redraw(lambda: room.desk, 0.0).run())
        while room.behind:
            await asyncio.sleep(0.01)
        again.cancel()
        assert "Relevant 1" in room.shows(article)

    talk(database, said)


def test_a_change_from_another_program_is_seen(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody wakes the drawing then: it looks by itself."""
    monkeypatch.setattr("monitor.talk.redraw._LOOK", 0.01)

    async def said(room: Room, article: int) -> None:
        drawing = asyncio.create_task(Redraw(lambda: room.desk, 0.0).run())
        await asyncio.sleep(0)
        await room.talk.hear(room.press("relevant", article))
        while room.behind:
            await asyncio.sleep(0.01)
        drawing.cancel()
        assert "Relevant 1" in room.shows(article)

    talk(database, said)


def test_what_was_drawn_is_still_known(database: Database) -> None:
    """Marker and rows are as they were: a double of a drawn message is found and removed, and none is posted again."""

    async def said(room: Room, article: int) -> None:
        (message,) = room.slack.visible()
        marker, frozen = message.body["metadata"], _rows(database)
        await room.hear("relevant", article)
        assert (marker, frozen) == (message.body["metadata"], _rows(database))
        room.slack.post(dict(frozen[0].body))
        room.clock.on(300)
        await room.desk.outbox.deliver()
        assert [message] == room.slack.visible()
        assert 1 == sum(call.method == POST for call in room.slack.calls)

    talk(database, said)


def test_a_lost_message_is_found_after_it_was_drawn(database: Database) -> None:
    """A restart that finds it half sent, and a channel compared with the database, know a drawn message as theirs."""

    async def said(room: Room, article: int) -> None:
        await room.hear("relevant", article)
        with database.write() as connection:
            (row,) = deliveries.in_state(connection, "sent")
            deliveries.mark(connection, row.id, "uncertain")
        room.desk.outbox.memory.compared.clear()
        await room.news("urgent")
        assert ["sent", "sent"] == [row.state for row in _rows(database)]
        assert 2 == len(room.slack.visible())

    talk(database, said)


def test_a_message_without_a_place_for_it(database: Database) -> None:
    """One that went out as plain text is left alone, and done with."""

    async def said(room: Room, article: int) -> None:
        with database.write() as connection:
            (row,) = deliveries.in_state(connection, "sent")
            connection.execute(redraws.insert().values(message_id=row.id, wanted=1, drawn=0, failures=0))
            connection.execute(messages.update().values(deliveries.frozen({"text": "plain"})))
        await room.talk.redraw.draw()
        assert (0, 0) == (changes(room), room.behind)

    talk(database, said)


def test_drawing_keeps_the_pace(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a handful of changes each waits for its turn: as many seconds as Slack wants, on the loop's clock."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def said(room: Room, _: int) -> None:
        numbers = await room.news("urgent", "urgent", "urgent", "urgent", "urgent", "urgent", "urgent")
        for number in numbers:
            await room.talk.hear(room.press("relevant", number))
        with monkeypatch.context() as patched:
            patched.setattr("monitor.talk.redraw.asyncio.sleep", sleep)
            await Redraw(lambda: room.desk, 10.0).draw()
        assert [True] * 5 + [False] * 2 == [seconds == 0.0 for seconds in slept]
        assert 10 < slept[-1] <= 20

    talk(database, said)


def _rows(database: Database) -> list[Any]:
    with database.read() as connection:
        return deliveries.in_state(connection, *deliveries.STATES)
