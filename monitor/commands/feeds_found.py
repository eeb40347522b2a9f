"""What stands behind an address that somebody wants to read: a feed, a page that names feeds, or a page to watch.

Everything is tried before it is offered: a feed that a page names may be gone, empty or years old.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from monitor.collect.discover import news_sitemaps, speaks_of_news
from monitor.config.addresses import same_feed
from monitor.errors import CollectError, DocumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from monitor.collect.discover import FoundFeed
    from monitor.collect.fetch import Fetcher
    from monitor.collect.model import Fetched, ParsedFeed
    from monitor.collect.sandbox import Sandbox
    from monitor.settings import FeedKind, FeedSettings

MOST_TRIED = 6  # feeds of one site, a second apart; a site names its main one first
_MOST_SITEMAPS = 2
_ROBOTS_BYTES = 500_000
_PERMANENT = {301, 308}
_STALE = timedelta(days=180)  # a feed without news for so long is offered behind the others


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that can be read. `newest` is when its newest entry was published, None where nobody knows."""

    kind: FeedKind
    url: str
    title: str
    entries: int = 0
    newest: datetime | None = None
    is_sitemap: bool = False
    begins: str = ""  # the first paragraph of a page
    links: frozenset[str] = frozenset()  # of its entries: RSS, Atom and JSON of one site have the same


@dataclass(frozen=True, slots=True)
class Found:
    """What an address leads to, the best first; `site` is what it calls itself, `broken` what it names and cannot be
    read, with the reason. `page` is the fetched page itself where it is one.
    """

    url: str
    site: str
    candidates: tuple[Candidate, ...]
    broken: tuple[tuple[str, str], ...] = ()
    untried: int = 0
    page: Fetched | None = None


async def look(
    url: str, fetcher: Fetcher, sandbox: Sandbox, now: datetime, tell: Callable[[int, int], None]
) -> Found:
    """Fetch the address and whatever it names as feeds; `tell` takes how many of them were tried.

    Raises CollectError where it cannot be read, or is nothing that could be.
    """
    fetched = await fetcher.fetch(url)
    moved = bool(fetched.redirects) and all(status in _PERMANENT for status, _ in fetched.redirects)
    here = fetched.url if moved else url
    try:
        parsed = await sandbox.parse_feed(fetched.body, url=fetched.url, content_type=fetched.content_type)
    except DocumentError as error:
        if error.kind != "not-a-feed":
            raise
        return await _named(here, fetched, error, _Asking(fetcher, sandbox, now, tell))
    return Found(here, parsed.title, (_feed(here, parsed, now),))


@dataclass(frozen=True, slots=True)
class _Asking:
    """What it takes to ask."""

    fetcher: Fetcher
    sandbox: Sandbox
    now: datetime
    tell: Callable[[int, int], None]


async def _named(here: str, page: Fetched, refusal: DocumentError, asking: _Asking) -> Found:
    """The feeds that a page names, the news sitemaps of its site, and the page itself."""
    named = await asking.sandbox.discover(page.body, url=page.url, content_type=page.content_type)
    sitemaps = await _sitemaps(page.url, asking.fetcher)
    tried, broken = await _tried(named.feeds[:MOST_TRIED], sitemaps, asking)
    watched = await _page(here, page, asking.sandbox)
    candidates = (*sorted(tried, key=lambda one: _rank(one, asking.now)), *watched)
    if not candidates and "html" in page.content_type.lower():
        raise DocumentError("not-a-page", f"{host(here)} names no feed that works, and this page holds no text to watch"
                            ": perhaps a script makes it in the browser, and that cannot be watched")
    if not candidates:
        raise refusal
    return Found(here, named.title, candidates, broken, max(0, len(named.feeds) - MOST_TRIED), page)


async def _sitemaps(url: str, fetcher: Fetcher) -> tuple[str, ...]:
    try:
        robots = await fetcher.fetch(urljoin(url, "/robots.txt"), accept="text/plain, */*;q=0.1")
    except CollectError:
        return ()  # most sites that have none say so with an error
    named = news_sitemaps(robots.body[:_ROBOTS_BYTES].decode("utf-8", "replace"), robots.url)
    return tuple(one for one in named if speaks_of_news(one))[:_MOST_SITEMAPS]


async def _tried(
    feeds: Sequence[FoundFeed], sitemaps: Sequence[str], asking: _Asking
) -> tuple[list[Candidate], tuple[tuple[str, str], ...]]:
    titles = dict.fromkeys(sitemaps, "") | {feed.url: feed.title for feed in feeds}
    done = 0

    async def ask(url: str) -> Candidate | CollectError:
        nonlocal done
        try:
            fetched = await asking.fetcher.fetch(url)
            parsed = await asking.sandbox.parse_feed(fetched.body, url=fetched.url, content_type=fetched.content_type)
        except CollectError as error:
            return error
        finally:
            done += 1
            asking.tell(done, len(titles))
        return replace(_feed(url, parsed, asking.now), title=parsed.title or titles[url])

    urls = [*(feed.url for feed in feeds), *sitemaps]
    answers = await asyncio.gather(*map(ask, urls))
    # A sitemap that is none of news is no fault of the site; a feed that it names and that is none is worth a word.
    broken = tuple((url, str(answer)) for url, answer in zip(urls, answers, strict=True)
                   if isinstance(answer, CollectError) and url not in sitemaps)
    return _once([answer for answer in answers if isinstance(answer, Candidate)]), broken


def _once(found: Sequence[Candidate]) -> list[Candidate]:
    """Each feed once: most sites name theirs in RSS and in Atom, and nobody should have to know the difference."""
    once: dict[object, Candidate] = {}
    for one in found:
        once.setdefault(one.links or same_feed(one.url), one)
    return list(once.values())


async def _page(here: str, page: Fetched, sandbox: Sandbox) -> tuple[Candidate, ...]:
    try:
        seen = await sandbox.watch_page(page.body, url=page.url, content_type=page.content_type, selector="")
    except DocumentError:
        return ()
    return (Candidate("page", here, seen.title, entries=len(seen.paragraphs), begins=seen.paragraphs[0]),)


def _feed(url: str, parsed: ParsedFeed, now: datetime) -> Candidate:
    times = [at for entry in parsed.entries if (at := entry.published_at or entry.updated_at) and at <= now]
    return Candidate("feed", url, parsed.title, len(parsed.entries) + parsed.dropped, max(times, default=None),
                     parsed.version == "sitemap", links=frozenset(entry.url for entry in parsed.entries if entry.url))


def _rank(one: Candidate, now: datetime) -> tuple[bool, bool, bool]:
    """Feeds before sitemaps, those with news before others; of equals the site's own order holds."""
    return (one.entries == 0, one.newest is not None and now - one.newest > _STALE, one.is_sitemap)


async def asked(source: FeedSettings, fetcher: Fetcher, sandbox: Sandbox) -> int:
    """How many entries a feed has now, or paragraphs a watched page. Raises CollectError where it cannot be read."""
    fetched = await fetcher.fetch(source.url)
    if source.kind == "page":
        seen = await sandbox.watch_page(fetched.body, url=fetched.url, content_type=fetched.content_type,
                                        selector=source.selector)
        return len(seen.paragraphs)
    parsed = await sandbox.parse_feed(fetched.body, url=fetched.url, content_type=fetched.content_type)
    return len(parsed.entries)


def host(url: str) -> str:
    """The name of the site, to speak of it."""
    return (urlsplit(url).hostname or url).removeprefix("www.")
