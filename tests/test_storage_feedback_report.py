"""Judgements as a report reads them, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rules.model import Match
from storage import feedback, feedback_report, matches, purge
from tests.archived import store
from tests.feedback_news import press

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Database


def test_votes(database: Database, now: datetime) -> None:
    """Each person's last word since a day, also of people whose id was erased."""
    with database.write() as connection:
        first, second = (store(connection, now, url=f"https://a.example/{at}") for at in range(2))
        press(connection, first, "U1", now, relevant=True)
        press(connection, first, "U1", now + timedelta(minutes=1), relevant=False)
        press(connection, first, "U2", now + timedelta(minutes=1), relevant=True)
        press(connection, second, "U1", now - timedelta(days=9), relevant=True)
        feedback.forget_people(connection, now + timedelta(days=1))
        found = feedback_report.votes(connection, now - timedelta(days=1))

    assert [(first, "ice-raids", False), (first, "ice-raids", True)] == [
        (vote.article_id, vote.rule_id, vote.relevant) for vote in found]


def test_erased(database: Database, now: datetime) -> None:
    """Articles whose text is gone, of any number that is asked about."""
    with database.write() as connection:
        old, new = (store(connection, now - timedelta(days=days), url=f"https://a.example/{days}") for days in (9, 0))
        purge.erase_text(connection, now - timedelta(days=1), now)

        assert {old} == feedback_report.erased(connection, [old, new, *range(1_000, 3_000)])


def test_topics(database: Database, now: datetime) -> None:
    """The topics that a rule had when it found the article."""
    found = Match("raids", "Raids", ("raids", "work"), "normal", (), (), (), (), "", (), "")
    with database.write() as connection:
        article_id = store(connection, now)
        matches.record(connection, article_id, [found], "hash", now)

        assert {(article_id, "raids"): ("raids", "work")} == feedback_report.topics(connection, [article_id])
