"""One item with its markup, and which of several elements wins where they say the same: feedparser's rules, kept. Pure.

Feeds give a title twice (their own and a picture's), a summary after the content, a link as an id. A wrong choice shows
the caption of a picture as the headline, so the rules are those of the reader that has met most feeds: the outer
element beats the inner one, the later of two equals wins, a second summary is content.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from monitor.collect.jsonfeed import PLAIN_ADDRESS

if TYPE_CHECKING:
    from datetime import datetime

_WINDOWS = {code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in b"\x81\x8d\x8f\x90\x9d"}
_C1 = re.compile("[\x80-\x9f]")
_SLASHES = re.compile(r"^([A-Za-z][A-Za-z0-9+-.]*://)/+")
# Of another scheme than the web's: joining to a web address would give it back as it is, after 5 us.
_OTHER_SCHEME = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*:[\w./~%+:@,!=?&#-]*", re.ASCII)
_SPOILED_PARAMETER = re.compile(r"&([A-Za-z0-9_]+);")


@dataclass(slots=True)
class RawEntry:
    """An entry while it is read. `link` and `summary` are None as long as nothing gave one.

    `language` is that of the title. `contents` are in the order of the document.
    """

    guid: str = ""
    link: str | None = None
    title: str = ""
    language: str = ""
    summary: str | None = None
    contents: list[str] = field(default_factory=list)
    published: datetime | None = None
    updated: datetime | None = None
    created: datetime | None = None
    author: str = ""
    title_depth: int = -1  # of the last title that was not a picture's; -1 where none shuts out the next
    has_content: bool = False
    _depths: dict[str, int] = field(default_factory=dict)

    def put_title(self, text: str, depth: int, language: str, *, of_media: bool) -> None:
        """A title met `depth` elements down. One on the level of an earlier title, or below it, is left out."""
        if not -1 < self.title_depth <= depth:
            self._put("title", text, depth)
            self.language = language
        if text and not of_media:
            self.title_depth = depth

    def put_summary(self, text: str, depth: int) -> None:
        """A description or summary. A second one, where nothing was called content, is the content."""
        if self.summary is None or self.has_content:
            self._put("summary", text, depth)
        else:
            self.put_content(text)

    def put_content(self, text: str) -> None:
        """A text that is called content; it stands for the summary, too, where there was none before."""
        self.has_content = True
        self.contents.append(text)
        if self.summary is None:
            self.summary = text

    def put_guid(self, text: str, depth: int, base: str, *, is_link: bool) -> None:
        """An id. Unless it says that it is none, it is a link as well, where there is no other."""
        guid = mended(resolved(base, text) if is_link and text else text)
        self._put("guid", guid, depth)
        if is_link and self.link is None:
            self.link = guid

    def put_link(self, text: str, base: str) -> None:
        """An address as an element's text; many have their "&" escaped once too often."""
        link = mended(resolved(base, text) if text else "")
        self.link = _SPOILED_PARAMETER.sub(r"&\1", link.replace("&amp;", "&")) if "&" in link else link

    def put_author(self, text: str, depth: int, person: dict[str, str]) -> None:
        """An author as text, or as the parts "name" and "email" of a person."""
        self._put("author", text, depth)
        name, email = person.get("name"), person.get("email")
        if name or email:
            self.author = f"{name} ({email})" if name and email else name or email or ""

    def _put(self, name: str, value: str, depth: int) -> None:
        if depth <= self._depths.get(name, depth):
            self._depths[name] = depth
            setattr(self, name, value)


def resolved(base: str, link: str) -> str:
    """`link` seen from `base`; "" where it cannot be read."""
    if PLAIN_ADDRESS.fullmatch(link) or _OTHER_SCHEME.fullmatch(link):
        return link
    try:
        return urljoin(base, _SLASHES.sub(r"\1", link))
    except ValueError:
        return ""


def mended(text: str) -> str:
    """Text without the two common accidents: UTF-8 that was taken for Latin-1, and Windows characters left as codes."""
    # Both leave characters below U+00C0, which begin with this byte; the patterns take ten times as long to say no.
    if text.isascii() or b"\xc2" not in text.encode(errors="surrogatepass"):
        return text
    with contextlib.suppress(UnicodeError):
        text = text.encode("latin-1").decode()
    return text.translate(_WINDOWS) if _C1.search(text) else text
