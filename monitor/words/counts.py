"""Numbers and lists as a sentence has them, in the language of a channel. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.settings import Language

Counted = tuple[str, str]  # for one, and for any other number
_AND = {"en": "and", "es": "y"}


def counted(number: int, words: Counted, *more: object) -> str:
    """ "1 match", "9 matches"; `more` fill the places behind the number."""
    return words[number != 1].format(number, *more)


def listed(names: Sequence[str], language: Language = "en") -> str:
    """Names as a sentence has them: "A", "A and B", "A, B and C"."""
    joint = "e" if language == "es" and names[-1:] and _sounds_like_i(names[-1]) else _AND[language]
    return f" {joint} ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _sounds_like_i(name: str) -> bool:
    first = name[:3].casefold()
    return first.startswith(("i", "í")) or (first.startswith(("hi", "hí")) and first not in ("hie", "hia"))
