"""How many articles a search found, and what it did not look at, in words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.words.counts import counted

if TYPE_CHECKING:
    from monitor.talk.search import Results
    from monitor.words.commands import Words


def heading(results: Results, say: Words) -> str:
    """How many there are, and how many of them follow."""
    shown = len(results.hits)
    if results.unread:
        return say.found_few.format(shown, f"{results.read:,}")
    if not results.exact:
        return say.found_about.format(shown, f"{_rounded(max(results.total, shown)):,}")
    if shown < results.total:
        return say.found_some.format(shown, f"{results.total:,}")
    return counted(shown, say.found)


def notes(results: Results, say: Words) -> tuple[str, ...]:
    """What was not looked at, in a sentence each."""
    unread = [say.unread.format(f"{results.read + results.unread:,}", f"{results.read:,}")] if results.unread else []
    return (*unread, *([counted(results.unknown, say.unknown_yet)] if results.unknown else []))


def _rounded(number: int) -> int:
    """Two digits of an estimate are all that it can vouch for."""
    return round(number, min(0, 2 - len(str(number))))
