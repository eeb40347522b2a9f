"""Until when a service wants to be left alone. Kept apart from messages: a wait outlives the one that brought it about.

With each wait stands when it began. One that began in the future was noted by a clock that was put back since, so
nobody knows how much of it is over: it is ignored, and the service says again what it wants.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from storage import about as facts
from storage.schema import about

if TYPE_CHECKING:
    from sqlalchemy import Connection

# Nothing is ever held longer: a time further ahead was set by a clock that was wrong.
LONGEST = timedelta(hours=26)
# Of a wait without a beginning no more than this is believed: Slack asks for a minute or two.
_LONGEST_UNDATED = timedelta(hours=1)
# Clocks are corrected by seconds all the time.
STEP = timedelta(minutes=1)


def begin(connection: Connection, key: str, until: datetime, now: datetime | None = None) -> None:
    """Note a wait in place of the one before; with `now`, also that it began then."""
    facts.note(connection, key, f"{until.isoformat()} {now.isoformat() if now else ''}".strip())


def ends(connection: Connection, prefix: str, now: datetime) -> dict[str, datetime]:
    """When the waits end that are on now, by the rest of their keys."""
    query = select(about.c.key, about.c.value).where(about.c.key.startswith(prefix, autoescape=True))
    waits = {key.removeprefix(prefix): [datetime.fromisoformat(part) for part in value.split()]
             for key, value in connection.execute(query)}
    return {key: until for key, (until, *began) in waits.items() if is_on(now, until, *began)}


def is_on(now: datetime, until: datetime, began: datetime | None = None, *, longest: timedelta | None = None) -> bool:
    """Whether a wait is neither over nor noted by a clock that was wrong."""
    if longest is None:
        longest = LONGEST if began else _LONGEST_UNDATED
    return now < until <= now + longest and (began is None or began <= now + STEP)
