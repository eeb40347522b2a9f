"""What is told at once: an urgent event, more on one, and the line that says all is well."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.slack.render.blocks import render, render_flat
from monitor.slack.render.item import origin, when
from monitor.words.items import WORDS, span
from rules.model import Quote
from tests.digest_samples import EASTERN, NOW, rollup, silence, told_digest, urgent_alert
from tests.slack_checks import addresses, pieces, refused, shown, titles, within_limits

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.settings import Language


def test_alert_reads_from_the_point_to_the_reasons() -> None:
    """Topic and place, headline with quote, where and why, further articles, what can be pressed: seven at most."""
    (message,) = render(replace(urgent_alert(), talks=True))
    kinds = ["header", "rich_text", "context", "rich_text", "actions"]
    assert kinds == [block["type"] for block in message.blocks]
    assert ["🔴 Urgent: Raids and arrests · Baltimore, MD"] == titles((message,))
    assert "🔴 Urgente: Redadas y arrestos · Baltimore, MD" == titles(render(urgent_alert("es")))[0]


@pytest.mark.parametrize(
    ("language", "title", "said"),
    [("en", "More on: Raids and arrests", "Urgent, more on: "), ("es", "Novedades: Redadas y arrestos",
                                                                 "Urgente, novedades: ")],
)
def test_a_later_alert_of_an_event_says_so(language: str, title: str, said: str) -> None:
    """It does not look like another raid, and a phone still says that it is urgent."""
    (message,) = render(replace(urgent_alert(language), later=True))  # type: ignore[arg-type]  # plain words
    assert [f"🔴 {title} · Baltimore, MD"] == titles((message,))
    assert message.text.startswith(f"{said}Baltimore, MD: Agents arrest 9")


def test_alert_says_how_soon_it_was_found() -> None:
    """Outlet, place, time, delay; how far it is carried; then direction and reason of the first article."""
    (message,) = render(urgent_alert())
    lines = message.blocks[2]["elements"][0]["text"].split("\n")
    assert lines[0].startswith("*Radio Pueblo 87.9* · local · Baltimore, MD · <!date^")
    assert lines[0].endswith(" · found 4 min after publication")
    assert "*Direction:* the county objects (“The county had asked ICE to stay away, it said.”)" == lines[2]
    assert "*Why:* “Agents”, “arrest” · in the opening paragraphs" == lines[3]
    assert "*Same story in 4 outlets (2 local, 1 in Spanish)*" == lines[1]


def test_further_articles_are_linked_below() -> None:
    """Each with its outlet, its language where it is another, whether that is local, and its time."""
    (message,) = render(urgent_alert(further=3))
    opening, listed = message.blocks[3]["elements"][0], message.blocks[3]["elements"][1]["elements"]
    title, source = (part["text"] for part in listed[1]["elements"][:2])
    assert "Also:" == opening["elements"][0]["text"]
    assert "Redada en Baltimore: 8 detenidos en un taller mecánico" == title
    assert " · Severn Times · in Spanish · local · " == source
    assert ["date"] * 3 == [line["elements"][-1]["type"] for line in listed]


def test_alert_without_further_articles_has_no_list() -> None:
    """One article is not followed by an empty "Also"."""
    (message,) = render(urgent_alert(further=0))
    assert ["header", "rich_text", "context"] == [block["type"] for block in message.blocks]


def test_more_further_articles_than_fit_go_on() -> None:
    """Each stands in exactly one message, those after the first in its thread, and each message says which it is."""
    alert = urgent_alert(further=60)
    made = render(alert)
    assert list(alert.article_ids) == [number for message in made for number in message.article_ids]
    assert [False] + [True] * (len(made) - 1) == [message.in_thread for message in made]
    assert all(title.endswith(f"({at + 1} of {len(made)})") for at, title in enumerate(titles(made)))
    assert len(made) > 1 and all(map(within_limits, made)) and 60 < len(addresses(made))


def test_webhooks_alert_stays_out_of_threads() -> None:
    """Where there are no threads, an alert that goes on stands in the channel, with its number."""
    made = render(replace(urgent_alert(further=60), threads=False, number=7))
    assert {False} == {message.in_thread for message in made}
    assert titles(made)[0].endswith(f" · No. 7 (1 of {len(made)})")
    assert all(f" · No. 7 ({at + 1} of {len(made)})\n" in message.text for at, message in enumerate(made))


def test_buttons_name_the_article_to_screen_readers_only() -> None:
    """Values are opaque; what is spoken tells one alert's buttons from another's."""
    (message,) = render(replace(urgent_alert(), talks=True))
    *buttons, menu = message.blocks[-1]["elements"]
    expected = [("Relevant", "fb:relevant", "relevant:56"), ("Not relevant", "fb:not-relevant", "not-relevant:56"),
                ("I'm on it", "fb:take", "take:56")]
    assert expected == [(one["text"]["text"], one["action_id"], one["value"]) for one in buttons]
    assert "Not relevant: Agents arrest 9 at Baltimore bakery before dawn" == buttons[1]["accessibility_label"]
    assert ["mute-story:56", "mute-outlet:56", "mute-topic:56", "why:56"] == [one["value"] for one in menu["options"]]


def test_graphic_alert_says_its_headline_alone() -> None:
    """Neither blocks nor the text beside them say more than the headline."""
    alert = urgent_alert(further=0)
    hidden = replace(alert.items[0], graphic=True, quote=Quote("body", "SECRET", ()), stance_quote="SECRET",
                     terms=("SECRET",), why="SECRET")
    (message,) = render(replace(alert, sections=(replace(alert.sections[0], items=(hidden,)),)))
    assert "SECRET" not in shown((message,)) + message.text
    assert hidden.title in shown((message,)) and hidden.title in message.text


@pytest.mark.parametrize(
    ("length", "english", "spanish"),
    [
        (timedelta(seconds=20), "1 min", "1 min"),
        (timedelta(minutes=89), "89 min", "89 min"),
        (timedelta(hours=5, minutes=50), "5 h", "5 h"),
        (timedelta(hours=30), "1 day", "1 día"),
        (timedelta(days=2, hours=3), "2 days", "2 días"),
    ],
)
def test_spans_of_time(length: timedelta, english: str, spanish: str) -> None:
    """Minutes while they tell something, then hours, then days."""
    assert (english, spanish) == (span(length, WORDS["en"]), span(length, WORDS["es"]))


@pytest.mark.parametrize(
    ("at", "language", "expected"),
    [
        (NOW - timedelta(minutes=6), "en", "found 6 min after publication"),
        (NOW - timedelta(minutes=6), "es", "encontrado 6 min después de publicarse"),
        (NOW - timedelta(hours=30), "en", "found 1 day after publication"),
        (NOW, "en", "found 1 min after publication"),
        (NOW + timedelta(minutes=1), "en", ""),
        (NOW.replace(hour=0, minute=0, second=0), "en", ""),
        (NOW - timedelta(days=31), "en", ""),
    ],
)
def test_alert_says_how_late_it_is(at: datetime, language: Language, expected: str) -> None:
    """From publication until it was found as it is; nothing where that is unknown or cannot be right."""
    item = replace(urgent_alert().items[0], at=at, seen_at=NOW)
    assert expected == when(item, EASTERN, language).partition(" · ")[2]


def test_an_updated_article_says_so_everywhere() -> None:
    """In the alert, in the text beside it, and as a further article."""
    alert = urgent_alert(further=1)
    lead = alert.items[0]
    told = replace(lead, edited_at=NOW, also=(replace(lead.also[0], edited_at=NOW),))
    (message,) = render(replace(alert, sections=(replace(alert.sections[0], items=(told,)),)))
    assert 2 == shown((message,)).count("updated")
    opening, _, *bullets = message.text.split("\n")
    assert [True] * 3 == ["updated)" in line for line in (opening, *bullets)]


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "also from Wire, Radio, Faro and 1 more"), ("es", "también de Wire, Radio, Faro y 1 más")])
def test_other_outlets_that_carried_it_are_named(language: Language, expected: str) -> None:
    """Three of them; the rest is counted."""
    alert = urgent_alert(language, further=0)
    item = replace(alert.items[0], sources=("Wire", "Radio", "Faro", "Post"))
    assert expected == origin(item, alert).split(" · ")[1]


def test_rollup_is_a_flat_list_with_short_quotes() -> None:
    """However many articles: nothing in a thread, no buttons, one menu each, quotes of 200 characters at most."""
    made = render(replace(rollup(articles=12), talks=True))
    assert {False} == {message.in_thread for message in made}
    assert titles(made)[0].startswith("More urgent stories · 12 stories")
    found = [piece for message in made for piece in pieces(list(message.blocks))]
    assert ([], 12) == ([one for one in found if one.get("type") == "button"],
                        len([one for one in found if one.get("type") == "overflow"]))
    quotes = [one for one in found if one.get("type") == "rich_text_quote"]
    assert quotes and all(sum(len(part["text"]) for part in one["elements"]) <= 200 for one in quotes)


def test_rollup_hides_no_story_in_a_thread() -> None:
    """What stands there is nothing but further articles of a story of which the channel reads."""
    long = told_digest("en", 60, 0, 1, address=1_800)
    made = render(replace(long, kind="rollup", asides=(), more=(), footnotes=()))
    begun = [any(block["block_id"].startswith("i:") for block in message.blocks) for message in made]
    assert begun == [not message.in_thread for message in made]
    assert 2 == sum(begun) and len(made) > 9
    assert not any(message.in_thread for message in render_flat(replace(long, kind="rollup")))


def test_rollup_without_title_has_one() -> None:
    """A roll-up says what it is in the channel's language."""
    assert ["Más noticias urgentes · 5 noticias"] == titles(render(replace(rollup("es"), title="")))


def test_silence_is_one_small_line() -> None:
    """The line stands in one context block; the text beside it leads with the title."""
    (message,) = render(silence())
    assert ["context"] == [block["type"] for block in message.blocks]
    assert "412 articles read" in message.blocks[0]["elements"][0]["text"]
    assert message.text.startswith("No matches today\n412 articles read (301 in full, ")
    assert "Hoy no hay coincidencias" == render(silence("es"))[0].text.split("\n")[0]


def test_a_story_of_long_addresses_goes_on_in_the_thread() -> None:
    """60 articles whose addresses are as long as they may be, a third of them copies: every one linked, once."""
    alert = urgent_alert(further=60, copies=20, address=1_900)
    made = render(alert)
    assert sorted(alert.article_ids) == sorted(number for message in made for number in message.article_ids)
    assert len(alert.article_ids) == len(set(addresses(made))) and all(map(within_limits, made))
    assert {True} == {message.in_thread for message in made[1:]}
    assert [] == [found for message in made for found in refused(message)]


def test_articles_that_came_as_stories_are_further_ones() -> None:
    """An alert tells of one story; what stands beside it is not dropped."""
    alert = urgent_alert(further=0)
    twice = replace(alert.sections[0], items=(alert.items[0], replace(urgent_alert(further=2).items[0], article_id=99)))
    (message,) = render(replace(alert, sections=(twice,)))
    assert [56, 99, 64, 72] == list(message.article_ids)


@pytest.mark.parametrize("further", [0, 3, 60])
def test_stand_in_accepts_alerts(further: int) -> None:
    """Alerts, roll-ups and the line of silence have nothing to refuse, and fit."""
    digests = [urgent_alert("en", further), urgent_alert("es", further), rollup(), silence("es")]
    made = [message for one in digests for talks in (True, False) for message in render(replace(one, talks=talks))]
    assert [] == [found for message in made for found in refused(message)]
    assert all(map(within_limits, made))
