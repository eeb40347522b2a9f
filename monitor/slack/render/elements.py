"""The few Block Kit pieces that our messages are made of. Words come in clean (`plain`, `inert`) and cut to size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.slack.render.limits import cut
from monitor.slack.render.mrkdwn import BLANK, DATE_FORMAT, plain, safe_url
from monitor.words.items import WORDS
from monitor.words.times import local

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from monitor.settings import Language
    from monitor.talk.model import Action

Block = dict[str, Any]
LABEL = 75  # characters of a button's words, and of what a screen reader says instead of them
ACTION = "fb:"  # before the names of all that can be pressed
# Headers and buttons have no escaping: look-alikes, so that no client takes "<!channel>" for a mention after all.
_ANGLES = str.maketrans({"<": "‹", ">": "›"})


def header(words: str, block_id: str = "title") -> Block:
    """A heading; screen readers jump from one to the next."""
    return {"type": "header", "block_id": block_id, "text": _label(words.strip() or "Dateline")}


def context(markup: str, block_id: str) -> Block:
    """Small grey lines of our own mrkdwn."""
    return {"type": "context", "block_id": block_id, "elements": [_markup(markup)]}


def section(markup: str, block_id: str, accessory: Block | None = None) -> Block:
    """Lines of our own mrkdwn, with something to press beside them or without, never folded behind "See more"."""
    made = {"type": "section", "block_id": block_id, "text": _markup(markup), "expand": True}
    return made | ({"accessory": accessory} if accessory else {})


def actions(elements: Sequence[Block], block_id: str) -> Block:
    """A row of things to press."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def button(words: str, does: Action, subject: int, spoken: str, at: int | None = None) -> Block:
    """What is pressed says what to do and about what, and no more: who handles the press looks everything up.

    `spoken` tells ten equal buttons apart; `at` does so for Slack, where several of a row do the same.
    """
    return {"type": "button", "action_id": f"{ACTION}{does}" + ("" if at is None else f":{at}"),
            "value": f"{does}:{subject}", "text": _label(cut(words, LABEL)),
            "accessibility_label": cut(plain(spoken).translate(_ANGLES), LABEL)}


def menu(options: Sequence[tuple[str, Action]], subject: int) -> Block:
    """A menu behind three dots, of what can be done about one subject; Slack takes five options."""
    return {"type": "overflow", "action_id": f"{ACTION}more",
            "options": [{"text": _label(words), "value": f"{does}:{subject}"} for words, does in options]}


def rich(elements: Sequence[Block], block_id: str) -> Block:
    """Text that needs no escaping."""
    return {"type": "rich_text", "block_id": block_id, "elements": list(elements)}


def paragraph(elements: Sequence[Block]) -> Block:
    """A paragraph of rich text."""
    return {"type": "rich_text_section", "elements": list(elements)}


def text(words: str, *, strong: bool = False) -> Block:
    """A run of rich text."""
    return {"type": "text", "text": words, "style": {"bold": True}} if strong else {"type": "text", "text": words}


def moment(at: datetime, zone: ZoneInfo, language: Language) -> Block:
    """An instant in rich text, as `mrkdwn.date` writes it."""
    return {"type": "date", "timestamp": int(at.timestamp()), "format": DATE_FORMAT,
            "fallback": local(at, zone, language)}


def linked(title: str, url: str, limit: int, language: Language = "en") -> Block:
    """A headline as a link, or as words where its address is unusable."""
    words = cut(plain(title).strip(BLANK), limit) or WORDS[language].untitled
    address = safe_url(url)
    return {"type": "link", "url": address, "text": words} if address else text(words)


def joined(elements: Sequence[Block], joint: str) -> list[Block]:
    """The elements with words between them."""
    between = [part for element in elements for part in (text(joint), element)]
    return between[1:]


def _label(words: str) -> Block:
    return {"type": "plain_text", "text": words.translate(_ANGLES), "emoji": False}


def _markup(markup: str) -> Block:
    # verbatim: Slack must not look for links, channels and people in our lines by itself
    return {"type": "mrkdwn", "text": markup, "verbatim": True}
