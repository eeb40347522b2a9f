"""What the outbox asks of whoever carries messages: Slack today. A new kind of channel brings a Sender and a renderer.

Errors are those of monitor/errors.py: NotPosted, Refused, Uncertain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A message of ours that stands in a channel, known by the marker it carries."""

    ts: str
    delivery_id: str
    part: int
    instance: str  # of the database that made it
    touched: bool = False  # somebody replied or reacted: it is not deleted without asking


class Sender(Protocol):
    """Carries messages of one kind of channel."""

    done: str  # the state of a message that went through: "sent", or "printed"
    reads: bool  # whether `find` can look into the channel; where not, delivery is at least once

    async def post(self, body: Mapping[str, Any], thread: str | None = None) -> str:
        """Post once, as a reply to `thread` where given; the message's id there. Raises SlackError, nothing else."""

    async def find(self, channel_id: str, since: datetime, thread: str | None = None) -> Sequence[Found]:
        """Every message of ours since then, or every reply of ours in the thread. Raises SlackError."""

    async def remove(self, channel_id: str, ts: str) -> None:
        """Delete a message of ours. Raises SlackError."""
