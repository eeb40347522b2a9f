"""Stories as they are stored: who waits for one, who is found under the same marks, and what remains of a merge."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, insert, select, text, update

from storage import purge, stories
from storage.schema import articles, matches, story_keys
from storage.schema import stories as story_table
from storage.stories import EACH, Grouped
from tests.archived import store

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from storage.database import Database

WINDOW = timedelta(days=14)
TOWN = {"place_id": "hyattsville", "label": "Hyattsville, MD", "about": False, "mentions": 1, "within": ["pg", "md"],
        "near": True}


def arrive(connection: Connection, at: datetime, *rules: str, **columns: object) -> int:
    """An article that these rules found at that time: its id."""
    article_id = store(connection, at, **columns)
    for rule in rules:
        connection.execute(insert(matches).values(
            article_id=article_id, rule_id=rule, rule_name=rule, severity="normal", topics=[rule], places=[TOWN],
            evidence={}, rules_hash="h", created_at=at, alerts=rule != "aside"))
    return article_id


def begin(connection: Connection, article_id: int, at: datetime, *keys: int) -> int:
    """A story that begins with the article: its number."""
    story_id = stories.begin(connection, at)
    stories.put(connection, Grouped(article_id, story_id, None, {"outlet": "Ledger"}, None), keys, at, at)
    return story_id


def waiting(connection: Connection, now: datetime) -> list[int]:
    """The ids of those without a story."""
    return [one.article.id for one in stories.ungrouped(connection, now - WINDOW, 50).found]


def near(connection: Connection, seen: datetime, *keys: int, limit: int = 30) -> list[int]:
    """Who is found under these marks."""
    return stories.candidates(connection, keys, seen, WINDOW, limit)


def test_what_alerts_waits_for_a_story(database: Database, now: datetime) -> None:
    """Not what no rule found, found in passing only, is another's duplicate, was erased, or has a story; in order."""
    with database.write() as connection:
        first, grouped, second = (arrive(connection, now, "raids") for _ in range(3))
        arrive(connection, now)
        arrive(connection, now, "aside")
        arrive(connection, now, "raids", duplicate_of=first)
        arrive(connection, now, "raids", erased_at=now)
        begin(connection, grouped, now)

        assert [first, second] == waiting(connection, now)


def test_it_comes_with_what_its_matches_say(database: Database, now: datetime) -> None:
    """Topics of all matches that alert, and each place once: near for one rule, what it is about for another."""
    with database.write() as connection:
        article_id = arrive(connection, now, "raids", "buses", "aside", title="A raid")
        about = {**TOWN, "about": True, "near": False, "mentions": 4}
        connection.execute(update(matches).where(matches.c.rule_id == "buses").values(places=[about]))
        (found,) = stories.ungrouped(connection, now - WINDOW, 50).found

    assert (article_id, "A raid", ("raids", "buses")) == (found.article.id, found.article.title, found.topics)
    (place,) = found.places
    assert (True, True, 4, ("pg", "md")) == (place.about, place.near, place.mentions, place.within)


def test_what_was_looked_at_is_not_looked_through_again(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next look begins where the last one ended, and a rule that finds an old article brings it back."""
    monkeypatch.setattr(stories, "_AGAIN", 0)
    with database.write() as connection:
        old, new = arrive(connection, now, "raids"), arrive(connection, now, "raids")
        found = stories.ungrouped(connection, now - WINDOW, 1)
        stories.looked_at(connection, found.upto)
        assert ([old], [new]) == ([one.article.id for one in found.found], waiting(connection, now))

        connection.execute(insert(matches).values(
            article_id=old, rule_id="late", rule_name="late", severity="normal", topics=[], places=[], evidence={},
            rules_hash="h", created_at=now))
        assert [new, old] == waiting(connection, now)


def test_an_archive_that_was_never_grouped_begins_with_the_last_days(database: Database, now: datetime) -> None:
    """Nothing new can be of one story with what is older."""
    with database.write() as connection:
        arrive(connection, now - timedelta(days=15), "raids")
        recent = arrive(connection, now - timedelta(days=13), "raids")

        assert [recent] == waiting(connection, now)


def test_those_who_share_most_come_first(database: Database, now: datetime) -> None:
    """Two marks weigh more than one, a rare one more than one that many share, and of equals the newest is first."""
    with database.write() as connection:
        one, two, rare, *common = (arrive(connection, now) for _ in range(6))
        begin(connection, one, now, 1)
        begin(connection, two, now, 1, -2)
        begin(connection, rare, now, 3)
        for article_id in common:
            begin(connection, article_id, now, 4)

        assert [two, rare, one, *common[::-1]] == near(connection, now, 1, -2, 3, 4)
        assert [two, rare] == near(connection, now, 1, -2, 3, 4, limit=2)
        assert [] == near(connection, now, 5)
        assert [] == near(connection, now)


def test_a_common_mark_is_read_only_so_far(database: Database, now: datetime) -> None:
    """However many stand under it, the newest are looked at, and no others."""
    with database.write() as connection:
        ids = [arrive(connection, now) for _ in range(EACH + 5)]
        for article_id in ids:
            begin(connection, article_id, now, 1)

        assert ids[:4:-1] == near(connection, now, 1, limit=100)


def test_only_articles_of_about_the_time_are_found(database: Database, now: datetime) -> None:
    """What was seen a fortnight before cannot be of the story, and does not crowd out what can."""
    with database.write() as connection:
        days = [arrive(connection, now + timedelta(days=day)) for day in (-20, -13, 0, 13, 20)]
        for article_id in days:
            begin(connection, article_id, now, 1)

        assert days[:0:-1] == near(connection, now, 1)


@pytest.mark.parametrize("wrong", [timedelta(hours=1), timedelta(days=400), timedelta(hours=-1), -WINDOW])
def test_a_wrong_clock_hides_nothing(database: Database, now: datetime, wrong: timedelta) -> None:
    """It dated one article, the first or the last before: later ones are found all the same."""
    with database.write() as connection:
        arrive(connection, now - WINDOW)
        arrive(connection, now + wrong)
        there = arrive(connection, now)
        arrive(connection, now + wrong + timedelta(minutes=1))
        begin(connection, there, now, 1)

        assert [there] == near(connection, now + timedelta(minutes=2), 1)


def test_an_article_joins_once(database: Database, now: datetime) -> None:
    """Whoever has a story keeps it, as after a stop between two stages; the story's time grows with its articles."""
    with database.write() as connection:
        first, second = arrive(connection, now), arrive(connection, now)
        story_id = begin(connection, first, now, 1)
        because = {"article": first, "words": "same place"}
        for _ in range(2):
            stories.put(connection, Grouped(second, story_id, first, {}, because), [1], now - timedelta(hours=2), now)
        stories.put(connection, Grouped(second, stories.begin(connection, now), None, None, None), [9], now, now)
        row = connection.execute(select(story_table).where(story_table.c.id == story_id)).one()

        assert (now - timedelta(hours=2), now) == (row.first_at, row.last_at)
        assert [Grouped(first, story_id, None, {"outlet": "Ledger"}, None),
                Grouped(second, story_id, first, {}, because)] == stories.of_story(connection, story_id)
        assert [] == near(connection, now, 9)


def test_stories_that_merge_are_found_by_all_their_numbers(database: Database, now: datetime) -> None:
    """Articles move, old numbers lead to the story in one step however often it merged, and it is listed once."""
    with database.write() as connection:
        ids = [arrive(connection, now) for _ in range(3)]
        a, b, c = (begin(connection, one, now + timedelta(hours=at)) for at, one in enumerate(ids))
        stories.merge(connection, b, [c])
        stories.merge(connection, a, [a, b])
        row = connection.execute(select(story_table).where(story_table.c.id == a)).one()

        assert [a, a, a, 99] == [stories.resolve(connection, number) for number in (a, b, c, 99)]
        assert ids == [one.article_id for one in stories.of_story(connection, a)]
        assert (now, now + timedelta(hours=2)) == (row.first_at, row.last_at)
        assert [a] == stories.recent(connection, now, 10)
        assert [] == stories.of_story(connection, b)


def test_recent_stories_come_latest_first(database: Database, now: datetime) -> None:
    """By their last coverage, no more than asked for, and none from before."""
    with database.write() as connection:
        made = [begin(connection, arrive(connection, now), now - timedelta(days=day)) for day in (1, 0, 5)]

        assert [made[1], made[0]] == stories.recent(connection, now - timedelta(days=2), 10)
        assert [made[1]] == stories.recent(connection, now - timedelta(days=2), 1)


def test_copies_follow_an_earlier_original(database: Database, now: datetime) -> None:
    """When the first text turns up late, those taken for the original and its copies become copies of it."""
    with database.write() as connection:
        ids = [arrive(connection, now) for _ in range(4)]
        story_id = stories.begin(connection, now)
        for article_id, copy_of in zip(ids, (None, ids[0], None, None), strict=True):
            stories.put(connection, Grouped(article_id, story_id, copy_of, {}, None), [], now, now)
        stories.repeats(connection, [ids[0]], ids[3])

        assert [ids[3], ids[3], None, None] == [one.copy_of for one in stories.of_story(connection, story_id)]
        assert [ids[2], ids[3]] == [one.article_id for one in stories.ends_of_story(connection, story_id, 3)]
        assert [ids[2]] == [one.article_id for one in stories.ends_of_story(connection, story_id, 1)][:1]


def left(database: Database) -> tuple[int, int]:
    """How many marks and stories are stored."""
    with database.read() as connection:
        return (connection.scalar(select(func.count()).select_from(story_keys)) or 0,
                connection.scalar(select(func.count()).select_from(story_table)) or 0)


def test_marks_go_when_the_text_goes(database: Database, now: datetime) -> None:
    """What repeats words of an old article is erased with its text; it stays in its story, and is found no more."""
    with database.write() as connection:
        old, new = arrive(connection, now - timedelta(days=9)), arrive(connection, now)
        story_id = begin(connection, old, now, 1, 2)
        stories.put(connection, Grouped(new, story_id, old, {"names": ["b"]}, {"article": old, "words": "copy"}), [1],
                    now, now)
        purge.erase_text(connection, now - timedelta(days=5), now)

        assert [Grouped(old, story_id, None, None, None),
                Grouped(new, story_id, old, {"names": ["b"]}, {"article": old, "words": "copy"})
                ] == stories.of_story(connection, story_id)
        assert [new] == near(connection, now, 1, 2)
    assert (1, 1) == left(database)


@pytest.mark.parametrize(("outlet", "remain"), [("Ledger", (1, 1)), ("Herald", (2, 2))])
def test_stories_go_with_their_last_article(
    database: Database, now: datetime, outlet: str, remain: tuple[int, int]
) -> None:
    """With an outlet go its articles' marks, and stories of which none is left, with the numbers that led there."""
    with database.write() as connection:
        a, b, c = (arrive(connection, now, outlet=name) for name in ("Ledger", "Ledger", "Herald"))
        first, second = begin(connection, a, now, 1), begin(connection, b, now, 2)
        begin(connection, c, now, 3)
        stories.merge(connection, first, [second])
        purge.delete_outlet(connection, outlet)

    assert remain == left(database)


def test_reasons_go_with_the_article_that_they_name(database: Database, now: datetime) -> None:
    """They say what both had in common, also where that made two stories one; others stay."""
    with database.write() as connection:
        gone, kept, *ids = [arrive(connection, now, outlet=name) for name in ("Herald", *["Ledger"] * 4)]
        story_id = begin(connection, gone, now)
        by_gone, by_kept = ({"article": one, "words": "both name Gannet Point"} for one in (gone, kept))
        for one, because in zip(ids, (by_gone, by_kept, by_kept | {"merged": [by_gone]}), strict=True):
            stories.put(connection, Grouped(one, story_id, None, {}, because), [], now, now)
        purge.delete_outlet(connection, "Herald")

        assert [None, by_kept, None] == [one.because for one in stories.of_story(connection, story_id)]


def test_everything_goes_with_the_archive(database: Database, now: datetime) -> None:
    """Numbers that lead to other numbers do not stand in each other's way."""
    with database.write() as connection:
        one, two = (begin(connection, arrive(connection, now), now, key) for key in (1, 2))
        stories.merge(connection, one, [two])
        purge.delete_everything(connection)

    assert (0, 0) == left(database)


def test_erased_marks_leave_no_trace(sqlite_url: str, now: datetime) -> None:
    """No word of an erased article stands in the database's files, nor do the hashes under which it was found."""
    from pathlib import Path

    from storage.database import open_database

    key, file = int.from_bytes(b"qwertyui", "big"), Path(sqlite_url.removeprefix("sqlite:///"))
    database = open_database(sqlite_url)
    with database.write() as connection:
        article_id, story_id = arrive(connection, now - timedelta(days=9)), stories.begin(connection, now)
        because = {"article": 1, "words": "zanzibar in both"}
        stories.put(connection, Grouped(article_id, story_id, None, {"names": ["zanzibar"]}, because), [key], now, now)
    written = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    with database.write() as connection:
        purge.erase_text(connection, now, now)
    purge.scrub(database)
    kept = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    database.close()

    assert (True, True) == (b"zanzibar" in written, b"qwertyui" in written)
    assert (False, False) == (b"zanzibar" in kept, b"qwertyui" in kept)


def test_the_plan_reads_marks_by_index_alone(sqlite_url: str) -> None:
    """Looking for candidates never walks through a table, however large it grows."""
    from storage.database import open_database

    database = open_database(sqlite_url)
    with database.read() as connection:
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN {stories._SQLITE.text}"), {
            "keys": "[1]", "first": 1, "each": 40, "limit": 30}).all()
    database.close()

    read = [row.detail for row in plan if "posted" in row.detail or "newer" in row.detail]
    assert 2 == len(read)
    assert all("SEARCH" in detail and "key=? AND article_id>?" in detail for detail in read), read


def test_an_article_that_is_deleted_takes_its_marks_along(database: Database, now: datetime) -> None:
    """The database holds to it, whoever deletes."""
    with database.write() as connection:
        article_id = arrive(connection, now)
        begin(connection, article_id, now, 1)
        connection.execute(articles.delete().where(articles.c.id == article_id))

        assert ([], {}) == (near(connection, now, 1), stories.of_articles(connection, [article_id]))
