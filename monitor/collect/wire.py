"""What main process and child say to each other over pipes: a length, a JSON head, a body.

JSON and nothing that can carry code: the child reads strangers' documents, and its answers are believed only as far
as their shape goes. What a document has many of (entries, paragraphs) goes as a line of JSON each: one large value
would be decoded in one go with the interpreter's lock held, and stop the event loop for as long.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, fields, is_dataclass
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from monitor.collect.model import Entry, ExtractedPage, Hints, ParsedFeed, RobotsVerdict, WatchedPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.collect.discover import Discovered

    Document = ParsedFeed | ExtractedPage | WatchedPage | RobotsVerdict | Discovered

HEAD = struct.Struct(">II")  # length of the JSON head, length of the body
ANSWER_LIMIT = 32_000_000  # bytes; a 5 MB document makes at most a few times its size of text
_ROWS = {"ParsedFeed": "entries", "WatchedPage": "paragraphs", "Discovered": "feeds"}
_entry_values = attrgetter(*(each.name for each in fields(Entry)))


def frame(head: dict[str, Any], body: bytes = b"") -> bytes:
    """One message, ready to be written."""
    text = _json(head)
    return HEAD.pack(len(text), len(body)) + text + body


def to_wire(document: Document) -> tuple[dict[str, Any], bytes]:
    """A document as plain values and, for what it has many of, a line each."""
    many = _ROWS.get(type(document).__name__)
    head = {each.name: getattr(document, each.name) for each in fields(document) if each.name != many}
    rows = getattr(document, many) if many else ()
    if many == "entries":
        rows = map(_entry_values, rows)
    return head, b"\n".join(map(_json, rows))


def rows(body: bytes) -> list[Any]:
    """The lines of a body as values. Raises ValueError where one is no JSON."""
    return list(map(_decode, body.decode().split("\n"))) if body else []


def feed_from_wire(head: dict[str, Any], lines: Sequence[Any]) -> ParsedFeed:
    """The feed again. Raises KeyError, TypeError or ValueError where the shape is not a feed's."""
    hints = head.pop("hints")
    told = Hints(hints["minutes"], tuple(hints["skip_hours"]), tuple(hints["skip_days"]))
    return ParsedFeed(entries=tuple(map(_entry, lines)), hints=told, **head)


def page_from_wire(head: dict[str, Any], _: Sequence[Any]) -> ExtractedPage:
    """The article page again, with the same errors."""
    times = {key: _time(head[key]) for key in ("published_at", "updated_at")}
    return ExtractedPage(**{**head, **times})


def watched_from_wire(head: dict[str, Any], lines: Sequence[Any]) -> WatchedPage:
    """The watched page again, with the same errors."""
    return WatchedPage(paragraphs=_texts(lines), **head)


def robots_from_wire(head: dict[str, Any], _: Sequence[Any]) -> RobotsVerdict:
    """The verdict again, with the same errors."""
    return RobotsVerdict(tuple(map(bool, head["allowed"])), head["delay"] and float(head["delay"]))


def discovered_from_wire(head: dict[str, Any], lines: Sequence[Any]) -> Discovered:
    """What was found on a page again, with the same errors."""
    from monitor.collect.discover import Discovered, FoundFeed

    return Discovered(feeds=tuple(FoundFeed(**line) for line in lines), **head)


def _entry(values: Sequence[Any]) -> Entry:
    guid, url, title, summary, content, published, updated, author, language = values
    if {*map(type, (guid, url, title, summary, content, author, language))} != {str}:
        raise TypeError("a text was expected")
    return Entry(guid, url, title, summary, content, _time(published), _time(updated), author, language)


def _texts(values: Sequence[Any]) -> tuple[str, ...]:
    if not all(isinstance(value, str) for value in values):
        raise TypeError("a text was expected")
    return tuple(values)


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _json(value: object) -> bytes:
    # A lone surrogate has no UTF-8; cleaned text has none, an address straight from a feed may.
    return _encode(value).encode("utf-8", "replace")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{type(value).__name__} does not go over the wire")


# Made once: json.dumps and json.loads look at their arguments anew for every line.
_encode = json.JSONEncoder(ensure_ascii=False, default=_plain).encode
_decode = json.JSONDecoder().decode
