"""Messages whose answer was lost: looked for, found, posted again, or left to a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.errors import NotPosted, Refused, SlackError, Uncertain
from monitor.outbox.recover import since
from storage import deliveries
from storage.deliveries import Delivery
from tests.outbox_channel import UNHURRIED, Channels, Clock, Told, body, moment, outbox, queue, rows, run, states

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Database

LOST = Uncertain("timeout", "the answer was lost")
SETTLED = 25.0  # seconds: the sender's timeout and the time to settle
LOOKS = (SETTLED, 10.0, 30.0, 90.0)


def stranded(database: Database, clock: Clock, sender: Channels) -> None:
    """A message in `sending`, as a process leaves it that dies in the middle of a post."""
    queue(database, clock(), "one")
    with database.write() as connection:
        deliveries.claim(connection, rows(database)[0].id, clock(), fence=1)
    sender.calls = 1


def test_a_message_that_arrived_is_found_at_once(database: Database) -> None:
    """Slack took it and the answer was lost: the same pass finds it, and the rest of the channel does not wait."""
    sender, clock = Channels({1: LOST}, stored=[1]), moment()
    queue(database, clock(), "one", "two")

    assert {"sent": 2} == run(outbox(database, sender, clock))
    assert ["one", "two"] == sender.texts
    assert [one.found.ts for one in sender.standing] == [row.ts for row in rows(database)]


def test_a_message_that_did_not_arrive_is_posted_again(database: Database) -> None:
    """Not found in any look, it is posted again: after the settle time and the looks, never before."""
    sender, clock = Channels({1: LOST}), moment()
    queue(database, clock(), "one")
    box = outbox(database, sender, clock)
    run(box)
    for wait in LOOKS:
        assert {"uncertain"} == set(states(database))
        clock.on(wait - 1)
        assert {} == run(box)
        clock.on(1)
        run(box)

    assert ["one"] == sender.texts
    assert [("sent", 2)] == [(row.state, row.attempt) for row in rows(database)]


def test_a_lagging_history_is_looked_at_more_than_once(database: Database) -> None:
    """The first looks miss a message that stands there: a later one finds it, and nothing is posted twice."""
    sender, clock = Channels({1: LOST}, stored=[1], hidden=True), moment()
    queue(database, clock(), "one")
    box = outbox(database, sender, clock)
    for wait in (0.0, *LOOKS[:-1]):
        clock.on(wait)
        run(box)
    sender.hidden = False
    clock.on(LOOKS[-1])
    run(box)

    assert ["sent"] == states(database)
    assert ["one"] == sender.texts


def test_a_restart_takes_over_what_a_dead_process_left(database: Database) -> None:
    """`sending` means "may stand there": it is looked for like any other, from the first look on."""
    sender, clock = Channels(), moment()
    stranded(database, clock, sender)
    sender.land(rows(database)[0].body)
    run(outbox(database, sender, clock))

    assert [("sent", 1)] == [(row.state, row.attempt) for row in rows(database)]


def test_a_restart_does_not_shorten_the_search(database: Database) -> None:
    """Each look may be another process: the times stand in the database."""
    sender, clock = Channels(), moment()
    stranded(database, clock, sender)
    for wait in (0.0, *LOOKS):
        assert 1 == len(rows(database)) and [] == sender.texts
        clock.on(wait)
        run(outbox(database, sender, clock))

    assert ["one"] == sender.texts


def test_of_several_copies_the_oldest_stays(database: Database) -> None:
    """Slack stored it twice and lost the answer: the extra copy is deleted, and admins hear of it."""
    sender, clock, told = Channels({1: LOST}, stored=[1], doubled=[1]), moment(), Told()
    queue(database, clock(), "one")
    run(outbox(database, sender, clock, told=told))

    assert ["1700000000.000100"] == [one.found.ts for one in sender.standing]
    assert ["1700000000.000100"] == [row.ts for row in rows(database)]
    assert ["doubles"] == told.topics


def test_a_copy_that_people_touched_is_left_to_them(database: Database) -> None:
    """An extra copy with replies or reactions is not deleted without asking; admins are told that it is there."""
    sender, clock, told = Channels({1: LOST}, stored=[1], doubled=[1], hidden=True), moment(), Told()
    queue(database, clock(), "one")
    box = outbox(database, sender, clock, told=told)
    run(box)
    sender.touch(1)
    sender.hidden = False
    clock.on(SETTLED)
    run(box)

    assert ["one", "one"] == sender.texts
    assert ["doubles"] == told.topics


@pytest.mark.parametrize(
    "blind",
    [Refused("missing_scope", "needs a scope", scope="token"), Refused("not_in_channel", "x", scope="channel")],
)
def test_what_cannot_be_looked_for_waits_for_a_person(database: Database, blind: SlackError) -> None:
    """An unreadable history: the message stays uncertain and is not posted again by timer; others pass it."""
    sender, clock = Channels({1: LOST}, blind=blind), moment()
    queue(database, clock(), "one", "two")
    box = outbox(database, sender, clock)
    for _ in range(5):
        run(box)
        clock.on(300)

    assert ["uncertain", "sent"] == states(database)
    assert ["two"] == sender.texts
    with database.read() as connection:
        assert [deliveries.UNREADABLE] == [row.error_code for row in deliveries.troubles(connection)]


def test_an_unreadable_history_that_is_mended_ends_the_wait(database: Database) -> None:
    """Once the channel can be read again, the message is found there."""
    sender, clock = Channels({1: LOST}, stored=[1], blind=Refused("missing_scope", "x", scope="token")), moment()
    queue(database, clock(), "one")
    box = outbox(database, sender, clock)
    run(box)
    sender.blind = None
    clock.on(300)
    run(box)

    assert ["sent"] == states(database)


@pytest.mark.parametrize(
    ("blind", "seconds"),
    [(NotPosted("ratelimited", "slow down", retry_after=50), 50.0), (Uncertain("http_503", "down"), 30.0)],
)
def test_a_look_that_fails_for_now_is_taken_later(database: Database, blind: SlackError, seconds: float) -> None:
    """Slack does not answer the question: it is asked again when that is allowed, and nothing is posted before."""
    sender, clock = Channels(), moment()
    stranded(database, clock, sender)
    sender.land(rows(database)[0].body)
    sender.blind = blind
    box = outbox(database, sender, clock)
    run(box)
    clock.on(seconds - 1)
    run(box)
    assert (1, "uncertain", 0) == (len(sender.finds), rows(database)[0].state, rows(database)[0].looks)
    sender.blind = None
    clock.on(1)
    assert {"sent": 1} == run(box)


def test_reading_stops_for_all_channels_when_slack_says_so(database: Database) -> None:
    """Slack counts readings over all channels: its Retry-After for one is obeyed in the others."""
    sender, clock = Channels(blind=NotPosted("ratelimited", "slow down", retry_after=50)), moment()
    stranded(database, clock, sender)
    run(outbox(database, sender, clock))
    queue(database, clock(), "two", channel="C2")
    run(outbox(database, sender, clock))

    assert [("C1", None)] == sender.finds
    assert ["uncertain", "pending"] == states(database)


def test_an_old_message_does_not_come_back(database: Database) -> None:
    """Not found after a day it is given up: whoever deleted it does not see it again. Its replies are cancelled."""
    sender, clock = Channels({1: LOST}), moment()
    queue(database, clock(), "one", "reply", whole="x", replies=(1,))
    run(outbox(database, sender, clock))
    clock.on(86_401)
    run(outbox(database, sender, clock))

    assert ["abandoned", "cancelled"] == states(database)
    assert [] == sender.texts


def test_an_erased_message_is_not_posted_empty(database: Database) -> None:
    """Its text was erased on request while it was looked for: it is given up."""
    sender, clock = Channels({1: LOST}), moment()
    queue(database, clock(), "one")
    box = outbox(database, sender, clock)
    run(box)
    with database.write() as connection:
        deliveries.mark(connection, rows(database)[0].id, "uncertain", body={})
    clock.on(SETTLED)
    run(box)

    assert ["abandoned"] == states(database)


def test_an_old_message_that_stands_there_is_sent(database: Database) -> None:
    """After days without the bot, what arrived is still recognised."""
    sender, clock = Channels({1: LOST}, stored=[1], hidden=True), moment()
    queue(database, clock(), "one")
    run(outbox(database, sender, clock))
    clock.on(5 * 86_400)
    sender.hidden = False
    run(outbox(database, sender, clock))

    assert ["sent"] == states(database)


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_jumps_neither_loses_nor_repeats(database: Database, hours: int) -> None:
    """After a step of the clock all looks are taken, seconds apart and for as long as without it."""
    sender, clock = Channels({1: LOST}), moment()
    queue(database, clock(), "one")
    box = outbox(database, sender, clock)
    run(box)
    clock.on(hours * 3600)
    passed = 0
    while not sender.texts:
        run(box)
        clock.on(5)
        passed += 5

    assert sum(LOOKS[1:]) <= passed <= 2 * sum(LOOKS)


def test_a_post_from_the_future_is_looked_for_a_day_back(database: Database) -> None:
    """Our clock was ahead when it was sent, and was put right: nobody knows when the message really landed."""
    sender, clock = Channels({1: LOST}), moment()
    queue(database, clock(), "one")
    run(outbox(database, sender, clock))
    clock.on(-3600)
    run(outbox(database, sender, clock))

    assert clock() - timedelta(hours=24) >= sender.earliest[-1]


def test_a_reply_is_looked_for_in_its_thread(database: Database) -> None:
    """The thread of its parent is read, and the reply is found there."""
    sender, clock = Channels({2: LOST}, stored=[2]), moment()
    queue(database, clock(), "parent", "reply", whole="x", replies=(1,))
    run(outbox(database, sender, clock))

    assert ["sent", "sent"] == states(database)
    assert ("C1", sender.standing[0].found.ts) in sender.finds


def test_a_reply_whose_parent_was_deleted_is_refused(database: Database) -> None:
    """There is no thread to look into any more: the reply is given up and told."""
    sender, clock = Channels({2: LOST}), moment()
    queue(database, clock(), "parent", "reply", whole="x", replies=(1,))
    box = outbox(database, sender, clock)
    run(box)
    sender.blind = Refused("thread_not_found", "gone", scope="thread")
    clock.on(SETTLED)
    run(box)

    assert ["sent", "refused"] == states(database)


def test_a_copy_of_another_database_is_not_believed(database: Database) -> None:
    """The same delivery id from another instance (a bot on a copy) is not this message."""
    sender, clock = Channels({1: LOST}), moment()
    queue(database, clock(), "one")
    sender.land(body("one", "d:one", 0, "another"))
    run(outbox(database, sender, clock))

    assert ["uncertain"] == states(database)


def test_without_reading_it_is_at_least_once(database: Database) -> None:
    """A channel that nobody can read gets an uncertain message again once the first can no longer be on its way."""
    sender, clock = Channels({1: LOST, 2: LOST}, stored=[1], reads=False), moment()
    queue(database, clock(), "one")
    box = outbox(database, sender, clock)
    run(box)
    clock.on(SETTLED - 1)
    assert {} == run(box)
    clock.on(1)
    assert {"uncertain": 1} == run(box)
    clock.on(SETTLED)
    run(box)
    assert ["pending"] == states(database)  # longer from time to time, while the service loses its answers
    clock.on(30)
    run(box)

    assert ["one", "one"] == sender.texts
    assert ["sent"] == states(database)
    assert [] == sender.finds


def test_looking_again_reaches_back_to_the_first_attempt(now: datetime) -> None:
    """An earlier attempt may land late: a second one is looked for from the beginning, a day at most."""
    row = Delivery(1, "d", 0, 1, "C1", "digest", {}, "uncertain", 2, None, None, None, now, now + timedelta(hours=2))

    assert now == since(row, UNHURRIED)
    assert now + timedelta(hours=2) == since(replace(row, attempt=1), UNHURRIED)
    late = replace(row, attempt_at=now + timedelta(days=3))
    assert now + timedelta(days=2) == since(late, UNHURRIED)
