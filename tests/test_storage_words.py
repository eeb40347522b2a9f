"""The full-text index: it may find too much, never too little, and follows what happens to articles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update

from rules.article.document import index_words
from rules.engine.needed import AllOf, AnyOf, any_of
from rules.model import Article
from storage import purge, words
from storage.database import open_database
from storage.schema import articles
from tests.archived import store

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from storage.database import Database


def indexed(connection: Connection, now: datetime, *keys: str) -> int:
    """The id of a new article that is indexed with these words."""
    article_id = store(connection, now)
    words.add(connection, [(article_id, keys)])
    return article_id


def found(connection: Connection, asked: set[str], since: datetime) -> list[int]:
    """Articles that hold any of the words."""
    return words.containing(connection, AnyOf(frozenset(asked)), since)


FINDS = ["detainer", "detain*", "detainer*", "año", "añ*", "redada", "press@icegov", "press@*", "press@ice*", "移民",
         "移*", "иммиграция", "or", "not", "287g", "287*", "'", ""]
FINDS_NOT = ["detain", "detainers*", "ano", "x*y", "zz'); drop table articles", "near", "words"]


def test_words_are_found_as_they_are(database: Database, now: datetime) -> None:
    """Words of any script come back exactly, a star stands for an ending, signs alone could be anywhere."""
    with database.write() as connection:
        indexed(connection, now, "detainer", "año", "redada", "press@icegov", "移民", "иммиграция", "or", "not", "287g")

        assert FINDS == [asked for asked in FINDS + FINDS_NOT if found(connection, {asked}, now)]


KEYS = st.text(st.characters(), min_size=1, max_size=80)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(keys=st.lists(KEYS, min_size=1, max_size=8), data=st.data())
def test_it_never_finds_too_little(database: Database, now: datetime, keys: list[str], data: st.DataObject) -> None:
    """Whatever stands in an article's keys is found by each key and by each beginning of it."""
    key = data.draw(st.sampled_from(keys))
    prefix = key[:data.draw(st.integers(1, len(key)))]
    with database.write() as connection:
        article_id = indexed(connection, now, *keys)
        for asked in (key, f"{prefix}*"):
            assert article_id in found(connection, {asked}, now)
        words.start_over(connection, "now")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.text(st.characters(codec="utf-8"), max_size=300))
def test_every_key_of_an_article_finds_it(database: Database, now: datetime, body: str) -> None:
    """An article is found by every word that the engine sees in it."""
    keys = index_words(Article("Title", body, url="https://ledger.example/a-b_c?d=e", outlet="The Ledger"))
    with database.write() as connection:
        article_id = store(connection, now)
        words.add(connection, [(article_id, keys)])
        for key in keys:
            assert [article_id] == found(connection, {key}, now)
        words.start_over(connection, "now")


def anyof(*asked: str) -> AnyOf:
    """One of these words."""
    return AnyOf(frozenset(asked))


def test_words_cut_otherwise_start_over(database: Database, now: datetime) -> None:
    """Once words are cut in a new way, the old ones go and every article is to be indexed again."""
    with database.write() as connection:
        assert not words.is_cut_as(connection, "one")
        words.start_over(connection, "one")
        article_id = indexed(connection, now, "raid")
        assert (True, False) == (words.is_cut_as(connection, "one"), words.is_cut_as(connection, "two"))
        words.start_over(connection, "two")

        assert words.is_cut_as(connection, "two")
        assert ([], [article_id]) == (found(connection, {"raid"}, now), words.unindexed(connection, now))


def test_hundreds_of_words_at_once(database: Database, now: datetime) -> None:
    """A rule that names every county asks for thousands of words; each article comes once, in order."""
    with database.write() as connection:
        ids = [indexed(connection, now, "shared", f"word{number}") for number in range(5)]
        asked = {f"word{number}" for number in range(3_000)} | {"shared", "sha*"}

        assert ids == found(connection, asked, now)
        assert ids == words.containing(connection, any_of([AllOf((AnyOf(frozenset(asked)), anyof("shared")))]), now)


TOGETHER = [
    (any_of([AllOf((anyof("ice", "fed*"), anyof("raid")))]), [1, 3]),
    (any_of([AllOf((anyof("ice"), anyof("raid"))), anyof("calm")]), [1, 2]),
    (any_of([AllOf((anyof("press@ice"), anyof("raid*")))]), []),
    (any_of([AllOf((anyof("'", "zzz"), anyof("calm")))]), [2]),
    (any_of([AllOf((anyof("ice"), any_of([AllOf((anyof("raid"), anyof("dawn"))), anyof("calm")])))]), [2]),
    (AnyOf(), []),
]


def test_words_that_must_stand_together(database: Database, now: datetime) -> None:
    """All of some words, any of others, one inside the other."""
    with database.write() as connection:
        indexed(connection, now, "ice", "raid")
        indexed(connection, now, "ice", "calm")
        indexed(connection, now, "federal", "raid", "dawn")

        assert [ids for _, ids in TOGETHER] == [words.containing(connection, need, now) for need, _ in TOGETHER]


def test_only_what_came_since(database: Database, now: datetime) -> None:
    """Older articles are neither found nor named as unindexed."""
    with database.write() as connection:
        indexed(connection, now - timedelta(days=2), "raid")
        store(connection, now - timedelta(days=2))
        new, bare = indexed(connection, now, "raid"), store(connection, now)

        assert [new] == found(connection, {"raid"}, now - timedelta(days=1))
        assert [bare] == words.unindexed(connection, now - timedelta(days=1))


@pytest.mark.parametrize("change", [{"text": "New."}, {"title": "New"}, {"text": None}, {"outlet": "Wire"}])
def test_a_changed_article_leaves_the_index(database: Database, now: datetime, change: dict[str, str | None]) -> None:
    """What an article said before its text changed finds it no more, and it is to be indexed again."""
    with database.write() as connection:
        article_id, other = indexed(connection, now, "raid"), indexed(connection, now, "raid")
        connection.execute(update(articles).where(articles.c.id == article_id).values(change))

        assert [other] == found(connection, {"raid"}, now)
        assert [article_id] == words.unindexed(connection, now)


def test_a_match_leaves_the_index_alone(database: Database, now: datetime) -> None:
    """What is noted about an article without touching its text costs no indexing."""
    with database.write() as connection:
        article_id = indexed(connection, now, "raid")
        connection.execute(update(articles).values(rules_hash="rules", matched_at=now))

        assert [article_id] == found(connection, {"raid"}, now)


def test_an_id_given_again_finds_nothing_old(database: Database, now: datetime) -> None:
    """The words of a deleted article do not stay for the next one of its number."""
    with database.write() as connection:
        gone = indexed(connection, now, "raid")
        connection.execute(delete(articles))
        store(connection, now, id=gone, indexed=True)

        assert [] == found(connection, {"raid"}, now)


@pytest.mark.parametrize("state", [
    {"page_state": "pending"}, {"text": None, "erased_at": datetime(2026, 3, 9, tzinfo=UTC)},
])
def test_what_is_not_settled_stays_out(database: Database, now: datetime, state: dict[str, object]) -> None:
    """An article that waits for its page, was erased or is gone is not indexed: its words would be wrong."""
    with database.write() as connection:
        article_id = store(connection, now, **state)

        assert 0 == words.add(connection, [(article_id, {"raid"}), (article_id + 1, {"raid"})])
        assert [] == found(connection, {"raid"}, now)


def test_too_many_words_stay_out(database: Database, now: datetime) -> None:
    """An article that no full-text column takes is left unindexed, so that it is always read."""
    with database.write() as connection:
        article_id = store(connection, now)
        words.add(connection, [(article_id, {f"{'ø' * 50}{number}" for number in range(9_500)})])

        assert [article_id] == words.unindexed(connection, now)


def test_removed_and_added_again(database: Database, now: datetime) -> None:
    """An article may leave and come back, and adding it twice keeps the later words."""
    with database.write() as connection:
        article_id = indexed(connection, now, "raid")
        words.remove(connection, [article_id])
        assert ([], [article_id]) == (found(connection, {"raid"}, now), words.unindexed(connection, now))
        words.add(connection, [(article_id, {"raid"})])
        words.add(connection, [(article_id, {"sweep"})])

        assert [] == found(connection, {"raid"}, now)
        assert [article_id] == found(connection, {"sweep"}, now)


def test_erased_words_leave_the_file(sqlite_url: str, now: datetime) -> None:
    """After erasing and compacting, no word of the article is left in the database file."""
    database = open_database(sqlite_url)
    with database.write() as connection:
        for number in range(30):
            indexed(connection, now, f"zanzibar{number}", "common")
        indexed(connection, now, "staying")
        connection.execute(update(articles).where(articles.c.id <= 30).values(text=None, erased_at=now))
        words.compact(connection)
        kept = found(connection, {"staying"}, now)
    purge.scrub(database)
    database.close()
    file = Path(sqlite_url.removeprefix("sqlite:///"))

    assert (1, False) == (len(kept), b"zanzibar" in file.read_bytes())


def test_it_goes_and_comes_back(database: Database, now: datetime) -> None:
    """Dropping leaves nothing of it behind, and articles can be changed without it."""
    with database.write() as connection:
        article_id = indexed(connection, now, "raid")
        words.drop(connection)
        connection.execute(update(articles).values(text="Other."))
        words.create(connection)
        words.start_over(connection, "now")

        assert [article_id] == words.unindexed(connection, now)
        assert 0 == connection.scalar(select(text("count(*)")).select_from(text("article_words")))
