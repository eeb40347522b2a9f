"""Real feeds for benchmarks/collecting.py: as many as wanted, made from the documents of a folder.

Each feed is one of the documents, byte for byte but for the ids and links of its entries, which get its number: nothing
is known from another feed. The first entries, most often the newest, come out later.
"""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

WITHHELD = 3
_ENTRY = re.compile(rb"<(item|entry)\b.*?</\1>\s*", re.DOTALL)
_NAME = re.compile(
    rb"""(<(?:guid|id|link)\b[^>]*>\s*(?:<!\[CDATA\[\s*)?|<link\b[^>]*?\bhref=["']|\brdf:about=["'])([^\s<>"'?#\]]+)""")


class RealFeeds:
    """The documents of a folder (XML, gzipped or not), over and over."""

    def __init__(self, folder: Path) -> None:
        self._documents = [_cut(_read(path)) for path in sorted(folder.iterdir())]

    def document(self, feed: int, extra: int, _: str) -> tuple[bytes, int]:
        """The feed when so many entries came out since the first day, and how many it shows."""
        before, entries, after = self._documents[feed % len(self._documents)]
        shown = entries[max(min(WITHHELD, len(entries) - 1) - extra, 0):]  # one at least: an empty feed is another case
        named = _NAME.sub(rb"\g<1>\g<2>-%d" % feed, b"".join(shown))
        return before + named + after, len(shown)


def _read(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def _cut(document: bytes) -> tuple[bytes, list[bytes], bytes]:
    """What stands before the entries, these, and the rest; what stands between two belongs to the one before."""
    starts = [found.start() for found in _ENTRY.finditer(document)]
    if not starts:
        return document, [b""], b""
    *_, last = _ENTRY.finditer(document)
    ends = [*starts[1:], last.end()]
    entries = [document[start:end] for start, end in zip(starts, ends, strict=True)]
    return document[:starts[0]], entries, document[last.end():]
