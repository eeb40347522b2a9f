"""Which matches a channel takes, and in which words it says why not the others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from monitor.digest.routing import chosen, resolved, route
from rules.model import Place, PlaceFound
from tests.digest_samples import article, channel, match, place

if TYPE_CHECKING:
    from rules.model import Match

COUNTY = Place("prince-georges-county-md", "Prince George's County", "MD", kind="county")
HYATTSVILLE = PlaceFound("hyattsville-md", "Hyattsville, MD", True, 2, ("prince-georges-county-md", "maryland"))
FOUND = replace(match("raid-rule", severity="high", places=(place("Baltimore, MD"),)), prominence="lead")


def taken(found: Match, **wishes: object) -> bool:
    """Whether a channel with these wishes takes the match, in a Spanish article of the Harbor Ledger."""
    (verdict,) = route(article(1, found, language="es"), channel(**wishes))
    return verdict.taken


@pytest.mark.parametrize(
    ("wishes", "wanted"),
    [
        ({}, True),
        ({"rules": ("raid-rule",)}, True),
        ({"rules": ("other",)}, False),
        ({"topics": ("raids", "policy")}, True),
        ({"topics": ("policy",)}, False),
        ({"places": ("BALTIMORE, md",)}, True),
        ({"places": ("Dover, DE",)}, False),
        ({"outlets": ("harbor ledger", "Wire")}, True),
        ({"outlets": ("Wire",)}, False),
        ({"languages": ("es",)}, True),
        ({"languages": ("en", "fr")}, False),
        ({"severity": "high"}, True),
        ({"severity": "urgent"}, False),
        ({"prominence": "lead"}, True),
        ({"prominence": "headline"}, False),
        ({"rules": ("raid-rule",), "topics": ("raids",), "places": ("Dover, DE",)}, False),
    ],
)
def test_a_match_fits_every_wish_or_is_refused(wishes: dict[str, object], wanted: bool) -> None:
    """Each choice of a channel must fit; an empty one fits all, and a least is enough."""
    assert wanted == taken(FOUND, **wishes)


@pytest.mark.parametrize(
    ("wishes", "choice", "words"),
    [
        ({"rules": ("a", "b")}, "rules", "takes the rules a, b, and this is raid-rule"),
        ({"topics": ("policy",)}, "topics", "takes the topics policy, and the rule raid-rule has raids"),
        ({"places": ("Dover, DE",)}, "places", "takes the places Dover, DE, and the article names Baltimore, MD"),
        ({"outlets": ("Wire",)}, "outlets", "takes the outlets Wire, and this is Harbor Ledger"),
        ({"languages": ("en",)}, "languages", "takes articles in en, and this is in es"),
        ({"severity": "urgent"}, "severity", "takes urgent only, and the rule raid-rule says high"),
        ({"prominence": "headline"}, "prominence", "takes headline only, and the rule raid-rule found this in “lead”"),
    ],
)
def test_a_refusal_says_what_was_wanted_and_what_was_found(wishes: dict[str, object], choice: str, words: str) -> None:
    """The key of the channel to change, and a sentence that holds both sides."""
    (verdict,) = route(article(1, FOUND, language="es"), channel(**wishes))
    (refusal,) = verdict.refusals
    assert choice == refusal.choice
    assert words in refusal.words


def test_every_reason_is_named() -> None:
    """Whoever mends one choice must not find the next one afterwards."""
    (verdict,) = route(article(1, replace(match(), alerts=False)), channel(rules=("x",), severity="high"))
    assert ["alert_from", "rules", "severity"] == [refusal.choice for refusal in verdict.refusals]


def test_each_match_is_judged_by_itself() -> None:
    """A severe match does not bring a weak one of another topic with it."""
    found = article(1, match("weak", ("raids",)), match("strong", ("policy",), "urgent"))
    assert ["strong"] == [each.rule_id for each in chosen(found, channel(severity="high"))]
    assert () == chosen(found, channel(severity="high", topics=("raids",)))


def test_an_article_of_unknown_language_fits_any() -> None:
    """In which language three words are, nobody can tell; better one too many than one lost."""
    assert [True, True, False] == [bool(chosen(article(1, match(), language=code), channel(languages=("en",))))
                                   for code in ("", "en-US", "es")]


@pytest.mark.parametrize(
    ("wish", "wanted"),
    [("Prince George's County, MD", True), ("prince george's county, md", True), ("prince-georges-county-md", True),
     ("Hyattsville, MD", True), ("Howard County, MD", False)],
)
def test_a_place_brings_what_lies_in_it(wish: str, wanted: bool) -> None:
    """A channel for a county takes what happens in its towns, however the county is named."""
    found = article(1, match(places=(place("Chicago, IL", mentions=9), HYATTSVILLE)))
    assert wanted == bool(chosen(found, resolved(channel(places=(wish,)), [COUNTY])))
