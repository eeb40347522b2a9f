"""Which urgent articles that wait are told now, and how: an alert each event, or one roll-up. Pure.

People mute what cries often. So the first alert of an event always goes out, at once; what comes later about it waits
until 20 minutes have passed since the channel last heard of it, and past the channel's number of alerts a day all
later articles share one message every 20 minutes. None of them waits for a digest.

Until articles are grouped into stories, an event is a topic at a place: two raids in one city within twelve hours are
one event, and the second is told as a later article of the first. A window that moved on with every article would let
one long story hide a new one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rules.model import PROMINENCES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from monitor.digest.compose import Standing
    from storage.events import Event

EVENT_LASTS = timedelta(hours=12)  # from its first alert
PAUSE = timedelta(minutes=20)  # between two messages about one event, and between two roll-ups
CAP_COUNTS = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Told:
    """What a channel was told lately: events of the last 12 hours, number of alerts in 24, time of the last roll-up."""

    events: Sequence[Event] = ()
    alerts: int = 0
    rollup_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """One message about one event: its first article is the card. `event_id` is None for an event that is new."""

    standing: tuple[Standing, ...]
    event_id: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What is told now; `held` are the articles that wait for a later look, and for no digest."""

    alerts: tuple[Alert, ...] = ()
    rollup: tuple[Standing, ...] = ()
    rollup_events: tuple[int, ...] = ()
    held: tuple[Standing, ...] = ()


def is_urgent(one: Standing) -> bool:
    """Whether the match under which it stands is: what is found by the way makes no alert."""
    return one.lead.severity == "urgent"


def decide(waiting: Iterable[Standing], told: Told, per_day: int, now: datetime, pause: timedelta = PAUSE) -> Decision:
    """What goes out now of the urgent articles that wait. The cap `per_day` never holds back the first of an event."""
    known = {(event.topic, event.place_id): event for event in told.events if _lasts(event, now)}
    groups: dict[tuple[str, str], list[Standing]] = {}
    for one in sorted(waiting, key=_most_telling):
        groups.setdefault((one.topic, one.place_id), []).append(one)
    fresh = [Alert(tuple(group)) for name, group in groups.items() if name not in known]
    later = [Alert(tuple(group), known[name].id) for name, group in groups.items() if name in known]
    ripe = {event.id for event in known.values() if not _within(event.told_at, now, pause)}
    free = max(0, per_day - told.alerts - len(fresh))
    alone = [alert for alert in later if alert.event_id in ripe][:free]
    rest = [alert for alert in later if alert not in alone]
    articles = tuple(one for alert in rest for one in alert.standing)
    spent = len(alone) == free and any(alert.event_id in ripe for alert in rest)
    if not spent or (told.rollup_at is not None and _within(told.rollup_at, now, pause)):
        return Decision((*fresh, *alone), held=articles)
    return Decision((*fresh, *alone), articles, tuple(alert.event_id for alert in rest if alert.event_id is not None))


def _lasts(event: Event, now: datetime) -> bool:
    return abs(now - event.first_at) < EVENT_LASTS


def _within(then: datetime, now: datetime, length: timedelta) -> bool:
    """A time in the future was written by a clock that was ahead, and holds nothing back."""
    return timedelta(0) <= now - then < length


def _most_telling(one: Standing) -> tuple[int, datetime, int]:
    """Of one event the article that makes most of it is the card, and the earliest among equals."""
    return (-PROMINENCES.index(one.lead.prominence), one.item.at, one.article.article_id)
