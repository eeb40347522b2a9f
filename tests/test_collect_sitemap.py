"""News sitemaps as feeds, and the sitemaps that are none."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from monitor.collect.feed import MAX_ENTRIES, MAX_UNPACKED, parse_feed
from monitor.collect.model import ParsedFeed
from monitor.errors import DocumentError

URL = "https://courier.example/news-sitemap.xml"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet href="x.xsl"?>'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
)


def page(number: int, date: str = "2026-03-02T10:00:00-06:00") -> str:
    return (
        f"<url><loc> https://courier.example/news/{number} </loc><lastmod>2026-03-02T17:00:00Z</lastmod><news:news>"
        "<news:publication><news:name>Harbor Courier</news:name><news:language>es</news:language></news:publication>"
        f"<news:publication_date>{date}</news:publication_date><news:title>Story &amp; {number}</news:title>"
        "</news:news></url>"
    )


def sitemap(*pages: str) -> str:
    return HEAD + "".join(pages) + "</urlset>"


def parse(body: str | bytes) -> ParsedFeed:
    return parse_feed(body.encode() if isinstance(body, str) else body, url=URL, content_type="text/xml")


def refusal(body: str | bytes) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        parse(body)
    return caught.value


def test_a_news_sitemap_is_a_feed() -> None:
    """Address, title, date and language of each article; the address is its identity."""
    feed = parse(sitemap(page(1)))
    (entry,) = feed.entries
    assert ("sitemap", True, "courier.example") == (feed.version, feed.whole, feed.title)
    assert (2 * ("https://courier.example/news/1",), "Story & 1", "es") == (
        (entry.guid, entry.url),
        entry.title,
        entry.language,
    )
    assert datetime(2026, 3, 2, 16, tzinfo=UTC) == entry.published_at
    assert datetime(2026, 3, 2, 17, tzinfo=UTC) == entry.updated_at


def test_the_newest_articles_come_first() -> None:
    """In whatever order the file has them; of too many, the oldest are left out and counted."""
    pages = [page(number, f"2026-03-02T{number % 24:02}:00:00Z") for number in range(MAX_ENTRIES + 3)]
    feed = parse(sitemap(*pages, page(9_999, "2026-03-03"), page(9_998, "some day")))
    assert (MAX_ENTRIES, 5) == (len(feed.entries), feed.dropped)
    assert "Story & 9999" == feed.entries[0].title
    assert all(entry.published_at for entry in feed.entries)


def test_a_quiet_site_has_an_empty_sitemap() -> None:
    """It lists two days of news: none is no fault."""
    assert () == parse(sitemap()).entries


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (sitemap("<url><loc>https://a.example/</loc></url>"), "not-a-feed", "an ordinary sitemap came"),
        ("<sitemapindex/>", "not-a-feed", "a list of 0 sitemaps came: look on the site"),
        (sitemap(page(1))[:-20], "damaged", "damaged or broke off"),
    ],
)
def test_other_sitemaps_are_named(body: str, kind: str, words: str) -> None:
    """Said is what it is and where to look instead."""
    error = refusal(body)
    assert kind == error.kind
    assert words in str(error)


def test_an_index_names_its_sitemaps_of_news() -> None:
    """At most three, and none whose host alone speaks of news."""
    paths = ["posts-1.xml", "news-1.xml", "google-news.xml", "latest.xml", "newsletter.xml", "noticias.xml"]
    places = "".join(f"<sitemap><loc>https://dailynews.example/{path}</loc></sitemap>" for path in paths)
    message = str(refusal(f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</sitemapindex>'))
    addresses = [f"https://dailynews.example/{path}" for path in paths[1:4]]
    assert message.endswith(f"take one of them that holds news: {', '.join(addresses)}")


def test_an_index_is_named_without_its_keys() -> None:
    """What is told of it stands in a channel: a password, or a key behind "?", must not."""
    place = "<sitemap><loc>https://me:hidden@a.example/news.xml?key=hidden</loc></sitemap>"
    message = str(refusal(f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{place}</sitemapindex>'))
    assert message.endswith("holds news: https://a.example/news.xml?…")


def test_a_packed_sitemap_is_unpacked() -> None:
    """Many sites have it as a gzip file."""
    assert "Story & 1" == parse(gzip.compress(sitemap(page(1)).encode())).entries[0].title


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (gzip.compress(b" " * (MAX_UNPACKED + 1)), "size"),
        (gzip.compress(sitemap(page(1)).encode())[:-30], "size"),
        (b"\x1f\x8bnonsense", "damaged"),
    ],
)
def test_packed_files_are_bounded(body: bytes, kind: str) -> None:
    """A few kilobytes can hold a gigabyte."""
    assert kind == refusal(body).kind


def test_entities_of_a_sitemap_are_not_opened() -> None:
    """Neither files nor a bomb."""
    head = '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/hostname"><!ENTITY y "boom">]>'
    body = sitemap(page(1).replace("Story", "Story &x;&y;")).replace("<urlset", head + "<urlset")
    assert "boom" not in str(parse(body).entries)
