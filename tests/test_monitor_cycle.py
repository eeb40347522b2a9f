"""A round of the bot where something that is stored cannot be read: others hear of the news, and so do the admins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.cycle import run_cycle
from tests.digest_rounds import arrive, spoil
from tests.rule_bot import ADMINS, ALERTS, Bot, rule_folder, run, settings_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_story_that_cannot_be_told_holds_up_no_news(
    tmp_path: Path, sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Its articles come without it, with all others; the admins hear of it once, and the next round is as usual."""
    async def story(bot: Bot) -> None:
        database, now = bot.house.database, bot.house.clock()
        arrive(database, "0", now, story=7)
        spoil(database, arrive(database, "1", now, story=7))
        arrive(database, "2", now, place="towson", severity="urgent", story=8)
        failed, well = await run_cycle(bot.house), await run_cycle(bot.house)
        assert [(2, 1), (0, 0)] == [(done.digests, done.unmade) for done in (failed, well)]
        told = [body["text"] for body in bot.posted if body["channel"] == ALERTS]
        assert all(any(f"Title {number}" in text for text in told) for number in range(3))
        notes = [body["text"] for body in bot.posted if body["channel"] == ADMINS]
        assert 1 == sum("A message for alerts cannot be made" in note for note in notes)

    run(settings_of(rule_folder(tmp_path), sqlite_url), story)
    assert "it is tried again every round" in caplog.text
