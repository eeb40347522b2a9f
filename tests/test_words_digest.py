"""What digests are called, and how lists and days are said, in English and Spanish."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from monitor.words.counts import counted, listed
from monitor.words.digest import WORDS, day_since, now_title, slot_title

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)  # Sunday evening in New York


@pytest.mark.parametrize(
    ("at", "english", "spanish"),
    [
        (time(8), "Morning digest, Mon 23 Nov", "Resumen de la mañana, lun 23 nov"),
        (time(12), "Afternoon digest, Mon 23 Nov", "Resumen de la tarde, lun 23 nov"),
        (time(18, 30), "Evening digest, Mon 23 Nov", "Resumen de la tarde, lun 23 nov"),
        (time(21), "Evening digest, Mon 23 Nov", "Resumen de la noche, lun 23 nov"),
    ],
)
def test_slot_title(at: time, english: str, spanish: str) -> None:
    """A digest is named by the part of the day, as each language divides it, and the date."""
    assert (english, spanish) == (slot_title(at, date(2026, 11, 23)), slot_title(at, date(2026, 11, 23), "es"))


def test_now_title_is_in_the_channels_zone() -> None:
    """A digest that goes out at once carries the channel's own time."""
    assert "New matches, Sun 22 Nov, 21:05" == now_title(NOW, NEW_YORK)
    assert "Coincidencias nuevas, dom 22 nov, 21:05" == now_title(NOW, NEW_YORK, "es")


@pytest.mark.parametrize(
    ("names", "english", "spanish"),
    [
        ([], "", ""),
        (["A"], "A", "A"),
        (["A", "B", "C"], "A, B and C", "A, B y C"),
        (["A", "Infobae"], "A and Infobae", "A e Infobae"),
        (["A", "Hispanic Post"], "A and Hispanic Post", "A e Hispanic Post"),
        (["A", "Hierro"], "A and Hierro", "A y Hierro"),
    ],
)
def test_names_in_a_sentence(names: list[str], english: str, spanish: str) -> None:
    """In Spanish "y" becomes "e" before the sound of i."""
    assert (english, spanish) == (listed(names, "en"), listed(names, "es"))


@pytest.mark.parametrize(
    ("day", "english", "spanish"),
    [(22, "Sunday", "domingo"), (16, "Monday", "lunes"), (15, "Sun 15 Nov", "dom 15 nov")],
)
def test_a_day_of_the_last_week_has_its_name(day: int, english: str, spanish: str) -> None:
    """One before needs its date, or it would be taken for the last of its name."""
    then = datetime(2026, 11, day, 18, tzinfo=UTC)
    assert (english, spanish) == (day_since(then, NOW, NEW_YORK, "en"), day_since(then, NOW, NEW_YORK, "es"))


@pytest.mark.parametrize(
    ("kind", "english", "spanish"),
    [("rollup", "More urgent stories, today", "Más noticias urgentes, today"),
     ("found", "Stories to come, today", "Noticias pendientes, today")],
)
def test_titles_by_kind(kind: str, english: str, spanish: str) -> None:
    """What it is, and when."""
    assert (english, spanish) == (WORDS["en"].titles[kind].format("today"), WORDS["es"].titles[kind].format("today"))


@pytest.mark.parametrize(
    ("number", "expected"),
    [(1, "1 noticia, que llegará el lun 9 mar"), (2, "2 noticias, que llegarán el lun 9 mar")],
)
def test_what_waits_will_come(number: int, expected: str) -> None:
    """In Spanish one is said with another verb than two."""
    assert expected == counted(number, WORDS["es"].waits, "lun 9 mar")


def test_both_languages_fill_the_same_places() -> None:
    """A sentence that takes two numbers takes two in both."""
    english, spanish = (
        {name: str(getattr(words, name)).count("{}") for name in words.__slots__} for words in WORDS.values())
    assert english == spanish
