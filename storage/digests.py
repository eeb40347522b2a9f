"""Digests: which slots are done, which articles wait for a channel, and the freezing of a digest.

Members and messages are frozen in one transaction; from then on the outbox alone decides what happens to them.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, insert, select, update

from rules.model import MatchedArticle
from storage.matches import from_row
from storage.schema import articles, channels, digest_items, digests, matches
from storage.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection


def sync_channels(connection: Connection, wanted: Iterable[tuple[str, str]], now: datetime) -> None:
    """Note channels met for the first time: nothing from before is posted to them. Forget those no longer wanted.

    A channel that comes back is a new one. A time in the future was written by a clock that was ahead, and is mended.
    """
    names = dict(wanted)
    connection.execute(delete(channels).where(channels.c.id.not_in(list(names))))
    insert_new(connection, channels, [
        {"id": key, "name": name, "first_seen_at": now, "considered_match_id": 0} for key, name in names.items()])
    connection.execute(update(channels).where(channels.c.first_seen_at > now).values(first_seen_at=now))


def channel_since(connection: Connection, channel_id: str) -> datetime:
    """When the channel was first configured: slots from before it are nobody's loss."""
    query = select(channels.c.first_seen_at).where(channels.c.id == channel_id)
    since: datetime = connection.execute(query).scalar_one()
    return since


def done_slots(connection: Connection, channel_id: str, since: date) -> set[tuple[date, str]]:
    """The slots of the channel, as (local date, slot), that have been dealt with since that date."""
    query = select(digests.c.slot_date, digests.c.slot).where(
        digests.c.channel_id == channel_id, digests.c.slot_date >= since)
    return {(row.slot_date, row.slot) for row in connection.execute(query)}


def newest_match(connection: Connection) -> int:
    """The id up to which matches are stored now."""
    return connection.scalar(select(func.max(matches.c.id))) or 0


def waiting(connection: Connection, channel_id: str) -> list[MatchedArticle]:
    """Articles that matched since the channel was last asked and stand in none of its digests; oldest first.

    Only with the matches that alert.
    """
    taken = and_(digest_items.c.article_id == articles.c.id, digest_items.c.channel_id == channel_id)
    query = (
        select(matches, *[articles.c[name].label(f"a_{name}") for name in _ARTICLE])
        .join(articles, articles.c.id == matches.c.article_id)
        .join(channels, channels.c.id == channel_id)
        .outerjoin(digest_items, taken)
        .where(matches.c.alerts, digest_items.c.article_id.is_(None), matches.c.id > channels.c.considered_match_id,
               matches.c.created_at >= channels.c.first_seen_at, articles.c.quiet.is_(False),
               articles.c.duplicate_of.is_(None), articles.c.erased_at.is_(None))
        .order_by(articles.c.id, matches.c.id)
    )
    rows = connection.execute(query)
    return [_waiting(list(group)) for _, group in groupby(rows, key=lambda row: row.article_id)]


def consider(connection: Connection, channel_id: str, match_id: int) -> None:
    """The channel took what it wanted of all matches up to this one; a later wish does not bring old ones back."""
    connection.execute(update(channels).where(channels.c.id == channel_id).values(considered_match_id=match_id))


def freeze(
    connection: Connection, digest_id: str, channel_id: str, slot: tuple[date, str], article_ids: Sequence[int],
    *, now: datetime,
) -> bool:
    """Write the digest and its members. False, and nothing written, where the slot was already done."""
    made = insert_new(connection, digests, [{
        "id": digest_id, "channel_id": channel_id, "slot_date": slot[0], "slot": slot[1],
        "articles": len(article_ids), "created_at": now,
    }])
    if made and article_ids:
        connection.execute(insert(digest_items), [
            {"channel_id": channel_id, "article_id": article_id, "digest_id": digest_id}
            for article_id in article_ids
        ])
    return bool(made)


_ARTICLE = ("title", "url", "outlet", "published_at", "first_seen_at", "text_source", "language")


def _waiting(rows: list[object]) -> MatchedArticle:
    first = rows[0]._mapping  # type: ignore[attr-defined]  # rows of a joined select have no static type
    return MatchedArticle(article_id=first["article_id"], matches=tuple(from_row(row) for row in rows),
                   **{name: first[f"a_{name}"] for name in _ARTICLE})
