"""`dateline stories`: the list, one story report by report, and why two articles are one story or are not."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, insert, update

from monitor.group import group_articles
from monitor.stories.model import Count
from monitor.words.times import moment
from storage import deliveries
from storage import stories as stored
from storage.schema import articles, digest_items, digests, stories, story_articles
from tests import newsroom
from tests.grouped import BEGAN, COLUMBIA, LAUREL, join, like, two_that_met
from tests.newsroom import NOW, RAID, arrive, call, match

if TYPE_CHECKING:
    from pathlib import Path

    from storage.database import Database

config, database = newsroom.config, newsroom.database

@pytest.fixture
def story(database: Database) -> Database:
    """Three articles of one story: a local paper, a Spanish one, and one with more arrests in another town."""
    join(database, 1, home="Columbia, MD")
    join(database, 2, because=like(1, "same place, same day"), language="es", voices=("police",))
    join(database, 3, because=like(1, "28 arrests in both"), counts=(Count(41, "arrests"),), voices=("sheriff",),
         places=(COLUMBIA, LAUREL), scenes=(("laurel-md", 13),))
    return database


def told(capsys: pytest.CaptureFixture[str], config: Path, *words: object) -> str:
    """What the command prints, which must succeed."""
    status, out, err = call(capsys, config, "stories", *words)
    assert (0, "") == (status, err)
    return out


def test_list(capsys: pytest.CaptureFixture[str], config: Path, story: Database) -> None:
    """A line a story: number, first report, outlets, and the headline of the best report, which is the local one."""
    first = moment(BEGAN + timedelta(hours=1), ZoneInfo("America/New_York"))

    assert f"1 {first} 3 Agents raid a bakery" in told(capsys, config, "list")


def test_list_of_days(capsys: pytest.CaptureFixture[str], config: Path, story: Database) -> None:
    """A story without coverage in these days is not listed, and nothing is said plainly."""
    with story.write() as connection:
        connection.execute(update(stories).values(last_at=NOW - timedelta(days=8)))

    assert "no story in the last 7 days" in told(capsys, config, "list")
    assert "Agents raid a bakery" in told(capsys, config, "list", "--days", 9)


@pytest.mark.parametrize("days", ["0", "x", "-1", "99999", "9" * 30])
def test_days_that_are_none(capsys: pytest.CaptureFixture[str], config: Path, days: str) -> None:
    """What is no number of days is refused before anything is read."""
    with pytest.raises(SystemExit):
        call(capsys, config, "stories", "list", f"--days={days}")

    assert "is no number of days from 1 to 3650" in capsys.readouterr().err


@pytest.mark.parametrize("words", [
    "Story 1: same story in 3 outlets (1 local, 1 in Spanish), 3 articles",
    "Outlet 1 · local · article 1 Agents raid a bakery https://ledger.example/1 begins with: 28 arrests 2.",
    "Outlet 2 · in Spanish · article 2 Redada en una panadería",
    "joined as it is like article 1: same place, same day adds: the police speak",
    "joined as it is like article 1: 28 arrests in both adds: now 41 arrests (28 before); also in Laurel, MD; the "
    "sheriff speaks",
    "No channel was told of it.",
])
def test_show(capsys: pytest.CaptureFixture[str], config: Path, story: Database, words: str) -> None:
    """A story is shown report by report: who, in which language, what it added, why it joined."""
    assert words in told(capsys, config, "show", 1)


def test_what_grouping_stored(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """What the bot itself wrote is read: two papers print one text, which is said with the reason."""
    text = "\n".join(f"The raid in the town of {name} took the night shift by surprise, {name} police said."
                     for name in ("Alder", "Birch", "Cedar", "Dogwood", "Elder", "Fir", "Gum", "Holly"))
    for number in (1, 2):
        arrive(database, number, title=f"Raid in town, paper {number}", text=text, outlet=f"Paper {number}")
    match(database, config)
    assert 2 == asyncio.run(group_articles(database, frozenset(), NOW))

    out = told(capsys, config, "show", 1)
    assert "Paper 2 · copy of article 1 · article 2" in out
    assert "joined as it is like article 1: " in out
    assert "shingles shared" in out
    assert told(capsys, config, "explain", 1, 2).startswith("The same story (1), because: ")


def test_show_of_copies(capsys: pytest.CaptureFixture[str], config: Path, story: Database) -> None:
    """A copy names the article whose text it repeats."""
    join(story, 4, because=like(1, "61 of 63 shingles shared"), copy_of=1)
    out = told(capsys, config, "show", 1)

    assert "4 articles, 1 of them a copy" in out
    assert "Outlet 4 · copy of article 1 · article 4" in out


def test_show_of_channels(capsys: pytest.CaptureFixture[str], config: Path, story: Database) -> None:
    """Each channel that was told says by what, with which articles, and what became of the message."""
    with story.write() as connection:
        row = {"channel_id": "C0000RAIDS", "slot_date": NOW.date(), "articles": 1, "created_at": NOW}
        connection.execute(insert(digests), [
            row | {"id": "alert:1", "slot": "1", "kind": "alert", "thread_of": None},
            row | {"id": "update:1", "slot": "2", "kind": "update", "thread_of": "alert:1"}])
        connection.execute(insert(digest_items), [
            {"channel_id": "C0000RAIDS", "article_id": number, "digest_id": digest, "place": place}
            for number, digest, place in ((1, "alert:1", "item"), (2, "alert:1", "also"), (3, "update:1", "item"))])
        connection.execute(insert(digests).values(row | {"id": "digest:1", "slot": "3", "kind": "digest",
                                                         "channel_id": "C0000BUSES"}))
        connection.execute(insert(digest_items).values(channel_id="C0000BUSES", article_id=1, digest_id="digest:1",
                                                       place="more"))
        deliveries.add(connection, "alert:1", "C0000RAIDS", "alert", [{"text": "x"}], now=NOW)
        deliveries.add(connection, "update:1", "C0000RAIDS", "update", [{"text": "y"}], now=NOW, in_thread=[0],
                       thread_of="alert:1")
        deliveries.mark(connection, 1, "sent", ts="1.5")
    out = told(capsys, config, "show", 1)

    at = moment(NOW, ZoneInfo("America/New_York"))
    assert f"told raids: urgent alert of {at}: posted (articles 1, 2)" in out
    assert f"raids: later coverage of {at}, in the thread of an earlier message: waits to be posted (article 3)" in out
    assert "buses" not in out  # that only counted it


def test_show_of_a_merged_story(capsys: pytest.CaptureFixture[str], config: Path, story: Database) -> None:
    """The number of a story that became part of another leads there."""
    with story.write() as connection:
        connection.execute(insert(stories).values(id=2, first_at=NOW, last_at=NOW, merged_into=1))

    assert "Story 2 became part of story 1." in told(capsys, config, "show", 2)
    found = json.loads(told(capsys, config, "show", 2, "--json"))
    assert (2, 1, []) == (found["asked"], found["id"], found["merged"])


def test_how_two_stories_became_one(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """The number of the younger says when and through which article; so does the article with which it began."""
    two_that_met(database)
    met = f"became part of story 1 on {moment(NOW, ZoneInfo('America/New_York'))}, through article 3"

    assert told(capsys, config, "show", 2).startswith(f"Story 2 {met}. ")
    assert f"https://ledger.example/2 began story 2, which {met}" in told(capsys, config, "show", 1)
    found = json.loads(told(capsys, config, "show", 1, "--json"))
    assert [{"story": 2, "into": 1, "at": NOW.isoformat(), "through": 3}] == found["merged"]


def test_show_of_an_erased_article(capsys: pytest.CaptureFixture[str], config: Path, story: Database) -> None:
    """An article whose text was erased still counts, without what it said."""
    with story.write() as connection:
        stored.forget_marks(connection, [2])
    out = told(capsys, config, "show", 1)

    assert "3 outlets" in out
    assert "Redada en una panadería https://ledger.example/2 its text was erased: what it added is not known" in out


def test_show_of_stories_that_met(capsys: pytest.CaptureFixture[str], config: Path, story: Database) -> None:
    """An article by which two stories became one names one of each."""
    join(story, 4, because=like(1, "same place") | {"merged": [like(3, "41 arrests in both")]})
    out = told(capsys, config, "show", 1)

    assert "joined as it is like article 1: same place made one story with that of article 3: 41 arrests in both" in out


def test_show_json(capsys: pytest.CaptureFixture[str], config: Path, story: Database) -> None:
    """Programs get the same with stable names."""
    found = json.loads(told(capsys, config, "show", 1, "--json"))

    assert [1, 2, 3] == [report["id"] for report in found["reports"]]
    assert [True, False, False] == [report["local"] for report in found["reports"]]
    assert [{"article": 1, "because": "28 arrests in both"}] == found["reports"][2]["joined"]
    assert [{"what": "arrests", "number": 41, "before": 28}] == found["reports"][2]["added"]["counts"]
    assert found["id"] == json.loads(told(capsys, config, "list", "--json"))["stories"][0]["id"]


@pytest.mark.parametrize(("words", "why"), [
    (["show", 9], "there is no story 9: dateline stories list shows the numbers"),
    (["show", "9" * 30], "there is no story 9"), (["show", -1], "'-1' is no number of a story: dateline stories"),
    (["show", "x"], "'x' is no number of a story: dateline stories list shows the numbers"),
    (["show", ""], "'' is no number of a story"), (["explain", "#77", 1], "no article #77 is stored"),
    (["explain", "story 3", 1], "'story 3' is neither the number nor the address"),
    (["explain", 1, 1], "both are article 1: name two different ones"),
    (["explain", 1, "https://www.ledger.example/1?utm_source=x"], "both are article 1"),
    (["explain", 1, 77], "no article 77 is stored"), (["explain", "9" * 30, 1], "is stored"),
    (["explain", 1, "https://ledger.example/77"], "no article https://ledger.example/77 is stored"),
    (["explain", 1, "nonsense"], "'nonsense' is neither the number nor the address"),
])
def test_what_is_not_there(
    capsys: pytest.CaptureFixture[str], config: Path, story: Database, words: list[object], why: str
) -> None:
    """A number or address that nothing has is an error with a remedy."""
    status, _, err = call(capsys, config, "stories", *words)

    assert 1 == status
    assert why in err


@pytest.mark.parametrize("named", ["#1", "story 1", "Story #1", " 1 "])
def test_numbers_as_people_write_them(
    capsys: pytest.CaptureFixture[str], config: Path, story: Database, named: str
) -> None:
    """As messages and reports have them."""
    assert told(capsys, config, "show", named).startswith("Story 1: ")
    assert told(capsys, config, "explain", "#1", "2").startswith("The same story (1)")


def test_one_report_is_not_called_local(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """As in messages, where the word tells reports apart; programs get it all the same."""
    join(database, 1, home="Columbia, MD")

    assert "local" not in told(capsys, config, "show", 1)
    assert json.loads(told(capsys, config, "show", 1, "--json"))["reports"][0]["local"]


def test_without_a_database(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    """Before the first start there is nothing to list, and it is said what to do."""
    assert "nothing is stored yet" in call(capsys, config, "stories", "list")[2]


def test_explain_the_same(capsys: pytest.CaptureFixture[str], config: Path, story: Database) -> None:
    """Two articles that are alike: the reasons in a sentence, each with its points, and how many are enough."""
    out = told(capsys, config, "explain", 1, "ledger.example/2")

    assert out.startswith("The same story (1), because: ")
    assert "A Agents raid a bakery Outlet 1" in out
    assert "in all: enough. From " in out


def test_explain_a_chain(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """Two articles that are not alike, in one story: the articles between them are named."""
    join(database, 1)
    join(database, 2, because=like(1, "same place"), shingles=(), names=(), words=(), places=())
    join(database, 3, because=like(2, "same text"), shingles=(900,), names=(), words=(), places=(), counts=(),
         days=(), topics=())
    out = told(capsys, config, "explain", 1, 3)

    assert "The same story (1), and not by themselves: other articles stand between them" in out
    assert "in all: not enough." in out
    assert "Each is like the next: 1 and 2: " in out
    assert "2 and 3: same text" in out


def test_explain_two_stories(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """Two events: what speaks for and against is shown all the same."""
    join(database, 1)
    join(database, 2, 2, shingles=(900,), names=("other name",), words=("flood",), places=(LAUREL,), counts=(),
         days=((BEGAN - timedelta(days=9)).date(),))
    out = told(capsys, config, "explain", 1, 2)

    assert out.startswith("Not the same story")
    assert "in all: not enough." in out
    assert "story 2" in out


def test_explain_alike_in_two_stories(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """Where two stories were kept apart although these two are alike, that is said."""
    join(database, 1)
    join(database, 2, 2)
    out = told(capsys, config, "explain", 1, 2)

    assert out.startswith("Alike, and in two stories")
    assert "They stand in the stories 1 and 2: a story takes an article in only where its other articles agree" in out


@pytest.mark.parametrize(("columns", "words"), [
    ({"title": "Tea", "text": "Tea is served."}, "Article 2 was never grouped: no rule alerts on it"),
    (RAID | {"duplicate_of": 1, "rules_hash": "duplicate"}, "it is a duplicate of article 1 (the same page by another"),
    (RAID | {"erased_at": NOW, "rules_hash": "x"}, "The text of article 2 was erased on "),
    (RAID | {"page_state": "pending"}, "Article 2 was not grouped yet: the rules have not read it."),
    (RAID, "Article 2 was not grouped yet: the next round of the bot does it, "),
])
def test_explain_what_was_not_grouped(
    capsys: pytest.CaptureFixture[str], config: Path, database: Database, columns: dict[str, Any], words: str
) -> None:
    """An article that has nothing to be compared by: why."""
    join(database, 1)
    arrive(database, 2, **columns)
    match(database, config)
    with database.write() as connection:
        connection.execute(delete(story_articles).where(story_articles.c.article_id == 2))
    out = told(capsys, config, "explain", 1, 2)

    assert "Not known to be one story: they cannot be compared" in out
    assert words in out


def test_explain_what_was_erased(capsys: pytest.CaptureFixture[str], config: Path, story: Database) -> None:
    """Two articles of one story of which one was erased since: what made them one went with its text."""
    with story.write() as connection:
        stored.forget_marks(connection, [2])
        connection.execute(update(articles).where(articles.c.id == 2).values(erased_at=NOW, text=None))
    out = told(capsys, config, "explain", 1, 2)

    assert out.startswith("The same story (1), and not by themselves: why is not known any more")
    assert "The text of article 2 was erased on " in out


def test_explain_what_could_not_be_read(capsys: pytest.CaptureFixture[str], config: Path, story: Database) -> None:
    """An article that grouping failed on stands in a story of its own."""
    join(story, 4, 4)
    with story.write() as connection:
        stored.forget_marks(connection, [4])

    assert "Nothing could be read of article 4" in told(capsys, config, "explain", 1, 4)


def test_explain_json(capsys: pytest.CaptureFixture[str], config: Path, story: Database) -> None:
    """Programs get verdict, points and evidence."""
    found = json.loads(told(capsys, config, "explain", 1, 2, "--json"))

    assert (True, True, [1, 1]) == (found["together"], found["same"], [one["story"] for one in found["articles"]])
    assert found["points"] >= found["threshold"]
    assert {"kind", "points", "words"} == found["evidence"][0].keys()
