"""Which entries of a document to store, under which keys, and with which times. Pure.

An entry is known again by its id, else its link, else its title and date; whether it is new says the key, never a date.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.stories.identity import canonical_url, entry_key, url_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.collect.model import Entry
    from monitor.collect.plan import FeedState
    from monitor.settings import PollingSettings
    from storage.articles import KnownEntry

_MOST_STATES = 3  # an id and a link shared by more entries than this are no old states of one, they say nothing
_CLOCK_SKEW = timedelta(hours=1)
_FIRST_BELIEVABLE = datetime(1990, 1, 1, tzinfo=UTC)  # nothing on the web is older; year 1 and 1751 are misread dates


@dataclass(frozen=True, slots=True)
class PlannedEntry:
    """An entry to store where its key is new. `quiet` ones are stored and never alerted.

    `url_key` is empty where the link does not tell the entry from its neighbours: then only `key` may be looked up.
    `content_hash` is of what the feed shows of it, to see that it was edited.
    """

    key: str
    url: str
    url_key: str
    entry: Entry
    quiet: bool
    content_hash: str = ""


@dataclass(frozen=True, slots=True)
class Came:
    """What a document brought, beside what was known of its feed: new entries, edited ones, keys of all known ones.

    `flood` where far more is new than this feed ever brings at once.
    """

    new: tuple[PlannedEntry, ...] = ()
    edited: tuple[PlannedEntry, ...] = ()
    known: tuple[str, ...] = ()
    flood: bool = False


def came(planned: Sequence[PlannedEntry], known: Mapping[str, KnownEntry], state: FeedState) -> Came:  # noqa: ARG001 - `state` says what is usual
    """The entries of a document parted by what is known of them."""
    return Came(
        new=tuple(entry for entry in planned if entry.key not in known),
        known=tuple(sorted(known)),
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
    horizon = None if state.first_ok_at else now - timedelta(hours=polling.first_poll_hours)
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
