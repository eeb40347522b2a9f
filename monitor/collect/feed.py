"""Feed documents, bytes to entries. RSS and Atom that are in order have a fast reader of their own, as have JSON Feed
and news sitemaps; whatever is damaged or unusual goes to feedparser (known nowhere else).

Runs in the child process: feedparser's patterns can hold a processor for minutes over 20 kB. It is given a stream
and never bytes or text, which it would take for the name of a file to open or an address to fetch.
"""

from __future__ import annotations

import io
import re
import zlib
from calendar import timegm
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from monitor.collect import clean, jsonfeed, wholefeed
from monitor.collect.decode import as_utf8
from monitor.collect.hints import hints_of
from monitor.collect.jsonfeed import absolute
from monitor.collect.model import Entry, ParsedFeed
from monitor.collect.rawentry import RawEntry
from monitor.collect.wholefeed import RawFeed
from monitor.errors import DocumentError

if TYPE_CHECKING:
    import time

MAX_ENTRIES = 2_000
MAX_UNPACKED = 5_000_000  # bytes, as for any document
_GZIP = 31  # wbits: a gzip header and trailer, nothing else
_FIRST = re.compile(rb"<(?:\w{1,20}:)?([a-zA-Z]\w{0,40})")
_FIRST_WITHIN = 4_096  # bytes; a root element stands behind a declaration, a style sheet and comments
_SITEMAPS = {b"urlset", b"sitemapindex"}
_ITEM = re.compile(rb"<(?:item|entry)[\s>]", re.IGNORECASE)
_HEAD = 1_000  # bytes
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<!doctype\s+html|<html)[\s>]", re.IGNORECASE)
_ROOT = re.compile(rb"<(?:\w{1,20}:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
_ITEM_END = re.compile(rb"</(?:item|entry)\s*>", re.IGNORECASE)
_ROOT_END = re.compile(rb"</(?:\w{1,20}:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,10}));")
_BROKE_OFF = ("unclosed token", "unclosed CDATA section")  # what stands in these is no end of the feed
_SUMMARY_BESIDE_CONTENT = 2_000  # characters; feedparser repeats the content as a summary where there is none


def parse_feed(body: bytes, *, url: str, content_type: str) -> ParsedFeed:
    """The feed in `body`, at most MAX_ENTRIES of it; `url` is where it came from, for relative links.

    Raises DocumentError "not-a-feed" that says what came instead. feedparser itself may raise anything.
    """
    body = _unpacked(body)
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        parsed = jsonfeed.parse(body, url=url, limit=MAX_ENTRIES)
        if parsed is None:
            raise _not_a_feed(body, url)
        return parsed
    if _is_sitemap(body):
        from monitor.collect import sitemap

        return sitemap.parse(body, url=url, limit=MAX_ENTRIES)
    if _PAGE.match(body[:_HEAD]) and not _ROOT.search(body):
        raise _not_a_feed(body, url)  # which feedparser would find, too, after up to ten seconds
    return _parse_xml(body, url, content_type)


def _not_a_feed(body: bytes, url: str) -> DocumentError:
    from monitor.collect.notafeed import not_a_feed  # with what reads pages, as for sitemaps: 1.5 MB, seldom needed

    return not_a_feed(body, url)


def _is_sitemap(body: bytes) -> bool:
    root = _FIRST.search(body[:_FIRST_WITHIN])
    return root is not None and root[1].lower() in _SITEMAPS


def _unpacked(body: bytes) -> bytes:
    """A document that is itself a gzip file, as sitemaps are, unpacked as far as any document may be long."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    inflate = zlib.decompressobj(_GZIP)
    try:
        unpacked = inflate.decompress(body, MAX_UNPACKED)
    except zlib.error as error:
        raise DocumentError("damaged", "the document is a gzip file that cannot be unpacked") from error
    if not inflate.eof:
        raise DocumentError("size", "the gzip file holds more than any feed needs, or its end is missing")
    return unpacked


def _parse_xml(body: bytes, url: str, content_type: str) -> ParsedFeed:
    thinned, dropped = _thinned(body)
    text = as_utf8(thinned)
    raw = wholefeed.read(text.lstrip(), url) if text is not None else None
    whole = True
    if raw is None:
        raw, whole = _read_loosely(thinned, text, url, content_type)
    if not raw.version:
        raise _not_a_feed(body, url)
    if not whole and not raw.entries:
        raise DocumentError("damaged", "the document is damaged or broke off, and nothing in it could be read")
    return ParsedFeed(
        title=clean.inline(raw.title),
        entries=tuple(_entry(entry, url, raw.language) for entry in raw.entries[:MAX_ENTRIES]),
        whole=whole,
        version=raw.version,
        dropped=dropped + max(0, len(raw.entries) - MAX_ENTRIES),
        hints=hints_of(body),
    )


def _read_loosely(body: bytes, text: str | None, url: str, content_type: str) -> tuple[RawFeed, bool]:
    """What feedparser makes of the document, and whether that is the whole of it."""
    import feedparser

    document, kind = (body, content_type) if text is None else (text.encode(), "application/xml; charset=utf-8")
    headers = {"content-location": url} | ({"content-type": kind} if kind else {})
    document = _REFERENCE.sub(_no_surrogate, document)
    # Its sanitiser and link resolver cost half the time and hold the worst patterns; markup is stripped anyway.
    parsed = feedparser.parse(
        io.BytesIO(document), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    found, shown = parsed["entries"], parsed["feed"]
    whole = not _broke_off(parsed, document)
    raw = RawFeed(shown.get("title", ""), shown.get("language") or "", parsed.get("version") or "")
    raw.entries.extend(_raw(entry) for entry in (found[:-1] if not whole and _in_an_entry(document) else found))
    return raw, whole


def _thinned(body: bytes) -> tuple[bytes, int]:
    """Without the items in the middle where there are too many: 50,000 of them would take 13 s to parse.

    The newest stand at one end of a feed or the other, so both ends are kept.
    """
    if body.count(b"<") <= MAX_ENTRIES:  # of any kind, which is soon counted
        return body, 0
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


def _in_an_entry(document: bytes) -> bool:
    """Whether a document that broke off did so inside an entry, so that its last one is half."""
    last = max((found.end() for found in _ITEM_END.finditer(document)), default=0)
    in_cdata = document.rfind(b"<![CDATA[") > document.rfind(b"]]>")
    return in_cdata or _ITEM.search(document, last) is not None


def _raw(entry: dict[str, Any]) -> RawEntry:
    return RawEntry(
        guid=entry.get("id", ""),
        link=entry.get("link", ""),
        title=entry.get("title", ""),
        language=entry.get("title_detail", {}).get("language") or "",
        summary=entry.get("summary", ""),
        contents=[part.get("value", "") for part in entry.get("content", ()) if _is_text(part.get("type", ""))],
        published=_moment(entry, "published_parsed"),
        updated=_moment(entry, "updated_parsed"),
        created=_moment(entry, "created_parsed"),
        author=entry.get("author", ""),
    )


def _entry(entry: RawEntry, base: str, feed_language: str) -> Entry:
    markup = max(entry.contents, key=len, default="")
    content = clean.paragraphs(markup)[0]
    # Where there is no summary, both readers repeat the content.
    summary = content if markup and entry.summary == markup else clean.paragraphs(entry.summary or "")[0]
    return Entry(
        guid=entry.guid,
        url=absolute(base, entry.link or ""),
        title=clean.inline(entry.title),
        summary=clean.cut(summary, _SUMMARY_BESIDE_CONTENT) if content else summary,
        content=content,
        published_at=entry.published or entry.created or entry.updated,
        updated_at=entry.updated,
        author=_short(entry.author, 100),
        language=_short(entry.language or feed_language, 20),
    )


@lru_cache(maxsize=200)
def _short(markup: str, limit: int) -> str:
    """A name or a language, which a feed repeats in every entry."""
    return clean.inline(markup, limit)


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
