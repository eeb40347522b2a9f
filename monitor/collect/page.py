"""Article pages, bytes to text: trafilatura (known nowhere else) finds the story among menus, promotions and comments.

Runs in the child process. Its fast mode had the best F1 of the extractors measured (0.962) at two thirds of the cost.
"""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.collect import clean
from monitor.collect.decode import page_text
from monitor.collect.jsonfeed import absolute
from monitor.collect.model import ExtractedPage
from monitor.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trafilatura.settings import Document

_HTML_START = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_LANGUAGE = re.compile(r"<html\b[^<>]*?\blang\s*=\s*[\"']?([a-z]{2,3}(?:-\w{2,8})?)", re.IGNORECASE)
_LINK = re.compile(r"<link\b[^<>]*>", re.IGNORECASE)
_IS_CANONICAL = re.compile(r"\brel\s*=\s*[\"']?canonical\b", re.IGNORECASE)
_HREF = re.compile(r"\bhref\s*=\s*[\"']?([^\"'\s<>]+)", re.IGNORECASE)
_P = re.compile(r"</?p\b[^<>]*>", re.IGNORECASE)
_META = re.compile(r"<meta\b[^<>]*>", re.IGNORECASE)
_PUBLISHED = re.compile(r"[\"'](?:article:published_time|datePublished|og:published_time)[\"']", re.IGNORECASE)
_CONTENT = re.compile(r"\bcontent\s*=\s*[\"']([^\"']{8,40})[\"']", re.IGNORECASE)
_UPDATED = re.compile(r"[\"'](?:article:modified_time|dateModified|og:updated_time)[\"']", re.IGNORECASE)
_LD_UPDATED = re.compile(r"\"dateModified\"\s*:\s*(\"[^\"]{8,40}\")")
_LD_PUBLISHED = re.compile(r"\"datePublished\"\s*:\s*(\"[^\"]{8,40}\")")

# Only dates that the page states as such: searching its text for one costs more than the extraction.
_DATES = {"extensive_search": False, "original_date": True}

_WORD = re.compile(r"[^\W_]{3,}")
_COMMON = frozenset(
    _WORD.findall("""
    about after amid and are but could for from had has have her his how into its more new not off our out over said
    says that the their they this was were what when where who why will with would you your
    como con del desde dice ella ellos entre esta este fue hasta las los más para pero por que sin sobre son sus una uno
    """)
)
# A third of a headline's words stand in its own text for 98 % of 410 labelled articles, and in another's for 11 %.
_SHARED = 1 / 3
_SENTENCE = 40  # characters; what is shorter is a heading, a menu or a button
_REPORT_LENGTH = 250  # characters of prose below which a page's title alone proves nothing
_STUB_LENGTH = 1_200
_STUB = re.compile(
    r"subscri|paywall|log ?in to|sign in to|already a member|cookie|we and our partners|before you continue|accept all"
    r"|enable javascript|are you a robot|suscr|inicia(?:r)? sesión|aceptar todo",
    re.IGNORECASE,
)


def extract_page(body: bytes, *, url: str, content_type: str) -> ExtractedPage:
    """The story of an HTML page; its `text` is empty where no story was found.

    Raises DocumentError "not-a-page" for anything but HTML. lxml and trafilatura may raise anything.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if "html" not in kind and not _HTML_START.search(body[:1_000]):
        raise DocumentError("not-a-page", f"the link leads to {kind[:60] or 'something'} that is not a web page")
    markup = page_text(body, content_type)
    found = _extracted(markup)
    return _page(found, markup, url) if found is not None else ExtractedPage(title="", text="")


def _extracted(markup: str) -> Document | None:
    from trafilatura import bare_extraction
    from trafilatura.settings import use_config

    config = use_config()
    # Below this many characters trafilatura takes the whole page instead, furniture and all. Its default of 250 does so
    # for short reports; 100 gave the same F1 over 181 pages (0.961) at a higher precision.
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "100")
    # Given as text: bytes would be unpacked once more, without a bound, where they look compressed.
    found = bare_extraction(
        markup, fast=True, include_comments=False, with_metadata=True, date_extraction_params=_DATES, config=config
    )
    return None if isinstance(found, dict) else found  # a dict only where one is asked for


def _page(found: Document, markup: str, url: str) -> ExtractedPage:
    title = clean.inline(found.title or "")
    text, too_long = clean.lines(found.text or "")
    text = text.removeprefix(f"{title}\n")  # a headline repeated would count as a mention in the body
    language = _LANGUAGE.search(markup[:20_000])
    return ExtractedPage(
        title=title,
        text="" if _is_whole_page(text, markup) else text,
        canonical_url=_canonical(markup, url),
        published_at=_stated(markup, _PUBLISHED, _LD_PUBLISHED) or _noon(found.date),
        updated_at=_stated(markup, _UPDATED, _LD_UPDATED),
        language=language[1].lower() if language else "",
        outlet=clean.inline(found.sitename or "", 100),
        author=clean.inline(found.author or "", 100),
        cut=too_long,
    )


def _is_whole_page(text: str, markup: str) -> bool:
    """Whether this is trafilatura's last resort: the text of everything on the page, menus and footer included.

    That comes as many short lines or as one long one; a story is mostly sentences, or stands in one element.
    """
    if "\n" in text:
        return sum(len(line) for line in text.split("\n") if len(line) >= _SENTENCE) < len(text) / 2
    if len(text) < _REPORT_LENGTH or '"articleBody"' in markup:
        return False
    longest = max(_P.split(markup), key=len)
    return len(clean.inline(longest, len(text))) < 0.8 * len(text)


def _canonical(markup: str, url: str) -> str:
    """The address that the page calls its own; a site that calls every page its front page is not believed."""
    link = next((found for found in _LINK.findall(markup[:200_000]) if _IS_CANONICAL.search(found)), "")
    href = _HREF.search(link)
    stated = absolute(url, html.unescape(href[1])) if href else ""
    return stated if urlsplit(stated).path.strip("/") or not urlsplit(url).path.strip("/") else ""


def _stated(markup: str, named: re.Pattern[str], linked: re.Pattern[str]) -> datetime | None:
    """The time that the page states of itself: in its head, else in the data that it links."""
    stated = [_CONTENT.search(meta) for meta in _META.findall(markup[:200_000]) if named.search(meta)]
    texts = [match[1] for match in stated if match]
    texts += [_unquoted(found) for found in linked.findall(markup)[:1]]
    return next(filter(None, map(_moment, texts)), None)


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:  # an escape that JSON does not know: that costs the date, not the page
        return ""


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
        # Without a zone or a time it is only a day, which _noon reads.
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _noon(day: str | None) -> datetime | None:
    """A bare day as noon UTC: that is the same day everywhere in the Americas and in Europe."""
    try:
        return datetime.combine(datetime.fromisoformat(day or "").date(), time(12), UTC)
    except ValueError:
        return None


def usable(page: ExtractedPage, entry_title: str, entry_summary: str) -> bool:
    """Whether the page's text is the story that the feed announced, and may be matched in place of the feed's text.

    It must share words with the entry, and be no wall: a consent page names cities, and a paywall leaves only the
    newsletter box. Doubt goes against the page, because a wrong text alerts about things that did not happen.
    """
    prose = [line for line in page.text.split("\n") if len(line) >= _SENTENCE and line != page.title]
    length = sum(map(len, prose))
    if not prose or length < len(entry_summary) or (length < _STUB_LENGTH and _STUB.search(page.text)):
        return False
    same_title = _share(entry_title, _words([page.title])) >= 0.6
    if same_title and length >= _REPORT_LENGTH:
        return True
    words = _words(prose)
    return _share(entry_title, words) >= _SHARED or _share(entry_summary, words) >= 0.5


def _share(wanted: str, there: frozenset[str]) -> float:
    words = _words([wanted])
    return len(words & there) / len(words) if words else 0.0


def _words(texts: Iterable[str]) -> frozenset[str]:
    found = (word for text in texts for word in _WORD.findall(text.casefold()))
    return frozenset(word.removesuffix("s") for word in found if word not in _COMMON)
