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

from monitor.stories.identity import canonical_url
from monitor.words.times import local

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from monitor.settings import Language

DATE_FORMAT = "{date_short_pretty} {time}"  # "Today 2:02 PM", in the reader's zone and language

# Controls, direction overrides and isolates (they turn a headline or an address around), signs that nobody sees and
# that would make a link of nothing (fillers, tags), and lone surrogates, which no UTF-8 request can carry.
_REMOVED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    "\ufeff\uffa0\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
BLANK = " \u200c\u200d\ufe0e\ufe0f"  # they shape the signs beside them; alone they are nothing
_FORMATTING = str.maketrans({"*": "∗", "~": "∼", "`": "‘", "|": "¦"})
# Inside a word ("max_per_day") Slack takes an underscore for what it is; names and keys there can be copied.
_ITALIC = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")


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
    words = _ITALIC.sub("＿", plain(text).strip(BLANK)).translate(_FORMATTING)
    return escape(words.replace("](", "] ("))


def bold(text: str) -> str:
    """Foreign words in bold, or nothing where no word is left."""
    words = inert(text)
    return f"*{words}*" if words else ""


def code(text: str) -> str:
    """Words to be copied and typed, in backticks: no sign of them is replaced but those that would end the code."""
    return f"`{escape(plain(text).strip(BLANK).replace('`', '‘').replace('](', '] ('))}`"


def safe_url(url: str) -> str | None:
    """The address as a link may carry it, without tracking parameters, or None where it must not become one.

    Only http and https, with a host, without a user part (`https://bank.example@evil.example/`), at most 2,048
    characters; what could end a Slack link early is percent-encoded.
    """
    address = url.strip()
    if re.search(r"[^\S ]", address) or _REMOVED.search(address):
        return None
    try:
        if "@" in urlsplit(address).netloc:
            return None
    except ValueError:
        return None
    return canonical_url(address) or None


def link(url: str, label: str) -> str:
    """`<url|label>` for the text beside the blocks; in blocks articles are linked in rich text alone.

    The label by itself where the address cannot be a link, or holds an "&": Slack's app for iOS opens the escaped
    form of it, which is another page. Whoever reads that text has the blocks with the right link a tap away.
    """
    address, words = safe_url(url), inert(label)
    return f"<{address}|{words}>" if address and words and "&" not in address else words


def date(at: datetime, zone: ZoneInfo, language: Language = "en") -> str:
    """An instant that every reader sees in their own zone; clients that cannot show the channel's time instead."""
    return f"<!date^{int(at.timestamp())}^{DATE_FORMAT}|{inert(local(at, zone, language))}>"


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of mrkdwn as a reader sees it; `url` is set for links."""

    text: str
    bold: bool = False
    italic: bool = False
    url: str = ""
    code: bool = False


_TOKEN = re.compile(
    r"<!date\^[^|<>]*\|(?P<date>[^<>]*)>|<(?P<url>https?:[^|<>]*)\|(?P<label>[^<>]*)>"
    r"|\*(?P<bold>[^*\n]+)\*|(?<![A-Za-z0-9])_(?P<italic>[^_\n]+)_(?![A-Za-z0-9])|`(?P<code>[^`\n]+)`"
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
    return Token(words, bold=kind == "bold", italic=kind == "italic", code=kind == "code")


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
