"""The shell that reads article pages: one fetch an article, its text where it can be trusted, else the feed's.

An article waits for its page before rules read it, but not for long: after three tries within eight minutes the feed's
own text must do, since a raid told from a summary is worth more than one told an hour late.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from monitor.collect.fetch import PAGE_ACCEPT
from monitor.collect.page import usable
from monitor.errors import CollectError, FetchError
from monitor.stories.identity import canonical_url, url_key
from storage import articles

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.collect.fetch import Fetcher
    from monitor.collect.model import ExtractedPage
    from monitor.collect.sandbox import Sandbox
    from storage.articles import StoredArticle
    from storage.database import Database

CONCURRENT = 8
RETRY_AFTER = (timedelta(minutes=2), timedelta(minutes=6))
# Failures that may be gone in two minutes; everything else (refused, no page, blocked, not HTML) will not.
_PASSING = {"timeout", "dns", "refused", "protocol"}
_PASSING_STATUS = {429, 500, 502, 503, 504}


async def read_pages(database: Database, fetcher: Fetcher, sandbox: Sandbox, now: datetime) -> int:
    """Read the pages that are due; how many gave a text. Raises StorageError."""
    due = await asyncio.to_thread(_due, database, now)
    gate = asyncio.Semaphore(CONCURRENT)

    async def read(article: StoredArticle) -> bool:
        async with gate:
            columns, keys = await _read(article, fetcher, sandbox, now)
        await asyncio.to_thread(_store, database, article, columns, keys)
        return bool(columns["page_state"] == "read")

    return sum(await asyncio.gather(*(read(article) for article in due)))


async def _read(
    article: StoredArticle, fetcher: Fetcher, sandbox: Sandbox, now: datetime
) -> tuple[dict[str, Any], set[str]]:
    """What to store of the page, and the addresses it is known by."""
    try:
        fetched = await fetcher.fetch(article.url, accept=PAGE_ACCEPT)
        page = await sandbox.extract_page(fetched.body, url=fetched.url, content_type=fetched.content_type)
    except CollectError as error:
        return _failed(article, error, now), set()
    if not usable(page, article.title, article.summary):
        return {
            "page_state": "failed",
            "page_attempts": article.page_attempts + 1,
            "page_error": "the page does not show the article (a paywall, a consent page, or another story)",
        }, set()
    read = {
        "page_state": "read",
        "page_attempts": article.page_attempts + 1,
        "page_error": None,
        "text": page.text,
        "text_source": "page",
        "published_at": article.published_at or page.published_at,
    }
    if page.language:
        read["language"] = page.language
    return read, _addresses(fetched.url, page)


def _story(text: str, title: str) -> str:
    """The text without a first line that only repeats the headline: it would be quoted right below it."""
    first, _, rest = text.partition("\n")
    return rest if rest and _bare(first) == _bare(title) else text


def _bare(line: str) -> str:
    return "".join(filter(str.isalnum, line.casefold()))


def _failed(article: StoredArticle, error: CollectError, now: datetime) -> dict[str, Any]:
    tried = article.page_attempts + 1
    columns: dict[str, Any] = {"page_attempts": tried, "page_error": str(error), "page_state": "failed"}
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


def _due(database: Database, now: datetime) -> list[StoredArticle]:
    with database.read() as connection:
        return articles.pages_due(connection, now)


def _store(database: Database, article: StoredArticle, columns: dict[str, Any], keys: set[str]) -> None:
    with database.write() as connection:
        twins = articles.same_page(connection, article.id, sorted(keys))
        # A wrong merge hides news: only the same headline at the same address is the same article.
        twin = next((known for known, title in twins if title.casefold() == article.title.casefold()), None)
        articles.add_keys(connection, article.id, keys)
        articles.record_page(connection, article.id, **columns, **({"duplicate_of": twin} if twin else {}))
