"""Mutes: what a channel does not want to hear of for a while, and whether a channel's article is meant by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import insert, select, update

from storage.schema import mutes, story_articles

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Select


@dataclass(frozen=True, slots=True)
class Mute:
    """One mute. Of kind "story" it holds for `story_id`, of "outlet" for its `outlet` under `topic`, else for `topic`.

    `story_id` is that of the story in which the article is now; None where nothing grouped it, and then the mute holds
    for the article alone. `person` is None where the id was erased.
    """

    id: int
    channel_id: str
    kind: Literal["story", "outlet", "topic"]
    article_id: int | None
    story_id: int | None
    outlet: str
    topic: str
    person: str | None
    begun_at: datetime
    until: datetime
    ended_at: datetime | None
    ended_by: str | None
    held: int

    def is_on(self, now: datetime) -> bool:
        """Whether it holds now."""
        return self.ended_at is None and now < self.until


def begin(
    connection: Connection, channel_id: str, kind: str, article_id: int, person: str, *, now: datetime, until: datetime,
    outlet: str = "", topic: str = "",
) -> int:
    """Begin a mute; its number."""
    made = insert(mutes).values(channel_id=channel_id, kind=kind, article_id=article_id, person=person, begun_at=now,
                                until=until, outlet=outlet, topic=topic, held=0).returning(mutes.c.id)
    number: int = connection.execute(made).scalar_one()
    return number


def same(
    connection: Connection, channel_id: str, kind: str, article_id: int, *, now: datetime, outlet: str = "",
    topic: str = "",
) -> Mute | None:
    """A mute that holds now for what one begun here would hold for: of a story also one pressed on another article."""
    story = select(story_articles.c.story_id).where(story_articles.c.article_id == article_id).scalar_subquery()
    query = _query().where(
        mutes.c.channel_id == channel_id, mutes.c.kind == kind, mutes.c.ended_at.is_(None), mutes.c.until > now,
        (mutes.c.article_id == article_id) | (story_articles.c.story_id == story) if kind == "story" else
        (mutes.c.outlet == outlet) & (mutes.c.topic == topic))
    row = connection.execute(query.order_by(mutes.c.until.desc())).first()
    return Mute(**row._mapping) if row else None


def end(connection: Connection, mute_id: int, person: str | None, now: datetime) -> bool:
    """Undo a mute. False where it does not hold any more."""
    own = (mutes.c.id == mute_id) & mutes.c.ended_at.is_(None) & (mutes.c.until > now)
    return connection.execute(update(mutes).where(own).values(ended_at=now, ended_by=person)).rowcount == 1


def by_id(connection: Connection, mute_id: int) -> Mute | None:
    """One mute, whether or not it holds."""
    row = connection.execute(_query().where(mutes.c.id == mute_id)).first()
    return Mute(**row._mapping) if row else None


def active(connection: Connection, now: datetime, channel_id: str | None = None) -> list[Mute]:
    """The mutes that hold now, in one channel or in all; those that began first, first."""
    query = _query().where(mutes.c.ended_at.is_(None), mutes.c.until > now)
    query = query.where(mutes.c.channel_id == channel_id) if channel_id else query
    return [Mute(**row._mapping) for row in connection.execute(query.order_by(mutes.c.id))]


def of_articles(connection: Connection, channel_id: str, article_ids: Collection[int]) -> list[Mute]:
    """The mutes of the channel, whether or not they hold, that were begun at one of these articles."""
    query = _query().where(mutes.c.channel_id == channel_id, mutes.c.article_id.in_(list(article_ids)))
    return [Mute(**row._mapping) for row in connection.execute(query.order_by(mutes.c.id))]


def note_held(connection: Connection, held: Mapping[int, int]) -> None:
    """Count articles that were kept back, by mute."""
    for mute_id, number in held.items():
        connection.execute(update(mutes).where(mutes.c.id == mute_id).values(held=mutes.c.held + number))


def _query() -> Select[tuple[object, ...]]:
    columns = [mutes.c[name] for name in Mute.__slots__ if name != "story_id"]
    return select(*columns, story_articles.c.story_id).outerjoin(
        story_articles, story_articles.c.article_id == mutes.c.article_id)
