"""What a feed teaches about itself, poll by poll: how often it has news, how much, and whether we come too late. Pure.

The interval of feeds that nothing urgent comes from is learned from the overlap of two polls: where two thirds of a
document are known we come too often, where two thirds are new too seldom.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.collect.freshness import LONGEST
from monitor.collect.model import Hints
from monitor.collect.schedule import interval, shortest

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.collect.entries import Came
    from monitor.collect.plan import FeedState
    from monitor.settings import PollingSettings

_FEW_KNOWN, _MANY_KNOWN = 0.33, 0.67
_STEP, _BIG_STEP = 10, 60  # minutes
_LONGEST_MINUTES = int(LONGEST / 60)
_MONTH = timedelta(days=30)
_LATE = 1.5  # times the interval: what came in a longer time says nothing about the interval
_LONGEST_GAP = timedelta(hours=27)  # between two polls; more, and the bot stood still
_WEIGHT = 0.2  # of the newest in a moving mean: five polls ago counts for a third
_MOST_LEARNED = 100  # new entries at once: one archive of thousands must not make the next one usual
_WINDOW = 3  # entries; a document of one or two is replaced as a whole without anything being missed


def missed(state: FeedState, came: Came) -> bool:
    """Whether entries may have come and gone between two polls: none of the document was there last time."""
    return state.first_ok_at is not None and not came.known and len(came.new) >= _WINDOW


def learned(state: FeedState, came: Came, now: datetime, polling: PollingSettings) -> FeedState:
    """What the news of a whole document adds; nothing new and nothing known is a document that did not change."""
    if state.first_ok_at is None or state.polled_at is None or state.failures or state.failing_since:
        return state  # an archive, or what gathered while it could not be read
    if now - state.polled_at > _LONGEST_GAP:
        return state
    taught = _interval(state, came, now, polling)
    if not came.new:
        return taught
    # Also of a flood: what comes every day is none.
    taught = replace(taught, usual_new=_mean(state.usual_new, min(len(came.new), _MOST_LEARNED)))
    if state.new_at:
        hours = (now - state.new_at).total_seconds() / 3_600
        taught = replace(taught, usual_gap_hours=_mean(state.usual_gap_hours, hours))
    return replace(taught, missed_at=now) if missed(state, came) and not came.flood else taught


def told(state: FeedState, hints: Hints) -> FeedState:
    """What the document says of its own rhythm, kept for the polls that bring none."""
    return replace(state, hints=asdict(hints) if hints != Hints() else None)


def _interval(state: FeedState, came: Came, now: datetime, polling: PollingSettings) -> FeedState:
    assert state.polled_at is not None
    if state.urgent or (now - state.polled_at).total_seconds() > _LATE * interval(state, polling):
        return state
    shown = len(came.known) + len(came.new)
    share = len(came.known) / shown if shown else 1.0
    least = shortest(state, polling)
    minutes = max(state.interval_minutes or 0, least)
    if share < _FEW_KNOWN:
        minutes = max(least, minutes - _BIG_STEP)
    elif share > _MANY_KNOWN:
        lately = state.new_at is not None and now - state.new_at <= _MONTH
        minutes = min(minutes + (_STEP if lately else _BIG_STEP), _LONGEST_MINUTES)
    return replace(state, interval_minutes=minutes)


def _mean(before: float | None, newest: float) -> float:
    return newest if before is None else before + _WEIGHT * (newest - before)
