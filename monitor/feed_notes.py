"""Notes about feeds: those in trouble and those well again, floods, and times when this machine was offline.

Looked at once an hour, because what is told lasts for a day at least, and looking reads all feeds and the articles of
days. However many feeds are in trouble, a look makes one note of it.
"""

from __future__ import annotations

from datetime import timedelta
from textwrap import shorten
from typing import TYPE_CHECKING

from monitor.digest.model import Point
from monitor.tell import Note, tell_once, tell_state
from monitor.trouble import HABIT, PAGES_LOOKED_AT, Evidence, may_be_quiet, quiet_after, rhythm, span, step, trouble_of
from monitor.words.times import local, moment
from storage import about, feed_health, feeds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from monitor.settings import Settings
    from monitor.trouble import Trouble
    from storage.database import Database
    from storage.feed_health import Flood
    from storage.feeds import Feed

LOOK_EVERY = timedelta(hours=1)
NAMED = 20  # more feeds than this in a note are not read
LONGEST = 240  # characters of each; a message has room for twenty of them
# What a poll brings has the time at which the round began, and is stored up to some minutes later.
SETTLED = timedelta(minutes=10)
# A shorter time offline loses no poll: feeds are asked every 20 minutes at most.
OFFLINE = timedelta(minutes=10)
_PAGES_SINCE = timedelta(days=2)
_LOOKED = "feeds_looked_at"  # in `about`, as are those that polling writes
_OFFLINE_SINCE, _ONLINE_AGAIN = "offline_since", "online_again"
_PARTLY_SINCE = "partly_since"  # the `offline_since` of what was not our own network after all


def write_feed_notes(database: Database, settings: Settings, now: datetime) -> int:
    """Queue what the admins were not yet told about feeds; how many notes that made. Raises StorageError."""
    channel = settings.slack.admin_channel
    if channel is None:
        return 0
    with database.read() as connection:
        looked = about.time_of(connection, _LOOKED)
        since, again = about.time_of(connection, _OFFLINE_SINCE), about.time_of(connection, _ONLINE_AGAIN)
        partly = about.time_of(connection, _PARTLY_SINCE)
    ours = about_offline(since, again, now, settings.zone) if since != partly else None
    told = 0
    for note in filter(None, (about_partly(partly, now, settings.zone), ours)):
        with database.write() as connection:
            told += tell_once(connection, channel, note, now)
    if looked is not None and timedelta() <= now - looked < LOOK_EVERY:
        return told
    return told + _look(database, channel, looked, now, settings.zone)


def _look(database: Database, channel: str, looked: datetime | None, now: datetime, zone: ZoneInfo) -> int:
    since = max(looked or now - timedelta(days=1), now - timedelta(days=1))
    with database.read() as connection:
        stored = feeds.active(connection)
        flooded = feed_health.floods(connection, since - SETTLED, now - SETTLED)
    evidence = gathered(database, stored, now)
    begun, over = news(stored, evidence, now, zone)
    moved = [feed for feed in stored if feed.adopted_at and since - SETTLED < feed.adopted_at <= now - SETTLED]
    notes = [*about_troubles(begun), *about_recovered(over, zone), *about_moved(moved),
             *about_floods(flooded, stored, zone)]
    marks = {feed.id: str(trouble.kind) for feed, trouble in begun} | {feed.id: "" for feed in over}
    with database.write() as connection:
        about.note_time(connection, _LOOKED, now)
        feed_health.forget_removed(connection)
        feed_health.mark_told(connection, marks, now)
        for one in notes:
            tell_state(connection, channel, one, now)
    return len(notes)


def gathered(database: Database, stored: Iterable[Feed], now: datetime) -> Evidence:
    """What the stored articles say of feeds that may be quiet, or whose pages may give no text. Raises StorageError."""
    silent = [feed for feed in stored if may_be_quiet(feed)]
    rare = {feed.id for feed in silent if quiet_after(feed) >= timedelta(days=7)}
    with database.read() as connection:
        known = feed_health.news_times(connection, {feed.id for feed in silent} - rare, now - 2 * HABIT)
        known |= feed_health.news_times(connection, rare, now - timedelta(days=400))
        suspects = {*feed_health.without_pages(connection, now - _PAGES_SINCE),
                    *(feed.id for feed in stored if feed.told == "pages")}
        return Evidence(known, feed_health.page_errors(connection, suspects, PAGES_LOOKED_AT))


def news(
    stored: Iterable[Feed], evidence: Evidence, now: datetime, zone: ZoneInfo
) -> tuple[list[tuple[Feed, Trouble]], list[Feed]]:
    """The feeds of which a trouble is to be told now, and those of which the one told before is over."""
    begun, over = [], []
    for feed in stored:
        trouble = trouble_of(feed, evidence, now, zone)
        match step(feed, trouble, evidence, now):
            case "begun" if trouble:
                begun.append((feed, trouble))
            case "over":
                over.append(feed)
    return begun, over


_TITLES = {
    "gone": "{}: the feed is gone",
    "blocked": "{} blocks Dateline",
    "failing": "{} cannot be read",
    "pages": "{}: article pages have no text any more",
    "quiet": "{} has gone quiet",
    "empty": "{} has never had an article",
    "missed": "{} publishes more than its feed holds",
}
_MISSING = {
    "gone": "Nothing of it reaches you any more.",
    "blocked": "What it publishes does not reach you. It is still tried, every few hours.",
    "failing": "What it publishes does not reach you. It is still tried, at longer intervals.",
}


def about_troubles(begun: Sequence[tuple[Feed, Trouble]]) -> list[Note]:
    """One note for all feeds that are in trouble; none where none is."""
    if not begun:
        return []
    if len(begun) == 1:
        ((feed, trouble),) = begun
        asked = f"It is asked at {shown(feed.address)}, where it moved, and at its old address in turns." if (
            feed.fetch_url and feed.failures) else ""
        lines = (f"{shown(feed.url)} {trouble.words}", asked, _MISSING.get(trouble.kind, ""), trouble.todo)
        return [Note("note:feeds", _TITLES[trouble.kind].format(feed.outlet), tuple(filter(None, lines)))]
    ordered = sorted(begun, key=lambda pair: (list(_TITLES).index(pair[1].kind), pair[0].outlet))
    points = _points([_short(feed, trouble) for feed, trouble in ordered])
    return [Note("note:feeds", f"{len(begun)} sources need a look", (
        "dateline feeds health shows them, each with what to do. This is told once, and once more when one is well "
        "again.",), points)]


def _short(feed: Feed, trouble: Trouble) -> str:
    why = feed.error if feed.failures else f"{rhythm(feed)} is usual" if trouble.kind == "quiet" else ""
    todo = f"{trouble.todo.partition('. ')[0].rstrip('.')}."  # its first sentence; health has the rest
    return shorten(f"{feed.outlet}: {trouble.head}{f' ({why})' if why else ''}. {todo}", LONGEST, placeholder="…")


_WELL = {
    "gone": "answers again",
    "blocked": "lets Dateline read again",
    "failing": "can be read again",
    "pages": "has articles with text again",
    "quiet": "has news again",
    "empty": "has its first articles",
    "missed": "has held everything for a week",
}


def about_recovered(over: Sequence[Feed], zone: ZoneInfo) -> list[Note]:
    """One note for all feeds that are well again."""
    if not over:
        return []
    if len(over) == 1:
        (feed,) = over
        told = f" What was wrong was told on {moment(feed.told_at, zone)}." if feed.told_at else ""
        return [Note("note:feeds-well", f"{feed.outlet} {_well(feed)}", (f"{shown(feed.url)} {_well(feed)}.{told}",))]
    points = _points(sorted(f"{feed.outlet} {_well(feed)}" for feed in over))
    return [Note("note:feeds-well", f"{len(over)} sources are well again", ("What was told of them is over.",), points)]


def _well(feed: Feed) -> str:
    return _WELL.get(feed.told, "is well again")


def about_moved(moved: Sequence[Feed]) -> list[Note]:
    """One note for all feeds that are asked at another address from now on."""
    words = [f"{feed.outlet}: {shown(feed.url)} is now asked at {shown(feed.address)}." for feed in moved]
    why = ("It was sent there for good, for over a day, and what stands there is known. The old address is asked once "
           "a week, and whenever the new one fails.",
           "Look whether the new address is the outlet's own, and put it into config.toml.")
    if len(words) == 1:
        return [Note("note:feeds-moved", f"The feed of {moved[0].outlet} has moved", (words[0], *why))]
    return [Note("note:feeds-moved", f"{len(words)} feeds have moved", why, _points(words))] if words else []


def about_floods(flooded: Sequence[Flood], stored: Iterable[Feed], zone: ZoneInfo) -> list[Note]:
    """One note for all floods since the last look."""
    if not flooded:
        return []
    by_id = {feed.id: feed for feed in stored}
    words = [_flood(one, by_id[one.feed_id], zone) for one in flooded if one.feed_id in by_id]
    why = ("Perhaps a site was rebuilt, or puts its archive out again. What is dated as old is stored and alerts "
           "nobody; of what is dated as new a digest shows the first ten that match, and counts the rest.",
           "Nothing is to be done. Where it is not what the feed is for, look at the site.")
    if len(words) == 1:
        outlet = by_id[flooded[0].feed_id].outlet
        return [Note("note:flood", f"{outlet} published very much at once", (words[0], *why))]
    return [Note("note:flood", f"{len(words)} times a source published very much at once", why, _points(words))]


def _flood(flood: Flood, feed: Feed, zone: ZoneInfo) -> str:
    usual = f"; about {max(1, round(feed.usual_new))} at a time are usual" if feed.usual_new else ""
    return f"{feed.outlet}: {flood.articles} articles on {moment(flood.at, zone)}{usual}."


def about_offline(since: datetime | None, again: datetime | None, now: datetime, zone: ZoneInfo) -> Note | None:
    """The note on a time in which this machine could reach nothing.

    None while it lasts, and where it was short or ended a day ago.
    """
    if since is None or again is None or again - since < OFFLINE or not timedelta() <= now - again < timedelta(days=1):
        return None
    return Note(f"note:offline:{since:%Y%m%dT%H%M%S}", f"This machine was offline for {span(again - since)}", (
        f"From {local(since, zone, 'en')} to {local(again, zone, 'en')} it reached no site, so no feed is blamed.",
        "All of them are asked again. What was published meanwhile comes late; it is lost only where a feed does not "
        "list it any more."))


def about_partly(since: datetime | None, now: datetime, zone: ZoneInfo) -> Note | None:
    """The note on a time in which most sites cannot be reached, and some can; None where it began a day ago."""
    if since is None or not timedelta() <= now - since < timedelta(days=1):
        return None
    return Note(f"note:partly:{since:%Y%m%dT%H%M%S}", "Most sites cannot be reached", (
        f"Since {local(since, zone, 'en')} most of the sites that Dateline asks do not answer, and some do. What they "
        "publish does not reach you.",
        "Open some of them in a browser. Where they open, this machine's network or its DNS is broken; where they do "
        "not, a company behind which many sites stand has trouble. dateline feeds health shows which they are."))


def end_outage(database: Database) -> None:
    """Close, at a start, the outage in which the last process ended: nobody noted its end, and its note waits for it.

    Until that process's last round, which is all that is certain. Where it goes on, polls will find another one.
    Raises StorageError.
    """
    with database.write() as connection:
        since, again = about.time_of(connection, _OFFLINE_SINCE), about.time_of(connection, _ONLINE_AGAIN)
        if since is not None and (again is None or again < since):
            about.note_time(connection, _ONLINE_AGAIN, max(about.last_beat(connection) or since, since))


def offline_since(database: Database, stored: Iterable[Feed]) -> datetime | None:
    """Since when this machine can reach nothing; None where it can. Raises StorageError.

    A bot that was stopped while offline could not note the end: what was read since then shows it.
    """
    with database.read() as connection:
        since, again = about.time_of(connection, _OFFLINE_SINCE), about.time_of(connection, _ONLINE_AGAIN)
    if since is None or (again and again >= since) or any(feed.ok_at and feed.ok_at > since for feed in stored):
        return None
    return since


def shown(url: str) -> str:
    """The address of a feed without what stands behind "?": it may be a key, and notes are for a whole channel."""
    address, query, _ = url.partition("?")
    return f"{address}?…" if query else address


def _points(words: Sequence[str]) -> tuple[Point, ...]:
    left = [f"and {len(words) - NAMED} more: dateline feeds health"] if len(words) > NAMED else []
    return tuple(Point(one) for one in [*words[:NAMED], *left])
