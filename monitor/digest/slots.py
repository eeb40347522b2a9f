"""What is due in a channel now: local wall-clock times turned into instants, each exactly once.

Cron triggers lose or repeat half-hour slots in the nights when clocks change. Here a slot is a pair (local date, what
is due then), its instant follows from the tz database, and what was done is kept by the caller as a set of such pairs;
so neither a clock step nor downtime can repeat one, and a missed one comes late, once. Quiet hours move instants to
their end and change nothing else, so that what they hold is not lost either. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from monitor.settings import ChannelSettings, QuietHours

LOOK_BACK = timedelta(hours=36)  # a digest later than this is no longer the news of its slot
SILENCE = "silence"  # the slot of the line that says all is well
BROADCAST = "update+"  # begins the slot of an update that the whole channel sees: so these can be counted
Slot = tuple[date, str]  # the channel's local date, and "08:00", "silence", or "now" with the time
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """What a channel may get now. `slots` and `silence` (local dates) come oldest first.

    `at_once`: a channel without slots is told what waits. `urgent`: alerts may go out; `rollup` and `updates`: so may
    roll-ups and more of stories that were told, which quiet hours hold whatever they do with alerts.
    """

    slots: tuple[tuple[date, time], ...] = ()
    silence: tuple[date, ...] = ()
    at_once: bool = False
    urgent: bool = False
    rollup: bool = False
    updates: bool = False


@dataclass(frozen=True, slots=True)
class Next:
    """When a channel is told next. `at` is None where that is now; `held` says that quiet hours are the reason."""

    at: datetime | None
    held: bool = False


def due(channel: ChannelSettings, now: datetime, done: Collection[Slot], since: datetime) -> Due:
    """All that is due in the channel, now that the clock shows `now` and `done` is dealt with.

    A slot is due from its instant on, or from the end of the quiet hours in which that lies, for 36 hours; slots from
    before `since`, when the channel began, are nobody's loss.
    """
    held = held_until(channel.quiet, channel.zone, now) is not None
    timed = {key(at): at for at in channel.slots}
    line = {SILENCE: channel.line_at} if channel.line_at else {}
    return Due(
        slots=tuple((day, time.fromisoformat(name)) for day, name in _come(channel, timed, now, since, done)),
        silence=tuple(day for day, _ in _come(channel, line, now, since, done)),
        at_once=not channel.slots and not held,
        urgent=channel.urgent and (not held or channel.urgent_in_quiet),
        rollup=channel.urgent and not held,
        updates=not held,
    )


def key(at: time) -> str:
    """How a slot is called where it is kept: "08:00"."""
    return f"{at:%H:%M}"


def slot_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a local wall-clock time.

    A time that the spring change skips moves forward by what was skipped (02:30 becomes 03:30); of a time that the
    autumn change repeats, the first counts. Both are what fold=0 means.
    """
    return datetime.combine(day, at.replace(fold=0), tzinfo=zone).astimezone(UTC)


def held_until(quiet: QuietHours | None, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The end of the quiet hours that last now; None where none do. They last from `start` to just before `end`."""
    return _end(_nights(quiet, zone, now, now), now)


def next_slot(slots: Sequence[time], zone: ZoneInfo, now: datetime) -> datetime | None:
    """The first slot instant after `now`, quiet hours apart; None for a channel that has no slots."""
    # Two days: no zone has ever skipped more than one.
    ahead = (slot_instant(day, at, zone) for day in _days(now, now + 2 * _DAY, zone) for at in slots)
    return min((instant for instant in ahead if instant > now), default=None)


def next_time(channel: ChannelSettings, now: datetime) -> Next:
    """When the channel is told what is found now: at a slot, at the end of quiet hours, or at once."""
    if not channel.slots:
        end = held_until(channel.quiet, channel.zone, now)
        return Next(end, held=end is not None)
    # A slot of tonight may be held until morning: those of the last day that are not out yet count as well.
    start, end = now - _DAY, now + 2 * _DAY
    nights = _nights(channel.quiet, channel.zone, start, end)
    instants = [slot_instant(day, at, channel.zone) for day in _days(start, end, channel.zone) for at in channel.slots]
    at, instant = min(pair for pair in ((_end(nights, each) or each, each) for each in instants) if pair[0] > now)
    return Next(at, held=at != instant)


def _come(
    channel: ChannelSettings, times: Mapping[str, time], now: datetime, since: datetime, done: Collection[Slot]
) -> list[Slot]:
    """The slots that have come and are not done, oldest first: not from before `since`, out in the last 36 hours."""
    earliest = now - LOOK_BACK
    # Quiet hours last less than a day, so what comes out of them is at most a day older.
    start = earliest - _DAY if channel.quiet else earliest
    nights = _nights(channel.quiet, channel.zone, start, now)
    come = []
    for day in _days(start, now, channel.zone):
        for name, at in times.items():
            if (day, name) in done:
                continue
            instant = slot_instant(day, at, channel.zone)
            if since <= instant <= now and earliest <= (_end(nights, instant) or instant) <= now:
                come.append((instant, day, name))
    return [(day, name) for _, day, name in sorted(come)]


def _days(start: datetime, end: datetime, zone: ZoneInfo) -> list[date]:
    """The local dates that touch [start, end], and the one before: a gap can push a slot past midnight."""
    first = start.astimezone(zone).date() - _DAY
    return [first + timedelta(days=offset) for offset in range((end.astimezone(zone).date() - first).days + 1)]


Nights = tuple[tuple[datetime, datetime], ...]


def _nights(quiet: QuietHours | None, zone: ZoneInfo, start: datetime, end: datetime) -> Nights:
    """The quiet hours of these days, as pairs of instants.

    Whole also in the night when clocks go back: they begin at the first of two equal times and end at the last.
    """
    if quiet is None:
        return ()
    later = _DAY if quiet.end <= quiet.start else timedelta(0)
    return tuple((slot_instant(day, quiet.start, zone), _last_instant(day + later, quiet.end, zone))
                 for day in _days(start, end, zone))


def _end(nights: Nights, at: datetime) -> datetime | None:
    return next((end for start, end in nights if start <= at < end), None)


def _last_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return max(datetime.combine(day, at.replace(fold=fold), tzinfo=zone).astimezone(UTC) for fold in (0, 1))
