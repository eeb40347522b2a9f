"""Messages that go into the thread of an earlier delivery: what is new of a story that a channel was told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from monitor.digest.model import Message
from monitor.errors import Refused, Uncertain
from monitor.outbox.queue import queue as freeze
from storage import about, by_hand
from tests.outbox_channel import Channels, Clock, Told, body, moment, outbox, queue, rows, run, states

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.outbox.deliver import Outbox
    from monitor.outbox.model import Found
    from storage.database import Database

LOST = Uncertain("timeout", "the answer was lost")
GONE = Refused("thread_not_found", "the thread is gone", scope="thread")
INVALID = Refused("invalid_blocks", "its blocks are invalid", scope="message")
UNREADABLE = Refused("missing_scope", "reading is not allowed", scope="channel")
SWEEP = 180.0  # seconds after a delivery


def alert(database: Database, clock: Clock, *parts: str) -> None:
    """An alert, its further parts in its thread."""
    queue(database, clock(), "alert", *parts, whole="alert", kind="alert", replies=range(1, 1 + len(parts)))


def news(
    database: Database, clock: Clock, *parts: str, name: str = "news", of: str = "alert", broadcast: bool = False
) -> None:
    """An update in the thread of the alert."""
    queue(database, clock(), *parts, whole=name, kind="update", thread_of=of, broadcast=broadcast)


def told(database: Database, sender: Channels, clock: Clock) -> Outbox:
    """An outbox that has posted the alert, which is the first message of all."""
    alert(database, clock)
    box = outbox(database, sender, clock)
    run(box)
    return box


def test_an_update_goes_into_the_thread_of_the_alert(database: Database) -> None:
    """Also when the alert was posted by another process, long before; all its parts go there."""
    sender, clock = Channels(), moment()
    told(database, sender, clock)
    news(database, clock, "28 arrests", "and the links")
    run(outbox(database, sender, clock))

    root = rows(database)[0].ts
    assert [("alert", None), ("28 arrests", root), ("and the links", root)] == [
        (one.body["text"], one.thread) for one in sender.standing]


def test_what_is_frozen_knows_its_thread(database: Database) -> None:
    """Replies of an update have the earlier delivery for their parent; what stands in the channel itself has none."""
    made = [Message("new", (), in_thread=True, broadcast=True), Message("links", (), 1, in_thread=True)]
    with database.write() as connection:
        freeze(connection, "C1", "update:1", "update", made, now=moment()(), thread_of="alert:1")
        freeze(connection, "C1", "update:2", "update", [Message("flat", ())], now=moment()(), thread_of="alert:1")

    assert [("alert:1", "alert:1"), ("alert:1", "alert:1"), (None, None)] == [
        (row.thread_of, row.replies_to) for row in rows(database)]
    assert [True, None, None] == [row.body.get("reply_broadcast") for row in rows(database)]


def test_updates_go_out_after_alerts_and_before_digests(database: Database) -> None:
    """Urgent stories first, then what is new of told ones, then the rest."""
    sender, clock = Channels(), moment()
    box = told(database, sender, clock)
    queue(database, clock(), "digest")
    news(database, clock, "update")
    queue(database, clock(), "rollup", kind="rollup")
    queue(database, clock(), "second alert", kind="alert")
    run(box)

    assert ["alert", "second alert", "rollup", "update", "digest"] == sender.texts


def test_an_update_waits_while_its_alert_is_uncertain(database: Database) -> None:
    """Nobody knows its ts yet: nothing goes into its thread, nor beside it."""
    sender, clock = Channels({1: LOST}, stored=[1], hidden=True), moment()
    box = told(database, sender, clock)
    news(database, clock, "update")
    queue(database, clock(), "digest")
    run(box)

    assert ["uncertain", "pending"] == states(database)[:2]
    sender.hidden = False
    for _ in range(3):
        clock.on(600)
        run(box)
    assert [None, rows(database)[0].ts] == [one.thread for one in sender.standing if one.body["text"] != "digest"]


def test_an_update_waits_for_no_alert_that_nobody_can_look_for(database: Database) -> None:
    """It goes into the channel, and its parts into its own thread; the alert's own reply waits on."""
    sender, clock = Channels({1: LOST}, blind=UNREADABLE), moment()
    alert(database, clock, "reply")
    box = outbox(database, sender, clock)
    run(box)
    news(database, clock, "update", "links", broadcast=True)
    run(box)

    assert ["uncertain", "pending", "sent", "sent"] == states(database)
    assert [("update", None), ("links", rows(database)[2].ts)] == [
        (one.body["text"], one.thread) for one in sender.standing]
    assert not sender.standing[0].broadcast


def test_an_update_is_cancelled_with_its_alert(database: Database) -> None:
    """The alert is refused, whole and plain: neither its own replies nor the update have a thread; the note says so."""
    sender, clock = Channels({1: INVALID, 2: INVALID}), moment()
    alert(database, clock, "reply")
    news(database, clock, "update", "links")
    queue(database, clock(), "digest")
    run(outbox(database, sender, clock))

    assert ["digest"] == sender.texts
    assert ["refused", "cancelled", "cancelled", "cancelled", "sent"] == states(database)
    said = rows(database)[0].error or ""
    assert "1 more part of the alert and what is new of its story (d:news) cannot be posted" in said
    assert f"dateline deliveries retry {rows(database)[0].id}" in said


def test_an_update_of_an_abandoned_alert_is_cancelled(database: Database) -> None:
    """Not found within a day, the alert is given up, and the update with it; found later by hand, it goes out."""
    sender, clock = Channels({1: LOST}), moment()
    box = told(database, sender, clock)
    news(database, clock, "update")
    clock.on(90_000)
    run(box)
    assert ["abandoned", "cancelled"] == states(database)
    with database.write() as connection:
        by_hand.found_by_hand(connection, rows(database)[0].id, "1700000000.000100", clock())
    run(box)

    assert [("update", "1700000000.000100")] == [(one.body["text"], one.thread) for one in sender.standing]


def test_a_refused_update_takes_no_other_message_along(database: Database) -> None:
    """Its own blocks were the trouble: its second part, and what else goes into that thread, can stand without it."""
    sender, clock = Channels(), moment()
    box = told(database, sender, clock)
    sender.failures = {2: INVALID, 3: INVALID}
    news(database, clock, "refused", "links")
    news(database, clock, "later", name="later")
    run(box)

    assert ["alert", "links", "later"] == sender.texts
    assert ["sent", "refused", "sent", "sent"] == states(database)


def test_an_abandoned_update_takes_no_other_message_along(database: Database) -> None:
    """It was not found for a day; its second part goes into the same thread, and can stand without it."""
    sender, clock = Channels({2: LOST}), moment()
    box = told(database, sender, clock)
    news(database, clock, "lost", "links")
    run(box)
    clock.on(90_000)
    run(box)

    assert ["alert", "links"] == sender.texts
    assert ["sent", "abandoned", "sent"] == states(database)


def test_an_update_whose_thread_is_gone_goes_into_the_channel(database: Database) -> None:
    """Once, and its parts into its own thread; what another delivery has for that thread is tried by itself."""
    sender, clock = Channels(), moment()
    box = told(database, sender, clock)
    news(database, clock, "update", "links", broadcast=True)
    news(database, clock, "later", name="later")
    sender.failures = {2: GONE}
    run(box)
    root, update, *_ = rows(database)

    assert [("update", None, False), ("links", update.ts, False), ("later", root.ts, False)] == [
        (one.body["text"], one.thread, one.broadcast) for one in sender.standing[1:]]
    assert [(None, 2), ("d:news", 0), ("d:alert", 0)] == [(row.replies_to, row.revision) for row in rows(database)[1:]]


@pytest.mark.parametrize(("failures", "ended"), [
    ({2: INVALID, 3: GONE}, ("sent", 3)),
    ({2: GONE, 3: INVALID}, ("sent", 3)),
    ({2: GONE, 3: GONE}, ("refused", 2)),
    ({2: GONE, 3: INVALID, 4: INVALID}, ("refused", 3)),
])
def test_each_way_out_is_tried_once(
    database: Database, failures: dict[int, Exception], ended: tuple[str, int]
) -> None:
    """As plain text, and without the thread, whichever is refused first; then it is given up."""
    sender, clock = Channels(), moment()
    box = told(database, sender, clock)
    news(database, clock, "update")
    sender.failures = dict(failures)
    run(box)

    assert ended == (rows(database)[1].state, rows(database)[1].revision)


def test_a_thread_that_is_locked_between_two_parts(database: Database) -> None:
    """What was to follow goes into the channel itself; what stands in the thread stays there."""
    sender, clock = Channels(), moment()
    box = told(database, sender, clock)
    news(database, clock, "update", "links", "more")
    sender.failures = {3: GONE, 5: GONE}
    run(box)

    assert [("update", rows(database)[0].ts), ("links", None), ("more", None)] == [
        (one.body["text"], one.thread) for one in sender.standing[1:]]
    assert [True, False, False] == [row.in_thread for row in rows(database)[1:]]


def test_updates_are_printed_after_their_alert(database: Database) -> None:
    """Where there is no token nothing has a ts, and an update follows what it belongs to."""
    sender, clock = Channels(reads=False, done="printed"), moment()
    box = told(database, sender, clock)
    news(database, clock, "update")
    run(box)

    assert ["alert", "update"] == sender.texts


def test_an_update_is_found_in_its_thread(database: Database) -> None:
    """Its answer was lost and it arrived: it is looked for where it stands, and not posted again."""
    sender, clock = Channels({2: LOST}, stored=[2]), moment()
    box = told(database, sender, clock)
    news(database, clock, "update")
    run(box)

    assert ["alert", "update"] == sender.texts
    assert ["sent", "sent"] == states(database)
    assert ("C1", rows(database)[0].ts) == sender.finds[-1]


class Tombs(Channels):
    """Channels whose threads can no longer be read: their parents were deleted."""

    async def find(self, channel_id: str, since: datetime, thread: str | None = None) -> Sequence[Found]:
        """What stands in the channel itself."""
        if thread:
            raise GONE
        return await Channels.find(self, channel_id, since, thread)


@pytest.mark.parametrize(("broadcast", "state"), [(True, "sent"), (False, "refused")])
def test_what_shows_in_the_channel_is_found_there(database: Database, *, broadcast: bool, state: str) -> None:
    """The thread is gone since; the update stands in the channel, too, or is gone with it."""
    sender, clock = Tombs({2: LOST}, stored=[2]), moment()
    box = told(database, sender, clock)
    news(database, clock, "update", broadcast=broadcast)
    run(box)

    assert ["sent", state] == states(database)
    assert 2 == len(sender.standing)


def test_two_sightings_are_no_double(database: Database) -> None:
    """A reply that shows in the channel, too, is seen in both: no sweep deletes it, and nobody is told of a double."""
    sender, clock, admins = Channels(), moment(), Told()
    told(database, sender, clock)
    news(database, clock, "update", broadcast=True)
    box = outbox(database, sender, clock, told=admins)
    for _ in range(3):
        run(box)
        clock.on(SWEEP)

    assert ["alert", "update"] == sender.texts
    assert {("C1", None), ("C1", rows(database)[0].ts)} <= set(sender.finds)
    assert [] == admins.topics
    assert all(row.swept_at for row in rows(database))


def test_a_double_of_what_shows_in_the_channel_goes(database: Database) -> None:
    """Slack stored it twice: the copy that is known stays, in the thread and in the channel."""
    sender, clock = Channels(doubled=[2]), moment()
    box = told(database, sender, clock)
    news(database, clock, "update", broadcast=True)
    run(box)
    assert ["alert", "update", "update"] == sender.texts
    clock.on(SWEEP)
    run(box)

    assert [row.ts for row in rows(database)] == [one.found.ts for one in sender.standing]


@pytest.mark.parametrize("broadcast", [False, True])
def test_a_thread_that_knows_more_shuts_the_channel(database: Database, *, broadcast: bool) -> None:
    """A backup of before an update: the next one into that thread would say old things again."""
    sender, clock, admins = Channels(), moment(), Told()
    told(database, sender, clock)
    with database.write() as connection:
        newer = body("newer", "d:newer", 0, about.instance(connection))
    sender.land(newer | ({"reply_broadcast": True} if broadcast else {}), rows(database)[0].ts)
    news(database, clock, "update")
    run(outbox(database, sender, clock, told=admins))

    assert ["alert", "newer"] == sender.texts
    assert ["ahead"] == admins.topics


def test_a_thread_is_compared_before_the_first_reply_to_it(database: Database) -> None:
    """A process that has long compared the channel reads each thread once, and before it posts there."""
    sender, clock = Channels(), moment()
    box = told(database, sender, clock)
    queue(database, clock(), "other", kind="alert")
    run(box)
    sender.finds.clear()
    for together in (["alert"], ["other", "alert"], ["alert"]):
        for of in together:
            news(database, clock, of, name=f"update {len(rows(database))}", of=of)
        run(box)

    assert ["alert", "other", "alert", "other", "alert", "alert"] == sender.texts
    assert [("C1", row.ts) for row in rows(database)[:2]] == sender.finds


def test_threads_are_compared_one_after_the_other(database: Database) -> None:
    """A thread that was read stays known when another one was read after it."""
    sender, clock = Channels(), moment()
    box = told(database, sender, clock)
    queue(database, clock(), "other", kind="alert")
    for number, of in enumerate(("alert", "other", "alert")):
        news(database, clock, of, name=f"update {number}", of=of)
        run(box)

    assert [("C1", None), *(("C1", row.ts) for row in rows(database)[:2])] == sender.finds


def test_a_backup_from_before_an_update_was_sent_does_not_repeat_it(database: Database) -> None:
    """It waits in the database and stands in the channel and in the thread: found in either, it is sent."""
    sender, clock = Channels(), moment()
    told(database, sender, clock)
    news(database, clock, "update", broadcast=True)
    sender.land(rows(database)[1].body, rows(database)[0].ts)
    run(outbox(database, sender, clock))

    assert ["alert", "update"] == sender.texts
    assert ["sent", "sent"] == states(database)


def test_updates_go_with_their_alert_by_hand(database: Database) -> None:
    """Given up, the alert takes them along; posted again, it brings them back; nobody posts them without it."""
    clock = moment()
    alert(database, clock)
    news(database, clock, "update")
    first, second = (row.id for row in rows(database))
    with database.write() as connection:
        assert 1 == by_hand.replies(connection, rows(database)[0])
        by_hand.give_up(connection, first, clock())
    assert ["abandoned", "cancelled"] == states(database)
    with database.write() as connection:
        assert not by_hand.post_again(connection, second, clock())
        assert by_hand.post_again(connection, first, clock())
    assert ["pending", "pending"] == states(database)


def test_an_update_given_up_by_hand_goes_alone(database: Database) -> None:
    """It is a reply itself: the alert, and its own other parts, stay as they are."""
    clock = moment()
    alert(database, clock, "reply")
    news(database, clock, "update", "links")
    with database.write() as connection:
        assert 0 == by_hand.replies(connection, rows(database)[2])
        by_hand.give_up(connection, rows(database)[2].id, clock())

    assert ["pending", "pending", "abandoned", "pending"] == states(database)
