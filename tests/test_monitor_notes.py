"""What the admins hear of messages that need a person, and of nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.notes import about_deliveries
from storage.deliveries import Delivery

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)


def row(state: str, code: str, error: str | None = "Its reason.") -> Delivery:
    return Delivery(id=7, delivery_id="digest:C1", part=0, of=1, channel_id="C1", kind="digest",
                    body={"text": "3 articles"}, state=state, attempt=1, ts=None, error_code=code, error=error,
                    created_at=NOW - timedelta(minutes=2), attempt_at=NOW)


@pytest.mark.parametrize(
    ("state", "code", "words"),
    [
        ("refused", "msg_too_long", "cannot be posted: Its reason."),
        ("abandoned", "too_old", "was given up: Its reason."),
        ("uncertain", "history_unreadable", "may or may not have arrived: Its reason."),
        ("pending", "not_in_channel", "could not be posted: Its reason."),
    ])
def test_what_became_of_a_message(state: str, code: str, words: str) -> None:
    """What happened to it, and why, without a word of its own."""
    (note,) = about_deliveries([row(state, code)], "CADMIN", NOW)

    assert note.lines[0].startswith("A digest for C1, made 2 min ago,")
    assert words in note.lines[0]
    assert "3 articles" not in str(note)


def test_what_a_person_gave_up_is_no_news() -> None:
    """Nor what is merely on its way."""
    assert [] == about_deliveries([row("abandoned", "given_up"), row("pending", "", None)], "CADMIN", NOW)
