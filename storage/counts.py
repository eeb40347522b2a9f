"""How much a channel was told: numbers by which the digest rooms decide what it still bears."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, select

from storage.schema import articles, deliveries, digest_items, digests

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Select


_SOME = 50  # digests among which the last that was posted is: quiet hours may make one of an earlier day late


def shown_by_rule(connection: Connection, channel_id: str, since: datetime) -> dict[str, int]:
    """How many stories each rule has had since then in the digests of a channel; urgent alerts are not counted.

    Nor is what stands under no rule: a backfill, which an admin asked for.
    """
    query = (members(select(digest_items.c.rule_id, func.count()), channel_id)
             .where(digests.c.kind == "digest", digests.c.created_at >= since, digest_items.c.place == "item",
                    digest_items.c.rule_id != "")
             .group_by(digest_items.c.rule_id))
    return {rule_id: number for rule_id, number in connection.execute(query)}


def shown_of_floods(connection: Connection, channel_id: str, since: datetime) -> dict[str, int]:
    """How many stories of each outlet's floods the digests of a channel have shown since then."""
    query = (members(select(articles.c.outlet, func.count()), channel_id)
             .join(articles, articles.c.id == digest_items.c.article_id)
             .where(digests.c.kind == "digest", digests.c.created_at >= since, digest_items.c.place == "item",
                    articles.c.flood)
             .group_by(articles.c.outlet))
    return {outlet: number for outlet, number in connection.execute(query)}


def muted_untold(connection: Connection, channel_id: str) -> dict[int, int]:
    """By mute, how many articles were kept back since the last message that could say so; a message says it once."""
    posted = exists().where(deliveries.c.delivery_id == digests.c.id)
    by_itself = digests.c.slot.not_like("now b%")  # not "by hand", nor a "backfill": these speak of one thing alone
    last = (select(digests.c.slot_date, digests.c.created_at)
            .where(digests.c.channel_id == channel_id, digests.c.kind.in_(("digest", "silence")), by_itself, posted)
            .order_by(digests.c.slot_date.desc(), digests.c.created_at.desc()).limit(_SOME))
    told = connection.execute(last).all()
    query = (members(select(digest_items.c.mute_id, func.count()), channel_id)
             .where(digests.c.channel_id == channel_id, digest_items.c.place == "muted")
             .group_by(digest_items.c.mute_id).order_by(digest_items.c.mute_id))
    if told:  # the day spares reading all that there ever was
        query = query.where(digests.c.created_at > max(row.created_at for row in told),
                            digests.c.slot_date >= told[0].slot_date - timedelta(days=2))
    return {mute_id: number for mute_id, number in connection.execute(query) if mute_id is not None}


def count_made(connection: Connection, channel_id: str, kind: str, since: datetime) -> int:
    """How many digests of a kind were made for the channel since then."""
    query = select(func.count()).select_from(digests).where(
        digests.c.channel_id == channel_id, digests.c.kind == kind, digests.c.created_at >= since)
    return connection.scalar(query) or 0


def count_slots(connection: Connection, channel_id: str, begins: str, after: datetime, until: datetime) -> int:
    """How many digests of the channel, made in this time, have a slot whose name begins so."""
    query = select(func.count()).select_from(digests).where(
        digests.c.channel_id == channel_id, digests.c.slot.startswith(begins, autoescape=True),
        digests.c.created_at > after, digests.c.created_at <= until)
    return connection.scalar(query) or 0


def last_made(connection: Connection, channel_id: str, *kinds: str) -> datetime | None:
    """When the channel last got a digest of one of these kinds with an article in it; None where it never did."""
    last: datetime | None = connection.scalar(select(func.max(digests.c.created_at)).where(
        digests.c.channel_id == channel_id, digests.c.kind.in_(kinds), digests.c.articles > 0))
    return last


def members(query: Select[Any], channel_id: str) -> Select[Any]:
    """A query on what stands in the digests of a channel."""
    return (query.select_from(digest_items).join(digests, digests.c.id == digest_items.c.digest_id)
            .where(digest_items.c.channel_id == channel_id))
