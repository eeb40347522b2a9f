"""Jobs that go on beside the rounds of the bot: one at a time for each key, and none of which a round waits for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

# At a stop, for what has its answer already. A document is opened and stored well within; systemd and Docker wait ten
# seconds for everything.
STOP_SECONDS = 2.0

_Result = TypeVar("_Result")


class Beside(Generic[_Result]):
    """Jobs under way, by key; `ended` is set when one ends. Serves one event loop; end it with `aclose`."""

    def __init__(self, ended: asyncio.Event) -> None:
        self.ended = ended
        self._tasks: dict[object, asyncio.Task[_Result]] = {}
        self._answered: set[object] = set()
        self._done: list[asyncio.Task[_Result]] = []

    def __contains__(self, key: object) -> bool:
        return key in self._tasks

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, key: object, job: Coroutine[None, None, _Result]) -> None:
        """Let the job go on; its key must not be under way."""
        task = self._tasks[key] = asyncio.create_task(job)
        task.add_done_callback(lambda task: self._end(key, task))

    def answered(self, key: object) -> None:
        """The job has what it asked for: at a stop it may end, so that nobody is asked for the same again."""
        self._answered.add(key)

    def _end(self, key: object, task: asyncio.Task[_Result]) -> None:
        self._tasks.pop(key, None)
        self._answered.discard(key)
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
        """Cancel what is under way, what has its answer only after STOP_SECONDS, and wait until all has ended."""
        tasks, ending = list(self._tasks.values()), [self._tasks[key] for key in self._answered if key in self._tasks]
        for task in set(tasks) - set(ending):
            task.cancel()
        if ending:
            await asyncio.wait(ending, timeout=STOP_SECONDS)
        for task in ending:
            task.cancel()
        # Errors that no round has come to take are of no use to anybody, and asyncio wants them looked at.
        await asyncio.gather(*tasks, *self._done, return_exceptions=True)
