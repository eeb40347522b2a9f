"""A channel that knows more than the database: an old backup, or a bot on a copy of it, must not speak."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from monitor.errors import NotPosted, Refused, SlackError
from monitor.settings import DeliverySettings
from storage import about, by_hand, deliveries
from tests.newsroom import RAID, arrive, call, furnish, match, opened
from tests.outbox_channel import Channels, Clock, Told, body, moment, outbox, queue, rows, run, states

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from monitor.outbox.model import Found
    from storage.database import Database


def land_unknown(database: Database, sender: Channels, clock: Clock) -> None:
    """A message of this very database that it does not know: it was posted after the backup was made."""
    queue(database, clock(), "waiting")
    with database.write() as connection:
        sender.land(body("newer", "d:newer", 0, about.instance(connection)))


@dataclass(slots=True)
class Reading(Channels):
    """Channels that are read from a time on; that know when each message came."""

    clock: Clock = field(default_factory=moment)
    came: dict[str, datetime] = field(default_factory=dict)

    def land(self, body: Mapping[str, Any], thread: str | None = None) -> None:
        """It came now."""
        Channels.land(self, body, thread)
        self.came[self.standing[-1].found.ts] = self.clock()

    async def find(self, channel_id: str, since: datetime, thread: str | None = None) -> Sequence[Found]:
        """What came since then."""
        return [one for one in await Channels.find(self, channel_id, since, thread) if self.came[one.ts] >= since]


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
        assert by_hand.resume(connection, "C1", clock())
        assert not by_hand.resume(connection, "C1", clock())
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
        (Refused("not_in_channel", "x", scope="channel"), ["sent"]),
        (Refused("token_revoked", "x", scope="token"), ["pending"]),
        (NotPosted("ratelimited", "slow down", retry_after=50), ["pending"]),
    ],
)
def test_a_channel_that_cannot_be_compared(database: Database, blind: SlackError, expected: list[str]) -> None:
    """Where reading is forbidden, posting goes on (the doctor tells of it). Where it only fails now, posting waits.

    So it does for a token that is refused altogether.
    """
    sender, clock = Channels(blind=blind), moment()
    queue(database, clock(), "one")
    run(outbox(database, sender, clock))

    assert expected == states(database)


@pytest.mark.parametrize(
    ("code", "scope", "posted"), [("not_in_channel", "channel", ["newer", "waiting"]), ("revoked", "token", ["newer"])]
)
def test_what_could_not_be_compared_is_compared_later(
    database: Database, code: str, scope: str, posted: list[str]
) -> None:
    """Once the channel can be read, the same process sees what stood there, also behind what it posted meanwhile."""
    clock, told = moment(), Told()
    sender = Reading(blind=Refused(code, "x", scope=scope), clock=clock)
    land_unknown(database, sender, clock)
    clock.on(3600)
    box = outbox(database, sender, clock, told=told)
    run(box)
    assert posted == sender.texts
    sender.blind = None
    clock.on(3600)
    queue(database, clock(), "later")
    run(box)

    assert posted == sender.texts
    assert ["ahead"] == told.topics


def test_a_channel_nobody_may_read_is_not_asked_for_each_message(database: Database) -> None:
    """A question every five minutes, however many messages go out."""
    sender, clock = Channels(blind=Refused("not_in_channel", "x", scope="channel")), moment()
    box = outbox(database, sender, clock, DeliverySettings(gap=0, sweep_after=86_400))
    for number in range(7):
        queue(database, clock(), f"{number} one", f"{number} two")
        run(box)
        clock.on(100)

    assert 3 == len(sender.finds)


def test_a_deleted_thread_is_no_reason_to_compare_again(database: Database) -> None:
    """Replies wait for a parent that somebody deleted: the channel itself was compared, and counts as such."""
    clock = moment()

    class Cut(Channels):
        async def find(self, channel_id: str, since: datetime, thread: str | None = None) -> Sequence[Found]:
            found = await Channels.find(self, channel_id, since, thread)
            if thread:
                raise Refused("thread_not_found", "x", scope="thread")
            return found

    sender = Cut({2: NotPosted("ratelimited", "slow down", retry_after=50)})
    queue(database, clock(), "parent", "reply", whole="x", replies=(1,))
    unswept = DeliverySettings(gap=0, sweep_after=86_400)
    run(outbox(database, sender, clock, unswept))
    box = outbox(database, sender, clock, unswept)
    for _ in range(2):
        clock.on(50)
        run(box)
        queue(database, clock(), f"at {clock()}")
        clock.on(300)

    assert [("C1", None), ("C1", None), ("C1", "1700000000.000100")] == sender.finds
    assert {"sent"} == set(states(database)[:2])


@pytest.mark.parametrize("wait", [10, 4000])
def test_a_person_lets_it_go_on_soon_after(database: Database, wait: float) -> None:
    """The unknown message came just before `resume`, within the margin for clocks: it holds the channel no more."""
    clock = moment()
    sender = Reading(clock=clock)
    queue(database, clock(), "known")
    run(outbox(database, sender, clock))
    clock.on(3600)
    land_unknown(database, sender, clock)
    run(outbox(database, sender, clock))
    clock.on(wait)
    with database.write() as connection:
        assert by_hand.resume(connection, "C1", clock())
    clock.on(1)
    for text in ("next", "last"):  # each posted by a process of its own
        queue(database, clock(), text)
        run(outbox(database, sender, clock))

    assert ["known", "newer", "waiting", "next", "last"] == sender.texts


def test_a_former_version_does_not_hold_the_channel(database: Database) -> None:
    """A message that names no database may be anybody's: unknown, it holds nothing up."""
    sender, clock = Channels(), moment()
    sender.land(body("from a former version", "d:former", 0, ""))
    queue(database, clock(), "one")

    assert {"sent": 1} == run(outbox(database, sender, clock))


@pytest.mark.parametrize("words", [("digest", "now", "raids"), ("check", "--post")])
def test_commands_tell_of_it_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    """A command that posts by itself and finds the channel ahead leaves a note for the admins."""
    config = furnish(tmp_path, monkeypatch)
    database, sender = opened(config), Channels()
    arrive(database, **RAID)
    match(database, config)
    with database.write() as connection:
        sender.land(body("newer", "d:newer", 0, about.instance(connection), "C0000RAIDS"))
    monkeypatch.setattr("monitor.commands.posting.senders", lambda _: lambda _: sender)
    call(capsys, config, *words)

    assert any(row.delivery_id.startswith("note:ahead:") for row in rows(database))
    database.close()


def test_messages_of_others_do_not_count(database: Database) -> None:
    """A test bot with the same token and another database does not hold this one up."""
    sender, clock = Channels(), moment()
    sender.land(body("from a test bot", "d:test", 0, "another"))
    queue(database, clock(), "one")

    assert {"sent": 1} == run(outbox(database, sender, clock))
