"""Feed documents, bytes to entries: RSS and Atom by feedparser (known nowhere else), JSON Feed by its own reader.

Runs in the child process: feedparser's patterns can hold a processor for minutes over 20 kB. It is given a stream
and never bytes or text, which it would take for the name of a file to open or an address to fetch.
"""

from __future__ import annotations

import io
import re
from calendar import timegm
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from monitor.collect import clean, jsonfeed
from monitor.collect.decode import as_utf8
from monitor.collect.jsonfeed import absolute
from monitor.collect.model import Entry, ParsedFeed
from monitor.collect.notafeed import not_a_feed

if TYPE_CHECKING:
    import time

MAX_ENTRIES = 2_000
_ITEM = re.compile(rb"<(?:item|entry)[\s>]", re.IGNORECASE)
_ROOT_END = re.compile(rb"</(?:\w{1,20}:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,10}));")
_BROKE_OFF = ("unclosed token", "unclosed CDATA section")  # what stands in these is no end of the feed
_SUMMARY_BESIDE_CONTENT = 2_000  # characters; feedparser repeats the content as a summary where there is none


def parse_feed(body: bytes, *, url: str, content_type: str) -> ParsedFeed:
    """The feed in `body`, at most MAX_ENTRIES of it; `url` is where it came from, for relative links.

    Raises DocumentError "not-a-feed" that says what came instead. feedparser itself may raise anything.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        parsed = jsonfeed.parse(body, url=url, limit=MAX_ENTRIES)
        if parsed is None:
            raise not_a_feed(body, url)
        return parsed
    return _parse_xml(body, url, content_type)


def _parse_xml(body: bytes, url: str, content_type: str) -> ParsedFeed:
    import feedparser

    thinned, dropped = _thinned(body)
    text = as_utf8(thinned)
    document, kind = (thinned, content_type) if text is None else (text.encode(), "application/xml; charset=utf-8")
    headers = {"content-location": url} | ({"content-type": kind} if kind else {})
    document = _REFERENCE.sub(_no_surrogate, document)
    # Its sanitiser and link resolver cost half the time and hold the worst patterns; markup is stripped anyway.
    parsed = feedparser.parse(
        io.BytesIO(document), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    if not parsed.get("version"):
        raise not_a_feed(body, url)
    found = parsed["entries"]
    whole = not _broke_off(parsed, document)
    if not whole and found:
        found = found[:-1]
    shown = parsed["feed"]
    return ParsedFeed(
        title=clean.inline(shown.get("title", "")),
        entries=tuple(_entry(entry, url, shown.get("language") or "") for entry in found[:MAX_ENTRIES]),
        whole=whole,
        version=parsed["version"],
        dropped=dropped + max(0, len(found) - MAX_ENTRIES),
    )


def _thinned(body: bytes) -> tuple[bytes, int]:
    """Without the items in the middle where there are too many: 50,000 of them would take 13 s to parse.

    The newest stand at one end of a feed or the other, so both ends are kept.
    """
    starts = [found.start() for found in _ITEM.finditer(body)]
    dropped = len(starts) - MAX_ENTRIES
    if dropped <= 0:
        return body, 0
    half = MAX_ENTRIES // 2
    return body[: starts[half]] + body[starts[half + dropped] :], dropped


def _no_surrogate(reference: re.Match[bytes]) -> bytes:
    """References to half a character, which feedparser accepts and then falls over, left out."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return b"" if 0xD800 <= number <= 0xDFFF else reference[0]


def _broke_off(parsed: dict[str, Any], document: bytes) -> bool:
    """Whether the document ended early. Other errors (a bare "&", a tag left open) are the feed's own and lasting."""
    problem = parsed.get("bozo_exception")
    if not hasattr(problem, "getLineNumber"):  # not the XML parser's, but a remark about encodings
        return False
    return any(words in str(problem) for words in _BROKE_OFF) or not _ROOT_END.search(document)


def _entry(entry: dict[str, Any], base: str, feed_language: str) -> Entry:
    published, updated = _moment(entry, "published_parsed"), _moment(entry, "updated_parsed")
    content = clean.paragraphs(_content(entry))[0]
    summary = clean.paragraphs(entry.get("summary", ""))[0]
    return Entry(
        guid=entry.get("id", ""),
        url=absolute(base, entry.get("link", "")),
        title=clean.inline(entry.get("title", "")),
        summary=clean.cut(summary, _SUMMARY_BESIDE_CONTENT) if content else summary,
        content=content,
        published_at=published or _moment(entry, "created_parsed") or updated,
        updated_at=updated,
        author=clean.inline(entry.get("author", ""), 100),
        language=clean.inline(entry.get("title_detail", {}).get("language") or feed_language, 20),
    )


def _content(entry: dict[str, Any]) -> str:
    texts = [part.get("value", "") for part in entry.get("content", ()) if _is_text(part.get("type", ""))]
    return max(texts, key=len, default="")


def _is_text(kind: str) -> bool:
    return not kind or kind.startswith("text/") or "html" in kind


def _moment(entry: dict[str, Any], key: str) -> datetime | None:
    if key not in entry:
        return None
    parts: time.struct_time | None = entry.get(key)
    try:
        return datetime.fromtimestamp(timegm(parts), UTC) if parts else None
    except (ValueError, OverflowError, OSError):
        return None
