"""Feed documents of every format, whole, broken and hostile, read in this process."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.collect import clean
from monitor.collect.feed import MAX_ENTRIES, parse_feed
from monitor.collect.model import ParsedFeed
from monitor.errors import DocumentError

FEEDS = Path(__file__).parent / "data" / "feeds"
BASE = "https://courier.example/feeds/all.xml"


def parse(body: bytes | str, content_type: str = "application/rss+xml") -> ParsedFeed:
    return parse_feed(body.encode() if isinstance(body, str) else body, url=BASE, content_type=content_type)


def rss(*items: str, head: str = "") -> str:
    return f'{head}<rss version="2.0"><channel><title>T</title>{"".join(items)}</channel></rss>'


def item(title: str = "T", extra: str = "") -> str:
    return f"<item><title>{title}</title>{extra}</item>"


def refusal(body: bytes | str, content_type: str = "text/html") -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        parse(body, content_type)
    assert "not-a-feed" == caught.value.kind
    return caught.value


@pytest.mark.parametrize(
    ("file", "version", "title", "first", "entries"),
    [
        ("rss2.xml", "rss20", "Harbor Courier", "Council delays vote on jail contract", 2),
        ("rss1.rdf", "rss10", "Valley Record", "Bridge reopens", 1),
        ("rss091.xml", "rss091u", "Old Times", "Library open again", 1),
        ("atom.xml", "atom10", "El Faro del Puerto", "Concejo aplaza & discute", 1),
        ("feed.json", "json1.1", "Hill Notes", "Clinic & school open", 2),
    ],
)
def test_every_format_is_read(file: str, version: str, title: str, first: str, entries: int) -> None:
    """RSS 0.91, 1.0 and 2.0, Atom and JSON Feed."""
    feed = parse((FEEDS / file).read_bytes())
    assert (version, title, True) == (feed.version, feed.title, feed.whole)
    assert (first, entries) == (feed.entries[0].title, len(feed.entries))


def test_an_rss_entry_is_complete() -> None:
    """Link resolved, text in paragraphs without scripts, time in UTC."""
    entry = parse((FEEDS / "rss2.xml").read_bytes()).entries[0]
    assert "https://courier.example/news/jail-contract?utm_source=rss" == entry.url
    assert "The council put off a vote on the jail contract.\nA new date was not set." == entry.content
    assert ("hc-1001", "The council put off a vote.", "Rosa Lind") == (entry.guid, entry.summary, entry.author)
    assert (datetime(2026, 3, 2, 14, 15, tzinfo=UTC), "en-us") == (entry.published_at, entry.language)


def test_an_atom_entry_is_complete() -> None:
    """XHTML content, both times, the feed's language."""
    entry = parse((FEEDS / "atom.xml").read_bytes()).entries[0]
    assert ("Primero.\nSegundo.", "Ana Ruiz", "es") == (entry.content, entry.author, entry.language)
    assert datetime(2026, 3, 2, 9, tzinfo=UTC) == entry.published_at
    assert datetime(2026, 3, 2, 10, tzinfo=UTC) == entry.updated_at


def test_a_json_entry_is_complete() -> None:
    """Numbered ids, relative links, several authors; a link of another scheme and a bad date are left out."""
    numbered, odd = parse((FEEDS / "feed.json").read_bytes()).entries
    assert ("42", "https://courier.example/notes/42") == (numbered.guid, numbered.url)
    assert ("One.\nTwo.", "J. Doe, K. Roe") == (numbered.content, numbered.author)
    assert ("", "Plain\ntext", None) == (odd.url, odd.content, odd.published_at)


def test_only_an_updated_time_counts_as_published() -> None:
    """RSS 1.0 knows one date only."""
    assert datetime(2026, 3, 1, 8, tzinfo=UTC) == parse((FEEDS / "rss1.rdf").read_bytes()).entries[0].published_at


@pytest.mark.parametrize(
    "date", ["0000-00-00", "yesterday", "99999999999999999999", "Mon, 99 Foo 2026 25:61:61 XYZ", "-1", ""]
)
def test_odd_dates_do_not_raise(date: str) -> None:
    """An entry with a senseless date is an entry all the same."""
    assert "T" == parse(rss(item(extra=f"<pubDate>{date}</pubDate>"))).entries[0].title


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "JaVaScRiPt:x", "mailto:a@b", "http://[::1"],
)
def test_links_of_other_schemes_are_left_out(link: str) -> None:
    """Only http and https addresses are ever followed or shown."""
    assert "" == parse(rss(item(extra=f"<link>{link}</link>"))).entries[0].url


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "an empty answer"),
        ("<!doctype html><html><title>Sign in</title><body>x", "an HTML page (“Sign in”)"),
        ('{"error": "quota"}', "JSON that is no JSON Feed"),
        ("{", "JSON that is no JSON Feed"),
        ("[" * 100_000, "JSON that is no JSON Feed"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not text"),
        ("hello", "text without any markup"),
        ("/etc/hostname", "text without any markup"),
        ("http://127.0.0.1:9/feed", "text without any markup"),
        ('<?xml version="1.0"?>', "an empty XML document"),
        ("<urlset><url/></urlset>", "an ordinary sitemap"),
        ("<opml/>", "another kind (<opml>)"),
    ],
)
def test_what_is_no_feed_is_named(body: bytes | str, words: str) -> None:
    """The message says what came instead; a path or an address in the body is neither opened nor fetched."""
    assert words in str(refusal(body))


def test_the_feed_that_a_page_names_is_suggested() -> None:
    """With its full address, and not adopted."""
    page = '<html><head><link href="/rss?a=1&amp;b=2" type="application/rss+xml" rel="alternate"></head></html>'
    assert "https://courier.example/rss?a=1&b=2" in str(refusal(page))


def test_a_suggested_address_holds_nothing_else() -> None:
    """What a page smuggles into it would reach the database and the terminal: it comes out escaped."""
    page = '<html><head><link href="/fe\x1b[2Jed\0" type="application/rss+xml" rel="alternate"></head></html>'
    assert str(refusal(page)).isprintable()


@pytest.mark.parametrize(
    "end", ["<item><title>Half", "<item><title><![CDATA[Half</title></item></channel></rss>", "<ite"]
)
def test_a_feed_that_broke_off_loses_its_half_entry(end: str) -> None:
    """What was complete stays, and the document is known to be a part."""
    feed = parse(rss(item("One"), item("Two"), item("Three"))[: -len("</channel></rss>")] + end)
    assert not feed.whole
    assert ["One", "Two"] == [entry.title for entry in feed.entries][:2]
    assert not any("Half" in entry.title for entry in feed.entries)


@pytest.mark.parametrize(
    ("body", "entries"),
    [
        (rss(item("A & B"), item()), 2),
        (rss(item("a&nbsp;b"), item()), 2),
        (rss(item(extra="<media:x>y</media:x>"), item()), 2),
        ("<br>Warning: x on line 1\n" + rss(item(), item()), 2),
        ("\n\n" + rss(item(), head='<?xml version="1.0"?>'), 1),
        (rss(item(extra="<b>never closed"), item()), 2),
    ],
)
def test_a_feed_with_lasting_faults_is_whole(body: str, entries: int) -> None:
    """Faults that will be there next time, too, are no reason to read it as broken off."""
    feed = parse(body)
    assert (True, entries) == (feed.whole, len(feed.entries))


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [
        ("utf-8", "utf-8", "text/xml"),
        ("utf-8", "utf-8", "application/xml; charset=iso-8859-1"),
        ("utf-8-sig", "utf-8", "application/rss+xml"),
        ("utf-16", "utf-16", "application/rss+xml"),
        ("cp1252", "iso-8859-1", "application/rss+xml"),
        ("cp1252", "utf-8", "application/rss+xml"),
        ("utf-8", "foo-8", "text/html; charset=foo-8"),
        ("utf-8", "utf-8", ""),
    ],
)
def test_accents_survive_wrong_declarations(encoding: str, declared: str, header: str) -> None:
    """The bytes decide where they can, else the declarations."""
    body = rss(item("Café “señor”"), head=f'<?xml version="1.0" encoding="{declared}"?>').encode(encoding)
    assert "Café “señor”" == parse(body, header).entries[0].title


def test_one_stray_byte_spoils_nothing() -> None:
    """A single Windows byte in a UTF-8 feed is read as what it is, and the other accents stay."""
    body = rss(*[item("Café é") for _ in range(60)]).encode()
    body = body.replace("Café é".encode(), b"Caf\xe9 \xe2\x80\x94 x", 1)
    titles = [entry.title for entry in parse(body).entries]
    assert ["Café — x", "Café é"] == titles[:2]


def test_the_newest_entries_are_kept() -> None:
    """Of too many, both ends are kept and the rest is counted."""
    feed = parse(rss(*[item(str(number)) for number in range(MAX_ENTRIES + 500)]))
    titles = [entry.title for entry in feed.entries]
    assert (MAX_ENTRIES, 500) == (len(titles), feed.dropped)
    assert ("0", str(MAX_ENTRIES + 499)) == (titles[0], titles[-1])


def test_external_entities_are_not_opened(tmp_path: Path) -> None:
    """Neither in a document type nor in a parameter."""
    secret = tmp_path / "secret"
    secret.write_text("hunter2")
    head = f'<?xml version="1.0"?><!-- x --><!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    assert "hunter2" not in str(parse(rss(item("&x;"), head=head)))


def test_half_characters_are_left_out() -> None:
    """A reference to a surrogate, in a feed that is not well-formed, does not cost the feed."""
    assert "ab" == parse(rss(item("a&#xD800;&#56320;b"), "<b>")).entries[0].title


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("plain", "plain"),
        ("AT&amp;amp;T", "AT&T"),
        ("5 < 6 and 7 > 3, I <3 it", "5 < 6 and 7 > 3, I <3 it"),
        ("<b>Raid</b><br/>in &lt;i&gt;town&lt;/i&gt;", "Raid in town"),
        ("a<script>b</script>c<!-- d -->e<STYLE>f", "ace"),
        ("&amp;lt;img src=x onerror=alert(1)&amp;gt;hi", "hi"),
        ("<!channel> now", "now"),
        ("pay\u202egnp\u202c \u200bhid\u00adden\ufeff", "paygnp hidden"),
        ("nul\0 esc\x1b[31m c1\x9b bell\x07", "nul esc[31m c1 bell"),
        ("e\u0301 n\u0303", "é ñ"),
        ("Z" + "\u0336" * 50, "Z" + "\u0336" * 3),
        ("\ud800half \ue000private \U000e0041tag", "half private tag"),
        ("two\n\n lines\u2028here\u00a0now", "two lines here now"),
    ],
)
def test_titles_are_cleaned(markup: str, expected: str) -> None:
    """One line of plain text, whatever was hidden in it."""
    assert expected == clean.inline(markup)


def test_long_titles_are_cut_between_words() -> None:
    """300 characters at most, and an ellipsis."""
    cut = clean.inline("word " * 1_000)
    assert (300 >= len(cut), True) == (True, cut.endswith("word…"))


def test_paragraphs_are_kept_and_wrapped_lines_joined() -> None:
    """A line break in the source is no paragraph; a block element or a blank line is."""
    markup = "<p>One\n  wrapped</p><ul><li>Two</li></ul>Three<br>Four\n\nFive <i>it</i>."
    assert ("One wrapped\nTwo\nThree\nFour\nFive it.", False) == clean.paragraphs(markup)


def test_long_text_is_cut_and_said_so() -> None:
    """The flag tells a whole text from a cut one."""
    text, cut = clean.paragraphs("word " * 100, limit=50)
    assert (True, True) == (cut, len(text) <= 50)


def test_a_complete_entry_survives_the_end_of_its_feed() -> None:
    """Where the document breaks off behind it, none of it is missing."""
    feed = parse(rss(item("One"), item("Two"))[:-4])
    assert (False, ["One", "Two"]) == (feed.whole, [entry.title for entry in feed.entries])


def test_a_page_that_only_links_to_its_feed_is_said_to() -> None:
    """A guess by the address is not called a fact."""
    assert "links to what may be its feed: https://courier.example/rss" in str(refusal('<html><a href="/rss">News</a>'))


@pytest.mark.parametrize(
    "markup",
    [
        "<p>One</p>" * 3,
        "a <b x='<'>b</b>",
        "a<!-- <p> -->b<p",
        "a<scripture>b</scripture>",
        "a<script/>b</script>c",
        "<BR/>a<p.x>b</p>&lt;p&gt;c",
        "5 < 6 <i>and</i> 7",
        "<![CDATA[x]]>",
    ],
)
def test_the_quick_way_through_markup_is_the_same_way(markup: str) -> None:
    """Text of which every "<" opens a closed tag is stripped in one pass."""
    assert clean._without_tags_slowly(markup) == clean._without_tags(markup)


def test_text_in_order_is_not_touched() -> None:
    """Letters and punctuation of newspapers pass as they are; one odd character, and all is looked at."""
    text = "Concejo: “¿Qué?” — año 2026, 5 €"
    assert text is clean._safe(text)
    assert f"{text} é" == clean._safe(f"{text} e\u0301")


@pytest.mark.parametrize("body", ["<rss><chan\x01<<<", "<?xml version='1.0'?><rss version='2.0'><channel><title>Led"])
def test_a_document_of_which_nothing_can_be_read_is_damaged(body: str) -> None:
    """It is no feed without entries: as such it would count as well for days."""
    with pytest.raises(DocumentError) as raised:
        parse_feed(body.encode(), url="https://ledger.example/feed", content_type="application/rss+xml")
    assert "damaged" == raised.value.kind
