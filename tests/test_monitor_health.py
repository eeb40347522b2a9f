"""Health in words: what people read about feeds, and what is told to the admins."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from monitor.collect.store import FULL_TEXT_CHARACTERS
from monitor.health import (
    NAMED,
    WHOLE,
    ago,
    coverage,
    coverage_words,
    down_words,
    feed_sentence,
    feed_state,
    is_alive,
    outages,
)
from monitor.notes import about_deliveries, about_rules
from monitor.words.counts import listed
from rules.model import Rule
from storage.coverage import Reading
from storage.deliveries import Delivery
from storage.feeds import Feed

if TYPE_CHECKING:
    from monitor.health import Coverage

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 3, 9, 15, 30, tzinfo=UTC)
WELL = Feed(
    id=1, url="https://ledger.example/feed", outlet="Ledger", home="", active=True, added_at=NOW, etag=None,
    last_modified=None, body_hash=None, next_poll_at=NOW, polled_at=NOW - timedelta(minutes=3),
    first_ok_at=NOW, ok_at=NOW - timedelta(minutes=3), new_at=NOW - timedelta(hours=5), failures=0,
    failing_since=None, error_kind=None, error=None, gone=False,
)
FAILING = replace(WELL, id=2, outlet="Wire", failures=9, failing_since=NOW - timedelta(hours=30), error="HTTP 500.")
GONE = replace(WELL, id=3, outlet="Gone Post", gone=True, failures=1)
UNCERTAIN = Delivery(id=7, delivery_id="digest:C1", part=0, of=1, channel_id="C1", kind="digest",
                     body={"text": "3 articles"}, state="uncertain", attempt=1, ts=None, error_code="timeout",
                     error="The answer was lost.", created_at=NOW - timedelta(minutes=2), attempt_at=NOW)


@pytest.mark.parametrize(
    ("feed", "state", "words"),
    [
        (WELL, "ok", "polled 3 min ago, last new article 5 hours ago"),
        (replace(WELL, ok_at=None), "new", "not polled yet"),
        (FAILING, "failing", "9 polls in a row failed, the first 1 day ago: HTTP 500."),
        (GONE, "gone", "look for its new address"),
    ],
)
def test_a_feed_in_a_word_and_a_sentence(feed: Feed, state: str, words: str) -> None:
    """Each state has its word for tables and a sentence that says what to do."""
    assert state == feed_state(feed)
    assert words in feed_sentence(feed, NOW)


def read(*stored: Feed, articles: int = 412, in_full: int = 301) -> Coverage:
    """What was read, of these feeds."""
    return coverage(Reading(articles, in_full), stored, NOW)


def test_a_digest_names_what_could_not_be_read() -> None:
    """Sources down for two hours stand in the footer with the day it began; a single failed poll does not."""
    lately = replace(FAILING, failing_since=NOW - timedelta(minutes=20))
    assert () == outages(read(WELL, lately), NOW, ZONE, "en")

    found = read(WELL, FAILING, GONE)
    assert ("Nothing could be read from Gone Post and Wire (since Sunday): what they publish is missing here.",) == (
        outages(found, NOW, ZONE, "en"))
    assert "No se pudo leer nada de Gone Post y Wire (desde el domingo)" in outages(found, NOW, ZONE, "es")[0]


def test_no_more_names_than_are_read() -> None:
    """Of many sources that are down the rest is a number."""
    down = [replace(FAILING, id=number, outlet=f"Post {number:02}") for number in range(NAMED + 30)]
    (sentence,) = outages(read(*down), NOW, ZONE, "en")
    assert "33 sources are down: Post 00, Post 01, Post 02 and 30 more." == sentence
    assert "33 fuentes caídas: Post 00, Post 01, Post 02 y 30 más." in outages(read(*down), NOW, ZONE, "es")[0]


@pytest.mark.parametrize(
    ("feed", "answering", "down"),
    [
        (WELL, 1, 0),
        (replace(WELL, ok_at=None, polled_at=None), 0, 0),  # not asked yet
        (replace(FAILING, failing_since=NOW - timedelta(minutes=20)), 1, 0),
        (FAILING, 0, 1),
        (GONE, 0, 1),
        (replace(WELL, ok_at=NOW - timedelta(hours=26)), 1, 0),
        (replace(WELL, ok_at=NOW - timedelta(days=2)), 0, 0),  # the bot did not run
    ],
)
def test_which_sources_count_as_read(feed: Feed, answering: int, down: int) -> None:
    """One that answered lately and does not fail for hours."""
    found = read(feed)
    assert (answering, 1, down) == (found.answering, found.sources, len(found.down))


def test_what_was_read_in_one_sentence() -> None:
    """The numbers that tell a silence from a broken bot, in both languages."""
    found = read(*[WELL] * 87, *[replace(FAILING, failing_since=NOW - timedelta(days=6))] * 3)
    assert "412 articles read (301 in full, 111 summaries only) from 87 of 90 sources" == coverage_words(found, "en")
    spanish = "412 artículos leídos (301 completos, 111 en resumen) de 87 de 90 fuentes"
    assert spanish == coverage_words(found, "es")
    assert ["3 sources down since Tuesday", "3 fuentes caídas desde el martes"] == [
        down_words(found, NOW, ZONE, language) for language in ("en", "es")]


@pytest.mark.parametrize(
    ("stored", "articles", "in_full", "english", "spanish"),
    [
        ([WELL], 2, 1, "2 articles read (1 in full, 1 summary only) from 1 source",
         "2 artículos leídos (1 completo, 1 en resumen) de 1 fuente"),
        ([WELL] * 3, 1, 0, "1 article read (0 in full, 1 summary only) from all 3 sources",
         "1 artículo leído (0 completos, 1 en resumen) de las 3 fuentes"),
        ([FAILING], 2, 2, "2 articles read (2 in full, 0 summaries only) from 0 of 1 source",
         "2 artículos leídos (2 completos, 0 en resumen) de 0 de 1 fuente"),
        ([], 0, 0, "0 articles read from 0 of 0 sources", "0 artículos leídos de 0 de 0 fuentes"),
    ],
)
def test_one_is_counted_as_one(
    stored: list[Feed], articles: int, in_full: int, english: str, spanish: str
) -> None:
    """Each of the four numbers has its singular, and all sources are all."""
    found = read(*stored, articles=articles, in_full=in_full)
    assert (english, spanish) == (coverage_words(found, "en"), coverage_words(found, "es"))


@pytest.mark.parametrize(
    ("down", "english", "spanish"),
    [([FAILING], "what it publishes is missing", "lo que publica falta"),
     ([FAILING, GONE], "what they publish is missing", "lo que publican falta")],
)
def test_one_source_publishes_and_several_publish(down: list[Feed], english: str, spanish: str) -> None:
    """The sentence about outages has its singular."""
    said = [outages(read(*down), NOW, ZONE, language)[0] for language in ("en", "es")]
    assert (True, True) == (english in said[0], spanish in said[1])


def test_nothing_read_is_said_as_plainly() -> None:
    """No shares of nothing, and no source that is not down."""
    assert "0 articles read from 1 source" == coverage_words(read(WELL, articles=0, in_full=0), "en")
    assert "" == down_words(read(WELL), NOW, ZONE, "en")


def test_sources_that_went_down_on_different_days() -> None:
    """The first day is named; one from weeks ago with its date."""
    longer = replace(FAILING, failing_since=NOW - timedelta(days=20))
    assert "2 sources down, the first since Tue 17 Feb" == down_words(read(FAILING, longer), NOW, ZONE, "en")


def test_a_whole_article_is_what_the_poller_takes_for_one() -> None:
    """Both rooms mean the same by an article in full; collecting is too heavy to be imported for a number."""
    assert FULL_TEXT_CHARACTERS == WHOLE


def test_admins_hear_of_a_rule_that_finds_a_lot() -> None:
    """More alerts in a day than the rule's max_per_day are told, with what to do, once a day."""
    rules = [Rule("calm", "x", max_per_day=3), Rule("busy-rule", "y", name="Busy", max_per_day=3)]
    (note,) = about_rules(rules, {"calm": 3, "busy-rule": 4, "gone": 99}, NOW)
    (tomorrow,) = about_rules(rules, {"busy-rule": 4}, NOW + timedelta(days=1))

    assert "Busy" in note.title
    assert "alerted on 4 stories" in note.lines[0]
    assert note.id != tomorrow.id


def test_admins_hear_of_messages_that_may_not_have_arrived() -> None:
    """Each uncertain message is told, without its words; notes about the admin channel itself are not sent to it."""
    (note,) = about_deliveries([UNCERTAIN], "CADMIN", NOW)

    assert "may or may not have arrived" in note.lines[0]
    assert "number 7 in  dateline deliveries" in note.lines[1]
    assert "3 articles" not in str(note)  # a note would outlive the purge of what it quotes
    assert [] == about_deliveries([UNCERTAIN], "C1", NOW)


def test_a_refused_channel_is_told_of_once_a_day() -> None:
    """Ten messages held back for the same reason make one note."""
    held = [replace(UNCERTAIN, id=number, state="pending", error_code="not_in_channel") for number in range(10)]

    assert 1 == len(about_deliveries(held, "CADMIN", NOW))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "just now"), (59, "just now"), (61, "1 min ago"), (7200, "2 hours ago"), (3600, "1 hour ago"),
     (86400 * 3, "3 days ago"), (-500, "just now")],
)
def test_times_as_people_say_them(seconds: int, words: str) -> None:
    """Ages are rounded down; a clock that stepped back makes none negative."""
    assert words == ago(NOW - timedelta(seconds=seconds), NOW)


def test_never_and_lists() -> None:
    """What never happened says so; names are joined like in a sentence."""
    assert "never" == ago(None, NOW)
    assert ["", "A", "A and B", "A, B and C"] == [listed(names) for names in ([], ["A"], ["A", "B"], ["A", "B", "C"])]


@pytest.mark.parametrize(
    ("age", "alive"), [(timedelta(minutes=14), True), (timedelta(minutes=16), False), (None, False)]
)
def test_alive_means_a_round_ended_lately(age: timedelta | None, alive: bool) -> None:
    """A bot whose last round is a quarter of an hour old is not alive; one that never ended a round neither."""
    assert alive == is_alive(NOW - age if age else None, NOW)
    assert alive == is_alive(NOW + age if age else None, NOW)
