"""What the outbox has to say goes to the admins the way everything does: as a note, through the outbox itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.notes import Note, tell_state

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.outbox.model import Tell


def telling(admin_channel: str | None) -> Tell:
    """Tells the admin channel; nobody, where there is none: then the log alone has it."""

    def tell(connection: Connection, topic: str, title: str, lines: Sequence[str], now: datetime) -> None:
        tell_state(connection, admin_channel, Note(f"note:{topic}", title, tuple(lines)), now)

    return tell
