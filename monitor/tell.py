"""A note to the admin channel, and how it is queued: a delivery like any other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor.channels import kind_of
from monitor.outbox.queue import queue

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.digest.model import Point


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to tell the admins: `id` says what it is about, `lines` are plain sentences.

    `points` are a list below them, `printed` what a command printed, in pieces.
    """

    id: str
    title: str
    lines: tuple[str, ...]
    points: tuple[Point, ...] = ()
    printed: tuple[str, ...] = ()


def tell_once(connection: Connection, channel: str, told: Note, now: datetime) -> int:
    """Queue a note; 0 where one with its id was queued before."""
    message = kind_of(channel).notice(told.title, told.lines, told.points, told.printed)
    return queue(connection, channel, told.id, "note", [message], now=now)


def tell_state(connection: Connection, channel: str | None, told: Note, now: datetime) -> None:
    """Queue a note about something that has changed just now and may come back: its id gets the moment.

    Whether it was told already is for the caller to know.
    """
    if channel is not None:
        tell_once(connection, channel, replace(told, id=f"{told.id}:{now:%Y%m%dT%H%M%S.%f}"), now)
