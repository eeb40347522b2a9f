"""Slack's mrkdwn, written and read back: the one place where foreign words become Slack markup.

Feed words enter as plain text and leave unable to do anything: one line, without controls, escaped once, and without
the characters that format (mrkdwn has no backslash escape, so they are replaced by look-alikes). What we mean as
markup - bold, dates, links - is written here and nowhere else, and `tokens` reads exactly that much back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from zoneinfo import ZoneInfo

URL_LIMIT = 3_000  # Slack's own bound for a link

# Controls, direction overrides and isolates (they turn a headline or an address around), and lone surrogates,
# which no UTF-8 request can carry.
_REMOVED = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_FORMATTING = str.maketrans({"*": "∗", "_": "＿", "~": "∼", "`": "‘", "|": "¦"})
_IN_URL = {"<": "%3C", ">": "%3E", "|": "%7C", '"': "%22", "`": "%60", "\\": "%5C", "^": "%5E", "{": "%7B", "}": "%7D"}
_URL_ESCAPES = str.maketrans(_IN_URL)


def plain(text: str) -> str:
    """One line, without control or direction characters: safe where Slack shows text as it is (rich text, headers)."""
    return _REMOVED.sub("", re.sub(r"\s+", " ", text))


def verbatim(text: str) -> str:
    """The same for what a terminal printed: its lines and spaces stay."""
    return "\n".join(_REMOVED.sub("", line.expandtabs(4)) for line in text.splitlines())


def escape(text: str) -> str:
    """Slack's three entities and no more; call it once, on text whose HTML entities are already resolved."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def inert(text: str) -> str:
    """Foreign words for a mrkdwn string: they are read, and format, link and mention nothing."""
    return escape(plain(text).strip().translate(_FORMATTING).replace("](", "] ("))


def bold(text: str) -> str:
    """Foreign words in bold, or nothing where no word is left."""
    words = inert(text)
    return f"*{words}*" if words else ""


def safe_url(url: str) -> str | None:
    """The address as a link may carry it, or None where it must not become one.

    Only http and https, with a host, without a user part (`https://bank.example@evil.example/`), at most 3,000
    characters; what could end a Slack link early is percent-encoded.
    """
    address = url.strip().translate(_URL_ESCAPES).replace(" ", "%20")
    if len(address) > URL_LIMIT or re.search(r"\s", address) or _REMOVED.search(address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    web = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    return address if web else None


def link(url: str, label: str) -> str:
    """`<url|label>`, or the label alone where the address cannot be a link. Not for blocks: see `blocks.headline`."""
    address, words = safe_url(url), inert(label)
    return f"<{escape(address)}|{words}>" if address and words else words


def local(at: datetime, zone: ZoneInfo) -> str:
    """An instant as the channel's clock shows it: "Mon 23 Nov, 14:02 EST"."""
    there = at.astimezone(zone)
    return f"{there:%a} {there.day} {there:%b, %H:%M %Z}"


def date(at: datetime, zone: ZoneInfo) -> str:
    """An instant that every reader sees in their own zone; clients that cannot show the channel's time instead."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{inert(local(at, zone))}>"


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of mrkdwn as a reader sees it; `url` is set for links."""

    text: str
    bold: bool = False
    italic: bool = False
    url: str = ""


_TOKEN = re.compile(
    r"<!date\^[^|<>]*\|(?P<date>[^<>]*)>|<(?P<url>https?:[^|<>]*)\|(?P<label>[^<>]*)>"
    r"|\*(?P<bold>[^*\n]+)\*|_(?P<italic>[^_\n]+)_"
)


def tokens(text: str) -> Iterator[Token]:
    """Read back the mrkdwn that this project writes; anything else comes out as the words it is."""
    at = 0
    for found in _TOKEN.finditer(text):
        if found.start() > at:
            yield Token(_unescape(text[at : found.start()]))
        yield _token(found)
        at = found.end()
    if at < len(text):
        yield Token(_unescape(text[at:]))


def _token(found: re.Match[str]) -> Token:
    kind = found.lastgroup or ""
    words = _unescape(found[kind])
    if kind == "label":
        return Token(words, url=_unescape(found["url"]))
    return Token(words, bold=kind == "bold", italic=kind == "italic")


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
