"""The full-text index of stored articles: which of them hold one of these words. It only saves reading the others.

It may find too much and never too little, so both sides go through one cut: a key's letters and digits of any script
are its pieces, everything else parts them. SQLite keeps the pieces in FTS5 (its "ascii" tokenizer splits at ASCII signs
alone, so no table of Unicode letters decides), PostgreSQL in a tsvector made from an array, past every dictionary.

Triggers take an article out when its text changes or goes: no writer must remember to, and no erased word stays.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from sqlalchemy import cast, column, delete, select, table, text, update

from rules.engine.needed import AllOf, AnyOf
from storage import about
from storage.schema import articles

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Select

    from rules.engine.needed import Need

    Words = Collection[str]

_T = TypeVar("_T")


class _Signs(NamedTuple):
    """How a database writes a condition."""

    both: str
    either: str
    quote: str
    prefix: str

    def joined(self, sign: str, conditions: Sequence[str]) -> str:
        return f"({f' {sign} '.join(conditions)})" if len(conditions) > 1 else "".join(conditions)


_SQLITE_SIGNS = _Signs("AND", "OR", '"', "*")
_POSTGRESQL_SIGNS = _Signs("&", "|", "'", ":*")

# Everything but ASCII signs and lone surrogates, which no database takes.
_PIECE = re.compile("[0-9A-Za-z\u0080-\ud7ff\ue000-\U0010ffff]+")
_LONGEST = 60  # characters of a piece; PostgreSQL takes lexemes of 2,046 bytes
_MOST = 900_000  # bytes of an article; PostgreSQL takes 1,048,575
_TOGETHER = 200  # words a query: FTS5 parses a few hundred at once, and places may be thousands

# What waits for its page, or is a duplicate, is not what rules will read.
_SETTLED = articles.c.erased_at.is_(None) & (articles.c.page_state != "pending") & articles.c.duplicate_of.is_(None)
_CUT_KEY = "words_cut"  # in `about`

_SQLITE = (
    "CREATE VIRTUAL TABLE article_words USING fts5(words, tokenize='ascii', detail=none, columnsize=0)",
    """CREATE TRIGGER article_words_deleted AFTER DELETE ON articles BEGIN
        DELETE FROM article_words WHERE rowid = old.id; END""",
    """CREATE TRIGGER article_words_changed AFTER UPDATE OF title, text, url, outlet ON articles WHEN old.indexed BEGIN
        DELETE FROM article_words WHERE rowid = old.id; UPDATE articles SET indexed = 0 WHERE id = old.id; END""",
)
_POSTGRESQL = (
    """CREATE TABLE article_words (
        article_id integer PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, words tsvector NOT NULL)""",
    "CREATE INDEX article_words_words ON article_words USING gin (words)",
    """CREATE FUNCTION article_words_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        DELETE FROM article_words WHERE article_id = old.id; new.indexed := false; RETURN new; END $$""",
    """CREATE TRIGGER article_words_changed BEFORE UPDATE OF title, text, url, outlet ON articles
        FOR EACH ROW WHEN (old.indexed) EXECUTE FUNCTION article_words_changed()""",
)
_DROP_SQLITE = (
    "DROP TRIGGER article_words_changed", "DROP TRIGGER article_words_deleted", "DROP TABLE article_words")
_DROP_POSTGRESQL = (
    "DROP TRIGGER article_words_changed ON articles", "DROP FUNCTION article_words_changed", "DROP TABLE article_words")
_ADD_SQLITE = text("INSERT OR REPLACE INTO article_words (rowid, words) VALUES (:id, :words)")
_ADD_POSTGRESQL = text("""INSERT INTO article_words (article_id, words)
    VALUES (:id, array_to_tsvector(string_to_array(:words, ' ')))
    ON CONFLICT (article_id) DO UPDATE SET words = excluded.words""")
_SQLITE_INDEX = table("article_words", column("rowid"))
_POSTGRESQL_INDEX = table("article_words", column("article_id"), column("words"))


def create(connection: Connection) -> None:
    """Make the index, empty. `articles` must have its final form: a table made anew by copying loses its triggers."""
    for statement in _SQLITE if _is_sqlite(connection) else _POSTGRESQL:
        connection.exec_driver_sql(statement)


def drop(connection: Connection) -> None:
    """Take the index away, before `articles.indexed` goes."""
    for statement in _DROP_SQLITE if _is_sqlite(connection) else _DROP_POSTGRESQL:
        connection.exec_driver_sql(statement)


def add(connection: Connection, found: Iterable[tuple[int, Words]]) -> int:
    """Index articles by id and words; how many were. One that is gone, erased, or waits for its page stays out.

    So does one with more different words than PostgreSQL takes; `unindexed` goes on naming it.
    """
    cut = {article_id: joined for article_id, words in found if (joined := _joined(words)) is not None}
    ids: list[int] = []
    for some in _chunks(cut):
        ids += connection.scalars(select(articles.c.id).where(_SETTLED, articles.c.id.in_(some)))
    if ids:
        statement = _ADD_SQLITE if _is_sqlite(connection) else _ADD_POSTGRESQL
        connection.execute(statement, [{"id": article_id, "words": cut[article_id]} for article_id in ids])
        _mark(connection, ids, indexed=True)
    return len(ids)


def remove(connection: Connection, article_ids: Sequence[int]) -> None:
    """Take articles out of the index; `unindexed` names them from then on."""
    index = _SQLITE_INDEX if _is_sqlite(connection) else _POSTGRESQL_INDEX
    for some in _chunks(article_ids):
        connection.execute(delete(index).where(index.columns[0].in_(some)))
    _mark(connection, article_ids, indexed=False)


def is_cut_as(connection: Connection, cut: str) -> bool:
    """Whether the words of the index were cut in this way. Words cut otherwise would find too little."""
    return about.noted(connection, _CUT_KEY) == cut


def start_over(connection: Connection, cut: str) -> None:
    """Empty the index, and note how its words are cut from now on."""
    connection.execute(text("DELETE FROM article_words"))
    connection.execute(update(articles).where(articles.c.indexed).values(indexed=False))
    about.note(connection, _CUT_KEY, cut)


def compact(connection: Connection) -> None:
    """Rewrite SQLite's index without the words of removed articles, which it otherwise keeps until it happens to."""
    if _is_sqlite(connection):
        connection.exec_driver_sql("INSERT INTO article_words (article_words) VALUES ('optimize')")


def containing(connection: Connection, need: AnyOf, since: datetime) -> list[int]:
    """Ids, in order, of indexed articles first seen since then that hold what is needed; "detain*" is a prefix."""
    found: set[int] = set()
    asked: list[Need] = [AnyOf(frozenset(some)) for some in _chunks(sorted(need.words))]
    for one in [*asked, *need.parts]:
        query = select(articles.c.id).where(articles.c.indexed, articles.c.first_seen_at >= since)
        condition = _condition(one, _SQLITE_SIGNS if _is_sqlite(connection) else _POSTGRESQL_SIGNS)
        if condition:
            query = query.where(articles.c.id.in_(_holding(connection, condition)))
        found.update(connection.scalars(query))
    return sorted(found)


def holding(connection: Connection, need: Need) -> Select[tuple[int]] | None:
    """The query for the ids of indexed articles that hold what is needed; None where any article could."""
    condition = _condition(need, _SQLITE_SIGNS if _is_sqlite(connection) else _POSTGRESQL_SIGNS)
    return _holding(connection, condition) if condition else None


def unindexed(connection: Connection, since: datetime) -> list[int]:
    """Ids, in order, of articles first seen since then that the index does not know and whose text is still there."""
    missing = (articles.c.indexed.is_(False), articles.c.erased_at.is_(None))
    query = select(articles.c.id).where(*missing, articles.c.first_seen_at >= since).order_by(articles.c.id)
    return list(connection.scalars(query))


def waiting(connection: Connection, limit: int) -> list[int]:
    """Ids of articles that can be indexed and are not, newest first."""
    query = select(articles.c.id).where(articles.c.indexed.is_(False), _SETTLED)
    return list(connection.scalars(query.order_by(articles.c.id.desc()).limit(limit)))


def _holding(connection: Connection, condition: str) -> Select[tuple[int]]:
    """The query for articles that fulfil a condition in the database's own language."""
    if _is_sqlite(connection):
        return select(_SQLITE_INDEX.c.rowid).where(column("article_words").op("MATCH")(condition))
    from sqlalchemy.dialects.postgresql import TSQUERY  # 2.7 MB, for those who have it

    index = _POSTGRESQL_INDEX.c
    return select(index.article_id).where(index.words.op("@@")(cast(condition, TSQUERY)))


def _condition(need: Need, signs: _Signs) -> str:
    """A need as FTS5 or as a tsquery; empty where any article will do."""
    if isinstance(need, AllOf):
        return signs.joined(signs.both, [found for part in need.parts if (found := _condition(part, signs))])
    words = [_word(word, signs) for word in sorted(need.words)]
    every = [*words, *(_condition(part, signs) for part in need.parts)]
    # A word of signs alone could stand anywhere.
    return signs.joined(signs.either, every) if all(every) else ""


def _word(word: str, signs: _Signs) -> str:
    """A word holds all of its pieces."""
    found = [f"{signs.quote}{piece}{signs.quote}{signs.prefix * prefix}" for piece, prefix in _pieces(word)]
    return signs.joined(signs.both, found)


def _pieces(word: str) -> list[tuple[str, bool]]:
    """The pieces of a search word, each with whether it is only a beginning."""
    bare = word.removesuffix("*")
    found = [(piece[:_LONGEST], False) for piece in _PIECE.findall(bare)]
    if bare != word and found and len(found[-1][0]) < _LONGEST and bare.endswith(found[-1][0]):
        found[-1] = (found[-1][0], True)
    return found


def _joined(words: Words) -> str | None:
    """The pieces of an article's words with blanks between them; None where there are too many."""
    pieces = {piece[:_LONGEST] for word in words for piece in _PIECE.findall(word)}
    joined = " ".join(sorted(pieces))
    return joined if len(joined.encode()) <= _MOST else None


def _mark(connection: Connection, article_ids: Sequence[int], *, indexed: bool) -> None:
    for some in _chunks(article_ids):
        connection.execute(update(articles).where(articles.c.id.in_(some)).values(indexed=indexed))


def _chunks(values: Iterable[_T]) -> Iterator[list[_T]]:
    rest = iter(values)
    while some := list(islice(rest, _TOGETHER)):
        yield some


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"
