"""When to ask a feed again: its interval, what the server and the feed say, and back-off. Pure.

Whoever waits for a raid cannot wait for a feed to learn its manners: one that may bring something urgent is asked every
`interval_minutes`, however little it publishes and whatever it says of its own rhythm. What the *server* says
(Cache-Control, Expires, Retry-After) holds for all feeds, and so does back-off.
"""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.collect.freshness import LONGEST

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from monitor.collect.plan import FeedState
    from monitor.errors import CollectError
    from monitor.settings import PollingSettings

_HOUR = 3_600.0
_UNVALIDATED_MINUTES = 60  # where every poll costs the server a whole document
_SOONEST = 600.0  # publishers dislike less than ten minutes
_BLOCKED_WAIT = 4 * _HOUR  # asking a site that blocks readers more often only prolongs the block
_BROKEN_WAIT = 2 * _HOUR
_WHOLE_EVERY = 24 * _HOUR
_POLLS_PER_WHOLE = 3.5  # a feed that is asked once a day would never be asked with its validators otherwise
_HOST_REST = 600.0  # of a host that answered 429 and did not say for how long
# A host carries feeds of many publishers (FeedBurner, RSSHub) and may pass on what was meant for one of them. The feed
# that was refused waits for as long as it was told to; the next of the host's to be asked hears it again.
LONGEST_HOST_REST = _HOUR


def interval(state: FeedState, polling: PollingSettings) -> float:
    """Seconds from one good poll to the next, without jitter."""
    if state.urgent:
        return polling.interval_minutes * 60.0
    hinted = (state.hints or {}).get("minutes") or 0
    return min(max(shortest(state, polling), state.interval_minutes or 0, hinted) * 60.0, LONGEST)


def shortest(state: FeedState, polling: PollingSettings) -> int:
    """Minutes below which no interval is learned."""
    validated = state.etag or state.last_modified
    return polling.interval_minutes if validated else max(polling.interval_minutes, _UNVALIDATED_MINUTES)


def next_poll(
    state: FeedState, polling: PollingSettings, *, fresh: float, now: datetime, fraction: float, missed: bool = False
) -> datetime:
    """After a good poll. `fresh` is in seconds; `missed`: entries came and went between two polls."""
    usual = interval(state, polling)
    wait = max(_jittered(usual / 2, fraction, state), _SOONEST) if missed else _jittered(usual, fraction, state)
    at = now + timedelta(seconds=max(wait, fresh))
    return at if state.urgent else _after_skipped(at, state.hints or {}, now)


def back_off(
    state: FeedState, error: CollectError, polling: PollingSettings, fraction: float, now: datetime
) -> float:
    """Seconds to wait after a failure; `state` counts it already. It grows with each, up to a day.

    A status or a name that is not found is often gone by the next poll, so these count for less; but none of them
    shortens what an earlier failure has reached.
    """
    if error.retry_after:
        # Never before the server's own time; a little after, so that all its feeds do not come back at once.
        return max(_own_back_off(state, error, polling, fraction), error.retry_after * (1 + fraction / 10))
    return max(_own_back_off(state, error, polling, fraction), _reached(state, now))


def broken_off(state: FeedState, polling: PollingSettings, fraction: float) -> float:
    """Seconds to wait after a document that broke off and brought nothing; `state` counts it already."""
    usual = interval(state, polling)
    return _jittered(max(usual, min(usual * state.failures, _BROKEN_WAIT)), fraction, state)


def _own_back_off(state: FeedState, error: CollectError, polling: PollingSettings, fraction: float) -> float:
    if error.status == 410:
        return LONGEST * (1 + fraction / 10)
    step = _BLOCKED_WAIT if _is_blocked(error) else interval(state, polling)
    wait = min(max(step, interval(state, polling)) * max(1.0, _weight(error) * state.failures), LONGEST)
    return _jittered(wait, fraction, state)


def _reached(state: FeedState, now: datetime) -> float:
    """Seconds that were waited after the failure before this one, without what jitter adds to a day; 0 where it is the
    first.

    Where the host made it wait longer than was planned, that counts, up to twice the plan: we may have been switched
    off for days.
    """
    if state.failures < 2 or state.polled_at is None or state.next_poll_at is None:
        return 0.0
    planned = (state.next_poll_at - state.polled_at).total_seconds()
    return min(max(planned, min((now - state.polled_at).total_seconds(), 2 * planned)), LONGEST)


def host_wait(error: CollectError, now: datetime) -> datetime | None:
    """Until when the whole host is left alone: a 429 means the visitor, not the address that was asked."""
    if error.status != 429:
        return None
    return now + timedelta(seconds=min(error.retry_after or _HOST_REST, LONGEST_HOST_REST))


def asks_whole(state: FeedState, now: datetime) -> bool:
    """Whether to leave the validators out this time: servers were seen to answer 304 for ever. About once a day."""
    if not (state.etag or state.last_modified) or state.whole_at is None:
        return True
    since = (now - state.whole_at).total_seconds()
    rhythm = (now - state.polled_at).total_seconds() if state.polled_at else 0.0
    return since >= max(_WHOLE_EVERY * (1 + _share(state.url) / 10), _POLLS_PER_WHOLE * rhythm)


def _is_blocked(error: CollectError) -> bool:
    return error.kind == "blocked" or error.status == 403


def _weight(error: CollectError) -> float:
    if error.kind == "dns":
        return 0.25
    passing = error.status in (403, 404) or (error.status or 0) >= 500
    return 0.5 if passing or error.kind == "blocked" else 1.0


def _jittered(seconds: float, fraction: float, state: FeedState) -> float:
    # Ten per cent either way; where the interval is a promise, only before it, with room for a tick of the scheduler.
    return seconds * (0.9 + (0.08 if state.urgent and not state.failures else 0.2) * fraction)


def _share(url: str) -> float:
    """A number from 0 to 1 that is always the same for a feed."""
    return zlib.crc32(url.encode("utf-8", "replace")) / 2**32


def _after_skipped(at: datetime, hints: Mapping[str, Any], now: datetime) -> datetime:
    """`at`, or the end of the hours in which the feed says that nothing comes, a day from now at the latest.

    A feed that names all hours, or all days, would never be asked: it says nothing.
    """
    hours, days = set(hints.get("skip_hours", ())), set(hints.get("skip_days", ()))
    if len(hours) >= 24 or len(days) >= 7:
        return at
    latest = now + timedelta(seconds=LONGEST)
    while at < latest and (at.hour in hours or at.weekday() in days):
        at += timedelta(hours=1)
    return at
