"""Which urgent stories that wait are told now, and how: an alert each, or one roll-up. Pure.

People mute what cries often. So the first alert of an event always goes out, at once; other stories of it wait until
20 minutes have passed since the channel last heard of it, and past the channel's number of alerts a day all later ones
share one message every 20 minutes. None of them waits for a digest. More of a story that was told is no alert at all:
see `updates`.

An event is a topic at a place for twelve hours, and wider than a story on purpose: what could not be shown to be the
same story may well be, and then there is time for the two to be found one. What nothing grouped is one alert for each
event. A window that moved on with every article would let one long event hide a new one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.digest.story import most_telling

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from monitor.digest.story import Story
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
    """One message about one story, or about all of an event that was not grouped: the first is the card.

    `event_id` is None for an event that is new.
    """

    stories: tuple[Story, ...]
    event_id: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What is told now; `held` are the stories that wait for a later look, and for no digest."""

    alerts: tuple[Alert, ...] = ()
    rollup: tuple[Story, ...] = ()
    rollup_events: tuple[int, ...] = ()
    held: tuple[Story, ...] = ()


def is_urgent(story: Story) -> bool:
    """Whether a match under which an article of it stands is: what is found by the way makes no alert."""
    return story.severity == "urgent"


def decide(waiting: Iterable[Story], told: Told, per_day: int, now: datetime, pause: timedelta = PAUSE) -> Decision:
    """What goes out now of the urgent stories that wait. The cap `per_day` never holds back the first of an event."""
    known = {(event.topic, event.place_id): event for event in told.events if _lasts(event, now)}
    fresh, later, soon = _alerts(waiting, known, at_once=not pause)
    ripe = {event.id for event in known.values() if not within(event.told_at, now, pause)}
    free = max(0, per_day - told.alerts - len(fresh))
    alone = [alert for alert in later if alert.event_id in ripe][:free]
    rest = [alert for alert in later if not any(alert is one for one in alone)]
    stories = tuple(story for alert in rest for story in alert.stories)
    spent = len(alone) == free and any(alert.event_id in ripe for alert in rest)
    if not spent or (told.rollup_at is not None and within(told.rollup_at, now, pause)):
        return Decision((*fresh, *alone), held=(*stories, *soon))
    shared = dict.fromkeys(alert.event_id for alert in rest if alert.event_id is not None)
    return Decision((*fresh, *alone), stories, tuple(shared), soon)


def _alerts(
    waiting: Iterable[Story], known: Mapping[tuple[str, str], Event], *, at_once: bool
) -> tuple[list[Alert], list[Alert], tuple[Story, ...]]:
    """The first alert of each event that is new, alerts of known ones, and what a first one of this moment holds."""
    groups: dict[tuple[tuple[str, str], int | None], list[Story]] = {}
    for story in sorted(waiting, key=lambda story: most_telling(story.card)):
        groups.setdefault((event_of(story), story.id), []).append(story)
    fresh: dict[tuple[str, str], list[Alert]] = {}
    later: list[Alert] = []
    soon: list[Story] = []
    for (name, _), group in groups.items():
        if name in known:
            later.append(Alert(tuple(group), known[name].id))
        elif name in fresh and not at_once:
            soon += group
        else:
            fresh.setdefault(name, []).append(Alert(tuple(group)))
    return [alert for alerts in fresh.values() for alert in alerts], later, tuple(soon)


def event_of(story: Story) -> tuple[str, str]:
    """Topic and place id: stories that share both may be one event."""
    return (story.card.topic, story.card.place_id)


def within(then: datetime, now: datetime, length: timedelta) -> bool:
    """Whether `then` is less than `length` ago. It is not where it lies ahead: a clock was wrong, and holds nothing."""
    return timedelta(0) <= now - then < length


def _lasts(event: Event, now: datetime) -> bool:
    return abs(now - event.first_at) < EVENT_LASTS
