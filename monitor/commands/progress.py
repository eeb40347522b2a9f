"""A progress bar on standard error, where a person sits in front of it; otherwise nothing."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_WIDE = 30


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A function that takes how much is done of how much; the bar goes away at the end."""
    shown = sys.stderr.isatty()

    def tell(done: int, total: int) -> None:
        if shown:
            filled = _WIDE * done // max(total, 1)
            bar = "█" * filled + "░" * (_WIDE - filled)
            sys.stderr.write(f"\r{what} {bar} {done} of {total}\x1b[K")
            sys.stderr.flush()

    try:
        yield tell
    finally:
        if shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
