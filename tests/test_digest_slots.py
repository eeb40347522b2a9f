"""Digest slots: every local time of every local date exactly once, whatever the clocks do and whoever sleeps."""

from __future__ import annotations

import os
import random
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from monitor.digest.slots import SILENCE, due, held_until, key, next_slot, next_time, slot_instant
from monitor.settings import ChannelSettings, QuietHours

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.digest.slots import Slot

NEW_YORK = ZoneInfo("America/New_York")
HALF_HOURS = tuple(time(hour, minute) for hour in range(24) for minute in (0, 30))
NIGHT = QuietHours(time(22), time(7))
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
# The whole year of every zone takes minutes: a seeded part of it runs always, all of it with DATELINE_SLOTS=all.
YEAR = ("America/New_York", "America/Los_Angeles", "Europe/London", "Australia/Lord_Howe", "America/St_Johns",
        "Asia/Kathmandu", "Pacific/Apia")
WHOLE_YEAR = os.environ.get("DATELINE_SLOTS") == "all"
HOUR = timedelta(hours=1)


def channel(zone: ZoneInfo = NEW_YORK, **changes: Any) -> ChannelSettings:  # noqa: ANN401 - the fields are of many types
    """A channel with a slot at every half hour."""
    fields: dict[str, Any] = {"id": "C1", "name": "c", "zone": zone, "slots": HALF_HOURS, "line_at": None}
    return ChannelSettings(**(fields | changes))


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


def slots_at(asking: ChannelSettings, now: datetime, done: set[Slot], since: datetime) -> list[Slot]:
    """What is due then, by day and name, the daily line included."""
    found = due(asking, now, done, since)
    return [*((day, key(at)) for day, at in found.slots), *((day, SILENCE) for day in found.silence)]


@pytest.mark.parametrize("quiet", [None, NIGHT], ids=["", "quiet"])
@pytest.mark.parametrize("pace", MINUTES)
@pytest.mark.parametrize(("name", "first"), CHANGES)
def test_every_slot_exactly_once(name: str, first: date, pace: str, quiet: QuietHours | None) -> None:
    """At an even pace, after downtime or with a clock set back, no slot of the days is lost or repeated."""
    zone = ZoneInfo(name)
    asking = channel(zone, quiet=quiet)
    now = since = slot_instant(first, time(0), zone)
    end = slot_instant(first + timedelta(days=DAYS), time(8), zone)
    seen: list[Slot] = []
    for minutes in cycle(MINUTES[pace]):
        seen += slots_at(asking, now, set(seen), since)
        if now > end:
            break
        now += timedelta(minutes=minutes)
    wanted = [(first + timedelta(days=offset), key(at)) for offset in range(DAYS) for at in HALF_HOURS]
    assert wanted == sorted(slot for slot in seen if slot[0] < first + timedelta(days=DAYS))


def ticks(start: datetime, end: datetime, chance: random.Random, *, steps: bool) -> Iterator[datetime]:
    """What a clock shows at uneven moments; with `steps` it is an hour ahead or behind every now and then."""
    now, error = start, timedelta(0)
    while now <= end:
        yield now + error
        now += timedelta(minutes=chance.choice([10, 30, 55, 70, 90]))
        if steps and chance.random() < 0.02:
            error = chance.choice([-HOUR, timedelta(0), HOUR])
    yield end


@pytest.mark.parametrize("steps", [False, True], ids=["", "steps"])
@pytest.mark.parametrize("quiet", [None, NIGHT], ids=["", "quiet"])
@pytest.mark.parametrize("name", YEAR)
def test_every_slot_of_a_year_exactly_once(name: str, quiet: QuietHours | None, steps: bool) -> None:
    """48 half-hours and the daily line, on every day of 2026, under a clock that ticks and one that jumps."""
    zone, chance = ZoneInfo(name), random.Random(f"{name}{quiet}{steps}")
    days = 365 if WHOLE_YEAR else 5
    first = date(2026, 1, 1) + timedelta(days=0 if WHOLE_YEAR else chance.randrange(360))
    asking = channel(zone, quiet=quiet, line_at=time(9))
    since, end = (slot_instant(first + timedelta(days=day), time(0), zone) for day in (0, days + 1))
    seen: list[Slot] = []
    done: set[Slot] = set()
    for now in ticks(since, end, chance, steps=steps):
        new = slots_at(asking, now, done, since)
        seen += new
        done = {slot for slot in done | set(new) if slot[0] >= now.date() - timedelta(days=4)}
    names = [*map(key, HALF_HOURS), SILENCE]
    wanted = [(first + timedelta(days=offset), name) for offset in range(days) for name in names]
    assert sorted(wanted) == sorted(slot for slot in seen if slot[0] < first + timedelta(days=days))


def test_nothing_before_since_and_nothing_done() -> None:
    """A channel that is new today does not get yesterday's digests, nor any twice."""
    now, since = utc(2026, 11, 23, 23), utc(2026, 11, 23, 12)
    asking = channel(slots=(time(6), time(8), time(17)))
    assert [(date(2026, 11, 23), "17:00")] == slots_at(asking, now, {(date(2026, 11, 23), "08:00")}, since)


def test_slot_pushed_past_midnight_by_the_clock_change() -> None:
    """In Nuuk 23:30 does not exist on 28 March 2026: its digest comes at 00:30, on the next date."""
    nuuk = ZoneInfo("America/Nuuk")
    asking = channel(nuuk, slots=(time(23, 30),))
    come = slots_at(asking, utc(2026, 3, 29, 1, 45), set(), utc(2026, 3, 29, 1, 5))
    assert [(date(2026, 3, 28), "23:30")] == come


def test_late_slots_come_oldest_first_and_not_after_36_hours() -> None:
    """After three days of downtime the digests of the last 36 hours are due, in order."""
    come = slots_at(channel(slots=(time(17), time(8))), utc(2026, 11, 23, 14), set(), utc(2026, 11, 1))
    assert [(date(2026, 11, 22), "08:00"), (date(2026, 11, 22), "17:00"), (date(2026, 11, 23), "08:00")] == come


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


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    """A moment of November 2026 in New York."""
    return datetime(2026, 11, day, hour, minute, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("quiet", "now", "end"),
    [
        (NIGHT, at(21, 59), None),
        (NIGHT, at(22), at(7, day=24)),
        (NIGHT, at(6, 59), at(7)),
        (NIGHT, at(7), None),
        (QuietHours(time(12), time(13)), at(12, 30), at(13)),
        (QuietHours(time(12), time(13)), at(22), None),
        (None, at(3), None),
    ],
)
def test_quiet_hours_last_from_their_start_to_just_before_their_end(
    quiet: QuietHours | None, now: datetime, end: datetime | None
) -> None:
    """By the channel's clock, past midnight where the end comes first."""
    assert end == held_until(quiet, NEW_YORK, now)


@pytest.mark.parametrize(
    ("quiet", "start", "end"),
    [
        # Clocks go back at 06:00 UTC: 01:30 comes twice, at 05:30 and 06:30. Quiet hours hold over both.
        (QuietHours(time(22), time(1, 30)), utc(2026, 11, 1, 2), utc(2026, 11, 1, 6, 30)),
        (QuietHours(time(1, 30), time(5)), utc(2026, 11, 1, 5, 30), utc(2026, 11, 1, 10)),
        # Clocks go forward at 07:00 UTC: there is no 02:30, and 03:30 stands for it.
        (QuietHours(time(22), time(2, 30)), utc(2026, 3, 8, 3), utc(2026, 3, 8, 7, 30)),
    ],
)
def test_quiet_hours_are_whole_when_clocks_change(quiet: QuietHours, start: datetime, end: datetime) -> None:
    """One stretch without a gap, from the first minute to the last."""
    minutes = int((end - start) / timedelta(minutes=1))
    held = [held_until(quiet, NEW_YORK, start + timedelta(minutes=minute)) for minute in range(-1, minutes + 1)]
    assert [None, *[end] * minutes, None] == held


def test_a_slot_in_quiet_hours_comes_at_their_end_once() -> None:
    """With the slot of that moment, in the order of the clock."""
    asking = channel(slots=(time(23), time(7), time(12)), quiet=NIGHT, line_at=time(6))
    day, tonight, line = (date(2026, 11, 23), "07:00"), (date(2026, 11, 22), "23:00"), (date(2026, 11, 23), SILENCE)
    since = at(13, day=22)
    assert [] == slots_at(asking, at(6, 59), set(), since)
    assert [tonight, day, line] == slots_at(asking, at(7), set(), since)
    assert [day, line] == slots_at(asking, at(7, 1), {tonight}, since)


@pytest.mark.parametrize(
    ("changes", "now", "at_once", "urgent"),
    [
        ({"slots": ()}, at(12), True, True),
        ({"slots": (), "quiet": NIGHT}, at(23), False, True),
        ({"slots": (), "quiet": NIGHT, "urgent_in_quiet": False}, at(23), False, False),
        ({"quiet": NIGHT, "urgent_in_quiet": False}, at(12), False, True),
        ({"urgent": False}, at(12), False, False),
    ],
)
def test_who_may_speak_now(changes: dict[str, Any], now: datetime, at_once: bool, urgent: bool) -> None:
    """A channel at once outside its quiet hours; urgent alerts at all hours, unless it is set otherwise."""
    found = due(channel(**changes), now, (), now)
    assert (at_once, urgent) == (found.at_once, found.urgent)


@pytest.mark.parametrize(
    ("changes", "now", "expected", "held"),
    [
        ({"slots": ()}, at(12), None, False),
        ({"slots": (), "quiet": NIGHT}, at(23), at(7, day=24), True),
        ({"slots": (time(8), time(17, 30))}, at(12), at(17, 30), False),
        ({"slots": (time(8), time(17, 30))}, at(18), at(8, day=24), False),
        ({"slots": (time(23), time(12)), "quiet": NIGHT}, at(13), at(7, day=24), True),
        ({"slots": (time(23), time(12)), "quiet": NIGHT}, at(23, 30), at(7, day=24), True),
        ({"slots": (time(7),), "quiet": NIGHT}, at(23, 30), at(7, day=24), False),
    ],
)
def test_when_the_channel_is_told_next(
    changes: dict[str, Any], now: datetime, expected: datetime | None, held: bool
) -> None:
    """At its next slot, or at the end of the quiet hours that hold it; at once where nothing does."""
    coming = next_time(channel(**changes), now)
    assert (expected, held) == (coming.at, coming.held)
