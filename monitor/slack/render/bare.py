"""A message that Slack refused for its layout, said again in the simplest layout there is: lines of words and links.

Read back from the frozen blocks, so that no article is lost on the way. It stays rich text: an address with an "&" is
a link there on every client, and in text it is none.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from monitor.slack.render import elements
from monitor.slack.render.limits import MAX_BLOCKS, MAX_WEIGHT, Size, pack, size_of
from monitor.slack.render.lines import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from monitor.slack.render.elements import Block
    from monitor.slack.render.lines import Line

_SIGNS = {"headline": "• ", "bullet": "• ", "quote": "> "}
_LEFT_OUT = ("rule", "buttons")
_ROOM = Size(1_000, 3_000)  # of one block


def bare(body: Mapping[str, Any]) -> list[Block]:
    """The blocks of the message without menus, buttons and styles; fewer and lighter than those it had.

    Empty where it says nothing, or where even that is too much for a message.
    """
    lines = [paragraph for line in read(body) if line.kind not in _LEFT_OUT and (paragraph := _paragraph(line))]
    pages = pack(lines, lambda _, line: Size(1, size_of((line,)).weight), _ROOM)
    blocks = [elements.rich(page, f"bare:{at}") for at, page in enumerate(pages)]
    return blocks if size_of(blocks).within(Size(MAX_BLOCKS, MAX_WEIGHT)) else []


def _paragraph(line: Line) -> Block | None:
    parts = list(_parts(line))
    sign = [elements.text(_SIGNS[line.kind])] if line.kind in _SIGNS else []
    return elements.paragraph([*sign, *parts]) if parts else None


def _parts(line: Line) -> Iterator[Block]:
    """Stretches to one address as one link: a headline is several where words of it are marked."""
    for url, tokens in groupby((token for token in line.tokens if token.text), key=lambda token: token.url):
        words = "".join(token.text for token in tokens)
        yield {"type": "link", "url": url, "text": words} if url else elements.text(words)
