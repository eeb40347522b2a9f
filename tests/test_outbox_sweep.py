"""Doubles are swept up some minutes after each delivery and once a day, and with few questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from monitor.errors import NotPosted, Refused, SlackError, Uncertain
from storage import about, deliveries
from tests.outbox_channel import Channels, Clock, Told, body, moment, outbox, queue, rows, run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.outbox.deliver import Outbox
    from monitor.outbox.model import Found
    from storage.database import Database

SWEEP = 180.0  # seconds after a delivery
DAY = 86_400.0
MENDING = 300.0  # seconds after a refusal


def settled_box(database: Database, sender: Channels, clock: Clock, told: Told | None = None) -> Outbox:
    """An outbox that has posted one message and compared its channel; its questions so far are forgotten."""
    queue(database, clock(), "one")
    box = outbox(database, sender, clock, told=told)
    run(box)
    sender.finds.clear()
    return box


def test_a_double_is_deleted_after_some_minutes(database: Database) -> None:
    """Slack stored a message twice and said so once: the copy we know stays, the other goes, and admins hear of it."""
    sender, clock, told = Channels(doubled=[1]), moment(), Told()
    box = settled_box(database, sender, clock, told)
    clock.on(SWEEP)
    run(box)

    assert [rows(database)[0].ts] == [one.found.ts for one in sender.standing]
    assert ["doubles"] == told.topics


def test_a_double_that_lands_during_the_wait_is_found(database: Database) -> None:
    """Nothing is asked before its time; then what landed meanwhile is seen."""
    sender, clock = Channels(), moment()
    box = settled_box(database, sender, clock)
    clock.on(SWEEP - 1)
    run(box)
    assert [] == sender.finds
    sender.land(rows(database)[0].body)
    clock.on(1)
    run(box)

    assert ["one"] == sender.texts


def test_a_copy_that_lands_during_the_sweep_is_swept_next_time(database: Database) -> None:
    """The history was read, then a sender that had slept woke and posted: its row is not taken for swept."""
    clock = moment()

    class Overtaken(Channels):
        async def find(self, channel_id: str, since: datetime, thread: str | None = None) -> Sequence[Found]:
            found = await Channels.find(self, channel_id, since, thread)
            if len(self.standing) == 1 and self.calls:
                (row,) = rows(database)
                self.land(row.body)
                clock.on(1)
                with database.write() as connection:
                    deliveries.settle(connection, row, "sent", swept_at=None, finished_at=clock())
            return found

    sender = Overtaken()
    box = settled_box(database, sender, clock)
    for _ in range(2):
        clock.on(SWEEP)
        run(box)

    assert ["one"] == sender.texts


def test_a_swept_channel_is_left_in_peace(database: Database) -> None:
    """One question a delivery; after it none until the next delivery or the next day, also by the next process."""
    sender, clock = Channels(), moment()
    box = settled_box(database, sender, clock)
    for _ in range(10):
        clock.on(SWEEP)
        run(box)
        run(outbox(database, sender, clock))

    assert [("C1", None)] == sender.finds


def test_the_whole_day_is_swept_once_a_day(database: Database) -> None:
    """A double that lands hours later is found by the daily sweep, of which there is one a day."""
    sender, clock = Channels(), moment()
    box = settled_box(database, sender, clock)
    clock.on(SWEEP)
    run(box)
    clock.on(DAY / 2)
    sender.land(rows(database)[0].body)
    run(box)
    assert ["one", "one"] == sender.texts
    clock.on(DAY / 2 - SWEEP)
    run(box)

    assert ["one"] == sender.texts
    assert 2 == len(sender.finds)


def test_a_restart_forgets_no_sweep(database: Database) -> None:
    """The next process sweeps what the last one posted."""
    sender, clock = Channels(doubled=[1]), moment()
    settled_box(database, sender, clock)
    clock.on(SWEEP)
    run(outbox(database, sender, clock))

    assert ["one"] == sender.texts


def test_threads_are_swept_too(database: Database) -> None:
    """A reply that stands twice in its thread is found there; the parent with replies is never deleted."""
    sender, clock = Channels(doubled=[2]), moment()
    queue(database, clock(), "parent", "reply", whole="x", replies=(1,))
    box = outbox(database, sender, clock)
    run(box)
    clock.on(SWEEP)
    run(box)

    assert ["parent", "reply"] == sender.texts


def test_a_busy_day_is_swept_in_turns(database: Database) -> None:
    """Thirty threads are not all read at once; the next sweeps go on where the last one ended."""
    sender, clock = Channels(), moment()
    for number in range(30):
        queue(database, clock(), "parent", f"reply {number}", whole=str(number), replies=(1,))
    box = outbox(database, sender, clock)
    run(box)
    sender.finds.clear()
    for _ in range(4):
        clock.on(SWEEP)
        before = len(sender.finds)
        run(box)
        assert len(sender.finds) - before <= 11

    assert {one.found.ts for one in sender.standing if not one.thread} | {None} == {at for _, at in sender.finds}


def test_a_touched_double_stays(database: Database) -> None:
    """People reacted to both copies: nobody deletes either, and admins are told."""
    sender, clock, told = Channels(doubled=[1]), moment(), Told()
    box = settled_box(database, sender, clock, told)
    sender.touch(0)
    sender.touch(1)
    clock.on(SWEEP)
    run(box)

    assert ["one", "one"] == sender.texts
    assert ["doubles"] == told.topics


@pytest.mark.parametrize(
    ("blind", "wait"),
    [
        (NotPosted("ratelimited", "slow down", retry_after=50), SWEEP),
        (Refused("token_revoked", "x", scope="token"), MENDING),
    ],
)
def test_an_unreadable_channel_is_swept_later(database: Database, blind: SlackError, wait: float) -> None:
    """A sweep that cannot look tries again: soon where Slack was busy, a little later where it refused."""
    sender, clock = Channels(doubled=[1]), moment()
    box = settled_box(database, sender, clock)
    sender.blind = blind
    clock.on(SWEEP)
    run(box)
    sender.blind = None
    clock.on(wait)
    run(box)

    assert ["one"] == sender.texts


def test_a_channel_that_nobody_can_read_is_not_swept(database: Database) -> None:
    """A webhook is asked nothing, by this process or the next."""
    sender, clock = Channels(reads=False), moment()
    settled_box(database, sender, clock)
    clock.on(SWEEP)
    run(outbox(database, sender, clock))

    assert [] == sender.finds


@pytest.mark.parametrize(("former", "left"), [(True, ["one"]), (False, ["one", "one"])])
def test_a_double_of_a_former_version_goes_away(database: Database, former: bool, left: list[str]) -> None:
    """Its marker names no database: where our row was frozen like that, it is ours; any other message stays."""
    sender, clock = Channels(), moment()
    with database.write() as connection:
        frozen = body("one", "d:one", 0, "" if former else about.instance(connection))
        deliveries.add(connection, "d:one", "C1", "digest", [frozen], now=clock())
    box = outbox(database, sender, clock)
    run(box)
    sender.land(body("one", "d:one", 0, ""))
    clock.on(SWEEP)
    run(box)

    assert left == sender.texts


@dataclass(slots=True)
class Guarded(Channels):
    """A channel in which nothing can be deleted for now."""

    guard: SlackError | None = None
    deletes: int = 0

    async def remove(self, channel_id: str, ts: str) -> None:
        """Refuse, as told."""
        self.deletes += 1
        if self.guard:
            raise self.guard
        await Channels.remove(self, channel_id, ts)


@pytest.mark.parametrize("late", [False, True])
def test_a_double_that_cannot_be_deleted_is_deleted_later(database: Database, late: bool) -> None:
    """Its message is not swept before that, neither after its delivery nor on the daily round, nor by a restart."""
    sender, clock = Guarded(guard=NotPosted("ratelimited", "slow down", retry_after=30)), moment()
    box = settled_box(database, sender, clock)
    if late:
        clock.on(SWEEP)
        run(box)
        clock.on(DAY - SWEEP)
    sender.land(rows(database)[0].body)
    clock.on(SWEEP)
    run(box)
    assert ["one", "one"] == sender.texts
    sender.guard = None
    clock.on(SWEEP)
    run(outbox(database, sender, clock))

    assert ["one"] == sender.texts


def test_deleting_waits_as_long_as_slack_says(database: Database) -> None:
    """One refusal stops deleting in every channel, for sweeps and searches, until the time that Slack named is over."""
    sender, clock = Guarded(guard=NotPosted("ratelimited", "slow down", retry_after=2.5 * SWEEP)), moment()
    queue(database, clock(), "one", "two", "three")
    box = outbox(database, sender, clock)
    run(box)
    for row in rows(database):
        sender.land(row.body)
    for _ in range(3):
        clock.on(SWEEP)
        run(box)
    assert 1 == sender.deletes
    sender.guard = None
    clock.on(SWEEP)
    run(box)

    assert ["one", "two", "three"] == sender.texts


def test_what_people_touched_is_told_once(database: Database) -> None:
    """Beside a copy that cannot be deleted for hours stands one that is left to people: admins hear of it once."""
    sender, clock, told = Guarded(guard=Uncertain("http_503", "x"), doubled=[1]), moment(), Told()
    box = settled_box(database, sender, clock, told)
    sender.touch(0)
    sender.land(rows(database)[0].body)
    for _ in range(3):
        clock.on(SWEEP)
        run(box)
    assert [] == told.topics
    sender.guard = None
    for _ in range(3):
        clock.on(SWEEP)
        run(box)

    assert ["doubles"] == told.topics
