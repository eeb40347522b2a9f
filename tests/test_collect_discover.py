"""Feeds named by pages and by robots.txt."""

from __future__ import annotations

import pytest

from monitor.collect.discover import Discovered, FoundFeed, discover, found_feeds, news_sitemaps

URL = "https://courier.example/about/"


def link(href: str, kind: str = "application/rss+xml", extra: str = "") -> str:
    return f'<link rel="alternate" type="{kind}" href="{href}" {extra}>'


def test_named_feeds_are_found_with_their_titles() -> None:
    """RSS, Atom and JSON, in the order of the page, with full addresses and the site's title."""
    page = (
        "<html><head><title>Harbor \n Courier</title>"
        + link("/feed/", extra='title="Courier &amp; Feed"')
        + link("atom.xml", "Application/Atom+XML; charset=utf-8")
        + link("https://other.example/f.json", "application/feed+json")
        + "</head></html>"
    )
    expected = (
        FoundFeed("https://courier.example/feed/", "Courier & Feed", "rss"),
        FoundFeed("https://courier.example/about/atom.xml", "", "atom"),
        FoundFeed("https://other.example/f.json", "", "json"),
    )
    assert Discovered(expected, "Harbor Courier") == discover(page.encode(), url=URL, content_type="text/html")


def test_comments_come_last() -> None:
    """WordPress names the feed of comments beside that of the articles, sometimes before it."""
    page = link("/comments/feed/") + link("/x/", extra='title="Story » Comments Feed"') + link("/feed/")
    found = [feed.url.removeprefix("https://courier.example") for feed in found_feeds(page.encode(), URL)]
    assert ["/feed/", "/comments/feed/", "/x/"] == found


@pytest.mark.parametrize(
    ("href", "found"),
    [
        ("/rss", True),
        ("/news/feed/", True),
        ("/index.xml", True),
        ("feeds/news.rss", True),
        ("/search?format=rss", True),
        ("/arc/outboundfeeds/rss/?outputType=xml", True),
        ("/feedback", False),
        ("/news", False),
        ("/rss-explained", False),
        ("mailto:rss@courier.example", False),
    ],
)
def test_links_that_look_like_feeds_are_a_weaker_guess(href: str, found: bool) -> None:
    """By their address; what they are only reading tells."""
    kinds = [feed.kind for feed in found_feeds(f'<body><a href="{href}">RSS</a></body>'.encode(), URL)]
    assert (["link"] if found else []) == kinds


@pytest.mark.parametrize(
    "page",
    [
        "",
        "\0",
        "no markup",
        link("javascript:x"),
        link("http://[::1"),
        link("/", "text/html"),
        link("/wp-json/wp/v2/posts/1", "application/json"),
        link("/s.css").replace("alternate", "stylesheet"),
    ],
)
def test_nothing_is_found_where_nothing_is_named(page: str) -> None:
    """Nor does anything raise."""
    assert () == found_feeds(page.encode(), URL)


def test_each_feed_is_listed_once_and_the_list_is_short() -> None:
    """Named, linked, and named again; a large site names a feed for each of its sections."""
    page = link("/feed/") + '<a href="/feed/">RSS</a>' + link("/feed/#x")
    assert 1 == len(found_feeds(page.encode(), URL))
    assert 20 == len(found_feeds("".join(link(f"/{number}/feed") for number in range(500)).encode(), URL))


def test_addresses_are_relative_to_the_base_of_the_page() -> None:
    """Which need not be where the page was."""
    page = '<head><base href="https://cdn.example/site/">' + link("feed.xml") + "</head>"
    assert "https://cdn.example/site/feed.xml" == found_feeds(page.encode(), URL)[0].url


def test_the_name_of_the_site_is_preferred() -> None:
    """A page's title is often that of its first story."""
    page = '<head><title>Bridge reopens</title><meta property="og:site_name" content="Courier"></head>'
    assert "Courier" == discover(page.encode(), url=URL, content_type="").title


def test_sitemaps_of_a_robots_txt_are_found() -> None:
    """Those of news first, each once, whatever else stands there."""
    robots = (
        "User-agent: *\nDisallow: /a\nSitemap: https://courier.example/sitemap.xml\n"
        " SITEMAP:/news-sitemap.xml  # comment\nSitemap:\nSitemap: ftp://x.example/y\n"
        "sitemap: https://courier.example/sitemap.xml\n"
    )
    expected = ("https://courier.example/news-sitemap.xml", "https://courier.example/sitemap.xml")
    assert expected == news_sitemaps(robots, "https://courier.example/robots.txt")
