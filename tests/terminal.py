"""A person at a terminal, for commands that ask: answers come one by one, and nothing is pasted behind them."""

from __future__ import annotations

import io
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Terminal(io.StringIO):
    """Standard input as a terminal gives it. `silent` is a descriptor on which nothing ever waits to be read."""

    def __init__(self, answers: str, silent: int) -> None:
        super().__init__(answers)
        self._silent = silent

    def isatty(self) -> bool:
        """Somebody sits there."""
        return True

    def fileno(self) -> int:
        """For `select`, by which commands see whether more was pasted."""
        return self._silent


@contextmanager
def answering(*answers: str) -> Iterator[Terminal]:
    """A terminal on which these lines are typed; then its input ends."""
    reading, writing = os.pipe()
    try:
        yield Terminal("".join(f"{answer}\n" for answer in answers), reading)
    finally:
        os.close(reading)
        os.close(writing)
