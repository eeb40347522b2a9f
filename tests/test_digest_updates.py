"""More of stories that a channel knows: when it goes out, what is new in it, and who sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitor.digest.slots import Due, Next
from monitor.digest.story import Stories, Story, grouped
from monitor.digest.updates import due_now, is_update, next_update, updates_of
from monitor.settings import QuietHours
from monitor.stories.model import Count, Features, Growth, Member, Spot, Tally
from storage.digests import ToldStory
from tests.digest_samples import EASTERN, NOW, channel
from tests.digest_stories import BALTIMORE, LEAD, one

if TYPE_CHECKING:
    from monitor.digest.compose import Standing
    from monitor.settings import ChannelSettings
    from rules.model import Severity

MINUTE = timedelta(minutes=1)
AT_ONCE = channel()
DAILY = channel(slots=(time(8), time(17, 30)))
OPEN = Due(updates=True)
SLOT = Due(slots=((NOW.date(), time(8)),), updates=True)


def told(kind: str = "alert", minutes: float = 60, story: int = 7) -> ToldStory:
    """A story whose last message was so many minutes ago."""
    return ToldStory(story, f"{kind}:1", kind, NOW - 99 * MINUTE, NOW - minutes * MINUTE, (story * 100,), "Raid")


@pytest.mark.parametrize(("asking", "known", "due", "expected"), [
    (AT_ONCE, told(), OPEN, True),
    (AT_ONCE, told(minutes=59), OPEN, False),
    (AT_ONCE, told(minutes=-5), OPEN, True),  # by a clock that was ahead
    (AT_ONCE, told(), Due(), False),  # quiet hours
    (AT_ONCE, told("digest"), OPEN, True),
    (DAILY, told(), OPEN, True),
    (DAILY, told("rollup"), OPEN, True),
    (DAILY, told("digest"), OPEN, False),
    (DAILY, told("digest"), SLOT, True),
    (DAILY, told("digest", minutes=30), SLOT, True),
    (DAILY, told("digest", minutes=30), replace(SLOT, updates=False), False),
    (DAILY, told(minutes=30), SLOT, False),
])
def test_when_it_goes_out(asking: ChannelSettings, known: ToldStory, due: Due, expected: bool) -> None:
    """An hour after the last message of the story; where a digest told it, at any slot; never in quiet hours."""
    assert expected == due_now(known, asking, due, NOW)


NIGHT = QuietHours(time(8), time(12))  # NOW is eight in the morning in New York
NOON = datetime(2026, 11, 23, 12, tzinfo=EASTERN)
EVENING = datetime(2026, 11, 23, 17, 30, tzinfo=EASTERN)


@pytest.mark.parametrize(("asking", "known", "expected"), [
    (AT_ONCE, told(), Next(None)),
    (AT_ONCE, told(minutes=20), Next(NOW + 40 * MINUTE)),
    (replace(AT_ONCE, quiet=NIGHT), told(minutes=20), Next(NOON, held=True)),
    (DAILY, told("rollup", 20), Next(NOW + 40 * MINUTE)),
    (DAILY, told("digest"), Next(EVENING)),
    (replace(DAILY, slots=(time(8, 30), time(17, 30))), told("digest", 20), Next(NOW + 30 * MINUTE)),
])
def test_when_it_will(asking: ChannelSettings, known: ToldStory, expected: Next) -> None:
    """The same, told beforehand."""
    assert expected == next_update(known, asking, NOW)


@pytest.mark.parametrize(("kind", "urgent", "wishes", "expected"), [
    ("alert", True, True, True), ("rollup", True, True, True), ("digest", True, True, False),
    ("digest", False, True, True), ("digest", True, False, True),
])
def test_what_is_an_update(kind: str, urgent: bool, wishes: bool, expected: bool) -> None:
    """More of what is known; but what becomes urgent after a digest is an alert, where the channel has any."""
    story = Story((one(1, LEAD) if urgent else one(1),))
    assert expected == is_update(story, told(kind), replace(AT_ONCE, urgent=wishes))
    assert not is_update(story, None, AT_ONCE)


def grown(story: int, severity: Severity = "normal", number: int = 41) -> Story:
    """More of a story, with a number of arrests."""
    found = replace(LEAD, severity=severity)
    return Story((one(story, found, story=story, counts=(Count(number, "arrests"),)),))


def known(*numbers: int) -> Stories:
    """The channel was told of these stories, each with 28 arrests."""
    marks = Features(NOW, places=BALTIMORE, counts=(Count(28, "arrests"),))
    before = {number * 100: Member(number * 100, number, marks) for number in numbers}
    return Stories(before, {number: told(story=number) for number in numbers})


def test_what_is_new_and_what_was_known() -> None:
    """The growth over what the channel was told, and the articles that count for how far the story is carried."""
    (update,) = updates_of([grown(7)], known(7), AT_ONCE)
    assert Growth(((Count(41, "arrests"), 28),)) == update.growth
    assert ((700,), "Raid") == (tuple(member.article_id for member in update.story.known), update.told.headline)


HERE = Spot("landover", "Landover, MD", True)
THERE = Spot("laurel", "Laurel, MD", True, first=True)
ELSEWHERE: dict[str, Any] = {"places": (*BALTIMORE, THERE), "scenes": (("laurel", 3),)}
OLD, HIGHER = (Count(28, "arrests"),), (Count(41, "arrests"),)


@pytest.mark.parametrize(("reports", "card"), [
    ([one(1, home="Baltimore, MD", counts=OLD), one(2, counts=HIGHER)], 2),
    ([one(1, counts=HIGHER), one(2, counts=HIGHER, home="Baltimore, MD")], 2),
    ([one(1, counts=HIGHER), one(2, **ELSEWHERE, voices=("sheriff",))], 1),
    ([one(1, counts=(Count(6, "released"),)), one(2, counts=HIGHER)], 2),
    ([one(1, voices=("sheriff",)), one(2, **ELSEWHERE)], 2),
    ([one(1), one(2, voices=("sheriff",))], 2),
    ([one(1), one(2, home="Baltimore, MD")], 2),
])
def test_the_card_brings_the_news(reports: list[Standing], card: int) -> None:
    """The report with the higher number, the other place, another office, or the best one; the others stand below."""
    (story,) = grouped(reports, "en")
    (update,) = updates_of([story], known(7), AT_ONCE)
    assert (card, [1, 2]) == (update.story.article_ids[0], sorted(update.story.article_ids))


def test_where_it_is_and_how_far_it_was_carried() -> None:
    """A place that the channel knows before one that is new, and a card's own where nothing is left to know it by."""
    before = Member(700, 7, Features(NOW, outlet="Ledger", places=(HERE,)))
    asked = replace(known(7), members={700: before})
    (update,) = updates_of([Story((one(1, places=(HERE, THERE)),))], asked, AT_ONCE)
    assert ("Landover, MD", Tally(outlets=1)) == (update.place, update.was)
    card = one(1)
    story = Story((replace(card, item=replace(card.item, places=("Laurel, MD",))),))
    (bare,) = updates_of([story], replace(asked, members={}), AT_ONCE)
    assert ("Laurel, MD", None) == (bare.place, bare.was)


def test_the_severest_come_first() -> None:
    """Then the earliest."""
    stories = [grown(1), grown(2, "high"), grown(3, "urgent", number=28), grown(4), grown(5)]
    updates = updates_of(stories, known(1, 2, 3, 4, 5), AT_ONCE)
    assert [3, 2, 5, 4, 1] == [update.told.story_id for update in updates]


def test_a_flood_is_no_growth() -> None:
    """Of hundreds of articles at once each counts something else."""
    (story,) = grouped([one(1, LEAD, counts=(Count(99, "arrests"),))], "en")
    known = Stories({700: Member(700, 7, Features(at=NOW, outlet="A", counts=(Count(28, "arrests"),)))}, {7: told()})
    flooded = replace(story, standing=tuple(
        replace(each, article=replace(each.article, flood=True)) for each in story.standing))
    assert [True, False] == [updates_of([each], known, AT_ONCE)[0].growth.shows for each in (story, flooded)]
