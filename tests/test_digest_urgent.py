"""Urgent articles: the first of an event at once, later ones seldom, none lost and none in a digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.digest.compose import stand
from monitor.digest.story import Story
from monitor.digest.urgent import PAUSE, Decision, Told, decide
from monitor.stories.model import Features, Member
from storage.events import Event
from tests.digest_samples import NOW, TOPICS, article, channel, match, place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.model import Prominence

MINUTE = timedelta(minutes=1)


def urgent(
    number: int, where: str = "Baltimore, MD", topic: str = "raids", *, prominence: Prominence = "lead",
    story: int | None = None,
) -> Story:
    """An urgent story of one article about a place; a higher number is an earlier one. Without a number: ungrouped."""
    found = replace(match("r", (topic,), "urgent", places=(place(where),) if where else ()), prominence=prominence)
    members = {number: Member(number, story, Features(NOW))} if story else {}
    (one,), _ = stand([article(number, found, hours_ago=number)], channel(), TOPICS, members)
    return Story((one,))


def event(where: str = "baltimore, md", *, first: timedelta, told: timedelta, number: int = 1) -> Event:
    """An event whose first and last message were so long ago."""
    return Event(number, "raids", where, NOW - first, NOW - told)


def ids(stories: Sequence[Story]) -> list[int]:
    """The numbers of the articles of these stories."""
    return [key for story in stories for key in story.article_ids]


def alerts(decision: Decision) -> list[list[int]]:
    """The numbers of the articles of each alert."""
    return [ids(alert.stories) for alert in decision.alerts]


def test_articles_of_one_new_event_are_one_alert() -> None:
    """The most prominent is its card, then the earliest; another place or topic is another event."""
    same = [urgent(1), urgent(2), urgent(3, prominence="headline")]
    waiting = [*same, urgent(4, "Dover, DE"), urgent(5, topic="policy")]
    decision = decide(waiting, Told(), 10, NOW)
    assert [[3, 2, 1], [5], [4]] == alerts(decision)
    assert {None} == {alert.event_id for alert in decision.alerts}


def test_stories_of_one_event_are_alerts_of_their_own() -> None:
    """The first at once, the others after 20 minutes, together with what comes then; without a pause all at once."""
    waiting = [urgent(1, story=1), urgent(2, story=2), urgent(3, story=3), urgent(4, "Dover, DE", story=4)]
    decision = decide(waiting, Told(), 10, NOW)
    assert ([[4], [3]], [2, 1]) == (alerts(decision), ids(decision.held))
    told = Told([event(first=PAUSE, told=PAUSE)], 2)
    assert [[2], [1]] == alerts(decide(waiting[:2], told, 10, NOW))
    assert [[4], [3], [2], [1]] == sorted(alerts(decide(waiting, Told(), 10, NOW, timedelta(0))), reverse=True)


def test_past_the_cap_stories_share_a_message() -> None:
    """Each once, and the event is told of once; what a first alert of this moment holds is not among them."""
    told = Told([event(first=PAUSE, told=PAUSE)], 2)
    waiting = [urgent(1, story=1), urgent(2, story=2), urgent(3, "Dover, DE", story=3), urgent(4, "Dover, DE", story=4)]
    decision = decide(waiting, told, 3, NOW)
    assert ([[4]], [2, 1], (1,), [3]) == (
        alerts(decision), ids(decision.rollup), decision.rollup_events, ids(decision.held))


def test_articles_without_a_place_are_an_event_too() -> None:
    """Of their topic, at no place: rather one alert for all than one for each."""
    assert [[2, 1]] == alerts(decide([urgent(1, ""), urgent(2, "")], Told(), 10, NOW))


def test_the_first_of_an_event_goes_out_above_the_cap() -> None:
    """However many alerts there were: that nobody hears of a second raid is worse than one message more."""
    assert [[2], [1]] == alerts(decide([urgent(1), urgent(2, "Dover, DE")], Told(alerts=99), 0, NOW))


@pytest.mark.parametrize(
    ("told", "alone"),
    [
        (timedelta(minutes=19), False),
        (PAUSE, True),
        (timedelta(hours=5), True),
        (timedelta(minutes=-50), True),  # told by a clock that was an hour ahead
    ],
)
def test_a_known_event_is_told_again_after_a_pause(told: timedelta, alone: bool) -> None:
    """Until then its articles wait, and then make one alert together."""
    decision = decide([urgent(1), urgent(2)], Told([event(first=timedelta(hours=6), told=told)], 1), 10, NOW)
    assert ([[2, 1]] if alone else []) == alerts(decision)
    assert ([] if alone else [2, 1]) == ids(decision.held)
    assert () == decision.rollup


@pytest.mark.parametrize(("hours", "known"), [(11.9, True), (12, False), (-1, True), (-13, False)])
def test_an_event_lasts_twelve_hours_from_its_first_alert(hours: float, known: bool) -> None:
    """What comes after is news again, although the event was told of a minute ago."""
    told = Told([event(first=timedelta(hours=hours), told=MINUTE)])
    assert known == (alerts(decide([urgent(1)], told, 10, NOW)) == [])


EVENTS = [event(first=timedelta(hours=1), told=timedelta(minutes=30)),
          event("dover, de", first=timedelta(hours=1), told=timedelta(minutes=5), number=2)]


def test_past_the_cap_all_later_articles_share_a_message() -> None:
    """Also those whose event was told of just now: one message is less than two."""
    decision = decide([urgent(1), urgent(2, "Dover, DE")], Told(EVENTS, 3), 3, NOW)
    assert ([], [2, 1], (2, 1)) == (alerts(decision), ids(decision.rollup), decision.rollup_events)


def test_what_is_left_of_the_cap_is_used_first() -> None:
    """New events count too; the rest comes in the roll-up of the same moment."""
    events = [EVENTS[0], replace(EVENTS[1], told_at=NOW - timedelta(hours=1))]
    waiting = [urgent(1), urgent(2, "Dover, DE"), urgent(3, "Essex, MD")]
    decision = decide(waiting, Told(events, 1), 3, NOW)
    assert ([[3], [2]], [1]) == (alerts(decision), ids(decision.rollup))


@pytest.mark.parametrize(("minutes", "due"), [(1, False), (19, False), (20, True), (-5, True)])
def test_roll_ups_come_every_twenty_minutes(minutes: int, due: bool) -> None:
    """None before: what waits is held. A time in the future was a wrong clock's, and holds nothing."""
    decision = decide([urgent(1)], Told(EVENTS, 3, NOW - minutes * MINUTE), 3, NOW)
    assert (([1], []) if due else ([], [1])) == (ids(decision.rollup), ids(decision.held))


def test_past_the_cap_an_event_told_just_now_waits() -> None:
    """Its roll-up comes 20 minutes after it was last told of."""
    waiting, told = [urgent(1, "Dover, DE")], Told(EVENTS, 3)
    assert [1] == ids(decide(waiting, told, 3, NOW + 14 * MINUTE).held)
    assert [1] == ids(decide(waiting, told, 3, NOW + 15 * MINUTE).rollup)


def test_nobody_waits_for_what_was_asked_for() -> None:
    """Without a pause everything goes out."""
    assert () == decide([urgent(1), urgent(2, "Dover, DE")], Told(EVENTS, 0), 9, NOW, timedelta(0)).held
