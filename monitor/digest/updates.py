"""More of stories that a channel knows: which of it goes out now, what is new in it, and who should see it. Pure.

Later coverage is never posted as new. It goes into the thread of the message that told the story, at most once an hour
a story; where the story grew, the reply shows in the channel as well, since a thread alerts almost nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.digest.slots import Next, held_until, next_time
from monitor.digest.urgent import is_urgent, within
from monitor.stories import summary
from rules.model import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from monitor.digest.slots import Due
    from monitor.digest.story import Stories, Story
    from monitor.settings import ChannelSettings
    from monitor.stories.model import Growth
    from storage.digests import ToldStory

PAUSE = timedelta(hours=1)  # between two messages about one story
BROADCASTS = 3  # replies a pass that show in the channel too: more at once are a flood
_ALERTS = ("alert", "rollup")


@dataclass(frozen=True, slots=True)
class Update:
    """More of a story: one message, in the thread of what told it. `broadcast`: the channel sees it too."""

    story: Story
    told: ToldStory
    growth: Growth
    broadcast: bool = False


def is_update(story: Story, told: ToldStory | None, channel: ChannelSettings) -> bool:
    """Whether the story is no news to the channel: what it knows from a digest alone becomes an alert if urgent."""
    return told is not None and (told.root_kind in _ALERTS or not (channel.urgent and is_urgent(story)))


def due_now(told: ToldStory, channel: ChannelSettings, due: Due, now: datetime) -> bool:
    """Whether more of the story goes out now: an hour after its last message, and in a slot if a digest told it."""
    if not due.updates or within(told.last_at, now, PAUSE):
        return False
    return told.root_kind in _ALERTS or not channel.slots or bool(due.slots)


def next_update(told: ToldStory, channel: ChannelSettings, now: datetime) -> Next:
    """When more of the story, found now, goes out; `at` is None where that is at once."""
    free = told.last_at + PAUSE if within(told.last_at, now, PAUSE) else now
    if channel.slots and told.root_kind not in _ALERTS:
        return next_time(channel, free)
    end = held_until(channel.quiet, channel.zone, free)
    return Next(end or (free if free > now else None), held=end is not None)


def updates_of(stories: Iterable[Story], known: Stories, channel: ChannelSettings) -> list[Update]:
    """What is told of these stories, all of which the channel knows: the severest first, then the earliest."""
    made = [_update(story, told, known) for story in stories if (told := known.of(story))]
    return _spoken(sorted(made, key=_order), channel)


def _update(story: Story, told: ToldStory, known: Stories) -> Update:
    before = known.known(told)
    return Update(replace(story, known=before), told, summary.growth(before, story.members))


def _spoken(updates: Sequence[Update], channel: ChannelSettings) -> list[Update]:
    grown = [at for at, one in enumerate(updates) if channel.growth and one.growth.shows][:BROADCASTS]
    return [replace(one, broadcast=at in grown) for at, one in enumerate(updates)]


def _order(one: Update) -> tuple[int, datetime, int]:
    card = one.story.card
    return (-SEVERITIES.index(one.story.severity), min(each.item.at for each in one.story.standing),
            card.article.article_id)
