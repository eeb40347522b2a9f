"""Digests: which slots are done, which articles wait for a channel, and the freezing of a digest.

Members and messages are frozen in one transaction; from then on the outbox alone decides what happens to them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import and_, delete, exists, func, insert, or_, select, update

from rules.model import MatchedArticle
from storage import changes
from storage.counts import members
from storage.matches import from_row
from storage.schema import (
    articles,
    channels,
    deliveries,
    digest_items,
    digests,
    entries,
    feeds,
    matches,
    story_articles,
)
from storage.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection, Select

# The card of a story, a link below it, a headline in the line of what is probably not about it, an article of "41 more"
# or one that a mute kept back: counted and not shown.
Standing = Literal["item", "also", "aside", "more", "muted"]
SHOWN = ("item", "also")  # of these an article has a link in the message
_BATCH = 500  # numbers a statement; SQLite takes 32,766 values


@dataclass(frozen=True, slots=True)
class Placed:
    """How an article stands in a digest of a channel, and under which rule ("" where older versions wrote it).

    `mute_id` is of the mute that kept it back, where it is "muted".
    """

    digest_id: str
    kind: str
    place: Standing
    rule_id: str
    made_at: datetime
    mute_id: int | None = None


@dataclass(frozen=True, slots=True)
class ToldStory:
    """What a channel was told of a story. More of it goes into the thread of the delivery `root`, a `root_kind`.

    The root is the first alert or roll-up, else the first digest, and that has the `root_kind` and the `headline` of
    the story's card. Where it was gone, the update that was posted into the channel instead is the root since.
    `last_at` is when any message about it was last made; `article_ids` are those that were shown.
    """

    story_id: int
    root: str
    root_kind: str
    first_at: datetime
    last_at: datetime
    article_ids: tuple[int, ...]
    headline: str = ""


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

    Only with the matches that alert. One that stands in a digest waits again for what an edit made it match.
    """
    found = _articles(connection.execute(_still_to_tell(_matched(), channel_id)))
    others = _sources(connection, [one.article_id for one in found])
    changed = changes.paragraphs(connection, [one.article_id for one in found])
    return [replace(one, changes=changed.get(one.article_id, ()),
                    sources=tuple(name for name in others.get(one.article_id, ()) if name != one.outlet))
            for one in found]


def urgent_waits(connection: Connection, channel_id: str) -> bool:
    """Whether one of the articles that wait has an urgent match: cheaper to ask than to read them all."""
    query = _still_to_tell(select(matches.c.article_id, articles.c.id), channel_id)
    return connection.execute(query.where(matches.c.severity == "urgent").order_by(None).limit(1)).first() is not None


def updates_wait(connection: Connection, channel_id: str) -> bool:
    """Whether one of the articles that wait is of a story of which the channel was alerted: cheap to ask, too."""
    mates, told = story_articles.alias("mates"), digest_items.alias("told")
    query = (
        _still_to_tell(select(matches.c.article_id, articles.c.id), channel_id)
        .join(story_articles, story_articles.c.article_id == articles.c.id)
        .join(mates, mates.c.story_id == story_articles.c.story_id)
        .join(told, and_(told.c.article_id == mates.c.article_id, told.c.channel_id == channel_id))
        .join(digests, digests.c.id == told.c.digest_id)
        .where(digests.c.kind.in_((*_ALERTS, "update")), told.c.place.in_(SHOWN))
    )
    return connection.execute(query.order_by(None).limit(1)).first() is not None


def told_stories(
    connection: Connection, channel_id: str, story_ids: Collection[int], now: datetime | None = None
) -> dict[int, ToldStory]:
    """Those of the stories that the channel was told of: by a card or a link in a message that was not refused.

    It follows from the articles, so that stories which merge were told if one of them was. With `now`, times after it
    are a wrong clock's and are no reason to wait.
    """
    told = {}
    for some in _batches(sorted(story_ids)):
        rows = connection.execute(_shown(channel_id).where(story_articles.c.story_id.in_(some)))
        for story_id, group in groupby(rows, key=lambda row: row.story_id):
            told[story_id] = _told(story_id, list(group), now)
    return told


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
    thread_of: str | None = None, muted: Mapping[int, tuple[int, str]] | None = None,
) -> bool:
    """Write the digest and its members. False, and nothing written, where the slot was already done.

    `standing` says for each article how it stands there and under which rule; an item under none where it does not.
    `thread_of` is the delivery in whose thread it goes. `muted` are articles that are kept back and written down with
    it, by mute and rule: they do not count as told. Every match that is stored by now is accounted for.
    """
    made = insert_new(connection, digests, [{
        "id": digest_id, "channel_id": channel_id, "slot_date": slot[0], "slot": slot[1], "kind": kind,
        "articles": len(article_ids), "created_at": now, "thread_of": thread_of,
    }])
    if made and (article_ids or muted):
        known, newest = standing or {}, newest_match(connection)
        each = {"channel_id": channel_id, "digest_id": digest_id, "match_id": newest, "mute_id": None}
        connection.execute(insert(digest_items), [
            *({**each, "article_id": article_id, "place": place, "rule_id": rule_id}
              for article_id in article_ids for place, rule_id in [known.get(article_id, ("item", ""))]),
            *({**each, "article_id": article_id, "place": "muted", "rule_id": rule_id, "mute_id": mute_id}
              for article_id, (mute_id, rule_id) in (muted or {}).items()),
        ])
    return bool(made)


def more(
    connection: Connection, channel_id: str, since: datetime, place: Standing = "more"
) -> list[MatchedArticle]:
    """The articles that the channel's digests since then only counted ("41 more"), with their matches; oldest first.

    Or those of another place, as "muted".
    """
    query = (members(_matched(), channel_id)
             .join(articles, articles.c.id == digest_items.c.article_id)
             .join(matches, matches.c.article_id == articles.c.id)
             .where(digests.c.created_at >= since, digest_items.c.place == place, matches.c.alerts)
             .order_by(articles.c.id, matches.c.id))
    return _articles({row.id: row for row in connection.execute(query)}.values())  # once, however often it was counted


def placed(connection: Connection, channel_id: str, article_id: int) -> Placed | None:
    """How the article stands in the channel, lastly where it was told again; None where it was not told there."""
    columns = (digest_items.c.digest_id, digests.c.kind, digest_items.c.place, digest_items.c.rule_id,
               digests.c.created_at.label("made_at"), digest_items.c.mute_id)
    query = (members(select(*columns), channel_id).where(digest_items.c.article_id == article_id)
             .order_by(digest_items.c.match_id.desc(), digests.c.created_at.desc()))
    row = connection.execute(query).first()
    return Placed(**row._mapping) if row else None


_ALERTS = ("alert", "rollup")
_LOST = ("refused", "abandoned", "cancelled")


def _shown(channel_id: str) -> Select[Any]:
    """Every article of a story that the channel was shown, with its digest: story by story, oldest first."""
    first = and_(deliveries.c.delivery_id == digests.c.id, deliveries.c.part == 0)
    roots = digests.alias("roots")
    columns = (story_articles.c.story_id, digest_items.c.article_id, digest_items.c.place, articles.c.title,
               digests.c.created_at, func.coalesce(digests.c.thread_of, digests.c.id).label("root"),
               func.coalesce(roots.c.kind, digests.c.kind).label("root_kind"))
    return (
        members(select(*columns), channel_id)
        .join(articles, articles.c.id == digest_items.c.article_id)
        .join(story_articles, story_articles.c.article_id == articles.c.id)
        .outerjoin(deliveries, first)
        .outerjoin(roots, roots.c.id == digests.c.thread_of)
        .where(digest_items.c.place.in_(SHOWN), or_(deliveries.c.id.is_(None), deliveries.c.state.not_in(_LOST)))
        .order_by(story_articles.c.story_id, digests.c.created_at, digests.c.id, articles.c.id)
    )


def _told(story_id: int, rows: Sequence[Any], now: datetime | None) -> ToldStory:
    """One story from its rows, oldest first."""
    first = next((row for row in rows if row.root_kind in _ALERTS), rows[0])
    root = [first, *(row for row in rows[rows.index(first):] if row.root_kind == "update")][-1].root
    kind = "alert" if first.root_kind == "update" else first.root_kind  # whatever it replaced: it is told at once
    card = next((row for row in rows if row.root == first.root and row.place == "item"), first)
    times = [row.created_at for row in rows if now is None or row.created_at <= now] or [rows[0].created_at]
    return ToldStory(story_id, root, kind, rows[0].created_at, max(times),
                     tuple(dict.fromkeys(row.article_id for row in rows)), card.title)


def _batches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    yield from (numbers[start:start + _BATCH] for start in range(0, len(numbers), _BATCH))


def _sources(connection: Connection, article_ids: Sequence[int]) -> dict[int, list[str]]:
    """The outlets whose feeds carried each article, of those that more than one feed did; each once, the first first.
    """
    found: dict[int, list[str]] = {}
    for some in _batches(article_ids):
        several = (select(entries.c.article_id).where(entries.c.article_id.in_(some)).group_by(entries.c.article_id)
                   .having(func.count(entries.c.feed_id.distinct()) > 1))
        query = (select(entries.c.article_id, feeds.c.outlet).join(feeds, feeds.c.id == entries.c.feed_id)
                 .where(entries.c.article_id.in_(several)).order_by(entries.c.id))
        for article_id, outlet in connection.execute(query):
            names = found.setdefault(article_id, [])
            names += [outlet] if outlet not in names else []
    return found


_ARTICLE = ("title", "url", "outlet", "published_at", "first_seen_at", "text_source", "language",
            "edited_at", "flood")


def _matched() -> Select[Any]:
    return select(matches, *[articles.c[name].label(f"a_{name}") for name in _ARTICLE])


def _still_to_tell(query: Select[Any], channel_id: str) -> Select[Any]:
    # What was old when its feed was first read is no news, but what an edit made of it is.
    news = or_(articles.c.quiet.is_(False), matches.c.after_edit)
    told = exists().where(
        digest_items.c.article_id == articles.c.id, digest_items.c.channel_id == channel_id,
        or_(matches.c.after_edit.is_(False), digest_items.c.match_id >= matches.c.id)).correlate(articles, matches)
    return (
        query.select_from(matches)
        .join(articles, articles.c.id == matches.c.article_id)
        .join(channels, channels.c.id == channel_id)
        .where(matches.c.alerts, ~told, matches.c.id > channels.c.considered_match_id,
               news, articles.c.duplicate_of.is_(None), articles.c.erased_at.is_(None))
        .order_by(articles.c.id, matches.c.id)
    )


def _articles(rows: Iterable[Any]) -> list[MatchedArticle]:
    """Rows of one article follow each other."""
    return [_article(list(group)) for _, group in groupby(rows, key=lambda row: row.article_id)]


def _article(rows: list[Any]) -> MatchedArticle:
    first = rows[0]._mapping
    return MatchedArticle(article_id=first["article_id"], matches=tuple(from_row(row) for row in rows),
                          **{name: first[f"a_{name}"] for name in _ARTICLE})
