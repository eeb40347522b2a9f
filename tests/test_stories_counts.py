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
    ("Nine men detained by agents sat in a van.", [(9, "arrests", True)]),
    ("Nine roofers were led away by agents.", [(9, "arrests", True)]),
    ("41 people, not 28, were arrested.", [(41, "arrests", True)]),
    ("Fourteen people, and not nine, were arrested.", [(14, "arrests", True)]),
    ("Agents arrested five day laborers.", [(5, "arrests", True)]),
    ("Agents arrested nine people outside a hospital.", [(9, "arrests", True)]),
    ("The council voted 4-3 to close the docks.", [(4, "votes", True), (3, "votes against", True)]),
])
def test_counts_in_english(text: str, expected: list[tuple[int, str, bool]]) -> None:
    """A number and what it counts; what was done to people rather than who they are."""
    assert sorted(expected) == sorted(counted(text))


@pytest.mark.parametrize(("text", "expected"), [
    ("La policía detuvo a veintiocho personas en el muelle.", [(28, "arrests", True)]),
    ("Treinta y un trabajadores fueron arrestados en el muelle.", [(31, "arrests", True)]),
    ("ICE arresta a nueve techadores en un complejo de apartamentos.", [(9, "arrests", True)]),
    ("Unas cuarenta personas corearon los nombres de los detenidos.", [(40, "people", False)]),
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
    "Neighbors called 911 and 311 as workers were arrested under 287 agreements.",
    "Workers were arrested on State Road 29.",
    "La patrulla detuvo dos autobuses.",
    "Two women were taken to a hospital.",
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


@pytest.mark.parametrize("title", [
    "Arrests rise to 41", "ICE raises count from 28 to 41", "Arrests in dock raid rise to at least 41",
    "Dock raid count now 41", "ICE raid: tally at 41", "ICE arrests 13 more, bringing total to 41",
    "Mothers freed after raid; count rises to 41", "After the docks, agents turn up at car wash; 41 now held",
])
def test_a_count_that_rises(title: str) -> None:
    """Where a headline says what a count has come to, that is the number, whatever else the article counts."""
    assert (41, "arrests") in [one[:2] for one in counted("Agents arrested 28 people.", title=title)]


@pytest.mark.parametrize("title", [
    "Arrestos ascienden a 41", "Suben a 41 los arrestados", "Ya son 41 los detenidos", "Ya son 41 tras la redada",
    "La cifra de detenidos asciende a 41",
])
def test_a_count_that_rises_in_spanish(title: str) -> None:
    """The same in Spanish."""
    assert [(41, "arrests", True)] == counted("", "es", title)


def test_a_number_reached_of_something_else() -> None:
    """Budgets rise, and counties join, and none of these are arrested."""
    assert [] == counted("", title="Budget rises to 41")
    assert [] == counted("", title="ICE pact: two counties join, bringing total to 41 counties")


def test_both_numbers_of_a_second_raid() -> None:
    """What is known stands beside what is new."""
    assert [(28, "arrests", True), (41, "arrests", True)] == counted(
        "", title="Agents return after arresting 28 on Monday; 41 now under arrest")


@pytest.mark.parametrize(("text", "what"), [
    ("A worker died at the docks.", "dead"), ("One man was killed at the docks.", "dead"),
    ("Agents left one worker dead.", "dead"), ("Agents shot and killed a man.", "dead"),
    ("Murió un trabajador en el muelle.", "dead"), ("Un hombre murió en el muelle.", "dead"),
    ("Una mujer resultó herida.", "injured"), ("A roofer was hurt.", "injured"),
    ("Un joven sigue desaparecido.", "missing"),
])
def test_one_person(text: str, what: str) -> None:
    """The first dead, injured or missing is one person, and no number says so."""
    assert [(1, what, True)] == counted(text, "es" if text[0] == "M" or text.startswith("Un") else "en")


@pytest.mark.parametrize("text", ["No worker died.", "A man whose father died spoke.", "The worker was not hurt."])
def test_nobody_suffered(text: str) -> None:
    """Neither who did not, nor the dead of somebody's past."""
    assert [] == counted(text)


def test_another_raid_further_down() -> None:
    """Months ago, another raid: what it counts is no count of this one."""
    text = "ICE detuvo a 18 techadores.\n" + "Nadie de la empresa quiso hablar con este diario. " * 8
    text += "\nHace dos meses otra redada dejó veintisiete detenidos."

    assert [(18, "arrests", True)] == counted(text, "es")
