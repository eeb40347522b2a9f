"""What adding a source is in the terminal and in Slack alike: the address, the words for what was found, its name."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.collect import clean
from monitor.commands.feeds_found import host
from monitor.config import addresses
from monitor.config.values import Fault
from monitor.errors import DatelineError
from monitor.words.counts import counted

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.commands.feeds_found import Candidate, Found
    from monitor.errors import CollectError
    from monitor.settings import FeedSettings, Settings

NOTHING = "Nothing was written"
_SPANS = ((525_600, ("1 year", "{} years")), (1_440, ("1 day", "{} days")), (60, ("1 hour", "{} hours")),
          (1, ("1 minute", "{} minutes")))  # minutes


def address_of(text: str) -> str:
    """The address as it will be written: https:// where none is said, and without what browsers add.

    Raises DatelineError where it is none that can be read.
    """
    plain = addresses.without_feed_scheme(text.strip().strip("<>").removeprefix("view-source:"))
    if plain.lower().startswith("mailto:"):
        raise DatelineError(f"this is a mail address: give the address of a web site. {NOTHING}")
    return checked(addresses.feed_address(plain if "://" in plain else f"https://{plain}"))


def checked(value: str | Fault) -> str:
    """The value. Raises DatelineError with what is wrong with it, and what to do."""
    if isinstance(value, Fault):
        raise DatelineError(f"{value.message}: {value.remedy}")
    return value


def known_as(url: str, settings: Settings) -> FeedSettings | None:
    """The source of config.toml with this address; http and https, and the like, are one."""
    return next((feed for feed in settings.feeds if addresses.same_feed(feed.url) == addresses.same_feed(url)), None)


def refusal(url: str, error: CollectError, command: str = "dateline feeds add") -> str:
    """Why the address cannot be read; `command` is what to try another one with."""
    parts = urlsplit(url)
    if error.status == 404 and parts.path.strip("/"):
        return (f"{host(url)} has nothing at this address (404). Try the home page: "
                f"{command} {parts.scheme}://{parts.netloc}")
    return str(error)


def title_of(one: Candidate) -> str:
    """What a source calls itself, and what it is where that is no feed."""
    what = "Watch this page" if one.kind == "page" else "News sitemap" if one.is_sitemap else ""
    title = clean.cut(one.title or ("" if what else "(without a title)"), 80)
    return f"{what}: {title}" if what and title else what or title


def sentence_of(one: Candidate, now: datetime) -> str:
    """ "12 entries, the newest from 3 hours ago"."""
    if one.kind == "page":
        begins = clean.cut(one.begins, 60)
        return f"{counted(one.entries, ('1 paragraph', '{} paragraphs'))}; it begins “{begins}”"
    entries = counted(one.entries, ("1 entry", "{} entries")) if one.entries else "no entry yet"
    if one.newest is None:
        return f"{entries}, without dates" if one.entries else entries
    return f"{entries}, the newest from {_ago(now, one.newest)}"


def _ago(now: datetime, then: datetime) -> str:
    minutes = max(1, int((now - then).total_seconds() // 60))
    for size, words in _SPANS:
        if minutes >= size:
            return f"{counted(minutes // size, words)} ago"
    raise AssertionError("a minute is the least")


def called(found: Found, one: Candidate) -> str:
    """What the outlet of a source is called, as far as its site says it."""
    # A page's title is that of the page; what the site is called stands only in og:site_name.
    own = found.site if found.site != one.title else ""
    named = (own if one.kind == "page" else found.site or one.title) or host(one.url)
    return clean.cut(named, 80)
