"""What a search asks for, and which articles say it."""

from __future__ import annotations

import pytest

from monitor.talk.wanted import MOST, Said, said, wanted
from rules.model import Article

RAID = Article("Raid in Café Orléans", "Officers came on Monday.\nThe raids were long, and no bail was set. A city "
               "protested: the raid had to end.", outlet="Patapsco Ledger", language="en")
REDADA = Article("Redadas en Baltimore", "Los jueces ordenaron las detenciones. El niño lloró.", language="es")


@pytest.mark.parametrize(("words", "found"), [
    ("raid", True), ("RAIDS", True), ("raid officers", True), ("raid sheriff", False),
    ("cafe orleans", True), ("café", True), ("patapsco", True),
    ('"no bail"', True), ('"bail no"', False), ('"raids were long"', True), ('"monday the"', False),
    ("raid -sheriff", True), ("raid -officers", False), ('raid -"no bail"', False), ("raid -city", False),
    ("protest*", True), ("protest", False), ("prot* raid", True), ('"no ba*"', True), ("no-bail", True),
    ('"no bail', True), ("raid - long", True),
])
def test_what_an_article_says(words: str, found: bool) -> None:
    """All words, in any order, of title, text or outlet; accents, case and plurals do not count; phrases stand so."""
    asked = wanted(words)

    assert asked is not None
    assert found is (said(RAID, asked) is not None)


@pytest.mark.parametrize(("words", "found"), [
    ("juez", True), ("detención", True), ("detencion", True), ("redada", True), ("nino", False), ("NIÑO", True),
])
def test_spanish_folds_as_spanish(words: str, found: bool) -> None:
    """Plurals of Spanish articles are found by the singular; ñ is a letter of its own."""
    asked = wanted(words)

    assert asked is not None
    assert found is (said(REDADA, asked) is not None)


def test_english_does_not_fold_as_spanish() -> None:
    """A plane is no plan, which in Spanish would be the singular of it."""
    asked = wanted("plane")

    assert asked is not None
    assert said(Article("The plan", "A plan.", language="en"), asked) is None


@pytest.mark.parametrize("words", ["", "  ", "-raid", '""', "*", "!?", " ".join(f"w{n}" for n in range(MOST + 1))])
def test_nothing_to_search_for(words: str) -> None:
    """Nothing, exclusions alone and far too much are no search."""
    assert wanted(words) is None


def test_the_sentence_with_most_of_it() -> None:
    """Of all sentences the one with the most different words, with each place of them."""
    asked = wanted("raid city")

    assert asked is not None
    assert Said("A city protested: the raid had to end.", ((2, 6), (22, 26))) == said(RAID, asked)


def test_a_headline_alone_gives_no_sentence() -> None:
    """What stands only in headline or outlet is seen there."""
    asked = wanted("orleans ledger")

    assert asked is not None
    assert Said() == said(RAID, asked)


def test_marks_count_signs_of_the_sentence() -> None:
    """Entities are resolved before, and the marks point into what is shown."""
    asked = wanted("bail")
    found = said(Article("T", "First one. Smith &amp; Sons set “bail”.", language="en"), asked) if asked else None

    assert found is not None
    assert ["bail"] == [found.quote[start:end] for start, end in found.marks]
