"""Names that an article gives, without what everybody names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.stories.names import names_in, no_names
from monitor.stories.reading import read
from rules.model import Article, PlaceFound

AT = datetime(2026, 3, 12, 18, tzinfo=UTC)
DOVER = PlaceFound("dover-de", "Dover, DE", about=True, mentions=1)


def named(text: str, language: str = "en", title: str = "") -> tuple[tuple[str, ...], ...]:
    article = Article(title, text, outlet="Dover Herald", language=language)
    return names_in(read(article, AT), no_names(article, [DOVER]))


@pytest.mark.parametrize(("text", "expected"), [
    ("A fire broke out at Molino's Bakery in Dover on Tuesday.", ("molino bakery",)),
    ("A baker, Edwin R. Salmerón, saw the fire.", ("edwin salmeron",)),
    ("A fire broke out on Pennington Avenue in Kent County.", ("pennington avenue",)),
    ("The fire was seen by Ana Ruiz of the Harbor Lights Project.", ("ana ruiz", "harbor lights project")),
    ("The Dover Herald saw the fire in Delaware on Monday in March.", ()),
    ("The fire was seen by Honduran and American workers.", ()),
    ("The fire hurt the workers. Nobody saw it.", ()),
])
def test_names(text: str, expected: tuple[str, ...]) -> None:
    """People, premises and streets; not the outlet, places, days, countries, or the beginning of a sentence."""
    assert expected == named(text)[0]


def test_accents_do_not_matter() -> None:
    """Spellings of one name in two languages are one name."""
    assert named("A fire killed José Ángel Núñez.")[0] == named("Un incendio mató a Jose Angel Nunez.", "es")[0]


def test_what_is_named_once_further_down_is_in_passing() -> None:
    """What the opening names, or more than one sentence, is the article's own."""
    below = "\n".join(["A fire broke out in a mill."] * 12)

    own, asides, _ = named(f"A fire hit Gannet Mill.\n{below}\nIt woke Terrence Mabry.")

    assert (("gannet mill",), ("terrence mabry",)) == (own, asides)


def test_holders_of_high_office_are_officials() -> None:
    """All news of a state names its governor: that is no name of the event."""
    own, _, officials = named("A fire was visited by Gov. Lena Marsh. Later Marsh left.")

    assert ((), True) == (own, "lena marsh" in officials)


def test_headlines_in_title_case_name_nobody() -> None:
    """Where every word has a capital, capitals say nothing."""
    assert ((), (), ()) == named("A fire broke out.", title="Great Blaze Destroys Old Furniture Stock")


def test_recalled_names_are_left_out() -> None:
    """A sentence about another event names nobody of this one."""
    text = "A fire broke out.\nIt was the second such fire: in January, Bubble King burned."

    assert ((), (), ()) == named(text)
