"""Computing beside the rounds that a stop does not wait for: it stores nothing, and may be dropped half way."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from contextlib import ExitStack
from threading import Event, Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_T = TypeVar("_T")
_LOOK = 0.1  # seconds between two looks at whether the bot was told to stop


async def beside(work: Callable[[], _T], stop: Event) -> _T | None:
    """What `work` gives or raises; None where the stop comes first.

    Its thread dies with the process, which asyncio's own threads would keep from ending.
    """
    outcome: Future[_T] = Future()
    outcome.set_running_or_notify_cancel()
    Thread(target=_settle, args=(outcome, work), name="beside", daemon=True).start()
    waiting = asyncio.wrap_future(outcome)
    try:
        while not waiting.done() and not stop.is_set():
            await asyncio.wait([waiting], timeout=_LOOK)
        return waiting.result() if waiting.done() else None
    finally:
        waiting.cancel()  # or a late outcome would call on a loop that is closed


def _settle(outcome: Future[_T], work: Callable[[], _T]) -> None:
    def failed(_kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None) -> bool:
        if error is not None:
            outcome.set_exception(error)
        return True  # it is raised where it is awaited

    with ExitStack() as stack:
        stack.push(failed)
        outcome.set_result(work())
