"""Whether two articles tell of one day: the day they begin with, one that both speak of, or a week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.stories.concepts import SEQUELS
from monitor.stories.days import local_day
from monitor.stories.same_kind import comes_of
from monitor.stories.signal import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from monitor.stories.model import Features


SEQUEL_OF = 3  # days back from which a day is that of the event, and not of the sequel


def day_signals(a: Features, b: Features) -> Iterator[Signal]:
    found = list(_day_signals(a, b))
    yield from found
    if found and found[0].row != "new event" and _begins_anew(a, b):
        yield Signal("begins anew", "day", 1.0, "the later one begins with a later day and the same kind of event")


def _begins_anew(a: Features, b: Features) -> bool:
    earlier, later = (a, b) if a.at <= b.at else (b, a)
    return bool(later.days and later.deeds and earlier.deeds) and later.deeds[0] == earlier.deeds[0] \
        and (later.days[0] - (earlier.days[0] if earlier.days else local_day(earlier.at))).days > 1


def _day_signals(a: Features, b: Features) -> Iterator[Signal]:
    if _is_new(a, b):
        yield from _new_signals(a, b)
    elif (not a.days or not b.days) and not (_is_in_week(a, b) or _is_in_week(b, a)):
        apart = abs((a.at - b.at).total_seconds()) / 86_400
        if apart > 1:
            yield Signal("published apart", "time", min(apart, 7.0) / 7, f"published {apart:.0f} days apart")
    elif a.days and b.days and a.days[0] == b.days[0]:
        yield Signal("same first day", "day", 1.0, f"same day ({_day(a.days[0])})")
    elif both := [day for day in a.days if day in b.days]:
        yield Signal("same day", "day", 1.0, f"both speak of {_day(both[0])}")
    elif _is_in_week(a, b) or _is_in_week(b, a):
        yield Signal("same week", "day", 1.0, "one speaks of the week of the other")
    else:
        yield _other_day(a, b)


def _is_new(a: Features, b: Features) -> bool:
    """Whether the later article is of something that happened after the earlier one was published."""
    earlier, later = (a, b) if a.at <= b.at else (b, a)
    return later.fresh and (later.days[0] - local_day(earlier.at)).days > 1


def _new_signals(a: Features, b: Features) -> Iterator[Signal]:
    """Of the same kind it is another event; of another kind it may be what became of this one."""
    earlier, later = (a, b) if a.at <= b.at else (b, a)
    if not earlier.deeds or not later.deeds or not comes_of(later.deeds[0], earlier.deeds[0]):
        yield Signal("new event", "day", 1.0, "the later one begins with something that happened since")
        return
    yield Signal("new matter", "day", 1.0, f"the later one begins with something since, of {later.deeds[0]}")
    if _looks_back(later, earlier):
        yield Signal("looks back", "day", 1.0, "the later one looks back on the day of the earlier one")


def _looks_back(later: Features, earlier: Features) -> bool:
    """Whether it speaks of the days, or the week, on which the other one's event was."""
    days = earlier.days[:1] or (local_day(earlier.at),)
    return any(day in later.past or day in later.days for day in days) or any(
        0 <= (day - monday).days < 7 for monday in later.weeks for day in days)


def _is_in_week(a: Features, b: Features) -> bool:
    return any(0 <= (day - monday).days < 7 for monday in a.weeks for day in b.days)


def _other_day(a: Features, b: Features) -> Signal:
    gap = min(abs((one - other).days) for one in a.days for other in b.days)
    told = f"different days: {_day(a.days[0])}, {_day(b.days[0])}"
    if gap == 1:
        return Signal("next day", "day", 1.0, told)
    if _is_sequel(a, b):
        return Signal("later", "day", 1.0, told)
    # The longer ago the less likely that a follow-up would not say when it was.
    return Signal("other day", "day", 0.7 + min(gap, 7) / 10, told)


def _is_sequel(a: Features, b: Features) -> bool:
    """Whether the later article tells what comes after an event, and not another one of its kind.

    One that says which day it goes back to, in vain for the earlier one, is the sequel of something else.
    """
    earlier, later = (a, b) if a.at <= b.at else (b, a)
    if any((local_day(later.at) - day).days > SEQUEL_OF for day in later.days):
        return False
    return later.deeds[:1] != () and later.deeds[0] in SEQUELS and not (earlier.deeds and earlier.deeds[0] in SEQUELS)


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"
