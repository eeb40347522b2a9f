"""Matched articles meet their stories: each once, in any order much the same, and nothing here holds news back."""

from __future__ import annotations

import asyncio
import itertools
import random
import tomllib
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from monitor import group
from monitor.group import BATCH, group_articles
from monitor.stories.compare import compare
from monitor.stories.features import extract
from rules.article.language import detect
from rules.model import Article
from storage import feeds, matches, stories
from storage.errors import StorageError
from storage.schema import articles, story_articles
from tests import newsroom
from tests.archived import store
from tests.story_labels import FOLDER, rules_engine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from monitor.stories.model import Features, Verdict
    from rules.model import Match
    from storage.database import Database

config = newsroom.config
PLANT = [f"balt-seafood-{outlet}" for outlet in ("ledger", "voz", "wire")]
VOTE = "alamance-jail-mill"


@cache
def told() -> dict[str, tuple[str, Article, tuple[Match, ...]]]:
    """Labelled news by id: the event, the article, and what the shipped rules find in it."""
    engine, _ = rules_engine()
    found = {}
    for one in tomllib.loads((FOLDER / "raids_east.toml").read_text())["article"]:
        text = one["text"].strip()
        article = Article(one["title"], text, outlet=one["outlet"], home=one["home"], published_at=one["at"],
                          language=detect(one["title"], text))
        found[one["id"]] = (one["event"], article, engine.match(article, one["at"]))
    return found


def arrive(database: Database, now: datetime, names: Sequence[str]) -> list[int]:
    """Labelled articles come in, in this order, and are matched; their ids."""
    ids = []
    with database.write() as connection:
        for name in names:
            _, one, found = told()[name]
            ids.append(store(connection, now, url=f"https://ledger.example/{name}", title=one.title, text=one.text,
                             outlet=one.outlet, home=one.home, language=one.language, published_at=one.published_at))
            assert any(match.alerts for match in found), name
            matches.record(connection, ids[-1], found, "h", now)
    return ids


def grouped(database: Database, now: datetime) -> int:
    """How many articles met their story."""
    return asyncio.run(group_articles(database, rules_engine()[1], now))


def rows(database: Database, ids: Sequence[int]) -> list[stories.Grouped]:
    """What is stored of them, in their order."""
    with database.read() as connection:
        found = stories.of_articles(connection, ids)
    return [found[one] for one in ids]


def alerting(names: Sequence[str]) -> list[str]:
    """Those that the rules alert on."""
    return [name for name in names if any(match.alerts for match in told()[name][2])]


def together(database: Database, now: datetime, names: Sequence[str]) -> set[tuple[str, str]]:
    """The pairs that are of one story when the articles come in this order."""
    ids = dict(zip(names, arrive(database, now, names), strict=True))
    grouped(database, now)
    story = {name: row.story_id for name, row in zip(names, rows(database, list(ids.values())), strict=True)}
    return {(a, b) for a, b in itertools.combinations(sorted(names), 2) if story[a] == story[b]}


def test_articles_of_one_event_become_one_story(database: Database, now: datetime) -> None:
    """Two outlets and two languages, told apart from another event; who joined knows by whom and why."""
    ids = arrive(database, now, [*PLANT, VOTE])
    assert (4, 0) == (grouped(database, now), grouped(database, now))
    first, spanish, wire, vote = rows(database, ids)

    assert first.story_id == spanish.story_id == wire.story_id != vote.story_id
    assert (None, None) == (first.because, vote.because)
    assert wire.because
    assert wire.because["article"] in (first.article_id, spanish.article_id)
    assert wire.because["words"]


def test_copies_name_their_original(database: Database, now: datetime) -> None:
    """The text that was printed first, also where it comes last."""
    late, early = arrive(database, now, [PLANT[2], PLANT[2]])
    with database.write() as connection:
        at = told()[PLANT[2]][1].published_at
        assert at
        connection.execute(update(articles).where(articles.c.id == late).values(published_at=at.replace(hour=23)))
    grouped(database, now)

    assert [early, None] == [row.copy_of for row in rows(database, [late, early])]


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_arrival_matters_little(tmp_path: Path, now: datetime, seed: int) -> None:
    """Of the pairs that are of one story in one order, nearly all are in another; hardly any is wrong in either."""
    from storage.database import open_database

    names = alerting(list(told()))
    shuffled = list(names)
    random.Random(seed).shuffle(shuffled)
    found = []
    for at, order in enumerate((names, shuffled)):
        database = open_database(f"sqlite:///{tmp_path}/{at}.db")
        found.append(together(database, now, order))
        database.close()
    wrong = [pair for pair in found[0] | found[1] if told()[pair[0]][0] != told()[pair[1]][0]]

    assert 50 < len(found[0])
    assert len(found[0] & found[1]) >= 0.9 * len(found[0] | found[1])
    assert len(wrong) <= 0.02 * len(found[0] | found[1]), wrong


def test_more_than_a_batch(sqlite_url: str, now: datetime) -> None:
    """Every article that waits is grouped in one round, and joins what another batch began."""
    from storage.database import open_database

    database = open_database(sqlite_url)
    ids = arrive(database, now, [PLANT[0]] * (BATCH + 3))

    assert BATCH + 3 == grouped(database, now)
    assert {ids[0]} == {row.copy_of or row.article_id for row in rows(database, ids)}
    assert 1 == len({row.story_id for row in rows(database, ids)})
    database.close()


def test_what_cannot_be_read_is_a_story_of_its_own(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged with its address, and the others are grouped."""
    def brittle(article: Article, *more: Any) -> Features:  # noqa: ANN401 - as `extract` takes them
        if article.outlet == "La Voz del Puerto":
            raise RecursionError("too deep")
        return extract(article, *more)

    monkeypatch.setattr(group, "extract", brittle)
    first, broken, wire = arrive(database, now, PLANT)
    grouped(database, now)
    one, two, three = rows(database, [first, broken, wire])

    assert one.story_id == three.story_id != two.story_id
    assert two.features is None
    assert "https://ledger.example/balt-seafood-voz cannot be compared" in caplog.text


def test_what_cannot_be_compared_is_a_story_of_its_own(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A defect in comparing one pair leaves the rest of the batch alone, and later articles, too."""
    def brittle(a: Features, b: Features) -> Verdict:
        if a.language == "es":
            raise ZeroDivisionError("nothing in common")
        return compare(a, b)

    monkeypatch.setattr(group, "compare", brittle)
    ids = arrive(database, now, PLANT)
    assert 3 == grouped(database, now)
    first, broken, wire = rows(database, ids)

    assert first.story_id == wire.story_id != broken.story_id
    assert "no story can be found for https://ledger.example/balt-seafood-voz" in caplog.text
    assert 0 == grouped(database, now)


def test_a_stop_in_between_loses_nothing(database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a batch did not finish is as if it had never begun, and the next round does it all."""
    arrive(database, now, PLANT)

    def full(*_: object) -> None:
        raise StorageError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(stories, "put", full)
        with pytest.raises(StorageError):
            grouped(database, now)
    with database.read() as connection:
        assert ([], []) == (connection.execute(select(story_articles)).all(), stories.recent(connection, now, 9))

    assert 3 == grouped(database, now)


def test_a_database_that_is_busy_isolates_nobody(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often it was: the articles wait, and meet their story in a later round."""
    ids = arrive(database, now, PLANT)

    def busy(*_: object) -> None:
        raise StorageError("the database is busy")

    with monkeypatch.context() as broken:
        broken.setattr(stories, "begin", busy)
        for _ in range(2):
            with pytest.raises(StorageError):
                grouped(database, now)

    assert 3 == grouped(database, now)
    assert 1 == len({row.story_id for row in rows(database, ids)})


def test_a_rule_that_comes_later_changes_no_story(database: Database, now: datetime) -> None:
    """An article that another rule finds afterwards keeps its story."""
    ids = arrive(database, now, PLANT)
    grouped(database, now)
    before = rows(database, ids)
    with database.write() as connection:
        found = told()[PLANT[0]][2][0]
        matches.record(connection, ids[0], [replace(found, rule_id="late")], "h2", now)

    assert 0 == grouped(database, now)
    assert before == rows(database, ids)


def test_a_round_groups_what_it_matched(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Between the rules and the digests: what is posted in a round has its story."""
    database = newsroom.opened(config)
    with database.write() as connection:
        feeds.record_poll(connection, 1, next_poll_at=newsroom.NOW + timedelta(hours=1))
    ids = [newsroom.arrive(database, number, **newsroom.RAID) for number in (1, 2)]
    assert 0 == newsroom.printed(capsys, config, "once")[0]
    first, second = rows(database, ids)
    database.close()

    assert (first.story_id, first.article_id) == (second.story_id, second.copy_of)
