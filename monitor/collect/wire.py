"""What main process and child say to each other over pipes: a length, a JSON head, a body.

Nothing that can carry code: the child reads strangers' documents, and its answers are believed only as far as their
shape goes. What a document has many of (entries, paragraphs) goes as a table of texts, as long as they are and one
behind the other: packed and cut apart in a fifth of the time that JSON takes, and no text can be taken for another.
"""

from __future__ import annotations

import json
import struct
from dataclasses import fields
from datetime import datetime
from itertools import accumulate, chain, pairwise
from typing import TYPE_CHECKING, Any

from monitor.collect.model import Entry, ExtractedPage, Hints, ParsedFeed, RobotsVerdict, WatchedPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.collect.discover import Discovered, FoundFeed

    Document = ParsedFeed | ExtractedPage | WatchedPage | RobotsVerdict | Discovered

HEAD = struct.Struct(">II")  # length of the JSON head, length of the body
ANSWER_LIMIT = 32_000_000  # bytes; a 5 MB document makes at most a few times its size of text
_ROWS = {"ParsedFeed": "entries", "WatchedPage": "paragraphs", "Discovered": "feeds"}
_TABLE = struct.Struct(">II")  # how many rows, and how many texts in each; the lengths of all follow, then the texts
_LENGTH = 4  # bytes


def frame(head: dict[str, Any], body: bytes = b"") -> bytes:
    """One message, ready to be written."""
    text = _json(head)
    return HEAD.pack(len(text), len(body)) + text + body


def to_wire(document: Document) -> tuple[dict[str, Any], bytes]:
    """A document as plain values and, for what it has many of, a table of texts."""
    many = _ROWS.get(type(document).__name__)
    head = {name: value for name, value in _values(document).items() if name != many}
    return head, _table([_texts_of(each) for each in getattr(document, many)]) if many else b""


def rows(body: bytes) -> list[list[str]]:
    """The table in a body, row by row. Raises ValueError where it is none."""
    if not body:
        return []
    count, width = _TABLE.unpack_from(body) if len(body) > _TABLE.size else (0, 0)
    begin = _TABLE.size + _LENGTH * count * width
    if begin > len(body):
        raise ValueError("a table breaks off")
    ends = [0, *accumulate(struct.unpack_from(f">{count * width}I", body, _TABLE.size))]
    text = body[begin:].decode()
    if ends[-1] != len(text):
        raise ValueError("a table has other texts than it says")
    texts = [text[start:end] for start, end in pairwise(ends)]
    return [texts[at : at + width] for at in range(0, len(texts), width)]


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
    return WatchedPage(paragraphs=tuple(text for line in lines for text in _texts(line)), **head)


def robots_from_wire(head: dict[str, Any], _: Sequence[Any]) -> RobotsVerdict:
    """The verdict again, with the same errors."""
    return RobotsVerdict(tuple(map(bool, head["allowed"])), head["delay"] and float(head["delay"]))


def discovered_from_wire(head: dict[str, Any], lines: Sequence[Any]) -> Discovered:
    """What was found on a page again, with the same errors."""
    from monitor.collect.discover import Discovered, FoundFeed

    return Discovered(feeds=tuple(FoundFeed(*_texts(line)) for line in lines), **head)


def _table(texts: list[Sequence[str]]) -> bytes:
    if not texts:
        return b""
    all_texts = list(chain.from_iterable(texts))
    lengths = struct.pack(f">{len(all_texts)}I", *map(len, all_texts))
    return _TABLE.pack(len(texts), len(texts[0])) + lengths + _utf8("".join(all_texts))


def _texts_of(row: Entry | FoundFeed | str) -> Sequence[str]:
    if isinstance(row, str):
        return (row,)
    if not isinstance(row, Entry):
        return row.url, row.title, row.kind
    published, updated = _written(row.published_at), _written(row.updated_at)
    return (row.guid, row.url, row.title, row.summary, row.content, published, updated, row.author, row.language)


def _entry(values: Sequence[str]) -> Entry:
    guid, url, title, summary, content, published, updated, author, language = _texts(values)
    return Entry(guid, url, title, summary, content, _moment(published), _moment(updated), author, language)


def _texts(values: Sequence[str]) -> Sequence[str]:
    """The values, if they are texts. Joining finds out at a fifth of the cost of looking at each."""
    "".join(values)
    return values


def _written(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _json(value: object) -> bytes:
    return _utf8(json.dumps(value, ensure_ascii=False, default=_plain))


def _utf8(text: str) -> bytes:
    # A lone surrogate has none; cleaned text holds no such, an address straight from a feed may.
    return text.encode("utf-8", "replace")


def _values(row: Document | Hints) -> dict[str, Any]:
    return {each.name: getattr(row, each.name) for each in fields(row)}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Hints):
        return _values(value)
    raise TypeError(f"{type(value).__name__} does not go over the wire")
