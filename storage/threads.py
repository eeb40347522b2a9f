"""Updates whose thread is no more: they go into the channel itself, and the next ones into a thread of theirs.

The first message of a story may be deleted, its thread locked, or nobody may be able to find out whether it stands.
What is new must reach the channel all the same. An update in the channel itself is the root of its story from then on:
`digests.told_stories` takes an update that is `thread_of` nothing for one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from storage.deliveries import ARRIVED, MOVED, STUCK, change, frozen, read
from storage.schema import deliveries, digests

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from storage.deliveries import Delivery


def leave_refused(connection: Connection, row: Delivery, fence: int) -> bool:
    """After a definite refusal of its thread: the same part goes into the channel, once.

    False where the thread is that of its own delivery, or where another sender has taken it over.
    """
    return _leave(connection, row, (deliveries.c.state == "sending") & (deliveries.c.fence == fence))


def leave_unreadable(connection: Connection, row: Delivery) -> bool:
    """Before it is sent: whether it went into the channel, since nobody can say whether its root stands there."""
    first = (deliveries.c.delivery_id == row.thread_of) & (deliveries.c.part == 0)
    return bool(read(connection, first & STUCK)) and _leave(connection, row, deliveries.c.state == "pending")


def _leave(connection: Connection, row: Delivery, as_known: ColumnElement[bool]) -> bool:
    """Part 0 takes the rest of its delivery along, into its own thread; any other part goes alone."""
    own = (deliveries.c.id == row.id) & deliveries.c.thread_of.is_not(None) & as_known
    body = {key: value for key, value in row.body.items() if key != "reply_broadcast"}
    if not change(connection, own, state="pending", in_thread=False, thread_of=None,
                  revision=deliveries.c.revision + MOVED, **frozen(body)):
        return False
    if row.part == 0:
        rest = (deliveries.c.delivery_id == row.delivery_id) & deliveries.c.state.not_in(ARRIVED)
        change(connection, rest, thread_of=None)
        connection.execute(update(digests).where(digests.c.id == row.delivery_id).values(thread_of=None))
    return True
