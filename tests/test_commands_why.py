"""`dateline why`: every stage at which an article can stand is named, with a remedy; offers do what they say."""

from __future__ import annotations

import json
import os
import pty
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, insert, update

from monitor.stories.identity import url_key
from monitor.words.times import local, moment
from rules.files.load import load_rules
from rules.workbench import examples as workbench
from storage import articles, deliveries, digests, feeds, purge, stories
from storage.feeds import WantedFeed
from storage.schema import article_keys, channels, digest_items
from storage.schema import articles as article_rows
from storage.schema import digests as digest_rows
from storage.schema import entries as entry_rows
from tests import newsroom
from tests.grouped import join, like, two_that_met
from tests.newsroom import CONFIG, NOW, RAID, arrive, call, freeze, match, opened

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from storage.database import Database
    from tests.loopback import Loopback

GAME: dict[str, Any] = {"title": "Raid in town, the video game", "text": "A raid in a town of pixels."}
DEEP: dict[str, Any] = {
    "title": "A quiet day", "text": "Nothing new.\n" * 12 + "Years ago there was a raid in this town."}

config, database = newsroom.config, newsroom.database

def told(capsys: pytest.CaptureFixture[str], config: Path, *words: object) -> str:
    """What the command prints, which must succeed."""
    status, out, err = call(capsys, config, "why", *words)
    assert (0, "") == (status, err)
    return out


@pytest.mark.parametrize(("columns", "words"), [
    (RAID, "✓ known Dateline knows it as article 1: “Raid in town” (Ledger)."),
    (RAID, "The feed https://ledger.example/feed of Ledger brought it on"),
    (RAID, "It was first seen 30 min after it was published."),
    (RAID | {"published_at": NOW - timedelta(hours=26)}, "fetched late: first seen 26 hours after that."),
    (RAID | {"published_at": None}, "Neither feed nor page says when it was published."),
    (RAID | {"quiet": True, "published_at": NOW - timedelta(days=9)}, "it was 9 days old. A new feed alerts on"),
    (RAID | {"quiet": True, "flood": True}, "It came with far more of its feed at once than usual, and was old"),
    (RAID | {"edited_at": NOW}, "✓ edited Its outlet changed it: what was seen on"),
    (RAID | {"page_state": "failed", "page_error": "a paywall"}, "Only the feed's summary was read, because its page "
     "could not be: a paywall."),
    (RAID, "✓ rules The rule raids matched on"),
    (RAID, "It waits for raids."),
    (DEEP, "✗ rules The rule raids matched on"),
    (DEEP, "That is too slight to alert. It alerts from “lead” (alert_from)."),
    (GAME, "The rule raids came nearest: NOT \"video game\" excludes it (found: video game)."),
    (GAME, "dateline rules explain raids 1"),
    ({"title": "Tea", "text": "Tea is served."}, "It holds nothing of what the rules look for."),
])
def test_stages_of_a_stored_article(
    capsys: pytest.CaptureFixture[str], config: Path, database: Database, columns: dict[str, Any], words: str
) -> None:
    """Each stage says whether the article got past it, in a sentence."""
    arrive(database, **columns)
    match(database, config)

    assert words in told(capsys, config, 1)


def test_an_address_finds_the_article(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """Tracking, www. and the scheme do not matter, and it may be typed without one."""
    arrive(database, **RAID)

    for typed in ("https://www.ledger.example/1/?utm_source=x", "ledger.example/1"):
        assert "article 1" in told(capsys, config, typed, "--offline")


def test_an_entry_is_known_where_its_link_is_not(
    capsys: pytest.CaptureFixture[str], config: Path, database: Database
) -> None:
    """An article whose link its feed shared with others is known by the entry's id."""
    arrive(database, **RAID)
    with database.write() as connection:
        connection.execute(update(article_keys).values(key="of the entry"))

    assert "article 1" in told(capsys, config, "https://ledger.example/1", "--offline")


def test_a_duplicate_leads_to_its_twin(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """The track ends at the other article."""
    arrive(database, **RAID)
    arrive(database, 2, duplicate_of=1, rules_hash="duplicate", **RAID)
    out = told(capsys, config, 2)

    assert "Its page is that of article 1 (“Raid in town”, https://ledger.example/1)" in out
    assert "dateline why 1 follows it" in out
    assert "rules" not in out.partition("duplicate")[2]


def test_what_is_still_to_come(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """An article whose page is to be read waits, and so does one that rules have not read."""
    arrive(database, page_state="pending", **RAID)

    out = told(capsys, config, 1)
    assert "… page Its page is still to be read" in out
    assert "… rules The rules have not read it yet." in out


def test_what_was_purged(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """An address whose article was deleted is known, and nothing is fetched."""
    arrive(database, **RAID)
    with database.write() as connection:
        purge.delete_older(connection, NOW + timedelta(days=1))

    assert "Dateline knew this address once" in told(capsys, config, "https://ledger.example/1")


def test_rules_that_changed_since(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """A rule that would match now, and did not when the article came, is named with the way to post it."""
    arrive(database, title="The tram", text="The tram came.")
    match(database, config)
    (config.parent / "team" / "tram.toml").write_text("[[rule]]\nid = 'tram'\nquery = 'tram'\ntopics = ['buses']\n")
    out = told(capsys, config, 1)

    assert "As the rules are now, tram would match it." in out
    assert "dateline rules backfill tram --since 7d" in out


@pytest.mark.parametrize(("row", "words"), [
    ({"state": "sent", "ts": "1.5", "finished_at": NOW}, "Slack's ts 1.5"),
    ({"state": "printed"}, "printed, as no Slack token was set"),
    ({"state": "pending", "error": "not_in_channel."}, "waits to be posted: not_in_channel → mend that"),
    ({"state": "uncertain", "look_at": NOW}, "may or may not stand in the channel; the bot looks again"),
    ({"state": "refused", "error": "too long"}, "refused: too long → mend that, then: dateline deliveries retry 1"),
])
def test_what_became_of_its_message(
    capsys: pytest.CaptureFixture[str], config: Path, database: Database, row: dict[str, Any], words: str
) -> None:
    """Where it stands in a digest, the state of the message is told, with its number."""
    arrive(database, **RAID)
    match(database, config)
    freeze(database, 1)
    with database.write() as connection:
        body = {"text": "x", "blocks": [{"block_id": "i:1"}]}
        deliveries.add(connection, "digest:1", "C0000RAIDS", "digest", [body], now=NOW)
        deliveries.mark(connection, 1, **row)
    out = told(capsys, config, 1)

    assert "stands in the digest of" in out
    assert "message 1" in out
    assert words in out


def test_the_message_that_shows_it(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """Of several messages the last one that shows the article is meant: a parent has it in short."""
    arrive(database, **RAID)
    match(database, config)
    freeze(database, 1)
    with database.write() as connection:
        parts = [{"blocks": [{"block_id": block}]} for block in ("i:1", "i:1", "i:7")]
        deliveries.add(connection, "digest:1", "C0000RAIDS", "digest", parts, now=NOW)

    assert "message 2 (part 2 of 3)" in told(capsys, config, 1)


def in_story(database: Database, *, threaded: bool = True, kind: str = "alert", body: Mapping[str, Any],
             articles: tuple[int, int] = (1, 2)) -> None:
    """The first article was told by a digest of this kind, and the second by later coverage below it."""
    with database.write() as connection:
        row = {"channel_id": "C0000RAIDS", "slot_date": NOW.date(), "articles": 1}
        connection.execute(insert(digest_rows), [
            row | {"id": f"{kind}:1", "slot": "1", "kind": kind, "thread_of": None,
                   "created_at": NOW - timedelta(hours=2)},
            row | {"id": "update:1", "slot": "2", "kind": "update", "created_at": NOW, "thread_of": f"{kind}:1"}])
        connection.execute(insert(digest_items), [
            {"channel_id": "C0000RAIDS", "article_id": number, "digest_id": digest, "place": "item"}
            for number, digest in zip(articles, (f"{kind}:1", "update:1"), strict=True)])
        deliveries.add(connection, "update:1", "C0000RAIDS", "update", [body], now=NOW, in_thread=[0] * threaded,
                       thread_of=f"{kind}:1")


@pytest.mark.parametrize(("kind", "threaded", "body", "words"), [
    ("alert", True, {"text": "x"}, "in the thread of the urgent alert of {}, message 1: waits"),
    ("digest", True, {"text": "x"}, "in the thread of the digest of {}, message 1: waits"),
    ("alert", True, {"reply_broadcast": True}, "in the thread of the urgent alert of {} and in the channel itself, "),
    ("rollup", False, {"text": "x"}, "which goes on with the roll-up of urgent stories of {}, message 1: waits"),
])
def test_later_coverage(
    *, capsys: pytest.CaptureFixture[str], config: Path, database: Database, kind: str, threaded: bool,
    body: dict[str, Any], words: str,
) -> None:
    """What stands in later coverage names what told the story first, and whether the whole channel saw it."""
    for number in (1, 2):
        arrive(database, number, **RAID)
    match(database, config)
    in_story(database, threaded=threaded, kind=kind, body=body)
    out = told(capsys, config, 2)

    assert "stands in the later coverage of " in out
    assert words.format(local(NOW - timedelta(hours=2), ZoneInfo("America/New_York"), "en")) in out


@pytest.mark.parametrize(("number", "words"), [
    (1, "✓ story It is article 1 of 2 in story 1 (2 outlets), with which it began. → dateline stories show 1 tells"),
    (2, "✓ story It is article 2 of 2 in story 1 (2 outlets), which began with “Agents raid a bakery” (Outlet 1): same "
     "because same place, same day (article 1)."),
    (3, "✓ story It is story 3, and the only article of it so far."),
])
def test_its_story(
    capsys: pytest.CaptureFixture[str], config: Path, database: Database, number: int, words: str
) -> None:
    """Which story it is of, how far that is carried, how it began, and why the article is the same."""
    join(database, 1)
    join(database, 2, because=like(1, "same place, same day"))
    join(database, 3, 3)

    assert words in told(capsys, config, number)


def test_a_story_that_became_part_of_another(
    capsys: pytest.CaptureFixture[str], config: Path, database: Database
) -> None:
    """When and through which article, and why it came as a message of its own before; that article says it, too."""
    two_that_met(database)
    in_story(database, body={"text": "x"}, articles=(2, 3))
    at = moment(NOW, ZoneInfo("America/New_York"))

    assert (f"It began story 2, which became part of story 1 on {at}, through article 3. Until then these were two "
            "stories: that is why it came as a message of its own.") in told(capsys, config, 2)
    out = told(capsys, config, 3)
    assert "Through it story 2 became part of it. " in out
    assert "that is why" not in out
    assert "became part" not in told(capsys, config, 1)


def test_what_stands_in_no_story(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """Where a rule alerts and nothing was grouped that is said; where nobody is told of it, it is no stage."""
    arrive(database, **RAID)
    arrive(database, 2, **GAME)
    match(database, config)

    assert "✓ story It was not grouped yet: the next round of the bot does it." in told(capsys, config, 1)
    assert " story " not in told(capsys, config, 2)
    with database.write() as connection:
        stories.looked_at(connection, 1_000)
    assert "✓ story It was not grouped: it counts as a story of its own." in told(capsys, config, 1)


def test_a_link_below_a_card(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """An article for which another report of its story stands is a link there."""
    arrive(database, **RAID)
    match(database, config)
    freeze(database, 1, "also")

    assert ", as a link below the card of its story" in told(capsys, config, 1)


def test_counted_away(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """An article beyond its rule's max_per_day says so, and how to see the others."""
    arrive(database, **RAID)
    match(database, config)
    freeze(database, 1, "more")

    out = told(capsys, config, 1)
    assert "+ raids counted in the digest of" in out
    assert "dateline digest more 'raids' --day" in out


def test_passed_over(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """A channel that wanted something else when it came does not get it later."""
    arrive(database, **RAID)
    match(database, config)
    with database.write() as connection:
        connection.execute(update(channels).values(considered_match_id=99))

    out = told(capsys, config, 1)
    assert "when it came this channel did not want it" in out
    assert "dateline why 1 --post 'raids'" in out


def test_json(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """Programs get the same with stable names."""
    arrive(database, **RAID)
    match(database, config)
    found = json.loads(told(capsys, config, 1, "--json"))

    assert ["known", "feed", "fresh", "page", "rules", "story"] == [stage["stage"] for stage in found["stages"]]
    assert [("C0000RAIDS", "waiting"), ("C0000BUSES", "refused")] == [
        (one["id"], one["fate"]) for one in found["channels"]]


@pytest.mark.parametrize("named", ["77", "nonsense", "ftp://ledger.example/1", "9" * 30])
def test_what_is_no_article(capsys: pytest.CaptureFixture[str], config: Path, database: Database, named: str) -> None:
    """A number that nobody has, or a word that is no address, is an error in one sentence."""
    status, out, err = call(capsys, config, "why", named)

    assert (1, "") == (status, out)
    assert err.startswith("error: ")


def test_no_source(capsys: pytest.CaptureFixture[str], config: Path) -> None:
    """Of a site that nobody reads, the remedy is the feed to add; this needs no database and makes none."""
    out = told(capsys, config, "https://sun.example/raid", "--offline")

    assert "sun.example is not a source" in out
    assert "[[feed]] url = 'https://sun.example/feed'" in out
    assert not (config.parent / "test.db").exists()


PAGE = """<html><head><title>Raid in town</title><link rel="canonical" href="{canonical}"></head><body><article>
<h1>Raid in town</h1><p>{sentence}</p><p>{sentence}</p><p>{sentence}</p></article></body></html>""".replace(
    "{sentence}", "The raid in town began at dawn, a neighbor said, and agents left the city with nine people. " * 3)
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>L</title><link>{base}/</link><item><title>T</title>
<link>{base}{path}</link><pubDate>Mon, 23 Nov 2026 10:00:00 GMT</pubDate></item></channel></rss>"""


def live(config: Path, loopback: Loopback, listed: str, *, canonical: str = "/story") -> str:
    """A site with a story, whose feed lists one page: the story's address."""
    base = loopback.url("")
    loopback.answer("/story", PAGE.replace("{canonical}", f"{base}{canonical}"), headers={"Content-Type": "text/html"})
    loopback.answer("/feed", RSS.format(base=base, path=listed), headers={"Content-Type": "application/rss+xml"})
    host = base.removeprefix("http://")
    config.write_text(f'{CONFIG}\n[network]\nallow = ["{host}"]\n'.replace("https://ledger.example", base))
    return loopback.url("/story")


def test_an_unknown_address_is_tried(capsys: pytest.CaptureFixture[str], config: Path, loopback: Loopback) -> None:
    """Its feed and page are read now, rules and channels say what they would do, and nothing is stored."""
    out = told(capsys, config, live(config, loopback, "/story"))

    assert "127.0.0.1 is a source: Ledger." in out
    assert "lists it now. The bot has not read that feed yet." in out
    assert "Its page was read now: “Raid in town”" in out
    assert "By its rules and channels it would go to raids." in out
    assert "channels, if it came" in out
    assert not (config.parent / "test.db").exists()


def test_what_the_feed_does_not_list(capsys: pytest.CaptureFixture[str], config: Path, loopback: Loopback) -> None:
    """An article that its feed does not show is told, with how far back the feed goes."""
    out = told(capsys, config, live(config, loopback, "/other"))

    assert "does not list it now (1 entry, the oldest of Mon 23 Nov, 05:00)" in out


def test_a_page_known_under_another_address(
    capsys: pytest.CaptureFixture[str], config: Path, database: Database, loopback: Loopback
) -> None:
    """What a page calls its own address leads to the stored article."""
    url = live(config, loopback, "/story", canonical="/known")
    arrive(database, **RAID)
    with database.write() as connection:
        articles.add_keys(connection, 1, [url_key(loopback.url("/known"))])

    assert "leads to a page that is known under another address. ✓ known Dateline knows it as article 1" in told(
        capsys, config, url)


def test_a_feed_that_fails(
    capsys: pytest.CaptureFixture[str], config: Path, database: Database, loopback: Loopback
) -> None:
    """A source whose feed has been failing says since when, and what it answers now."""
    url = live(config, loopback, "/story")
    loopback.scripts["/feed"] = []
    loopback.answer("/feed", status=404)
    with database.write() as connection:
        feeds.sync(connection, [WantedFeed(loopback.url("/feed"), "Ledger", "")], NOW)
        feeds.record_poll(connection, 2, failures=3, failing_since=NOW - timedelta(days=3), error="no answer")
    out = told(capsys, config, url)

    assert "3 polls in a row failed, the first 3 days ago: no answer." in out
    assert "cannot be read now: 127.0.0.1 has nothing at this address (404)" in out


def watching(config: Path, loopback: Loopback, page: str = "<p>The bus comes at noon.</p>") -> str:
    """A page that is watched, in a configuration of its own: its address."""
    loopback.answer("/policy", f"<html><title>Policy</title><body>{page}</body></html>",
                    headers={"Content-Type": "text/html"})
    url = loopback.url("/policy")
    allow = f"127.0.0.1:{loopback.port}"
    config.write_text(f"{CONFIG}\n[network]\nallow = ['{allow}']\n[[page]]\nurl = '{url}'\noutlet = 'Sheriff'\n")
    return url


def watch(database: Database, url: str, **columns: object) -> None:
    """The page stands in the database as a second source."""
    with database.write() as connection:
        feeds.sync(connection, [WantedFeed(newsroom.FEED, "Ledger"), WantedFeed(url, "Sheriff", kind="page")], NOW)
        feeds.record_poll(connection, 2, **{"polled_at": NOW, "first_ok_at": NOW} | columns)


def test_a_watched_page_leads_to_its_newest_change(
    capsys: pytest.CaptureFixture[str], config: Path, database: Database, loopback: Loopback
) -> None:
    """All its changes have its address; the others are named."""
    url = watching(config, loopback)
    watch(database, url)
    for number in (1, 2):
        arrive(database, number, **RAID)
    with database.write() as connection:
        connection.execute(update(article_rows).values(url=url))
        connection.execute(update(entry_rows).values(feed_id=2))
        connection.execute(delete(article_keys))
    out = told(capsys, config, url.replace("http:", "https:"))

    assert "watched for Sheriff. Its newest change is article 2; others before it: 1." in out
    assert f"The page {url} of Sheriff is watched: the change was seen on" in out
    assert [] == loopback.requests


@pytest.mark.parametrize(("columns", "page", "words"), [
    ({}, "<p>One.</p><p>Two.</p>", ["No change of it was seen. It is watched since", "looked at now: 2 paragraphs."]),
    ({"first_ok_at": None}, "<p>One.</p>", ["The bot has not seen it yet", "looked at now: 1 paragraph."]),
    ({}, "", ["No change of it was seen.", "✗ page It cannot be watched now: "]),
])
def test_a_watched_page_without_changes(
    capsys: pytest.CaptureFixture[str], config: Path, database: Database, loopback: Loopback,
    *, columns: dict[str, Any], page: str, words: list[str],
) -> None:
    """Since when it is watched, and whether it can be seen now; it is not read as a feed or as an article."""
    url = watching(config, loopback, page)
    watch(database, url, **columns)
    out = told(capsys, config, url)
    assert [True, True] == [each in out for each in words]
    assert 1 == len(loopback.requests)
    assert "cannot be watched" not in told(capsys, config, url, "--offline")


def test_what_a_watched_page_links_to(capsys: pytest.CaptureFixture[str], config: Path, loopback: Loopback) -> None:
    """Is not read, and the answer says so."""
    watching(config, loopback)
    out = told(capsys, config, loopback.url("/story"))
    assert "The page" in out
    assert "is watched for changes. Articles that it links to are not read. → if the site has a feed" in out


def queued(database: Database) -> list[deliveries.Delivery]:
    """The messages in the outbox."""
    with database.read() as connection:
        return deliveries.in_state(connection, *deliveries.STATES)


def test_post(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """By hand it goes to a channel that would not take it: once, and never by itself again."""
    arrive(database, title="Tea", text="Tea is served.")
    match(database, config)
    out = told(capsys, config, 1, "--post", "#BUSES")
    (queue,) = queued(database)
    with database.read() as connection:
        placed = digests.placed(connection, "C0000BUSES", 1)

    assert "Article 1 waits in the outbox for buses" in out
    assert ("C0000BUSES", "pending") == (queue.channel_id, queue.state)
    assert "Tea" in queue.body["text"]
    assert "Other matches" not in str(queue.body)
    assert "rule: by hand" not in str(queue.body)
    assert placed and "item" == placed.place
    status, _, err = call(capsys, config, "why", 1, "--post", "buses")
    assert 1 == status
    assert "nothing is posted twice" in err


def test_post_of_an_unknown_address(capsys: pytest.CaptureFixture[str], config: Path, loopback: Loopback) -> None:
    """What is posted is stored first, so that its feed does not bring it again."""
    url = live(config, loopback, "/story")
    told(capsys, config, url, "--post", "raids")
    database = opened(config)
    (queue,) = queued(database)
    database.close()
    out = told(capsys, config, 1)

    assert "Raid in town" in queue.body["text"]
    assert "No feed brought it: it was posted by hand." in out


def rules_file(config: Path, name: str = "rules.toml") -> str:
    """A rule file of the team."""
    return (config.parent / "team" / name).read_text()


def test_keep(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """An article becomes an example below its rule, as an excerpt; notes stay, and the file loads and passes."""
    arrive(database, **RAID)
    before = rules_file(config)
    out = told(capsys, config, 1, "--keep", "raids", "--as", "match")
    after, ruleset = rules_file(config), load_rules([config.parent / "team"])

    assert "Kept as an example of raids" in out
    assert before.partition("\n\n[[rule]]\nid = 'buses'")[0] in after
    assert [("match", "Raid in town", "Ledger")] == [
        (one.expect, one.title, one.outlet) for one in ruleset.rules[0].examples]
    assert "https://ledger.example/1" in ruleset.rules[0].examples[0].why
    assert workbench.test(ruleset).ok


def test_an_article_is_kept_once(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """Kept again, perhaps the other way round, it would be two examples that contradict each other."""
    arrive(database, **RAID)
    told(capsys, config, 1, "--keep", "raids", "--as", "match")
    before = rules_file(config)
    status, _, err = call(capsys, config, "why", 1, "--keep", "raids", "--as", "todo-no-match")

    assert (1, before) == (status, rules_file(config))
    assert "it is kept as an example of raids already, as “match”" in err


def test_the_verdict_of_an_excluded_article(
    capsys: pytest.CaptureFixture[str], config: Path, database: Database
) -> None:
    """What excluded it stands first, above all stages."""
    arrive(database, **GAME)
    match(database, config)

    assert 'NOT "video game" excludes it' in told(capsys, config, 1).partition("✓ known")[0]


@pytest.mark.parametrize(("columns", "expect"), [(GAME, "match"), (RAID, "no-match")])
def test_an_example_that_fails_is_not_written(
    capsys: pytest.CaptureFixture[str], config: Path, database: Database, columns: dict[str, Any], expect: str
) -> None:
    """A failing example would keep the rules from running: nothing is written, and `todo` is offered and works."""
    arrive(database, **columns)
    before = rules_file(config)
    status, _, err = call(capsys, config, "why", 1, "--keep", "raids", "--as", expect)

    assert 1 == status
    assert f"nothing was written: it {'did not match: NOT' if expect == 'match' else 'matched: '}" in err
    assert before == rules_file(config)
    told(capsys, config, 1, "--keep", "raids", "--as", f"todo-{expect}")
    assert f"expect = 'todo {expect.replace('-', ' ')}'" in rules_file(config)


def test_an_example_of_a_shipped_rule(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """It goes into a file of the team's, below a table that changes nothing else."""
    config.write_text(CONFIG.replace('folders = ["team"]', 'packs = ["immigration"]\nfolders = ["team"]'))
    arrive(database, title="Tea", text="Tea is served.")
    told(capsys, config, 1, "--keep", "local-cooperation", "--as", "no-match")

    assert "[[rule]]\nid = 'local-cooperation'\n\n[[rule.example]]\nexpect = 'no match'" in rules_file(
        config, "examples.toml")


@pytest.mark.parametrize("words", [["--keep", "raids"], ["--as", "match"], ["--keep", "rads", "--as", "match"],
                                   ["--post", "nowhere"]])
def test_offers_that_are_not_understood(
    capsys: pytest.CaptureFixture[str], config: Path, database: Database, words: list[str]
) -> None:
    """An offer without its other half, or with a name that does not exist, changes nothing and says what is missing."""
    arrive(database, **RAID)
    before = rules_file(config)
    status, _, err = call(capsys, config, "why", 1, *words)

    assert 1 == status
    assert err.startswith("error: ")
    assert (before, []) == (rules_file(config), queued(database))


def test_an_erased_text_is_not_kept(capsys: pytest.CaptureFixture[str], config: Path, database: Database) -> None:
    """Of an erased article only the headline is left, and that is told."""
    arrive(database, **RAID)
    with database.write() as connection:
        connection.execute(update(article_rows).values(text=None, summary=None, erased_at=NOW, rules_hash="x"))

    assert "Its text was erased on" in told(capsys, config, 1)


def test_in_a_terminal_it_asks(
    capsys: pytest.CaptureFixture[str], config: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without options a person is asked; an example that fails is offered as one to mend."""
    arrive(database, **GAME)
    person, terminal = pty.openpty()
    os.write(person, b"\nraids\nyes\nyes\n")  # no post; keep; it should match; to mend
    with os.fdopen(terminal) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        out = told(capsys, config, 1)
    os.close(person)

    assert "nothing was written: it did not match" in out
    assert "Kept as an example of raids" in out
    assert "expect = 'todo match'" in rules_file(config)
    assert [] == queued(database)
