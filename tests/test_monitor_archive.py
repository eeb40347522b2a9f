"""Rules over stored articles: the index leaves out only what cannot match, and everything else is read in batches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from monitor.config.load import PACKS
from monitor.demo.articles import load_outlets
from monitor.ruleset import archive
from monitor.ruleset.files import Loaded
from rules.engine.engine import Engine
from rules.engine.needed import AnyOf
from rules.files.load import load_rules, load_texts
from rules.model import Article
from storage import database as storage_database
from storage.database import open_database
from storage.schema import articles
from tests.archived import store

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from storage.database import Database

RULES = """
[[rule]]
id = 'raids'
query = '''raid* OR redada'''
[[rule]]
id = 'calm'
query = '''quiet'''
enabled = false
"""


def loaded(text: str = RULES) -> Loaded:
    """Rules as the bot would have them."""
    return Loaded(load_texts({"team.toml": text}), {})


def fill(connection: Connection, now: datetime, *titles: str) -> list[int]:
    """Articles of these titles, a day between one and the next; the first is the newest."""
    return [store(connection, now - timedelta(days=at), title=title) for at, title in enumerate(titles)]


def titles(database: Database, since: datetime, rules: Loaded | None = None, rule: str = "raids") -> list[str]:
    """What a rule finds."""
    found = archive.backtest(database, rules or loaded(), rule, since).trials[rule]
    return [hit.title for hit in found.now]


def test_a_backtest_reads_what_may_match(database: Database, now: datetime) -> None:
    """Of indexed articles only those that hold a word of the rule are read; the newest comes first."""
    with database.write() as connection:
        ids = fill(connection, now, "A raid", "Calm", "Redada en Langley Park", "Raiding season", "Sun")
    archive.index_articles(database)
    found = archive.backtest(database, loaded(), "raids", now - timedelta(days=30))

    assert (5, (ids[0], ids[2], ids[3])) == (found.reach.stored, found.reach.ids)
    assert ["A raid", "Redada en Langley Park", "Raiding season"] == [hit.title for hit in found.trials["raids"].found]


@pytest.mark.parametrize("closely", [0, archive.CLOSELY])
def test_the_index_loses_nothing(database: Database, closely: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every shipped rule finds in the demo's articles what it finds without the index, however closely that is asked.
    """
    monkeypatch.setattr(archive, "CLOSELY", closely)
    now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    shipped = Loaded(load_rules([PACKS / "immigration"]), {})
    with database.write() as connection:
        for outlet in load_outlets():
            for article in outlet.articles:
                store(connection, now, title=article.title, text="\n".join(article.paragraphs(now)),
                      outlet=outlet.name, home=outlet.home, language="")
    archive.index_articles(database)
    engine = Engine(shipped.ruleset)
    reach = archive.reach_of(database, None, now)
    plain = {(match.rule_id, dated.article_id) for dated in archive.read(database, reach.ids)
             for match in engine.match(dated.article, dated.at) if match.alerts}

    assert plain == {(rule.id, hit.article_id) for rule in shipped.ruleset.rules
                     for hit in archive.backtest(database, shipped, rule.id, now).trials[rule.id].now}
    assert 5 < len(plain)


def test_what_is_not_indexed_is_read_and_indexed(database: Database, now: datetime) -> None:
    """Articles the index does not know are always read, and known afterwards."""
    with database.write() as connection:
        fill(connection, now, "Calm", "A raid")
    since = now - timedelta(days=30)
    first = archive.backtest(database, loaded(), "raids", since)
    second = archive.backtest(database, loaded(), "raids", since)

    assert (2, 1) == (len(first.reach.ids), len(second.reach.ids))
    assert first.trials["raids"] == second.trials["raids"]


def test_words_cut_in_a_new_way(database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a change of how words are cut, the old index is not asked, and made anew."""
    with database.write() as connection:
        fill(connection, now, "Calm", "A raid")
    archive.index_articles(database)
    monkeypatch.setattr(archive, "cut", lambda: "another")
    found = archive.backtest(database, loaded(), "raids", now - timedelta(days=30))

    assert (2, 1) == (len(found.reach.unknown), len(found.trials["raids"].found))
    assert 0 == archive.index_articles(database)
    assert ["A raid"] == titles(database, now - timedelta(days=30))


def test_a_busy_database_is_read_all_the_same(
    sqlite_url: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the bot writes, articles are read and left unindexed."""
    monkeypatch.setattr(storage_database, "BUSY_TIMEOUT_MS", 20)
    bot, desk = open_database(sqlite_url), open_database(sqlite_url)
    with bot.write() as connection:
        fill(connection, now, "A raid")
    with bot.write():
        assert ["A raid"] == titles(desk, now - timedelta(days=30))

    assert 1 == archive.index_articles(bot)
    bot.close()
    desk.close()


def test_batches_tell_how_far_it_is(database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Articles are read a batch at a time, each of which is told; none is left out."""
    monkeypatch.setattr(archive, "BATCH", 2)
    told: list[tuple[int, int]] = []
    with database.write() as connection:
        ids = fill(connection, now, "a", "b", "c", "d", "e")
    read = archive.read(database, ids, (), lambda done, total: told.append((done, total)))

    assert ids == [dated.article_id for dated in read]
    assert [(2, 5), (4, 5), (5, 5)] == told


@pytest.mark.parametrize("change", [
    {"first_seen_at": datetime(2026, 1, 1, tzinfo=UTC)}, {"published_at": datetime(2025, 1, 1, tzinfo=UTC)},
    {"erased_at": datetime(2026, 3, 9, tzinfo=UTC)}, {"duplicate_of": 1},
])
def test_what_does_not_count(database: Database, now: datetime, change: dict[str, object]) -> None:
    """Older articles, old ones met late, erased ones and duplicates are not tried."""
    with database.write() as connection:
        first, second = fill(connection, now, "A raid", "Another raid")
        change = {"duplicate_of": first} if "duplicate_of" in change else change
        connection.execute(update(articles).where(articles.c.id == second).values(change))

    assert ["A raid"] == titles(database, now - timedelta(days=30))
    assert ("erased_at" in change) == archive.reach_of(database, None, now - timedelta(days=30)).erased


def test_a_rule_that_is_switched_off_can_be_tried(database: Database, now: datetime) -> None:
    """For trying out it counts as on; beside an older set in which it was off, all it finds is new."""
    with database.write() as connection:
        fill(connection, now, "A quiet day")
    found = archive.backtest(database, loaded(), "calm", now - timedelta(days=1), before=loaded())

    assert (1, 0) == (len(found.trials["calm"].found), len(found.trials["calm"].kept))


def test_where_no_word_is_needed_all_is_read(database: Database, now: datetime) -> None:
    """None stands for any article; an engine that lacks the rule asks for nothing."""
    with database.write() as connection:
        ids = fill(connection, now, "Calm", "Weather")
    archive.index_articles(database)

    assert tuple(ids) == archive.reach_of(database, None, now - timedelta(days=30)).ids
    assert AnyOf() == archive.search_words([Engine(loaded().ruleset), None], {"gone"})


def test_dates_ahead_are_not_believed(database: Database, now: datetime) -> None:
    """An article dated next week counts for the day on which it came."""
    with database.write() as connection:
        article_id = store(connection, now, published_at=now + timedelta(days=7))
    (dated,) = archive.read(database, [article_id])

    assert (now, Article) == (dated.at, type(dated.article))
