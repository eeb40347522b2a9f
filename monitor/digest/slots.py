"""Which digest slots are due: local wall-clock times turned into instants, each exactly once.

Cron triggers lose or repeat half-hour slots in the nights when clocks change. Here a slot is a pair (local date, local
time), its instant follows from the tz database, and what was done is kept by the caller as a set of such pairs; so
neither a clock step nor downtime can repeat one, and a missed one comes late, once.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from zoneinfo import ZoneInfo

LOOK_BACK = timedelta(hours=36)  # a digest later than this is no longer the news of its slot
_DAY = timedelta(days=1)


def slot_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a local wall-clock time.

    A time that the spring change skips moves forward by what was skipped (02:30 becomes 03:30); of a time that the
    autumn change repeats, the first counts. Both are what fold=0 means.
    """
    return datetime.combine(day, at.replace(fold=0), tzinfo=zone).astimezone(UTC)


def due_slots(
    slots: Sequence[time],
    zone: ZoneInfo,
    now: datetime,
    done: Collection[tuple[date, time]],
    since: datetime,
) -> list[tuple[date, time]]:
    """Slots whose instant lies in [since, now] and within the last 36 hours, and that are not `done`; oldest first."""
    earliest = max(since, now - LOOK_BACK)
    due = [
        (instant, day, at)
        for instant, day, at in _instants(slots, zone, earliest, now)
        if earliest <= instant <= now and (day, at) not in done
    ]
    return [(day, at) for _, day, at in sorted(due)]


def next_slot(slots: Sequence[time], zone: ZoneInfo, now: datetime) -> datetime | None:
    """The first slot instant after `now`; None for a channel that has no slots."""
    # Three days: no zone has ever skipped more than one.
    ahead = (instant for instant, _, _ in _instants(slots, zone, now, now + 2 * _DAY) if instant > now)
    return min(ahead, default=None)


def slot_title(at: time, day: date) -> str:
    """The digest's name: "Morning digest, Mon 23 Nov"."""
    part = "Morning" if at.hour < 12 else "Afternoon" if at.hour < 17 else "Evening"
    return f"{part} digest, {day:%a} {day.day} {day:%b}"


def now_title(now: datetime, zone: ZoneInfo) -> str:
    """The name of a digest that goes out at once: "New matches, Mon 23 Nov, 14:02"."""
    there = now.astimezone(zone)
    return f"New matches, {there:%a} {there.day} {there:%b, %H:%M}"


def _instants(
    slots: Sequence[time], zone: ZoneInfo, start: datetime, end: datetime
) -> list[tuple[datetime, date, time]]:
    """Every slot of every local date that touches [start, end], and of the one before: a gap can push past midnight."""
    first = start.astimezone(zone).date() - _DAY
    days = (end.astimezone(zone).date() - first).days + 1
    return [
        (slot_instant(day, at, zone), day, at)
        for day in (first + timedelta(days=offset) for offset in range(days))
        for at in dict.fromkeys(slots)
    ]
