"""What one poll of a feed means: which entries to store, what to remember of the feed, when to ask again. Pure.

Nothing here is ever final: a feed that fails is asked again for ever, more and more seldom. Feeds come back from
what looks like death, and a feed dropped in silence is news lost in silence.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from monitor.collect import clean
from monitor.collect.entries import Came
from monitor.collect.freshness import fresh_for
from monitor.collect.moved import followed, is_trial, leads_elsewhere, returned
from monitor.collect.rhythm import learned, missed, told
from monitor.collect.schedule import asks_whole, back_off, broken_off, host_wait, next_poll
from monitor.errors import DocumentError

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.collect.model import Fetched, ParsedFeed
    from monitor.errors import CollectError
    from monitor.settings import PollingSettings

_BROKE_OFF = "broke off"  # stands for the hash, and equals none, where the first document of a feed was not whole
_DAMAGED = "the document broke off: what could be read was kept, the rest is fetched next time"
_ELSEWHERE = "this feed is sent elsewhere for good, and nothing that it had before stands there: is that right?"
_GONE_CONFIRMED = timedelta(hours=23)  # after the first 410; the next poll is a day after it
# What planning reads and others write: the configuration, and the times of the poll itself.
_GIVEN = {"url", "kind", "urgent", "polled_at", "next_poll_at", "ok_at", "new_at"}


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between polls; storage/tables/collecting.py says what each means.

    `first_ok_at` is None until entries were read (see `_begun`); `polled_at`, `ok_at` and `new_at` are of polls before,
    `next_poll_at` is when the last of them set the one that is planned now.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    failures: int = 0  # in a row
    failing_since: datetime | None = None
    first_ok_at: datetime | None = None
    kind: str = "feed"
    urgent: bool = True
    polled_at: datetime | None = None
    next_poll_at: datetime | None = None
    ok_at: datetime | None = None
    new_at: datetime | None = None
    gone_since: datetime | None = None
    fetch_url: str | None = None
    moved_to: str | None = None
    moved_seen: int = 0
    moved_since: datetime | None = None
    interval_minutes: int | None = None
    hints: dict[str, Any] | None = None
    whole_at: datetime | None = None
    usual_new: float | None = None
    usual_gap_hours: float | None = None
    missed_at: datetime | None = None
    validated_url: str | None = None
    adopted_at: datetime | None = None
    origin_at: datetime | None = None
    flooded_at: datetime | None = None


_WRITTEN = tuple(name for name in FeedState.__slots__ if name not in _GIVEN)
_written = attrgetter(*_WRITTEN)


def columns(state: FeedState) -> dict[str, object]:
    """What a poll writes of the state, by the names of the columns."""
    return dict(zip(_WRITTEN, _written(state), strict=True))


def _with(state: FeedState, **values: object) -> FeedState:
    """The state with these values: itself where it has them, as after most polls. A copy takes a tenth of planning one.
    """
    if all(getattr(state, name) == value for name, value in values.items()):
        return state
    return replace(state, **values)  # type: ignore[arg-type]  # as the callers have them


@dataclass(frozen=True, slots=True)
class PollPlan:
    """Everything to store after a poll, in one transaction.

    `error_kind` and `error` are empty after a clean poll; "damaged" tells of a document that broke off, "elsewhere" of
    one from a strange address, which are no failures, and "offline" of a failure that is our own. `gone`: a second 410,
    a day after the first, so that it is asked no more. `succeeded` is False where nothing could be read. `host_wait`:
    until then nothing of its host is asked.
    """

    state: FeedState
    next_poll_at: datetime
    succeeded: bool
    error_kind: str = ""
    error: str = ""
    gone: bool = False
    came: Came = field(default_factory=Came)
    dropped: int = 0
    host_wait: datetime | None = None


def body_hash(body: bytes) -> str:
    """The hash by which an unchanged body is known."""
    return hashlib.sha256(body).hexdigest()


def unchanged(state: FeedState, fetched: Fetched) -> bool:
    """Whether there is nothing to parse: not modified, or the very body that was parsed before."""
    if fetched.not_modified:
        return True
    return fetched.whole and state.body_hash is not None and body_hash(fetched.body) == state.body_hash


def without_body(fetched: Fetched) -> Fetched:
    """The answer for whoever stores what was read: a hundred bodies that wait for it are megabytes."""
    return replace(fetched, body=b"", body_hash=body_hash(fetched.body))


def plan_unchanged(
    state: FeedState, fetched: Fetched, *, now: datetime, polling: PollingSettings, fraction: float, asked: str = ""
) -> PollPlan:
    """After a poll that brought nothing to parse.

    `fraction` is a random number from 0 to 1, for the jitter; `asked` is the address where it is not the usual one.
    """
    asked = asked or _usual(state)
    taught = _validated(learned(state, Came(), now, polling), fetched, now, asked)
    # The very document that was read before, so it is the feed that we know, wherever it stands now.
    here = followed(taught, fetched, now, asked=asked, known=state.first_ok_at is not None, strange=False)
    return _elsewhere(_good(here, fresh_for(fetched.headers, now), now, polling, fraction), fetched)


def plan_parsed(
    state: FeedState,
    fetched: Fetched,
    parsed: ParsedFeed,
    came: Came,
    *,
    now: datetime,
    polling: PollingSettings,
    fraction: float,
    asked: str = "",
) -> PollPlan:
    """After a poll that brought a feed, or a watched page, whose changes are its entries.

    A document that broke off teaches nothing of the feed: its validators would keep the rest from us, and what it
    leaves out would count as missed. Nor does a strange one at an address that the feed has left.
    """
    asked = asked or _usual(state)
    whole = fetched.whole and parsed.whole
    if is_trial(state, asked) and not (whole and came.known):
        return _in_vain(state, now)
    read = replace(state, whole_at=_whole_at(state, now))
    if whole:
        taught = told(learned(state, came, now, polling), parsed.hints)
        read = replace(_validated(taught, fetched, now, asked), body_hash=fetched.body_hash or body_hash(fetched.body))
    if parsed.entries or state.kind == "page":
        read = _begun(read, now, whole=whole)
    if came.flood:
        read = replace(read, flooded_at=read.flooded_at or now)
    strange = bool(parsed.entries) and not came.known and state.first_ok_at is not None and state.kind == "feed"
    here = followed(read, fetched, now, asked=asked, known=whole and bool(came.known), strange=strange)
    if whole:
        good = _good(here, fresh_for(fetched.headers, now), now, polling, fraction, late=missed(state, came))
        return replace(_elsewhere(good, fetched), came=came, dropped=parsed.dropped)
    return replace(_broken(here, now, polling, fraction, new=bool(came.new)), came=came, dropped=parsed.dropped)


def plan_failed(
    state: FeedState, error: CollectError, *, now: datetime, polling: PollingSettings, fraction: float, asked: str = ""
) -> PollPlan:
    """After a poll that failed. What is remembered of the last good document stays: it is still what we have."""
    asked = asked or _usual(state)
    if is_trial(state, asked):
        return replace(_in_vain(state, now), host_wait=host_wait(error, now))
    failed = replace(state, failures=state.failures + 1, failing_since=state.failing_since or now,
                     gone_since=_gone_since(state, error, now), whole_at=_whole_at(state, now))
    after = returned(failed, error, now, asked=asked)
    return PollPlan(
        after,
        now + timedelta(seconds=back_off(failed, error, polling, fraction, now)),
        succeeded=False,
        error_kind=error.kind,
        error=clean.sentence(str(error)),  # it may quote what a server sent
        gone=_is_gone(after, error, now),
        host_wait=host_wait(error, now),
    )


def _good(
    state: FeedState, fresh: float, now: datetime, polling: PollingSettings, fraction: float, *, late: bool = False
) -> PollPlan:
    well = _with(state, failures=0, failing_since=None, gone_since=None)
    at = next_poll(well, polling, fresh=fresh, now=now, fraction=fraction, missed=late)
    return PollPlan(well, at, succeeded=True)


def _broken(state: FeedState, now: datetime, polling: PollingSettings, fraction: float, *, new: bool) -> PollPlan:
    """After a document that broke off. Where what was read of it had nothing new either, that counts as a failure.

    There are feeds that always break off, and bring their news all the same: those are asked every two hours at least.
    """
    if new:
        return replace(_good(state, 0.0, now, polling, fraction), error_kind="damaged", error=_DAMAGED)
    failed = replace(state, failures=state.failures + 1, failing_since=state.failing_since or now)
    wait = timedelta(seconds=broken_off(failed, polling, fraction))
    return PollPlan(failed, now + wait, succeeded=True, error_kind="damaged", error=_DAMAGED)


def _usual(state: FeedState) -> str:
    return state.fetch_url or state.url


def _in_vain(state: FeedState, now: datetime) -> PollPlan:
    """The old address of a feed that moved has nothing of it: it is asked for where it is, at once."""
    return PollPlan(replace(state, origin_at=now), now, succeeded=False)


def _elsewhere(plan: PollPlan, fetched: Fetched) -> PollPlan:
    return replace(plan, error_kind="elsewhere", error=_ELSEWHERE) if leads_elsewhere(plan.state, fetched) else plan


def _gone_since(state: FeedState, error: CollectError, now: datetime) -> datetime | None:
    if error.status == 410:
        return state.gone_since or now
    answered = error.status is not None or isinstance(error, DocumentError)
    return None if answered else state.gone_since


def _is_gone(state: FeedState, error: CollectError, now: datetime) -> bool:
    since = state.gone_since
    return error.status == 410 and since is not None and now - since >= _GONE_CONFIRMED


def _whole_at(state: FeedState, now: datetime) -> datetime | None:
    # The asking counts: a server that fails at whole documents alone would be asked for nothing else.
    return now if asks_whole(state, now) else state.whole_at


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


def _validated(state: FeedState, fetched: Fetched, now: datetime, asked: str) -> FeedState:
    # A 304 may bring new validators and leaves the others standing; a 200 replaces both, also with nothing.
    whole_at = _whole_at(state, now)
    if fetched.not_modified:
        return _with(state, whole_at=whole_at, etag=fetched.etag or state.etag,
                     last_modified=fetched.last_modified or state.last_modified)
    there = fetched.url if fetched.redirects else asked
    return replace(state, whole_at=whole_at, etag=fetched.etag, last_modified=fetched.last_modified,
                   validated_url=there if fetched.etag or fetched.last_modified else None)
