"""The demo newspapers: served like real ones, and judged by the shipped rules exactly as they say of themselves."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from monitor.collect.page import extract_page
from monitor.demo.articles import DemoArticle, Outlet, load_outlets
from monitor.demo.pages import TRACKING
from monitor.demo.site import Site, serve
from rules.engine.engine import Engine
from rules.files.load import load_rules
from rules.model import Article, Match

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

NOW = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
PACK = Path(__file__).parent.parent / "rules" / "packs" / "immigration"
ARTICLES = [
    pytest.param(outlet, article, id=article.slug) for outlet in load_outlets() for article in outlet.articles
]
MISSING = "rockville-courthouse-arrests"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A running demo site."""
    with serve(now=NOW) as running:
        yield running


@cache
def engine() -> Engine:
    return Engine(load_rules([PACK]))


def matches(outlet: Outlet, article: DemoArticle) -> tuple[Match, ...]:
    text = "\n".join(article.paragraphs(NOW)) or article.in_words(article.summary, NOW)
    found = engine().match(Article(article.title, text, outlet=outlet.name, home=outlet.home))
    return tuple(match for match in found if match.alerts)


def get(url: str, **headers: str) -> tuple[int, bytes, Message]:
    request = Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urlopen(request, timeout=5) as answer:
            return answer.status, answer.read(), answer.headers
    except HTTPError as error:
        with error:
            return error.code, error.read(), error.headers


def links(document: bytes) -> list[str]:
    root = ET.fromstring(document)
    atom = [link.attrib["href"] for link in root.findall("{*}entry/{*}link")]
    return atom or [link.text or "" for link in root.findall("channel/item/link")]


@pytest.mark.parametrize(("outlet", "article"), ARTICLES)
def test_topics_are_those_the_article_names(outlet: Outlet, article: DemoArticle) -> None:
    """The shipped rules find exactly the topics that each article says of itself."""
    assert article.topics == {topic for match in matches(outlet, article) for topic in match.topics}


@pytest.mark.parametrize(("outlet", "article"), ARTICLES)
def test_places_are_those_the_article_names(outlet: Outlet, article: DemoArticle) -> None:
    """A match names exactly the places that the article says of itself."""
    assert article.places == {place.place_id for match in matches(outlet, article) for place in match.places}


@pytest.mark.parametrize(("outlet", "article"), ARTICLES)
def test_articles_are_a_day_old_at_most(outlet: Outlet, article: DemoArticle) -> None:
    """A first poll alerts nothing older than 24 hours, so that no article of the demo may be."""
    assert timedelta(0) < NOW - article.published_at(NOW) < timedelta(hours=23)


def test_every_feed_lists_its_articles(site: Site) -> None:
    """Each feed is well-formed and holds the outlet's own articles and those it carries."""
    carried = {"patapsco-ledger": 10, "puente-latino": 3, "chesapeake-wire": 9}
    assert carried == {feed.url.split("/")[3]: len(links(get(feed.url)[1])) for feed in site.feeds}


def test_one_article_is_in_two_feeds(site: Site) -> None:
    """The carried article has the same address in both feeds but for the tracking parameters."""
    found = [link for feed in site.feeds for link in links(get(feed.url)[1]) if "hyattsville" in link]
    page = f"{site.url}/patapsco-ledger/hyattsville-sanctuary-vote"
    assert [page, page + TRACKING] == found
    assert get(found[0])[1] == get(found[1])[1]


def test_one_page_is_missing(site: Site) -> None:
    """Exactly one link of the feeds leads nowhere: its article exists as a summary only."""
    everything = {link for feed in site.feeds for link in links(get(feed.url)[1])}
    missing = [link for link in everything if get(link)[0] == 404]
    assert [f"{site.url}/patapsco-ledger/{MISSING}"] == missing


@pytest.mark.parametrize(("validator", "header"), [("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since")])
def test_an_unchanged_feed_answers_304(site: Site, validator: str, header: str) -> None:
    """A client that echoes a validator gets 304 and no body."""
    url = site.feeds[0].url
    status, body, _ = get(url, **{header: get(url)[2][validator]})
    assert (304, b"") == (status, body)


@pytest.mark.parametrize(
    ("header", "value"), [("If-None-Match", '"other"'), ("If-Modified-Since", "long ago"),
                          ("If-Modified-Since", "Mon, 23 Nov 2020 00:00:00 GMT")])
def test_a_stale_validator_gets_the_feed(site: Site, header: str, value: str) -> None:
    """Another ETag, an older date or a garbled one get the whole document."""
    assert get(site.feeds[0].url, **{header: value})[0] == 200


def test_pages_carry_furniture_that_would_match(site: Site) -> None:
    """The sidebar names raids and other cities, so that clean extraction is put to the test."""
    page = get(f"{site.url}/patapsco-ledger/ice-storm-closes-schools")[1].decode()
    assert "ICE raids reported in Houston and Miami" in page
    assert "cookie" in page


@pytest.mark.parametrize(("outlet", "article"), [case for case in ARTICLES if case.id != MISSING])
def test_the_story_is_told_apart_from_the_furniture(site: Site, outlet: Outlet, article: DemoArticle) -> None:
    """What the bot extracts from a page is the story, paragraph by paragraph, and nothing of the sidebar."""
    url = f"{site.url}/{outlet.id}/{article.slug}"
    text = extract_page(get(url)[1], url=url, content_type="text/html").text
    assert article.paragraphs(NOW) == [line for line in text.splitlines() if line in article.paragraphs(NOW)]
    assert not [title for title in outlet.related if title in text]


def test_weekdays_follow_the_date_of_the_demo(site: Site) -> None:
    """The story says the weekday of its publication; no placeholder is left in any document."""
    documents = [get(link)[1] for feed in site.feeds for link in [feed.url, *links(get(feed.url)[1])]]
    assert b"before sunrise on Monday" in b"".join(documents)
    assert b"{day}" not in b"".join(documents)


def test_the_front_page_offers_the_feeds(site: Site) -> None:
    """The home page names every feed for autodiscovery."""
    page = get(site.url + "/")[1].decode()
    assert all(f'href="{feed.url}">' in page for feed in site.feeds)


def test_the_port_is_free_afterwards() -> None:
    """Leaving the block stops the server."""
    with serve(now=NOW) as running:
        assert get(running.url + "/robots.txt")[0] == 200
    with pytest.raises(URLError):
        get(running.url + "/robots.txt")
