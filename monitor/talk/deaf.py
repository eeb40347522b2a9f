"""The admins hear of it when the bot does not hear the channel any more: buttons that do nothing look like a fault of
whoever presses them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.tell import Note, tell_state
from storage import about

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Database

PATIENCE = timedelta(minutes=10)  # a connection is lost and found again all the time
_SINCE, _TOLD = "deaf_since", "told:deaf"
_TITLE = {True: "Buttons and commands in Slack do nothing", False: "Buttons and commands in Slack work again"}


def tell_deaf(database: Database, admin_channel: str | None, trouble: str, now: datetime) -> None:
    """Note since when there is trouble, and tell it once it has lasted; and its end, where it was told.

    Raises StorageError.
    """
    with database.read() as connection:
        since, told = about.noted(connection, _SINCE), bool(about.noted(connection, _TOLD))
    if bool(trouble) == bool(since) and (not since or told):
        return
    with database.write() as connection:
        if not since or not trouble:
            about.note(connection, _SINCE, now.isoformat() if trouble else "")
        lasts = bool(trouble and since) and now - (about.time_of(connection, _SINCE) or now) >= PATIENCE
        if lasts or (told and not trouble):
            why = trouble or "What was pressed or typed in between was lost."
            tell_state(connection, admin_channel, Note("note:deaf", _TITLE[bool(trouble)], (why,)), now)
            about.note(connection, _TOLD, "yes" if trouble else "")
