"""Judgements of readers, and items that somebody took. Both belong to an article in a channel."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, select, update

from storage.schema import feedback, mutes, presses, taken
from storage.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person said of an article in a channel. `pressed_at` is Slack's time of the press, a string."""

    channel_id: str
    article_id: int
    rule_id: str
    outlet: str
    relevant: bool
    person: str
    pressed_at: str


@dataclass(frozen=True, slots=True)
class Taken:
    """Who took an item, and when; `person` is None where the id was erased."""

    article_id: int
    person: str | None
    at: datetime


def is_new(connection: Connection, key: str, now: datetime) -> bool:
    """Note a press by its key, the SHA-256 of what makes it one. False where it was noted before."""
    return insert_new(connection, presses, [{"key": key, "at": now}]) == 1


def judge(connection: Connection, judgement: Judgement, now: datetime) -> bool:
    """Write what the person says now. False where they said something later than that."""
    values = {name: getattr(judgement, name) for name in Judgement.__slots__} | {"at": now}
    if insert_new(connection, feedback, [values]):
        return True
    own = and_(*(feedback.c[name] == values[name] for name in ("channel_id", "article_id", "person")))
    earlier = own & (feedback.c.pressed_at < judgement.pressed_at)
    return connection.execute(update(feedback).where(earlier).values(**values)).rowcount == 1


def unjudge(connection: Connection, channel_id: str, article_id: int, person: str, pressed_at: str) -> bool:
    """Take back what the person said. False where they said nothing, or something after that press."""
    own = and_(feedback.c.channel_id == channel_id, feedback.c.article_id == article_id, feedback.c.person == person,
               feedback.c.pressed_at <= pressed_at)
    return connection.execute(delete(feedback).where(own)).rowcount == 1


def judged(connection: Connection, channel_id: str, article_id: int, person: str) -> bool | None:
    """Whether the person called the article relevant; None where they said nothing."""
    own = and_(feedback.c.channel_id == channel_id, feedback.c.article_id == article_id, feedback.c.person == person)
    return connection.scalar(select(feedback.c.relevant).where(own))


def counted(connection: Connection, channel_id: str, article_ids: Collection[int]) -> Counter[tuple[int, bool]]:
    """How many judged each article of the channel how, by (article, relevant)."""
    query = (select(feedback.c.article_id, feedback.c.relevant, func.count())
             .where(feedback.c.channel_id == channel_id, feedback.c.article_id.in_(list(article_ids)))
             .group_by(feedback.c.article_id, feedback.c.relevant))
    return Counter({(article_id, relevant): number for article_id, relevant, number in connection.execute(query)})


def take(connection: Connection, channel_id: str, article_id: int, person: str, *, pressed_at: str,
         now: datetime) -> bool:
    """Note that the person took the item. False where somebody has it."""
    return insert_new(connection, taken, [{"channel_id": channel_id, "article_id": article_id, "person": person,
                                           "pressed_at": pressed_at, "at": now}]) == 1


def release(connection: Connection, channel_id: str, article_id: int, pressed_at: str) -> bool:
    """Nobody has the item any more. False where nobody had, or where it was taken after that press."""
    own = and_(taken.c.channel_id == channel_id, taken.c.article_id == article_id, taken.c.pressed_at <= pressed_at)
    return connection.execute(delete(taken).where(own)).rowcount == 1


def taken_of(connection: Connection, channel_id: str, article_ids: Collection[int]) -> dict[int, Taken]:
    """Those of the articles that somebody of the channel took."""
    query = (select(taken.c.article_id, taken.c.person, taken.c.at)
             .where(taken.c.channel_id == channel_id, taken.c.article_id.in_(list(article_ids))))
    return {row.article_id: Taken(**row._mapping) for row in connection.execute(query)}


def forget_people(connection: Connection, before: datetime) -> int:
    """Erase who pressed what before then; what was said stays. How many ids went."""
    gone = connection.execute(delete(presses).where(presses.c.at < before)).rowcount
    for table, who, when in ((feedback, "person", feedback.c.at), (taken, "person", taken.c.at),
                             (mutes, "person", mutes.c.begun_at), (mutes, "ended_by", mutes.c.ended_at)):
        known = and_(table.c[who].is_not(None), when < before)
        gone += connection.execute(update(table).where(known).values({who: None})).rowcount
    return gone
