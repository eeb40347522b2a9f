"""The counted line of a digest: what a rule found and a learned score holds for something else. Nothing is hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.slack.render.elements import joined, linked, paragraph, rich, text
from monitor.slack.render.limits import BLOCK_COST, Size, pack, size_of
from monitor.slack.render.mrkdwn import inert
from monitor.words.counts import counted
from monitor.words.items import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.digest.model import Digest
    from monitor.slack.render.elements import Block

HEADLINE = 60
_ROOM = Size(1_000, 2_500)  # of one block: a message must have room for some


def blocks(digest: Digest) -> Iterator[Block]:
    """The line, in as many blocks as it needs."""
    links = [linked(aside.title, aside.url, HEADLINE, digest.language) for aside in digest.asides]
    for at, some in enumerate(pack(links, lambda _, link: Size(0, size_of((link,)).weight - BLOCK_COST + 2), _ROOM)):
        opening = [text(f"{count(digest)}: ")] if at == 0 else []
        yield rich([paragraph([*opening, *joined(some, "; ")])], f"aside:{at}")


def count(digest: Digest) -> str:
    """How many there are, in words: "3 more are probably not about this"."""
    words = WORDS[digest.language]
    return counted(len(digest.asides), words.aside if digest.items else words.aside_alone)


def spoken(digest: Digest) -> tuple[str, ...]:
    """The same for the text beside the blocks."""
    return (inert(f"{count(digest)}."),) if digest.asides else ()
