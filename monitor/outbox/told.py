"""What the outbox has to say goes to the admins the way everything does: as a note, through the outbox itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from monitor.notes import Note, tell_state
from storage.schema import channels

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.outbox.model import Tell


def telling(admin_channel: str | None) -> Tell:
    """Tells the admin channel; nobody, where there is none: then the log alone has it."""

    def tell(connection: Connection, topic: str, title: str, lines: Sequence[str], now: datetime) -> None:
        named = _named(connection, "\n".join((title, *lines)))
        tell_state(connection, admin_channel, Note(f"note:{topic}", title, (*lines, *named)), now)

    return tell


def _named(connection: Connection, said: str) -> list[str]:
    """A line for each channel whose id is said, also within a delivery's id. The ids stay: commands and the log have
    them, too."""
    rows = connection.execute(channels.select().order_by(channels.c.id))
    return [f"{row.id} is {row.name}." for row in rows
            if row.name != row.id and re.search(rf"(?<![\w-]){re.escape(row.id)}(?![\w-])", said)]
