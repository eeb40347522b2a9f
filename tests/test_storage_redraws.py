"""Messages that are to be drawn again: which, when, and which never. On both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from storage import deliveries, digests, redraws
from storage.schema import deliveries as messages
from tests.archived import store

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from storage.database import Database

HOUR = timedelta(hours=1)


def message(connection: Connection, now: datetime, name: str = "d1", *, state: str = "sent", parts: int = 1) -> int:
    """A message in the channel; the number of its first part."""
    deliveries.add(connection, name, "C1", "digest", [{"text": name}] * parts, now=now)
    for row in deliveries.by_delivery(connection, name):
        ts = f"17{row.id:08d}.000100" if state == "sent" else None
        connection.execute(messages.update().where(messages.c.id == row.id).values(state=state, ts=ts))
    return deliveries.by_delivery(connection, name)[0].id


def test_what_changes_while_it_is_drawn_is_drawn_next(database: Database, now: datetime) -> None:
    """A message is done with the change up to which it was drawn, and with no later one."""
    with database.write() as connection:
        number = message(connection, now)
        redraws.want(connection, [number])
        being_drawn = redraws.stale(connection, number)
        redraws.want(connection, [number])
        assert being_drawn
        redraws.done(connection, number, being_drawn.wanted)
        assert [number] == redraws.due(connection, now)
        redraws.done(connection, number, being_drawn.wanted + 1)
        assert ([], 0, None) == (redraws.due(connection, now), redraws.behind(connection),
                                 redraws.stale(connection, number))


@pytest.mark.parametrize("state", ["pending", "sending", "uncertain", "refused", "printed"])
def test_only_what_stands_there_is_drawn(database: Database, now: datetime, state: str) -> None:
    """A message that is still looked for is left to those who look; once it is known to stand there it is drawn."""
    with database.write() as connection:
        number = message(connection, now, state=state)
        redraws.want(connection, [number])
        assert [] == redraws.due(connection, now)
        deliveries.mark(connection, number, "sent", ts="1700000001.000100")
        assert [number] == redraws.due(connection, now)


def test_waiting(database: Database, now: datetime) -> None:
    """One message waits alone, all wait together, and no step of the clock makes it longer."""
    with database.write() as connection:
        first, second = (message(connection, now, name) for name in ("d1", "d2"))
        redraws.want(connection, [first, second])
        redraws.later(connection, first, now + HOUR / 2)
        assert [second] == redraws.due(connection, now)
        assert [first, second] == redraws.due(connection, now + HOUR / 2)
        assert [first, second] == redraws.due(connection, now - 2 * HOUR)
        redraws.all_later(connection, now + HOUR, now)
        assert [] == redraws.due(connection, now + HOUR / 2)
        assert [first, second] == redraws.due(connection, now + HOUR)


def test_given_up(database: Database, now: datetime) -> None:
    """What can never change again is not tried again, whatever is said of it."""
    with database.write() as connection:
        number = message(connection, now)
        redraws.want(connection, [number])
        redraws.give_up(connection, number)
        redraws.want(connection, [number])
        assert ([], 0, {number}) == (redraws.due(connection, now + 24 * HOUR), redraws.behind(connection),
                                     redraws.given_up(connection, [number, 99]))


def test_the_messages_of_an_article(database: Database, now: datetime) -> None:
    """Every part of each digest in which it stands in the channel, on its way or there, but none that never comes."""
    with database.write() as connection:
        article = store(connection, now)
        for at, state in enumerate(("sent", "pending", "uncertain", "refused")):
            digests.freeze(connection, f"d{at}", "C1", (now.date(), str(at)), [article], now=now)
            message(connection, now, f"d{at}", state=state, parts=2)
        found = redraws.messages_with(connection, "C1", [article])
        assert ["d0", "d0", "d1", "d1", "d2", "d2"] == [one.delivery_id for one in found]
        assert [] == redraws.messages_with(connection, "C2", [article])


def test_a_message_by_what_slack_calls_it(database: Database, now: datetime) -> None:
    """In its own channel alone."""
    with database.write() as connection:
        message(connection, now)
        there = deliveries.by_delivery(connection, "d1")[0]
        assert there == redraws.message_at(connection, "C1", there.ts or "")
        assert redraws.message_at(connection, "C2", there.ts or "") is None
