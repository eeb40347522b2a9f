"""Google News sitemaps: for many local outlets the only list of their articles. Pure.

They hold what a feed without summaries holds: address, title, date, language; the last two days of a site's news.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.collect import clean
from monitor.collect.dates import UnusualDateError, moment
from monitor.collect.decode import as_utf8
from monitor.collect.discover import likeliest_news, speaks_of_news
from monitor.collect.jsonfeed import absolute
from monitor.collect.model import Entry, ParsedFeed
from monitor.errors import DocumentError
from monitor.stories.identity import canonical_url

if TYPE_CHECKING:
    from lxml.etree import _Element

_REMEDY = "look on the site for its feed, or for a news sitemap (a robots.txt often names it)"
_NEWS = "{*}news/{*}"
_NAMED = 3


def parse(body: bytes, *, url: str, limit: int) -> ParsedFeed:
    """The news sitemap in `body`, at most `limit` of its newest articles; `url` is where it came from.

    Raises DocumentError "not-a-feed" for a sitemap without news and for an index of sitemaps, naming the likely ones.
    """
    root = _tree(body)
    pages = list(root.iter("{*}url"))
    news = [page for page in pages if page.find("{*}news") is not None]
    if _name(root) == "sitemapindex":
        raise DocumentError("not-a-feed", _of_index(root, url))
    if pages and not news:
        raise DocumentError("not-a-feed", "an ordinary sitemap came, without headlines; Dateline reads news "
                            f"sitemaps: {_REMEDY}")
    entries = sorted((_entry(page, url) for page in news), key=_age, reverse=True)
    return ParsedFeed(
        title=urlsplit(url).hostname or "",
        entries=tuple(entries[:limit]),
        whole=True,
        version="sitemap",
        dropped=max(0, len(entries) - limit),
    )


def _tree(body: bytes) -> _Element:
    from lxml import etree

    text = as_utf8(body)
    parser = etree.XMLParser(
        encoding=None if text is None else "utf-8", resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        return etree.fromstring(body if text is None else text.lstrip().encode(), parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError("damaged", "a sitemap came that is damaged or broke off: it is tried again") from error


def _name(element: _Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def _of_index(root: _Element, url: str) -> str:
    found = [canonical_url(absolute(url, (loc.text or "").strip())) for loc in root.findall("{*}sitemap/{*}loc")]
    likely = [_shown(address) for address in likeliest_news(found) if speaks_of_news(address)][:_NAMED]
    if not likely:
        return f"a list of {len(found)} sitemaps came: {_REMEDY}"
    return f"a list of sitemaps came: take one of them that holds news: {', '.join(likely)}"


def _shown(address: str) -> str:
    """Without a password, and without what stands behind "?", which may be a key: this is told in a channel."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}{'?…' if parts.query else ''}"


def _entry(page: _Element, base: str) -> Entry:
    link = absolute(base, _text(page, "{*}loc"))
    return Entry(
        guid=link,
        url=link,
        title=clean.inline(_text(page, _NEWS + "title")),
        published_at=_moment(_text(page, _NEWS + "publication_date")),
        updated_at=_moment(_text(page, "{*}lastmod")),
        language=clean.inline(_text(page, _NEWS + "publication/{*}language"), 20),
    )


def _age(entry: Entry) -> datetime:
    return entry.published_at or datetime.min.replace(tzinfo=UTC)


def _text(page: _Element, path: str) -> str:
    return (page.findtext(path) or "").strip()


def _moment(text: str) -> datetime | None:
    try:
        return moment(text)
    except UnusualDateError:
        return None
