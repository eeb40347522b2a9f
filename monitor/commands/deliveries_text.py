"""Messages in words, for `dateline deliveries` and `dateline status`: what a state means, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.health import ago
from monitor.slack.render.mrkdwn import tokens
from monitor.words.counts import counted
from monitor.words.times import local
from storage import deliveries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from storage.deliveries import Delivery

BEGINNING = 90  # characters of the first line
# In which order states are told, and what each means to a reader.
STATES = {
    "uncertain": "may or may not stand in the channel",
    "refused": "refused, and not posted",
    "sending": "being posted right now",
    "pending": "waits to be posted",
    "abandoned": "given up: not posted any more",
    "cancelled": "not posted, as the message it replies to was not",
    "sent": "posted",
    "printed": "printed here, as no Slack token was set",
}


def message_lines(row: Delivery, channel: str, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    """One message: number, channel, kind and time; how it begins; why it is where it is, and what comes next."""
    part = f", part {row.part + 1} of {row.of}" if row.of > 1 else ""
    changed_at = row.finished_at or row.attempt_at or row.created_at
    yield f"  {row.id:>5}  {channel}: {row.kind}{part}, {ago(changed_at, now)}"
    yield f"         {beginning(row)}"
    if row.error and row.state not in deliveries.ARRIVED:
        tries = f" (attempt {row.attempt})" if row.attempt > 1 else ""
        yield f"         {row.error}{tries}"
    if then := _next(row, now, zone):
        yield f"         {then}"


def beginning(row: Delivery) -> str:
    """The first line of the message, with links as their labels."""
    first = next(iter(str(row.body.get("text", "")).splitlines()), "(erased)")
    words = "".join(token.text for token in tokens(first))
    return words if len(words) <= BEGINNING else f"{words[:BEGINNING].rstrip(' …')}…"


def _next(row: Delivery, now: datetime, zone: ZoneInfo) -> str:
    """What happens next, or what a person can do."""
    commands = f"dateline deliveries found {row.id} LINK, retry {row.id}, or abandon {row.id}"
    match row.state:
        case "pending":
            return _next_try(row, now, zone)
        case "uncertain" if row.error_code != deliveries.UNREADABLE:
            at = local(row.look_at, zone, "en") if row.look_at and row.look_at > now else "with the next round"
            return f"looked for {counted(row.looks, ('once', '{} times'))}; next look: {at}"
        case "uncertain":
            return f"look into the channel; then: {commands}"
        case "refused":
            return f"mend that, then: dateline deliveries retry {row.id}"
        case "sent":
            return f"ts {row.ts}, attempt {row.attempt}" if row.attempt > 1 else f"ts {row.ts}"
    return ""


def _next_try(row: Delivery, now: datetime, zone: ZoneInfo) -> str:
    """Of a message that waits; nothing where its channel was stopped, as the error names the command that goes on."""
    if row.error_code == "channel_held":
        return ""
    if row.not_before and row.not_before > now:
        return f"next try: {local(row.not_before, zone, 'en')}"
    return "it is tried again by itself" if row.error else ""
