"""Which entries of a document to store, under which keys, and with which times. Pure.

An entry is known again by its id, else its link, else its title and date; whether it is new says the key, never a date.
A key under which another report stands already is not believed: then the next one counts.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from monitor.collect.same import agrees, renamed
from monitor.stories.identity import (
    canonical_url,
    content_hash,
    entry_key,
    full_key,
    path_key,
    tells_time,
    title_key,
    url_key,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from monitor.collect.model import Entry
    from monitor.collect.plan import FeedState
    from monitor.settings import PollingSettings
    from storage.articles import KnownEntry

_MOST_STATES = 3  # an id and a link shared by more entries than this are no old states of one, they say nothing
_CLOCK_SKEW = timedelta(hours=1)
_SAME_TITLE = timedelta(days=7)
_ALL_ANEW = 5  # entries of a document, none of them known: a feed that gave up its old names, not one busy hour
_LATE = timedelta(hours=1)  # feeds show what was published so long before
_FEW = 3  # entries from the future: fewer are misprints
_ARCHIVE = timedelta(days=7)  # what comes still later is no news of a slow feed
_FLOOD = 20  # new entries of one feed in one poll; what more is, is compared with what is usual
_FIRST_BELIEVABLE = datetime(1990, 1, 1, tzinfo=UTC)  # nothing on the web is older; year 1 and 1751 are misread dates


@dataclass(frozen=True)  # without slots: `others` is kept once it was asked for
class PlannedEntry:
    """An entry to store where its key is new. `quiet` ones are stored and never alerted.

    `url_key` is empty where the link does not tell the entry from its neighbours: then only `key` may be looked up.
    `content_hash` is of what the feed shows of it, to see that it was edited; `titles` are keys by which it is known
    again if both its id and its link change. `old`: it was published before the last poll could have missed it, or
    nobody knows when. `known_as` is the key under which it stands already. `shown` is what its other keys are made of:
    the address of its feed, its own link where its key is made of something else, and the entry as the feed gave it.
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
    shown: tuple[str, str, Entry] | None = None

    @cached_property
    def others(self) -> tuple[str, ...]:
        """Its keys where its own was used for another report: by its link, and by all it shows.

        Most entries stand where they stood and are never asked; to make these takes a third of planning.
        """
        return _others(*self.shown) if self.shown else ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key under which it may stand: its own first."""
        return (self.key, *self.others)

    @property
    def names(self) -> tuple[str, ...]:
        """Keys of its article, by which it is looked for where its own key is unknown."""
        return (self.url_key, *self.titles) if self.url_key else self.titles


@dataclass(frozen=True, slots=True)
class Came:
    """What a document brought, beside what was known of its feed: new entries, and keys under which others are known.

    `edited` ones are known and show something else now, or go by another key. `flood` where far more is new than this
    feed ever brings at once: then what is old of it is quiet, the first time also what has no date.
    """

    new: tuple[PlannedEntry, ...] = ()
    edited: tuple[PlannedEntry, ...] = ()
    known: tuple[str, ...] = ()
    flood: bool = False


def settled(one: PlannedEntry, row: KnownEntry | None) -> bool:
    """Whether its own key and what it shows are known, so that nothing else has to be looked up."""
    return row is not None and row.has_shown(one.content_hash)


def came(
    planned: Sequence[PlannedEntry],
    known: Mapping[str, KnownEntry],
    named: Mapping[str, Sequence[KnownEntry]],
    state: FeedState,
    now: datetime,
) -> Came:
    """The entries of a document parted by what is known of them.

    `known` are entries by the keys that planned ones may have, `named` those that have one of their names, by their own
    key. One that is known under another key is the same, unless that one stands in the document too.
    """
    own = _own_rows(planned, known, now)
    used = {row.key for row in own.values()}
    taken = {row.article_id for row in own.values()}
    new: list[PlannedEntry] = []
    edited = [replace(one, key=row.key, known_as=row.key) for one in planned
              if (row := own.get(one.key)) and not row.has_shown(one.content_hash)]
    for one in planned:
        if one.key in own:
            continue
        others = [row for row in named.get(one.key, ()) if row.article_id not in taken]
        same = next((row for row in others if renamed(one, row, now) and not _is_another(one, row, now)), None)
        free = _freed(one, known, used)
        used.add(free.key)
        if same:
            taken.add(same.article_id)
            used.add(same.key)
            edited.append(replace(free, known_as=same.key))
        else:
            shared = others or (known and any(_at_its_page(one, known[key]) for key in one.keys if key in known))
            new.append(replace(free, url_key="") if shared else free)
    found = tuple(sorted({row.key for row in own.values()} | {one.known_as for one in edited}))
    flood = len(new) > _bearable(state, now)
    return Came(_quieted(new, state, now, flood=flood, strange=not found), tuple(edited), found, flood)


def _freed(one: PlannedEntry, known: Mapping[str, KnownEntry], used: Collection[str]) -> PlannedEntry:
    """The entry under the first of its keys that is nobody's."""
    if one.key not in known and one.key not in used:
        return one
    return replace(one, key=next((key for key in one.others if key not in known and key not in used), one.keys[-1]))


def _own_rows(
    planned: Sequence[PlannedEntry], known: Mapping[str, KnownEntry], now: datetime
) -> dict[str, KnownEntry]:
    """What is known of the planned entries by a key of their own, by the first of these; each row once."""
    own: dict[str, KnownEntry] = {}
    used: set[str] = set()
    for one in planned:
        row = known.get(one.key)
        # At a first poll nothing is known, and then nobody has to be asked for other keys.
        if known and (row is None or not agrees(one, row, now)):
            row = next((known[key] for key in one.others if key in known and _is_other(one, known[key], now)), None)
        if row and row.key not in used:
            used.add(row.key)
            own[one.key] = row
    return own


def _is_other(one: PlannedEntry, row: KnownEntry, now: datetime) -> bool:
    return row.key == one.others[-1] or renamed(one, row, now)


def _at_its_page(one: PlannedEntry, row: KnownEntry) -> bool:
    """Whether another report stands at the same address."""
    return row.said is not None and url_key(row.said.url) == one.url_key


def _quieted(
    new: Sequence[PlannedEntry], state: FeedState, now: datetime, *, flood: bool, strange: bool
) -> tuple[PlannedEntry, ...]:
    """The new entries, with those quiet that are old among far too many.

    Where a feed shows nothing that was known, more than it ever brings, it gave up its ids and links: then what is
    older than the last poll was there before, and so perhaps was what has no date.
    """
    if flood:
        return tuple(replace(one, quiet=one.quiet or _is_archive(one, state, now)) for one in new)
    if not strange or state.ok_at is None or state.first_ok_at is None or state.kind == "page":
        return tuple(new)
    if len(new) < _ALL_ANEW or len(new) <= _usual(state, now):
        return tuple(new)
    seen = state.ok_at - _LATE
    return tuple(replace(one, quiet=one.quiet or one.entry.published_at is None or one.entry.published_at < seen)
                 for one in new)


def _is_archive(one: PlannedEntry, state: FeedState, now: datetime) -> bool:
    """Whether to be quiet of an entry of a flood: a feed that had one before may often bring so much, undated or late.
    """
    if state.flooded_at is None:
        return one.old
    published = one.entry.published_at
    return published is not None and published < now - _ARCHIVE


def _is_behind(entries: Sequence[Entry], now: datetime) -> bool:
    ahead = sum(entry.published_at is not None and entry.published_at > now + _CLOCK_SKEW for entry in entries)
    return ahead >= _FEW and 2 * ahead > len(entries)


def _is_another(one: PlannedEntry, row: KnownEntry, now: datetime) -> bool:
    """Whether too long ago for an undated one: the same warning may be issued again."""
    undated = one.entry.published_at is None
    return undated and row.last_seen_at is not None and now - row.last_seen_at > _SAME_TITLE


def _bearable(state: FeedState, now: datetime) -> float:
    """So many new entries are no flood."""
    return math.inf if state.first_ok_at is None else max(_FLOOD, _usual(state, now))


def _usual(state: FeedState, now: datetime) -> float:
    """Three times what is usual to be new, and as many times that as the feed was not read."""
    since = (now - state.ok_at).total_seconds() / 3_600 if state.ok_at else 0.0
    times = max(1.0, since / state.usual_gap_hours) if state.usual_gap_hours else 1.0
    return 3 * (state.usual_new or 0.0) * times


def plan_entries(
    state: FeedState, entries: Sequence[Entry], *, now: datetime, polling: PollingSettings
) -> tuple[PlannedEntry, ...]:
    """The entries of one document, each once, with keys that tell them apart and times that can be believed.

    On the first poll of a feed an entry is quiet if it is older than `first_poll_hours` or undated: nobody knows how
    old those are, and a new feed must not open with its archive. Later everything new alerts, whatever its date,
    because dates lie; unless it comes in a flood. Where most of a first document is from the future, it is our clock
    that is behind, and nobody knows what is old.
    """
    different = _different(entries)
    guids = Counter(entry.guid.strip() for entry in different)
    pages = [url_key(entry.url) for entry in different]
    titles = [_title_key(state, entry) for entry in different]
    paths = [path_key(state.url, entry.url) for entry in different]
    links, times = Counter(pages), Counter((*titles, *paths))
    first, watched = state.first_ok_at is None, state.kind == "page"
    behind = first and _is_behind(entries, now)
    horizon = (now if first else state.ok_at or now) - timedelta(hours=polling.first_poll_hours)
    planned: dict[str, PlannedEntry] = {}
    for entry, page, title, path in zip(different, pages, titles, paths, strict=True):
        # An id, link or title that several entries share says nothing about any of them; all changes of a page share
        # its address.
        guid = entry.guid if guids[entry.guid.strip()] == 1 else ""
        telling = page if links[page] == 1 and not watched else ""
        key = _key(state.url, entry, guid, entry.url if telling else "")
        believed = _believed(entry, now)
        old = believed.published_at is None or believed.published_at < horizon
        planned[key] = PlannedEntry(
            key, canonical_url(entry.url), telling if path else "", believed,
            quiet=first and (old or behind), old=old,
            content_hash=content_hash(entry.title, entry.content or entry.summary),
            titles=() if watched else tuple(name for name in (title, path) if name and times[name] == 1),
            shown=None if watched else (state.url, entry.url if telling and guid.strip() else "", entry))
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
    if len(times) == len(pairs):
        return different
    first: dict[object, Entry] = {}
    for entry, pair in zip(different, pairs, strict=True):
        first.setdefault(pair if all(pair) and times[pair] <= _MOST_STATES else entry, entry)
    return list(first.values())


def _key(feed_url: str, entry: Entry, guid: str, url: str) -> str:
    if guid.strip():
        return entry_key(feed_url, guid, "", "", "")
    # By the date as the feed gave it: a corrected one would change with the clock, and the key with it. A day alone
    # does not tell two warnings apart.
    published = _published(entry)
    if not tells_time(entry.published_at):
        published += entry.content or entry.summary
    return entry_key(feed_url, "", url, entry.title, published)


def _others(feed_url: str, link: str, entry: Entry) -> tuple[str, ...]:
    full = full_key(feed_url, entry.url, entry.title, _published(entry), entry.content or entry.summary)
    return (entry_key(feed_url, "", link, "", ""), full) if link else (full,)


def _published(entry: Entry) -> str:
    return entry.published_at.isoformat() if entry.published_at else ""


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
