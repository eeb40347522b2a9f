"""The few Block Kit pieces that our messages are made of. Words come in clean (`plain`, `inert`) and cut to size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.slack.render.limits import cut
from monitor.slack.render.mrkdwn import plain, safe_url

if TYPE_CHECKING:
    from collections.abc import Sequence

Block = dict[str, Any]


def header(words: str, block_id: str = "title") -> Block:
    """A heading; screen readers jump from one to the next."""
    return {"type": "header", "block_id": block_id,
            "text": {"type": "plain_text", "text": words.strip() or "Dateline", "emoji": False}}


def context(markup: str, block_id: str) -> Block:
    """Small grey lines of our own mrkdwn."""
    # verbatim: Slack must not look for links, channels and people in our lines by itself
    return {"type": "context", "block_id": block_id,
            "elements": [{"type": "mrkdwn", "text": markup, "verbatim": True}]}


def rich(elements: Sequence[Block], block_id: str) -> Block:
    """Text that needs no escaping."""
    return {"type": "rich_text", "block_id": block_id, "elements": list(elements)}


def paragraph(elements: Sequence[Block]) -> Block:
    """A paragraph of rich text."""
    return {"type": "rich_text_section", "elements": list(elements)}


def text(words: str, *, strong: bool = False) -> Block:
    """A run of rich text."""
    return {"type": "text", "text": words, "style": {"bold": True}} if strong else {"type": "text", "text": words}


def linked(title: str, url: str, limit: int) -> Block:
    """A headline as a link, or as words where its address is unusable."""
    words = cut(plain(title).strip(), limit) or "Untitled article"
    address = safe_url(url)
    return {"type": "link", "url": address, "text": words} if address else text(words)


def joined(elements: Sequence[Block], joint: str) -> list[Block]:
    """The elements with words between them."""
    between = [part for element in elements for part in (text(joint), element)]
    return between[1:]
