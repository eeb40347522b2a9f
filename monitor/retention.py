"""The daily erasing: text older than the days of `[storage] keep_text_days` goes, headlines stay, and so do keys for
more than a year after a feed last showed what they stand for. Who pressed a button is known for 14 days; what they
said stays, and counts."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from storage import about, feedback, purge

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Database

log = logging.getLogger("dateline.retention")

EVERY = timedelta(hours=24)
PEOPLE_KEPT = timedelta(days=14) - EVERY  # or an id would live on until the next erasing


def erase_old_text(database: Database, keep_days: int, now: datetime) -> int:
    """Erase what is due, at most once a day; how many articles lost their text. Raises StorageError."""
    with database.write() as connection:
        last = about.time_of(connection, "text_erased_at")
        if last and timedelta(0) <= now - last < EVERY:
            return 0
        erased = purge.erase_text(connection, now - timedelta(days=keep_days), now)
        purge.forget_keys(connection, now)
        people = feedback.forget_people(connection, now - PEOPLE_KEPT)
        about.note_time(connection, "text_erased_at", now)
    if erased or people:
        purge.scrub(database)
    if erased:
        log.info("erased the text of %d articles older than %d days", erased, keep_days)
    return erased
