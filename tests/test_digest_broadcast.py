"""Updates that the whole channel sees: three in an hour, the severest first, and none waits for room for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.digest.broadcast import shown
from monitor.digest.story import Stories, Story
from monitor.digest.updates import updates_of
from monitor.settings import QuietHours
from monitor.stories.model import Count, Features, Member
from storage.digests import ToldStory
from tests.digest_samples import NOW, channel
from tests.digest_stories import LEAD, one

if TYPE_CHECKING:
    from monitor.digest.updates import Update
    from monitor.settings import ChannelSettings
    from rules.model import Severity

AT_ONCE = channel()
HOURLY = channel(slots=tuple(time(hour) for hour in range(24)))
TWICE = channel(slots=(time(8), time(17, 30)))


def update(number: int, severity: Severity = "normal", *, arrests: int = 41, kind: str = "alert", hours: float = 1,
           ago: float = 0) -> Update:
    """More of a story with 28 arrests, told so many `hours` ago; it was seen `ago` hours ago."""
    told = ToldStory(number, f"{kind}:1", kind, NOW, NOW - timedelta(hours=hours), (number * 100,), "Raid")
    before = Member(number * 100, number, Features(NOW, counts=(Count(28, "arrests"),)))
    seen = one(number, replace(LEAD, severity=severity), story=number, counts=(Count(arrests, "arrests"),))
    seen = replace(seen, article=replace(seen.article, first_seen_at=NOW - timedelta(hours=ago)))
    (made,) = updates_of([Story((seen,))], Stories({before.article_id: before}, {number: told}), AT_ONCE)
    return made


def numbers(updates: list[Update], *, seen: bool) -> list[int]:
    return [one.told.story_id for one in updates if one.broadcast == seen]


@pytest.mark.parametrize(("lately", "seen", "held"), [
    (0, [1, 2, 3], [5]), (2, [1], [2, 3, 5]), (3, [], [1, 2, 3, 5]), (9, [], [1, 2, 3, 5])])
def test_three_in_an_hour(lately: int, seen: list[int], held: list[int]) -> None:
    """What grew beyond that waits; what did not grow never does. Without patience it goes out, in its thread alone."""
    updates = [update(1), update(2), update(3), update(4, arrests=28), update(5)]
    going, later = shown(updates, AT_ONCE, lately, NOW)
    assert (seen, [4], held) == (numbers(going, seen=True), numbers(going, seen=False), numbers(later, seen=False))
    going, later = shown(updates, AT_ONCE, lately, NOW, patient=False)
    assert (seen, []) == (numbers(going, seen=True), later)


@pytest.mark.parametrize("asking", [
    replace(AT_ONCE, growth=False), replace(AT_ONCE, threads=False), replace(AT_ONCE, kind="webhook")])
def test_where_nothing_is_broadcast_nothing_waits(asking: ChannelSettings) -> None:
    """The channel does not wish it, or sees everything anyway."""
    going, held = shown([update(1)], asking, 3, NOW)
    assert ([1], []) == (numbers(going, seen=False), held)


NIGHT = QuietHours(time(1), time(8))  # NOW is eight in the morning in New York


@pytest.mark.parametrize(("asking", "late", "waits"), [
    (AT_ONCE, update(1, hours=3.9, ago=3.5), True),  # due 2.9 hours ago
    (AT_ONCE, update(1, hours=4, ago=3.5), False),
    (AT_ONCE, update(1, hours=9, ago=2.9), True),
    (AT_ONCE, update(1, hours=9, ago=3), False),
    (AT_ONCE, update(1, hours=9, ago=-1), False),  # by a clock that was ahead
    (replace(AT_ONCE, quiet=NIGHT), update(1, hours=9, ago=6), True),  # due now
    (HOURLY, update(1, kind="digest", hours=2.5, ago=2.1), True),  # due two hours ago: the next slot is in time
    (HOURLY, update(1, kind="digest", hours=4, ago=3.1), False),
    (TWICE, update(1, kind="digest", hours=2, ago=1), False),
])
def test_how_long_it_waits_for_room(asking: ChannelSettings, late: Update, waits: bool) -> None:
    """Three hours from when it was due; not at all where its next slot is later."""
    assert waits == bool(shown([late], asking, 3, NOW)[1])
