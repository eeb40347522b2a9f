"""Figures of any kind: read from a report, and how telling it is that two share them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from monitor.stories.figures import figures
from monitor.stories.model import Features
from monitor.stories.reading import read
from monitor.stories.same_figure import MOST, figure_signals, weight
from rules.model import Article

AT = datetime(2026, 3, 12, 18, tzinfo=UTC)
PLAIN = Features(at=AT)


@pytest.mark.parametrize(("text", "language", "expected"), [
    ("The crane fell at 6:40 a.m., they said.", "en", {"6:40"}),
    ("The crane fell about 8 a.m. on the pier.", "en", {"8h"}),
    ("La grúa cayó a las ocho de la mañana.", "es", {"8h"}),
    ("La grúa cayó a las nueve y media.", "es", {"9:30"}),
    ("Repairs cost $3,500 so far.", "en", {"$3500"}),
    ("The pier opens again on May 8, they said.", "en", {"5/8"}),
    ("El muelle abre de nuevo el 8 de mayo.", "es", {"5/8"}),
    ("Luis Ortega, 55, built it in 2009.", "en", {"55", "y2009"}),
    ("Luis Ortega, de 55 años, la construyó.", "es", {"55"}),
    ("It has 214 bolts and sixty-one cables.", "en", {"214", "61"}),
    ("Two men under section 287(g) called 911.", "en", set()),
])
def test_figures_are_the_same_in_both_languages(text: str, language: str, expected: set[str]) -> None:
    """Hours, sums, dates to come, ages and years; small numbers and those that stand everywhere are left out."""
    assert expected == set(figures(read(Article("Crane falls", text, language=language), AT), (), AT))


def test_a_day_of_the_event_is_no_figure() -> None:
    """Days are compared as days."""
    article = Article("Crane falls", "A crane fell on March 10, they said.", language="en")

    assert () == figures(read(article, AT), (date(2026, 3, 10),), AT)


@pytest.mark.parametrize(("less", "more"), [
    ("8h", "8:30"), ("8:30", "6:40"), ("50", "61"), ("61", "214"), ("300", "214"), ("y2009", "5/8"), ("$5000", "$3500"),
])
def test_odd_figures_tell_more(less: str, more: str) -> None:
    """A round number is anybody's."""
    assert weight(less) < weight(more)


def test_shared_figures_are_one_reason_with_a_limit() -> None:
    """A table of figures that two articles print is not ten reasons."""
    both = Features(at=AT, figures=tuple(str(number) for number in range(201, 229)))
    [found] = figure_signals(both, both)

    assert (MOST, "201 and 202 in both") == (found.strength, found.words)
    assert [] == list(figure_signals(both, PLAIN))
