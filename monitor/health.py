"""What is failing, quiet or late, in sentences a person can act on. Pure: stored rows in, words out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from monitor.words import digest as words
from monitor.words.counts import counted, listed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from monitor.settings import Language
    from storage.coverage import Reading
    from storage.feeds import Feed

# A single failed poll is nothing to mention in a digest; a source that has been away for two hours is.
OUTAGE_AFTER = timedelta(hours=2)
# No feed is asked more seldom than once in 24 hours and the jitter on top.
READ_WITHIN = timedelta(hours=27)
WHOLE = 2_000  # characters of a feed's own text that are an article in full, as in collect/poll.py
NAMED = 3  # it stands below every digest of a channel that is told at once: `feeds health` names all
# A round may last minutes when hundreds of feeds are polled for the first time.
ALIVE_WITHIN = timedelta(minutes=15)

FeedState = Literal["new", "ok", "failing", "gone"]


def feed_state(feed: Feed) -> FeedState:
    """One word for a table: never polled, well, failing, or answered 410 Gone."""
    if feed.gone:
        return "gone"
    if feed.failures:
        return "failing"
    return "ok" if feed.ok_at else "new"


def feed_sentence(feed: Feed, now: datetime) -> str:
    """How a feed is doing and, where it is not doing well, what to do."""
    state = feed_state(feed)
    if state == "gone":
        return (f"the site says this {feed.kind} is gone for good (410): look for its new address, or remove it from "
                "config.toml")
    if state == "failing":
        if feed.failures == 1:
            return f"the last poll failed: {feed.error}"
        return f"{feed.failures} polls in a row failed, the first {ago(feed.failing_since, now)}: {feed.error}"
    if state == "new":
        return "not polled yet"
    news = f"last new article {ago(feed.new_at, now)}" if feed.new_at else "no article yet"
    return f"polled {ago(feed.polled_at, now)}, {news}"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was read in the last 24 hours: articles, and sources that answer of all; `down` are the others by name.

    A source that was never polled yet neither answers nor is down.
    """

    read: Reading
    answering: int
    sources: int
    down: tuple[tuple[str, datetime | None], ...] = ()  # outlet, since when


def coverage(read: Reading, feeds: Sequence[Feed], now: datetime) -> Coverage:
    """The numbers that prove a silence. A source is down when it is gone, or fails for two hours."""
    down = [feed for feed in feeds if _is_down(feed, now)]
    lately = [feed for feed in feeds if feed.ok_at is not None and now - feed.ok_at <= READ_WITHIN]
    answering = sum(not _is_down(feed, now) for feed in lately)
    return Coverage(read, answering, len(feeds), tuple((feed.outlet, feed.failing_since) for feed in down))


def coverage_words(found: Coverage, language: Language) -> str:
    """ "412 articles read (301 in full, 111 summaries only) from 87 of 90 sources", with no full stop."""
    say = words.WORDS[language]
    full, summaries = counted(found.read.in_full, say.full), counted(found.read.summaries, say.summaries)
    parts = f" ({full}{summaries})" if found.read.articles else ""
    sources = counted(found.sources, say.all_sources) if 0 < found.answering == found.sources else \
        say.sources[found.sources != 1].format(found.answering, found.sources)
    return f"{counted(found.read.articles, say.read)}{parts}{sources}"


def down_words(found: Coverage, now: datetime, zone: ZoneInfo, language: Language) -> str:
    """ "3 sources down since Tuesday"; empty where none is."""
    if not found.down:
        return ""
    say = words.WORDS[language]
    days = {words.day_since(since, now, zone, language): since for _, since in found.down if since}
    since = say.since.format(min(days, key=lambda day: days[day])) if days else ""
    return f"{counted(len(found.down), say.down)}{say.the_first if len(days) > 1 else ''}{since}"


def outages(found: Coverage, now: datetime, zone: ZoneInfo, language: Language) -> tuple[str, ...]:
    """One sentence for a digest's footer of the sources whose news is missing from it; none if none is.

    A few are named with the day since when; of more than that three are, and all are counted.
    """
    if not found.down:
        return ()
    say = words.WORDS[language]
    since: dict[str, datetime | None] = {}
    for outlet, began in found.down:
        since.setdefault(outlet, began)
    outlets = sorted(since)
    if len(outlets) > NAMED:
        named = listed([*outlets[:NAMED], say.and_more.format(len(outlets) - NAMED)], language)
        return (say.many_missing.format(len(outlets), named),)
    names = [f"{outlet} ({say.since.strip().format(words.day_since(began, now, zone, language))})" if began else outlet
             for outlet in outlets for began in [since[outlet]]]
    return (say.missing[len(names) != 1].format(listed(names, language)),)


def _is_down(feed: Feed, now: datetime) -> bool:
    return feed.gone or (feed.failing_since is not None and now - feed.failing_since >= OUTAGE_AFTER)


def is_alive(last_beat: datetime | None, now: datetime) -> bool:
    """Whether a round ended lately. A time well ahead was written by a wrong clock, and says nothing."""
    return last_beat is not None and abs(now - last_beat) <= ALIVE_WITHIN


def ago(then: datetime | None, now: datetime) -> str:
    """A time as people say it: "3 min ago", "2 days ago", "never"."""
    if then is None:
        return "never"
    seconds = max(0.0, (now - then).total_seconds())
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "min")):
        if seconds >= size:
            number = int(seconds // size)
            return f"{number} {unit}{'s' if number > 1 and unit != 'min' else ''} ago"
    return "just now"
