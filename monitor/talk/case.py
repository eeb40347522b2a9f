"""One press on one article of a channel: what is known of both, and how what it changes comes to be seen."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor.digest.compose import labels, stand
from monitor.talk.model import Answer, Choice
from monitor.talk.shown import NOTHING, subjects
from monitor.words import talk as words
from storage import archive, articles, digests, redraws

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.settings import ChannelSettings
    from monitor.talk.desk import Desk
    from monitor.talk.model import Action, Press
    from monitor.words.talk import Words
    from storage.articles import StoredArticle

log = logging.getLogger("dateline.talk")

LARGEST = 2**31 - 1  # number of an article or mute, in the smaller of the two databases


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a press or command: what the person is answered, and the delivery that is to be posted at once."""

    answer: Answer | None = None
    post: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """An article as it stood in the channel. `topic` is None where nothing tells any more under which."""

    article: StoredArticle
    rule_id: str
    topic: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """One press on one item."""

    connection: Connection
    desk: Desk
    channel: ChannelSettings
    press: Press
    item: Item
    now: datetime

    @property
    def say(self) -> Words:
        return words.WORDS[self.channel.language]

    @property
    def person(self) -> str:
        return self.press.asker.person

    @property
    def at(self) -> tuple[Connection, str, int]:
        """Where judgements and items are kept: the way into the database, channel, article."""
        return self.connection, self.channel.id, self.item.article.id

    def changed(self, answer: Answer | None = None, post: str = "") -> Outcome:
        """Something is to be shown; where the message cannot show it, the person is told that it counts."""
        want(self.connection, self.channel.id, self.item.article.id)
        if not can_show(self.connection, self.press):
            told = self.say.not_shown
            answer = replace(answer, lines=(*answer.lines, told)) if answer else Answer(told)
        return Outcome(answer, post)

    def choice(self, said: str, action: Action) -> Choice:
        """A button about the same article."""
        return Choice(said, action, self.item.article.id)

    @property
    def pressed_at(self) -> str:
        """Slack's time so that the later one is the greater text."""
        seconds, _, fraction = self.press.pressed_at.partition(".")
        return f"{seconds:0>12}.{fraction:0<6}"


def standing(connection: Connection, desk: Desk, channel: ChannelSettings, article_id: int) -> Item | None:
    """The article as it stood in the channel; None where it is not stored any more, or never stood there."""
    stored = articles.by_ids(connection, [article_id]) if article_id <= LARGEST else []
    placed = digests.placed(connection, channel.id, article_id) if stored else None
    if placed is None:
        if stored or article_id > LARGEST:
            log.warning("a press in %s names article %d, which never stood there; nothing was done", channel.id,
                        article_id)
        return None
    found = archive.with_matches(stored[0], archive.matched(connection, article_id))
    topics = labels(desk.active().ruleset, channel.language)
    first = next(iter(stand([found], channel, topics)[0]), None)
    if first and placed.rule_id in ("", first.lead.rule_id):
        return Item(stored[0], first.lead.rule_id, first.topic)
    named = (topic for match in found.matches if match.rule_id == placed.rule_id for topic in match.topics or ("",)
             if not channel.topics or topic in channel.topics)
    return Item(stored[0], placed.rule_id, next(named, first.topic if first else None))


def want(connection: Connection, channel_id: str, article_id: int) -> None:
    """Have the messages drawn that show the article."""
    showing = [one.id for one in redraws.messages_with(connection, channel_id, [article_id])
               if article_id in subjects(one.body).articles]
    redraws.want(connection, showing)


def can_show(connection: Connection, press: Press) -> bool:
    """Whether the message in which it was pressed will show what came of it. One that is still looked for will."""
    there = redraws.message_at(connection, press.asker.channel_id, press.message_ts) if press.message_ts else None
    return there is None or (subjects(there.body) != NOTHING and not redraws.given_up(connection, [there.id]))
