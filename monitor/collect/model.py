"""What collecting passes on: a fetched document, the feed or page read out of it.

Apart from the modules that make them, so that the main process knows these shapes without loading a parser.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer 200 or 304. `headers` are lower-case; `whole` is False where the body ended before it should.

    `etag` and `last_modified` are kept as latin-1 text so that they go back byte for byte.
    `redirects` are (status, address it led to), in order; `elapsed` is in seconds without waiting for a turn.
    `body_hash` is that of a body which was dropped once it was read.
    """

    url: str
    status: int
    body: bytes
    headers: Mapping[str, str]
    etag: str | None
    last_modified: str | None
    content_type: str
    whole: bool
    redirects: tuple[tuple[int, str], ...]
    elapsed: float
    body_hash: str = ""

    @property
    def not_modified(self) -> bool:
        """The server says that nothing changed since the validators it was sent."""
        return self.status == 304


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as a feed shows it: plain, clean text. `url` is absolute http(s) or empty; times are aware UTC.

    `content` holds one paragraph a line and is empty where the feed carries a summary only.
    """

    guid: str
    url: str
    title: str
    summary: str = ""
    content: str = ""
    published_at: datetime | None = None
    updated_at: datetime | None = None
    author: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Hints:
    """What a feed says of its own rhythm: a hint, not an order, because many say nonsense.

    `minutes` between two changes (from ttl or sy:), None where it does not say; `skip_hours` (UTC, 0 to 23) and
    `skip_days` (0 is Monday) in which nothing comes.
    """

    minutes: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed document. `whole` is False where it broke off (its last entry is then left out, being half).

    `dropped` counts the entries left out because a document held more than the limit. `seconds` of processor time is
    what opening it took, 0 where nobody measured.
    """

    title: str
    entries: tuple[Entry, ...]
    whole: bool
    version: str
    dropped: int = 0
    hints: Hints = Hints()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class WatchedPage:
    """What stands on a page that is watched for changes, one clean paragraph each, in the order of the page."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RobotsVerdict:
    """What a host's robots.txt says: for each address asked about whether it may be read, and the pause in seconds."""

    allowed: tuple[bool, ...]
    delay: float | None = None


@dataclass(frozen=True, slots=True)
class ExtractedPage:
    """An article page without its furniture. `text` has one paragraph a line; `cut` says that it was too long."""

    title: str
    text: str
    canonical_url: str = ""
    published_at: datetime | None = None
    language: str = ""
    outlet: str = ""
    author: str = ""
    cut: bool = False
    updated_at: datetime | None = None
