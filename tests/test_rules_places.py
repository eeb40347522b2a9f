"""Places: what a name means in its surroundings, and whether an article is about it."""

from __future__ import annotations

import pytest

from rules.engine import Engine
from rules.files import load_texts
from rules.model import Article, Place
from rules.places import PlacesResult

PLACES = [
    Place("baltimore-md", "Baltimore", "MD", ("Baltimore City",), ("Baltimore Drive",)),
    Place("portland-or", "Portland", "OR", needs_state=True),
    Place("columbus-oh", "Columbus", "OH", needs_state=True),
    Place("montgomery-county-md", "Montgomery County", "MD", ("condado de Montgomery",)),
    Place("prince-georges-md", "Prince George's County", "MD", ("Prince George's",)),
    Place("mobile-al", "Mobile", "AL"),
    Place("denver-co", "Denver", "CO"),
    Place("miami-fl", "Miami", "FL"),
    Place("st-louis-mo", "St. Louis", "MO", ("Saint Louis",)),
    Place("springfield-il", "Springfield", "IL"),
    Place("springfield-ma", "Springfield", "MA"),
    Place("maryland", "Maryland", ""),
]


def toml(place: Place) -> str:
    needs = "true" if place.needs_state else "false"
    return (f'[[place]]\nid = "{place.id}"\nname = "{place.name}"\nstate = "{place.state}"\nneeds_state = {needs}\n'
            f"aliases = {list(place.aliases)}\nignore = {list(place.ignore)}\n")


ENGINE = Engine(load_texts({"places.toml": "".join(map(toml, PLACES))}))
FILLER = "The council met again.\nIt talked about buses.\nNobody left early.\n"


def resolve(text: str, title: str = "", outlet: str = "", home: str = "") -> PlacesResult:
    return ENGINE.places(Article(title, text, outlet=outlet, home=home))


def found(result: PlacesResult) -> list[str]:
    return sorted(place.place_id for place in result.found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Trains to Baltimore stopped.", ["baltimore-md"]),
        ("Baltimore’s trains stopped.", ["baltimore-md"]),
        ("A train, the mobile kind.", []),
        ("Trains to Mobile stopped.", ["mobile-al"]),
        ("The Baltimore Sun said so.", []),
        ("The Baltimore Business Journal said so.", []),
        ("CBS Baltimore said so.", []),
        ("KMGH-7 Denver said so.", []),
        ("The Denver Post and the Miami Herald said so.", []),
        ("The Baltimore Post Office closed.", ["baltimore-md"]),
        ("Sun rose over Baltimore. Sun set.", ["baltimore-md"]),
        ("Baltimore County voted.", []),
        ("Raids in four cities: Denver, New York, San Francisco and Boston.", ["denver-co"]),
        ("The mayor of Denver, New York, Mayor Lee said.", []),
        ("El condado de Baltimore votó.", []),
        ("The ICE Baltimore Field Office moved.", []),
        ("He lives on Baltimore Drive.", []),
        ("He met George of Prince George, Va.", []),
        ("Prince George’s County voted.", ["prince-georges-md"]),
        ("Prince George’s voted.", ["prince-georges-md"]),
        ("Montgomery County voted.", ["montgomery-county-md"]),
        ("Montgomery County, Pa., voted.", []),
        ("El condado de Montgomery votó.", ["montgomery-county-md"]),
        ("Trains to St. Louis stopped.", ["st-louis-mo"]),
        ("Denver, Miami, New York and Baltimore voted.", ["baltimore-md", "denver-co", "miami-fl"]),
        ("Miami, New York and Denver voted.", ["denver-co", "miami-fl"]),
        ("Denver, Ontario, voted.", []),
        ("In Maryland the trains stopped.", ["maryland"]),
        ("Rockville, Maryland, voted.", []),
        ("Virginia, Maryland and Ohio voted.", ["maryland"]),
    ])
def test_which_names_are_places(text: str, expected: list[str]) -> None:
    """Outlets, counties, offices, streets and namesakes are no mention of a place."""
    assert expected == found(resolve(text))


@pytest.mark.parametrize(
    ("text", "home", "expected"),
    [
        ("Portland voted.", "", []),
        ("Portland, Ore., voted.", "", ["portland-or"]),
        ("Portland (Oregon) voted.", "", ["portland-or"]),
        ("Portland OR voted.", "", ["portland-or"]),
        ("Portland in Oregon voted.", "", ["portland-or"]),
        ("Portland voted. So did all of Oregon.", "", ["portland-or"]),
        ("Portland voted. So did Salem, Ore.", "", ["portland-or"]),
        ("Portland voted.", "Portland, OR", ["portland-or"]),
        ("Portland voted.", "Oregon", ["portland-or"]),
        ("Portland voted.", "ME", []),
        ("Portland, Maine, voted. Portland is glad. Oregon is not.", "", []),
        ("Portland, Me., voted.", "OR", []),
        ("Springfield voted.", "", []),
        ("Springfield voted.", "MA", ["springfield-ma"]),
        ("Springfield, Ill., voted. Springfield is glad.", "", ["springfield-il"]),
        ("Springfield, Ohio, voted.", "IL", []),
    ])
def test_namesakes_are_told_by_their_state(text: str, home: str, expected: list[str]) -> None:
    """The state beside the name decides, then the article's own sense, then the states it names, then its home."""
    assert expected == found(resolve(text, home=home))


@pytest.mark.parametrize(
    ("outlet", "text"),
    [("The Baltimore Heron", "Readers of The Baltimore Heron wrote."), ("Radio Denver", "Radio Denver asked her.")])
def test_the_own_outlet_is_no_place(outlet: str, text: str) -> None:
    """An outlet nobody listed is known by the article's own outlet."""
    assert [] == found(resolve(text, outlet=outlet))


@pytest.mark.parametrize(
    ("title", "text", "about"),
    [
        ("Baltimore votes", "", True),
        ("", "Baltimore voted.", True),
        ("", f"{FILLER}Baltimore voted.", False),
        ("", f"{FILLER}BALTIMORE, Md. (AP) — They voted.", True),
        ("", f"{FILLER}BALTIMORE — They voted.", True),
        ("", f"{FILLER}Baltimore voted. Then Baltimore slept. Baltimore woke.", True),
        ("", f"{FILLER}Baltimore, Baltimore and Baltimore voted.", False),
        ("", "Baltimore, Denver, Miami and Mobile voted.", False),
        ("Baltimore, Denver, Miami and Mobile vote", "", True),
    ])
def test_about_is_stricter_than_mentioned(title: str, text: str, about: bool) -> None:
    """Headline, dateline, opening, or three sentences; a sentence that lists places is about none."""
    result = resolve(text, title)
    assert about == ("baltimore-md" in result.about)
    assert "baltimore-md" in found(result)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The Baltimore Sun said so.", "outlet"),
        ("Baltimore County voted.", "another place"),
        ("Ann Lee, second from right, in Baltimore.", "caption"),
        ("Baltimore, Ireland, voted.", "Ireland"),
        ("Portland voted.", "Oregon"),
        ("Springfield voted.", "Springfield, IL, Springfield, MA"),
        ("He lives on Baltimore Drive.", "ignore"),
        ("The ICE Baltimore Field Office moved.", "office"),
    ])
def test_a_refused_name_keeps_its_reason(text: str, reason: str) -> None:
    """So that an explanation can say why a place was not counted."""
    (refused,) = resolve(text).rejected
    assert reason in refused.reason


def test_places_come_with_label_and_count() -> None:
    """Those the article is about first, then by mentions."""
    result = resolve(f"Denver voted.\n{FILLER}Miami did. Miami did.\nMobile did not.")

    assert [("Denver, CO", 1), ("Miami, FL", 2), ("Mobile, AL", 1)] == [
        (place.label, place.mentions) for place in result.found]
