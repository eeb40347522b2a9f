"""What commands post: by themselves, or by a bot that runs beside them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from monitor.commands.posting import see_posted
from monitor.config.load import load_settings
from storage import deliveries
from storage.lock import only_bot
from tests import newsroom
from tests.newsroom import NOW, call, queued

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from storage.database import Database
    from storage.deliveries import Delivery

config, database = newsroom.config, newsroom.database


def queue(database: Database, *ids: str) -> None:
    """A message for each delivery."""
    with database.write() as connection:
        for each in ids:
            channel = f"C0000{each.upper()}"  # each its own, as a channel takes a message a second
            deliveries.add(connection, each, channel, "digest", [{"channel": channel, "text": each}], now=NOW)


def beside_a_bot(config: Path, database: Database, state: str, error: str | None = None) -> list[Delivery]:
    """What is seen of delivery a while a bot runs, which leaves its message so meanwhile."""
    async def both() -> list[Delivery]:
        seeing = asyncio.create_task(see_posted(load_settings(config, {}), database, ["a"]))
        await asyncio.sleep(0)
        with database.write() as connection:
            deliveries.mark(connection, 1, state, error=error)
        return await seeing

    with only_bot(database):
        return asyncio.run(both())


def test_a_command_posts_its_own(config: Path, database: Database) -> None:
    """Where no bot runs: only what it is about, told in the order it was asked for."""
    queue(database, "a", "b", "c")
    rows = asyncio.run(see_posted(load_settings(config, {}), database, ["c", "a"]))

    assert [("c", "printed"), ("a", "printed")] == [(row.delivery_id, row.state) for row in rows]
    assert {"a": "printed", "b": "pending", "c": "printed"} == {row.delivery_id: row.state for row in queued(database)}


def test_a_bot_is_waited_for(config: Path, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    """Until it has posted the message; the command says what it waits for."""
    queue(database, "a")

    assert ["sent"] == [row.state for row in beside_a_bot(config, database, "sent")]
    assert "The bot runs and does the posting ...\n" == capsys.readouterr().out


def test_a_bot_that_failed_is_waited_for_no_longer(config: Path, database: Database) -> None:
    """A reason is an answer, though the bot goes on trying."""
    queue(database, "a")
    (row,) = beside_a_bot(config, database, "pending", "not_in_channel. Invite the app.")

    assert ("pending", "not_in_channel. Invite the app.") == (row.state, row.error)


def test_test_alerts_beside_a_bot(
    capsys: pytest.CaptureFixture[str], config: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are left to the bot; one that takes too long is told of, a channel a line, in the order of config.toml."""
    monkeypatch.setattr("monitor.commands.posting.BOT_SECONDS", 0)
    with only_bot(database):
        status, out, _ = call(capsys, config, "check", "--post")

    assert 1 == status
    assert out.index("test alert for raids: still pending") < out.index("test alert for buses: still pending")
    assert ["pending"] * 3 == [row.state for row in queued(database)]
