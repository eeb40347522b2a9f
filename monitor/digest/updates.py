"""More of stories that a channel knows: which of it goes out now, what is new in it, and who should see it. Pure.

Later coverage is never posted as new. It goes into the thread of the message that told the story, at most once an hour
a story; where the story grew, the reply may show in the channel as well (`broadcast`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.digest.slots import Next, held_until, next_time
from monitor.digest.urgent import is_urgent, within
from monitor.stories import summary
from monitor.stories.model import GRAVE
from rules.model import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from monitor.digest.slots import Due
    from monitor.digest.story import Stories, Story
    from monitor.settings import ChannelSettings, Language
    from monitor.stories.model import Growth, Member, Tally
    from storage.digests import ToldStory

PAUSE = timedelta(hours=1)  # between two messages about one story
_ALERTS = ("alert", "rollup")


@dataclass(frozen=True, slots=True)
class Update:
    """More of a story: one message, in the thread of what told it. `broadcast`: the channel sees it too."""

    story: Story
    told: ToldStory
    growth: Growth
    was: Tally | None  # how far the story was carried by what the channel knows
    place: str  # where it is, as the channel knows it
    broadcast: bool = False


def is_update(story: Story, told: ToldStory | None, channel: ChannelSettings) -> bool:
    """Whether the story is no news to the channel: what it knows from a digest alone becomes an alert if urgent."""
    return told is not None and (told.root_kind in _ALERTS or not (channel.urgent and is_urgent(story)))


def due_now(told: ToldStory, channel: ChannelSettings, due: Due, now: datetime) -> bool:
    """Whether more of the story goes out now: in a slot if a digest told it, else an hour after its last message.

    A slot is dealt with once, which is pause enough: hourly ones would be a second short of the hour every other time.
    """
    if _keeps_slots(told, channel):
        return due.updates and bool(due.slots)
    return due.updates and not within(told.last_at, now, PAUSE)


def next_update(told: ToldStory, channel: ChannelSettings, now: datetime) -> Next:
    """When more of the story, found now, goes out; `at` is None where that is at once."""
    if _keeps_slots(told, channel):
        return next_time(channel, now)
    free = told.last_at + PAUSE if within(told.last_at, now, PAUSE) else now
    end = held_until(channel.quiet, channel.zone, free)
    return Next(end or (free if free > now else None), held=end is not None)


def updates_of(stories: Iterable[Story], known: Stories, channel: ChannelSettings) -> list[Update]:
    """What is told of these stories, all of which the channel knows: the severest first, then the earliest."""
    made = [_update(story, told, known, channel.language) for story in stories if (told := known.of(story))]
    return sorted(made, key=_order)


def _update(story: Story, told: ToldStory, known: Stories, language: Language) -> Update:
    before = known.known(told)
    # What an outlet publishes by hundreds at once counts many things, and not one event that grows.
    growth = summary.growth(before, [one.member for one in story.standing if one.member and not one.article.flood])
    shown = replace(_with_news(story, growth, language), known=before)
    return Update(shown, told, growth, summary.tally(before) if before else None, _place(shown))


def _with_news(story: Story, growth: Growth, language: Language) -> Story:
    """The story with the report as its card that brings what is said to be new; of several the best report."""
    best = [one.article_id for one in summary.ranked(story.members, language)]
    card = max(story.standing, key=lambda one: (_tells(one.member, growth), -best.index(one.article.article_id)))
    others = sorted(story.standing, key=lambda one: (one.item.at, one.article.article_id))
    return replace(story, standing=(card, *(one for one in others if one is not card)))


def _tells(member: Member | None, growth: Growth) -> tuple[int, ...]:
    """How much of the growth a report tells: numbers that rose or are grave, other new ones, places, voices."""
    if member is None:
        return ()
    given = {(count.what, count.number) for count in member.features.counts}
    there = {place_id for place_id, _ in member.features.scenes}
    places = {spot.label for spot in member.features.places if spot.place_id in there}
    new = [before is not None or count.what in GRAVE for count, before in growth.counts
           if (count.what, count.number) in given]
    return (new.count(True), new.count(False), len(places.intersection(growth.places)),
            len(set(member.features.voices).intersection(growth.voices)))


def _place(story: Story) -> str:
    """The label of a place of the story that the channel knows, else of the card's first; empty where it has none."""
    known = [spot.label for one in story.known for spot in one.features.places if spot.about]
    shown = story.card.item.places
    return next((place for place in shown if place in known), next(iter((*known, *shown)), ""))


def _keeps_slots(told: ToldStory, channel: ChannelSettings) -> bool:
    return bool(channel.slots) and told.root_kind not in _ALERTS


def _order(one: Update) -> tuple[int, datetime, int]:
    card = one.story.card
    return (-SEVERITIES.index(one.story.severity), min(each.item.at for each in one.story.standing),
            card.article.article_id)
