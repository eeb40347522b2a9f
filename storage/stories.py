"""Stories: which articles are of one event, what each is compared by, and the marks under which it is found again.

An article looks for others under its marks, and each mark's list is read only so far and only among articles of about
the same time: what is asked for an article must not cost more as the archive grows.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, or_, select, text, update

from rules.model import PlaceFound
from storage import about
from storage.articles import by_ids
from storage.schema import articles, matches, stories, story_articles, story_keys
from storage.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from storage.articles import StoredArticle

# So many of the newest articles under each mark are looked at. What more have in common says little: it is the news
# of the day, or what an outlet puts below every text.
EACH = 40
_CHUNK = 500  # ids a statement
_DATED = 200  # articles of one time, of which not all were dated by a clock that was wrong
_GROUPED_KEY = "grouped_match_id"  # in `about`: the articles of all matches up to this one were looked at
# On PostgreSQL a match may become visible after one with a higher id; a backfill writes a few hundred at once.
_AGAIN = 500

# Somebody may be told of it, and it has no story.
_WAITING = (matches.c.alerts, story_articles.c.article_id.is_(None), articles.c.duplicate_of.is_(None),
            articles.c.erased_at.is_(None))

# A mark counts the more, the fewer share it; the 5 keeps two articles that share one rare mark from outweighing several
# that are less rare. SQLite knows no LATERAL, and its CROSS JOIN keeps the order in which the tables are read.
_RANKED = """
    SELECT article_id FROM (SELECT article_id, 1.0 / (5 + count(*) OVER (PARTITION BY key)) AS weight FROM found) AS one
    GROUP BY article_id ORDER BY sum(weight) DESC, article_id DESC LIMIT :limit"""
_SQLITE = text(f"""
    WITH wanted(key) AS (SELECT value FROM json_each(:keys)),
    found AS (
        SELECT posted.key, posted.article_id FROM wanted CROSS JOIN story_keys AS posted
        ON posted.key = wanted.key AND posted.article_id >= coalesce(
            (SELECT newer.article_id FROM story_keys AS newer
             WHERE newer.key = wanted.key AND newer.article_id >= :first
             ORDER BY newer.article_id DESC LIMIT 1 OFFSET :each - 1), :first)){_RANKED}""")  # noqa: S608 - put together of our own words
_POSTGRESQL = text(f"""
    WITH wanted AS (SELECT CAST(value AS bigint) AS key FROM jsonb_array_elements_text(CAST(:keys AS jsonb))),
    found AS (
        SELECT posted.key, posted.article_id FROM wanted CROSS JOIN LATERAL (
            SELECT key, article_id FROM story_keys WHERE key = wanted.key AND article_id >= :first
            ORDER BY article_id DESC LIMIT :each) AS posted){_RANKED}""")  # noqa: S608 - put together of our own words


@dataclass(frozen=True, slots=True)
class Ungrouped:
    """An article that waits for its story, with the places and topics of its matches, each once."""

    article: StoredArticle
    places: tuple[PlaceFound, ...]
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Articles without a story, oldest first; `upto` is the match up to which nobody else waits."""

    found: tuple[Ungrouped, ...]
    upto: int


@dataclass(frozen=True, slots=True)
class Grouped:
    """An article in its story. `features` are None once its text was erased, and so is `because`.

    `because` names the article by which it joined and the reasons in words; None where it began the story.
    """

    article_id: int
    story_id: int
    copy_of: int | None
    features: Mapping[str, Any] | None
    because: Mapping[str, Any] | None


def ungrouped(connection: Connection, since: datetime, limit: int) -> Waiting:
    """Articles that somebody may be told of and that have no story, those of at most `limit` matches.

    A database that never grouped begins with what matched since then; what is older counts as a story of its own.
    """
    start, after = _start(connection, since)
    pairs = connection.execute(
        select(matches.c.id, matches.c.article_id)
        .join(articles, articles.c.id == matches.c.article_id)
        .outerjoin(story_articles, story_articles.c.article_id == matches.c.article_id)
        .where(matches.c.id > after, *_WAITING)
        .order_by(matches.c.id).limit(limit)).all()
    ids = list(dict.fromkeys(pair.article_id for pair in pairs))
    upto = max(start, pairs[-1].id) if pairs else start
    return Waiting(tuple(_with_matches(connection, by_ids(connection, ids))), upto)


def waits(connection: Connection, article_id: int, since: datetime) -> bool:
    """Whether `ungrouped` finds the article, sooner or later."""
    _, after = _start(connection, since)
    query = (select(matches.c.id).join(articles, articles.c.id == matches.c.article_id)
             .outerjoin(story_articles, story_articles.c.article_id == articles.c.id)
             .where(matches.c.article_id == article_id, matches.c.id > after, *_WAITING).limit(1))
    return connection.scalar(query) is not None


def looked_at(connection: Connection, upto: int) -> None:
    """The articles of all matches up to this one have their story: they need not be looked through again."""
    about.note(connection, _GROUPED_KEY, str(upto))


def candidates(
    connection: Connection, keys: Collection[int], seen: datetime, window: timedelta, limit: int
) -> list[int]:
    """Ids of the articles that share most with these marks, the best first; none from long before that window."""
    if not keys:
        return []
    first = _oldest(connection, seen - window)
    if connection.dialect.name == "postgresql":
        # Its planner takes all marks for equally common, and may collect the whole list of one to sort it: reading in
        # the order of the index costs the same 2 ms at 3,000 articles and at 30,000. For this transaction only.
        connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
    found = connection.execute(_SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL, {
        "keys": json.dumps(list(keys)), "first": first, "each": EACH, "limit": limit})
    return list(found.scalars())


def begin(connection: Connection, at: datetime) -> int:
    """The number of a new story, without articles yet."""
    number: int = connection.execute(
        insert(stories).values(first_at=at, last_at=at).returning(stories.c.id)).scalar_one()
    return number


def put(connection: Connection, grouped: Grouped, keys: Collection[int], at: datetime, now: datetime) -> None:
    """Let an article of that time join its story; one that has a story keeps it, and its marks."""
    values = {name: getattr(grouped, name) for name in Grouped.__slots__}
    if not insert_new(connection, story_articles, [values | {"joined_at": now}]):
        return
    if keys:
        # In their order: neighbours in the index are written together.
        connection.execute(insert(story_keys), [{"key": key, "article_id": grouped.article_id}
                                                for key in sorted(set(keys))])
    _stretch(connection, grouped.story_id, at, at)


def merge(connection: Connection, story_id: int, others: Collection[int]) -> None:
    """Let other stories become part of this one: their articles move, and their numbers lead to it from now on."""
    for other in sorted(set(others) - {story_id}):
        times = connection.execute(
            select(stories.c.first_at, stories.c.last_at).where(stories.c.id == other)).one()
        connection.execute(update(story_articles).where(story_articles.c.story_id == other).values(story_id=story_id))
        # Marks never lead to marks: one step always finds the story.
        part = or_(stories.c.id == other, stories.c.merged_into == other)
        connection.execute(update(stories).where(part).values(merged_into=story_id))
        _stretch(connection, story_id, times.first_at, times.last_at)


def repeats(connection: Connection, originals: Iterable[int], original: int) -> None:
    """These articles, and with them all copies of theirs, turned out to be copies of an earlier one."""
    for one in originals:
        same = or_(story_articles.c.article_id == one, story_articles.c.copy_of == one)
        connection.execute(update(story_articles).where(same, story_articles.c.article_id != original)
                           .values(copy_of=original))


def of_articles(connection: Connection, ids: Sequence[int]) -> dict[int, Grouped]:
    """Those of the articles that have a story, by id."""
    found: dict[int, Grouped] = {}
    for start in range(0, len(ids), _CHUNK):
        query = _GROUPED.where(story_articles.c.article_id.in_(ids[start:start + _CHUNK]))
        found |= {row.article_id: Grouped(*row) for row in connection.execute(query)}
    return found


def of_story(connection: Connection, story_id: int) -> list[Grouped]:
    """All articles of a story, in the order in which they came; none where it became part of another."""
    query = _GROUPED.where(story_articles.c.story_id == story_id).order_by(story_articles.c.article_id)
    return [Grouped(*row) for row in connection.execute(query)]


def ends_of_story(connection: Connection, story_id: int, each: int) -> list[Grouped]:
    """The first and the last so many articles of a story that can be compared and repeat no other's text."""
    query = _GROUPED.where(story_articles.c.story_id == story_id, story_articles.c.copy_of.is_(None),
                           story_articles.c.features.is_not(None)).limit(each)
    found: dict[int, Grouped] = {}
    for order in (story_articles.c.article_id.asc(), story_articles.c.article_id.desc()):
        found |= {row.article_id: Grouped(*row) for row in connection.execute(query.order_by(order))}
    return [found[key] for key in sorted(found)]


def resolve(connection: Connection, story_id: int) -> int:
    """The story of which this one became part, or itself, also where there is no such story."""
    return connection.scalar(select(stories.c.merged_into).where(stories.c.id == story_id)) or story_id


def recent(connection: Connection, since: datetime, limit: int) -> list[int]:
    """The stories that had coverage since then, the latest first."""
    query = (select(stories.c.id).where(stories.c.last_at >= since, stories.c.merged_into.is_(None))
             .order_by(stories.c.last_at.desc(), stories.c.id.desc()).limit(limit))
    return list(connection.scalars(query))


def forget_marks(connection: Connection, article_ids: Any) -> None:  # noqa: ANN401 - a query for ids, or ids
    """Take away what articles are compared by and found under: it repeats their words. They stay in their stories."""
    connection.execute(delete(story_keys).where(story_keys.c.article_id.in_(article_ids)))
    connection.execute(update(story_articles).where(story_articles.c.article_id.in_(article_ids))
                       .values(features=None, because=None))


def forget_reasons(connection: Connection, article_ids: Any) -> None:  # noqa: ANN401 - a query for ids
    """Take away why others joined by these articles, which are to be deleted: it repeats what both said."""
    gone = set(connection.scalars(article_ids))
    theirs = select(story_articles.c.story_id).where(story_articles.c.article_id.in_(article_ids))
    rows = connection.execute(select(story_articles.c.article_id, story_articles.c.because).where(
        story_articles.c.story_id.in_(theirs), story_articles.c.because.is_not(None)))
    left = [row.article_id for row in rows
            if not gone.isdisjoint(one["article"] for one in (row.because, *row.because.get("merged", ())))]
    for start in range(0, len(left), _CHUNK):
        connection.execute(update(story_articles).where(
            story_articles.c.article_id.in_(left[start:start + _CHUNK])).values(because=None))


def forget_empty(connection: Connection) -> None:
    """Delete stories that have no article left, and the numbers that led to them."""
    used = select(story_articles.c.story_id)
    gone = select(stories.c.id).where(stories.c.merged_into.is_(None), stories.c.id.not_in(used))
    connection.execute(delete(stories).where(stories.c.merged_into.in_(gone)))
    connection.execute(delete(stories).where(stories.c.merged_into.is_(None), stories.c.id.not_in(used)))


_GROUPED = select(*[story_articles.c[name] for name in Grouped.__slots__])


def _start(connection: Connection, since: datetime) -> tuple[int, int]:
    """The match up to which all were looked at, and the one after which they are looked through."""
    if noted := about.noted(connection, _GROUPED_KEY):
        return int(noted), int(noted) - _AGAIN
    first = connection.scalar(select(func.max(matches.c.id)).where(matches.c.created_at < since)) or 0
    return first, first


def _oldest(connection: Connection, since: datetime) -> int:
    """An id below which nothing was first seen since then, but for some that a wrong clock dated: the lowest of many.

    Ids grow with time. A few rows that a clock dated too early have high ids, and the others at that time have not.
    """
    seen = articles.c.first_seen_at
    there = select(articles.c.id).where(seen >= since).order_by(seen).limit(_DATED).subquery()
    return connection.scalar(select(func.min(there.c.id))) or 0


def _stretch(connection: Connection, story_id: int, first: datetime, last: datetime) -> None:
    row = connection.execute(select(stories.c.first_at, stories.c.last_at).where(stories.c.id == story_id)).one()
    if first < row.first_at or last > row.last_at:
        connection.execute(update(stories).where(stories.c.id == story_id).values(
            first_at=min(first, row.first_at), last_at=max(last, row.last_at)))


def _with_matches(connection: Connection, found: Sequence[StoredArticle]) -> Iterable[Ungrouped]:
    places: dict[int, dict[str, PlaceFound]] = {one.id: {} for one in found}
    topics: dict[int, dict[str, None]] = {one.id: {} for one in found}
    query = (select(matches.c.article_id, matches.c.places, matches.c.topics)
             .where(matches.c.article_id.in_(list(places)), matches.c.alerts).order_by(matches.c.id))
    for row in connection.execute(query):
        topics[row.article_id] |= dict.fromkeys(row.topics)
        for stored in row.places:
            _add(places[row.article_id], PlaceFound(**{**stored, "within": tuple(stored.get("within", ()))}))
    return [Ungrouped(one, tuple(places[one.id].values()), tuple(topics[one.id])) for one in found]


def _add(places: dict[str, PlaceFound], found: PlaceFound) -> None:
    """Each place once: it may stand near what one rule found, and be what the article is about for all of them."""
    known = places.get(found.place_id, found)
    places[found.place_id] = PlaceFound(
        found.place_id, known.label, known.about or found.about, max(known.mentions, found.mentions),
        known.within or found.within, known.near or found.near)
