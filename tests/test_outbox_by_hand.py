"""What a person may do about a message, and what no person can: `dateline deliveries` is made of this."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from storage import deliveries
from storage.schema import deliveries as table
from tests.outbox_channel import Channels, moment, outbox, queue, rows, run, states

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
        assert (expected is not None) is deliveries.post_again(connection, row_id, moment()())

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
        assert (expected is not None) is deliveries.give_up(connection, row_id, moment()())

    assert [expected or before] == states(database)


def test_replies_go_with_their_parent(database: Database) -> None:
    """Given up, it takes its waiting replies along; posted again, it brings them back."""
    parent, *_ = thread_in(database, "uncertain", "pending", "sent")
    with database.write() as connection:
        deliveries.give_up(connection, parent, moment()())
    assert ["abandoned", "cancelled", "sent"] == states(database)
    with database.write() as connection:
        deliveries.post_again(connection, parent, moment()())
    assert ["pending", "pending", "sent"] == states(database)


def test_a_reply_without_its_parent_cannot_be_posted(database: Database) -> None:
    """It would stand in no thread: its parent has to be posted again first."""
    _, reply = thread_in(database, "refused", "cancelled")
    with database.write() as connection:
        assert not deliveries.post_again(connection, reply, moment()())


def test_an_erased_message_cannot_be_posted(database: Database) -> None:
    """Its text is gone, and an empty message is none."""
    (row_id,) = thread_in(database, "uncertain")
    with database.write() as connection:
        connection.execute(update(table).values(body={}))
        assert not deliveries.post_again(connection, row_id, moment()())


def test_a_message_posted_again_by_hand_goes_out(database: Database) -> None:
    """The next pass posts it."""
    sender, clock = Channels(), moment()
    (row_id,) = thread_in(database, "abandoned")
    with database.write() as connection:
        deliveries.post_again(connection, row_id, clock())
    run(outbox(database, sender, clock))

    assert ["part 0"] == sender.texts


def test_deliveries_are_found_by_their_id(database: Database) -> None:
    """Part by part; an id that never was gives nothing, and neither does a row."""
    ids = thread_in(database, "sent", "pending")
    with database.write() as connection:
        assert ids == [row.id for row in deliveries.by_delivery(connection, "d:x")]
        assert [] == deliveries.by_delivery(connection, "d:y")
        assert None is deliveries.by_id(connection, 0)
        assert not deliveries.post_again(connection, 0, moment()())
        assert not deliveries.give_up(connection, 0, moment()())


def test_troubles_are_what_a_person_should_know(database: Database) -> None:
    """Refused, given up, unreadable, and held back with a reason; not what is still being looked for."""
    thread_in(database, "refused", "abandoned", "uncertain", "uncertain", "pending", "pending", "sent")
    ids = [row.id for row in rows(database)]
    with database.write() as connection:
        for row_id, code in ((ids[3], deliveries.UNREADABLE), (ids[5], "is_archived")):
            connection.execute(update(table).where(table.c.id == row_id).values(error_code=code, error="why"))
        found = deliveries.troubles(connection)

    assert [ids[5], ids[3], ids[1], ids[0]] == [row.id for row in found]
