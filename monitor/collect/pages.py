"""The shell that reads article pages: one fetch an article, its text where it can be trusted, else the feed's.

An article waits for its page before rules read it, but not for long: after three tries within eight minutes the feed's
own text must do, since a raid told from a summary is worth more than one told an hour late. Pages are read beside the
bot's rounds: what a slow site leaves undone goes on, and the articles of the others are told.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from monitor.collect import clean
from monitor.collect.beside import Beside
from monitor.collect.entries import believable
from monitor.collect.fetch import PAGE_ACCEPT, RESTING
from monitor.collect.page import usable
from monitor.collect.tools import Tools
from monitor.collect.turns import host_of, in_turn
from monitor.errors import CollectError, DocumentError, FetchError
from monitor.settings import PollingSettings
from monitor.stories.identity import canonical_url, url_key
from rules.article.likeness import common
from storage import articles, hosts
from storage import pages as page_rows

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.collect.fetch import Fetcher
    from monitor.collect.model import ExtractedPage, Fetched
    from monitor.collect.sandbox import Sandbox
    from storage.articles import StoredArticle
    from storage.database import Database

log = logging.getLogger("dateline.collect")

CONCURRENT = 50  # a server that says nothing holds its place for half a minute
PER_HOST = 2  # of them; more would only wait for the host's turn
WAITING = 500  # started and not yet under way: what 20 starts a second can begin before the next rounds
HOST_WAITING = 25  # of them; at one start a second they take half a minute
GIVE_UP_AFTER = timedelta(minutes=10)  # three tries take eight
_MOST, _SOME = 0.5, 0.25  # of the sentences of the shorter text
_SAME_HOUR = timedelta(hours=1)
_TOO_LATE = "the page could not be read in time"
_CRASH = "reading this page failed in a way we did not expect"
_NOT_ALLOWED = "robots.txt of {host} asks not to read its articles: rules read what the feed says"
_UNKNOWN_RULES = "robots.txt of {host} cannot be reached, so nobody knows whether its articles may be read"
RETRY_AFTER = (timedelta(minutes=2), timedelta(minutes=6))
# Failures that may be gone in two minutes; everything else (refused, no page, blocked, not HTML) will not.
_PASSING = {"timeout", "dns", "refused", "protocol"}
_PASSING_STATUS = {429, 500, 502, 503, 504}


class Pages:
    """The pages under way. Serves one event loop; end it with `aclose`."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._gate = asyncio.Semaphore(CONCURRENT)
        self._storing = asyncio.Lock()
        self._hosts: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(PER_HOST))
        self._host_of: dict[int, str] = {}
        self.beside: Beside[bool] = Beside(tools.ended)

    async def start(self) -> None:
        """Begin to read the pages that are due and not under way, and give up those that are late. Raises StorageError.
        """
        self._host_of = {key: host for key, host in self._host_of.items() if key in self.beside}
        for article, host in await asyncio.to_thread(self._due):
            self._host_of[article.id] = host
            self.beside.start(article.id, self._visit(article, host))

    def take(self) -> int:
        """How many pages gave a text since this was asked last. Raises StorageError."""
        return sum(self.beside.take())

    async def aclose(self) -> None:
        """End what has its answer, and drop the rest of what is under way: it stays pending."""
        await self.beside.aclose()

    def _due(self) -> list[tuple[StoredArticle, str]]:
        now = self._tools.clock()
        with self._tools.database.read() as connection:
            late = page_rows.has_late(connection, now - GIVE_UP_AFTER)
            waiting = [(key, url) for key, url in page_rows.due(connection, now) if key not in self.beside]
            waiting = [one for one in waiting if not self._tools.holds_pages(host_of(one[1]))]
            turns = in_turn(waiting, per_host=HOST_WAITING, under_way=self._host_of.values(),
                            shut=hosts.without_pages(connection, now) if waiting else ())
            turns = turns[:WAITING - len(self.beside)]
            found = {article.id: article for article in articles.by_ids(connection, [key for key, _ in turns])}
        if late:
            with self._tools.database.write() as connection:
                page_rows.give_up(connection, now - GIVE_UP_AFTER, _TOO_LATE)
        return [(found[key], host) for key, host in turns if key in found]

    async def _visit(self, article: StoredArticle, host: str) -> bool:
        async with self._hosts[host]:
            found = await self._read(article, host)
        if found is None:
            return False  # its host rests: it stays due
        columns, keys = found
        async with self._storing:  # one after the other, or two twins could each become the other's duplicate
            await asyncio.to_thread(_store, self._tools.database, article, columns, keys)
        return bool(columns["page_state"] == "read")

    async def _read(self, article: StoredArticle, host: str) -> tuple[dict[str, Any], set[str]] | None:
        """What to store of the page, and the addresses it is known by; None where it was not asked for."""
        try:
            barred = await self._barred(article, host)
            if barred:
                return barred, set()
            async with self._gate:  # not a place for waiting until the host may be asked
                fetched = await self._tools.fetcher.fetch(
                    article.url, accept=PAGE_ACCEPT, resting=self._tools.holds_pages)
                self.beside.answered(article.id)
                page = await self._opened(fetched)
            return _found(article, fetched.url, page, self._tools.clock())
        except CollectError as error:
            if error.kind == RESTING:
                return None
            return await self._refused(article, error, host), set()
        except Exception:  # one page's surprise is its own: rules read the feed's text instead
            log.exception("a page of %s failed in a way that nobody expected", article.outlet)
            return _failed(article, CollectError("crash", _CRASH), self._tools.clock()), set()

    async def _barred(self, article: StoredArticle, host: str) -> dict[str, Any] | None:
        """What to store of a page that its host's robots.txt keeps us from; None where it may be read, now."""
        if self._tools.robots is None:
            return None
        now = self._tools.clock()
        answer = await self._tools.robots.verdict(article.url, now)
        if answer == "no":
            return _failed(article, CollectError("robots", _NOT_ALLOWED.format(host=host)), now)
        if answer == "wait":
            return {"page_state": "pending", "page_error": _UNKNOWN_RULES.format(host=host),
                    "page_due_at": now + RETRY_AFTER[0]}
        await asyncio.sleep(self._tools.robots.delay(article.url))
        return None

    async def _opened(self, fetched: Fetched) -> ExtractedPage:
        """The page, given a second chance in the slow lane where it takes long."""
        extract = partial(self._tools.sandbox.extract_page, fetched.body, url=fetched.url,
                          content_type=fetched.content_type)
        try:
            return await extract(quick=True)
        except DocumentError as error:
            if error.kind != "timeout":
                raise
        return await extract()

    async def _refused(self, article: StoredArticle, error: CollectError, host: str) -> dict[str, Any]:
        self.beside.answered(article.id)
        now = self._tools.clock()
        until = self._tools.rests.note_page(host, error, now)
        if until:
            await asyncio.to_thread(_shut, self._tools.database, error.host or host, until)
        return _failed(article, error, now)


async def read_pages(database: Database, fetcher: Fetcher, sandbox: Sandbox, now: datetime) -> int:
    """Read the pages that are due, and wait for all of them; how many gave a text. Raises StorageError."""
    tools = Tools(database, fetcher, sandbox, PollingSettings(), lambda: now)
    pages = Pages(tools)
    try:
        await pages.start()
        while pages.beside:
            tools.ended.clear()
            await tools.ended.wait()
        return pages.take()
    finally:
        await pages.aclose()


def _shut(database: Database, host: str, until: datetime) -> None:
    with database.write() as connection:
        hosts.wait(connection, host, until, pages=True)


def _found(article: StoredArticle, final: str, page: ExtractedPage, now: datetime) -> tuple[dict[str, Any], set[str]]:
    if not usable(page, article.title, article.summary):
        message = "the page does not show the article (a paywall, a consent page, or another story)"
        return _failed(article, CollectError("other", message), now), set()
    read = {
        "page_state": "read",
        "page_attempts": article.page_attempts + 1,
        "page_error": None,
        "text": _story(page.text, article.title),
        "text_source": "page",
        "published_at": article.published_at or believable(page.published_at, now),
        "updated_at": believable(page.updated_at, now),
    }
    if page.author and not article.author:
        read["author"] = page.author
    if page.language:
        read["language"] = page.language
    return read, _addresses(final, page)


def _story(text: str, title: str) -> str:
    """The text without a first line that only repeats the headline: it would be quoted right below it."""
    first, _, rest = text.partition("\n")
    return rest if rest and _bare(first) == _bare(title) else text


def _bare(line: str) -> str:
    return "".join(filter(str.isalnum, line.casefold()))


def _failed(article: StoredArticle, error: CollectError, now: datetime) -> dict[str, Any]:
    tried = article.page_attempts + 1
    why = clean.sentence(str(error))
    columns: dict[str, Any] = {"page_attempts": tried, "page_error": why, "page_state": "failed"}
    passing = isinstance(error, FetchError) and (error.kind in _PASSING or error.status in _PASSING_STATUS)
    if passing and tried <= len(RETRY_AFTER):
        columns |= {"page_state": "pending", "page_due_at": now + RETRY_AFTER[tried - 1]}
    return columns


def _addresses(final: str, page: ExtractedPage) -> set[str]:
    """Keys of where the link led and of what the page calls its own address, if that is on the same host.

    Some sites name their front page on every article, and wire copies name another outlet: neither is this article.
    """
    keys = {url_key(canonical_url(final))}
    own = urlsplit(page.canonical_url)
    if own.path not in ("", "/") and own.hostname == urlsplit(final).hostname:
        keys.add(url_key(canonical_url(page.canonical_url)))
    return keys


def _store(database: Database, article: StoredArticle, columns: dict[str, Any], keys: set[str]) -> None:
    with database.write() as connection:
        if not page_rows.waits(connection, article.id):
            return  # it was given up meanwhile, and may have been told
        # Keys first and in order: of two twins stored at once, the later then sees the earlier.
        articles.add_keys(connection, article.id, sorted(keys))
        twins = page_rows.same_page(connection, article.id, sorted(keys))
        # A wrong merge hides news: only the same headline and text at the same address is the same article.
        titled = [known for known, title in twins if title.casefold() == article.title.casefold()]
        text = str(columns.get("text") or article.text)
        stored = articles.by_ids(connection, titled)
        twin = next((one.id for one in stored if _tells_the_same(article, text, one)), None)
        if twin:
            # Not to be matched, not even after the twin itself was erased: its news was told.
            columns |= {"duplicate_of": twin, "rules_hash": "duplicate"}
        articles.record_page(connection, article.id, **columns)


def _tells_the_same(article: StoredArticle, text: str, twin: StoredArticle) -> bool:
    """Whether the texts share most sentences, or within the hour some: pages name the list they stand in as theirs."""
    shared = common(text, twin.text)
    times = article.published_at or article.first_seen_at, twin.published_at or twin.first_seen_at
    return shared > _MOST or (shared >= _SOME and abs(times[0] - times[1]) <= _SAME_HOUR)
