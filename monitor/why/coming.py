"""When an article that no digest holds yet would be told in a channel, and how: by the bot's own decisions. Pure.

One article alone is asked about, so what else arrives meanwhile may still change the answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.digest.broadcast import MOST, PATIENCE, shown
from monitor.digest.compose import stand
from monitor.digest.flood import USUAL, capped
from monitor.digest.mutes import Mutes
from monitor.digest.slots import held_until, next_time
from monitor.digest.story import Stories, as_alert, grouped
from monitor.digest.updates import is_update, next_update, updates_of
from monitor.digest.urgent import PAUSE, Told, decide, event_of, is_urgent
from monitor.words.counts import counted
from monitor.words.times import local

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from monitor.digest.compose import Standing
    from monitor.digest.story import Story
    from monitor.settings import ChannelSettings
    from rules.model import MatchedArticle
    from storage.digests import ToldStory


_STORIES = ("1 story", "{} stories")


@dataclass(frozen=True, slots=True)
class Outlook:
    """What decides about a channel's next messages, besides the clock: `digest.view.View`, for the next slot's day."""

    topics: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    waiting: tuple[MatchedArticle, ...] = ()
    told: Told = field(default_factory=Told)
    shown: Mapping[str, int] = field(default_factory=dict)
    stories: Stories = field(default_factory=Stories)
    broadcasts: int = 0
    mutes: Mutes = field(default_factory=Mutes)


@dataclass(frozen=True, slots=True)
class Expected:
    """When an urgent story goes out; `told_at`: when the channel last heard of its event, None for a new one.

    `quiet`: quiet hours hold it until `at`; `rollup`: it shares a message, as the channel had its alerts of a day.
    """

    at: datetime
    told_at: datetime | None = None
    rollup: bool = False
    quiet: bool = False


def coming_words(article: MatchedArticle, channel: ChannelSettings, outlook: Outlook, now: datetime) -> str:
    """What is to become of an article that the channel takes (`routing.resolved`), as part of a sentence."""
    standing, _ = stand([article], channel, outlook.topics, outlook.stories.members)
    if not standing:
        when = when_words(channel, now, aside=True)
        return f"as a headline among those that are probably not about its topics, {when}"
    (one,), story = standing, _story(article, channel, outlook)
    told = outlook.stories.of(story)
    if told and is_update(story, told, channel):
        return _update_words(one, told, channel, now, room=_has_room(story, channel, outlook, now))
    if channel.urgent and is_urgent(story):
        return _urgent_words(one, as_alert(story), channel, outlook, now)
    if words := _counted_words(one, story, channel, outlook, now):
        return words
    return f"{when_words(channel, now)} ({', '.join(_rule_ids(one))})"


def expected(story: Story, channel: ChannelSettings, told: Told, now: datetime) -> Expected:
    """When an urgent story (`as_alert`) would go out, if it were the only one that waits."""
    decision = decide([story], told, channel.urgent_per_day, now)
    event = {(event.topic, event.place_id): event for event in told.events}.get(event_of(story))
    if event is None or any(alert.event_id is None for alert in decision.alerts):
        return _after_quiet(Expected(now), channel)
    spent = told.alerts >= channel.urgent_per_day
    pauses = [event.told_at, *([told.rollup_at] if spent and told.rollup_at else [])]
    at = now if decision.alerts or decision.rollup else max(now, *(then + PAUSE for then in pauses))
    return _after_quiet(Expected(at, event.told_at, rollup=spent), channel)


def _story(article: MatchedArticle, channel: ChannelSettings, outlook: Outlook) -> Story:
    """The story as it would be told: with what else of it waits."""
    every = [article, *(one for one in outlook.waiting if one.article_id != article.article_id)]
    standing, _ = stand(every, channel, outlook.topics, outlook.stories.members)
    return next(story for story in grouped(standing, channel.language) if article.article_id in story.article_ids)


def _has_room(story: Story, channel: ChannelSettings, outlook: Outlook, now: datetime) -> bool:
    """Whether it need not wait until the channel saw fewer updates."""
    _, held = shown(updates_of([story], outlook.stories, channel), channel, outlook.broadcasts, now)
    return not held


def _update_words(one: Standing, told: ToldStory, channel: ChannelSettings, now: datetime, *, room: bool) -> str:
    coming = next_update(told, channel, now)
    threaded = channel.threads and channel.kind == "slack"
    where = f"in the thread of “{told.headline}”" if threaded else f"on “{told.headline}”"
    since = f"of which the channel was told on {local(told.first_at, channel.zone, 'en')}"
    if coming.at is None and not room:
        when = (f"held, as no more than {MOST} stories that grew show in the channel in an hour, for "
                f"{PATIENCE.seconds // 3600} hours at most")
    elif coming.at is None:
        when = "at once, with the next round of the bot"
    elif coming.held:
        when = f"held by quiet hours until {local(coming.at, channel.zone, 'en')}"
    else:
        when = f"on {local(coming.at, channel.zone, 'en')}"
    return f"as an update {where}, {since}: {when} ({', '.join(_rule_ids(one))})"


def _after_quiet(found: Expected, channel: ChannelSettings) -> Expected:
    """Quiet hours hold roll-ups whatever they do with alerts."""
    end = held_until(channel.quiet, channel.zone, found.at)
    if end is None or (channel.urgent_in_quiet and not found.rollup):
        return found
    return replace(found, at=end, quiet=True)


def _urgent_words(one: Standing, story: Story, channel: ChannelSettings, outlook: Outlook, now: datetime) -> str:
    found, rule = expected(story, channel, outlook.told, now), one.lead.rule_id
    at = local(found.at, channel.zone, "en")
    why = "" if found.rollup or not found.quiet else " (urgent_in_quiet = false)"
    if found.told_at is None:
        held = f" ({rule}), held by quiet hours until {at}{why}"
        return f"an urgent alert{held}" if found.quiet else f"an urgent alert, at once ({rule})"
    full = f", in a roll-up: the channel had its {channel.urgent_per_day} alerts (urgent_per_day)"
    when = "at once" if found.at <= now else f"held until {at}, {PAUSE.seconds // 60} minutes after that"
    when = f"held by quiet hours until {at}{why}" if found.quiet else when
    return (f"urgent ({rule}), of a topic and place of which the channel was last told on "
            f"{local(found.told_at, channel.zone, 'en')}: {when}{full if found.rollup else ''}")


def _counted_words(one: Standing, story: Story, channel: ChannelSettings, outlook: Outlook, now: datetime) -> str:
    """Empty where the story will be shown, as far as is known now."""
    others = [article for article in outlook.waiting if article.article_id not in story.article_ids]
    standing, _ = stand(others, channel, outlook.topics, outlook.stories.members)
    waiting = [each for each in grouped(standing, channel.language)
               if outlook.stories.of(each) is None and not (channel.urgent and is_urgent(each))]
    _, more = capped([story, *waiting], outlook.limits, outlook.shown)
    if not any(one.article.article_id in each.article_ids for each in more):
        return ""
    rule = story.card.lead.rule_id
    most = outlook.limits.get(rule, USUAL)
    wait = sum(each.card.lead.rule_id == rule for each in waiting)
    return (f"probably only counted, {when_words(channel, now)}: {rule} shows {counted(most, _STORIES)} a day here "
            f"(max_per_day), {outlook.shown.get(rule, 0)} of them shown on that day so far, and others that wait: "
            f"{wait}")


def when_words(channel: ChannelSettings, now: datetime, *, aside: bool = False) -> str:
    """With which digest what waits goes out."""
    coming = next_time(channel, now)
    if not channel.slots and aside:
        return "with the next digest that has more to say, after a day at the latest"
    if coming.at is None:
        return "at once, with the next round of the bot"
    at = local(coming.at, channel.zone, "en")
    soon = " (in less than a minute)" if coming.at - now < timedelta(minutes=1) else ""
    return f"held by quiet hours until {at}{soon}" if coming.held else f"in the digest of {at}{soon}"


def _rule_ids(one: Standing) -> list[str]:
    """The rule under which it stands first, then those of its other matches that alert."""
    matches = [one.lead, *(match for match in one.article.matches if match.alerts)]
    return list(dict.fromkeys(match.rule_id for match in matches))
