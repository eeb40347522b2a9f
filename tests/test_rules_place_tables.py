"""Spreadsheets of places: what a row says, what a bad row is told, and how rows and hand-made entries become one."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.engine.compiler import place_ids
from rules.model import Place
from rules.places import tables as place_tables
from rules.places.search import find_place, place_suggestions
from rules.places.tables import merged, read_places

HEAD = "id,name,state,kind,within,aliases,ignore,needs_state\n"
PACK = Path(__file__).resolve().parents[1] / "rules" / "packs" / "immigration" / "us-places.csv"
MARYLAND = Place("maryland", "Maryland", "", kind="state")
HOWARD = Place("howard-county-md", "Howard County", "MD", kind="county", needs_state=True)
COLUMBIA = Place("columbia-md", "Columbia", "MD", within=("howard-county-md",), kind="city", needs_state=True)


@pytest.fixture(scope="module")
def shipped() -> tuple[Place, ...]:
    """The places of the pack's own spreadsheet."""
    places, problems = read_places(PACK.read_text("utf-8"), PACK.name)
    assert [] == problems
    return merged(places, ())


def test_a_row_is_a_place() -> None:
    """Several values in one cell are parted by semicolons."""
    row = "columbia-md,Columbia,MD,city,howard-county-md,Columbia City; La Columbia,Columbia Pike,yes\n"
    expected = Place("columbia-md", "Columbia", "MD", ("Columbia City", "La Columbia"), ("Columbia Pike",), True,
                     ("howard-county-md",), "city")
    assert ([expected], []) == read_places(HEAD + row, "places.csv")


def test_columns_may_be_left_out_and_stand_in_any_order() -> None:
    """An id is made of name and state, as a spreadsheet of two columns needs it."""
    places, problems = read_places("\ufeffState,Name\nMD,Prince George's County\n\nNM,Doña Ana County\n", "places.csv")
    assert [] == problems
    assert ["prince-georges-county-md", "dona-ana-county-nm"] == [place.id for place in places]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "the spreadsheet is empty"),
        ("id;name;state\na;A;MD\n", 1, "semicolons part the columns"),
        ("Baltimore,MD\n", 1, "the first row does not name the columns"),
        ("id,name,stat\na,A,MD\n", 1, 'there is no column "stat"'),
        (f"{HEAD}a,,MD\n", 2, "the row has no name"),
        (f"{HEAD}a,A,Maryland\n", 2, '"Maryland" is not the code of a state'),
        (f"{HEAD}a,A,MD,hamlet\n", 2, '"hamlet" is no kind of place'),
        (f"{HEAD}a,A,MD,city,,,,maybe\n", 2, '"maybe" is neither yes nor no'),
        (f"{HEAD}A Place,A,MD\n", 2, '"A Place" cannot be an id'),
        (f"{HEAD}a,A,MD\n\na,B,MD\n", 4, 'place "a" is known already, from line 2'),
        (f"{HEAD}a,A,MD,city,,,,no,Baltimore, MD\n", 2, "the row has 10 cells, and there are 8 columns"),
        (f'{HEAD}a,"A,MD\n', 2, "the row cannot be read: unexpected end of data"),
    ])
def test_a_bad_row_is_named_by_its_line(text: str, line: int, message: str) -> None:
    """With the file, the line and what to write."""
    _, (problem,) = read_places(text, "places.csv")
    assert ("places.csv", line, message) == (problem.file, problem.line, problem.message)
    assert problem.help


def test_a_bad_row_costs_no_other() -> None:
    """The rows above and below it are read."""
    places, problems = read_places(f"{HEAD}a,A,MD\nb,B,XX\nc,C,MD\n", "places.csv")
    assert ["a", "c"] == [place.id for place in places]
    assert 1 == len(problems)


def test_an_entry_goes_before_the_row_of_its_id() -> None:
    """It takes kind and containment from the row, and adds its aliases; whether the name stands alone it decides."""
    entry = Place("columbia-md", "Columbia", "MD", aliases=("the new town",))
    (place,) = merged([COLUMBIA], [entry])
    assert Place("columbia-md", "Columbia", "MD", ("the new town",), (), False, ("howard-county-md",), "city") == place


def test_containment_reaches_up_to_the_state() -> None:
    """The nearest first; a place that says nothing lies in its state."""
    places = merged([COLUMBIA, HOWARD, MARYLAND], [Place("laurel-md", "Laurel", "MD")])
    assert {
        "columbia-md": ("howard-county-md", "maryland"), "howard-county-md": ("maryland",), "maryland": (),
        "laurel-md": ("maryland",),
    } == {place.id: place.within for place in places}


def test_places_that_contain_each_other_do_no_harm() -> None:
    """Somebody's slip ends, and no place holds itself."""
    places = merged([Place("a", "A", "", within=("b",)), Place("b", "B", "", within=("a",))], ())
    assert [("b",), ("a",)] == [place.within for place in places]


def test_a_holder_that_does_not_exist_is_found() -> None:
    """So that `check` can say so."""
    assert [(COLUMBIA, "howard-county-md")] == place_tables.unknown_holders([COLUMBIA])


@pytest.mark.parametrize(
    ("place_id", "within"),
    [
        ("hyattsville-md", ("prince-georges-county-md", "maryland")),
        ("silver-spring-md", ("montgomery-county-md", "maryland")),
        ("baltimore-md", ("maryland",)),
        ("maricopa-county-az", ("arizona",)),
        ("orleans-parish-la", ("louisiana",)),
        ("seattle-wa", ("king-county-wa", "washington-state")),
        ("new-york-ny", ("new-york-state",)),
        ("kings-county-ny", ("new-york-ny", "new-york-state")),
        ("alexandria-va", ("virginia",)),
        ("ponce-pr", ("puerto-rico",)),
    ])
def test_the_shipped_places_know_what_holds_them(
    shipped: tuple[Place, ...], place_id: str, within: tuple[str, ...]
) -> None:
    """County and state; cities that belong to no county have the state alone."""
    assert within == next(place.within for place in shipped if place.id == place_id)


def test_the_shipped_places_are_whole(shipped: tuple[Place, ...]) -> None:
    """Every holder exists, all 50 states and Puerto Rico are there, and every county of Maryland."""
    assert [] == place_tables.unknown_holders(shipped)
    assert 51 == sum(place.kind == "state" for place in shipped)
    assert 23 == sum(place.kind == "county" and place.state == "MD" for place in shipped)
    assert 3000 < sum(place.kind == "county" for place in shipped) < 3144  # all but the independent cities


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("baltimore", ["baltimore-md"]),
        ("Baltimore, Maryland", ["baltimore-md"]),
        ("baltimore-md", ["baltimore-md"]),
        ("Prince George's County, MD", ["prince-georges-county-md"]),
        ("prince georges county", ["prince-georges-county-md"]),
        ("condado de Howard, Md.", ["howard-county-md"]),
        ("Cook County", ["cook-county-il"]),
        ("Saint Louis", ["st-louis-mo"]),
        ("maryland", ["maryland"]),
        ("Portland, Oregon", ["portland-or"]),
        ("Atlantis", []),
    ])
def test_a_typed_name_finds_its_place(shipped: tuple[Place, ...], typed: str, expected: list[str]) -> None:
    """By id, label, name or any spelling, with the state however it is written."""
    assert expected == [place.id for place in find_place(typed, shipped)]


def test_a_name_of_several_places_lists_them(shipped: tuple[Place, ...]) -> None:
    """So that a message can ask which."""
    assert {"portland-me", "portland-or"} <= {place.id for place in find_place("Portland", shipped)}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Baltimor", "Baltimore, MD"),
        ("Hyattsvile, MD", "Hyattsville, MD"),
        ("prince goerges county", "Prince George's County, MD"),
    ])
def test_a_misspelled_name_is_put_right(shipped: tuple[Place, ...], typed: str, expected: str) -> None:
    """The likeliest place comes first."""
    assert expected == place_suggestions(typed, shipped)[0]


@pytest.mark.parametrize("spelling", ["condado de Montgomery", "Montgomery County, MD", "montgomery-county-md"])
def test_a_rule_may_write_a_place_as_articles_do(shipped: tuple[Place, ...], spelling: str) -> None:
    """After place: stands whatever spelling an article is understood by."""
    assert "montgomery-county-md" in place_ids(shipped)[spelling.casefold()]
