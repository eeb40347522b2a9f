"""A day of raids in minutes: sixty articles about two events, told as two stories, by a bot that is killed meanwhile.

The short form of it, against our own feeds and Slack; `make soak` runs the whole day with fifty kills.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rules.engine.engine import Engine
from rules.files.load import load_rules
from rules.model import Article
from tests.raid_day import run
from tests.raid_day_bot import WATCHED
from tests.raid_day_judge import Posted, judge
from tests.raid_day_news import HOMES, short_day, whole_day
from tests.raid_day_press import MORNING

if TYPE_CHECKING:
    from collections.abc import Callable

    from rules.model import Match
    from tests.raid_day_judge import Day

PACK = Path(__file__).parent.parent / "rules" / "packs" / "immigration"
DAY = whole_day()
ALL, NONE = slice(None), slice(0)


@pytest.fixture(scope="module")
def matches(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Match]]:
    """What the rules tell of each article, by its path."""
    watched = tmp_path_factory.mktemp("rules") / "places.toml"
    watched.write_text(WATCHED)
    engine = Engine(load_rules([PACK, watched]))
    found = {}
    for report in DAY:
        at = MORNING + timedelta(minutes=report.minute)
        article = Article(report.title, "\n".join(report.paragraphs), outlet=report.outlet, published_at=at,
                          home=HOMES.get(report.outlet, ""), language=report.language)
        found[report.path] = [match for match in engine.match(article, at) if match.alerts]
    return found


def test_the_day_is_what_it_is_said_to_be() -> None:
    """Sixty articles in three hours, a third of them Spanish, each with a page of its own; wire copies among them."""
    assert (60, 60) == (len(DAY), len({report.path for report in DAY}))
    assert Counter(es=20, en=40) == Counter(report.language for report in DAY)
    assert 0 <= DAY[0].minute <= DAY[-1].minute <= 180
    assert 15 < sum(report.copy for report in DAY) < 30


def test_the_rules_tell_every_article_of_the_day(matches: dict[str, list[Match]]) -> None:
    """What no rule finds proves nothing about stories. The first article of each event is urgent."""
    assert [] == [report.path for report in DAY if not matches[report.path]]
    firsts = {report.event: report.path for report in reversed(DAY)}
    assert {event: "urgent" for event in firsts} == {event: matches[path][0].severity for event, path in firsts.items()}


def card(event: str, ts: str, *, kind: str = "alert", thread: str = "", which: slice = NONE) -> Posted:
    """A message with some of the articles of an event."""
    said = " ".join([report.path for report in DAY if report.event == event][which])
    return Posted(ts, thread, (f"{kind}:{event}:{ts}", 0), kind, said)


def told_well() -> list[Posted]:
    """One card with all its articles, and one with one of them and the rest in its thread."""
    return [card("landover", "1", which=ALL), card("germantown", "2", which=slice(1)),
            card("germantown", "3", kind="update", thread="2", which=slice(1, None))]


def test_a_day_that_was_told_well() -> None:
    """The judge finds nothing, and counts."""
    day = judge(DAY, told_well())

    assert ({}, {}) == (day.wrong, day.stories)
    assert {"messages": 3, "replies": 1, "shown in the channel too": 0, "alert": 2, "update": 1} == day.figures


@pytest.mark.parametrize(("wrong", "harm"), [
    ("message posted twice", lambda posted: [*posted, replace(posted[1], ts="9")]),
    ("article missing", lambda posted: posted[:2]),
    ("article in several messages",
     lambda posted: [*posted, card("landover", "9", kind="update", thread="1", which=ALL)]),
    ("reply without a parent", lambda posted: [posted[0], posted[2]]),
])
def test_harm_to_messages_is_found(wrong: str, harm: Callable[[list[Posted]], list[Posted]]) -> None:
    """Whatever grouping did: each message and each article once, and every reply where it belongs."""
    assert wrong in judge(DAY, harm(told_well())).wrong


@pytest.mark.parametrize(("wrong", "harm"), [
    ("not two alerts", lambda posted: [*posted, card("landover", "9")]),
    ("too many updates", lambda posted: [*posted, *(card("landover", str(ts), kind="update", thread="1")
                                                    for ts in range(10, 17))]),
    ("other messages", lambda posted: [*posted, card("landover", "9", kind="rollup")]),
    ("two cards of one event", lambda posted: [*posted, card("germantown", "9", which=ALL)]),
    ("in no card", lambda posted: [*posted[:2], replace(posted[2], thread="", kind="digest")]),
    ("in the wrong card", lambda posted: [*posted[:2], replace(posted[2], thread="1")]),
])
def test_harm_to_stories_is_found(wrong: str, harm: Callable[[list[Posted]], list[Posted]]) -> None:
    """Two cards, each with the articles of its own event in it or its thread, and few updates."""
    assert wrong in judge(DAY, harm(told_well())).stories


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> tuple[Day, int]:
    """A short day, told by a bot that is killed twice."""
    return run(short_day(seed=1), tmp_path_factory.mktemp("day"), speed=180.0, kills=2, seed=1)


def test_a_bot_that_is_killed_posts_each_article_once(short: tuple[Day, int]) -> None:
    """Nothing twice, nothing missing, and every reply under a message that stands there."""
    day, kills = short

    assert ({}, 2) == (day.wrong, kills)


def test_a_day_of_two_events_is_told_as_two_stories(short: tuple[Day, int]) -> None:
    """Two alerts, few updates, and each article in the card of its own event or in its thread."""
    assert {} == short[0].stories
