"""What `dateline feeds list` and `feeds health` print: tables that fit 100 columns, JSON for programs. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from monitor.commands.table import Column, fit, line, places, wrapped
from monitor.health import ago
from monitor.trouble import span
from monitor.words.times import local

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from monitor.settings import FeedSettings
    from monitor.trouble import Trouble
    from storage.coverage import Reading
    from storage.feeds import Feed

WIDEST = 97
_OUTLET = 25
_LIST = (Column("", 1), Column("outlet", _OUTLET), Column("last new", 12), Column("news every", 10),
         Column("in full", 7), Column("next poll", 11), Column("state", 20))
_HEALTH = (Column("", 1), Column("outlet", _OUTLET), Column("state", 20), Column("last read", 12),
           Column("last new", 12), Column("failures", 8), Column("in full", 7))
_UNREADABLE = ("gone", "blocked", "failing")


@dataclass(frozen=True, slots=True)
class Shown:
    """A feed of config.toml with what is known of it: `row` is None where the bot has not seen it yet."""

    wanted: FeedSettings
    row: Feed | None = None
    trouble: Trouble | None = None
    read: Reading | None = None


def in_order(feeds: Iterable[Shown]) -> list[Shown]:
    """Those that need somebody first, then those not polled yet, then the others; by outlet."""
    return sorted(feeds, key=lambda one: (_rank(one), one.wanted.outlet.casefold(), one.wanted.url))


def listing_lines(feeds: Sequence[Shown], now: datetime) -> Iterator[str]:
    """A line a feed: how it usually is, and how it is now."""
    yield line(_LIST, [column.heading for column in _LIST])
    names = _names(feeds)
    for one in feeds:
        row = one.row
        yield line(_LIST, [_mark(one), names[one.wanted.url], _ago(row.new_at if row else None, now), _every(row),
                           _share(one), _next(row, now), state(one)])


def health_lines(feeds: Sequence[Shown], now: datetime) -> Iterator[str]:
    """A line a feed, and below it what is wrong and what to do."""
    yield line(_HEALTH, [column.heading for column in _HEALTH])
    names = _names(feeds)
    for one in feeds:
        row = one.row
        yield line(_HEALTH, [_mark(one), names[one.wanted.url], state(one), _ago(row.ok_at if row else None, now),
                             _ago(row.new_at if row else None, now), str(row.failures) if row and row.failures else "",
                             _share(one)])
        yield from _sentences(one)


def summary(feeds: Sequence[Shown]) -> str:
    """ "90 feeds: 87 well, 3 need a look"."""
    bad = sum(one.trouble is not None for one in feeds)
    new = sum(state(one) == "not polled yet" for one in feeds)
    waiting = f", {new} not polled yet" if new else ""
    noun, verb = "feed" if len(feeds) == 1 else "feeds", "needs" if bad == 1 else "need"
    return f"{len(feeds)} {noun}: {len(feeds) - bad - new} well{waiting}, {bad} {verb} a look"


def offline(since: datetime, zone: ZoneInfo) -> str:
    """What stands above all feeds while none of them can be reached."""
    return f"This machine has reached no site since {local(since, zone, 'en')}: look at its network. No feed is blamed."


def as_json(one: Shown) -> dict[str, Any]:
    """The same for programs: times in UTC, None where something is not known."""
    row, trouble = one.row, one.trouble
    times = ("polled_at", "ok_at", "new_at", "next_poll_at", "failing_since", "missed_at")
    return {
        "url": one.wanted.url, "outlet": one.wanted.outlet, "home": one.wanted.home, "kind": one.wanted.kind,
        "state": state(one), "well": trouble is None,
        "trouble": None if trouble is None else {
            "kind": trouble.kind, "since": trouble.since.isoformat() if trouble.since else None,
            "what": trouble.words, "todo": trouble.todo},
        **{name: at.isoformat() if row and (at := getattr(row, name)) else None for name in times},
        "asked_at": row.address if row else one.wanted.url,
        "failures": row.failures if row else 0, "error_kind": row.error_kind if row else None,
        "error": row.error if row else None,
        "usual_gap_hours": row.usual_gap_hours if row else None,
        "articles": one.read.articles if one.read else 0, "in_full": one.read.in_full if one.read else 0,
    }


def state(one: Shown) -> str:
    """How it is in a few words."""
    if one.trouble:
        return one.trouble.head
    return "well" if one.row and one.row.ok_at else "not polled yet"


def _rank(one: Shown) -> int:
    if one.trouble:
        return 0 if one.trouble.kind in _UNREADABLE else 1
    return 3 if one.row and one.row.ok_at else 2


def _mark(one: Shown) -> str:
    return ("✗", "!", "·", "✓")[_rank(one)]


def _sentences(one: Shown) -> Iterator[str]:
    words = [f"{one.wanted.url} {one.trouble.words}", f"→ {one.trouble.todo}"] if one.trouble else []
    if one.row and one.row.fetch_url:
        words.append(f"→ It moved for good, and is asked at {one.row.fetch_url}: put that into config.toml.")
    for sentence in words:
        yield from wrapped(sentence, WIDEST - 3, "   ")


def _names(feeds: Sequence[Shown]) -> dict[str, str]:
    """By address what each is called: its outlet, and where several have that name the end of its address."""
    often = Counter(one.wanted.outlet for one in feeds)
    return {one.wanted.url: one.wanted.outlet if often[one.wanted.outlet] == 1 else _told_apart(one.wanted)
            for one in feeds}


def _told_apart(feed: FeedSettings) -> str:
    parts = urlsplit(feed.url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    room = max(_OUTLET // 2, _OUTLET - places(feed.outlet) - 1)
    tail = path
    while places(tail) > room:
        tail = f"…{tail[2:]}"
    return f"{fit(feed.outlet, _OUTLET - 1 - places(tail)).rstrip()} {tail}"


def _ago(then: datetime | None, now: datetime) -> str:
    return ago(then, now) if then else "–"


def _every(row: Feed | None) -> str:
    return span(timedelta(hours=row.usual_gap_hours)) if row and row.usual_gap_hours else "–"


def _share(one: Shown) -> str:
    return f"{round(100 * one.read.in_full / one.read.articles)} %" if one.read and one.read.articles else "–"


def _next(row: Feed | None, now: datetime) -> str:
    if row and row.gone:
        return "never"
    return "now" if row is None or row.next_poll_at <= now else f"in {span(row.next_poll_at - now)}"
