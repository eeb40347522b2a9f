"""`dateline deliveries`: every message in its state with its reason, and what a person may decide about it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from storage import deliveries, reconcile
from tests import newsroom
from tests.newsroom import NOW, call

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from storage.database import Database

LINK = f"https://team.slack.com/archives/C0000RAIDS/p{NOW.timestamp():.0f}000100?thread_ts=1.5&cid=C0000RAIDS"

config, database = newsroom.config, newsroom.database

def message(
    database: Database, state: str, columns: Mapping[str, Any] | None = None, channel: str = "C0000RAIDS"
) -> int:
    """A message in this state; its number."""
    with database.write() as connection:
        number = len(deliveries.in_state(connection, *deliveries.STATES)) + 1
        body = {"text": f"<https://ledger.example|Raid {number}> in town\nmore"}
        deliveries.add(connection, f"digest:{number}", channel, "digest", [body], now=NOW)
        deliveries.mark(connection, number, state, **(columns or {}))
    return number


def state_of(database: Database, number: int) -> str:
    """What a message's row says now."""
    with database.read() as connection:
        row = deliveries.by_id(connection, number)
    assert row
    return row.state


@pytest.mark.parametrize(("state", "columns", "words"), [
    ("sent", {"ts": "1.5"}, "Raid 1 in town ts 1.5"),
    ("pending", {"error": "no answer", "attempt": 2}, "Raid 1 in town no answer (attempt 2)"),
    ("pending", {"error": "no answer"}, "no answer it is tried again by itself"),
    ("pending", {"not_before": NOW + timedelta(hours=1)}, "next try: "),
    ("uncertain", {"error": "lost", "looks": 2}, "lost looked for 2 times; next look: with the next round"),
    ("uncertain", {"error_code": deliveries.UNREADABLE}, "look into the channel; then: dateline deliveries found 1 "
     "LINK, retry 1, or abandon 1"),
    ("refused", {"error": "too long"}, "too long mend that, then: dateline deliveries retry 1"),
    ("cancelled", {}, "cancelled: not posted, as the message it replies to was not"),
])
def test_every_state(*, capsys: pytest.CaptureFixture[str], config: Path, database: Database, state: str,
                     columns: dict[str, Any], words: str) -> None:
    """A message is listed with number, channel, beginning and reason, and what comes next."""
    message(database, state, columns)
    status, out, _ = call(capsys, config, "deliveries")

    assert 0 == status
    assert words in out


@pytest.mark.parametrize(("state", "columns", "words"), [
    ("refused", {"error": "x"}, "1 refused: refused, and not posted 1 raids: digest, "),
    ("refused", {"error": "too long"}, "Raid 1 in town too long mend that, then: dateline deliveries retry 1"),
    ("uncertain", {"error_code": deliveries.UNREADABLE}, "look into the channel; then: dateline deliveries found 1"),
    ("pending", {"error": "no answer"}, "no answer it is tried again by itself"),
])
def test_status_says_the_same_of_what_needs_a_person(
    *, capsys: pytest.CaptureFixture[str], config: Path, database: Database, state: str, columns: dict[str, Any],
    words: str,
) -> None:
    """In the words of the list, with the command that mends it, below the number of messages in that state."""
    message(database, state, columns)

    assert words in call(capsys, config, "status")[1]


@pytest.mark.parametrize("state", ["pending", "sent", "abandoned"])
def test_status_counts_what_needs_nobody(
    capsys: pytest.CaptureFixture[str], config: Path, database: Database, state: str
) -> None:
    """A message that is merely on its way, or done with, is a number there."""
    message(database, state)
    out = call(capsys, config, "status")[1]

    assert f"messages 1 1 {state}: " in out
    assert "Raid 1" not in out


def test_status_begins_with_what_needs_a_person(
    capsys: pytest.CaptureFixture[str], config: Path, database: Database
) -> None:
    """States come in the order of the list."""
    for state in ("sent", "pending", "uncertain"):
        message(database, state)
    out = call(capsys, config, "status")[1]

    assert out.index("1 uncertain: ") < out.index("1 pending: ") < out.index("1 sent: ")


def test_a_beginning_that_is_cut_already(
    capsys: pytest.CaptureFixture[str], config: Path, database: Database
) -> None:
    """A message cut where the list cuts it ends in one ellipsis."""
    with database.write() as connection:
        body = {"text": f"{'x' * 89}… and more"}
        deliveries.add(connection, "digest:1", "C0000RAIDS", "digest", [body], now=NOW)

    assert f"{'x' * 89}… " in call(capsys, config, "deliveries")[1]
    assert "……" not in call(capsys, config, "deliveries")[1]


def test_what_is_listed(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """Open messages always, others of the last day; --all shows the rest, --channel one channel alone."""
    message(database, "sent", {"finished_at": NOW - timedelta(days=2)})
    message(database, "refused", {"finished_at": NOW - timedelta(days=2)})
    message(database, "sent", {"finished_at": NOW}, "C0000BUSES")

    assert "2 messages of the last day, and what is open; 3 in all" in call(capsys, config, "deliveries")[1]
    assert call(capsys, config, "deliveries", "--all")[1].endswith(" 3 messages")
    assert "Raid 3" not in call(capsys, config, "deliveries", "--all", "--channel", "raids")[1]


@pytest.mark.parametrize(("state", "words", "after"), [
    ("refused", ["retry", 1], "pending"), ("abandoned", ["retry", 1], "pending"),
    ("uncertain", ["retry", 1, "--yes"], "pending"), ("pending", ["abandon", 1], "abandoned"),
    ("uncertain", ["abandon", 1], "abandoned"), ("uncertain", ["found", 1], "sent"),
    ("abandoned", ["found", 1, LINK], "sent"),
])
def test_decisions(*, capsys: pytest.CaptureFixture[str], config: Path, database: Database, state: str,
                   words: list[object], after: str) -> None:
    """A person may queue a message again, or give it up."""
    message(database, state)
    status, out, _ = call(capsys, config, "deliveries", *words)

    assert 0 == status
    assert "Message 1 " in out
    assert after == state_of(database, 1)


@pytest.mark.parametrize(("state", "words", "why"), [
    ("sent", ["retry", 1], "it stands in the channel"), ("pending", ["retry", 1], "it waits to be posted already"),
    ("sent", ["abandon", 1], "it stands in the channel"), ("sending", ["abandon", 1], "look again in a minute"),
    ("uncertain", ["retry", 1], "it may stand in the channel already. Look there; if it does not, add --yes"),
    ("sent", ["found", 1], "it stands in the channel"), ("refused", ["found", 1], "it was refused already"),
    ("uncertain", ["found", 1, "https://ledger.example"], "is no link to a message"),
    ("uncertain", ["found", 1, LINK.replace("RAIDS", "BUSES")], "is for C0000RAIDS"),
    ("uncertain", ["found", 1, "1000000000.000100"], "it is another one"),
    ("sent", ["retry", 9], "there is no message 9"), ("sent", ["resume", "raids"], "raids was not stopped"),
])
def test_decisions_that_are_refused(*, capsys: pytest.CaptureFixture[str], config: Path, database: Database,
                                    state: str, words: list[object], why: str) -> None:
    """What would post twice, or means nothing, changes nothing and says why."""
    message(database, state)
    status, _, err = call(capsys, config, "deliveries", *words)

    assert 1 == status
    assert why in err
    assert state == state_of(database, 1)


def test_a_channel_that_was_stopped(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """A stopped channel stands above all, with the command that goes on; afterwards it does not."""
    with database.write() as connection:
        reconcile.hold_channel(connection, "C0000RAIDS", "it is ahead of the database", NOW)
    out = call(capsys, config, "deliveries")[1]

    assert out.startswith("! raids: nothing is posted there: it is ahead of the database")
    assert "dateline deliveries resume 'raids'" in out
    assert 0 == call(capsys, config, "deliveries", "resume", "raids")[0]
    assert "nothing is posted there" not in call(capsys, config, "deliveries")[1]


def parent_with_replies(database: Database) -> None:
    """Message 1 may stand in its channel; 2 and 3 wait for its thread."""
    with database.write() as connection:
        bodies = [{"text": f"part {part}"} for part in range(3)]
        deliveries.add(connection, "digest:1", "C0000RAIDS", "digest", bodies, now=NOW, in_thread=[1, 2])
        deliveries.mark(connection, 1, "uncertain", error_code=deliveries.UNREADABLE)


def test_a_parent_that_was_found(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """Replies need the message to which they reply: without its link nothing changes, with it they go out."""
    parent_with_replies(database)
    status, _, err = call(capsys, config, "deliveries", "found", 1)
    assert (1, True) == (status, "2 replies wait for message 1: give its link, too" in err)
    assert "uncertain" == state_of(database, 1)

    out = call(capsys, config, "deliveries", "found", 1, LINK)[1]
    assert "The 2 replies to it go out" in out
    with database.read() as connection:
        row = deliveries.by_id(connection, 1)
    assert row and f"{NOW.timestamp():.0f}.000100" == row.ts


def test_a_parent_that_is_given_up(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """It is said that the replies go with it, and what to do where it stands there after all."""
    parent_with_replies(database)
    out = call(capsys, config, "deliveries", "abandon", 1)[1]

    assert "is not posted any more, and neither are the 2 replies to it" in out
    assert "dateline deliveries found 1, with its link" in out
    assert ["abandoned", "cancelled", "cancelled"] == [state_of(database, number) for number in (1, 2, 3)]
