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
STRANGE = Uncertain("team_not_found", "nobody knows what that means")
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
    assert ["pending"] == states(database)  # later, while the service loses its answers
    clock.on(300)
    run(box)

    assert ["one", "one"] == sender.texts
    assert ["sent"] == states(database)
    assert [] == sender.finds


def troubles(database: Database) -> list[Delivery]:
    """What admins are told of."""
    with database.read() as connection:
        return deliveries.troubles(connection)


def test_an_answer_that_never_gets_clear_blocks_nobody(database: Database) -> None:
    """A code that nobody knows, each time, and the message is never there: after three attempts it is refused."""
    sender, clock = Channels({number: Uncertain("team_not_found", "what?") for number in (1, 2, 3, 5)}), moment()
    queue(database, clock(), "poison")
    box = outbox(database, sender, clock)
    run(box)
    queue(database, clock(), "next")
    for wait in LOOKS * 3:
        assert [] == sender.texts
        clock.on(wait)
        run(box)

    assert [("refused", 3), ("sent", 1)] == [(row.state, row.attempt) for row in rows(database)]
    assert ["team_not_found"] == [row.error_code for row in troubles(database)]
    assert "dateline deliveries retry 1" in (rows(database)[0].error or "")


def test_a_reply_that_never_gets_an_answer_goes_alone(database: Database) -> None:
    """It is about that message: its siblings go out."""
    sender, clock = Channels(dict.fromkeys((2, 3, 4), STRANGE)), moment()
    queue(database, clock(), "parent", "first", "second", whole="x", replies=(1, 2))
    box = outbox(database, sender, clock)
    for wait in (0.0, *LOOKS * 3):
        clock.on(wait)
        run(box)

    assert ["sent", "refused", "sent"] == states(database)


def test_a_message_is_not_refused_because_the_bot_stops(database: Database) -> None:
    """A process that dies during each attempt says nothing against the message."""
    sender, clock = Channels(), moment()
    stranded(database, clock, sender)
    for _ in range(3):
        with database.write() as connection:
            deliveries.strand(connection)
        for wait in LOOKS:
            clock.on(wait)
            if wait == LOOKS[-1]:
                break
            run(outbox(database, sender, clock))
        sender.failures[sender.calls + 1] = RuntimeError("killed")
        with pytest.raises(RuntimeError):
            run(outbox(database, sender, clock))
        clock.on(61)

    assert 4 == rows(database)[0].attempt
    assert ["sending"] == states(database)


def test_attempts_end_a_day_after_the_message_was_made(database: Database) -> None:
    """A later attempt does not begin a new day: somebody may have deleted what the first one posted."""
    sender, clock = Channels({1: LOST, 2: LOST}), moment()
    queue(database, clock(), "one")
    box = outbox(database, sender, clock)
    for wait in (0.0, *LOOKS, 86_240, *LOOKS):
        clock.on(wait)
        run(box)

    assert [("abandoned", 2, "too_old")] == [(row.state, row.attempt, row.error_code) for row in rows(database)]


@pytest.mark.parametrize("reads", [True, False], ids=["channel", "webhook"])
def test_an_alert_outlives_an_outage(database: Database, *, reads: bool) -> None:
    """Slack answers 503 for an hour: nobody has to do anything, the alert goes out when it is over."""
    sender, clock = Channels(dict.fromkeys(range(1, 6), Uncertain("http_503", "down")), reads=reads), moment()
    queue(database, clock(), "one", kind="alert")
    box = outbox(database, sender, clock)
    passed = 0
    while not sender.texts and passed < 6 * 3600:
        run(box)
        clock.on(15)
        passed += 15

    assert ["one"] == sender.texts
    assert ["sent"] == states(database)


def test_a_webhook_without_answers_repeats_ever_less(database: Database) -> None:
    """A day of lost answers to posts that arrive: a few copies, and not hundreds."""
    sender, clock = Channels(dict.fromkeys(range(1, 99), LOST), stored=range(1, 99), reads=False), moment()
    queue(database, clock(), "one")
    box = outbox(database, sender, clock)
    for _ in range(26 * 20):
        run(box)
        clock.on(180)

    assert 3 < len(sender.texts) < 12
    assert ["abandoned"] == states(database)


def test_a_webhook_with_a_code_that_nobody_knows_repeats_three_times(database: Database) -> None:
    """Each attempt may be one more copy: after three the message is given up, told, and the next goes out."""
    sender, clock = Channels(dict.fromkeys((1, 2, 3), STRANGE), stored=(1, 2, 3), reads=False), moment()
    queue(database, clock(), "one")
    queue(database, clock(), "two")
    box = outbox(database, sender, clock)
    for _ in range(60):
        run(box)
        clock.on(15)

    assert ["one", "one", "one", "two"] == sender.texts
    assert ["abandoned", "sent"] == states(database)
    assert ["up to 3 times" in (row.error or "") for row in troubles(database)] == [True]


@pytest.mark.parametrize(
    "blind", [Uncertain("http_503", "down"), NotPosted("ratelimited", "slow down", retry_after=3600)])
def test_a_history_that_fails_for_minutes_does_not_shut_the_channel(database: Database, blind: SlackError) -> None:
    """After ten minutes admins hear of it and others pass; the message stays uncertain, and is found in the end."""
    sender, clock = Channels({1: LOST}, stored=[1], hidden=True), moment()
    queue(database, clock(), "one")
    box = outbox(database, sender, clock)
    for _ in range(10):
        run(box)
        clock.on(59)
        sender.blind = blind
    queue(database, clock(), "alert", kind="alert")
    run(box)
    assert ["uncertain", "pending"] == states(database)
    assert [] == troubles(database)
    for _ in range(6):
        clock.on(60)
        run(box)
    assert ["uncertain", "sent"] == states(database)
    assert [deliveries.UNREADABLE] == [row.error_code for row in troubles(database)]
    sender.blind, sender.hidden = None, False
    clock.on(3600)
    run(box)
    assert ["sent", "sent"] == states(database)


def test_an_unreadable_history_and_a_clock_set_back_shut_nothing(database: Database) -> None:
    """It was posted in the future, so nobody knows for how long it has been looked for: others pass."""
    sender, clock = Channels({1: LOST}, hidden=True), moment()
    queue(database, clock(), "one", "two")
    box = outbox(database, sender, clock)
    run(box)
    sender.blind = Uncertain("http_503", "down")
    clock.on(-20 * 3600)
    run(box)

    assert ["uncertain", "sent"] == states(database)


@pytest.mark.parametrize(("arrived", "expected"), [(True, ["sent"] * 3), (False, ["abandoned"] + ["cancelled"] * 2)])
def test_what_was_uncertain_before_a_long_outage_is_looked_for(
    database: Database, *, arrived: bool, expected: list[str]
) -> None:
    """More than a day later the channel can be read again: found, its replies go on; else it is given up and told."""
    sender, clock = Channels({1: LOST}, stored=[1] if arrived else [], hidden=True), moment()
    queue(database, clock(), "parent", "first", "second", whole="x", replies=(1, 2))
    box = outbox(database, sender, clock)
    for _ in range(26):
        run(box)
        clock.on(3600)
        sender.blind = NotPosted("unreachable", "no network")
    assert "uncertain" == states(database)[0]
    sender.blind, sender.hidden = None, False
    run(box)

    assert expected == states(database)
    told = [row.error or "" for row in troubles(database)]
    assert [] == told if arrived else ["2 more parts of the digest" in text for text in told] == [True]


def test_looking_again_reaches_back_to_the_first_attempt(now: datetime) -> None:
    """An earlier attempt may land late: a second one is looked for from the beginning, a day at most."""
    row = Delivery(1, "d", 0, 1, "C1", "digest", {}, "uncertain", 2, None, None, None, now, now + timedelta(hours=2))

    assert now == since(row, UNHURRIED)
    assert now + timedelta(hours=2) == since(replace(row, attempt=1), UNHURRIED)
    late = replace(row, attempt_at=now + timedelta(days=3))
    assert now + timedelta(days=2) == since(late, UNHURRIED)
