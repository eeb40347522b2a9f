"""Watched pages: which paragraphs are seen, what is refused, and what a change looks like as an article."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from monitor.collect.model import Entry, Fetched, WatchedPage
from monitor.collect.restless import Noted
from monitor.collect.store import Outcome, store_all
from monitor.collect.watch import MAX_PARAGRAPHS, RESTLESS, TOO_LONG, extract_watched, is_selector, look
from monitor.config.load import PACKS
from monitor.errors import DocumentError
from monitor.settings import PollingSettings
from rules.engine.engine import Engine
from rules.files.load import load_rules
from rules.model import Article
from storage import feeds, snapshots
from storage.feeds import WantedFeed
from storage.schema import articles

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from storage.database import Database
    from storage.feeds import Feed

URL = "https://sheriff.example/policy"
PAGE = """<!doctype html><html><head><title>Jail policy | Anne County</title><style>p { color: red }</style></head>
<header><p>Anne County</p><form><input type="password"></form></header>
<nav><ul><li>Home<li>Jobs</ul></nav>
<main><h1>Jail policy</h1><p>The office honours <a href="/d">ICE detainers</a>
 that a judge signed.<br>It asks nobody about status.</p><script>track()</script>
<ul><li>First<ul><li>Part of the first</ul><li>Second</ul>
<table><tr><th>Agency<th>State</tr><tr><td><p>Frederick</p><td>MD</tr></table><aside>See also: jobs</aside></main>
<footer>Copyright 2026</footer></body></html>"""
SEEN = ("Jail policy", "The office honours ICE detainers that a judge signed.", "It asks nobody about status.",
        "First", "Part of the first", "Second", "Agency | State", "Frederick | MD")


def watched(markup: str, selector: str = "", content_type: str = "text/html") -> WatchedPage:
    """What is seen on a page of Anne County's sheriff."""
    return extract_watched(markup.encode(), url=URL, content_type=content_type, selector=selector)


def test_a_page_is_paragraphs_rows_and_items_without_its_furniture() -> None:
    """Menus, header, footer, sidebars and scripts are left out; a row of a table is one paragraph, an item another."""
    assert WatchedPage("Jail policy | Anne County", SEEN) == watched(PAGE)


@pytest.mark.parametrize(
    ("selector", "seen"),
    [("h1", SEEN[:1]), ("table", SEEN[6:]), ("ul li, main li", ("Home", "Jobs", *SEEN[3:6])),
     ("header", ("Anne County",))],
)
def test_a_selector_points_at_the_part_to_watch(selector: str, seen: tuple[str, ...]) -> None:
    """Also at parts that would else be left out; what stands within another part is seen once."""
    page = PAGE.replace('<input type="password">', "")
    assert seen == watched(page, selector).paragraphs


def test_a_page_laid_out_in_a_table_is_still_paragraphs() -> None:
    """Old sites put everything into one row, which is no row of data."""
    story = "The board met for two hours. " * 15
    cell = f"<td><p>{story}</p><p>{story}</p></td>"
    assert (story.strip(),) * 2 == watched(f"<html><body><table><tr>{cell}</tr></table></body></html>").paragraphs


@pytest.mark.parametrize(
    ("markup", "selector", "kind", "part"),
    [
        (PAGE, "#gone", "not-there", "(#gone) is not there any more"),
        ("<html><body><div id='p'> </div></body></html>", "#p", "not-there", "correct selector"),
        ("<html><body><script>app()</script></body></html>", "", "not-there", "made by a script"),
        ("", "", "not-there", "empty page"),
        ("<html><title>404 - Not Found</title><p>Nothing here</p></html>", "", "wall", "sheriff.example sent an error"),
        ("<html><title>Access Denied</title><main>You may not.</main></html>", "main", "wall", "error or login page"),
        ("<html><title>Just a moment...</title><p>Wait</p></html>", "", "wall", "“Just a moment...”"),
        ("<html><title>Service Unavailable</title><p>Wait</p></html>", "", "wall", "“Service Unavailable”"),
        ("<html><h1>Wi-Fi login</h1><a href='/'>Accept</a></html>", "", "wall", "“Wi-Fi login”"),
        ("<html><title>Portal</title><main>Name <input type='password'></main></html>", "", "wall", "login page"),
    ],
)
def test_what_is_no_state_of_the_page_is_refused(markup: str, selector: str, kind: str, part: str) -> None:
    """An error, a login or an empty page must not look as if everything had been deleted."""
    with pytest.raises(DocumentError) as refused:
        watched(markup, selector)
    assert kind == refused.value.kind
    assert part in str(refused.value)


@pytest.mark.parametrize("title", ["Error analysis of 1990 | Census", "500 Main Street Jail", "Login help", ""])
def test_a_long_page_is_no_wall_whatever_its_title(title: str) -> None:
    """Error and login pages say little else; a page full of text is believed."""
    story = "The board met for two hours. " * 60
    assert 1 == len(watched(f"<html><title>{title}</title><p>{story}</p></html>").paragraphs)


def test_what_is_no_page_is_refused() -> None:
    """A feed or a picture has no paragraphs."""
    with pytest.raises(DocumentError) as refused:
        watched("%PDF-1.7 ...", content_type="application/pdf")
    assert "not-a-page" == refused.value.kind


def test_a_page_has_at_most_so_many_paragraphs() -> None:
    """The rest is not looked at."""
    assert MAX_PARAGRAPHS == len(watched("<html><body>" + "<p>one</p>" * 3 * MAX_PARAGRAPHS).paragraphs)


def test_a_page_of_few_long_lines_is_cut_too() -> None:
    """What is kept for comparison stays near two megabytes."""
    assert sum(map(len, watched("<html><body>" + f"<p>{'word ' * 4_000}</p>" * 500).paragraphs)) < 2_010_000


@pytest.mark.parametrize(("selector", "right"), [("main > p:first-child", True), ("div[", False), ("a::text", False)])
def test_selectors_are_known_before_they_are_used(selector: str, right: bool) -> None:
    """`dateline check` names a wrong one, not the poll at night."""
    assert right is is_selector(selector)


def feed_of(database: Database, now: datetime) -> Feed:
    """The sheriff's page, as stored."""
    with database.write() as connection:
        feeds.sync(connection, [WantedFeed(URL, "Anne County Sheriff", "MD", "page")], now)
        return feeds.active(connection)[0]


@pytest.fixture
def feed(database: Database, now: datetime) -> Feed:
    """The same."""
    return feed_of(database, now)


def page_with(*paragraphs: str) -> WatchedPage:
    """A state of the page."""
    return WatchedPage("Jail policy", paragraphs)


def changes(before: Sequence[str] | None, page: WatchedPage, feed: Feed, now: datetime) -> tuple[Entry, ...]:
    """What is told of a page of which nothing was noted."""
    return look(before, Noted(), page, feed, now).entries


def test_the_first_look_tells_nothing(feed: Feed, now: datetime) -> None:
    """What stood there before is no news."""
    assert () == changes(None, page_with(*SEEN), feed, now)


def test_a_change_is_one_entry_that_says_what_was_and_what_is(feed: Feed, now: datetime) -> None:
    """Headline and text hold what changed, and nothing that did not."""
    after = (*SEEN[:1], "The office honours ICE detainers.", *SEEN[2:], "Carroll | MD")
    (entry,) = changes(SEEN, page_with(*after), feed, now)
    assert "Changed: The office honours ICE detainers." == entry.title
    assert ["Before: The office honours ICE detainers that a judge signed.", "Now: The office honours ICE detainers.",
            "Added: Carroll | MD"] == entry.content.split("\n")
    assert (URL, now) == (entry.url, entry.published_at)


def test_a_deletion_says_so_in_the_headline(feed: Feed, now: datetime) -> None:
    """A headline that only named the deleted words would say the opposite."""
    (entry,) = changes(SEEN, page_with(*SEEN[:2], *SEEN[3:]), feed, now)
    assert "Changed: deleted: It asks nobody about status." == entry.title
    assert "Deleted: It asks nobody about status." == entry.content


@pytest.mark.parametrize(("hours", "told"), [(12, 2), (47, 2), (49, 6), (30 * 24, 6)])
def test_a_page_that_goes_to_and_fro_is_told_once_each_way(feed: Feed, now: datetime, hours: int, told: int) -> None:
    """A cache with two states is noise; an agreement that is signed, ended and signed again in months is news."""
    states = [(*SEEN[:2], "It asks everybody about status.", *SEEN[3:]), SEEN] * 3
    before, noted = SEEN, Noted()
    guids: set[str] = set()
    for number, state in enumerate(states):
        # Each way comes at every second look.
        seen = look(before, noted, page_with(*state), feed, now + timedelta(hours=hours / 2) * number)
        before, noted = state, seen.noted
        guids.update(entry.guid for entry in seen.entries)
    assert told == len(guids)


def test_a_page_made_anew_is_told_in_short(feed: Feed, now: datetime) -> None:
    """Where most of a long page changed, its first twenty changes are enough to see what it is."""
    old, new = ([f"{word} paragraph {number}" for number in range(60)] for word in ("Old", "Different"))
    (entry,) = changes(old, page_with(*new), feed, now)
    lines = entry.content.split("\n")
    assert "Most of the page changed. It begins:" == lines[0]
    assert "… and 40 more" == lines[-1]


def test_the_words_of_our_own_match_no_rule(feed: Feed, now: datetime) -> None:
    """What stands in front of a paragraph must not be what a rule looks for: "removed" would be a deportation."""
    engine = Engine(load_rules([PACKS / "immigration"]))
    (entry,) = changes(("One", "Two", "Three words here"), page_with("One", "Three words there", "x"), feed, now)
    assert {"Before", "Now", "Deleted", "Added"} >= {line.partition(":")[0] for line in entry.content.split("\n")}
    labels = "Changed. Deleted. Added. Before. Now. Most of the page changed. It begins."
    texts = [f"{labels} ICE {labels}", f"{labels} detainer {labels}", f"{labels} Baltimore, MD {labels}"]
    assert [[], [], []] == [list(engine.match(Article(title=labels, text=text, url=URL))) for text in texts]


def outcome(feed: Feed, page: WatchedPage, now: datetime, *, whole: bool = True) -> Outcome:
    """A look at the page, with a body that says the same."""
    body = json.dumps(asdict(page)).encode()
    fetched = Fetched(URL, 200, body, {}, None, None, "text/html", whole, (), 0.1)
    return Outcome(feed, 0.5, now, fetched, watched=page)


def looked(database: Database, pages: list[WatchedPage], now: datetime, *, whole: bool = True) -> list[str]:
    """The headlines after the page was looked at so often, an hour apart; the last look may have broken off."""
    for number, page in enumerate(pages):
        with database.read() as connection:
            feed = feeds.active(connection)[0]
        is_whole = whole or number < len(pages) - 1
        store_all(database, PollingSettings(), [outcome(feed, page, now + timedelta(hours=number), whole=is_whole)])
    with database.read() as connection:
        return list(connection.scalars(select(articles.c.title).where(~articles.c.quiet).order_by(articles.c.id)))


@pytest.mark.usefixtures("feed")
def test_each_change_of_a_page_is_an_article_of_its_own(database: Database, now: datetime) -> None:
    """They have one address, which must not make the second a copy of the first."""
    pages = [page_with(*words.split()) for words in ("One", "One Two", "One Two Three", "One Two Three")]
    assert ["Changed: Two", "Changed: Three"] == looked(database, pages, now)


@pytest.mark.usefixtures("feed")
def test_a_page_that_broke_off_is_not_compared(database: Database, now: datetime) -> None:
    """Its missing half was not deleted, and is not forgotten."""
    assert [] == looked(database, [page_with("One", "Two"), page_with("One")], now, whole=False)
    with database.read() as connection:
        last = snapshots.last(connection, feeds.active(connection)[0].id)
        assert last and ("One", "Two") == last.paragraphs


def test_a_look_takes_the_place_of_the_one_before(database: Database, feed: Feed, now: datetime) -> None:
    """One state a page is kept; none where it was never looked at."""
    with database.write() as connection:
        assert None is snapshots.last(connection, feed.id)
        snapshots.keep(connection, feed.id, ["One", "Dos ñ"], {}, now)
        snapshots.keep(connection, feed.id, ["Two"], {"told": {}}, now)
        assert snapshots.Snapshot(("Two",), {"told": {}}) == snapshots.last(connection, feed.id)


def error_of(database: Database) -> tuple[str | None, str | None]:
    """What `feeds health` reads of the page."""
    with database.read() as connection:
        (feed,) = feeds.active(connection)
        return feed.error_kind, feed.error


@pytest.mark.usefixtures("feed")
def test_a_place_that_changes_at_every_look_is_left_out(database: Database, now: datetime) -> None:
    """It is told twice, then health says so; what changes elsewhere is told all the time."""
    pages = [page_with("Policy", f"Request {number}", "Rules", "New!" if number == 6 else "Old.")
             for number in range(8)]
    told = ["Changed: Request 1", "Changed: Request 2", "Changed: New!", "Changed: Old."]
    assert told == looked(database, pages, now)
    assert ("restless", RESTLESS) == error_of(database)


def unchanged(feed: Feed, now: datetime) -> Outcome:
    """A look at the page that brought the very same bytes."""
    return Outcome(feed, 0.5, now, Fetched(URL, 304, b"", {}, None, None, "text/html", True, (), 0.1))


@pytest.mark.usefixtures("feed")
def test_a_page_of_which_the_end_is_not_seen_says_so(database: Database, now: datetime) -> None:
    """Also after it was asked again and had not changed, until it is short enough."""
    looked(database, [page_with(*map(str, range(MAX_PARAGRAPHS)))], now)
    with database.read() as connection:
        (feed,) = feeds.active(connection)
    store_all(database, PollingSettings(), [unchanged(feed, now + timedelta(hours=1))])
    assert ("too-long", TOO_LONG) == error_of(database)
    looked(database, [page_with("Short")], now + timedelta(hours=2))
    assert (None, None) == error_of(database)


@pytest.mark.usefixtures("feed")
def test_a_row_at_the_end_of_a_long_list_is_told(database: Database, now: datetime) -> None:
    """Lists of agencies have thousands of rows, and grow at their end."""
    rows = [f"Agency number {number} of County {number}" for number in range(5_000)]
    assert ["Changed: Zeta County"] == looked(database, [page_with(*rows), page_with(*rows, "Zeta County")], now)
