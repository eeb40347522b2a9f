"""What is failing, quiet or late, in sentences a person can act on. Pure: stored rows in, words out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from storage.feeds import Feed

# A single failed poll is nothing to mention in a digest; a source that has been away for two hours is.
OUTAGE_AFTER = timedelta(hours=2)
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
        return "the site says this feed is gone for good (410): look for its new address, or remove it from config.toml"
    if state == "failing":
        if feed.failures == 1:
            return f"the last poll failed: {feed.error}"
        return f"{feed.failures} polls in a row failed, the first {ago(feed.failing_since, now)}: {feed.error}"
    if state == "new":
        return "not polled yet"
    news = f"last new article {ago(feed.new_at, now)}" if feed.new_at else "no article yet"
    return f"polled {ago(feed.polled_at, now)}, {news}"


def outages(feeds: Sequence[Feed], now: datetime) -> tuple[str, ...]:
    """One sentence for a digest's footer naming the sources that have been silent against their will; none if none."""
    down = [feed for feed in feeds if feed.gone or (feed.failing_since and now - feed.failing_since >= OUTAGE_AFTER)]
    if not down:
        return ()
    names = [f"{outlet} (since {since:%a %d %b})" if since else outlet for outlet, since in _by_outlet(down)]
    return (f"Nothing could be read from {listed(names)}: what they publish is missing here.",)


def _by_outlet(feeds: Iterable[Feed]) -> list[tuple[str, datetime | None]]:
    since: dict[str, datetime | None] = {}
    for feed in feeds:
        since.setdefault(feed.outlet, feed.failing_since)
    return sorted(since.items())


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


def listed(names: Sequence[str]) -> str:
    """Names as a sentence has them: "A", "A and B", "A, B and C"."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
