"""The outbox: each message once, in order, and what every kind of failure leaves behind."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from monitor.errors import NotPosted, Refused, Uncertain
from monitor.outbox.deliver import Outbox
from storage import deliveries
from storage.schema import deliveries as table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from storage.database import Database


class Recorder:
    """A `post` that keeps what it was given, and fails as told on the calls that are named."""

    def __init__(self, failures: Mapping[int, Exception] | None = None) -> None:
        self.posted: list[str] = []
        self.failures = dict(failures or {})
        self.calls = 0

    async def __call__(self, body: Mapping[str, Any]) -> str:
        """Slack's ts, or the failure of this call."""
        self.calls += 1
        if failure := self.failures.pop(self.calls, None):
            raise failure
        self.posted.append(body["text"])
        return f"1700000000.{self.calls:06d}"


def queue(database: Database, now: datetime, *texts: str, channel: str = "C1") -> None:
    """Pending messages, one delivery each."""
    with database.write() as connection:
        for text in texts:
            deliveries.add(connection, f"d:{text}", channel, "digest", [{"text": text}], now=now)


def states(database: Database) -> list[str]:
    """States, oldest first."""
    with database.read() as connection:
        return [row.state for row in reversed(deliveries.in_state(connection, *deliveries.STATES))]


def outbox(database: Database, post: Recorder, now: datetime) -> Outbox:
    """An outbox that stands at `now` and does not pause between messages."""
    return Outbox(database, post, lambda: now, gap=0)


def test_messages_go_out_once_and_in_order(database: Database, now: datetime) -> None:
    """Each pending message is posted once; a second round posts nothing."""
    post = Recorder()
    queue(database, now, "one", "two", "three")

    assert 3 == asyncio.run(outbox(database, post, now).deliver())["sent"]
    assert 0 == asyncio.run(outbox(database, post, now).deliver())["sent"]
    assert ["one", "two", "three"] == post.posted
    assert ["sent"] * 3 == states(database)


@pytest.mark.parametrize(
    ("failure", "state", "later"),
    [
        (NotPosted("ratelimited", "slow down", retry_after=7), "pending", timedelta(seconds=7)),
        (NotPosted("unreachable", "no network"), "pending", timedelta(seconds=30)),
        (Refused("not_in_channel", "invite the app", scope="channel"), "pending", timedelta(minutes=5)),
        (Refused("invalid_auth", "bad token", scope="token"), "pending", timedelta(minutes=5)),
    ],
)
def test_what_was_not_posted_goes_out_later(
    database: Database, now: datetime, failure: Exception, state: str, later: timedelta
) -> None:
    """Messages that certainly did not arrive wait, keep their order, and arrive once the cause is gone."""
    post = Recorder({1: failure})
    queue(database, now, "one", "two")

    assert 0 == asyncio.run(outbox(database, post, now).deliver())["sent"]
    assert [state, "pending"] == states(database)
    assert 0 == asyncio.run(outbox(database, post, now + later - timedelta(seconds=1)).deliver())["sent"]
    assert 2 == asyncio.run(outbox(database, post, now + later).deliver())["sent"]
    assert ["one", "two"] == post.posted


@pytest.mark.parametrize(
    ("failure", "state", "posted"),
    [
        (Uncertain("timeout", "the answer was lost"), "uncertain", []),
        (Refused("invalid_blocks", "not valid", scope="message"), "refused", ["two"]),
    ],
)
def test_what_must_not_be_repeated_is_left_alone(
    database: Database, now: datetime, failure: Exception, state: str, posted: list[str]
) -> None:
    """A message that may stand in the channel, or never will, is not tried again; the next ones go on in time.

    After an uncertain one they wait: while Slack is down each would become uncertain too.
    """
    post = Recorder({1: failure})
    queue(database, now, "one", "two")

    asyncio.run(outbox(database, post, now).deliver())
    assert posted == post.posted
    asyncio.run(outbox(database, post, now + timedelta(minutes=5)).deliver())
    assert ["two"] == post.posted
    assert [state, "sent"] == states(database)


def test_a_message_tried_for_weeks_is_tried_on(database: Database, now: datetime) -> None:
    """However often a message was held back, the wait stays minutes."""
    queue(database, now, "one")
    with database.write() as connection:
        connection.execute(update(table).values(attempt=5000))

    asyncio.run(outbox(database, Recorder({1: NotPosted("unreachable", "no network")}), now).deliver())
    assert 1 == asyncio.run(outbox(database, Recorder(), now + timedelta(minutes=5)).deliver())["sent"]


def test_only_the_named_deliveries_go_out(database: Database, now: datetime) -> None:
    """A test alert sent by hand posts no digest that happens to wait."""
    post = Recorder()
    queue(database, now, "one", "two")
    asyncio.run(outbox(database, post, now).deliver(only={"d:two"}))

    assert ["two"] == post.posted
    assert ["pending", "sent"] == states(database)


def test_messages_of_a_removed_channel_are_given_up(database: Database, now: datetime) -> None:
    """Nothing is posted to a channel that config.toml no longer names; what waited for it is listed as refused."""
    queue(database, now, "one", channel="C1")
    queue(database, now, "two", channel="C2")
    with database.write() as connection:
        assert 1 == deliveries.drop_channels(connection, ["C2"], now)

    assert ["refused", "pending"] == states(database)


def test_one_channel_does_not_hold_back_another(database: Database, now: datetime) -> None:
    """A refused channel waits alone."""
    post = Recorder({1: Refused("is_archived", "archived", scope="channel")})
    queue(database, now, "one", channel="C1")
    queue(database, now, "two", channel="C2")

    assert 1 == asyncio.run(outbox(database, post, now).deliver())["sent"]
    assert 1 == len(post.posted)


def test_sending_is_written_before_the_request(database: Database, now: datetime) -> None:
    """While the request is under way, the row says so in the database."""
    seen: list[str] = []

    async def post(_body: Mapping[str, Any]) -> str:
        seen.extend(states(database))
        return "1.1"

    queue(database, now, "one")
    asyncio.run(Outbox(database, post, lambda: now).deliver())

    assert ["sending"] == seen


def test_a_stop_waits_for_the_answer(database: Database, now: datetime) -> None:
    """A message under way when the bot is told to stop is still marked by its answer."""
    started = asyncio.Event()

    async def post(_body: Mapping[str, Any]) -> str:
        started.set()
        await asyncio.sleep(0.05)
        return "1.1"

    async def stop_in_the_middle() -> None:
        task = asyncio.create_task(Outbox(database, post, lambda: now).deliver())
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    queue(database, now, "one", "two")
    asyncio.run(stop_in_the_middle())

    assert ["sent", "pending"] == states(database)


def test_without_a_token_messages_are_printed_not_sent(database: Database, now: datetime) -> None:
    """Printed messages are done, and are not posted when a token is set later."""
    queue(database, now, "one")
    asyncio.run(Outbox(database, Recorder(), lambda: now, done="printed").deliver())

    assert ["printed"] == states(database)
