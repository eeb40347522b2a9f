"""What polls bring is written by one writer, many polls in one transaction.

A transaction costs as much as the whole of an unchanged poll. What comes while one is being committed goes into the
next: nothing waits for company for longer than LINGER.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from monitor.collect.store import store_all
from monitor.errors import CollectError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.collect.store import Outcome
    from monitor.settings import PollingSettings
    from storage.database import Database

log = logging.getLogger("dateline.collect")

BATCH = 50  # polls a transaction: a thousand new articles at a first poll, a tenth of a second
LINGER = 0.2  # seconds
_CRASH = "storing what this feed brought failed in a way we did not expect; it is tried again"

Stored = tuple[bool, int]  # whether the poll succeeded, and how many articles are new


class Writer:
    """Stores outcomes, each whole or not at all. Serves one event loop; `aclose` waits for what is being written."""

    def __init__(self, database: Database, polling: PollingSettings) -> None:
        self._store = partial(store_all, database, polling)
        self._waiting: list[tuple[Outcome, asyncio.Future[Stored]]] = []
        self._enough = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._writing: asyncio.Task[None] | None = None

    async def store(self, outcome: Outcome, *, others: int) -> Stored:
        """Store it with those that come at about the same time; `others` says how many still may. Raises StorageError.
        """
        stored: asyncio.Future[Stored] = asyncio.get_running_loop().create_future()
        self._waiting.append((outcome, stored))
        if len(self._waiting) >= min(BATCH, others):
            self._enough.set()
        if len(self._waiting) >= BATCH:
            self._room.clear()
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await stored

    async def room(self) -> None:
        """Wait while so much is waiting to be stored that more would only fill the memory."""
        await self._room.wait()

    async def aclose(self) -> None:
        """Wait for the transaction under way; what was not begun is dropped."""
        self._waiting.clear()
        self._enough.set()
        self._room.set()
        if self._writing:
            await self._writing

    async def _write(self) -> None:
        while self._waiting:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LINGER):
                    await self._enough.wait()
            self._enough.clear()
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            if len(self._waiting) < BATCH:
                self._room.set()
            await self._settle(batch)

    async def _settle(self, batch: Sequence[tuple[Outcome, asyncio.Future[Stored]]]) -> None:
        """Store the batch; where that fails, each by itself, and of one that cannot be stored that it failed."""
        together = await self._tried([outcome for outcome, _ in batch])
        if not isinstance(together, BaseException):
            for (_, stored), result in zip(batch, together, strict=True):
                _tell(stored, result)
            return
        error: BaseException | None = None
        for outcome, stored in batch:
            alone = error or await self._alone(outcome)
            if isinstance(alone, BaseException):
                error = alone  # the database takes nothing at all: the others would only wait for that, too
            _tell(stored, alone if isinstance(alone, BaseException) else alone[0])

    async def _alone(self, outcome: Outcome) -> list[Stored] | BaseException:
        alone = await self._tried([outcome])
        if not isinstance(alone, BaseException):
            return alone
        failed = replace(outcome, fetched=None, parsed=None, failed=CollectError("crash", _CRASH))
        instead = await self._tried([failed])
        if not isinstance(instead, BaseException):
            log.error("what a feed of %s brought cannot be stored", outcome.feed.outlet, exc_info=alone)
        return instead

    async def _tried(self, outcomes: Sequence[Outcome]) -> list[Stored] | BaseException:
        (result,) = await asyncio.gather(asyncio.to_thread(self._store, outcomes), return_exceptions=True)
        return result


def _tell(stored: asyncio.Future[Stored], result: Stored | BaseException) -> None:
    if stored.done():  # whoever waited for it was cancelled
        return
    if isinstance(result, BaseException):
        stored.set_exception(result)
    else:
        stored.set_result(result)
