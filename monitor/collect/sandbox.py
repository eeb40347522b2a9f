"""Documents opened in child processes that can be killed.

A feed of 20 kB can hold a parser for minutes with the interpreter's lock in its hand, so neither a thread nor a
timeout in this process helps. A warm child costs about a millisecond a document and makes every hang, bomb and
crash the one feed's error.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.collect import wire
from monitor.errors import DocumentError

if TYPE_CHECKING:
    from asyncio.subprocess import Process

    from monitor.collect.model import ExtractedPage, ParsedFeed

_DOCUMENTS_PER_CHILD = 1_000  # parsers keep caches; a fresh child now and then costs 0.3 s and bounds them
_GRACE = 2.0  # seconds for a child to end by itself once its input is closed
_ROOT = Path(__file__).resolve().parents[2]


class Sandbox:
    """Opens documents in `children` warm processes, started when first needed.

    `deadline` is in seconds per document, `memory_mb` bounds a child's address space. Serves one event loop; close it
    with `aclose`. Errors are DocumentError with kind "timeout", "memory", "crash" or the document's own.
    """

    def __init__(self, *, deadline: float = 10.0, memory_mb: int = 512, children: int = 1) -> None:
        self._deadline = deadline
        self._memory = memory_mb * 1024 * 1024
        self._children = [_Child() for _ in range(children)]
        self._free: asyncio.LifoQueue[_Child] = asyncio.LifoQueue()
        for child in self._children:
            self._free.put_nowait(child)

    async def parse_feed(self, body: bytes, *, url: str, content_type: str) -> ParsedFeed:
        """The feed in `body`, fetched from `url`."""
        document = await self._open("feed", body, url, content_type)
        try:
            return wire.feed_from_json(document)
        except (KeyError, TypeError, ValueError) as error:
            raise _failed("crash", self._deadline) from error

    async def extract_page(self, body: bytes, *, url: str, content_type: str) -> ExtractedPage:
        """The story in the HTML page `body`, fetched from `url`."""
        document = await self._open("page", body, url, content_type)
        try:
            return wire.page_from_json(document)
        except (KeyError, TypeError, ValueError) as error:
            raise _failed("crash", self._deadline) from error

    async def aclose(self) -> None:
        """End the children; the next document would start new ones."""
        await asyncio.gather(*(child.close() for child in self._children))

    async def _open(self, job: str, body: bytes, url: str, content_type: str) -> dict[str, Any]:
        request = wire.frame({"job": job, "url": url, "content_type": content_type}, body)
        child = await self._free.get()
        try:
            async with asyncio.timeout(self._deadline):
                answer = await child.ask(request, self._memory, self._deadline)
        except TimeoutError as error:
            raise _failed("timeout", self._deadline) from error
        finally:
            self._free.put_nowait(child)
        if "document" in answer:
            return dict(answer["document"])
        raise self._refusal(answer)

    def _refusal(self, answer: dict[str, Any]) -> DocumentError:
        kind, message = str(answer.get("kind")), str(answer.get("message") or "")
        if kind == "memory":
            return _failed(kind, self._deadline)
        return DocumentError(kind, f"{_failed(kind, 0)}{_where(message)}" if kind == "crash" else message)


class _Child:
    """One process, started when asked and replaced when it was killed, fell over or grew old."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self._asked = 0

    async def ask(self, request: bytes, memory: int, deadline: float) -> dict[str, Any]:
        """One request, one answer. Whatever interrupts it kills the process, which would answer out of turn."""
        if self._process is None or self._process.returncode is not None or self._asked >= _DOCUMENTS_PER_CHILD:
            await self.close()
            try:
                self._process, self._asked = await _started(memory, deadline), 0
            except OSError as error:
                message = "the process that reads documents could not be started: is this machine out of memory?"
                raise DocumentError("crash", message) from error
        self._asked += 1
        answered = False
        try:
            answer = await _exchange(self._process, request)
            answered = answer.get("kind") != "memory"  # that child is on its way out: it must not meet the next one
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise _failed("crash", deadline) from error
        finally:
            if not answered:
                await self._kill()
        return answer

    async def close(self) -> None:
        """Let the process end by itself, and kill it where it does not."""
        if self._process is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GRACE):
                await self._process.wait()
        await self._kill()

    async def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _started(memory: int, deadline: float) -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "monitor.collect.child", str(memory), str(deadline)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        # No secret of the parent's environment is the child's business. It runs the same code as its parent, from
        # wherever that was loaded, and writes nothing.
        env={"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "ignore", "TZ": "UTC"},
        start_new_session=True,  # Ctrl-C at the terminal is for the parent
    )


async def _exchange(process: Process, request: bytes) -> dict[str, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(request)
    await process.stdin.drain()
    length, _ = wire.HEAD.unpack(await process.stdout.readexactly(wire.HEAD.size))
    if length > wire.ANSWER_LIMIT:
        raise DocumentError("size", "the document unfolds into more text than any feed or article holds")
    answer = json.loads(await process.stdout.readexactly(length))
    return answer if isinstance(answer, dict) else {"kind": "crash"}


def _where(message: str) -> str:
    """ " (ValueError in feed.py:12)", for whoever reports it; a child is not trusted with more words."""
    found = re.fullmatch(r"\w{1,60} in [\w.]{1,60}:\d{1,6}", message)
    return f" ({found[0]})" if found else ""


def _failed(kind: str, deadline: float) -> DocumentError:
    reason = {
        "timeout": f"reading the document took longer than {deadline:g} seconds and was stopped",
        "memory": "reading the document took more memory than allowed and was stopped",
    }.get(kind, "the document could not be read: it is damaged in a way that the reader does not survive")
    return DocumentError(kind, reason)
