"""The outbox: each message once, in order, and what every kind of failure leaves behind."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from monitor.errors import NotPosted, Refused, SlackError, Uncertain
from monitor.settings import DeliverySettings
from monitor.slack.classify import slack_error
from storage import by_hand, deliveries, leases, reconcile
from storage.schema import deliveries as table
from tests.outbox_channel import Channels, Told, body, moment, outbox, queue, rows, run, states

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.database import Database

REFUSED = Refused("invalid_blocks", "not valid", scope="message")


def test_messages_go_out_once_and_in_order(database: Database) -> None:
    """Each pending message is posted once; a second round posts nothing."""
    sender, clock = Channels(), moment()
    queue(database, clock(), "one", "two", "three")
    box = outbox(database, sender, clock)

    assert {"sent": 3} == run(box)
    assert {} == run(box)
    assert ["one", "two", "three"] == sender.texts
    assert ["sent"] * 3 == states(database)


def test_passes_take_turns(database: Database) -> None:
    """What somebody wants posted at once does not leave a channel because a round is just posting to it."""
    sender, clock = Channels(), moment()
    queue(database, clock(), "one", "two")
    box = outbox(database, sender, clock)

    async def both() -> None:
        await asyncio.gather(box.deliver({"d:two"}), box.deliver({"d:one"}))

    asyncio.run(both())
    assert ["two", "one"] == sender.texts


def test_alerts_go_first(database: Database) -> None:
    """An urgent alert passes everything that waits for its channel, and a roll-up all but the alerts."""
    sender, clock = Channels(), moment()
    queue(database, clock(), "digest")
    queue(database, clock(), "rollup", kind="rollup")
    queue(database, clock(), "alert", kind="alert")
    run(outbox(database, sender, clock))

    assert ["alert", "rollup", "digest"] == sender.texts


def test_replies_go_under_their_parent(database: Database) -> None:
    """A reply is posted into the thread of the message that the first part became."""
    sender, clock = Channels(), moment()
    queue(database, clock(), "parent", "first", "second", whole="x", replies=(1, 2))
    run(outbox(database, sender, clock))

    parent = sender.standing[0].found.ts
    assert [("parent", None), ("first", parent), ("second", parent)] == [
        (one.body["text"], one.thread) for one in sender.standing]


@pytest.mark.parametrize("alert", [False, True])
def test_replies_wait_for_their_parent(database: Database, *, alert: bool) -> None:
    """No reply goes out before the parent's answer is known; the parent's own failure holds it all back."""
    sender, clock = Channels({1: NotPosted("ratelimited", "slow down", retry_after=7)}), moment()
    queue(database, clock(), "parent", "reply", whole="x", replies=(1,), kind="alert" if alert else "digest")
    run(outbox(database, sender, clock))

    assert [] == sender.texts
    assert ["pending", "pending"] == states(database)


@pytest.mark.parametrize(
    ("failure", "seconds"),
    [
        (NotPosted("ratelimited", "slow down", retry_after=7), 7),
        (NotPosted("unreachable", "no network"), 30),
        (Refused("not_in_channel", "invite the app", scope="channel"), 300),
        (Refused("invalid_auth", "bad token", scope="token"), 300),
    ],
)
def test_what_was_not_posted_goes_out_later(database: Database, failure: SlackError, seconds: float) -> None:
    """Messages that certainly did not arrive wait, keep their order, and arrive once the cause is gone."""
    sender, clock = Channels({1: failure}), moment()
    queue(database, clock(), "one", "two")
    box = outbox(database, sender, clock)

    assert {"pending": 1} == run(box)
    clock.on(seconds - 1)
    assert {} == run(box)
    clock.on(1)
    assert {"sent": 2} == run(box)
    assert ["one", "two"] == sender.texts


def test_a_wait_that_slack_wants_holds_for_new_messages_too(database: Database) -> None:
    """Retry-After is obeyed for the whole channel: an alert made meanwhile does not come before it is over."""
    sender, clock = Channels({1: NotPosted("ratelimited", "slow down", retry_after=20)}), moment()
    queue(database, clock(), "one")
    box = outbox(database, sender, clock)
    run(box)
    clock.on(19)
    queue(database, clock(), "alert", kind="alert")
    run(box)

    assert 1 == sender.calls
    clock.on(1)
    run(box)
    assert ["alert", "one"] == sender.texts


def test_a_refused_message_comes_once_more_as_plain_text(database: Database) -> None:
    """What Slack refuses is posted without its layout, as the next revision of the same part, and admins hear of it."""
    sender, clock, told = Channels({1: REFUSED}), moment(), Told()
    queue(database, clock(), "one", "two")
    assert {"sent": 2} == run(outbox(database, sender, clock, told=told))

    assert ["one", "two"] == sender.texts
    assert [False, True] == ["blocks" in one.body for one in sender.standing]
    assert [(1, "sent"), (0, "sent")] == [(row.revision, row.state) for row in rows(database)]
    assert ["plain"] == told.topics


def test_a_message_refused_twice_holds_nobody_up(database: Database) -> None:
    """The plain text is refused too: the message is given up, its replies are cancelled, and the next ones go out."""
    sender, clock = Channels({1: REFUSED, 2: REFUSED}), moment()
    queue(database, clock(), "parent", "reply", whole="x", replies=(1,))
    queue(database, clock(), "next")
    run(outbox(database, sender, clock))

    assert ["refused", "cancelled", "sent"] == states(database)
    assert ["next"] == sender.texts


def test_replies_to_a_deleted_parent_are_dropped(database: Database) -> None:
    """Somebody deleted the parent: its replies are posted nowhere else."""
    gone = Refused("thread_not_found", "it is gone", scope="thread")
    sender, clock = Channels({2: gone}), moment()
    queue(database, clock(), "parent", "first", "second", whole="x", replies=(1, 2))
    run(outbox(database, sender, clock))

    assert ["sent", "refused", "cancelled"] == states(database)
    assert 2 == sender.calls


def test_a_locked_thread_holds_nobody_up(database: Database) -> None:
    """Nobody may reply there any more: the reply is refused and told, its siblings with it, and others come."""
    sender, clock = Channels({2: slack_error("restricted_action_thread_locked")}), moment()
    queue(database, clock(), "parent", "first", "second", whole="x", replies=(1, 2))
    queue(database, clock(), "next")
    run(outbox(database, sender, clock))

    assert ["sent", "refused", "cancelled", "sent"] == states(database)
    with database.read() as connection:
        (told,) = deliveries.troubles(connection)
    assert "1 more part of the digest" in (told.error or "")


def test_a_wait_does_not_end_with_the_message_that_brought_it(database: Database) -> None:
    """Retry-After is about the channel: it is kept when a person gives the message up meanwhile."""
    sender, clock = Channels({1: NotPosted("ratelimited", "slow down", retry_after=600)}), moment()
    queue(database, clock(), "one")
    box = outbox(database, sender, clock)
    run(box)
    with database.write() as connection:
        assert by_hand.give_up(connection, rows(database)[0].id, clock())
    queue(database, clock(), "two")
    clock.on(599)
    run(box)
    assert 1 == sender.calls
    clock.on(1)
    assert {"sent": 1} == run(box)


@pytest.mark.parametrize("wait", [30.0, 3600.0])
def test_a_clock_set_back_does_not_shut_a_channel(database: Database, wait: float) -> None:
    """Nobody knows how much of a wait is over that began in the future: it is not kept."""
    sender, clock = Channels({1: NotPosted("ratelimited", "slow down", retry_after=wait)}), moment()
    queue(database, clock(), "one")
    box = outbox(database, sender, clock)
    run(box)
    clock.on(-20 * 3600)

    assert {"sent": 1} == run(box)


def test_a_channel_held_before_the_clock_was_set_back_opens(database: Database) -> None:
    """Also where no message was tried that could show the step; a wait from after it is kept."""
    clock = moment()
    queue(database, clock(), "one")
    with database.write() as connection:
        deliveries.hold(connection, "C1", clock() + timedelta(minutes=5), now=clock())
        reconcile.stop_reading(connection, clock() + timedelta(minutes=5), now=clock())
        assert [] == deliveries.waiting(connection, clock())
        assert reconcile.no_reading_before(connection, clock())
        clock.on(-2 * 3600)
        assert 1 == len(deliveries.waiting(connection, clock()))
        assert None is reconcile.no_reading_before(connection, clock())
        deliveries.hold(connection, "C1", clock() + timedelta(minutes=5), now=clock())
        assert [] == deliveries.waiting(connection, clock())


def test_a_message_tried_for_weeks_is_tried_on(database: Database) -> None:
    """However often a message was held back, the wait stays minutes."""
    sender, clock = Channels({1: NotPosted("unreachable", "no network")}), moment()
    queue(database, clock(), "one")
    with database.write() as connection:
        connection.execute(update(table).values(attempt=5000))
    box = outbox(database, sender, clock)
    run(box)
    clock.on(300)

    assert {"sent": 1} == run(box)


def test_only_the_named_deliveries_go_out(database: Database) -> None:
    """A test alert sent by hand posts no digest that happens to wait."""
    sender, clock = Channels(), moment()
    queue(database, clock(), "one", "two")
    run(outbox(database, sender, clock), only=["d:two"])

    assert ["two"] == sender.texts
    assert ["pending", "sent"] == states(database)


def test_messages_of_a_removed_channel_are_given_up(database: Database) -> None:
    """Nothing is posted to a channel that config.toml no longer names; what waited for it is listed as refused."""
    clock = moment()
    queue(database, clock(), "one", channel="C1")
    queue(database, clock(), "two", channel="C2")
    with database.write() as connection:
        assert 1 == deliveries.drop_channels(connection, ["C2"], clock())

    assert ["refused", "pending"] == states(database)


def test_one_channel_does_not_hold_back_another(database: Database) -> None:
    """A refused channel waits alone."""
    sender, clock = Channels({1: Refused("is_archived", "archived", scope="channel")}), moment()
    queue(database, clock(), "one", channel="C1")
    queue(database, clock(), "two", channel="C2")

    assert {"pending": 1, "sent": 1} == run(outbox(database, sender, clock))


def test_sending_is_written_before_the_request(database: Database) -> None:
    """While the request is under way, the row says so in the database."""
    seen: list[str] = []

    class Looking(Channels):
        async def post(self, body: Mapping[str, Any], thread: str | None = None) -> str:
            seen.extend(states(database))
            return await Channels.post(self, body, thread)

    clock = moment()
    queue(database, clock(), "one")
    run(outbox(database, Looking(), clock))

    assert ["sending"] == seen


def test_a_stop_waits_for_the_answer(database: Database) -> None:
    """A message under way when the bot is told to stop is still marked by its answer, and the channel let go."""
    started = asyncio.Event()

    class Slow(Channels):
        async def post(self, body: Mapping[str, Any], thread: str | None = None) -> str:
            started.set()
            await asyncio.sleep(0.05)
            return await Channels.post(self, body, thread)

    async def stop_in_the_middle() -> None:
        task = asyncio.create_task(outbox(database, Slow(), clock).deliver())
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    clock = moment()
    queue(database, clock(), "one", "two")
    asyncio.run(stop_in_the_middle())

    assert ["sent", "pending"] == states(database)
    with database.write() as connection:
        assert leases.acquire(connection, "C1", "another", clock(), 60)


def test_printed_messages_are_done(database: Database) -> None:
    """Where there is no token, messages are printed, replies too, and are not posted when a token is set later."""
    clock = moment()
    queue(database, clock(), "parent", "reply", whole="x", replies=(1,))
    run(outbox(database, Channels(done="printed", reads=False), clock))

    assert ["printed", "printed"] == states(database)


def test_a_channel_that_another_sender_holds_is_left_alone(database: Database) -> None:
    """Two senders never post to one channel; when the other is gone, this one goes on."""
    sender, clock = Channels(), moment()
    queue(database, clock(), "one")
    with database.write() as connection:
        leases.acquire(connection, "C1", "another", clock(), 60)
    box = outbox(database, sender, clock)

    assert {} == run(box)
    clock.on(60)
    assert {"sent": 1} == run(box)


def test_a_sender_that_lost_its_channel_marks_nothing(database: Database) -> None:
    """A sender that slept over the end of its lease, while another took its message over, changes nothing any more."""
    clock = moment()

    class Sleepy(Channels):
        async def post(self, body: Mapping[str, Any], thread: str | None = None) -> str:
            clock.on(61)
            await outbox(database, Channels(), clock).deliver()
            return await Channels.post(self, body, thread)

    queue(database, clock(), "one", "two")

    assert {"taken": 1} == run(outbox(database, Sleepy({1: Uncertain("timeout", "lost")}), clock))
    assert ["uncertain", "pending"] == states(database)


def test_a_message_that_landed_late_is_known_all_the_same(database: Database) -> None:
    """A sender that slept, and whose message was being looked for meanwhile, knows better: it stands there."""
    clock = moment()

    class Sleepy(Channels):
        async def post(self, body: Mapping[str, Any], thread: str | None = None) -> str:
            clock.on(61)
            await outbox(database, Channels(), clock).deliver()
            return await Channels.post(self, body, thread)

    sender = Sleepy()
    queue(database, clock(), "one")
    run(outbox(database, sender, clock))

    assert [("sent", sender.standing[0].found.ts)] == [(row.state, row.ts) for row in rows(database)]


def test_a_late_post_without_an_answer_opens_the_sweep_again(database: Database) -> None:
    """A sender slept, another posted the message and swept, then ours landed unheard: the next sweep sees two."""
    clock = moment()

    class Sleepy(Channels):
        asleep = False

        async def post(self, body: Mapping[str, Any], thread: str | None = None) -> str:
            if not self.asleep:
                self.asleep = True
                for seconds in (61, 25, 10, 30, 90, 200):
                    clock.on(seconds)
                    await outbox(database, self, clock).deliver()
                self.failures[self.calls + 1], self.stored = Uncertain("timeout", "lost"), [self.calls + 1]
            return await Channels.post(self, body, thread)

    sender = Sleepy()
    queue(database, clock(), "one")
    box = outbox(database, sender, clock)
    run(box)
    assert ["one", "one"] == sender.texts
    clock.on(200)
    run(outbox(database, sender, clock))

    assert ["one"] == sender.texts


def test_what_a_person_gave_up_meanwhile_is_not_posted(database: Database) -> None:
    """`abandon` works while the bot runs: what is next is read anew each time."""
    clock = moment()

    class Interrupted(Channels):
        async def post(self, body: Mapping[str, Any], thread: str | None = None) -> str:
            with database.write() as connection:
                assert by_hand.give_up(connection, rows(database)[1].id, clock())
            return await Channels.post(self, body, thread)

    sender = Interrupted()
    queue(database, clock(), "one", "two")
    run(outbox(database, sender, clock))

    assert ["one"] == sender.texts
    assert ["sent", "abandoned"] == states(database)


def test_an_uncertain_message_shuts_its_channel(database: Database) -> None:
    """While a message is looked for, nothing else is posted there, not even an alert."""
    sender, clock = Channels({1: Uncertain("timeout", "the answer was lost")}), moment()
    queue(database, clock(), "one")
    box = outbox(database, sender, clock)
    run(box)
    queue(database, clock(), "alert", kind="alert")
    queue(database, clock(), "other", channel="C2")
    run(box)

    assert ["uncertain", "pending", "sent"] == states(database)


def test_posts_keep_their_distance(database: Database) -> None:
    """Six parts take five gaps, from start to start; another process goes on at the same pace."""
    starts: list[float] = []

    class Timed(Channels):
        async def post(self, body: Mapping[str, Any], thread: str | None = None) -> str:
            starts.append(asyncio.get_running_loop().time())
            return await Channels.post(self, body, thread)

    clock = moment()
    queue(database, clock(), *"abcdef")
    run(outbox(database, Timed(), clock, replace(DeliverySettings(), gap=0.05)))

    assert 6 == len(starts)
    assert starts[-1] - starts[0] >= 5 * 0.05 - 0.02  # a single start may be late, never early


def test_a_backlog_does_not_keep_a_round_for_itself(database: Database) -> None:
    """When its time is over a pass ends after the message under way, and the next one goes on; alerts pass the rest."""
    sender, clock = Channels(), moment()
    queue(database, clock(), "one", "two", "three")
    box = outbox(database, sender, clock, DeliverySettings(gap=0, budget=0))
    assert {"sent": 1} == run(box)
    queue(database, clock(), "alert", kind="alert")
    for _ in range(3):
        assert {"sent": 1} == run(box)

    assert ["one", "alert", "two", "three"] == sender.texts


def test_what_a_person_waits_for_goes_out_whole(database: Database) -> None:
    """A command posts what it made in one pass, however long that takes."""
    sender, clock = Channels(), moment()
    queue(database, clock(), "parent", "first", "second", whole="x", replies=(1, 2))

    assert {"sent": 3} == run(outbox(database, sender, clock, DeliverySettings(gap=0, budget=0)), ["d:x"])


def test_a_lost_answer_of_a_former_version_is_found(database: Database) -> None:
    """A row frozen without the database's name in its marker is posted once, though its answer is lost."""
    sender, clock = Channels({1: Uncertain("timeout", "the answer was lost")}, stored=(1,)), moment()
    with database.write() as connection:
        deliveries.add(connection, "d:one", "C1", "digest", [body("one", "d:one", 0, "")], now=clock())
    run(outbox(database, sender, clock))

    assert (["one"], ["sent"]) == (sender.texts, states(database))
