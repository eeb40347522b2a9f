"""What must hold of every message for Slack, however it was made."""

from __future__ import annotations

import functools
import importlib.util
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from monitor.digest.model import Message
from monitor.slack.render.blocks import body
from monitor.slack.sender import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import ModuleType

STAND_IN = Path(__file__).parents[2] / "shared" / "rigs" / "fake_slack.py"
LIMITS = {"plain_text": 150, "mrkdwn": 3_000}  # of the text objects that digests use; buttons and options: 75
# Controls, direction overrides and halves of surrogate pairs: none may reach a payload.
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff]")
_OURS = re.compile(r"<!date\^\d+\^\{date_short_pretty\} \{time\}\|[^<>|]+>|<https?://[^<>|\s]+\|[^<>|]+>")


@functools.cache
def stand_in() -> ModuleType:
    """The strict public stand-in for Slack's block validation, where it lies beside the checkout."""
    if not STAND_IN.exists():
        pytest.skip("the strict stand-in for Slack is not beside this checkout")
    spec = importlib.util.spec_from_file_location("slack_stand_in", STAND_IN)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["slack_stand_in"] = module  # its dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


def strings(value: object) -> Iterator[str]:
    """Every string in a payload that a reader or a client gets, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        parts = (part for key, part in value.items() if key not in {"type", "block_id"})
        yield from (found for part in parts for found in strings(part))
    elif isinstance(value, list | tuple):
        yield from (found for part in value for found in strings(part))


def pieces(value: object) -> Iterator[Mapping[str, Any]]:
    """Every object in a payload, at any depth."""
    if isinstance(value, dict):
        yield value
        yield from (found for part in value.values() for found in pieces(part))
    elif isinstance(value, list | tuple):
        yield from (found for part in value for found in pieces(part))


def addresses(messages: Sequence[Message]) -> list[str]:
    """Every address that the blocks link, in order."""
    return [piece["url"] for message in messages for piece in pieces(list(message.blocks)) if "url" in piece]


def shown(messages: Sequence[Message]) -> str:
    """All words of the blocks."""
    return "\n".join(text for message in messages for text in strings(list(message.blocks)))


def bared(messages: Sequence[Message]) -> list[Message]:
    """The messages as they are posted after Slack refused their layout."""
    bodies = [plain_text(body(message, "C1", "d", "digest", "i")) or {} for message in messages]
    return [Message(one["text"], tuple(one["blocks"])) for one in bodies]


def titles(messages: Sequence[Message]) -> list[str]:
    """The headers with which the messages begin."""
    return [message.blocks[0]["text"]["text"] for message in messages]


def markup(message: Message) -> list[str]:
    """Every string that Slack reads as mrkdwn, our own dates and links taken out."""
    objects = (piece["text"] for piece in pieces(list(message.blocks)) if piece.get("type") == "mrkdwn")
    return [_OURS.sub("", text) for text in (message.text, *objects)]


def within_limits(message: Message) -> bool:
    """Slack's own limits, and the budget below the one that it does not publish."""
    blocks = list(message.blocks)
    counted = sum(len(text) for text in strings(blocks)) + 100 * len(blocks)
    ids = [block["block_id"] for block in blocks]
    actions = [[piece["action_id"] for piece in pieces(block) if "action_id" in piece] for block in blocks]
    return (
        0 < len(blocks) <= 45
        and counted <= 11_000
        and 0 < len(message.text.encode()) <= 3_500
        and len(ids) == len(set(ids))
        and all(len(found) == len(set(found)) for found in actions)
        and all(map(_fits, pieces(blocks)))
    )


def _fits(piece: Mapping[str, Any]) -> bool:
    if piece.get("type") in LIMITS:
        return 0 < len(piece["text"]) <= LIMITS[piece["type"]]
    if piece.get("type") == "button":
        return len(piece["text"]["text"]) <= 30 and 0 < len(piece["accessibility_label"]) <= 75
    if piece.get("type") == "overflow":
        return 0 < len(piece["options"]) <= 5 and all(len(one["text"]["text"]) <= 75 for one in piece["options"])
    return piece.get("type") != "text" or bool(piece["text"])


def refused(message: Message) -> list[str]:
    """What the stand-in would refuse or a reader would see as broken; skips where there is no stand-in."""
    validator = stand_in().BlockValidator()
    validator.validate([dict(block) for block in message.blocks])
    lint = [*validator.lint, *stand_in().lint_mrkdwn(message.text)]
    return [*validator.errors, *(str(one) for one in lint if one["severity"] == "error")]
