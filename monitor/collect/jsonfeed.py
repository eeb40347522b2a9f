"""JSON Feed 1.0 and 1.1 (jsonfeed.org), which feedparser does not read."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from monitor.collect import clean
from monitor.collect.model import Entry, ParsedFeed

if TYPE_CHECKING:
    from collections.abc import Mapping

_VERSION = "jsonfeed.org/version/"
# An address that joining to any base would give back as it is; nearly all links are such, and joining takes a while.
PLAIN_ADDRESS = re.compile(r"https?://[\w.-]+(?::\d+)?/[\w./~%+:@,!-]*(?:\?[\w./~%+:@,=&-]+)?(?:#[\w-]+)?", re.ASCII)


def parse(body: bytes, *, url: str, limit: int) -> ParsedFeed | None:
    """The JSON Feed in `body`, its first `limit` items; None where this is other JSON or none at all."""
    try:
        document = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or _VERSION not in _text(document, "version"):
        return None
    found = document.get("items")
    items = [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
    language = _text(document, "language")
    return ParsedFeed(
        title=clean.inline(_text(document, "title")),
        entries=tuple(_entry(item, url, language) for item in items[:limit]),
        whole=True,  # JSON that broke off does not parse at all
        version="json" + _text(document, "version").rpartition("/")[2],
        dropped=max(0, len(items) - limit),
    )


def _entry(item: Mapping[str, Any], base: str, language: str) -> Entry:
    published, updated = _moment(item, "date_published"), _moment(item, "date_modified")
    return Entry(
        guid=_text(item, "id"),
        url=absolute(base, _text(item, "url") or _text(item, "external_url")),
        title=clean.inline(_text(item, "title")),
        summary=clean.paragraphs(_text(item, "summary"))[0],
        content=clean.paragraphs(_text(item, "content_html") or _text(item, "content_text"))[0],
        published_at=published or updated,
        updated_at=updated,
        author=clean.inline(_author(item), 100),
        language=clean.inline(_text(item, "language") or language, 20),
    )


def absolute(base: str, link: str) -> str:
    """`link` seen from `base` where that gives an http(s) address, else nothing: no other scheme is ever followed."""
    if PLAIN_ADDRESS.fullmatch(link):
        return link
    try:
        joined = urljoin(base, link.strip()) if link.strip() else ""
    except ValueError:
        return ""
    return joined if joined.lower().startswith(("http://", "https://")) else ""


def _text(item: Mapping[str, Any], key: str) -> str:
    found = item.get(key)
    if isinstance(found, int | float) and not isinstance(found, bool):
        return str(found)  # many feeds number their items
    return found if isinstance(found, str) else ""


def _author(item: Mapping[str, Any]) -> str:
    several = item.get("authors")
    people = several if isinstance(several, list) else [item.get("author")]
    return ", ".join(name for person in people if isinstance(person, dict) and (name := _text(person, "name")))


def _moment(item: Mapping[str, Any], key: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text(item, key).strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
