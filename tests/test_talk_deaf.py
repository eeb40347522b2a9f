"""Admins are told when nobody hears the buttons, and when somebody does again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.talk.deaf import tell_deaf
from storage import deliveries

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Database

WHY = "Turn on Socket Mode on the app's page."


def told(database: Database, now: datetime, *minutes: tuple[int, str]) -> list[str]:
    """What the admins read, where there was this trouble at these minutes."""
    for after, trouble in minutes:
        tell_deaf(database, "C0ADMINS", trouble, now + timedelta(minutes=after))
    with database.read() as connection:
        return [row.body["text"] for row in reversed(deliveries.in_state(connection, "pending"))]


def test_trouble_that_lasts(database: Database, now: datetime) -> None:
    """It is told once, with what to do, after ten minutes; and so is its end."""
    found = told(database, now, (0, WHY), (9, WHY), (10, WHY), (99, WHY), (100, ""), (101, ""))

    assert 2 == len(found)
    assert WHY in found[0] and "work again" in found[1]


def test_trouble_that_passes(database: Database, now: datetime) -> None:
    """A lost connection that comes back is nobody's business, however often that happens."""
    assert [] == told(database, now, *((at, WHY if at % 2 else "") for at in range(30)))


def test_nobody_to_tell(database: Database, now: datetime) -> None:
    """Without an admin channel the log alone has it."""
    for after in (0, 10, 20):
        tell_deaf(database, None, WHY, now + timedelta(minutes=after))
    with database.read() as connection:
        assert [] == deliveries.in_state(connection, "pending")
