"""Two articles of one event, or of two: what decides, and in which words it is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from monitor.stories.compare import WEIGHTS, WINDOW, compare
from monitor.stories.model import Count, Features, Spot

AT = datetime(2026, 3, 10, 18, tzinfo=UTC)
DOVER = Spot("dover-de", "Dover, DE", about=True, within=("kent-county-de", "delaware"), first=True)
KENT = Spot("kent-county-de", "Kent County, DE", about=True, within=("delaware",), first=True)
LEWES = Spot("lewes-de", "Lewes, DE", about=True, within=("sussex-county-de", "delaware"), first=True)
FIRE = Features(
    at=AT, outlet="Dover Herald", language="en", size=60, shingles=tuple(range(60)), places=(DOVER,),
    days=(date(2026, 3, 10),), counts=(Count(28, "injured"),), names=("molinos bakery",), venues=("bakery",),
    words=("smoke", "oven", "ladder", "window", "engine"), fresh=True,
)
OTHER_TEXT: dict[str, Any] = {
    "shingles": tuple(range(100, 160)), "words": ("street", "noise", "water", "morning", "bread")}


def test_one_name_place_and_day_are_one_event() -> None:
    """Another text with the same premises, place and day is of the same event, and says so."""
    verdict = compare(FIRE, replace(FIRE, language="es", **OTHER_TEXT))

    told = [one.words for one in verdict.evidence]

    assert (True, False) == (verdict.same, verdict.copy)
    assert {"both name Molinos Bakery", "same place (Dover, DE)", "same day (10 March)"} <= {*told}
    assert "28 injured in both" in told


def test_place_and_day_alone_are_not_enough() -> None:
    """Two events happen in one town on one day."""
    other = replace(FIRE, names=(), counts=(), venues=(), **OTHER_TEXT)

    assert not compare(FIRE, other).same


@pytest.mark.parametrize("change", [
    {"places": (LEWES,)},
    {"venues": ("car wash",), "names": ("bubble king",), "counts": ()},
    {"days": (date(2026, 3, 14),), "at": AT + timedelta(days=4)},
])
def test_what_contradicts_keeps_apart(change: dict[str, Any]) -> None:
    """Another town, other premises, or a new day: the same kind of event is not the same event."""
    other = replace(FIRE, **OTHER_TEXT)

    assert not compare(FIRE, replace(other, **change)).same


def test_a_city_and_its_county_are_one_place() -> None:
    """One outlet names the town and another the county."""
    assert compare(FIRE, replace(FIRE, places=(KENT,), **OTHER_TEXT)).same


def test_a_cut_copy_is_a_copy() -> None:
    """What is left of a text that was cut stands in the longer one."""
    cut = replace(FIRE, outlet="Lewes Post", size=30, shingles=FIRE.shingles[:30], names=(), venues=())
    verdict = compare(FIRE, cut)

    assert (True, True) == (verdict.same, verdict.copy)
    assert "30 of 30 shingles shared" in [one.words for one in verdict.evidence]


def test_a_template_filled_in_again_is_no_copy() -> None:
    """A press office uses one text for two raids: another town and day speak louder than the shared sentences."""
    again = replace(FIRE, places=(LEWES,), days=(date(2026, 3, 17),), at=AT + timedelta(days=7), names=("tri span",))
    verdict = compare(FIRE, replace(again, shingles=tuple(range(20, 80))))

    assert (False, False) == (verdict.same, verdict.copy)


def test_a_second_event_a_week_later_is_new() -> None:
    """The same council, the same people: what begins with something since is another event."""
    later = replace(FIRE, at=AT + timedelta(days=7), days=(date(2026, 3, 17), date(2026, 3, 10)), **OTHER_TEXT)
    verdict = compare(FIRE, later)

    assert not verdict.same
    assert "begins with something that happened since" in verdict.evidence[0].words


def test_a_follow_up_that_names_the_day_joins() -> None:
    """A hearing a week later speaks of the day of the event."""
    later = replace(FIRE, at=AT + timedelta(days=7), days=(date(2026, 3, 17), date(2026, 3, 10)), fresh=False,
                    deeds=("hearing",), **OTHER_TEXT)

    assert compare(FIRE, later).same


def test_beyond_the_window_nothing_is_one_story() -> None:
    """After two weeks coverage is told as a story of its own, whatever it shares."""
    verdict = compare(FIRE, replace(FIRE, at=AT + timedelta(days=WINDOW, hours=1)))

    assert (False, "published 14 days apart") == (verdict.same, verdict.evidence[0].words)


def test_the_strongest_evidence_comes_first() -> None:
    """Readers see first what decided."""
    points = [abs(one.points) for one in compare(FIRE, replace(FIRE, **OTHER_TEXT)).evidence]

    assert points == sorted(points, reverse=True)


def test_official_names_alone_never_suffice() -> None:
    """A governor, a town and a day are what any two articles of that town share."""
    other = replace(FIRE, names=(), counts=(), venues=(), officials=("lena marsh",), **OTHER_TEXT)

    assert not compare(replace(FIRE, officials=("lena marsh",)), other).same
    assert WEIGHTS["official"] < WEIGHTS["names"]


def test_a_new_event_shares_what_it_likes() -> None:
    """The same people, premises and place a week later: names do not outweigh a day of its own."""
    names = ("molinos bakery", "lena marsh", "tri span")
    later = replace(FIRE, at=AT + timedelta(days=7), days=(date(2026, 3, 17),), names=names, **OTHER_TEXT)

    assert not compare(replace(FIRE, names=names), later).same


def test_a_round_up_joins_nothing() -> None:
    """It names every event, and is of none."""
    assert not compare(FIRE, replace(FIRE, deeds=("round-up",), **OTHER_TEXT)).same


def test_what_goes_on_in_a_further_town_joins() -> None:
    """A later report of the day that begins with both towns tells of growth, whatever the premises in the second.

    Where it counts people there: a town to which they were taken is no further scene.
    """
    report = replace(FIRE, names=(), deeds=("arrest",), topics=("fires",), **OTHER_TEXT)
    taken = replace(report, at=AT + timedelta(hours=4), places=(DOVER, LEWES), venues=("car wash",), counts=())
    later = replace(taken, scenes=((LEWES.place_id, 5),))
    verdict = compare(report, later)

    assert compare(report, taken).points < verdict.points

    assert "the later one goes on from there to Lewes, DE" in [one.words for one in verdict.evidence]
    assert [] == [one.words for one in verdict.evidence if one.words.startswith("different premises")]
