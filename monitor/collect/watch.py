"""Pages without a feed, watched for changes: bytes to paragraphs (in the child process), and what changed to an entry.

A sheriff's policy, a list of agencies, an agenda: what changes on such a page is news, and no feed says so. Rules read
the changed paragraphs alone, also in the headline: a rule that finds the title of a page would find every change of
it. cssselect is known nowhere else.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from monitor.collect import clean
from monitor.collect.decode import page_text
from monitor.collect.differences import changes_in, gaps, telling
from monitor.collect.model import Entry, WatchedPage
from monitor.collect.restless import Noted, lately, settled
from monitor.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from monitor.collect.differences import Change
    from storage.feeds import Feed

MAX_PARAGRAPHS = 20_000
_PARAGRAPH_LIMIT = 5_000  # characters
_PAGE_LIMIT = 2_000_000  # the same; the longest list of agencies has a sixteenth of it
_LONG_PAGE = 20  # paragraphs; of a shorter page most may change in one edit
_MOST = 0.6
_SHOWN = 20  # changes of a page that changed nearly whole
_SHOWN_AT_MOST = 200

RESTLESS = ("part of the page changes at every look and is left out until it has been still for a day: choose a "
            "narrower selector, which leaves that part out")
TOO_LONG = (f"the page is longer than {MAX_PARAGRAPHS:,} paragraphs or {_PAGE_LIMIT:,} characters, and what stands "
            "behind these is not seen: choose a narrower selector, or watch a page that shows less at once")

_HTML_START = re.compile(rb"<(?:!doctype\s+html|html|head|body|main|div|p|table)\b", re.IGNORECASE)
# What is no text of the page for anybody who reads it.
_UNREAD = ("//script | //style | //noscript | //template | //iframe | //object | //svg | //select | //textarea"
           " | //button | //datalist | //audio | //video")
_FURNITURE = (".//nav | .//aside | .//*[@role='navigation' or @role='banner' or @role='contentinfo' or @role='search']"
              " | .//header[not(ancestor::article)] | .//footer[not(ancestor::article)]")
_BLOCKS = frozenset(re.findall(r"\S+", """
    address article aside blockquote body br caption center dd details div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul
"""))
_LAYOUT_ROW = 600  # characters; the row of a table that holds so much is a page laid out in a table
_WALL_LENGTH = 1_500  # characters; an error or login page says little else
_WALL = re.compile(
    r"\W*(?:(?:error\W{1,3})?(?:40\d|50[0-4])\b"
    r"(?:\W*$|\W+(?:error|not|forbidden|unauthori|bad|service|internal|page|gateway))"
    r"|(?:an )?error\b|page (?:not found|unavailable)|not found|forbidden|access (?:denied|restricted)"
    r"|(?:.{0,30}\b)?(?:log|sign)[ -]?in\b|just a moment|attention required|one moment|are you (?:a )?(?:robot|human)"
    r"|verify(?:ing)? you|security check|pardon our|request (?:rejected|blocked)|service (?:temporarily )?unavailable"
    r"|(?:site )?(?:under )?maintenance|before you continue|página no encontrada|acceso denegado"
    r"|inici(?:ar|a) sesión)",
    re.IGNORECASE)


def is_selector(text: str) -> bool:
    """Whether this is a CSS selector that pages can be searched with."""
    from cssselect import HTMLTranslator, SelectorError

    try:
        HTMLTranslator().css_to_xpath(text)
    except SelectorError:
        return False
    return True


def extract_watched(body: bytes, *, url: str, content_type: str, selector: str) -> WatchedPage:
    """The paragraphs of an HTML page, within what `selector` points at; without one, of its main part.

    Tables become a paragraph a row, lists one an item. Raises DocumentError "not-a-page" for anything but HTML,
    "not-there" where nothing is found and "wall" for a login or error page: none of these is a change. lxml may raise
    anything.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if "html" not in kind and not _HTML_START.search(body[:1_000]):
        raise DocumentError("not-a-page", f"{kind[:60] or 'something'} came, and no web page that could be watched")
    tree = _tree(page_text(body, content_type))
    title = clean.inline(" ".join(tree.xpath("string(//title)").split()) or tree.xpath("string(//h1)"), 120)
    parts = _parts(tree, selector)
    asks_password = any(part.xpath(".//input[@type='password']") for part in parts)
    paragraphs = _bounded(line for part in parts for line in _lines(part))
    _check(paragraphs, title, selector, url, asks_password=asks_password)
    return WatchedPage(title, paragraphs)


def _tree(markup: str) -> Any:  # noqa: ANN401 - lxml has no types
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        tree = html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError as error:
        raise DocumentError("not-there", "an empty page came") from error
    _drop(tree.xpath(_UNREAD))
    return tree


def _drop(elements: Sequence[Any]) -> None:
    for element in elements:
        if element.getparent() is not None:
            element.drop_tree()


def _parts(tree: Any, selector: str) -> list[Any]:  # noqa: ANN401
    """The watched elements, none within another. Without a selector: the main part, without menus and the like."""
    if not selector:
        main = tree.xpath("//main | //*[@role='main']")[:1] or tree.xpath("//body")[:1] or [tree]
        _drop(main[0].xpath(_FURNITURE))
        return list(main)
    from cssselect import HTMLTranslator

    found = tree.xpath(HTMLTranslator().css_to_xpath(selector))
    inside = set(found)
    return [element for element in found if inside.isdisjoint(element.iterancestors())]


def _lines(part: Any) -> Iterator[str]:  # noqa: ANN401
    from lxml import etree

    text: list[str] = []
    row = None  # the row that we are in: its cells stay on one line
    for event, element in etree.iterwalk(part, events=("start", "end")):
        if row is None and element.tag in _BLOCKS:
            yield "".join(text)
            text.clear()
        elif element.tag in _BLOCKS:
            text.append(" | " if element.tag in ("td", "th") and event == "start" else " ")
        if event == "start":
            text.append(element.text or "")
            row = element if row is None and _is_row(element) else row
            continue
        row = None if element is row else row
        text.append(element.tail or "" if element is not part else "")
    yield "".join(text)


def _is_row(element: Any) -> bool:  # noqa: ANN401
    """Whether this is a row of data: many old sites lay out the whole page in one row of one table."""
    if element.tag != "tr" or next(element.iterdescendants("table", "h1", "h2"), None) is not None:
        return False
    return sum(map(len, element.itertext())) <= _LAYOUT_ROW


def _bounded(lines: Iterator[str]) -> tuple[str, ...]:
    paragraphs: list[str] = []
    room = _PAGE_LIMIT
    for line in lines:
        if paragraph := clean.sentence(line, _PARAGRAPH_LIMIT).strip(" |"):
            paragraphs.append(paragraph)
            room -= len(paragraph)
        if room <= 0 or len(paragraphs) == MAX_PARAGRAPHS:
            break
    return tuple(paragraphs)


def _is_cut(paragraphs: Sequence[str]) -> bool:
    """Whether `_bounded` left out the end of this page."""
    return len(paragraphs) >= MAX_PARAGRAPHS or sum(map(len, paragraphs)) >= _PAGE_LIMIT


def _check(paragraphs: tuple[str, ...], title: str, selector: str, url: str, *, asks_password: bool) -> None:
    headline = title or clean.cut((*paragraphs, "")[0], 120)
    if sum(map(len, paragraphs)) < _WALL_LENGTH and (asks_password or _WALL.match(headline)):
        host = urlsplit(url).hostname or "the site"
        raise DocumentError("wall", f"{host} sent an error or login page (“{headline}”) in place of the page: open it "
                            "in a browser; what was on it is kept for comparison")
    if paragraphs:
        return
    if selector:
        raise DocumentError("not-there", f"the part of the page that is watched ({selector}) is not there any more: "
                            "look at the page, and correct selector in config.toml")
    raise DocumentError("not-there", "there is no text on this page: it may be made by a script in the browser, which "
                        "Dateline does not run. Look for another page with the same text")


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a page brought: what changed as one entry, or none; what to note for the next look; and, where
    not all of the page is told, why (`kind` and `error`, as they are stored with a feed).
    """

    entries: tuple[Entry, ...]
    noted: Noted
    kind: str = ""
    error: str = ""


def look(before: Sequence[str] | None, noted: Noted, page: WatchedPage, feed: Feed, now: datetime) -> Look:
    """What changed on a page since `before`; nothing at the first look (None). `noted` is what that look noted.

    A page that goes to and fro between two states is told once each way, until it rested for two days; a place that
    changes at every look is left out. The url is the page's for every change: no article may be known by it.
    """
    cut = _is_cut(page.paragraphs)
    found = () if before is None else gaps(before, page.paragraphs, cut=cut or _is_cut(before))
    left, places = settled(found, noted.places, now, feed.ok_at)
    told = changes_in(left)
    mark = _fingerprint(told)
    known, marks = lately(mark if told else "", noted.told, now)
    kind, error = ("too-long", TOO_LONG) if cut else ("restless", RESTLESS) if len(left) < len(found) else ("", "")
    entries = () if known or not told or before is None else (
        _entry(told, mark, len(before) + len(page.paragraphs), feed, now),)
    return Look(entries, Noted(marks, places), kind, error)


def _entry(told: Sequence[Change], mark: str, paragraphs: int, feed: Feed, now: datetime) -> Entry:
    return Entry(
        guid=f"change:{mark}:{now.isoformat()}",  # the same may be signed, ended and signed again
        url=feed.url,
        title=_title(told),
        content=_content(told, paragraphs),
        published_at=now,
    )


def _fingerprint(found: Sequence[Change]) -> str:
    told = sorted((telling(change.before), telling(change.after)) for change in found)
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _title(found: Sequence[Change]) -> str:
    come = next((change.after for change in found if change.after), "")
    return f"Changed: {clean.cut(come or f'deleted: {found[0].before}', 200)}"


def _content(found: Sequence[Change], paragraphs: int) -> str:
    """A paragraph for each state of each change, with a word in front of it that no rule looks for ("removed" would be
    taken for a deportation)."""
    touched = sum(bool(change.before) + bool(change.after) for change in found)
    most = paragraphs >= 2 * _LONG_PAGE and touched > _MOST * paragraphs
    shown = found[: _SHOWN if most else _SHOWN_AT_MOST]
    lines = ["Most of the page changed. It begins:"] if most else []
    for change in shown:
        if change.before:
            lines.append(f"{'Before' if change.after else 'Deleted'}: {change.before}")
        if change.after:
            lines.append(f"{'Now' if change.before else 'Added'}: {change.after}")
    if len(found) > len(shown):
        lines.append(f"… and {len(found) - len(shown)} more")
    return clean.lines("\n".join(lines))[0]
