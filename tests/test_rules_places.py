"""Places: what a name means in its surroundings, and whether an article is about it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rules.engine.engine import Engine
from rules.files.load import load_texts
from rules.model import Article, Place
from rules.places.resolve import PlacesResult

PLACES = [
    Place("baltimore-md", "Baltimore", "MD", ("Baltimore City",), ("Baltimore Accord",)),
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
    Place("jackson-ms", "Jackson", "MS", needs_state=True),
    Place("houston-tx", "Houston", "TX"),
    Place("reading-pa", "Reading", "PA", needs_state=True),
    Place("salinas-ca", "Salinas", "CA"),
    Place("elkton-md", "Elkton", "MD", needs_state=True, kind="town"),
    Place("jackson-county-mo", "Jackson County", "MO", needs_state=True, kind="county"),
    Place("jackson-county-or", "Jackson County", "OR", needs_state=True, kind="county"),
    Place("cook-county-il", "Cook County", "IL", kind="county"),
    Place("cook-county-ga", "Cook County", "GA", needs_state=True, kind="county"),
    Place("orange-county-ca", "Orange County", "CA", needs_state=True, kind="county"),
    Place("ventura-county-ca", "Ventura County", "CA", kind="county"),
    Place("new-york-ny", "New York", "NY", ("New York City", "Brooklyn"), kind="city"),
    Place("new-york-state", "New York state", "", kind="state"),
    Place("maryland", "Maryland", "", kind="state"),
    Place("washington-dc", "District of Columbia", "", ("D.C.", "Washington D.C."), kind="city"),
    Place("illinois", "Illinois", "", kind="state"),
    Place("massachusetts", "Massachusetts", "", kind="state"),
]


def row(place: Place) -> str:
    several = (";".join(place.aliases), ";".join(place.ignore), "yes" if place.needs_state else "")
    return ",".join((place.id, place.name, place.state, place.kind, *several))


TABLE = "\n".join(["id,name,state,kind,aliases,ignore,needs_state", *map(row, PLACES)])
ENGINE = Engine(load_texts({"places.toml": "place_tables = ['places.csv']", "places.csv": TABLE}))
FILLER = "The council met again.\nIt talked about buses.\nNobody left early.\n"


def resolve(text: str, title: str = "", outlet: str = "", home: str = "", language: str = "en") -> PlacesResult:
    return ENGINE.places(Article(title, text, outlet=outlet, home=home, language=language))


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
        ("Raids in four cities: Denver, New York, San Francisco and Boston.", ["denver-co", "new-york-ny"]),
        ("The mayor of Denver, New York, Mayor Lee said.", ["denver-ny"]),
        ("El condado de Baltimore votó.", []),
        ("The ICE Baltimore Field Office moved.", []),
        ("He lives on Baltimore Drive.", []),
        ("He signed the Baltimore Accord.", []),
        ("The Denver Broncos met the University of Denver.", []),
        ("Denver International Airport closed.", []),
        ("Baltimore Heights voted. New Baltimore did not.", []),
        ("He met George of Prince George, Va.", ["prince-george-va"]),
        ("Prince George’s County voted.", ["prince-georges-md"]),
        ("Prince George’s voted.", ["prince-georges-md"]),
        ("Montgomery County voted.", ["montgomery-county-md"]),
        ("Montgomery County, Pa., voted.", ["montgomery-county-pa"]),
        ("El condado de Montgomery votó.", ["montgomery-county-md"]),
        ("Trains to St. Louis stopped.", ["st-louis-mo"]),
        ("Denver, Miami, New York and Baltimore voted.", ["baltimore-md", "denver-co", "miami-fl", "new-york-ny"]),
        ("Miami, New York and Denver voted.", ["denver-co", "miami-fl", "new-york-ny"]),
        ("Denver, Ontario, voted.", []),
        ("In Maryland the trains stopped.", ["maryland"]),
        ("Rockville, Maryland, voted.", ["rockville-md"]),
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
        ("Portland voted. So did Salem, Ore.", "", ["portland-or", "salem-or"]),
        ("Portland voted.", "Portland, OR", ["portland-or"]),
        ("Portland voted.", "Oregon", ["portland-or"]),
        ("Portland voted.", "ME", []),
        ("Portland, Maine, voted. Portland is glad. Oregon is not.", "", ["portland-me"]),
        ("Portland, Me., voted.", "OR", ["portland-me"]),
        ("Portland, Ontario, voted.", "OR", []),
        ("Springfield voted.", "", []),
        ("Springfield voted.", "MA", ["springfield-ma"]),
        ("Springfield, Ill., voted. Springfield is glad.", "", ["springfield-il"]),
        ("Springfield, Ohio, voted.", "IL", ["springfield-oh"]),
        ("Illinois’ Springfield voted.", "", ["illinois", "springfield-il"]),
        ("In Massachusetts, Springfield voted.\nIllinois did not.", "",
         ["illinois", "massachusetts", "springfield-ma"]),
        ("Springfield, a city of Illinois, is glad.\nMassachusetts is not.", "",
         ["illinois", "massachusetts", "springfield-il"]),
        ("They met in Elkton. Maryland voted.", "", ["elkton-md", "maryland"]),
        ("Elkton met him. Maryland voted.", "", ["maryland"]),
        ("Jackson County voted.", "", []),
        ("Jackson County voted. Missouri did not.", "", ["jackson-county-mo"]),
        ("The Jackson County sheriff spoke in Oregon.", "", ["jackson-county-or"]),
        ("Cook County voted.", "", ["cook-county-il"]),
        ("Cook County, Ga., voted.", "", ["cook-county-ga"]),
        ("Orange and Ventura counties voted.", "", ["orange-county-ca", "ventura-county-ca"]),
        ("Jackson and Orange counties in Oregon voted.", "", ["jackson-county-or", "orange-county-or"]),
    ])
def test_namesakes_are_told_by_their_state(text: str, home: str, expected: list[str]) -> None:
    """The state beside the name decides, then the article's own sense, then the states it names, then its home."""
    assert expected == found(resolve(text, home=home))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jackson said so in Mississippi.", []),
        ("Sen. Jackson spoke in Mississippi.", []),
        ("They met in Jackson. Mississippi voted.", ["jackson-ms"]),
        ("Andrew Jackson came to Mississippi. Then Jackson left.", []),
        ("Jackson police came. Mississippi voted.", ["jackson-ms"]),
        ("Whitney Houston sang. Houston wept.", []),
        ("Whitney Houston sang in Houston.", ["houston-tx"]),
        ("Edgar Rivera Salinas left.", []),
        ("Mark Denver left.", []),
        ("George W. Houston left.", []),
        ("Mayor Reading of Pennsylvania left.", []),
    ])
def test_people_are_no_places(text: str, expected: list[str]) -> None:
    """Titles, given names and verbs of speech tell a person; a word that belongs before a place tells a town."""
    assert expected == found(resolve(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They met in Hazleton, Pa., on Monday.", ["hazleton-pa"]),
        ("They met in Hazleton, Pennsylvania.", ["hazleton-pa"]),
        ("HAZLETON, Pa. (AP) — They met.", ["hazleton-pa"]),
        ("They met in Havre de Grace, Md., and St. Leonard, Md.", ["havre-de-grace-md", "st-leonard-md"]),
        ("They met in North Denver, Ind.", ["north-denver-in"]),
        ("Sen. Jon Ossoff, Georgia, spoke.", []),
        ("Smith, Texas, spoke.", []),
        ("Rep. Chip Roy, R-Texas, spoke.", []),
        ("Lindsey Graham (S.C.) spoke.", []),
        ("Northam, Virginia’s governor, spoke.", []),
        ("He left Baylor University, Texas.", []),
        ("In March, Texas lawmakers voted.", []),
        ("However, Florida, like Ohio, voted.", []),
        ("An Example, Georgia: it voted.", []),
        ("Arizona, Texas and Florida voted.", []),
    ])
def test_a_town_with_its_state_needs_no_entry(text: str, expected: list[str]) -> None:
    """People, organisations, dates and lists of states look like it and are not."""
    assert expected == found(resolve(text))


def test_a_town_without_an_entry_is_a_place_like_others() -> None:
    """It has label and state, and is counted where it stands without its state, too."""
    (place,) = resolve("They met in Hebron, Md. Hebron’s mayor came.").found
    assert ("Hebron, MD", 2, ("maryland",)) == (place.label, place.mentions, place.within)


def test_a_place_of_another_state_is_refused_where_it_is_meant_elsewhere() -> None:
    """The explanation of `place:portland-or` can say so."""
    (refused,) = resolve("They met in Portland, Maine.").rejected
    assert ("portland-or", "the article means the one in Maine") == (refused.place_id, refused.reason)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("El condado de Montgomery, Maryland, votó.", ["montgomery-county-md"]),
        ("Los condados de Montgomery y Prince George’s votaron.", ["montgomery-county-md", "prince-georges-md"]),
        ("Una redada en Hazleton, Pensilvania, asustó a todos.", ["hazleton-pa"]),
        ("La ciudad de Jackson votó. Mississippi no.", ["jackson-ms"]),
        ("La señora Jackson habló en Mississippi.", []),
        ("El alcalde de Baltimore habló.", ["baltimore-md"]),
        ("La Universidad de Denver cerró.", []),
    ])
def test_places_in_spanish(text: str, expected: list[str]) -> None:
    """Counties, states and titles are known by their Spanish names, too."""
    assert expected == found(resolve(text, language="es"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("New York voted.", ["new-york-ny"]),
        ("The New York Legislature voted. Later New York rested.", ["new-york-state"]),
        ("Upstate New York voted.", ["new-york-state"]),
        ("The New York governor spoke in New York City.", ["new-york-ny", "new-york-state"]),
        ("Brooklyn voted.", ["new-york-ny"]),
    ])
def test_new_york_is_a_city_and_a_state(text: str, expected: list[str]) -> None:
    """The words after it tell, and then the article's own sense."""
    assert expected == found(resolve(text))


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("RAIDS SHAKE READING RESTAURANTS", "The council met.", []),
        ("RAIDS SHAKE READING RESTAURANTS", "They met in Reading, Pa.", ["reading-pa"]),
        ("RAIDS IN READING, PA.", "The council met.", ["reading-pa"]),
        ("RAIDS SHAKE DENVER", "The council met.", []),
        ("RAIDS SHAKE DENVER", "Denver met.", ["denver-co"]),
    ])
def test_capitals_prove_nothing_in_a_headline_of_capitals(title: str, text: str, expected: list[str]) -> None:
    """The place must be named elsewhere, or its state beside it."""
    assert expected == found(resolve(text, title))


@pytest.mark.parametrize(
    ("outlet", "expected"), [("Radio Illinois", ["springfield-il"]), ("Radio MA", ["springfield-ma"]),
                             ("The New York Times", [])])
def test_the_name_of_the_outlet_tells_its_home(outlet: str, expected: list[str]) -> None:
    """A state in it proves a name as the home that the configuration gives; two states name papers read everywhere."""
    assert expected == found(resolve("Springfield voted.", outlet=outlet))


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
        ("He lives on Baltimore Drive.", "Baltimore Drive is something else"),
        ("He signed the Baltimore Accord.", "ignore"),
        ("Whitney Houston sang.", "person"),
        ("The Denver Broncos won.", "team"),
        ("He left the University of Denver.", "university"),
        ("Denver International Airport closed.", "airport"),
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Agents came to Baltimore.", True),
        ("He is held at a detention center in Baltimore.", False),
        ("He was seen at the Baltimore detention facility.", False),
        ("Police arrested him in Baltimore and sent him to detention.", True),
        ("FBI Baltimore said so.", False),
        ("The FBI in Baltimore said so.", True),
        ("The law dates from 2011 in Baltimore.", False),
        ("The law of 2011 changed in 2026 in Baltimore.", True),
        ("The law dates from 2011 in Baltimore. Baltimore wants it back.", True),
        ("The law dates from last year, 2025, in Baltimore.", True),
    ])
def test_a_mention_may_be_beside_the_point(text: str, expected: bool) -> None:
    """An office, a place of custody and a past event say nothing of where the news is, and yet are mentions."""
    result = ENGINE.places(Article("", text, language="en", published_at=datetime(2026, 3, 9, tzinfo=UTC)))
    assert ["baltimore-md"] == found(result)
    assert expected == ("baltimore-md" in result.about)


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("", "BALTIMORE — The law was signed.", ["baltimore-md"]),
        ("", "BALTIMORE — The trains to Denver stopped.", ["denver-co"]),
        ("", "BALTIMORE — The trains to Denver and Baltimore stopped.", ["baltimore-md", "denver-co"]),
        ("Illinois votes", "BALTIMORE — The law was signed.", ["illinois"]),
        ("", "BALTIMORE — The law of Illinois was signed.", ["baltimore-md", "illinois"]),
    ])
def test_a_dateline_gives_way_to_a_town_of_the_story(title: str, text: str, expected: list[str]) -> None:
    """It tells where somebody wrote: that counts where the opening names no other town and the headline no state."""
    assert expected == sorted(resolve(text, title).about)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Maryland, Illinois and the District of Columbia vote.", False), ("Rain in Maryland, Illinois and D.C.", False),
     ("Rain in Maryland, Washington D.C., and Illinois", False), ("Rain in Baltimore and Washington, D.C.", True)])
def test_the_district_in_a_list_of_states_is_no_town(text: str, expected: bool) -> None:
    """Named between states, it stands for itself as one of them."""
    assert expected == ("washington-dc" in resolve(text).about)
