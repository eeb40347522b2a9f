"""What was read: the numbers behind "412 articles read (301 in full, 111 summaries only)"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from storage.changes import of_page
from storage.schema import articles

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection


@dataclass(frozen=True, slots=True)
class Reading:
    """Articles that came and that rules could read: how many, and of how many the whole text."""

    articles: int
    in_full: int

    @property
    def summaries(self) -> int:
        """Those of which only what the feed said could be read."""
        return self.articles - self.in_full


def reading(connection: Connection, since: datetime, full_characters: int) -> Reading:
    """What was read of the articles first seen since then, each once.

    What was old when its feed was first read is not counted, nor what still waits for its page. Where no page was
    asked for, `full_characters` of text are a whole article.
    """
    row = connection.execute(
        select(func.count().label("articles"), func.count().filter(in_full(full_characters)).label("in_full"))
        .select_from(articles)
        .where(articles.c.first_seen_at >= since, articles.c.quiet.is_(False), articles.c.duplicate_of.is_(None),
               articles.c.page_state != "pending")
    ).one()
    return Reading(row.articles, row.in_full)


def in_full(full_characters: int) -> ColumnElement[bool]:
    """That the whole of an article could be read: its page, all that changed on a watched one, or a long enough feed
    text. Erased text has no length, and then says nothing."""
    state = articles.c.page_state
    return or_(state == "read", of_page(), (state == "unneeded") & (func.length(articles.c.text) >= full_characters))
