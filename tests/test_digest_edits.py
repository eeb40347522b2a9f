"""Articles that their outlet changes, and floods of them: what a channel is told, and what only once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from monitor.digest.compose import stand
from monitor.digest.flood import OF_FLOOD, stemmed
from monitor.digest.publish import publish
from monitor.digest.story import Story
from rules.model import Match, PlaceFound
from storage import matches
from storage.schema import articles
from tests.digest_rounds import AT_ONCE, DAILY, EVENING, NOW, RULES, arrive, kinds, posted, prepare
from tests.digest_samples import TOPICS, article, channel, match

if TYPE_CHECKING:
    from datetime import datetime

    from rules.model import Severity
    from storage.database import Database

HOUR = timedelta(hours=1)
URGENT = replace(DAILY, urgent=True)


def edited(database: Database, article_id: int, at: datetime, topic: str, severity: Severity = "normal") -> None:
    """The article was changed, and a rule matches it since then."""
    found = Match(rule_id=f"{topic}.new", rule_name=topic, topics=(topic,), severity=severity,
                  places=(PlaceFound("baltimore", "Baltimore", True, 1),), quotes=(), title_marks=(), terms=(),
                  why="why", spans=(), rules_hash="h", after_edit=True)
    with database.write() as connection:
        connection.execute(update(articles).where(articles.c.id == article_id).values(edited_at=at))
        matches.record(connection, article_id, [found], "h", at)


def test_what_an_edit_adds_comes_as_an_alert(database: Database) -> None:
    """The channel knows the article from a digest; it is told again once, marked, and not in the next digest."""
    prepare(database, URGENT)
    number = arrive(database, "1", NOW, "policy")
    assert 1 == publish(database, URGENT, RULES, EVENING)

    edited(database, number, EVENING + HOUR, "raids", "urgent")
    assert [1, 0, 0] == [publish(database, URGENT, RULES, EVENING + HOUR * after) for after in (1, 2, 15)]
    assert ["digest", "alert"] == kinds(database, URGENT)
    first, second = posted(database, URGENT)
    assert ("updated" in first, ", first published " in second) == (False, True)


def test_an_edit_of_an_alert_goes_into_its_thread(database: Database) -> None:
    """The channel was alerted of its story: one reply says that a report was updated."""
    prepare(database, URGENT)
    number = arrive(database, "1", NOW, severity="urgent", story=7)
    assert 1 == publish(database, URGENT, RULES, NOW)

    edited(database, number, NOW + HOUR, "policy")
    assert [1, 0] == [publish(database, URGENT, RULES, NOW + HOUR * after) for after in (2, 4)]
    assert ["alert", "update"] == kinds(database, URGENT)
    assert "1 report was updated" in posted(database, URGENT)[1]


def test_each_edit_is_told(database: Database) -> None:
    """A second edit that matches one more rule comes as a second message."""
    prepare(database, AT_ONCE)
    number = arrive(database, "1", NOW)
    assert 1 == publish(database, AT_ONCE, RULES, NOW)
    for hours, topic in ((1, "policy"), (2, "courts")):
        edited(database, number, NOW + HOUR * hours, topic)
        assert [1, 0] == [publish(database, AT_ONCE, RULES, NOW + HOUR * hours + timedelta(minutes=after))
                          for after in (0, 1)]


def test_an_edit_before_the_digest_makes_one_item(database: Database) -> None:
    """What matched before and after comes together, marked."""
    prepare(database, DAILY)
    edited(database, arrive(database, "1", NOW), NOW + HOUR, "policy")
    assert 1 == publish(database, DAILY, RULES, EVENING)
    (message,) = posted(database, DAILY)
    assert "updated <!date" in message
    assert ", first published <!date" in message


def flood(number: int, outlet: str = "Ledger", severity: Severity = "normal", *, of_flood: bool = True) -> Story:
    """A story of one article that came in a flood."""
    found = article(number, match("a", severity=severity), outlet=outlet, flood=of_flood, hours_ago=number)
    (one,), _ = stand([found], channel(), TOPICS)
    return Story((one,))


@pytest.mark.parametrize(("shown", "kept"), [(0, OF_FLOOD), (4, OF_FLOOD - 4), (40, 0)])
def test_a_flood_shows_so_many_a_day(shown: int, kept: int) -> None:
    """The newest of each outlet; the others are counted in a line that names it."""
    stories = [flood(number) for number in range(1, 31)]
    left, (more,) = stemmed(stories, {"Ledger": shown})
    assert list(range(1, kept + 1)) == [story.card.article.article_id for story in left]
    assert ("Ledger", 30 - kept) == (more.outlet, more.stories)


@pytest.mark.parametrize("changes", [{"severity": "urgent"}, {"of_flood": False}])
def test_what_is_urgent_is_no_flood(changes: dict[str, object]) -> None:
    """Nor is what came as usual."""
    stories = [flood(number, **changes) for number in range(1, 31)]  # type: ignore[arg-type]  # a table's plain objects
    assert (stories, ()) == stemmed(stories, {})


def test_a_story_that_others_tell_is_no_flood() -> None:
    """It is news, whatever else its outlet published."""
    both = Story((*flood(1).standing, *flood(2, "Wire", of_flood=False).standing))
    assert ([both], ()) == stemmed([both], {"Ledger": 99})


def test_a_flood_is_one_digest_and_a_line(database: Database) -> None:
    """Ten stories and a line that names the outlet; what else matches of it within a day is only counted."""
    prepare(database, AT_ONCE)
    for number in range(OF_FLOOD + 15):
        arrive(database, str(number), NOW)
    with database.write() as connection:
        connection.execute(update(articles).values(flood=True))
    assert 1 == publish(database, AT_ONCE, RULES, NOW)
    message = "".join(posted(database, AT_ONCE))
    assert "Ledger published far more at once than it usually does: 15 more of it match" in message
