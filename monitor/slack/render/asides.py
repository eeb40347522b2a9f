"""The counted line of a digest: what a rule found and a learned score holds for something else. Nothing is hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.slack.render.elements import joined, linked, paragraph, rich, text
from monitor.slack.render.mrkdwn import inert

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.digest.model import Digest
    from monitor.slack.render.elements import Block

HEADLINE = 60
TOGETHER = 8  # headlines a block: addresses may have 3,000 characters, and a block must fit a message
_LONG_URL = 1_000


def blocks(digest: Digest) -> Iterator[Block]:
    """The line, in as many blocks as it needs."""
    for start in range(0, len(digest.asides), TOGETHER):
        some = digest.asides[start:start + TOGETHER]
        links = [linked(aside.title, aside.url if len(aside.url) <= _LONG_URL else "", HEADLINE) for aside in some]
        opening = [text(f"{counted(digest)}: ")] if start == 0 else []
        yield rich([paragraph([*opening, *joined(links, "; ")])], f"aside:{start}")


def counted(digest: Digest) -> str:
    """How many there are, in words: "3 more are probably not about this"."""
    number = len(digest.asides)
    more = f"{number} more" if digest.items else f"{number} match{'es' if number > 1 else ''}"
    return f"{more} {'is' if number == 1 else 'are'} probably not about {'this' if digest.items else 'your topics'}"


def spoken(digest: Digest) -> tuple[str, ...]:
    """The same for the text beside the blocks."""
    return (inert(f"{counted(digest)}."),)
