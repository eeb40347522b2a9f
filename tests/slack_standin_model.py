"""What the stand-in for Slack is made of: messages, calls, limits, and what can go wrong with a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

BOT = "B0STANDIN1"  # who posts what the bot posts
POST, UPDATE = "chat.postMessage", "chat.update"

Arguments = dict[str, Any]


@dataclass(slots=True)
class Fault:
    """What goes wrong with the `skip`-th and the next `times` calls of a method, in one channel or any.

    Actions: reset, close (the connection goes), cut, empty (of the answer), http (`status` as a page), error (`code`),
    limit (429 with a Retry-After of `seconds`), slow (by `seconds`), double (stored twice). `stored`: Slack took the
    message before that happened.
    """

    action: str
    stored: bool = False
    method: str = POST
    channel: str = ""
    skip: int = 0
    times: int = 1
    seconds: float = 1.0
    status: int = 503
    code: str = ""
    seen: int = 0

    def takes(self, method: str, channel: str) -> bool:
        """Count the call where it is of this kind; whether it fails."""
        if method != self.method or self.channel not in ("", channel):
            return False
        self.seen += 1
        return self.skip < self.seen <= self.skip + self.times


@dataclass(slots=True)
class Standing:
    """One message of a channel, until it is removed."""

    channel: str
    ts: str
    body: Arguments
    stored_at: float
    bot: str = BOT
    removed: bool = False
    edits: int = 0

    @property
    def thread(self) -> str:
        """The parent's ts, for a reply."""
        return str(self.body.get("thread_ts") or "")

    @property
    def broadcast(self) -> bool:
        """Whether a reply shows in the channel as well."""
        return bool(self.thread and self.body.get("reply_broadcast"))

    @property
    def key(self) -> tuple[str, int]:
        """Delivery id and part of its marker; ("", 0) without one."""
        marker = (self.body.get("metadata") or {}).get("event_payload") or {}
        return str(marker.get("delivery_id", "")), int(marker.get("part", 0))


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it ended. `early`: before the Retry-After that the client had been given was over."""

    method: str
    channel: str
    at: float
    status: int
    error: str
    fault: str
    early: bool


@dataclass(slots=True)
class Bucket:
    """Tokens that refill at `rate` a second, up to `burst`."""

    rate: float
    burst: float
    level: float
    at: float

    def take(self, now: float) -> float:
        """Take one; seconds to wait where there is none."""
        self.level = min(self.burst, self.level + (now - self.at) * self.rate)
        self.at = now
        if self.level >= 1:
            self.level -= 1
            return 0.0
        return (1 - self.level) / self.rate
