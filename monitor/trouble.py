"""What is wrong with a feed, since when, and what a person can do about it. Pure: stored rows in, words out.

A trouble is told to the admins once, and again when it is over; `step` decides which of the two it is. Silence and
pages without text show only in what was stored lately: that comes in as `Evidence`, for the feeds where it may matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from monitor.words.counts import counted
from monitor.words.times import moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from storage.feeds import Feed

Kind = Literal["gone", "blocked", "failing", "pages", "quiet", "empty", "missed"]
DAY = timedelta(days=1)
# Sites go away for a night; a source that failed for a day is news for the people who rely on it.
PATIENCE = DAY
# The polls of a day lie a day apart at most, less the jitter. A bot that stood still has not seen a day of failures.
SEEN_FAILING = timedelta(hours=20)
# What blocks a reader is asked again after four hours: twice in a row is no accident of one moment.
BLOCKED_TWICE = 2
USUAL_GAPS = 4  # of silence; a gap of twice the usual length is common
EMPTY_AFTER = timedelta(days=7)  # without any entry
STILL_AFTER = timedelta(days=30)  # without a new one, where nobody knows how often it has some
NEWS_KNOWN = 6  # moments of news, five gaps: fewer show no rhythm
PAGES = 8  # in a row without text
PAGES_LOOKED_AT = 60
_LATELY = timedelta(days=7)  # for so long a feed counts as one that holds less than is published
HABIT = timedelta(days=28)
_RANKS: Mapping[str, int] = {"gone": 3, "blocked": 2, "failing": 2, "pages": 1, "quiet": 1,
                              "empty": 1, "missed": 1}

# What the error of a feed does not say itself. Words for a status stand under its number.
_REMEDIES = {
    "dns": "Open its address in a browser. Where it does not open either, the site is gone or has moved.",
    "timeout": "There is nothing to do as long as the site is slow for everybody: Dateline goes on asking.",
    "refused": "Open its address in a browser. Where it opens, the site may shut out this machine: ask it.",
    "tls": "Tell the site's owner. Dateline never reads past a certificate that is not valid.",
    "protocol": "Open its address in a browser. Where it opens, tell Dateline's authors which feed it is.",
    "address": "Correct it in config.toml.",
    "redirect": "Open its address in a browser, and put the one that you arrive at into config.toml.",
    "size": "Use another feed of the site, such as one of a section.",
    "type": "Put the address of the feed itself into config.toml: {add} shows which the site has.",
    "encoding": "Tell the site's owner: feed readers cannot unpack what it sends.",
    "not-a-feed": "{add} shows which feeds the site has now.",
    "memory": "Use another feed of the site, such as one of a section.",
    "damaged": "There is nothing to do: it is asked again. If it lasts, tell the site's owner.",
    "crash": "Tell Dateline's authors which feed it is: its document is one that they should see.",
    "blocked": "Ask the site to let Dateline in, or use another feed of it. Dateline never passes for a browser.",
    "not-there": "Open the page in a browser, and correct url or selector below its [[page]].",
    "not-a-page": "Put the address of a web page into url below its [[page]].",
    "wall": "Open the page in a browser. Where it opens, ask the site to let Dateline in.",
    "401": "Ask the outlet for a feed that is public, or remove this one from config.toml.",
    "403": "Ask the site to let Dateline in, or use another feed of it. Dateline never passes for a browser.",
    "404": "{add} shows which feeds the site has now. Feeds do come back: it is still asked.",
    "410": "{add} shows which feeds the site has now. Where there is none, remove it from config.toml.",
    "429": "There is nothing to do now. If it lasts: fewer feeds of this site, or a longer interval_minutes under "
           "[polling].",
    "5xx": "There is nothing to do for some days: that is the site's to mend. If it lasts, tell them.",
}
_PAGE_MOVED = "Find where the page is now, and correct url below its [[page]]."
_PAGE_SHUT = "Ask the site to let Dateline in. Dateline never passes for a browser."
_OF_PAGES = {
    **dict.fromkeys(("404", "410", "redirect", "address", "type"), _PAGE_MOVED),
    **dict.fromkeys(("size", "memory"), "Watch another page of the site."),
    **dict.fromkeys(("403", "blocked"), _PAGE_SHUT),
    "401": "Watch a page that is public, or remove its [[page]].",
}
_ELSE = "Open its address in a browser: does a feed stand there?"
_STATUS = re.compile(r"\((\d{3})\)")  # as the fetcher names it; the number itself is not stored


@dataclass(frozen=True, slots=True)
class Evidence:
    """By feed: when it brought news, in order, and the errors of its last pages, newest first ("" where one was read).
    """

    news: Mapping[int, Sequence[datetime]] = field(default_factory=dict)
    pages: Mapping[int, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trouble:
    """`head` is for a table; `words` are the rest of a sentence that the feed begins; `todo` says what to do."""

    kind: Kind
    since: datetime | None
    head: str
    words: str
    todo: str


def trouble_of(feed: Feed, evidence: Evidence, now: datetime, zone: ZoneInfo) -> Trouble | None:
    """The worst that is wrong with a feed now; None where all is well, or it was never read yet."""
    if feed.gone or (feed.gone_since and feed.failures):
        return _gone(feed, zone)
    if feed.failures:
        return _failing(feed, now, zone)
    if _lost_pages(feed, evidence.pages.get(feed.id, ())):
        return _pages(evidence.pages[feed.id])
    if silent := _silent(feed, evidence.news.get(feed.id, ()), now, zone):
        return silent
    return _missed(feed, zone) if feed.missed_at and now - feed.missed_at < _LATELY else None


def _silent(feed: Feed, news: Sequence[datetime], now: datetime, zone: ZoneInfo) -> Trouble | None:
    if _is_quiet(feed, news, zone):
        return _quiet(feed, now, zone)
    if _is_empty(feed):
        return _empty(feed)
    return _still(feed, now, zone) if _is_still(feed, news) else None


def lasts(trouble: Trouble, feed: Feed, now: datetime) -> bool:
    """Whether it has lasted for long enough to be told."""
    if feed.gone:
        return True
    if trouble.kind == "blocked" and feed.failures >= BLOCKED_TWICE:
        return True
    if _RANKS[trouble.kind] == 1:
        return True
    since, asked = feed.failing_since, feed.polled_at
    return since is not None and asked is not None and now - since >= PATIENCE and asked - since >= SEEN_FAILING


def step(feed: Feed, trouble: Trouble | None, evidence: Evidence, now: datetime) -> Literal["begun", "over", ""]:
    """What to tell of a feed now: a trouble that is worse than the one told of, or that this one is over."""
    known = _RANKS.get(feed.told, 0)
    if trouble and _RANKS[trouble.kind] > known and lasts(trouble, feed, now):
        return "begun"
    return "over" if known and _is_over(feed, evidence, now) else ""


def may_be_quiet(feed: Feed) -> bool:
    """Whether a feed is silent for longer than four of its usual gaps; which days brought nothing is not looked at."""
    if feed.kind != "feed" or feed.gone or feed.failures or not (feed.usual_gap_hours and feed.new_at and feed.ok_at):
        return False
    return feed.ok_at - feed.new_at > quiet_after(feed)


def quiet_after(feed: Feed) -> timedelta:
    """Silence beyond this is more than usual: every night is silent, so never under a day."""
    return max(DAY, timedelta(hours=USUAL_GAPS * (feed.usual_gap_hours or 0.0)))


def _is_quiet(feed: Feed, news: Sequence[datetime], zone: ZoneInfo) -> bool:
    if not may_be_quiet(feed) or len(news) < NEWS_KNOWN:
        return False
    assert feed.new_at is not None
    assert feed.ok_at is not None  # what was not asked since then is not known to be silent
    if quiet_after(feed) >= timedelta(days=7):
        return True
    return _counted_silence(feed.new_at, feed.ok_at, news, zone) > quiet_after(feed)


def _answers(feed: Feed) -> bool:
    return feed.kind == "feed" and not feed.gone and not feed.failures and feed.ok_at is not None


def _is_empty(feed: Feed) -> bool:
    """Whether it answered for a week, and never had an entry."""
    never = feed.first_ok_at is None and feed.new_at is None
    return _answers(feed) and never and feed.ok_at is not None and feed.ok_at - feed.added_at >= EMPTY_AFTER


def _is_still(feed: Feed, news: Sequence[datetime]) -> bool:
    """Whether it brought nothing new for a month, where too little is known of its rhythm to call that unusual."""
    last = feed.new_at or feed.first_ok_at
    if not _answers(feed) or last is None or feed.ok_at is None or feed.ok_at - last < STILL_AFTER:
        return False
    return not feed.usual_gap_hours or (may_be_quiet(feed) and len(news) < NEWS_KNOWN)


def _counted_silence(begun: datetime, until: datetime, news: Sequence[datetime], zone: ZoneInfo) -> timedelta:
    """The silence without the days of the week on which the feed hardly ever has news: a town hall's has weekends."""
    recent = {at.astimezone(zone).date() for at in news if begun - at < HABIT}
    silence, at = timedelta(), begun
    while at < until:
        here = at.astimezone(zone)
        midnight = (here + DAY).replace(hour=0, minute=0, second=0, microsecond=0)
        end = min(until, max(midnight.astimezone(begun.tzinfo), at + timedelta(hours=1)))
        if _has_news_on(here.weekday(), recent):
            silence += end - at
        at = end
    return silence


def _has_news_on(weekday: int, days: set[date]) -> bool:
    """Whether a quarter of these days of the week brought news. One that was not seen yet is taken as usual."""
    if not days:
        return True
    first, last = min(days), max(days)
    asked = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    same = [day for day in asked if day.weekday() == weekday]
    return 4 * sum(day in days for day in same) >= len(same) if same else weekday < 5


def _lost_pages(feed: Feed, errors: Sequence[str]) -> bool:
    """Whether its last pages all gave no text, and most of those before did (or it was told, and has not ended)."""
    run = next((at for at, error in enumerate(errors) if not error), len(errors))
    if run < PAGES:
        return False
    before = errors[run:]
    return feed.told == "pages" or (len(before) >= PAGES and 2 * sum(not error for error in before) >= len(before))


def _is_over(feed: Feed, evidence: Evidence, now: datetime) -> bool:
    if feed.told == "pages":
        last = evidence.pages.get(feed.id, ())[:PAGES]
        return 2 * sum(not error for error in last) >= PAGES
    if feed.told == "empty":
        return feed.first_ok_at is not None
    if feed.told == "quiet":
        return feed.new_at is not None and feed.told_at is not None and feed.new_at > feed.told_at
    if feed.told == "missed":
        return feed.missed_at is None or now - feed.missed_at >= _LATELY
    return not feed.failures and not feed.gone and feed.ok_at is not None


def _gone(feed: Feed, zone: ZoneInfo) -> Trouble:
    since = feed.gone_since or feed.failing_since
    when = f" since {moment(since, zone)}" if since else ""
    todo = _remedy("410", feed)
    if feed.gone:
        words = f"is gone for good: the site has answered 410{when}, so it is not asked any more."
        return Trouble("gone", since, "gone for good", words, todo)
    words = f"is probably gone: the site has answered 410{when}. It is asked once more, a day after the first time."
    return Trouble("gone", since, "probably gone", words, todo)


def _failing(feed: Feed, now: datetime, zone: ZoneInfo) -> Trouble:
    kind: Kind = "blocked" if feed.error_kind == "blocked" or _status(feed) == "403" else "failing"
    head = "blocked" if kind == "blocked" else "failing"
    lasting = f" for {span(now - feed.failing_since)}" if feed.failing_since else ""
    when = f" since {moment(feed.failing_since, zone)}" if feed.failing_since else ""
    times = counted(feed.failures, ("once", "{} times"))
    words = f"has failed{when} ({times}): {_ended(feed.error or 'no reason is known')}"
    return Trouble(kind, feed.failing_since, f"{head}{lasting}", words, _remedy(feed.error_kind or "", feed))


def _pages(errors: Sequence[str]) -> Trouble:
    run = next((at for at, error in enumerate(errors) if not error), len(errors))
    words = f"gives no article pages any more: the last {run} had no text, and most before had. The last one said: " \
        f"{_ended(errors[0])} Rules read what the feed itself says."
    return Trouble("pages", None, "pages have no text", words,
                   "Open one of its articles in a browser. Where a paywall or a consent page stands before it, ask the "
                   "outlet for a feed with full text.")


def _quiet(feed: Feed, now: datetime, zone: ZoneInfo) -> Trouble:
    assert feed.new_at is not None
    words = f"answers, and has brought nothing new since {moment(feed.new_at, zone)} ({span(now - feed.new_at)}); " \
        f"{rhythm(feed)} is usual."
    return Trouble("quiet", feed.new_at, f"quiet for {span(now - feed.new_at)}", words,
                   f"Look at the site. Where it has newer articles, they go to another feed: {_add(feed)} shows which "
                   "it has.")


def _empty(feed: Feed) -> Trouble:
    words = "answers, but has never had an entry."
    return Trouble("empty", feed.added_at, "never had an entry", words,
                   f"Look at the site. Where it has articles, they stand in another feed: {_add(feed)} shows which it "
                   "has.")


def _still(feed: Feed, now: datetime, zone: ZoneInfo) -> Trouble:
    last = feed.new_at or feed.first_ok_at
    assert last is not None
    words = f"answers, and has brought nothing new since {moment(last, zone)} ({span(now - last)})."
    return Trouble("quiet", last, f"quiet for {span(now - last)}", words,
                   f"Look at the site. Where it has newer articles, they go to another feed: {_add(feed)} shows which "
                   "it has.")


def _missed(feed: Feed, zone: ZoneInfo) -> Trouble:
    assert feed.missed_at is not None
    words = "publishes more than its feed holds: between two polls articles went by unseen, last on " \
        f"{moment(feed.missed_at, zone)}. After such a poll Dateline asks again sooner."
    return Trouble("missed", feed.missed_at, "articles missed", words,
                   f"Add the feeds of its sections, too ({_add(feed)}), or a smaller interval_minutes under [polling].")


def _remedy(kind: str, feed: Feed) -> str:
    of = _status(feed) or kind
    found = _OF_PAGES.get(of) if feed.kind == "page" else None
    found = found or _REMEDIES.get(of, _ELSE)
    return found.format(add=_add(feed))


def _status(feed: Feed) -> str:
    """What the site answered, as remedies are kept by it: "404", "5xx"; empty where it answered no status."""
    found = _STATUS.search(feed.error or "") if feed.error_kind == "status" else None
    if found is None:
        return ""
    return "5xx" if found[1].startswith("5") else found[1]


def _add(feed: Feed) -> str:
    parts = urlsplit(feed.url)
    return f"dateline feeds add {parts.scheme}://{parts.netloc}"


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def rhythm(feed: Feed) -> str:
    """How often it usually brings something: "every 5 hours"; empty where that is not known."""
    return f"news every {span(timedelta(hours=feed.usual_gap_hours))}" if feed.usual_gap_hours else ""


def span(length: timedelta) -> str:
    """A length of time in the largest unit that leaves at least two of it, rounded down: "40 min", "30 hours"."""
    minutes = max(1, int(length.total_seconds() // 60))
    if minutes >= 2 * 24 * 60:
        return f"{minutes // (24 * 60)} days"
    return f"{minutes // 60} hours" if minutes >= 120 else f"{minutes} min"
