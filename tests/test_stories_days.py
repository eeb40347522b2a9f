"""Days that an article names: resolved backwards from publication, its own event's first."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from monitor.stories.days import days, is_fresh, local_day, weeks
from monitor.stories.reading import read
from rules.model import Article

THURSDAY = datetime(2026, 3, 12, 18, tzinfo=UTC)


def told(text: str, title: str = "Crane falls in harbor", at: datetime = THURSDAY, language: str = "en") -> list[str]:
    """The days as month and day."""
    return [f"{day:%m-%d}" for day in days(read(Article(title, text, language=language), at), at)]


@pytest.mark.parametrize(("text", "expected"), [
    ("A crane fell on Tuesday, police said.", ["03-10"]),
    ("A crane fell on Thursday, police said.", ["03-12"]),
    ("A crane fell yesterday morning.", ["03-11"]),
    ("A crane fell this morning.", ["03-12"]),
    ("A crane fell last night.", ["03-11"]),
    ("A crane fell March 4.", ["03-04"]),
    ("A crane fell on Jan. 20, 2026.", ["01-20"]),
    ("The crane fell on Dec. 30.", []),  # too long ago to be its own event
    ("Nine days after a crane fell, it was removed.", ["03-03"]),
    ("A week after a crane fell, the harbor opened.", ["03-05"]),
    ("Two weeks after a crane fell, the harbor opened.", []),
    ("The next hearing is set for Monday.", []),
    ("Nobody was hurt when the crane fell.", []),
])
def test_days_in_english(text: str, expected: list[str]) -> None:
    """Weekdays, dates and counted days are resolved; what is planned or vague gives no day."""
    assert expected == told(text)


@pytest.mark.parametrize(("text", "expected"), [
    ("Una grúa cayó el martes por la mañana en el puerto.", ["03-10"]),
    ("Una grúa cayó ayer en el puerto.", ["03-11"]),
    ("Una grúa cayó esta mañana en el puerto.", ["03-12"]),
    ("Una grúa cayó el 4 de marzo en el puerto.", ["03-04"]),
    ("Una grúa cayó hace ocho días en el puerto.", ["03-04"]),
    ("La próxima audiencia está prevista para el lunes.", []),
])
def test_days_in_spanish(text: str, expected: list[str]) -> None:
    """The same in Spanish."""
    assert expected == told(text, "Cae una grúa en el puerto", language="es")


def test_a_late_evening_is_the_day_before_in_utc() -> None:
    """What a paper files at 03:00 UTC happened on the day before, where it is printed."""
    assert date(2026, 3, 11) == local_day(datetime(2026, 3, 12, 3, tzinfo=UTC))


def test_recalled_days_are_left_out() -> None:
    """A sentence that recalls another event gives no day, and what follows it in its paragraph neither."""
    text = "A crane fell on Tuesday.\nIt was the second such fall. On March 3 a crane fell in another dock."

    assert ["03-10"] == told(text)


def test_weeks_are_told_by_their_mondays() -> None:
    """ "Last week" says no day, but which week."""
    article = Article("Harbor mourns", "Workers mourned the victims of last week's fall.", language="en")

    assert (date(2026, 3, 2),) == weeks(read(article, THURSDAY), THURSDAY)


@pytest.mark.parametrize(("title", "text", "expected"), [
    ("Crane falls in harbor", "A crane fell on Thursday.", True),
    ("Crane falls in harbor", "A crane fell on March 3.", False),
    ("After the fall, harbor opens", "The harbor opened on Thursday.", False),
    ("Judge frees crane driver", "A driver was released on Thursday.", False),
    ("Harbor opens", "The harbor opened on Thursday, where a crane fell on Tuesday.", False),
])
def test_fresh_is_what_begins_with_nothing_from_before(title: str, text: str, expected: bool) -> None:
    """A follow-up says in its first lines what it follows."""
    sentences = read(Article(title, text, language="en"), THURSDAY)

    assert expected is is_fresh(sentences, days(sentences, THURSDAY), THURSDAY)
