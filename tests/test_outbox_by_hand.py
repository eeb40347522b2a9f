"""What a person may do about a message, and what no person can: `dateline deliveries` is made of this."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from monitor.errors import Refused
from monitor.outbox.recover import unreadable
from storage import by_hand, deliveries
from storage.schema import deliveries as table
from tests.outbox_channel import UNHURRIED, Channels, moment, outbox, queue, rows, run, states

if TYPE_CHECKING:
    from storage.database import Database


def thread_in(database: Database, *given: str) -> list[int]:
    """A delivery of a parent and replies in these states; the ids of its rows."""
    queue(database, moment()(), *(f"part {number}" for number, _ in enumerate(given)), whole="x",
          replies=range(1, len(given)))
    ids = [row.id for row in rows(database)]
    with database.write() as connection:
        for row_id, state in zip(ids, given, strict=True):
            connection.execute(update(table).where(table.c.id == row_id).values(state=state))
    return ids


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("refused", "pending"), ("abandoned", "pending"), ("uncertain", "pending"), ("cancelled", "pending"),
        ("pending", None), ("sending", None), ("sent", None), ("printed", None),
    ],
)
def test_post_again(database: Database, before: str, expected: str | None) -> None:
    """What ended without arriving for certain is queued again; nothing else is touched."""
    (row_id,) = thread_in(database, before)
    with database.write() as connection:
        assert (expected is not None) is by_hand.post_again(connection, row_id, moment()())

    assert [expected or before] == states(database)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("pending", "abandoned"), ("uncertain", "abandoned"),
        ("sending", None), ("sent", None), ("refused", None), ("abandoned", None), ("cancelled", None),
    ],
)
def test_give_up(database: Database, before: str, expected: str | None) -> None:
    """What waits or may stand there is given up; what is under way or has ended is not."""
    (row_id,) = thread_in(database, before)
    with database.write() as connection:
        assert (expected is not None) is by_hand.give_up(connection, row_id, moment()())

    assert [expected or before] == states(database)


def test_replies_go_with_their_parent(database: Database) -> None:
    """Given up, it takes its waiting replies along; posted again, it brings them back."""
    parent, *_ = thread_in(database, "uncertain", "pending", "sent")
    with database.write() as connection:
        by_hand.give_up(connection, parent, moment()())
    assert ["abandoned", "cancelled", "sent"] == states(database)
    with database.write() as connection:
        by_hand.post_again(connection, parent, moment()())
    assert ["pending", "pending", "sent"] == states(database)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("uncertain", "sent"), ("abandoned", "sent"),
        ("pending", None), ("sending", None), ("sent", None), ("refused", None), ("cancelled", None),
    ],
)
def test_found_by_hand(database: Database, before: str, expected: str | None) -> None:
    """What may stand there, or was given up although it does, is posted; what cannot be there is not."""
    (row_id,) = thread_in(database, before)
    with database.write() as connection:
        assert (expected is not None) is by_hand.found_by_hand(connection, row_id, None, moment()())

    assert [expected or before] == states(database)


def test_replies_go_into_the_thread_that_was_found(database: Database) -> None:
    """They need its ts, and go out with the next pass, also where they were cancelled; without it nothing changes."""
    sender, clock = Channels(), moment()
    parent, *_ = thread_in(database, "abandoned", "cancelled", "pending")
    with database.write() as connection:
        assert not by_hand.found_by_hand(connection, parent, None, clock())
        assert by_hand.found_by_hand(connection, parent, "1700000000.000100", clock())
    run(outbox(database, sender, clock))

    assert ["sent", "sent", "sent"] == states(database)
    assert [("part 1", "1700000000.000100"), ("part 2", "1700000000.000100")] == [
        (one.body["text"], one.thread) for one in sender.standing]


def test_two_messages_are_not_found_in_one(database: Database) -> None:
    """The ts of another message of ours is a link copied from the wrong place."""
    first, _ = thread_in(database, "sent", "sent")
    queue(database, moment()(), "next", whole="y")
    other = rows(database)[-1].id
    with database.write() as connection:
        deliveries.mark(connection, first, "sent", ts="1700000000.000100")
        deliveries.mark(connection, other, "uncertain")
        assert not by_hand.found_by_hand(connection, other, "1700000000.000100", moment()())


def test_a_reply_without_its_parent_cannot_be_posted(database: Database) -> None:
    """It would stand in no thread: its parent has to be posted again first."""
    _, reply = thread_in(database, "refused", "cancelled")
    with database.write() as connection:
        assert not by_hand.post_again(connection, reply, moment()())


def test_an_erased_message_cannot_be_posted(database: Database) -> None:
    """Its text is gone, and an empty message is none."""
    (row_id,) = thread_in(database, "uncertain")
    with database.write() as connection:
        connection.execute(update(table).values(body={}))
        assert not by_hand.post_again(connection, row_id, moment()())


def test_a_message_posted_again_by_hand_goes_out(database: Database) -> None:
    """The next pass posts it."""
    sender, clock = Channels(), moment()
    (row_id,) = thread_in(database, "abandoned")
    with database.write() as connection:
        by_hand.post_again(connection, row_id, clock())
    run(outbox(database, sender, clock))

    assert ["part 0"] == sender.texts


def test_deliveries_are_found_by_their_id(database: Database) -> None:
    """Part by part; an id that never was gives nothing, and neither does a row."""
    ids = thread_in(database, "sent", "pending")
    with database.write() as connection:
        assert ids == [row.id for row in deliveries.by_delivery(connection, "d:x")]
        assert [] == deliveries.by_delivery(connection, "d:y")
        assert None is deliveries.by_id(connection, 0)
        assert not by_hand.post_again(connection, 0, moment()())
        assert not by_hand.give_up(connection, 0, moment()())


def test_troubles_are_what_a_person_should_know(database: Database) -> None:
    """Refused, given up, unreadable, and held back with a reason; not what is still being looked for."""
    thread_in(database, "refused", "abandoned", "uncertain", "uncertain", "pending", "pending", "sent")
    ids = [row.id for row in rows(database)]
    with database.write() as connection:
        for row_id, code in ((ids[3], deliveries.UNREADABLE), (ids[5], "is_archived")):
            connection.execute(update(table).where(table.c.id == row_id).values(error_code=code, error="why"))
        found = deliveries.troubles(connection)

    assert [ids[5], ids[3], ids[1], ids[0]] == [row.id for row in found]


@pytest.mark.parametrize(("kind", "of", "hours", "words"), [
    ("alert", 1, 1, ["dateline deliveries abandon 7."]),
    ("note", 3, 1, ["dateline deliveries found 7, with its link", "dateline deliveries retry 7",
                    "Once that is mended, it settles by itself.",
                    "dateline deliveries abandon 7, which drops the messages that wait for its thread, too."]),
    ("note", 1, 1, ["dateline deliveries abandon 7."]),
    ("note", 3, 30, ["dateline deliveries found 7, with its link", "dateline deliveries retry 7."]),
])
def test_what_a_person_is_told_to_do(kind: str, of: int, hours: int, words: list[str]) -> None:
    """Of a message whose channel cannot be read: commands with its number, and what giving it up takes along."""
    tried = moment()()
    row = deliveries.Delivery(7, "d", 0, of, "C1", kind, {"text": "x"}, "uncertain", 1, None, None, None, tried, tried)
    after = unreadable(row, Refused("missing_scope", "A scope is missing.", scope="channel"), UNHURRIED,
                       tried + timedelta(hours=hours))

    for each in words:
        assert each in str(after.columns["error"])
