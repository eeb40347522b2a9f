"""A story as readers see it: which report stands for it, how far it is carried, and what is news in later coverage."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.stories.lexicon import COUNTED, DONE_TO
from monitor.stories.model import Count, Features, Growth, Member, Spot, Tally
from monitor.stories.summary import GROWS, growth, is_local, ranked, tally
from monitor.words.stories import WORDS

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
MARYLAND, VIRGINIA = Spot("maryland", "Maryland", True, first=True), Spot("virginia", "Virginia", True, first=True)
HOWARD = Spot("howard-county-md", "Howard County, MD", True, ("maryland",), first=True)
COLUMBIA = Spot("columbia-md", "Columbia, MD", True, ("howard-county-md", "maryland"), first=True)
LAUREL = Spot("laurel-md", "Laurel, MD", True, ("prince-georges-county-md", "maryland"), first=True)
ELLICOTT = Spot("ellicott-city-md", "Ellicott City, MD", True, ("howard-county-md", "maryland"), first=True)
FAIRFAX = Spot("fairfax-county-va", "Fairfax County, VA", True, ("virginia",), first=True)


def member(
    number: int = 1, *counts: int, home: str = "", language: str = "en", size: int = 200, outlet: str = "",
    places: tuple[Spot, ...] = (COLUMBIA,), voices: tuple[str, ...] = (), copy_of: int | None = None,
    arrests: int = 7,
) -> Member:
    """An article of story 1, an hour after the one numbered before it: so many arrests in the places it is about."""
    return Member(number, 1, Features(
        AT + timedelta(hours=number), outlet or f"Outlet {number}", home, language, size, places=places, voices=voices,
        counts=tuple(Count(count, "arrests") for count in counts), deeds=("arrest",),
        scenes=tuple((spot.place_id, arrests) for spot in places if spot.about)), copy_of)


def mention(spot: Spot) -> Spot:
    """The place, only named."""
    return Spot(spot.place_id, spot.label, False, spot.within)


@pytest.mark.parametrize(("home", "local"), [
    ("Columbia, MD", True), ("columbia, md", True), ("Howard County, MD", True), ("Baltimore, MD", False),
    ("MD", False), ("Maryland", False), ("Howard County, VA", False), ("Arlington, VA", False),
    ("VA", False), ("", False), (" ", False), ("Columbia", False),
])
def test_local(home: str, local: bool) -> None:
    """An outlet is local in the town of its story and in the county that holds it, not elsewhere in the state."""
    one = member(home=home)

    assert local == is_local(one, [one])


@pytest.mark.parametrize(("places", "home", "local"), [
    ((mention(COLUMBIA),), "Columbia, MD", True), ((mention(COLUMBIA),), "Baltimore, MD", False),
    ((HOWARD, mention(FAIRFAX)), "Fairfax County, VA", False), ((MARYLAND,), "Cumberland, MD", True),
    ((), "Columbia, MD", False), ((Spot("the-dock", "Columbia, MD", True),), "MD", False),
    ((COLUMBIA, mention(ELLICOTT)), "Ellicott City, MD", True), ((COLUMBIA, mention(LAUREL)), "Laurel, MD", False),
    ((HOWARD,), "Howard County, MD", True),
])
def test_local_by_what_the_story_is_about(places: tuple[Spot, ...], home: str, local: bool) -> None:
    """A story of a state is at home in all of it; what is only named makes local within the county of the story."""
    one = member(home=home, places=places)

    assert local == is_local(one, [one])


def test_one_article_about_another_state_is_not_the_story() -> None:
    """Of four articles one looks across the border: newspapers there do not become local by it."""
    story = [member(1), member(2), member(3), member(4, home="Fairfax County, VA", places=(FAIRFAX,))]

    assert not is_local(story[3], story)
    assert is_local(story[3], story[2:])


def test_best_report_first() -> None:
    """Of the state before others, an original before a copy, the channel's language, more text, the earliest."""
    near = [member(1, home="Columbia, MD", size=50, language="es"), member(2, home="Columbia, MD", size=400, copy_of=9)]
    far = [member(3), member(4, size=300), member(5), member(6, size=900, language="es"), member(7, copy_of=3)]

    assert [1, 2, 4, 3, 5, 6, 7] == [one.article_id for one in ranked([*far[::-1], *near[::-1]], "en")]
    assert [1, 2, 6, 4, 3, 5, 7] == [one.article_id for one in ranked([*far, *near], "es")]


def test_town_before_state_before_others() -> None:
    """However long the others are; only what the channel's readers can read goes before the town's own paper."""
    story = [member(1, size=900), member(2, home="MD", size=500), member(3, home="Baltimore, MD", size=600),
             member(4, home="Columbia, MD", size=50), member(5, home="Howard County, MD", size=40),
             member(6, home="MD", language="es")]

    assert [4, 5, 3, 2, 6, 1] == [one.article_id for one in ranked(story, "en")]
    assert [6, 4, 5, 3, 2, 1] == [one.article_id for one in ranked(story, "es")]


def test_tally() -> None:
    """Outlets count once, however they are spelled; an outlet in two languages counts in both."""
    home = "Howard County, MD"
    story = [member(1, outlet="Ledger", home=home), member(2, outlet="LEDGER ", home=home, language="es"),
             member(3, outlet="Wire", home="MD"), member(4, outlet="La Voz", language="es", copy_of=2),
             member(5, outlet="Post", language="")]

    assert Tally(4, 1, (("en", 2), ("es", 2)), 1) == tally(story)


def test_tally_of_articles_without_outlets() -> None:
    """Two articles that name no outlet are not of one outlet."""
    nameless = [Member(number, 1, Features(AT)) for number in (1, 2)]

    assert Tally(2) == tally(nameless)


@pytest.mark.parametrize(("told", "new", "expected"), [
    ([28], [41], (41, 28)), ([28], [28], None), ([28], [12], None), ([12, 28], [20], None), ([], [28], (28, None)),
    ([28], [], None), ([28], [41, 120], (41, 28)), ([28], [14_000], None), ([28], [14_000, 41], (41, 28)),
    ([14, 9000], [41], (41, 14)), ([9000, 14], [41], None), ([1], [28], (28, 1)), ([1], [101], None),
    ([30], [600], (600, 30)), ([30], [601], None),
    ([18], [18, 27], (27, 18)), ([], [2, 28], (2, None)), ([18], [2, 27], (27, 18)), ([18], [27, 18], (27, 18)),
])
def test_counts(told: list[int], new: list[int], expected: tuple[int, int | None] | None) -> None:
    """A count is news where it is higher than all that were told, and not so high that it is of something else."""
    counts = () if expected is None else ((Count(expected[0], "arrests"), expected[1]),)

    assert counts == growth([member(1, *told)], [member(2, *new)]).counts


def test_counts_of_several_articles() -> None:
    """The highest that any article says first, in whatever order they come, beside the highest that was told."""
    told, new = [member(2, 12), member(1, 9)], [member(5, 30), member(4, 41, 90), member(3, 28)]

    assert ((Count(41, "arrests"), 12),) == growth(told, new).counts


@pytest.mark.parametrize(("number", "exact", "news"), [
    (30, True, True), (30, False, False), (34, False, True), (33, False, False),
])
def test_counts_told_roughly(number: int, exact: bool, news: bool) -> None:
    """ "About 30" after 28 says nothing new, a round number that is clearly higher does."""
    count = Count(number, "arrests", exact)
    new = Member(2, 1, Features(AT, counts=(count,)))

    assert (((count, 28),) if news else ()) == growth([member(1, 28)], [new]).counts


def test_first_arrests_of_a_story_of_something_else() -> None:
    """In the story of a jail's contract a number of detainees is no raid; in that of a raid 28 people were arrested."""
    contract = Member(1, 1, Features(AT, deeds=("agreement",)))
    raid = Member(1, 1, Features(AT, deeds=("arrest",), counts=(Count(28, "people"),)))

    assert () == growth([contract], [member(2, 22)]).counts
    assert () == growth([raid], [member(2, 28, 2)]).counts
    assert ((Count(31, "arrests"), None),) == growth([raid], [member(2, 31)]).counts


@pytest.mark.parametrize("what", ["people", "workers", "residents", "votes", "agents", "families", "homes"])
def test_counts_that_do_not_grow(what: str) -> None:
    """Who works, lives or marches there is counted anew by every report, and is no measure of the event."""
    told, new = (Member(number, 1, Features(AT, counts=(Count(number * 50, what),))) for number in (1, 2))

    assert () == growth([told], [new]).counts


def test_what_grows_is_read_and_said() -> None:
    """A kind of count that no article can give, or that has no words, would show as a message that says nothing."""
    assert set() == GROWS - COUNTED.keys() - DONE_TO.keys()
    assert [set(), set()] == [GROWS - words.counts.keys() for words in WORDS.values()]


@pytest.mark.parametrize(("what", "shows"), [
    ("dead", True), ("missing", True), ("injured", True), ("released", False), ("charged", False),
])
def test_the_first_of_another_kind(what: str, shows: bool) -> None:
    """One dead is not fewer than 28 arrests: everybody should see it. The first released can wait in the thread."""
    new = Member(2, 1, Features(AT, counts=(Count(28, "arrests"), Count(1, what))))
    found = growth([member(1, 28)], [new])

    assert ((Count(1, what), None),) == found.counts
    assert shows == found.shows


@pytest.mark.parametrize(("told", "new", "labels"), [
    ((COLUMBIA,), (LAUREL,), ("Laurel, MD",)), ((COLUMBIA,), (COLUMBIA,), ()), ((COLUMBIA,), (HOWARD,), ()),
    ((HOWARD,), (COLUMBIA,), ()), ((HOWARD, LAUREL), (COLUMBIA,), ()),
    ((HOWARD, COLUMBIA), (ELLICOTT,), ("Ellicott City, MD",)), ((COLUMBIA,), (ELLICOTT,), ("Ellicott City, MD",)),
    ((LAUREL,), (HOWARD, COLUMBIA), ("Columbia, MD",)), ((LAUREL,), (HOWARD,), ("Howard County, MD",)),
    ((COLUMBIA,), (VIRGINIA,), ()), ((COLUMBIA,), (FAIRFAX,), ("Fairfax County, VA",)),
    ((COLUMBIA, VIRGINIA), (FAIRFAX,), ()), ((COLUMBIA, mention(VIRGINIA)), (FAIRFAX,), ("Fairfax County, VA",)),
    ((MARYLAND,), (COLUMBIA,), ()), ((MARYLAND, LAUREL), (COLUMBIA,), ("Columbia, MD",)),
    ((COLUMBIA,), (mention(LAUREL),), ()), ((COLUMBIA, mention(LAUREL)), (LAUREL,), ("Laurel, MD",)),
    ((), (COLUMBIA,), ()),
])
def test_places(told: tuple[Spot, ...], new: tuple[Spot, ...], labels: tuple[str, ...]) -> None:
    """A place is new where it is another one than those told, not where the same is told more or less precisely."""
    assert labels == growth([member(1, 28, places=told)], [member(2, 28, places=new)]).places


@pytest.mark.parametrize(("arrests", "places", "labels"), [
    (7, (LAUREL,), ("Laurel, MD",)),  # a part of all
    (28, (LAUREL,), ()),  # the number that is known
    (41, (LAUREL,), ("Laurel, MD",)),
    (41, (LAUREL, COLUMBIA), ()),  # all of them, also where the channel knows that it was
    (0, (LAUREL,), ()),
])
def test_places_by_their_number(arrests: int, places: tuple[Spot, ...], labels: tuple[str, ...]) -> None:
    """One report makes a place news only with a number of arrests of its own."""
    assert labels == growth([member(1, 28)], [member(2, 28, places=places, arrests=arrests)]).places


def test_a_place_that_is_only_named() -> None:
    """A number beside it is not enough: the article is about other places."""
    one = member(2, 28, places=(mention(LAUREL),))
    named = Member(2, 1, replace(one.features, scenes=(("laurel-md", 7),)))

    assert () == growth([member(1, 28)], [named]).places


@pytest.mark.parametrize(("copy_of", "labels"), [(None, ("Laurel, MD",)), (2, ())])
def test_places_of_two_reports(copy_of: int | None, labels: tuple[str, ...]) -> None:
    """Without a number it takes two that say that people were arrested there, and do not print one text."""
    told = member(1)
    new = [member(2, places=(LAUREL,), arrests=0), member(3, places=(LAUREL,), arrests=0, copy_of=copy_of)]

    assert () == growth([told], new[:1]).places
    assert labels == growth([told], new).places


def test_voices() -> None:
    """An office that had not spoken yet, in the order in which they speak up."""
    told = [member(1, voices=("police",))]
    new = [member(3, voices=("sheriff", "mayor")), member(2, voices=("police", "mayor"))]

    assert ("mayor", "sheriff") == growth(told, new).voices


def test_nothing_grows_from_nothing() -> None:
    """Where nothing was told there is nothing to add to."""
    assert Growth() == growth([], [member(1, 28, voices=("mayor",))])
    assert Growth() == growth([member(1, 28)], [])
