"""Jobs that go on beside the rounds of the bot: one at a time for each key, and none of which a round waits for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

_Result = TypeVar("_Result")


class Beside(Generic[_Result]):
    """Jobs under way, by key; `ended` is set when one ends. Serves one event loop; end it with `aclose`."""

    def __init__(self, ended: asyncio.Event) -> None:
        self.ended = ended
        self._tasks: dict[object, asyncio.Task[_Result]] = {}
        self._done: list[asyncio.Task[_Result]] = []

    def __contains__(self, key: object) -> bool:
        return key in self._tasks

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, key: object, job: Coroutine[None, None, _Result]) -> None:
        """Let the job go on; its key must not be under way."""
        task = self._tasks[key] = asyncio.create_task(job)
        task.add_done_callback(lambda task: self._end(key, task))

    def _end(self, key: object, task: asyncio.Task[_Result]) -> None:
        self._tasks.pop(key, None)
        self._done.append(task)
        self.ended.set()

    def take(self) -> list[_Result]:
        """What jobs returned that ended since this was asked last; where some failed, the first error is raised."""
        ended, self._done = [task for task in self._done if not task.cancelled()], []
        errors = [error for task in ended if (error := task.exception())]
        if errors:
            raise errors[0]
        return [task.result() for task in ended]

    async def aclose(self) -> None:
        """Cancel what is under way and wait until it has ended."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        # Errors that no round has come to take are of no use to anybody, and asyncio wants them looked at.
        await asyncio.gather(*tasks, *self._done, return_exceptions=True)
