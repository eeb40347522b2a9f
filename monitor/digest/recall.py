"""What is stored of the stories of articles that wait, and of mutes: read in the transaction in which it is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.digest.mutes import Mutes, is_on
from monitor.digest.story import Stories
from monitor.stories.model import Features, Member
from monitor.stories.stored import member
from storage import articles, counts, digests, mutes, stories

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from storage.mutes import Mute


def recall(connection: Connection, channel_id: str, article_ids: Collection[int], now: datetime) -> Stories:
    """The stories of these articles, and what the channel was told of each. Raises StorageError."""
    waiting = members_of(connection, article_ids, now)
    told = digests.told_stories(connection, channel_id, {one.story_id for one in waiting.values()}, now)
    before = {key for one in told.values() for key in one.article_ids}
    return Stories(members_of(connection, before, now) | waiting, told)


def members_of(connection: Connection, article_ids: Collection[int], now: datetime) -> dict[int, Member]:
    """The articles in their stories, by number; those that were not grouped are left out.

    One whose marks were erased still belongs to its story, and tells nothing about it.
    """
    found = stories.of_articles(connection, list(article_ids))
    return {key: member(one) or Member(key, one.story_id, Features(now), one.copy_of) for key, one in found.items()}


def mutes_of(connection: Connection, channel_id: str, now: datetime) -> Mutes:
    """The mutes of a channel: those that may hold now, and those that kept something back of which nothing was said."""
    found = {mute.id: mute for mute in mutes.active(connection, now, channel_id)}
    untold = counts.muted_untold(connection, channel_id)
    ended = (mutes.by_id(connection, mute_id) for mute_id in untold if mute_id not in found)
    every = (*found.values(), *(mute for mute in ended if mute))
    return Mutes(every, headlines(connection, every), untold)


def mutes_on(connection: Connection, now: datetime, channel_id: str | None = None) -> Mutes:
    """The mutes that hold now, in one channel or in all. Raises StorageError."""
    on = tuple(mute for mute in mutes.active(connection, now, channel_id) if is_on(mute, now))
    return Mutes(on, headlines(connection, on))


def headlines(connection: Connection, every: Iterable[Mute]) -> dict[int, str]:
    """By mute, the headline of the article on which it was pressed, where that is still there."""
    pressed = {mute.id: mute.article_id for mute in every if mute.article_id is not None}
    titles = {one.id: one.title for one in articles.by_ids(connection, sorted(set(pressed.values())))}
    return {mute_id: titles[article_id] for mute_id, article_id in pressed.items() if article_id in titles}
