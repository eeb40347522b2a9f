"""What one poll of a feed means: which entries to store, what to remember of the feed, when to ask again. Pure.

Nothing here is ever final: a feed that fails is asked again for ever, more and more seldom. Feeds come back from
what looks like death, and a feed dropped in silence is news lost in silence.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.collect import clean
from monitor.collect.entries import Came
from monitor.collect.freshness import LONGEST, fresh_for

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.collect.model import Fetched, ParsedFeed
    from monitor.errors import CollectError
    from monitor.settings import PollingSettings

_BLOCKED_WAIT = 4 * 3_600.0  # seconds; asking a site that blocks readers more often only prolongs the block
_BROKE_OFF = "broke off"  # stands for the hash, and equals none, where the first document of a feed was not whole


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between polls. `first_ok_at` is None until entries were read (see `_begun`)."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    failures: int = 0  # in a row
    failing_since: datetime | None = None
    first_ok_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PollPlan:
    """Everything to store after a poll, in one transaction.

    `error_kind` and `error` are empty after a clean poll; "damaged" tells of a document that broke off, which is no
    failure. `gone` means that the server answered 410. `succeeded` is False where nothing could be read.
    """

    state: FeedState
    next_poll_at: datetime
    succeeded: bool
    error_kind: str = ""
    error: str = ""
    gone: bool = False
    came: Came = field(default_factory=Came)
    dropped: int = 0


def body_hash(body: bytes) -> str:
    """The hash by which an unchanged body is known."""
    return hashlib.sha256(body).hexdigest()


def unchanged(state: FeedState, fetched: Fetched) -> bool:
    """Whether there is nothing to parse: not modified, or the very body that was parsed before."""
    return fetched.not_modified or (fetched.whole and body_hash(fetched.body) == state.body_hash)


def plan_unchanged(
    state: FeedState, fetched: Fetched, *, now: datetime, polling: PollingSettings, fraction: float
) -> PollPlan:
    """After a poll that brought nothing to parse. `fraction` is a random number from 0 to 1, for the jitter."""
    healthy = _validated(_recovered(state), fetched)
    return PollPlan(healthy, _next_poll(polling, fresh_for(fetched.headers, now), now, fraction), succeeded=True)


def plan_parsed(
    state: FeedState,
    fetched: Fetched,
    parsed: ParsedFeed,
    came: Came,
    *,
    now: datetime,
    polling: PollingSettings,
    fraction: float,
) -> PollPlan:
    """After a poll that brought a feed."""
    whole = fetched.whole and parsed.whole
    healthy = _recovered(state)
    if whole:
        healthy = replace(_validated(healthy, fetched), body_hash=body_hash(fetched.body))
    if parsed.entries:
        healthy = _begun(healthy, now, whole=whole)
    return PollPlan(
        healthy,
        _next_poll(polling, fresh_for(fetched.headers, now) if whole else 0.0, now, fraction),
        succeeded=True,
        error_kind="" if whole else "damaged",
        error="" if whole else "the document broke off: what could be read was kept, the rest is fetched next time",
        came=came,
        dropped=parsed.dropped,
    )


def plan_failed(
    state: FeedState, error: CollectError, *, now: datetime, polling: PollingSettings, fraction: float
) -> PollPlan:
    """After a poll that failed. What is remembered of the last good document stays: it is still what we have."""
    failures = state.failures + 1
    gone = error.status == 410
    return PollPlan(
        replace(state, failures=failures, failing_since=state.failing_since or now),
        now + timedelta(seconds=_back_off(error, failures, polling, fraction)),
        succeeded=False,
        error_kind=error.kind,
        error=clean.sentence(str(error)),  # it may quote what a server sent
        gone=gone,
    )


def _begun(state: FeedState, now: datetime, *, whole: bool) -> FeedState:
    """The state with its first poll noted.

    A document that broke off is no first poll: the rest of the archive would count as news next time. The second one
    is, broken or not, because some feeds always are, and would stay quiet for ever.
    """
    if state.first_ok_at:
        return state
    if whole or state.body_hash == _BROKE_OFF:
        return replace(state, first_ok_at=now)
    return replace(state, body_hash=_BROKE_OFF)


def _recovered(state: FeedState) -> FeedState:
    return replace(state, failures=0, failing_since=None)


def _validated(state: FeedState, fetched: Fetched) -> FeedState:
    # A 304 may bring new validators and leaves the others standing; a 200 replaces both, also with nothing.
    if fetched.not_modified:
        return replace(
            state, etag=fetched.etag or state.etag, last_modified=fetched.last_modified or state.last_modified
        )
    return replace(state, etag=fetched.etag, last_modified=fetched.last_modified)


def _next_poll(polling: PollingSettings, fresh: float, now: datetime, fraction: float) -> datetime:
    return now + timedelta(seconds=max(_jittered(polling.interval_minutes * 60.0, fraction), fresh))


def _back_off(error: CollectError, failures: int, polling: PollingSettings, fraction: float) -> float:
    if error.status == 410:
        return _jittered(LONGEST, fraction)
    least = _BLOCKED_WAIT if error.kind == "blocked" else 0.0
    wait = min(max(polling.interval_minutes * 60.0 * failures, least), LONGEST)
    # Never before the server's own time; a little after, so that all its feeds do not come back at once.
    return max(_jittered(wait, fraction), (error.retry_after or 0.0) * (1 + fraction / 10))


def _jittered(seconds: float, fraction: float) -> float:
    return seconds * (0.9 + 0.2 * fraction)
