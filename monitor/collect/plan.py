"""What one poll of a feed means: which entries to store, what to remember of the feed, when to ask again. Pure.

Nothing here is ever final: a feed that fails is asked again for ever, more and more seldom. Feeds come back from
what looks like death, and a feed dropped in silence is news lost in silence.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.collect import clean
from monitor.collect.freshness import LONGEST, fresh_for
from monitor.stories.identity import canonical_url, entry_key, url_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.collect.model import Entry, Fetched, ParsedFeed
    from monitor.errors import CollectError
    from monitor.settings import PollingSettings

_BLOCKED_WAIT = 4 * 3_600.0  # seconds; asking a site that blocks readers more often only prolongs the block
_BROKE_OFF = "broke off"  # stands for the hash, and equals none, where the first document of a feed was not whole
_MOST_STATES = 3  # an id and a link shared by more entries than this are no old states of one, they say nothing
_CLOCK_SKEW = timedelta(hours=1)
_FIRST_BELIEVABLE = datetime(1990, 1, 1, tzinfo=UTC)  # nothing on the web is older; year 1 and 1751 are misread dates


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between polls. `first_polled_at` is None until entries were read (see `_begun`)."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    failures: int = 0  # in a row
    failing_since: datetime | None = None
    first_polled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlannedEntry:
    """An entry to store where its key is new. `quiet` ones are stored and never alerted.

    `url_key` is empty where the link does not tell the entry from its neighbours: then only `key` may be looked up.
    """

    key: str
    url: str
    url_key: str
    entry: Entry
    quiet: bool


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
    entries: tuple[PlannedEntry, ...] = ()
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
        entries=plan_entries(state, parsed.entries, now=now, polling=polling),
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


def plan_entries(
    state: FeedState, entries: Sequence[Entry], *, now: datetime, polling: PollingSettings
) -> tuple[PlannedEntry, ...]:
    """The entries of one document, each once, with keys that tell them apart and times that can be believed.

    On the first poll of a feed an entry is quiet if it is older than `first_poll_hours` or undated: nobody knows how
    old those are, and a new feed must not open with its archive. Later everything new alerts, whatever its date,
    because dates lie.
    """
    different = _different(entries)
    guids = Counter(entry.guid.strip() for entry in different)
    links = Counter(url_key(entry.url) for entry in different)
    horizon = None if state.first_polled_at else now - timedelta(hours=polling.first_poll_hours)
    planned: dict[str, PlannedEntry] = {}
    for entry in different:
        page = url_key(entry.url)
        # An id or a link that several entries share says nothing about any of them.
        guid = entry.guid if guids[entry.guid.strip()] == 1 else ""
        telling = page if links[page] == 1 else ""
        key = _key(state.url, entry, guid, entry.url if telling else "")
        believed = _believed(entry, now)
        planned[key] = PlannedEntry(key, canonical_url(entry.url), telling, believed, _quiet(believed, horizon))
    return tuple(planned.values())


def _different(entries: Sequence[Entry]) -> list[Entry]:
    """The entries without repetitions: the same id and link again is an older state of an entry, which Atom allows.

    The first one stays, since feeds put the newest first.
    """
    different = list(dict.fromkeys(entries))
    pairs = [(entry.guid.strip(), url_key(entry.url)) for entry in different]
    times = Counter(pairs)
    first: dict[object, Entry] = {}
    for entry, pair in zip(different, pairs, strict=True):
        first.setdefault(pair if all(pair) and times[pair] <= _MOST_STATES else entry, entry)
    return list(first.values())


def _key(feed_url: str, entry: Entry, guid: str, url: str) -> str:
    # By the date as the feed gave it: a corrected one would change with the clock, and the key with it.
    published = entry.published_at.isoformat() if entry.published_at else ""
    return entry_key(feed_url, guid, url, entry.title, published)


def _quiet(entry: Entry, horizon: datetime | None) -> bool:
    return horizon is not None and (entry.published_at is None or entry.published_at < horizon)


def _believed(entry: Entry, now: datetime) -> Entry:
    published, updated = believable(entry.published_at, now), believable(entry.updated_at, now)
    return replace(entry, published_at=published, updated_at=updated)


def believable(moment: datetime | None, now: datetime) -> datetime | None:
    """A date from the future counts as seen now, one from before the web as none."""
    if moment is None or moment < _FIRST_BELIEVABLE:
        return None
    return moment if moment <= now + _CLOCK_SKEW else now


def _begun(state: FeedState, now: datetime, *, whole: bool) -> FeedState:
    """The state with its first poll noted.

    A document that broke off is no first poll: the rest of the archive would count as news next time. The second one
    is, broken or not, because some feeds always are, and would stay quiet for ever.
    """
    if state.first_polled_at:
        return state
    if whole or state.body_hash == _BROKE_OFF:
        return replace(state, first_polled_at=now)
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
