"""A small archive for tests of what reads stored articles: made of plain rows, without feeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from storage.schema import articles

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


def store(connection: Connection, now: datetime, **more: object) -> int:
    """The id of a new article, which came now and whose page needs no reading."""
    values: dict[str, Any] = {
        "url": "https://ledger.example/1", "title": "Title", "outlet": "Ledger", "home": "", "text": "Text.",
        "text_source": "page", "language": "en", "first_seen_at": now, "quiet": False, "page_state": "read",
    }
    article_id: int = connection.execute(insert(articles).values(values | more).returning(articles.c.id)).scalar_one()
    return article_id
