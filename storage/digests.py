"""Digests: which slots are done, which articles wait for a channel, and the freezing of a digest.

Members and messages are frozen in one transaction; from then on the outbox alone decides what happens to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import and_, delete, func, insert, select, update

from rules.model import MatchedArticle
from storage.matches import from_row
from storage.schema import articles, channels, digest_items, digests, matches
from storage.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection, Select

# An item, a headline in the line of what is probably not about it, or one of "41 more": counted and not shown.
Standing = Literal["item", "aside", "more"]


@dataclass(frozen=True, slots=True)
class Placed:
    """How an article stands in a digest of a channel, and under which rule ("" where older versions wrote it)."""

    digest_id: str
    kind: str
    place: Standing
    rule_id: str
    made_at: datetime


def sync_channels(connection: Connection, wanted: Iterable[tuple[str, str]], now: datetime) -> None:
    """Note channels met for the first time: nothing from before is posted to them. Forget those no longer wanted.

    What "before" is says the number of the newest match, since a clock may be set back. A channel that comes back is a
    new one. A time in the future was written by a clock that was ahead, and is mended.
    """
    names, newest = dict(wanted), newest_match(connection)
    connection.execute(delete(channels).where(channels.c.id.not_in(list(names))))
    insert_new(connection, channels, [
        {"id": key, "name": name, "first_seen_at": now, "considered_match_id": newest} for key, name in names.items()])
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
    rows = connection.execute(_still_to_tell(_matched(), channel_id))
    return _articles(rows)


def urgent_waits(connection: Connection, channel_id: str) -> bool:
    """Whether one of the articles that wait has an urgent match: cheaper to ask than to read them all."""
    query = _still_to_tell(select(matches.c.article_id, articles.c.id), channel_id)
    return connection.execute(query.where(matches.c.severity == "urgent").limit(1)).first() is not None


def consider(connection: Connection, channel_id: str, match_id: int, held: Collection[int] = ()) -> None:
    """The channel took what it wanted of all matches up to this one; a later wish does not bring old ones back.

    Articles that are `held` for a later message stay to be told, and with them what came after the first of them.
    """
    considered = select(channels.c.considered_match_id).where(channels.c.id == channel_id).scalar_subquery()
    if held:
        first = connection.scalar(select(func.min(matches.c.id)).where(
            matches.c.article_id.in_(held), matches.c.id > considered))
        match_id = min(match_id, first - 1) if first else match_id
    connection.execute(update(channels).where(channels.c.id == channel_id).values(considered_match_id=match_id))


def freeze(
    connection: Connection, digest_id: str, channel_id: str, slot: tuple[date, str], article_ids: Sequence[int],
    *, now: datetime, kind: str = "digest", standing: Mapping[int, tuple[Standing, str]] | None = None,
) -> bool:
    """Write the digest and its members. False, and nothing written, where the slot was already done.

    `standing` says for each article how it stands there and under which rule; an item under none where it does not.
    """
    made = insert_new(connection, digests, [{
        "id": digest_id, "channel_id": channel_id, "slot_date": slot[0], "slot": slot[1], "kind": kind,
        "articles": len(article_ids), "created_at": now,
    }])
    if made and article_ids:
        known = standing or {}
        connection.execute(insert(digest_items), [
            {"channel_id": channel_id, "article_id": article_id, "digest_id": digest_id, "place": place,
             "rule_id": rule_id}
            for article_id in article_ids
            for place, rule_id in [known.get(article_id, ("item", ""))]
        ])
    return bool(made)


def shown_by_rule(connection: Connection, channel_id: str, since: datetime) -> dict[str, int]:
    """How many items each rule has had since then in the digests of a channel; urgent alerts are not counted.

    Nor is what stands under no rule: a backfill, which an admin asked for.
    """
    query = (_members(select(digest_items.c.rule_id, func.count()), channel_id)
             .where(digests.c.kind == "digest", digests.c.created_at >= since, digest_items.c.place == "item",
                    digest_items.c.rule_id != "")
             .group_by(digest_items.c.rule_id))
    return {rule_id: number for rule_id, number in connection.execute(query)}


def count_made(connection: Connection, channel_id: str, kind: str, since: datetime) -> int:
    """How many digests of a kind were made for the channel since then."""
    query = select(func.count()).select_from(digests).where(
        digests.c.channel_id == channel_id, digests.c.kind == kind, digests.c.created_at >= since)
    return connection.scalar(query) or 0


def last_made(connection: Connection, channel_id: str, *kinds: str) -> datetime | None:
    """When the channel last got a digest of one of these kinds with an article in it; None where it never did."""
    last: datetime | None = connection.scalar(select(func.max(digests.c.created_at)).where(
        digests.c.channel_id == channel_id, digests.c.kind.in_(kinds), digests.c.articles > 0))
    return last


def more(connection: Connection, channel_id: str, since: datetime) -> list[MatchedArticle]:
    """The articles that the channel's digests since then only counted ("41 more"), with their matches; oldest first."""
    query = (_members(_matched(), channel_id)
             .join(articles, articles.c.id == digest_items.c.article_id)
             .join(matches, matches.c.article_id == articles.c.id)
             .where(digests.c.created_at >= since, digest_items.c.place == "more", matches.c.alerts)
             .order_by(articles.c.id, matches.c.id))
    return _articles(connection.execute(query))


def placed(connection: Connection, channel_id: str, article_id: int) -> Placed | None:
    """How the article stands in the channel; None where it was not told there."""
    columns = (digest_items.c.digest_id, digests.c.kind, digest_items.c.place, digest_items.c.rule_id,
               digests.c.created_at.label("made_at"))
    query = _members(select(*columns), channel_id).where(digest_items.c.article_id == article_id)
    row = connection.execute(query).one_or_none()
    return Placed(**row._mapping) if row else None


def _members(query: Select[Any], channel_id: str) -> Select[Any]:
    return (query.select_from(digest_items).join(digests, digests.c.id == digest_items.c.digest_id)
            .where(digest_items.c.channel_id == channel_id))


_ARTICLE = ("title", "url", "outlet", "published_at", "first_seen_at", "text_source", "language")


def _matched() -> Select[Any]:
    return select(matches, *[articles.c[name].label(f"a_{name}") for name in _ARTICLE])


def _still_to_tell(query: Select[Any], channel_id: str) -> Select[Any]:
    taken = and_(digest_items.c.article_id == articles.c.id, digest_items.c.channel_id == channel_id)
    return (
        query.select_from(matches)
        .join(articles, articles.c.id == matches.c.article_id)
        .join(channels, channels.c.id == channel_id)
        .outerjoin(digest_items, taken)
        .where(matches.c.alerts, digest_items.c.article_id.is_(None), matches.c.id > channels.c.considered_match_id,
               articles.c.quiet.is_(False), articles.c.duplicate_of.is_(None), articles.c.erased_at.is_(None))
        .order_by(articles.c.id, matches.c.id)
    )


def _articles(rows: Iterable[Any]) -> list[MatchedArticle]:
    """Rows of one article follow each other."""
    return [_article(list(group)) for _, group in groupby(rows, key=lambda row: row.article_id)]


def _article(rows: list[Any]) -> MatchedArticle:
    first = rows[0]._mapping
    return MatchedArticle(article_id=first["article_id"], matches=tuple(from_row(row) for row in rows),
                          **{name: first[f"a_{name}"] for name in _ARTICLE})
