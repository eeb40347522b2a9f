"""What came instead of a feed, in words, and where the feed may be."""

from __future__ import annotations

import html
import re

from monitor.collect import clean
from monitor.collect.jsonfeed import absolute
from monitor.errors import DocumentError
from monitor.stories.identity import canonical_url

_LOOKED_AT = 200_000  # bytes; a page names its feeds near its top
_LINK = re.compile(r"<link\b[^<>]*>", re.IGNORECASE)
_FEED_TYPE = re.compile(r"type\s*=\s*[\"']?application/(?:rss\+xml|atom\+xml|feed\+json)", re.IGNORECASE)
_HREF = re.compile(r"href\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_TITLE = re.compile(r"<title[^<>]*>([^<]*)", re.IGNORECASE)
_ROOT = re.compile(r"<([a-z_][\w:.-]{0,40})", re.IGNORECASE)


def not_a_feed(body: bytes, url: str) -> DocumentError:
    """The error "not-a-feed", naming what came and, where a page names its feed, that address."""
    text = body[:_LOOKED_AT].decode("utf-8", "replace")
    came = _what_came(text)
    feed = _named_feed(text, url)
    remedy = f"the page names this feed: {feed}" if feed else "check the feed's address on the site"
    return DocumentError("not-a-feed", f"{came} came instead of a feed: {remedy}")


def _what_came(text: str) -> str:
    start = text.lstrip("\ufeff \t\r\n")
    root = _ROOT.search(start)
    if not start:
        return "an empty answer"
    if start[0] in "{[":
        return "JSON that is no JSON Feed"
    if "\ufffd" in start[:200] or "\0" in start[:200]:
        return "a file that is not text"
    if root is None:
        return "text without any markup" if not start.startswith("<?xml") else "an empty XML document"
    return _markup(root[1].lower(), text)


def _markup(root: str, text: str) -> str:
    if root in {"urlset", "sitemapindex"}:
        return "a sitemap"
    if root in {"html", "head", "body"} or re.search(r"<(?:html|body|head)\b", text, re.IGNORECASE):
        title = _TITLE.search(text)
        named = clean.inline(title[1], 80) if title else ""
        return f"an HTML page (“{named}”)" if named else "an HTML page"
    return f"an XML document of another kind (<{root}>)"


def _named_feed(text: str, url: str) -> str:
    for link in _LINK.findall(text):
        href = _HREF.search(link)
        if "alternate" in link.lower() and _FEED_TYPE.search(link) and href:
            return canonical_url(absolute(url, html.unescape(next(filter(None, href.groups()), ""))))
    return ""
