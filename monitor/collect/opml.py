"""Lists of feeds as other readers keep them: OPML 2.0, read and written.

Files come from anywhere, so no entity in them is ever loaded or expanded. What OPML has no word for (an outlet's home,
a watched page) stands in attributes of a namespace of our own, which other readers pass over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from monitor.collect import clean
from monitor.errors import DocumentError
from monitor.settings import FeedSettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from lxml.etree import _Element

NAMESPACE = "https://dateline.example/opml"  # a name, which nobody fetches; the domain is reserved (RFC 2606)
MAX_BYTES = 20_000_000  # about 80,000 feeds
# Addresses are often written as they are, and an XML parser would drop all from the "&" up to the next sign.
_BARE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_OUR = f"{{{NAMESPACE}}}"
_FOLDERS = 8  # the innermost that are named; 20,000 feeds in 200 folders take seconds else


@dataclass(frozen=True, slots=True)
class Outline:
    """One source of a list, with the names of the folders it stood in."""

    source: FeedSettings
    folder: str = ""


def read_opml(body: bytes) -> tuple[Outline, ...]:
    """Every feed of the list in its order; addresses are as written, and may be wrong or stand twice.

    Raises DocumentError "not-opml" for anything else. Broken markup is read as far as it goes.
    """
    from lxml import etree

    if len(body) > MAX_BYTES:
        raise DocumentError("size", f"the file is larger than {MAX_BYTES // 1_000_000} MB, which no list of feeds is")
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=True,
                             remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(_BARE.sub(b"&amp;", body.lstrip()), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None or not isinstance(root.tag, str) or root.tag.lower() != "opml":
        raise DocumentError("not-opml", "this is no OPML file: in the other reader look for “Export” or “OPML”")
    return tuple(outline for element in root.iter("outline") if (outline := _outline(element)))


def _outline(element: _Element) -> Outline | None:
    plain = {str(key).lower(): str(value) for key, value in element.attrib.items()}
    watched = plain.get(f"{_OUR}kind".lower()) == "page"
    url = plain.get("url" if watched else "xmlurl", "").strip()
    if not url:
        return None
    name = plain.get("title") or plain.get("text") or ""
    source = FeedSettings(
        url=clean.sentence(url, 2_048),
        outlet=clean.inline(name, 100),
        home=clean.sentence(plain.get(f"{_OUR}home".lower(), ""), 100),
        kind="page" if watched else "feed",
        selector=clean.sentence(plain.get(f"{_OUR}selector".lower(), ""), 300) if watched else "",
        urgent=plain.get(f"{_OUR}urgent".lower()) != "false",
    )
    return Outline(source, " / ".join(reversed([*_folders(element)])))


def _folders(element: _Element) -> Iterator[str]:
    for above in islice(element.iterancestors("outline"), _FOLDERS):
        if name := clean.sentence(str(above.get("title") or above.get("text") or ""), 60):
            yield name


def write_opml(sources: Iterable[FeedSettings], now: datetime) -> str:
    """The list as OPML 2.0: what was read here comes back whole, and other readers take the feeds of it."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<opml version="2.0" xmlns:dateline="{NAMESPACE}">',
             "  <head>", "    <title>Feeds of Dateline</title>",
             f"    <dateCreated>{now:%a, %d %b %Y %H:%M:%S} GMT</dateCreated>", "  </head>", "  <body>",
             *(f"    {_written(source)}" for source in sources), "  </body>", "</opml>"]
    return "\n".join(lines) + "\n"


def _written(source: FeedSettings) -> str:
    kind = {"type": "rss", "xmlUrl": source.url} if source.kind == "feed" else {"type": "link", "url": source.url}
    ours = {"kind": source.kind if source.kind == "page" else "", "home": source.home, "selector": source.selector,
            "urgent": "" if source.urgent else "false"}
    attributes = {"text": source.outlet, "title": source.outlet, **kind}
    attributes |= {f"dateline:{key}": value for key, value in ours.items() if value}
    return f"<outline {' '.join(f'{key}={quoteattr(value)}' for key, value in attributes.items())}/>"
