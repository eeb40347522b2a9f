"""A story in a digest: one card, how far it is carried, and a link to every other article of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitor.digest.model import More
from monitor.slack.render.blocks import render
from monitor.stories.model import Tally
from tests.digest_samples import NOW, digest, item, told_digest
from tests.slack_checks import addresses, refused, shown, within_limits

if TYPE_CHECKING:
    from monitor.digest.model import Item

TALLY = Tally(9, 3, (("es", 2),))


def other(number: int, **changes: object) -> Item:
    """Another article of a story, each by an outlet of its own."""
    told = {"title": f"Headline {number}", "outlet": f"Outlet {number}", "url": f"https://a.example/{number}?a=1&b=2"}
    return item(number, **(told | {"at": NOW - timedelta(hours=20 - number)} | changes))


def listed(*also: Item, **changes: object) -> list[str]:
    """The lines of further articles in a digest of one story; the moment of each as T."""
    (message,) = render(digest(item(1, also=also, tally=TALLY, **changes)))
    blocks = [block for block in message.blocks if block["block_id"].startswith("also:1:")]
    return [_words(line) for block in blocks for line in block["elements"][0]["elements"]]


def _words(line: dict[str, Any]) -> str:
    return "".join("T" if part["type"] == "date" else part["text"] for part in line["elements"])


def test_tally_stands_below_the_origin() -> None:
    """How far the story is carried, and that its card is of a local outlet."""
    (message,) = render(digest(item(7, tally=TALLY, local=True, also=(other(8),))))
    lines = next(block for block in message.blocks if block["block_id"] == "w:7")["text"]["text"].split("\n")
    assert lines[0].startswith("*Harbor Ledger* · local · Baltimore, MD · <!date")
    assert "*Same story in 9 outlets (3 local, 2 in Spanish)*" == lines[1]


def test_article_alone_has_neither_tally_nor_list() -> None:
    """An outlet is called local where there are others to tell it from."""
    (message,) = render(digest(item(7, local=True)))
    assert "local" not in shown([message])
    assert [] == [block for block in message.blocks if block["block_id"].startswith("also:")]


def test_three_headlines_then_names() -> None:
    """In order of publication, with outlet, language where it is another, and time; the rest as names of outlets."""
    expected = ["Headline 2 · Outlet 2 · T", "Headline 3 · Outlet 3 · in Spanish · T", "Headline 4 · Outlet 4 · T",
                "And in: Outlet 5, Outlet 6"]
    assert expected == listed(*(other(number, language="es" if number == 3 else "en") for number in range(2, 7)))


def test_local_reports_have_headlines_first() -> None:
    """They keep their place in the order of publication."""
    lines = listed(*(other(number, local=number > 3) for number in range(2, 7)))
    expected = [f"Headline {number} · Outlet {number} · local · T" for number in (4, 5, 6)]
    assert [*expected, "And in: Outlet 2, Outlet 3"] == lines


@pytest.mark.parametrize(
    ("copies", "card", "expected"),
    [
        ({3: 1, 4: 1}, {}, ["Same text in: Outlet 3, Outlet 4", "Headline 2 · Outlet 2 · T"]),
        ({3: 2, 4: 2}, {}, ["Headline 2 · Outlet 2 · T · same text in: Outlet 3, Outlet 4"]),
        ({2: 4, 3: 4}, {}, ["Headline 4 · Outlet 4 · T · same text in: Outlet 2, Outlet 3"]),
        ({3: 99, 4: 99}, {},
         ["Headline 2 · Outlet 2 · T", "Headline 3 · Outlet 3 · T · same text in: Outlet 4"]),
        ({3: 2}, {"copy": True, "copy_of": 2}, ["Same text in: Outlet 2, Outlet 3", "Headline 4 · Outlet 4 · T"]),
        ({3: None, 4: None}, {}, ["Headline 2 · Outlet 2 · T", "Same text in: Outlet 3, Outlet 4"]),
    ],
    ids=["of the card", "of another", "before the original", "of one that is gone", "card is a copy", "unknown whose"],
)
def test_copies_of_a_text_share_a_line(
    copies: dict[int, int | None], card: dict[str, object], expected: list[str]
) -> None:
    """Where they repeat another article than the card, that one's headline says which text it is."""
    also = (other(number, copy=number in copies, copy_of=copies.get(number)) for number in range(2, 5))
    assert expected == listed(*also, **card)


def test_a_text_with_copies_has_a_headline_first() -> None:
    """It says most of how the story is carried; a fourth such text says nothing untrue."""
    copies = {6: 5, 7: 4, 8: 3, 10: 9}
    lines = listed(*(other(number, copy=number in copies, copy_of=copies.get(number)) for number in range(2, 11)))
    assert "Headline 3 · Outlet 3 · T · same text in: Outlet 8" == lines[0]
    assert ["And in: Outlet 2, Outlet 9, Outlet 10"] == lines[3:]


def test_an_outlet_named_twice_has_a_number() -> None:
    """Two links of one name would look like a mistake; one without a name goes by its headline."""
    lines = listed(*(other(number, copy=True, copy_of=1, outlet=name)
                     for number, name in enumerate(("Harbor Ledger", "Sun", "Sun", " "), start=2)))
    assert ["Same text in: Harbor Ledger (2), Sun, Sun (2), Headline 5"] == lines


def test_many_of_one_outlet_are_counted() -> None:
    """Five links; all of them count as shown, so that none is told again."""
    also = [other(number, copy=True, copy_of=1, outlet="Forum") for number in range(2, 30)]
    (line,) = listed(*also)
    assert "Same text in: Forum, Forum (2), Forum (3), Forum (4), Forum (5) and 23 more from Forum" == line
    (message,) = render(digest(item(1, also=tuple(also), tally=TALLY)))
    assert 29 == len(message.article_ids)


def test_spanish_says_it_in_spanish() -> None:
    """Tally, copies and names."""
    made = render(told_digest("es", 9, copies=3))
    for phrase in ("La misma noticia en 10 medios (3 locales, 8 en inglés)", " · el mismo texto en: ", "Y en: ",
                   " · local · "):
        assert phrase in shown(made)


@pytest.mark.parametrize("copies", [0, 59])
@pytest.mark.parametrize("address", [0, 1_800])
def test_every_article_is_linked_however_many(copies: int, address: int) -> None:
    """A story that does not fit goes on under its headline, in order, each article in exactly one message."""
    told = told_digest("en", 60, copies=copies, address=address)
    made = render(replace(told, asides=()))
    (story,) = told.items
    ids = [number for message in made for number in message.article_ids]
    assert sorted(one.article_id for one in (story, *story.also)) == sorted(ids)
    assert 61 == len(set(addresses(made)))
    assert all(map(within_limits, made))


def test_story_goes_on_under_its_headline() -> None:
    """Whoever opens the second message knows whose articles they are."""
    second = render(told_digest("en", 60, address=1_800))[2]
    title, opening = second.blocks[0]["text"]["text"], second.blocks[1]["elements"][0]["elements"][0]["text"]
    assert title.startswith("Raids and arrests · 1 story (2 of ")
    assert "Prince George's County council votes to limit jail cooperation with ICE (continued)" == opening
    assert second.blocks[2]["block_id"].startswith("also:1:")


def test_what_a_day_has_no_room_for_is_counted_in_stories() -> None:
    """How many articles they are is no matter to a reader."""
    (message,) = render(replace(digest(item()), more=(More("Raids", tuple(range(41)), 12),)))
    assert "12 more from “Raids” today" in shown((message,))


def test_window_holds_every_article() -> None:
    """From the first report of a story to its last, and how many articles they are."""
    (message,) = render(digest(item(1, also=(other(2, at=NOW - timedelta(hours=9)),), tally=Tally(2))))
    assert ["2 articles in 1 story", "Articles from <!date^1795406400"] == [
        line[:31] for line in message.blocks[1]["elements"][0]["text"].split("\n")]


def test_stand_in_accepts_stories() -> None:
    """Of any length, in both languages."""
    digests = [told_digest("en", 9, 0, 2, 14, 0, 1, copies=4), told_digest("es", 60, 3, copies=20, address=1_800)]
    assert [] == [found for one in digests for message in render(one) for found in refused(message)]
