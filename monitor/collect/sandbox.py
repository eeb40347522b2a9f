"""Documents opened in child processes that can be killed.

A feed of 20 kB can hold a parser for minutes with the interpreter's lock in its hand, so neither a thread nor a
timeout in this process helps. A warm child costs about a millisecond a document and makes every hang, bomb and
crash the one feed's error.

Three lanes keep the slow from the quick: feeds, article pages, and one for what was not read in QUICK seconds. There a
document may take its ten, and nothing waits behind it but others of its kind.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from monitor.collect import wire
from monitor.collect.lane import Lane, failed
from monitor.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from monitor.collect.discover import Discovered
    from monitor.collect.lane import Answer
    from monitor.collect.model import ExtractedPage, ParsedFeed, RobotsVerdict, WatchedPage

_Document = TypeVar("_Document")

# The largest feeds met, 2,000 entries in 4 MB, take half of it in the child; hangs take all of it.
QUICK = 1.5


class Sandbox:
    """Opens documents in warm processes, up to `children` of them for feeds, started when needed.

    `deadline` is in seconds per document, `memory_mb` bounds a child's address space. A `quick` request is given QUICK
    seconds and held up by no other's hang; one that is not waits its turn in the slow lane. Serves one event loop;
    close it with `aclose`. Errors are DocumentError with kind "timeout", "memory", "crash" or the document's own.
    """

    def __init__(self, *, deadline: float = 10.0, memory_mb: int = 512, children: int = 2) -> None:
        memory = memory_mb * 1024 * 1024
        self._feeds = Lane(children, QUICK, memory, "feed")
        self._pages = Lane(1, QUICK, memory, "page")
        self._slow = Lane(1, deadline, memory)

    async def parse_feed(self, body: bytes, *, url: str, content_type: str, quick: bool = False) -> ParsedFeed:
        """The feed in `body`, fetched from `url`."""
        answer = await self._open(self._feeds if quick else self._slow, "feed", body, url=url,
                                  content_type=content_type)
        seconds = answer.head.get("seconds")
        parsed = self._shaped(wire.feed_from_wire, answer)
        return replace(parsed, seconds=float(seconds) if isinstance(seconds, int | float) else 0.0)

    async def extract_page(self, body: bytes, *, url: str, content_type: str, quick: bool = False) -> ExtractedPage:
        """The story in the HTML page `body`, fetched from `url`."""
        lane = self._pages if quick else self._slow
        return self._shaped(wire.page_from_wire, await self._open(lane, "page", body, url=url,
                                                                  content_type=content_type))

    async def watch_page(
        self, body: bytes, *, url: str, content_type: str, selector: str, quick: bool = False
    ) -> WatchedPage:
        """What stands on the page `body`, or in the part of it that the CSS `selector` points at."""
        lane = self._feeds if quick else self._slow
        return self._shaped(wire.watched_from_wire, await self._open(lane, "watch", body, url=url,
                                                                     content_type=content_type, selector=selector))

    async def robots(self, body: bytes, *, agent: str, urls: Sequence[str]) -> RobotsVerdict:
        """What the robots.txt `body` says to `agent` about each of the addresses, which are of its host."""
        answer = await self._open(self._feeds, "robots", body, agent=agent, urls=list(urls))
        verdict = self._shaped(wire.robots_from_wire, answer)
        if len(verdict.allowed) != len(urls):
            raise failed("crash", 0)
        return verdict

    async def discover(self, body: bytes, *, url: str, content_type: str) -> Discovered:
        """The feeds that the HTML page `body` points at."""
        answer = await self._open(self._slow, "discover", body, url=url, content_type=content_type)
        return self._shaped(wire.discovered_from_wire, answer)

    async def aclose(self) -> None:
        """End the children; the next document would start new ones."""
        await asyncio.gather(*(lane.aclose() for lane in (self._feeds, self._pages, self._slow)))

    async def _open(self, lane: Lane, job: str, body: bytes, **told: object) -> Answer:
        answer = await lane.open({"job": job, **told}, body)
        if "document" in answer.head:
            return answer
        raise _refusal(answer.head, lane.deadline)

    def _shaped(self, read: Callable[[dict[str, Any], Sequence[Any]], _Document], answer: Answer) -> _Document:
        try:
            return read(dict(answer.head["document"]), answer.rows)
        except (KeyError, TypeError, ValueError) as error:
            raise failed("crash", 0) from error


def _refusal(head: dict[str, Any], deadline: float) -> DocumentError:
    kind, message = str(head.get("kind")), str(head.get("message") or "")
    if kind == "memory":
        return failed(kind, deadline)
    return DocumentError(kind, f"{failed(kind, 0)}{_where(message)}" if kind == "crash" else message)


def _where(message: str) -> str:
    """ " (ValueError in feed.py:12)", for whoever reports it; a child is not trusted with more words."""
    found = re.fullmatch(r"\w{1,60} in [\w.]{1,60}:\d{1,6}", message)
    return f" ({found[0]})" if found else ""
