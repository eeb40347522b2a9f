"""Mutes: what can be muted at an article and for how long, how the channel hears of it, and how anybody undoes it."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.digest.compose import labels
from monitor.digest.mutes import Mutes, is_on, name, until
from monitor.outbox.queue import queue
from monitor.slack.render.private import muted
from monitor.talk.case import LARGEST, Outcome, can_show, want
from monitor.talk.model import Answer, Choice
from monitor.words import items
from monitor.words import talk as words
from storage import deliveries, mutes, redraws

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.settings import ChannelSettings
    from monitor.talk.case import Case
    from monitor.talk.model import MuteKind, Press
    from storage.mutes import Mute

log = logging.getLogger("dateline.talk")

LASTS: Mapping[MuteKind, timedelta] = {
    "story": timedelta(days=7), "outlet": timedelta(days=30), "topic": timedelta(hours=24)}


def ask_which(case: Case) -> Outcome:
    """Which of them is meant; a card's menu has no room for all."""
    return Outcome(Answer(case.say.mute_which, choices=_choices(case)))


def _choices(case: Case) -> tuple[Choice, ...]:
    """What this person can mute here."""
    named = items.WORDS[case.channel.language]
    story = (case.choice(named.mute_story, "mute-story"),)
    if case.item.topic is None:
        return story
    outlet = case.choice(named.mute_outlet, "mute-outlet")
    topic = (case.choice(named.mute_topic, "mute-topic"),) if _is_admin(case) else ()
    return (*story, outlet, *topic)


def _is_admin(case: Case) -> bool:
    return case.person in case.desk.settings.slack.admins


def mute_story(case: Case) -> Outcome:
    """For a week: also what joins the story later."""
    return _mute(case, "story")


def mute_outlet(case: Case) -> Outcome:
    """For a month, under the topic of the article alone."""
    return _mute(case, "outlet", outlet=case.item.article.outlet, topic=case.item.topic)


def mute_topic(case: Case) -> Outcome:
    """For a day, by admins alone: it takes away the most."""
    if not _is_admin(case):
        return Outcome(Answer(case.say.topic_by_admins, choices=_choices(case), replaces=True))
    return _mute(case, "topic", topic=case.item.topic)


def _mute(case: Case, kind: MuteKind, outlet: str = "", topic: str | None = "") -> Outcome:
    if topic is None:
        return Outcome(Answer(case.say.no_topic, choices=_choices(case), replaces=True))
    channel, article = case.channel.id, case.item.article.id
    same = mutes.same(case.connection, channel, kind, article, now=case.now, outlet=outlet, topic=topic)
    if same and is_on(same, case.now):
        return _muted_already(case, same)
    number = mutes.begin(case.connection, channel, kind, article, case.person, now=case.now,
                         until=case.now + LASTS[kind], outlet=outlet, topic=topic)
    mute = mutes.by_id(case.connection, number)
    assert mute is not None
    return _announced(case, mute)


def _muted_already(case: Case, mute: Mute) -> Outcome:
    ends = until(mute, case.now, case.channel.zone, case.channel.language)
    return Outcome(Answer(case.say.muted_already.format(ends), choices=_undo(case, mute), replaces=True))


def _announced(case: Case, mute: Mute) -> Outcome:
    """Tell the channel, with a button to undo it."""
    zone, language = case.channel.zone, case.channel.language
    ends = until(mute, case.now, zone, language)
    topics = labels(case.desk.active().ruleset, language)
    what = name(mute, Mutes((mute,), {mute.id: case.item.article.title}), topics, language)
    announced = muted(mute.id, what, ends, language)
    queue(case.connection, case.channel.id, announcement(mute.id), "note", [announced], now=case.now)
    answer = Answer(case.say.muted_until.format(ends, what), choices=_undo(case, mute), replaces=True)
    return case.changed(answer, announcement(mute.id))


def _undo(case: Case, mute: Mute) -> tuple[Choice, ...]:
    return (Choice(case.say.undo, "unmute", mute.id),)


def announcement(mute_id: int) -> str:
    """The delivery in which the channel is told of a mute."""
    return f"mute:{mute_id}"


def end(connection: Connection, mute: Mute, person: str | None, now: datetime) -> bool:
    """End a mute, and have drawn what says that it holds: its announcement, and its article. False where it had ended.
    """
    if not mutes.end(connection, mute.id, person, now):
        return False
    redraws.want(connection, [one.id for one in deliveries.by_delivery(connection, announcement(mute.id))])
    if mute.article_id is not None:
        want(connection, mute.channel_id, mute.article_id)
    return True


def unmute(connection: Connection, channel: ChannelSettings, press: Press, now: datetime) -> Outcome:
    """End a mute of the channel; anybody who may press can, since that only lets more be told."""
    say = words.WORDS[channel.language]
    mute = mutes.by_id(connection, press.subject) if press.subject <= LARGEST else None
    if mute is None or mute.channel_id != channel.id:
        log.warning("a press in %s names mute %d, which is none of that channel; nothing was done", channel.id,
                    press.subject)
        return Outcome(Answer(say.ended_already))
    if not end(connection, mute, press.asker.person, now):
        return Outcome(Answer(say.ended_already, replaces=True))
    told = press.message_ts and can_show(connection, press)
    return Outcome(None if told else Answer(say.unmuted, replaces=True))
