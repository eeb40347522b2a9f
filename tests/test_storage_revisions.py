"""Articles that change after they were stored: what is kept, what is read again, and what is told."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from monitor.match import match_articles
from monitor.stories.identity import content_hash
from rules.engine.engine import Engine
from rules.files.load import load_texts
from storage import articles, digests, feeds, matches, purge, revisions
from storage.articles import NewEntry
from storage.feeds import WantedFeed
from storage.revisions import MOST_CHANGES, MOST_OLD
from storage.schema import article_keys, entries
from storage.schema import articles as table
from storage.schema import matches as found
from storage.schema import revisions as kept

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from storage.database import Database

RULES = load_texts({"f.toml": """
[[rule]]
id = 'bus'
query = 'bus'
[[rule]]
id = 'raid'
query = 'raid'
alert_from = 'lead'
"""})
NEWER = load_texts({"f.toml": "[[rule]]\nid = 'streets'\nquery = 'streets'\n[[rule]]\nid = 'raid'\nquery = 'raid'\n"})
URLS = ("https://ledger.example/feed", "https://wire.example/feed")


def entry(key: str = "e", **more: object) -> NewEntry:
    values: dict[str, object] = {
        "url_key": f"u-{key}", "url": f"https://ledger.example/{key}", "title": "Bus stops", "published_at": None,
        "summary": "Streets were closed.", "text": "Streets were closed.", "author": "", "language": "en",
        "quiet": False, "fetch_page": False,
        "content_hash": content_hash(str(more.get("title")), str(more.get("text")))} | more
    return NewEntry(entry_key=key, **values)  # type: ignore[arg-type]  # a test's mix


def two_feeds(connection: Connection, now: datetime) -> list[feeds.Feed]:
    feeds.sync(connection, [WantedFeed(url, "Ledger", "") for url in URLS], now)
    digests.sync_channels(connection, [("C1", "alerts")], now)
    return feeds.active(connection)


def arrive(database: Database, now: datetime, *new: NewEntry, feed: int = 0) -> None:
    with database.write() as connection:
        articles.store_entries(connection, two_feeds(connection, now)[feed], new, now)
    asyncio.run(match_articles(database, Engine(RULES), RULES.hash, now))


def edit(database: Database, now: datetime, **edits: NewEntry) -> int:
    """The entries by the keys under which they are known become these."""
    with database.write() as connection:
        return revisions.store_edits(connection, two_feeds(connection, now)[0], edits, now)


def reread(database: Database, now: datetime, rules: object = RULES) -> dict[str, bool]:
    """After the rules have read what waits: the rules of what the channel waits for, with whether an edit did it."""
    asyncio.run(match_articles(database, Engine(rules), rules.hash, now))  # type: ignore[arg-type, attr-defined]  # a set
    with database.read() as connection:
        waiting = digests.waiting(connection, "C1")
    return {match.rule_id: match.after_edit for article in waiting for match in article.matches}


RAID = {"title": "Bus stops: raid confirmed", "text": "Officials confirm a raid."}


def test_an_edit_alerts_for_what_it_added_alone(database: Database, now: datetime) -> None:
    """The rule that matched before stays told; the one that matches only now waits, marked as found after an edit."""
    arrive(database, now, entry())
    assert {"bus": False} == reread(database, now)
    with database.write() as connection:
        digests.freeze(connection, "d", "C1", (now.date(), "08:00"), [1], now=now)

    assert 1 == edit(database, now + timedelta(hours=1), e=entry(**RAID))
    assert {"raid": True} == reread(database, now + timedelta(hours=1))
    with database.write() as connection:
        digests.freeze(connection, "d2", "C1", (now.date(), "12:00"), [1], now=now)
    assert {} == reread(database, now + timedelta(hours=2))


def test_what_an_article_said_is_kept(database: Database, now: datetime) -> None:
    """Title and text of before, until the article's text is erased."""
    arrive(database, now, entry())
    edit(database, now, e=entry(**RAID))
    with database.write() as connection:
        before = connection.execute(select(kept.c.title, kept.c.text)).one()
        assert ("Bus stops", "Streets were closed.") == tuple(before)
        assert (RAID["title"], RAID["text"], now) == tuple(
            connection.execute(select(table.c.title, table.c.text, table.c.edited_at)).one())
        purge.erase_text(connection, now + timedelta(days=1), now)
        assert connection.scalar(select(kept.c.text)) is None


def test_a_newer_rule_is_no_news_of_an_edit(database: Database, now: datetime) -> None:
    """It would match what stood there all the time."""
    arrive(database, now, entry())
    edit(database, now, e=entry(title="Bus stops again"))
    assert {"bus": False} == reread(database, now, NEWER)


def test_what_an_edit_makes_more_of_is_news(database: Database, now: datetime) -> None:
    """A rule that alerts from the opening on found its words far below, and finds them in the headline now."""
    below = "\n".join(["Streets were closed on Monday, said the county."] * 40 + ["A raid was not confirmed."])
    arrive(database, now, entry(title="Streets", text=below))
    assert {} == reread(database, now)
    edit(database, now, e=entry(**RAID))
    assert {"bus": True, "raid": True} == reread(database, now)


def test_the_archive_stays_quiet_but_for_its_edits(database: Database, now: datetime) -> None:
    """What it matched when its feed was first read is not told with what it matches now."""
    arrive(database, now, entry(quiet=True))
    edit(database, now, e=entry(**RAID))
    assert {"raid": True} == reread(database, now)


def test_a_new_layout_wakes_no_archive(database: Database, now: datetime) -> None:
    """Many old entries edited at once are the work of a machine."""
    keys = [f"e{number}" for number in range(MOST_OLD + 1)]
    arrive(database, now, *(entry(key, quiet=True) for key in keys))
    assert len(keys) == edit(database, now, **{key: entry(key, **RAID) for key in keys})
    assert {} == reread(database, now)


@pytest.mark.parametrize("column", ["erased_at", "duplicate_of"])
def test_what_is_gone_is_not_revived(database: Database, now: datetime, column: str) -> None:
    """An erased article, or one that is another's duplicate, is not edited."""
    arrive(database, now, entry(), entry("f"))
    with database.write() as connection:
        value = now if column == "erased_at" else 2
        connection.execute(update(table).where(table.c.id == 1).values({column: value}))
    assert 0 == edit(database, now, e=entry(**RAID))


def test_a_hash_that_was_never_kept_is_filled_in(database: Database, now: datetime) -> None:
    """An entry from before hashes were kept did not change."""
    arrive(database, now, entry(content_hash=""))
    assert 0 == edit(database, now, e=entry(**RAID))
    assert 1 == edit(database, now, e=entry(title="Bus stops", text="Agents came."))


def test_an_entry_that_always_changes_is_left_alone(database: Database, now: datetime) -> None:
    """Some feeds show the time of day."""
    arrive(database, now, entry())
    changed = [edit(database, now, e=entry(text=f"It is {number} o'clock.")) for number in range(MOST_CHANGES + 3)]
    assert [1] * MOST_CHANGES + [0] * 3 == changed


def test_what_always_changes_may_change_once_a_day(database: Database, now: datetime) -> None:
    """The real edit of a feed that also shows the time is stored, a day late at most."""
    arrive(database, now, entry())
    for number in range(MOST_CHANGES):
        edit(database, now, e=entry(text=f"It is {number} o'clock."))
    times = (now + timedelta(hours=23), now + timedelta(hours=24), now + timedelta(hours=25))
    assert [0, 1, 0] == [edit(database, at, e=entry(text=f"A raid, hour {at.hour}.")) for at in times]
    with database.read() as connection:
        assert 1 == len(connection.execute(select(entries.c.id)).all())


def test_a_state_shown_before_is_no_edit(database: Database, now: datetime) -> None:
    """Servers that disagree use up nothing: four states are remembered."""
    arrive(database, now, entry(text="One."))
    assert [1, 1, 1] == [edit(database, now, e=entry(text=text)) for text in ("Two.", "Three.", "Four.")]
    assert [0] * 8 == [edit(database, now, e=entry(text=text)) for text in ("One.", "Two.", "Three.", "Four.")] * 2
    with database.read() as connection:
        assert (3, 64) == tuple(connection.execute(
            select(entries.c.changes, func.length(entries.c.content_hash))).one())
    assert 1 == edit(database, now, e=entry(text="Five."))


def test_an_old_long_hash_counts(database: Database, now: datetime) -> None:
    """Of entries from before several were kept."""
    arrive(database, now, entry(content_hash=entry().content_hash + "0" * 48))
    assert 0 == edit(database, now, e=entry())
    assert 1 == edit(database, now, e=entry(**RAID))


@pytest.mark.parametrize(
    ("news", "edits"), [("." * 200_000, 0), ("." * 19_000 + "x", 1), (" ." * 9_000 + "x", 1), ("x\n" * 100_000, 1)],
    ids=["dots", "dots and more", "blanks and dots", "lines"])
def test_an_edit_of_nothing_but_dots_is_compared(database: Database, now: datetime, news: str, edits: int) -> None:
    """What would take a pattern minutes is bounded; the text that was there stays."""
    arrive(database, now, entry())
    with database.write() as connection:
        articles.record_page(connection, 1, text_source="page")
    assert edits == edit(database, now, e=entry(text=news))
    with database.read() as connection:
        said = str(connection.scalar(select(table.c.text)))
    assert said.endswith("Streets were closed.") and len(said) < 21_000


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        ("Officials confirm a raid.", "Officials confirm a raid.\nStreets were closed on Monday.\nNobody was hurt."),
        ("Streets  were closed on…", "Streets were closed on Monday.\nNobody was hurt."),
        ("", "Streets were closed on Monday.\nNobody was hurt."),
    ],
)
def test_an_edit_takes_nothing_from_a_page(database: Database, now: datetime, summary: str, expected: str) -> None:
    """What the summary says beyond the text that was read stands before it."""
    arrive(database, now, entry())
    with database.write() as connection:
        articles.record_page(connection, 1, text="Streets were closed on Monday.\nNobody was hurt.", text_source="page")
    edit(database, now, e=entry(title="Bus stops: more", text=summary))
    with database.read() as connection:
        assert expected == connection.scalar(select(table.c.text))


def test_an_edit_in_one_feed_takes_nothing_from_another(database: Database, now: datetime) -> None:
    """Of an article in two feeds each says a part."""
    arrive(database, now, entry())
    arrive(database, now, entry("w", url_key="u-e"), feed=1)
    edit(database, now, w=entry("w", url_key="u-e", title="Bus stops", text="A raid."))
    with database.read() as connection:
        assert "A raid.\nStreets were closed." == connection.scalar(select(table.c.text))


def test_a_new_name_is_remembered(database: Database, now: datetime) -> None:
    """Key, link and names of an entry that moved lead to its article; nothing is edited."""
    arrive(database, now, entry(names=("title",)))
    moved = replace(entry("e2", names=("title",)), content_hash=entry().content_hash)
    with database.write() as connection:
        known = revisions.known_by_name(connection, {1: {"e2": ("u-e2", "title")}, 2: {"e3": ("title",)}})
        assert {"e2": ["e"]} == {key: [row.key for row in rows] for key, rows in known.items()}
    assert 0 == edit(database, now, e=moved)
    with database.read() as connection:
        assert {"e", "e2"} == set(articles.known_entries(connection, ["e", "e2"]))
        assert {"u-e", "u-e2", "title"} == set(connection.scalars(select(article_keys.c.key)))


def test_names_without_end_are_not_remembered(database: Database, now: datetime) -> None:
    """A feed with new ids in every poll would fill the table."""
    arrive(database, now, entry())
    for number in range(MOST_CHANGES + 5):
        edit(database, now, e=replace(entry(), entry_key=f"n{number}"))
    with database.read() as connection:
        assert MOST_CHANGES + 1 == len(connection.execute(select(entries.c.id)).all())


def test_alerts_of_before_an_edit_stay_counted(database: Database, now: datetime) -> None:
    """Rules that changed in between take nothing from what a rule has alerted on."""
    arrive(database, now, entry())
    edit(database, now + timedelta(hours=1), e=entry(**RAID))
    reread(database, now + timedelta(hours=1), NEWER)
    with database.read() as connection:
        assert {"bus": 1, "raid": 1} == matches.stories_by_rule(connection, now)
        assert 2 == len(connection.execute(select(found.c.id)).all())


@pytest.mark.parametrize(
    ("days", "news", "kept"), [(400, True, 1), (402, True, 0), (402, False, 1)])
def test_keys_are_kept_for_more_than_a_year(
    database: Database, now: datetime, days: int, kept: int, *, news: bool
) -> None:
    """After that they go, unless their feed brought nothing new since then: it may show the entry still."""
    arrive(database, now, entry(names=("title",)))
    later = now + timedelta(days=days)
    with database.write() as connection:
        feeds.record_polls(connection, [{"feed_id": 1, "new_at": later if news else now}])
        assert 1 - kept == purge.forget_keys(connection, later)
        assert kept == len(articles.known_entries(connection, ["e"]))
        assert kept * 2 == len(connection.execute(select(article_keys.c.key)).all())
