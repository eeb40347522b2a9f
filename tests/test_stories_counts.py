"""What an article counts of its event, in digits and words, English and Spanish."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.stories.counts import counts
from monitor.stories.model import Count
from monitor.stories.reading import read
from rules.model import Article

AT = datetime(2026, 3, 12, 18, tzinfo=UTC)


def counted(text: str, language: str = "en", title: str = "") -> list[tuple[int, str, bool]]:
    found = counts(read(Article(title, text, language=language), AT))
    return [(one.number, one.what, one.exact) for one in found]


@pytest.mark.parametrize(("text", "expected"), [
    ("Police arrested 28 people at the docks.", [(28, "arrests", True)]),
    ("Twenty-eight were arrested at the docks.", [(28, "arrests", True)]),
    ("Police arrested at least a dozen drivers.", [(12, "arrests", False)]),
    ("More than two dozen detained at the docks.", [(24, "arrests", False)]),
    ("Between 15 and 20 workers were detained.", [(20, "arrests", False), (15, "arrests", False)]),
    ("The fire left three dead and 14 injured.", [(3, "dead", True), (14, "injured", True)]),
    ("Six members of a crew were taken into custody.", [(6, "arrests", True)]),
    ("About 1,200 protesters came.", [(1200, "protesters", False)]),
    ("The council voted 4-3 to close the docks.", [(4, "votes", True), (3, "votes against", True)]),
])
def test_counts_in_english(text: str, expected: list[tuple[int, str, bool]]) -> None:
    """A number and what it counts; what was done to people rather than who they are."""
    assert sorted(expected) == sorted(counted(text))


@pytest.mark.parametrize(("text", "expected"), [
    ("La policía detuvo a veintiocho personas en el muelle.", [(28, "arrests", True)]),
    ("Treinta y un trabajadores fueron arrestados en el muelle.", [(31, "arrests", True)]),
    ("Una treintena de detenidos en el muelle.", [(30, "arrests", False)]),
    ("El concejo votó cuatro contra tres a favor del cierre.", [(4, "votes", True), (3, "votes against", True)]),
    ("Aprobaron la ley con ocho votos a favor y uno en contra.", [(8, "votes", True), (1, "votes against", True)]),
])
def test_counts_in_spanish(text: str, expected: list[tuple[int, str, bool]]) -> None:
    """The same in Spanish, under the same words."""
    assert sorted(expected) == sorted(counted(text, "es"))


@pytest.mark.parametrize("text", [
    "The owner paid $4,000 to workers.",
    "Kevin Lugo, 24, was arrested at the docks.",
    "Workers were arrested at 6:15 a.m. at the docks.",
    "Workers were arrested on March 10 at the docks.",
    "Nine of them had been arrested before.",
    "Two more were arrested at the docks.",
    "Officers arrested 900 people last year.",
    "He was held for 12 days.",
])
def test_numbers_of_another_kind(text: str) -> None:
    """Money, ages, hours, days, parts and yearly sums are no counts of an event."""
    assert [] == counted(text)


def test_recalled_counts_are_left_out() -> None:
    """What it counts of another event is no count of its own."""
    text = "Police arrested 28 people.\nEarlier, police arrested 12 people at a mill."

    assert [(28, "arrests", True)] == counted(text)


def test_an_exact_number_stands_for_a_rough_one() -> None:
    """ "About 28" in the headline and 28 below is 28."""
    found = counts(read(Article("About 28 arrested at the docks", "Police arrested 28 people.", language="en"), AT))

    assert (Count(28, "arrests"),) == found
