"""What the outbox asks of whoever carries messages: Slack today. A new kind of channel brings a Sender and a renderer.

Errors are those of monitor/errors.py: NotPosted, Refused, Uncertain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection


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

    @property
    def done(self) -> str:
        """The state of a message that went through: "sent", or "printed"."""

    @property
    def reads(self) -> bool:
        """Whether `find` can look into the channel; where not, delivery is at least once."""

    @property
    def timeout(self) -> float:
        """Seconds: a post without an answer ends then."""

    async def post(self, body: Mapping[str, Any], thread: str | None = None) -> str:
        """Post once, as a reply to `thread` where given; the message's id there. Raises SlackError, nothing else."""

    async def find(self, channel_id: str, since: datetime, thread: str | None = None) -> Sequence[Found]:
        """Every message of ours since then, or every reply of ours in the thread; oldest first. Raises SlackError."""

    async def remove(self, channel_id: str, ts: str) -> None:
        """Delete a message of ours; one that is gone already is no error. Raises SlackError."""

    def passes(self, code: str) -> bool:
        """Whether an Uncertain of this code is trouble that passes by itself, and no lasting refusal."""

    def plain(self, body: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The same message in its simplest form, with the same marker, for one that was refused; None: it has none."""


class Tell(Protocol):
    """Brings something to the admins, in the caller's transaction. `topic` is a short word for what it is about."""

    def __call__(
        self, connection: Connection, topic: str, title: str, lines: Sequence[str], now: datetime
    ) -> None: ...


def tell_nobody(connection: Connection, topic: str, title: str, lines: Sequence[str], now: datetime) -> None:
    """Where there are no admins to tell: the log has it too."""
