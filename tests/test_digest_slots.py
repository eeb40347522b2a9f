"""Digest slots: every local time of every local date exactly once, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle
from zoneinfo import ZoneInfo

import pytest

from monitor.digest.slots import due_slots, next_slot, now_title, slot_instant, slot_title

NEW_YORK = ZoneInfo("America/New_York")
HALF_HOURS = [time(hour, minute) for hour in range(24) for minute in (0, 30)]
# Zones whose clocks change at 02:00, at midnight, by half an hour and not at all, with the day before the change.
CHANGES = [
    ("America/New_York", date(2026, 3, 7)),
    ("America/New_York", date(2026, 10, 31)),
    ("Europe/London", date(2026, 3, 28)),
    ("Europe/London", date(2026, 10, 24)),
    ("Australia/Lord_Howe", date(2026, 4, 4)),
    ("Australia/Lord_Howe", date(2026, 10, 3)),
    ("Africa/Cairo", date(2026, 4, 23)),
    ("Africa/Cairo", date(2026, 10, 28)),
    ("America/Santiago", date(2026, 4, 4)),
    ("America/Santiago", date(2026, 9, 5)),
    ("America/Phoenix", date(2026, 3, 7)),
    ("Asia/Kathmandu", date(2026, 10, 31)),
]
DAYS = 3
# Minutes between one look at the clock and the next: at an even pace, with hours of downtime, with a clock set back.
MINUTES = {"steady": [55], "downtime": [40, 40, 1500, 40, 700], "steps": [80, 150, -60, 90, -45]}


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "at", "expected"),
    [
        (date(2026, 11, 23), time(8), utc(2026, 11, 23, 13)),
        (date(2026, 7, 1), time(8), utc(2026, 7, 1, 12)),
        (date(2026, 3, 8), time(2, 30), utc(2026, 3, 8, 7, 30)),  # skipped: shown as 03:30
        (date(2026, 11, 1), time(1, 30), utc(2026, 11, 1, 5, 30)),  # happens twice: the first
        (date(2026, 11, 1), time(1, 30, fold=1), utc(2026, 11, 1, 5, 30)),
    ],
)
def test_slot_instant(day: date, at: time, expected: datetime) -> None:
    """A skipped local time moves forward, a repeated one is its first occurrence."""
    assert expected == slot_instant(day, at, NEW_YORK)


@pytest.mark.parametrize("pace", MINUTES)
@pytest.mark.parametrize(("name", "first"), CHANGES)
def test_every_slot_exactly_once(name: str, first: date, pace: str) -> None:
    """At an even pace, after downtime or with a clock set back, no slot of the days is lost or repeated."""
    zone = ZoneInfo(name)
    now = since = slot_instant(first, time(0), zone)
    end = slot_instant(first + timedelta(days=DAYS), time(0), zone)
    seen: list[tuple[date, time]] = []
    for minutes in cycle(MINUTES[pace]):
        seen += due_slots(HALF_HOURS, zone, now, set(seen), since)
        if now > end:
            break
        now += timedelta(minutes=minutes)
    wanted = [(first + timedelta(days=offset), at) for offset in range(DAYS) for at in HALF_HOURS]
    assert wanted == sorted(slot for slot in seen if slot[0] < first + timedelta(days=DAYS))


def test_nothing_before_since_and_nothing_done() -> None:
    """A channel that is new today does not get yesterday's digests, nor any twice."""
    now, since = utc(2026, 11, 23, 23), utc(2026, 11, 23, 12)
    slots = [time(6), time(8), time(17)]
    assert [(date(2026, 11, 23), time(17))] == due_slots(slots, NEW_YORK, now, {(date(2026, 11, 23), time(8))}, since)


def test_slot_pushed_past_midnight_by_the_clock_change() -> None:
    """In Nuuk 23:30 does not exist on 28 March 2026: its digest comes at 00:30, on the next date."""
    nuuk = ZoneInfo("America/Nuuk")
    due = due_slots([time(23, 30)], nuuk, utc(2026, 3, 29, 1, 45), (), utc(2026, 3, 29, 1, 5))
    assert [(date(2026, 3, 28), time(23, 30))] == due


def test_late_slots_come_oldest_first_and_not_after_36_hours() -> None:
    """After three days of downtime the digests of the last 36 hours are due, in order."""
    due = due_slots([time(17), time(8)], NEW_YORK, utc(2026, 11, 23, 14), (), utc(2026, 11, 1))
    assert [(date(2026, 11, 22), time(8)), (date(2026, 11, 22), time(17)), (date(2026, 11, 23), time(8))] == due


@pytest.mark.parametrize(
    ("slots", "now", "expected"),
    [
        ([time(8), time(17)], utc(2026, 11, 23, 13), utc(2026, 11, 23, 22)),
        ([time(17), time(8)], utc(2026, 11, 23, 23), utc(2026, 11, 24, 13)),
        ([time(1, 30)], utc(2026, 11, 1, 5, 45), utc(2026, 11, 2, 6, 30)),  # the second 01:30 is no slot
        ([], utc(2026, 11, 23, 13), None),
    ],
)
def test_next_slot(slots: list[time], now: datetime, expected: datetime | None) -> None:
    """Status names the first slot after now, in whatever order the slots are written."""
    assert expected == next_slot(slots, NEW_YORK, now)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (time(8), "Morning digest, Mon 23 Nov"),
        (time(12), "Afternoon digest, Mon 23 Nov"),
        (time(18, 30), "Evening digest, Mon 23 Nov"),
    ],
)
def test_slot_title(at: time, expected: str) -> None:
    """A digest is named by the part of the day and the date."""
    assert expected == slot_title(at, date(2026, 11, 23))


def test_now_title_is_in_the_channels_zone() -> None:
    """A digest that goes out at once carries the channel's own time."""
    assert "New matches, Sun 22 Nov, 21:05" == now_title(utc(2026, 11, 23, 2, 5), NEW_YORK)
