"""What a press does: who may, what is stored, what the person is answered. All of it in one transaction, once.

What a button says is believed no further than that it names something to look up: an article counts where it stood in
the channel in which it was pressed, a mute where it is that channel's. Judgements and items belong to a channel; the
later of two presses wins, in whatever order they arrive.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from monitor.talk.case import Case, Outcome, standing
from monitor.talk.model import Answer
from monitor.talk.muting import ask_which, mute_outlet, mute_story, mute_topic, unmute
from monitor.words import talk as words
from monitor.words.times import moment
from storage import feedback

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    from monitor.settings import ChannelSettings, SlackSettings
    from monitor.talk.desk import Desk
    from monitor.talk.model import Action, Asker, Press
    from monitor.words.talk import Words


def refusal(settings: SlackSettings, asker: Asker, say: Words) -> str:
    """Why this person may press nothing; "" where they may."""
    if asker.person in (*settings.people, *settings.admins):
        return ""
    if settings.people:
        return say.may_not
    return "" if asker.home else say.not_at_home


def pressed(connection: Connection, desk: Desk, channel: ChannelSettings, press: Press) -> Outcome:
    """Do what the press says, unless it was done before. Raises StorageError, and then nothing is stored."""
    now = desk.clock()
    if press.action != "mute" and not feedback.is_new(connection, key(press), now):
        return Outcome()
    if press.action == "unmute":
        return unmute(connection, channel, press, now)
    item = standing(connection, desk, channel, press.subject)
    if item is None:
        return Outcome(Answer(words.WORDS[channel.language].gone))
    return _DOES[press.action](Case(connection, desk, channel, press, item, now))


def key(press: Press) -> str:
    """What makes it one press, however often Slack hands it over."""
    said = (press.asker.person, press.asker.channel_id, press.message_ts, press.action, str(press.subject),
            press.pressed_at)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


# Judgements


def _judge(case: Case) -> Outcome:
    relevant = case.press.action == "relevant"
    before = feedback.judged(*case.at, case.person)
    judgement = feedback.Judgement(case.channel.id, case.item.article.id, case.item.rule_id, case.item.article.outlet,
                                   relevant, case.person, case.pressed_at)
    written = feedback.judge(case.connection, judgement, case.now)
    if before is relevant:
        said = case.say.said_relevant if relevant else case.say.said_not_relevant
        return Outcome(Answer(said, choices=(case.choice(case.say.take_back, "unjudge"),)))
    return case.changed() if written else Outcome()


def _unjudge(case: Case) -> Outcome:
    if feedback.unjudge(*case.at, case.person, case.pressed_at):
        return case.changed(Answer(case.say.taken_back, replaces=True))
    return Outcome(Answer(case.say.nothing_to_take_back, replaces=True))


# Items that somebody is on


def _take(case: Case) -> Outcome:
    if _taken(case):
        return case.changed()
    has = feedback.taken_of(case.connection, case.channel.id, [case.item.article.id])[case.item.article.id]
    if has.person == case.person:
        since = moment(has.at, case.channel.zone, case.channel.language)
        mine = case.say.you_have_it.format(since)
        return Outcome(Answer(mine, choices=(case.choice(case.say.release, "release"),)))
    return Outcome(Answer(words.has_it(has.person, has.at, case.channel.zone, case.channel.language),
                          choices=(case.choice(case.say.take_over, "take-over"),), person=has.person or ""))


def _take_over(case: Case) -> Outcome:
    feedback.release(*case.at, case.pressed_at)
    if _taken(case):
        return case.changed(Answer(case.say.yours_now, replaces=True))
    return _take(case)


def _release(case: Case) -> Outcome:
    has = feedback.taken_of(case.connection, case.channel.id, [case.item.article.id]).get(case.item.article.id)
    if has and has.person == case.person and feedback.release(*case.at, case.pressed_at):
        return case.changed(Answer(case.say.released, replaces=True))
    return Outcome(Answer(case.say.not_yours, replaces=True))


def _taken(case: Case) -> bool:
    return feedback.take(*case.at, case.person, pressed_at=case.pressed_at, now=case.now)


_DOES: Mapping[Action, Callable[[Case], Outcome]] = {
    "relevant": _judge, "not-relevant": _judge, "unjudge": _unjudge, "take": _take, "take-over": _take_over,
    "release": _release, "mute": ask_which, "mute-story": mute_story, "mute-outlet": mute_outlet,
    "mute-topic": mute_topic,
}
