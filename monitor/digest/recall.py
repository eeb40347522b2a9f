"""What is stored of the stories of articles that wait: read in the transaction in which it is decided about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.digest.story import Stories
from monitor.stories.model import Features, Member
from monitor.stories.stored import member
from storage import digests, stories

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Connection


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
