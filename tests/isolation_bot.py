"""The whole bot with a pulse in its event loop: `python -m tests.isolation_bot`; a Life on standard input.

At its end a file in the life's folder says how late the pulse came: milliseconds, every one of them.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tests.collect_life import living, rounds, set_up

if TYPE_CHECKING:
    from tests.collect_life import Life

BEAT = 0.01  # seconds
PULSE = "pulse.json"


async def pulse(late: list[float]) -> None:
    """Ask to be woken again and again, and note by how many milliseconds it was missed."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + BEAT
        await asyncio.sleep(BEAT)
        late.append(round((loop.time() - due) * 1_000, 2))


async def live(life: Life) -> None:
    """The life, beside the pulse. Opening the house, when nobody polls yet, does not count."""
    late: list[float] = []
    async with living(life) as house:
        task = asyncio.create_task(pulse(late))
        await rounds(house, life)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    (Path(life.folder) / PULSE).write_text(json.dumps(late))


if __name__ == "__main__":
    asyncio.run(live(set_up(sys.stdin.readline())))
