"""How people write a place: with its state in full, as the Associated Press shortens it, Saint long or short."""

from __future__ import annotations

import pytest

from rules.engine.engine import Engine
from rules.files.load import load_texts
from rules.model import Article, RuleSet
from rules.places.names import is_town
from rules.places.search import find_place

TABLE = """\
id,name,state,kind,within,aliases,needs_state
maryland,Maryland,MD,state,,,
baltimore-county-md,Baltimore County,MD,county,,,
baltimore-md,Baltimore,MD,city,,Charm City,
st-louis-mo,St. Louis,MO,city,,,
fort-worth-tx,Fort Worth,TX,city,,,
mount-vernon-ny,Mount Vernon,NY,city,,,yes
"""


def asked(place: str, more: str = "") -> RuleSet:
    """A rule that asks for a place, with these places known."""
    return load_texts({"p.csv": TABLE, "a.toml": f"""
place_tables = ['p.csv']
{more}
topics.t = 'T'
[[rule]]
id     = 'r'
topics = ['t']
allow  = ['W301']
query  = '''raid AND place:"{place}"'''
"""})


@pytest.mark.parametrize(("written", "told"), [
    ("Baltimore, Maryland", "Baltimore, Md."), ("Baltimore, Md.", "Baltimore, Md."),
    ("Baltimore, md", "Baltimore, Md."), ("Charm City, MD", "Baltimore, Md."),
    ("Baltimore County, Maryland", "Baltimore County, Md."),
    ("Saint Louis, MO", "St. Louis, Mo."), ("St Louis, Missouri", "St. Louis, Mo."), ("Saint Louis", "St. Louis, Mo."),
    ("Ft. Worth, Tex.", "Fort Worth, Texas"), ("Mt Vernon, N.Y.", "Mount Vernon, N.Y."),
    ("Hazleton, Pennsylvania", "Hazleton, Pa."), ("Saint Agnes, MO", "St. Agnes, Mo."),
])
def test_a_place_is_understood(written: str, told: str) -> None:
    """However its state and its Saint are written, without a word from `check`, and found where news names it."""
    ruleset = asked(written)

    assert [] == [str(problem) for problem in ruleset.problems]
    assert Engine(ruleset).match(Article("", f"A raid in {told}, on Monday."))
    assert not Engine(ruleset).match(Article("", "A raid in Denver, Colo., on Monday."))


@pytest.mark.parametrize(("written", "hint"), [
    ("MD", "maryland"), ("Md.", "maryland"), ("Baltimore, Marylnd", "baltimore-md"),
])
def test_a_hint_names_what_was_meant(written: str, hint: str) -> None:
    """A state's code is the state; a slip is the nearest place."""
    (problem,) = asked(written).problems

    assert ("E221", True) == (problem.code, f"did you mean place:{hint}?" in problem.help)


def test_watched_places_may_be_written_in_full() -> None:
    """`watch` understands what `place:` does."""
    ruleset = asked("watched", "watch = ['Baltimore, Maryland', 'Saint Louis, Mo.']")

    assert ((), ("baltimore-md", "st-louis-mo")) == (ruleset.problems, ruleset.watched)


def test_other_names_make_no_places() -> None:
    """A name that an entry has in another spelling gets no second entry."""
    found = asked("Saint Louis, MO").places

    assert {"baltimore-md", "st-louis-mo"} <= {place.id for place in found}
    assert 6 == len(found)


@pytest.mark.parametrize(("name", "expected"), [
    ("Hazleton, PA", True), ("Hazleton, Pennsylvania", True), ("Hazleton, Pa.", True), ("hazleton-pa", True),
    ("Maryland, Virginia", False), ("Toronto, Ontario", False), ("Hazleton", False),
])
def test_towns_with_their_states(name: str, expected: bool) -> None:
    """Two states are no town, and neither is a town abroad."""
    assert expected == is_town(name)


@pytest.mark.parametrize("name", ["Saint Louis", "St Louis, Missouri", "ft worth", "Mt. Vernon, NY"])
def test_places_of_channels_are_found_in_any_spelling(name: str) -> None:
    """For the hint that config.toml gets."""
    assert 1 == len(find_place(name, asked("Baltimore, MD").places))
