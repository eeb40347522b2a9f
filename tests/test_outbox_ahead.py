"""A channel that knows more than the database: an old backup, or a bot on a copy of it, must not speak."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.errors import NotPosted, Refused, SlackError
from storage import about, deliveries
from tests.outbox_channel import Channels, Clock, Told, body, moment, outbox, queue, run, states

if TYPE_CHECKING:
    from storage.database import Database


def land_unknown(database: Database, sender: Channels, clock: Clock) -> None:
    """A message of this very database that it does not know: it was posted after the backup was made."""
    queue(database, clock(), "waiting")
    with database.write() as connection:
        sender.land(body("newer", "d:newer", 0, about.instance(connection)))


def test_a_restored_backup_posts_nothing(database: Database) -> None:
    """Messages wait with the reason, admins are told, and other channels go on."""
    sender, clock, told = Channels(), moment(), Told()
    land_unknown(database, sender, clock)
    queue(database, clock(), "other", channel="C2")
    run(outbox(database, sender, clock, told=told))

    assert ["newer", "other"] == sender.texts
    assert ["ahead"] == told.topics
    with database.read() as connection:
        assert "dateline deliveries resume C1" in deliveries.held(connection)["C1"]
        assert ["channel_held"] == [row.error_code for row in deliveries.troubles(connection)]


def test_a_note_gets_through(database: Database) -> None:
    """The admins' own channel is as far ahead as the others: that nothing is posted must be told there all the same."""
    sender, clock = Channels(), moment()
    land_unknown(database, sender, clock)
    queue(database, clock(), "note", channel="C9", kind="note")
    with database.write() as connection:
        sender.land(body("newer note", "d:9", 0, about.instance(connection), "C9"))
    run(outbox(database, sender, clock))

    assert ["newer", "newer note", "note"] == sender.texts


def test_a_held_channel_stays_held(database: Database) -> None:
    """Neither time nor a restart opens it."""
    sender, clock = Channels(), moment()
    land_unknown(database, sender, clock)
    for _ in range(3):
        run(outbox(database, sender, clock))
        clock.on(86_400)

    assert ["newer"] == sender.texts


def test_a_person_lets_it_go_on(database: Database) -> None:
    """After `resume` what waits is posted, and the same message holds the channel no more, also after a restart."""
    sender, clock = Channels(), moment()
    land_unknown(database, sender, clock)
    run(outbox(database, sender, clock))
    with database.write() as connection:
        assert deliveries.resume(connection, "C1", clock())
        assert not deliveries.resume(connection, "C1", clock())
    sender.standing.clear()  # the channel is asked for what came after that
    run(outbox(database, sender, clock))

    assert ["waiting"] == sender.texts


def test_a_backup_does_not_repeat_what_it_thinks_unsent(database: Database) -> None:
    """A message that waits in the backup and stands in the channel is taken for sent; replies, too."""
    sender, clock = Channels(), moment()
    queue(database, clock(), "parent", "reply", "last", whole="x", replies=(1, 2))
    with database.read() as connection:
        parent, reply, _ = deliveries.by_delivery(connection, "d:x")
    sender.land(parent.body)
    sender.land(reply.body, sender.standing[0].found.ts)
    box = outbox(database, sender, clock)
    run(box)
    run(outbox(database, sender, clock))

    assert ["parent", "reply", "last"] == sender.texts
    assert ["sent", "sent", "sent"] == states(database)


def test_a_process_compares_once(database: Database) -> None:
    """One question a channel and process, before its first post, and none where nothing is to be posted."""
    sender, clock = Channels(), moment()
    box = outbox(database, sender, clock)
    run(box)
    assert [] == sender.finds
    for text in ("one", "two"):
        queue(database, clock(), text)
        run(box)

    assert [("C1", None)] == sender.finds


@pytest.mark.parametrize(
    ("blind", "expected"),
    [
        (Refused("missing_scope", "x", scope="token"), ["sent"]),
        (NotPosted("ratelimited", "slow down", retry_after=50), ["pending"]),
    ],
)
def test_a_channel_that_cannot_be_compared(database: Database, blind: SlackError, expected: list[str]) -> None:
    """Where reading is forbidden, posting goes on (the doctor tells of it); where it only fails now, posting waits."""
    sender, clock = Channels(blind=blind), moment()
    queue(database, clock(), "one")
    run(outbox(database, sender, clock))

    assert expected == states(database)


def test_messages_of_others_do_not_count(database: Database) -> None:
    """A test bot with the same token and another database does not hold this one up."""
    sender, clock = Channels(), moment()
    sender.land(body("from a test bot", "d:test", 0, "another"))
    queue(database, clock(), "one")

    assert {"sent": 1} == run(outbox(database, sender, clock))
