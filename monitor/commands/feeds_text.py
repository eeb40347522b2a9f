"""What `dateline feeds list` and `feeds health` print: tables that fit the terminal, JSON for programs. Pure."""

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

WIDE = 100  # columns, where no terminal says how many it has
_ALL_FROM = 90  # columns; in fewer there is room for what is needed most
_LEFT_OUT = ("news every", "in full")
_OUTLETS = (10, 40)  # places at least and at most
_LIST = (Column("last new", 12), Column("news every", 10), Column("in full", 7), Column("next poll", 11),
         Column("state", 25))
_HEALTH = (Column("state", 25), Column("last read", 12), Column("last new", 12), Column("failures", 8),
           Column("in full", 7))
_PROSE = 120  # columns; longer lines are hard to read
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


def listing_lines(feeds: Sequence[Shown], now: datetime, wide: int = WIDE) -> Iterator[str]:
    """A line a feed: how it usually is, and how it is now."""
    return _lines(feeds, _LIST, now, wide)


def health_lines(feeds: Sequence[Shown], now: datetime, wide: int = WIDE) -> Iterator[str]:
    """A line a feed, and below it what is wrong and what to do."""
    return _lines(feeds, _HEALTH, now, wide, told=True)


def _lines(
    feeds: Sequence[Shown], columns: Sequence[Column], now: datetime, wide: int, *, told: bool = False
) -> Iterator[str]:
    columns = [column for column in columns if wide >= _ALL_FROM or column.heading not in _LEFT_OUT]
    least, most = _OUTLETS
    room = wide - 3 - sum(column.width + 2 for column in columns)
    columns = [Column("", 1), Column("outlet", min(most, max(least, room))), *columns]
    names = _names(feeds, columns[1].width)
    yield line(columns, [column.heading for column in columns])
    for one in feeds:
        cells = _cells(one, names[one.wanted.url], now)
        yield line(columns, [cells[column.heading] for column in columns])
        if told:
            yield from _sentences(one, wide)


def _cells(one: Shown, name: str, now: datetime) -> dict[str, str]:
    """What stands below each heading."""
    row = one.row
    return {"": _mark(one), "outlet": name, "last new": _ago(row.new_at if row else None, now),
            "news every": _every(row), "in full": _share(one), "next poll": _next(row, now), "state": state(one, now),
            "last read": _ago(row.ok_at if row else None, now), "failures": str(row.failures or "") if row else ""}


def summary(feeds: Sequence[Shown]) -> str:
    """ "90 feeds: 87 well, 3 need a look"; sources, where watched pages are among them."""
    bad = sum(one.trouble is not None for one in feeds)
    new = sum(_is_new(one) for one in feeds)
    once = sum(_is_once(one) for one in feeds)
    also = f", {new} not polled yet" if new else ""
    also += f", {once} failed once" if once else ""
    noun = "source" if any(one.wanted.kind == "page" for one in feeds) else "feed"
    verb = "needs" if bad == 1 else "need"
    return (f"{len(feeds)} {noun}{'s' * (len(feeds) != 1)}: {len(feeds) - bad - new - once} well{also}, "
            f"{bad} {verb} a look")


def offline(since: datetime, zone: ZoneInfo) -> str:
    """What stands above all feeds while none of them can be reached."""
    return f"This machine has reached no site since {local(since, zone, 'en')}: look at its network. No feed is blamed."


def as_json(one: Shown, now: datetime) -> dict[str, Any]:
    """The same for programs: times in UTC, None where something is not known."""
    row, trouble = one.row, one.trouble
    times = ("polled_at", "ok_at", "new_at", "next_poll_at", "failing_since", "missed_at")
    return {
        "url": one.wanted.url, "outlet": one.wanted.outlet, "home": one.wanted.home, "kind": one.wanted.kind,
        "state": state(one, now), "well": trouble is None,
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


def state(one: Shown, now: datetime) -> str:
    """How it is in a few words."""
    if one.trouble:
        return one.trouble.head
    if one.row and _is_once(one):
        return f"failed once, {ago(one.row.failing_since, now)}"
    if _is_new(one):
        return "not polled yet"
    return "moved" if is_moved(one) else "well"


def is_moved(one: Shown) -> bool:
    """Whether it is read at another address than config.toml has."""
    return one.row is not None and one.row.fetch_url is not None


def _is_new(one: Shown) -> bool:
    return not one.trouble and not _is_once(one) and not (one.row and one.row.ok_at)


def _is_once(one: Shown) -> bool:
    """Whether its last poll failed, and not the one before: that is nobody's business yet."""
    return not one.trouble and one.row is not None and one.row.failures > 0


def _rank(one: Shown) -> int:
    if one.trouble:
        return 0 if one.trouble.kind in _UNREADABLE else 1
    return 2 if _is_new(one) or _is_once(one) or is_moved(one) else 3


def _mark(one: Shown) -> str:
    return ("✗", "!", "·", "✓")[_rank(one)]


def _sentences(one: Shown, wide: int) -> Iterator[str]:
    words = [f"{one.wanted.url} {one.trouble.words}", f"→ {_todo(one)}"] if one.trouble else []
    if one.row and one.row.error and one.row.kind == "page" and not one.trouble and not one.row.failures:
        words.append(f"→ {one.row.error[0].upper()}{one.row.error[1:]}.")  # it answers, and not all of it is told
    if one.row and one.row.fetch_url:
        words.append(f"→ It moved for good, and is asked at {one.row.fetch_url}: put that into config.toml{_at(one)} "
                     "when convenient.")
    for sentence in words:
        yield from wrapped(sentence, max(20, min(wide, _PROSE) - 6), "   ")


def _todo(one: Shown) -> str:
    assert one.trouble is not None
    return one.trouble.todo.replace("its [[page]]", f"its [[page]]{_at(one)}")


def _at(one: Shown) -> str:
    return f" (line {one.wanted.line})" if one.wanted.line else ""


def _names(feeds: Sequence[Shown], width: int) -> dict[str, str]:
    """By address what each is called: its outlet, and where several have that name its host, or how it ends."""
    often = Counter(one.wanted.outlet for one in feeds)
    hosts = Counter({(one.wanted.outlet, urlsplit(one.wanted.url).netloc) for one in feeds})
    sites = Counter(outlet for outlet, _ in hosts)
    return {one.wanted.url: one.wanted.outlet if often[one.wanted.outlet] == 1 else
            _told_apart(one.wanted, width, alone=sites[one.wanted.outlet] == often[one.wanted.outlet])
            for one in feeds}


def _told_apart(feed: FeedSettings, width: int, *, alone: bool) -> str:
    """The outlet with the host, where that stands `alone` for this feed, or else with the end of its address."""
    parts = urlsplit(feed.url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    room = max(width // 2, width - places(feed.outlet) - 1)
    tail = parts.netloc.rpartition("@")[2].removeprefix("www.") if alone else path
    while places(tail) > room:
        tail = f"…{tail[2:]}"
    return f"{fit(feed.outlet, width - 1 - places(tail)).rstrip()} {tail}"


def _ago(then: datetime | None, now: datetime) -> str:
    return ago(then, now) if then else "–"


def _every(row: Feed | None) -> str:
    return span(timedelta(hours=row.usual_gap_hours)) if row and row.usual_gap_hours else "–"


def _share(one: Shown) -> str:
    if one.wanted.kind == "page":
        return "–"  # what changes on it is all there is to read
    return f"{round(100 * one.read.in_full / one.read.articles)} %" if one.read and one.read.articles else "–"


def _next(row: Feed | None, now: datetime) -> str:
    if row and row.gone:
        return "never"
    return "now" if row is None or row.next_poll_at <= now else f"in {span(row.next_poll_at - now)}"
