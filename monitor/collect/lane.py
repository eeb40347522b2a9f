"""A few child processes that open documents one after the other: one lane of the sandbox."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.collect import wire
from monitor.errors import DocumentError

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Callable

_DOCUMENTS_PER_CHILD = 2_000  # parsers keep caches; a fresh child now and then costs 0.3 s and bounds them
_GRACE = 2.0  # seconds for a child to end by itself once its input is closed
_START = 20.0  # seconds for one to start; 0.3 where the machine has nothing else to do
_HEAD_LIMIT = 2_000_000  # bytes of an answer that are decoded in one go: an article page at most, a few milliseconds
_INLINE = 200_000  # bytes of rows; above it they are decoded in a thread, which lets the loop in between two rows
_BUFFER = 1_000_000  # bytes of an answer that are read ahead
# A document takes a few milliseconds. One child opens them as fast as the rest of the bot can store what is in them; a
# further one, of 12 MB, is for when a document holds up the others.
_HELD_UP = 0.5  # seconds
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a child said: its head, and the rows of the document, if it has any."""

    head: dict[str, Any]
    rows: list[Any] = field(default_factory=list)


class Lane:
    """Up to `children` warm processes, in which one document each is opened at a time. The first is started when it is
    needed, the next when those before it are held up.

    `deadline` is in seconds a document, `memory` in bytes of address space; parsers of `job` are loaded at the start.
    """

    def __init__(self, children: int, deadline: float, memory: int, job: str = "") -> None:
        self.deadline = deadline
        told = str(memory), str(deadline), job
        self.children = [Child(told, deadline, self._add_spare) for _ in range(children)]
        self._spare = self.children[1:]
        self._free: asyncio.LifoQueue[Child] = asyncio.LifoQueue()  # the warmest first
        self._free.put_nowait(self.children[0])

    async def open(self, head: dict[str, Any], body: bytes) -> Answer:
        """The child's answer. Raises DocumentError with kind "timeout", "crash" or "size"."""
        child = await self._free.get()
        try:
            return await child.ask(wire.frame(head, body))
        finally:
            self._free.put_nowait(child)

    def _add_spare(self) -> None:
        if self._spare:
            self._free.put_nowait(self._spare.pop())

    async def aclose(self) -> None:
        """End the children; the next document would start new ones."""
        await asyncio.gather(*(child.close() for child in self.children))


class Child:
    """One process, started when asked and replaced when it was killed, fell over or grew old. `held_up` is called when
    a document keeps it for long."""

    def __init__(self, told: tuple[str, ...], deadline: float, held_up: Callable[[], None]) -> None:
        self.process: Process | None = None
        self._told = told
        self._deadline = deadline
        self._held_up = held_up
        self._asked = 0

    async def ask(self, request: bytes) -> Answer:
        """One request, one answer. Whatever interrupts it kills the process, which would answer out of turn."""
        answered = False
        try:
            process = await self._ready()
            self._asked += 1
            async with asyncio.timeout(self._deadline):
                head, body = await self._exchange(process, request)
            answered = head.get("kind") != "memory"  # that child is on its way out: it must not meet the next document
        except TimeoutError as error:
            raise failed("timeout", self._deadline) from error
        except (asyncio.IncompleteReadError, ConnectionError, ValueError) as error:
            raise failed("crash", self._deadline) from error
        finally:
            if not answered:
                await self._kill()
        return Answer(head, await _rows(body, self._deadline))

    async def _exchange(self, process: Process, request: bytes) -> tuple[dict[str, Any], bytes]:
        assert process.stdin is not None
        late = asyncio.get_running_loop().call_later(_HELD_UP, self._held_up)
        try:
            process.stdin.write(request)
            await process.stdin.drain()
            return await _answer(process)
        finally:
            late.cancel()

    async def close(self) -> None:
        """Let the process end by itself, and kill it where it does not."""
        if self.process is None:
            return
        if self.process.stdin is not None:
            self.process.stdin.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GRACE):
                await self.process.wait()
        await self._kill()

    async def _ready(self) -> Process:
        """The process, alive and with its parsers loaded: starting it is not charged to the document."""
        if self.process is None or self.process.returncode is not None or self._asked >= _DOCUMENTS_PER_CHILD:
            await self.close()
            try:
                self.process, self._asked = await _started(self._told), 0
                async with asyncio.timeout(_START):
                    await _answer(self.process)
            except (OSError, asyncio.IncompleteReadError) as error:  # TimeoutError is an OSError
                message = "the process that reads documents could not be started: is this machine out of memory?"
                raise DocumentError("crash", message) from error
        return self.process

    async def _kill(self) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def failed(kind: str, deadline: float) -> DocumentError:
    """The error of a document that no parser could say anything about."""
    reason = {
        "timeout": f"reading the document took longer than {deadline:g} seconds and was stopped",
        "memory": "reading the document took more memory than allowed and was stopped",
    }.get(kind, "the document could not be read: it is damaged in a way that the reader does not survive")
    return DocumentError(kind, reason)


async def _started(told: tuple[str, ...]) -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "monitor.collect.child", *told),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_BUFFER,
        # No secret of the parent's environment is the child's business. It runs the same code as its parent, from
        # wherever that was loaded, and writes nothing.
        env={"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "ignore", "TZ": "UTC"},
        start_new_session=True,  # Ctrl-C at the terminal is for the parent
    )


async def _answer(process: Process) -> tuple[dict[str, Any], bytes]:
    assert process.stdout is not None
    length, size = wire.HEAD.unpack(await process.stdout.readexactly(wire.HEAD.size))
    if length > _HEAD_LIMIT or size > wire.ANSWER_LIMIT:
        raise DocumentError("size", "the document unfolds into more text than any feed or article holds")
    head = json.loads(await process.stdout.readexactly(length))
    body = await process.stdout.readexactly(size)
    return (head if isinstance(head, dict) else {"kind": "crash"}), body


async def _rows(body: bytes, deadline: float) -> list[Any]:
    try:
        return wire.rows(body) if len(body) < _INLINE else await asyncio.to_thread(wire.rows, body)
    except ValueError as error:
        raise failed("crash", deadline) from error
