"""What main process and child say to each other over pipes: a length, a JSON head, a body.

JSON and nothing that can carry code: the child reads strangers' documents, and its answers are believed only as far
as their shape goes.
"""

from __future__ import annotations

import dataclasses
import json
import struct
from datetime import datetime
from typing import Any

from monitor.collect.model import Entry, ExtractedPage, ParsedFeed

HEAD = struct.Struct(">II")  # length of the JSON head, length of the body
ANSWER_LIMIT = 32_000_000  # bytes; a 5 MB document makes at most a few times its size of text


def frame(head: dict[str, Any], body: bytes = b"") -> bytes:
    """One message, ready to be written."""
    # A lone surrogate has no UTF-8; cleaned text has none, an address straight from a feed may.
    text = json.dumps(head, ensure_ascii=False, default=_moment).encode("utf-8", "replace")
    return HEAD.pack(len(text), len(body)) + text + body


def to_json(document: ParsedFeed | ExtractedPage) -> dict[str, Any]:
    """A document as plain values, times as ISO text."""
    return dataclasses.asdict(document)


def feed_from_json(fields: dict[str, Any]) -> ParsedFeed:
    """The feed again. Raises KeyError, TypeError or ValueError where the shape is not a feed's."""
    entries = tuple(_entry(entry) for entry in fields.pop("entries"))
    return ParsedFeed(entries=entries, **fields)


def page_from_json(fields: dict[str, Any]) -> ExtractedPage:
    """The page again, with the same errors."""
    return ExtractedPage(**{**fields, "published_at": _time(fields["published_at"])})


def _entry(fields: dict[str, Any]) -> Entry:
    times = {key: _time(fields[key]) for key in ("published_at", "updated_at")}
    return Entry(**{**fields, **times})


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not go over the wire")
