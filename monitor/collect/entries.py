"""Which entries of a document to store, under which keys, and with which times. Pure.

An entry is known again by its id, else its link, else its title and date; whether it is new says the key, never a date.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.stories.identity import canonical_url, content_hash, entry_key, title_key, url_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.collect.model import Entry
    from monitor.collect.plan import FeedState
    from monitor.settings import PollingSettings
    from storage.articles import KnownEntry

_MOST_STATES = 3  # an id and a link shared by more entries than this are no old states of one, they say nothing
_CLOCK_SKEW = timedelta(hours=1)
_SAME_TITLE = timedelta(days=7)
_FLOOD = 20  # new entries of one feed in one poll; what more is, is compared with what is usual
_FIRST_BELIEVABLE = datetime(1990, 1, 1, tzinfo=UTC)  # nothing on the web is older; year 1 and 1751 are misread dates


@dataclass(frozen=True, slots=True)
class PlannedEntry:
    """An entry to store where its key is new. `quiet` ones are stored and never alerted.

    `url_key` is empty where the link does not tell the entry from its neighbours: then only `key` may be looked up.
    `content_hash` is of what the feed shows of it, to see that it was edited; `titles` are keys by which it is known
    again if both its id and its link change. `old`: it was published before the last poll could have missed it, or
    nobody knows when. `known_as` is the key under which it stands already.
    """

    key: str
    url: str
    url_key: str
    entry: Entry
    quiet: bool
    content_hash: str = ""
    titles: tuple[str, ...] = ()
    old: bool = False
    known_as: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Keys of its article, by which it is looked for where its own key is unknown."""
        return (self.url_key, *self.titles) if self.url_key else self.titles


@dataclass(frozen=True, slots=True)
class Came:
    """What a document brought, beside what was known of its feed: new entries, and keys under which others are known.

    `edited` ones are known and show something else now, or go by another key. `flood` where far more is new than this
    feed ever brings at once: then what is old of it is quiet.
    """

    new: tuple[PlannedEntry, ...] = ()
    edited: tuple[PlannedEntry, ...] = ()
    known: tuple[str, ...] = ()
    flood: bool = False


def came(
    planned: Sequence[PlannedEntry], known: Mapping[str, KnownEntry], state: FeedState, now: datetime
) -> Came:
    """The entries of a document parted by what is known of them; `known` are the entries by the keys of `planned`.

    One that is known under another key is the same, unless that one stands in the document too.
    """
    keys = {entry.key for entry in planned}
    new: list[PlannedEntry] = []
    edited: list[PlannedEntry] = []
    found: set[str] = set()
    for one in planned:
        row = known.get(one.key)
        if row is None or (row.key != one.key and (row.key in keys | found or _is_another(one, row, now))):
            new.append(one)
            continue
        found.add(row.key)
        if (row.key, row.content_hash) != (one.key, one.content_hash):
            edited.append(replace(one, known_as=row.key))
    flood = len(new) > _bearable(state, now)
    if flood:
        new = [replace(one, quiet=one.quiet or one.old) for one in new]
    return Came(tuple(new), tuple(edited), tuple(sorted(found)), flood)


def _is_another(one: PlannedEntry, row: KnownEntry, now: datetime) -> bool:
    """Whether too long ago for an undated one: the same warning may be issued again."""
    undated = one.entry.published_at is None
    return undated and row.last_seen_at is not None and now - row.last_seen_at > _SAME_TITLE


def _bearable(state: FeedState, now: datetime) -> float:
    """So many new entries are no flood: three times what is usual, and as many times that as the feed was not read."""
    if state.first_ok_at is None:
        return math.inf
    since = (now - state.ok_at).total_seconds() / 3_600 if state.ok_at else 0.0
    times = max(1.0, since / state.usual_gap_hours) if state.usual_gap_hours else 1.0
    return max(_FLOOD, 3 * (state.usual_new or 0.0) * times)


def plan_entries(
    state: FeedState, entries: Sequence[Entry], *, now: datetime, polling: PollingSettings
) -> tuple[PlannedEntry, ...]:
    """The entries of one document, each once, with keys that tell them apart and times that can be believed.

    On the first poll of a feed an entry is quiet if it is older than `first_poll_hours` or undated: nobody knows how
    old those are, and a new feed must not open with its archive. Later everything new alerts, whatever its date,
    because dates lie; unless it comes in a flood.
    """
    different = _different(entries)
    guids = Counter(entry.guid.strip() for entry in different)
    pages = [url_key(entry.url) for entry in different]
    titles = [_title_key(state, entry) for entry in different]
    links, titled = Counter(pages), Counter(titles)
    first, watched = state.first_ok_at is None, state.kind == "page"
    horizon = (now if first else state.ok_at or now) - timedelta(hours=polling.first_poll_hours)
    planned: dict[str, PlannedEntry] = {}
    for entry, page, title in zip(different, pages, titles, strict=True):
        # An id, link or title that several entries share says nothing about any of them; all changes of a page share
        # its address.
        guid = entry.guid if guids[entry.guid.strip()] == 1 else ""
        telling = page if links[page] == 1 and not watched else ""
        key = _key(state.url, entry, guid, entry.url if telling else "")
        believed = _believed(entry, now)
        old = believed.published_at is None or believed.published_at < horizon
        planned[key] = PlannedEntry(
            key, canonical_url(entry.url), telling, believed, quiet=first and old, old=old,
            content_hash=content_hash(entry.title, entry.content or entry.summary),
            titles=(title,) if title and titled[title] == 1 and not watched else ())
    return tuple(planned.values())


def _title_key(state: FeedState, entry: Entry) -> str:
    return title_key(state.url, entry.title, entry.published_at, entry.content or entry.summary)


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


def _believed(entry: Entry, now: datetime) -> Entry:
    published, updated = believable(entry.published_at, now), believable(entry.updated_at, now)
    if (published, updated) == (entry.published_at, entry.updated_at):
        return entry
    return replace(entry, published_at=published, updated_at=updated)


def believable(moment: datetime | None, now: datetime) -> datetime | None:
    """A date from the future counts as seen now, one from before the web as none."""
    if moment is None or moment < _FIRST_BELIEVABLE:
        return None
    return moment if moment <= now + _CLOCK_SKEW else now
