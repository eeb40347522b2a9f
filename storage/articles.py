"""Articles and the keys by which they are known again: entries of feeds, addresses of pages."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, func, select, update

from rules.article.likeness import alike
from rules.model import Article
from storage.among import execute_among
from storage.bulk import insert_rows
from storage.schema import article_keys, articles, entries, feeds, matches
from storage.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from storage.feeds import Feed

# SQLite allows 32,766 variables a statement since 3.32; well below it, for older builds too.
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry that a poll decided to store. `entry_key` and `url_key` are SHA-256 identities: its own, its article's.

    `names` are those by which its feed may show it again under another key.
    """

    entry_key: str
    url_key: str
    url: str
    title: str
    summary: str
    text: str
    published_at: datetime | None
    author: str
    language: str
    quiet: bool
    fetch_page: bool
    content_hash: str = ""
    flood: bool = False
    names: tuple[str, ...] = ()
    text_source: str = "feed"  # or "page": the text is what stands there


@dataclass(frozen=True, slots=True)
class Arrival:
    """What one poll brought that is to be stored, and when that was."""

    feed: Feed
    new: Sequence[NewEntry]
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What is stored of the article of a known entry, to tell whether it is still the same."""

    title: str
    url: str
    summary: str
    text: str  # the beginning; of its page, where that was read
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """An entry that was seen before. `changes` counts how often its content was seen to change.

    `content_hash` holds what it showed last and a few states before that. `said` is None where nobody looked, or where
    the article is gone.
    """

    key: str
    article_id: int | None
    content_hash: str | None
    changes: int
    last_seen_at: datetime | None = None
    said: Said | None = None

    def has_shown(self, content_hash: str) -> bool:
        """Whether it showed this before."""
        return has_shown(self.content_hash, content_hash)


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """What the stages after collecting need of an article."""

    id: int
    url: str
    title: str
    outlet: str
    home: str
    summary: str
    text: str
    text_source: str
    published_at: datetime | None
    first_seen_at: datetime
    page_attempts: int
    language: str
    author: str = ""

    def as_read(self) -> Article:
        """The article as rules read it. A language with a country ("en-us") is what a site says of all its pages, and
        is left to be detected."""
        language = self.language if len(self.language) == 2 else ""
        return Article(title=self.title, text=self.text, url=self.url, outlet=self.outlet, home=self.home,
                       published_at=self.published_at, language=language)


_NEW = ("id", "url", "title", "outlet", "home", "author", "language", "summary", "text", "text_source", "published_at",
        "first_seen_at", "quiet", "flood", "page_state", "page_due_at", "page_attempts", "indexed")
_ENTRY = ("key", "feed_id", "article_id", "first_seen_at", "last_seen_at", "content_hash", "changes")
KNOWN = ("key", "article_id", "content_hash", "changes", "last_seen_at")  # of KnownEntry
HASH_DIGITS = 16  # of a content hash; four fit the column, and of a longer one from before the first are the same
_COLUMNS = [articles.c[name] for name in StoredArticle.__slots__]
_KNOWN = select(*(entries.c[name] for name in KNOWN))
_ARTICLES = select(article_keys.c.key, article_keys.c.article_id)
_TITLES = select(articles.c.id, articles.c.title)
_SEEN = update(entries).values(last_seen_at=bindparam("seen"))


def has_shown(hashes: str | None, content_hash: str) -> bool:
    """Whether the hash is one of those kept of an entry: a feed whose servers disagree shows two states in turns."""
    kept = hashes or ""
    return content_hash in {kept[at:at + HASH_DIGITS] for at in range(0, len(kept), HASH_DIGITS)}


def known_entries(connection: Connection, keys: Sequence[str]) -> dict[str, KnownEntry]:
    """Those of the entry keys that were seen before, also where the article is long erased."""
    if not keys:
        return {}
    return {row[0]: KnownEntry(*row) for row in execute_among(connection, _KNOWN, entries.c.key, keys)}


def store_entries(connection: Connection, feed: Feed, new: Sequence[NewEntry], now: datetime) -> int:
    """Store entries of one feed; how many articles are new. See `store_arrivals`."""
    return store_arrivals(connection, [Arrival(feed, new, now)])[0]


def store_arrivals(connection: Connection, arrivals: Sequence[Arrival]) -> list[int]:
    """Store entries of many feeds; how many articles are new, of each. An article already known by another feed or
    link is not made again, if the headlines are alike: an address may be that of a list.

    One that was quiet because nobody knew its date is woken by an entry that knows it.
    """
    known = _articles_by_key(connection, [entry.url_key for arrival in arrivals for entry in arrival.new])
    arrivals = _apart(arrivals, _titles(connection, known))
    makers = _makers(arrivals, known)
    ours = _insert_articles(connection, makers)
    known |= ours
    if len(ours) < len(makers):  # another transaction stored some in the same moment
        known |= _articles_by_key(connection, [key for key in makers if key not in ours])
    for arrival in arrivals:
        found = {known[entry.url_key]: entry for entry in arrival.new
                 if entry.published_at and not entry.quiet and makers.get(entry.url_key) != (arrival, entry)}
        _wake(connection, found, arrival.at)
    insert_rows(connection, entries, _ENTRY, [
        (entry.entry_key, arrival.feed.id, known[entry.url_key], arrival.at, arrival.at, entry.content_hash or None, 0)
        for arrival in arrivals for entry in arrival.new
    ])
    insert_rows(connection, article_keys, ("key", "article_id"), [
        (name, article_id) for key, article_id in ours.items() for name in makers[key][1].names])
    made = Counter(id(makers[key][0]) for key in ours)
    return [made[id(arrival)] for arrival in arrivals]


def _apart(arrivals: Sequence[Arrival], titles: dict[str, str]) -> list[Arrival]:
    """The arrivals, in which an entry whose headline is not that of the article at its address has one of its own."""
    parted = []
    for arrival in arrivals:
        new = [entry if (first := titles.setdefault(entry.url_key, entry.title)) == entry.title
               or alike(first, entry.title) else replace(entry, url_key=entry.entry_key) for entry in arrival.new]
        parted.append(replace(arrival, new=new))
    return parted


def _titles(connection: Connection, known: Mapping[str, int | None]) -> dict[str, str]:
    """The headlines of these articles by their keys; those that are gone cannot be compared."""
    ids = {found for found in known.values() if found is not None}
    if not ids:
        return {}
    titles = {found: title for found, title in execute_among(connection, _TITLES, articles.c.id, ids)}
    return {key: titles[found] for key, found in known.items() if found in titles}


def _makers(arrivals: Sequence[Arrival], known: Mapping[str, int | None]) -> dict[str, tuple[Arrival, NewEntry]]:
    """Of the articles that nobody knows, the entry that makes each: the first.

    In the order of keys: two transactions that share articles would else wait for each other for ever.
    """
    makers: dict[str, tuple[Arrival, NewEntry]] = {}
    for arrival in arrivals:
        for entry in arrival.new:
            if entry.url_key not in known:
                makers.setdefault(entry.url_key, (arrival, entry))
    return dict(sorted(makers.items()))


def _wake(connection: Connection, dated: Mapping[int | None, NewEntry], now: datetime) -> None:
    """Make quiet, undated articles news again, read and matched anew; the dated archive of a feed stays quiet."""
    ids = sorted(found for found in dated if found is not None)
    for start in range(0, len(ids), _CHUNK):
        query = select(articles.c.id).where(articles.c.id.in_(ids[start:start + _CHUNK]), articles.c.quiet,
                                            articles.c.published_at.is_(None), articles.c.erased_at.is_(None))
        for article_id in connection.scalars(query).all():
            entry = dated[article_id]
            page = {"page_state": "pending", "page_due_at": now} if entry.fetch_page else {}
            # What it matched as archive was passed over by every channel: only a new match is asked about again.
            connection.execute(delete(matches).where(matches.c.article_id == article_id))
            connection.execute(update(articles).where(articles.c.id == article_id).values(
                quiet=False, published_at=entry.published_at, rules_hash=None, **page))


def touch_entries(connection: Connection, keys: Sequence[str], now: datetime) -> None:
    """Note that known entries still stand in their feed: their keys are kept for so long after that."""
    execute_among(connection, _SEEN, entries.c.key, keys, seen=now)


def _articles_by_key(connection: Connection, keys: Sequence[str]) -> dict[str, int | None]:
    if not keys:
        return {}
    return {key: found for key, found in execute_among(connection, _ARTICLES, article_keys.c.key, keys)}


def _insert_articles(connection: Connection, makers: Mapping[str, tuple[Arrival, NewEntry]]) -> dict[str, int | None]:
    """The ids of the new articles by their keys, without those that another transaction stored in the same moment."""
    if not makers:
        return {}
    # Ids are taken first: rows that need not come back go in at half the cost.
    ids = _free_ids(connection, len(makers))
    insert_rows(connection, articles, _NEW, [
        _row(article_id, arrival, entry) for article_id, (arrival, entry) in zip(ids, makers.values(), strict=True)])
    ours: dict[str, int | None] = dict(zip(makers, ids, strict=True))
    insert_rows(connection, article_keys, ("key", "article_id"), list(ours.items()))
    if connection.dialect.name == "sqlite":  # a writer is alone from its BEGIN IMMEDIATE on
        return ours
    kept = _articles_by_key(connection, list(ours))
    if lost := [key for key in ours if kept[key] != ours[key]]:
        connection.execute(delete(articles).where(articles.c.id.in_([ours.pop(key) for key in lost])))
    return ours


def _free_ids(connection: Connection, count: int) -> Sequence[int]:
    if connection.dialect.name == "sqlite":
        first = (connection.scalar(select(func.max(articles.c.id))) or 0) + 1
        return range(first, first + count)
    sequence = func.nextval(func.pg_get_serial_sequence("articles", "id"))
    return connection.scalars(select(sequence).select_from(func.generate_series(1, count))).all()


def _row(article_id: int, arrival: Arrival, entry: NewEntry) -> tuple[object, ...]:
    """The values of `_NEW`."""
    feed, pending = arrival.feed, entry.fetch_page
    return (article_id, entry.url, entry.title, feed.outlet, feed.home, entry.author, entry.language, entry.summary,
            entry.text, entry.text_source, entry.published_at, arrival.at, entry.quiet, entry.flood,
            "pending" if pending else "unneeded", arrival.at if pending else None, 0, False)


def still_opening(connection: Connection, since: datetime) -> bool:
    """Whether the first polls of feeds go on, begun after `since`: some were read, and others, or pages of what these
    brought, are still to be."""
    fresh = (select(articles.c.id)
             .join(entries, entries.c.article_id == articles.c.id).join(feeds, feeds.c.id == entries.c.feed_id)
             .where(articles.c.page_state == "pending", articles.c.first_seen_at == feeds.c.first_ok_at,
                    articles.c.first_seen_at > since).limit(1))
    unasked = select(feeds.c.id).where(feeds.c.active, feeds.c.polled_at.is_(None), feeds.c.added_at > since).limit(1)
    begun = select(feeds.c.id).where(feeds.c.active, feeds.c.first_ok_at > since).limit(1)
    if connection.scalar(begun) is None:
        return False
    return connection.scalar(unasked) is not None or connection.scalar(fresh) is not None


def record_page(connection: Connection, article_id: int, **columns: object) -> None:
    """What reading the page gave: text and state, or the error and the next attempt."""
    connection.execute(update(articles).where(articles.c.id == article_id).values(**columns))


def add_keys(connection: Connection, article_id: int, keys: Iterable[str]) -> None:
    """Let the article be known by further addresses; keys that belong to another article stay with it."""
    insert_new(connection, article_keys, [{"key": key, "article_id": article_id} for key in keys])


def unmatched(connection: Connection, limit: int) -> list[StoredArticle]:
    """Articles that are complete and that no rule set has read yet, oldest first."""
    query = (select(*_COLUMNS).where(articles.c.page_state != "pending", articles.c.rules_hash.is_(None),
                                     articles.c.erased_at.is_(None), articles.c.duplicate_of.is_(None))
             .order_by(articles.c.id).limit(limit))
    return [_stored(row._mapping) for row in connection.execute(query)]


def by_ids(connection: Connection, ids: Sequence[int]) -> list[StoredArticle]:
    """The articles with these ids that are still there, in the order of the ids; at most a few hundred at once."""
    rows = connection.execute(select(*_COLUMNS).where(articles.c.id.in_(ids)))
    found = {article.id: article for article in (_stored(row._mapping) for row in rows)}
    return [found[one] for one in ids if one in found]


def counts(connection: Connection, full_characters: int = 0) -> dict[str, int]:
    """Totals for `status`: all, read in full, with the feed's summary only, waiting for their page, quiet.

    Where no page was asked for, less than `full_characters` of text are a summary; erased text was read as it was.
    """
    state, news = articles.c.page_state, articles.c.quiet.is_(False)
    short = (state == "unneeded") & (func.coalesce(func.length(articles.c.text), full_characters) < full_characters)
    row = connection.execute(select(
        func.count().label("articles"),
        func.count().filter(news, state.in_(("read", "unneeded")), ~short).label("in_full"),
        func.count().filter(news, (state == "failed") | short).label("summaries"),
        func.count().filter(state == "pending").label("waiting"),
        func.count().filter(articles.c.quiet).label("quiet"),
    ).select_from(articles)).one()
    return dict(row._mapping)


def _stored(row: object) -> StoredArticle:
    values = dict(row)  # type: ignore[call-overload]  # SQLAlchemy types a row mapping as object-keyed
    return StoredArticle(**(values | {"summary": values["summary"] or "", "text": values["text"] or ""}))
