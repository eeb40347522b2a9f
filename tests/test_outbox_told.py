"""Notes of the outbox: what admins read when something happened to a message."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from monitor.errors import Refused
from monitor.outbox.told import telling
from storage import digests
from tests.outbox_channel import Channels, moment, outbox, queue, rows, run

if TYPE_CHECKING:
    from storage.database import Database

NOW = moment()()


def told(database: Database, title: str, *lines: str) -> str:
    """The note that admins get, as its text says it; two channels are known by name."""
    with database.write() as connection:
        known = [("C0ALERTS01", "raid-alerts"), ("hook:team", "partners"), ("C0BARE", "C0BARE")]
        digests.sync_channels(connection, known, NOW)
        telling("CADMIN")(connection, "topic", title, lines, NOW)
    (row,) = rows(database)
    return str(row.body["text"])


@pytest.mark.parametrize(("said", "named"), [
    ("Part 1 of digest:C0ALERTS01:2026-11-23 stood there twice.", ["C0ALERTS01 is raid-alerts."]),
    ("It stood in C0ALERTS01. And in hook:team.", ["C0ALERTS01 is raid-alerts.", "hook:team is partners."]),
    ("It stood in C0ALERTS01 and C0ALERTS01.", ["C0ALERTS01 is raid-alerts."]),
    ("It stood in C0ALERTS012 and hook:team-two.", []), ("It stood in C0BARE.", []), ("It stood in C0OTHER.", []),
])
def test_channels_are_named(database: Database, said: str, named: list[str]) -> None:
    """Below the sentences, a line for each channel whose id they hold, where its name is known."""
    assert ["A note", said, *named] == told(database, "A note", said).splitlines()


def test_a_title_may_hold_the_channel(database: Database) -> None:
    """Its name stands below, too."""
    assert "C0ALERTS01 is raid-alerts." in told(database, "Nothing is posted to C0ALERTS01", "Why.")


def test_without_an_admin_channel_nobody_is_told(database: Database) -> None:
    """The log alone has it."""
    with database.write() as connection:
        telling(None)(connection, "topic", "A note", ("Why.",), NOW)

    assert [] == rows(database)


def test_a_message_without_its_layout(database: Database) -> None:
    """The note says what is dropped and what is kept, and names the channel."""
    sender, clock = Channels({1: Refused("invalid_blocks", "not valid", scope="message")}), moment()
    with database.write() as connection:
        digests.sync_channels(connection, [("C1", "raid-alerts")], NOW)
    queue(database, clock(), "one")
    run(replace(outbox(database, sender, clock), tell=telling("CADMIN")))
    note = str(rows(database)[-1].body["text"])

    assert note.startswith("A message goes out as plain text\n")
    assert "its layout is dropped, its words and links are kept." in note
    assert note.endswith("\nC1 is raid-alerts.")
