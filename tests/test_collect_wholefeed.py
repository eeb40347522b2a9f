"""The fast reader beside feedparser: where it reads a document at all, both find the same."""

from __future__ import annotations

import gzip
import io
from calendar import timegm
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.collect import clean, wholefeed
from monitor.collect.feed import parse_feed
from monitor.collect.rawentry import RawEntry
from monitor.errors import DocumentError

REAL = Path(__file__).parents[2] / "shared" / "bench-data"
BASE = "https://courier.example/feeds/all.xml"
SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:foo="urn:foo" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
)


def rss(items: str, head: str = "<title>T</title>") -> str:
    return f'<rss version="2.0" {SPACES}><channel>{head}<item>{items}</item></channel></rss>'


def atom(entries: str) -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {SPACES}><title>T</title><entry>{entries}</entry></feed>'


def moment(entry: feedparser.FeedParserDict, key: str) -> datetime | None:
    parts = entry[key] if key in entry else None  # noqa: SIM401 - its get() gives another key's value, and warns
    return datetime.fromtimestamp(timegm(parts), UTC) if parts else None


def by_feedparser(document: str) -> list[tuple[object, ...]]:
    """What feedparser finds in each entry, as `fields` gives it of ours."""
    parsed = feedparser.parse(
        io.BytesIO(document.encode()),
        response_headers={"content-location": BASE, "content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    return [
        (
            *(entry.get(key, "") for key in ("id", "link", "title", "author")),
            entry.get("title_detail", {}).get("language") or "",
            clean.paragraphs(entry.get("summary", ""))[0],
            [clean.paragraphs(part["value"])[0] for part in entry.get("content", ())],
            *(moment(entry, f"{key}_parsed") for key in ("published", "updated", "created")),
        )
        for entry in parsed["entries"]
    ]


def fields(entry: RawEntry) -> tuple[object, ...]:
    summary, contents = clean.paragraphs(entry.summary or "")[0], [clean.paragraphs(text)[0] for text in entry.contents]
    said = (entry.guid, entry.link or "", entry.title, entry.author, entry.language, summary, contents)
    return (*said, entry.published, entry.updated, entry.created)


@pytest.mark.parametrize(
    "items",
    [
        "<title>Bridge</title><link>/a</link><guid>17</guid><pubDate>Mon, 02 Mar 2026 10:00:00 EST</pubDate>",
        "<title>A</title><media:group><media:title>B</media:title></media:group><title>C</title>",
        "<guid isPermaLink='false'>17</guid><guid isPermaLink='x'/>",
        "<media:title>Picture</media:title><title>Story</title>",
        "<title>Story</title><source url='http://a.example'>Ledger</source><media:title>Picture</media:title>",
        "<description>One</description><media:content><media:description>Two</media:description></media:content>",
        "<content:encoded>Full</content:encoded><description>Short</description><description>Last</description>",
        "<content:encoded>Full</content:encoded><itunes:summary>Short</itunes:summary>",
        "<link>http://a.example/?a=1&amp;amp;b=2&amp;c;d</link><guid>http:///a.example/2</guid>",
        "<guid>http://a.example/1</guid><link/>",
        "<author><name>Ann</name><email>a@b.example</email><foo:x/></author>",
        "<dc:creator>Ann</dc:creator><author>b@c.example (Bo)</author><author/>",
        "<title>Caf\u00c3\u00a9 \u0092x\u0092</title><dc:date>2026-03-02T10:00:00+02:00</dc:date>",
        "<title xml:lang='es_MX'>Hola</title><link xml:base='/b/'>c</link><foo:title>no</foo:title>",
        "<image>http://i.example/1.png</image><contributor><name>C</name></contributor><wrap><title>In</title></wrap>",
        "<title xmlns='urn:other'>T</title><post-id xmlns='urn:wordpress'>3</post-id>",
        "<p:title xmlns:p='urn:other'>P</p:title><q:title xmlns:q='urn:other'>Q</q:title><title>T</title>",
    ],
)
def test_elements_win_as_in_feedparser(items: str) -> None:
    """Of titles, texts, links, people and dates, whatever else the item says."""
    document = rss(items)
    feed = wholefeed.read(document, BASE)
    assert feed is not None
    assert by_feedparser(document) == [fields(entry) for entry in feed.entries]


ELEMENTS = (
    "<title>A</title>", "<title>B</title>", "<title/>", "<media:title>P</media:title>", "<dc:title>D</dc:title>",
    "<link>/a</link>", "<link/>", "<link href='/b'/>", "<link rel='self' href='/c'/>",
    "<guid>1</guid>", "<guid isPermaLink='false'>2</guid>", "<id>http://a.example/3</id>", "<guid/>",
    "<description>x</description>", "<summary>yy</summary>", "<content:encoded>zzz</content:encoded>",
    "<content type='html'>uuuu</content>", "<media:description>v</media:description>", "<itunes:summary/>",
    "<pubDate>2 Mar 2026 10:00 GMT</pubDate>", "<dc:date>2026-03-03</dc:date>", "<updated/>",
    "<created>2026-03-04T01:02:03Z</created>",
    "<author>Ann</author>", "<dc:creator>b@c.example (Bo)</dc:creator>", "<author><name>Cy</name></author>",
    "<author/>",
    "<source>S</source>", "<source><title>S</title></source>", "<source><title/></source>",
    "<image/>", "<category>c</category>",
    "<foo:title>f</foo:title>",
)  # fmt: skip


@given(
    st.lists(
        st.recursive(
            st.sampled_from(ELEMENTS),
            lambda inner: st.lists(inner, max_size=3).map(lambda many: f"<media:group>{''.join(many)}</media:group>"),
        ),
        max_size=8,
    )
)
@settings(max_examples=200, deadline=None)
def test_any_order_of_elements_is_read_as_by_feedparser(items: list[str]) -> None:
    """Repeated, nested in groups of pictures, or empty: the fast reader finds the same or leaves it."""
    document = rss("".join(items) + "</item><item>" + "".join(reversed(items)))
    feed = wholefeed.read(document, BASE)
    if feed is not None:
        assert by_feedparser(document) == [fields(entry) for entry in feed.entries]


@pytest.mark.parametrize(
    "entries",
    [
        "<id>tag:a,2026:1</id><title type='html'>&lt;b&gt;A&lt;/b&gt;</title>",
        "<link href='/a'/><link rel='edit' href='b'/>",
        "<link rel='alternate' type='text/html' href='a'/><link rel='alternate' type='text/plain' href='b'/>",
        "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>A &amp; b</p><p>C</p></div></content>",
        "<summary type='html'>&lt;p&gt;One&lt;/p&gt;Two</summary><content type='text'>Full</content><updated/>",
        "<title>T</title><source><title>Other</title><id>x</id></source><media:title>P</media:title>",
        "<published>2026-03-02T10:00:00.5-06:00</published><updated>2026-03-02</updated>",
        "<summary>Short</summary><summary>Second</summary>",
    ],
)
def test_atom_is_read_as_by_feedparser(entries: str) -> None:
    """Types of text, relations of links, copied entries that name their source."""
    document = atom(entries)
    feed = wholefeed.read(document, BASE)
    assert feed is not None
    assert by_feedparser(document) == [fields(entry) for entry in feed.entries]


@pytest.mark.parametrize(
    "document",
    [
        "<html><body>no</body></html>",
        rss("<title>A & B</title>"),
        rss("<title>A</title>")[:-8],
        "<!DOCTYPE rss [<!ENTITY x 'y'>]>" + rss("<title>&x;</title>"),
        rss("<title>A <b>bold</b></title>"),
        rss("<pubDate>last Monday</pubDate>"),
        rss("<pubDate>Mon, 31 Feb 2026 10:00:00 GMT</pubDate>"),
        rss("<image><url>u</url></image>"),
        rss("<author>x@y.example</author><author><name>Ann</name></author>"),
        rss("<author>x<name>Ann</name></author>"),
        rss("<body>x</body>"),
        rss("<dc:title xmlns:dc='urn:other'>A</dc:title><p:title xmlns:p='urn:other'>B</p:title>"),
        rss("<a>" * 5_000 + "</a>" * 5_000),
        rss("", head="<content>x</content>"),
        rss("", head="<title>A</title><dc:title>B</dc:title>"),
        rss("", head="<channel/>"),
        atom("<content type='image/png' src='x'/>"),
        atom("<content type='text' mode='base64'>eA==</content>"),
        atom("<content type='xhtml'><svg xmlns='http://www.w3.org/2000/svg'/></content>"),
        atom("<link xml:base='javascript:' href='x'/>"),
        atom("<entry/>"),
    ],
)
def test_what_is_damaged_or_unusual_is_left_to_feedparser(document: str) -> None:
    """Rather no answer than another one; nothing that could be an entity is read at all."""
    assert wholefeed.read(document, BASE) is None


def test_a_podcast_says_its_summary_twice() -> None:
    """A second summary of the feed changes how the first entry is read, and only that one."""
    head = "<title>T</title><itunes:summary>A</itunes:summary><description>B</description>"
    document = rss("<description>1</description><description>2</description></item><item>", head=head)
    feed = wholefeed.read(document, BASE)
    assert feed is not None
    assert by_feedparser(document) == [fields(entry) for entry in feed.entries]


def test_pictures_of_the_feed_have_titles_of_their_own() -> None:
    """RSS 1.0 has them behind the channel."""
    document = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<channel><title>Valley</title></channel><image><title>Logo</title></image><item rdf:about="u"/></rdf:RDF>'
    )
    feed = wholefeed.read(document, BASE)
    assert feed is not None
    assert ("Valley", "rss10", "u") == (feed.title, feed.version, feed.entries[0].guid)


@pytest.mark.skipif(not REAL.is_dir(), reason="the collection of real feeds is not beside this checkout")
@pytest.mark.parametrize("path", sorted(REAL.glob("feeds/*.gz")), ids=lambda path: path.stem)
def test_real_feeds_are_read_as_by_feedparser(path: Path) -> None:
    """Entry for entry, and nearly all of them by the fast reader."""
    body = gzip.decompress(path.read_bytes())
    feed = wholefeed.read(body.decode("utf-8", "replace").lstrip(), BASE)
    if feed is not None:
        assert by_feedparser(body.decode("utf-8", "replace")) == [fields(entry) for entry in feed.entries]
    assert not feed or len(feed.entries) == len(parse_feed(body, url=BASE, content_type="").entries)


@pytest.mark.skipif(not REAL.is_dir(), reason="the collection of broken feeds is not beside this checkout")
@pytest.mark.parametrize("path", sorted(REAL.glob("broken/*")), ids=lambda path: path.stem)
def test_broken_feeds_give_their_entries(path: Path) -> None:
    """With the titles that feedparser finds; an entry in which the document breaks off is left out, being half."""
    body = path.read_bytes()
    parsed = feedparser.parse(io.BytesIO(body), response_headers={"content-location": BASE})
    found = [clean.inline(entry.get("title", "")) for entry in parsed["entries"]]
    try:
        feed = parse_feed(body, url=BASE, content_type="")
    except DocumentError:
        assert not any(found)
        return
    titles = [entry.title for entry in feed.entries]
    assert titles == found[: len(titles)]
    assert not any(found[len(titles) :])
