"""Articles and the keys by which they are known again: entries of feeds, addresses of pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, select, update

from rules.model import Article
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
    """An entry that a poll decided to store. `keys` are its SHA-256 identities: the entry's own, the article's."""

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


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """An entry that was seen before. `changes` counts how often its content was seen to change."""

    key: str
    article_id: int | None
    content_hash: str | None
    changes: int


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

    def as_read(self) -> Article:
        """The article as rules read it. A language with a country ("en-us") is what a site says of all its pages, and
        is left to be detected."""
        language = self.language if len(self.language) == 2 else ""
        return Article(title=self.title, text=self.text, url=self.url, outlet=self.outlet, home=self.home,
                       published_at=self.published_at, language=language)


_COLUMNS = [articles.c[name] for name in StoredArticle.__slots__]


def known_entries(connection: Connection, keys: Sequence[str]) -> dict[str, KnownEntry]:
    """Those of the entry keys that were seen before, also where the article is long erased."""
    found: dict[str, KnownEntry] = {}
    wanted = [entries.c[name] for name in KnownEntry.__slots__]
    for start in range(0, len(keys), _CHUNK):
        query = select(*wanted).where(entries.c.key.in_(keys[start:start + _CHUNK]))
        found.update({row.key: KnownEntry(**row._mapping) for row in connection.execute(query)})
    return found


def store_entries(connection: Connection, feed: Feed, new: Sequence[NewEntry], now: datetime) -> int:
    """Store entries of one feed; an article already known by another feed or link is not made again.

    One that was quiet because nobody knew its date is woken by an entry that knows it. Returns how many articles
    are new.
    """
    known = _articles_by_key(connection, [entry.url_key for entry in new])
    made = 0
    # In the order of keys: two feeds stored at once that share articles would else wait for each other for ever.
    for entry in sorted(new, key=lambda entry: entry.url_key):
        if entry.url_key not in known:
            article_id = _insert_article(connection, feed, entry, now)
            made += article_id is not None
            known |= {entry.url_key: article_id} if article_id else _articles_by_key(connection, [entry.url_key])
    _wake(connection, {known[entry.url_key]: entry for entry in new if entry.published_at and not entry.quiet}, now)
    insert_new(connection, entries, [
        {"key": entry.entry_key, "feed_id": feed.id, "article_id": known[entry.url_key],
         "first_seen_at": now, "last_seen_at": now, "content_hash": entry.content_hash or None}
        for entry in new
    ])
    return made


def _wake(connection: Connection, dated: Mapping[int | None, NewEntry], now: datetime) -> None:
    """Make quiet, undated articles news again, read and matched anew; the dated archive of a feed stays quiet."""
    undated = (articles.c.quiet, articles.c.published_at.is_(None), articles.c.erased_at.is_(None))
    ids = sorted(found for found in dated if found is not None)
    for start in range(0, len(ids), _CHUNK):
        query = select(articles.c.id).where(articles.c.id.in_(ids[start:start + _CHUNK]), *undated)
        for article_id in connection.scalars(query).all():
            entry = dated[article_id]
            page = {"page_state": "pending", "page_due_at": now} if entry.fetch_page else {}
            # What it matched as archive was passed over by every channel: only a new match is asked about again.
            connection.execute(delete(matches).where(matches.c.article_id == article_id))
            connection.execute(update(articles).where(articles.c.id == article_id).values(
                quiet=False, published_at=entry.published_at, rules_hash=None, **page))


def touch_entries(connection: Connection, keys: Sequence[str], now: datetime) -> None:
    """Note that known entries still stand in their feed."""
    for start in range(0, len(keys), _CHUNK):
        seen = entries.c.key.in_(keys[start:start + _CHUNK])
        connection.execute(update(entries).where(seen).values(last_seen_at=now))


def _articles_by_key(connection: Connection, keys: Sequence[str]) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for start in range(0, len(keys), _CHUNK):
        query = select(article_keys).where(article_keys.c.key.in_(keys[start:start + _CHUNK]))
        found.update({row.key: row.article_id for row in connection.execute(query)})
    return found


def _insert_article(connection: Connection, feed: Feed, entry: NewEntry, now: datetime) -> int | None:
    """The id of the new article; None where another transaction stored it in the same moment."""
    values = {
        "url": entry.url, "title": entry.title, "outlet": feed.outlet, "home": feed.home, "author": entry.author,
        "language": entry.language, "summary": entry.summary, "text": entry.text, "text_source": "feed",
        "published_at": entry.published_at, "first_seen_at": now, "quiet": entry.quiet,
        "flood": entry.flood,
        "page_state": "pending" if entry.fetch_page else "unneeded",
        "page_due_at": now if entry.fetch_page else None,
    }
    article_id: int = connection.execute(insert(articles).values(**values).returning(articles.c.id)).scalar_one()
    if insert_new(connection, article_keys, [{"key": entry.url_key, "article_id": article_id}]):
        return article_id
    connection.execute(delete(articles).where(articles.c.id == article_id))
    return None


def pages_due(connection: Connection, now: datetime) -> list[StoredArticle]:
    """Articles whose page is still to be read, newest first: what breaks now matters most."""
    query = (select(*_COLUMNS).where(articles.c.page_state == "pending", articles.c.page_due_at <= now)
             .order_by(articles.c.first_seen_at.desc(), articles.c.id))
    return [_stored(row._mapping) for row in connection.execute(query)]


def still_opening(connection: Connection, since: datetime) -> bool:
    """Whether pages are still to be read of articles that the first poll of their feed brought, after `since`."""
    query = (select(articles.c.id)
             .join(entries, entries.c.article_id == articles.c.id).join(feeds, feeds.c.id == entries.c.feed_id)
             .where(articles.c.page_state == "pending", articles.c.first_seen_at == feeds.c.first_ok_at,
                    articles.c.first_seen_at > since).limit(1))
    return connection.scalar(query) is not None


def record_page(connection: Connection, article_id: int, **columns: object) -> None:
    """What reading the page gave: text and state, or the error and the next attempt."""
    connection.execute(update(articles).where(articles.c.id == article_id).values(**columns))


def give_up_pages(connection: Connection, before: datetime, error: str) -> None:
    """Let articles first seen before then wait for their page no longer: what the feed said must do."""
    late = (articles.c.page_state == "pending") & (articles.c.first_seen_at < before)
    connection.execute(update(articles).where(late).values(page_state="failed", page_error=error))


def add_keys(connection: Connection, article_id: int, keys: Iterable[str]) -> None:
    """Let the article be known by further addresses; keys that belong to another article stay with it."""
    insert_new(connection, article_keys, [{"key": key, "article_id": article_id} for key in keys])


def same_page(connection: Connection, article_id: int, keys: Sequence[str]) -> list[tuple[int, str]]:
    """Other articles, as (id, title), that are known by one of these addresses and are no duplicates themselves."""
    query = (select(articles.c.id, articles.c.title).join(article_keys, article_keys.c.article_id == articles.c.id)
             .where(article_keys.c.key.in_(keys), articles.c.id != article_id, articles.c.duplicate_of.is_(None))
             .distinct())
    return [(row.id, row.title) for row in connection.execute(query)]


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


def counts(connection: Connection) -> dict[str, int]:
    """Totals for `status`: all, read in full, with the feed's summary only, waiting for their page, quiet."""
    state, news = articles.c.page_state, articles.c.quiet.is_(False)
    row = connection.execute(select(
        func.count().label("articles"),
        func.count().filter(news, state.in_(("read", "unneeded"))).label("in_full"),
        func.count().filter(news, state == "failed").label("summaries"),
        func.count().filter(state == "pending").label("waiting"),
        func.count().filter(articles.c.quiet).label("quiet"),
    ).select_from(articles)).one()
    return dict(row._mapping)


def _stored(row: object) -> StoredArticle:
    values = dict(row)  # type: ignore[call-overload]  # SQLAlchemy types a row mapping as object-keyed
    return StoredArticle(**(values | {"summary": values["summary"] or "", "text": values["text"] or ""}))
