"""What came instead of a feed, in words, and where the feed may be."""

from __future__ import annotations

import re

from monitor.collect import clean
from monitor.collect.discover import found_feeds
from monitor.errors import DocumentError

_LOOKED_AT = 200_000  # bytes; a page names its feeds near its top
_A_PAGE = "an HTML page"
_OTHERWISE = "check the feed's address on the site"
_TITLE = re.compile(r"<title[^<>]*>([^<]*)", re.IGNORECASE)
_ROOT = re.compile(r"<([a-z_][\w:.-]{0,40})", re.IGNORECASE)


def not_a_feed(body: bytes, url: str) -> DocumentError:
    """The error "not-a-feed", naming what came and, where a page names its feed, that address."""
    text = body[:_LOOKED_AT].decode("utf-8", "replace")
    came = _what_came(text)
    remedy = _named_feed(body, url) if came.startswith(_A_PAGE) else ""
    return DocumentError("not-a-feed", f"{came} came instead of a feed: {remedy or _OTHERWISE}")


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
    if root in {"html", "head", "body"} or re.search(r"<(?:html|body|head)\b", text, re.IGNORECASE):
        title = _TITLE.search(text)
        named = clean.inline(title[1], 80) if title else ""
        return f"{_A_PAGE} (“{named}”)" if named else _A_PAGE
    return f"an XML document of another kind (<{root}>)"


def _named_feed(body: bytes, url: str) -> str:
    found = found_feeds(body[:_LOOKED_AT], url)
    if not found:
        return ""
    if found[0].kind == "link":
        return f"the page links to what may be its feed: {found[0].url}"
    return f"the page names this feed: {found[0].url}"
