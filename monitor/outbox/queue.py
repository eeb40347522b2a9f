"""Rendered messages become deliveries: rows with their final bodies, in the caller's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.channels import kind_of
from storage import about, deliveries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.digest.model import Message


def queue(
    connection: Connection, channel_id: str, delivery_id: str, kind: str, messages: Sequence[Message], *,
    now: datetime, thread_of: str | None = None,
) -> int:
    """Freeze the messages of one delivery; how many rows are new. A delivery id that was used before adds nothing.

    `thread_of` is an earlier delivery: what is `in_thread` replies to its first message instead of its own.
    """
    instance = about.instance(connection)
    render = kind_of(channel_id).body
    bodies = [render(message, channel_id, delivery_id, kind, instance) for message in messages]
    in_thread = [part for part, message in enumerate(messages) if message.in_thread]
    return deliveries.add(connection, delivery_id, channel_id, kind, bodies, now=now, in_thread=in_thread,
                          thread_of=thread_of)
