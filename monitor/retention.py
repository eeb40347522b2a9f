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

    from sqlalchemy import Connection

    from storage.database import Database

log = logging.getLogger("dateline.retention")

EVERY = timedelta(hours=24)
PEOPLE_KEPT = timedelta(days=14) - EVERY  # or an id would live on until the next erasing
AGAIN = timedelta(hours=1)  # after a scrubbing that somebody who read the database was in the way of
_SCRUB = "scrub_after"  # in `about`: from when on what was erased is to be overwritten; empty where that is done


def erase_old_text(database: Database, keep_days: int, now: datetime) -> int:
    """Erase what is due, at most once a day; how many articles lost their text. Raises StorageError.

    What was erased is overwritten after that, also by a later round where this one ends in between.
    """
    with database.write() as connection:
        last = about.time_of(connection, "text_erased_at")
        erased = 0 if last and timedelta(0) <= now - last < EVERY else _erase(connection, keep_days, now)
        after = about.time_of(connection, _SCRUB)
    if after and (after <= now or after > now + AGAIN):
        done = purge.scrub(database)
        with database.write() as connection:
            about.note(connection, _SCRUB, "" if done else (now + AGAIN).isoformat())
    if erased:
        log.info("erased the text of %d articles older than %d days", erased, keep_days)
    return erased


def _erase(connection: Connection, keep_days: int, now: datetime) -> int:
    erased = purge.erase_text(connection, now - timedelta(days=keep_days), now)
    purge.forget_keys(connection, now)
    if feedback.forget_people(connection, now - PEOPLE_KEPT) or erased:
        about.note_time(connection, _SCRUB, now)
    about.note_time(connection, "text_erased_at", now)
    return erased
