"""Lists of feeds as OPML: as other readers write it, hostile, broken, and our own."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from monitor.collect.opml import MAX_BYTES, Outline, read_opml, write_opml
from monitor.errors import DocumentError
from monitor.settings import FeedSettings

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)
SOURCES = (
    FeedSettings("https://a.example/feed?a=1&b=2", "O'Brien's \"Paper\" & Sons", "Baltimore, MD"),
    FeedSettings("https://b.example/feed", "El Diario de la Bahía", urgent=False),
    FeedSettings("https://c.example/p#x", "Sheriff", "MD", kind="page", selector="main > p"),
)


def opml(outlines: str, before: str = "") -> bytes:
    """A list as other readers write it."""
    return f'<?xml version="1.0"?>{before}<opml version="1.1"><head/><body>{outlines}</body></opml>'.encode()


def test_what_was_written_is_read_back() -> None:
    """Outlet, home, page and selector survive the way through a file."""
    assert SOURCES == tuple(outline.source for outline in read_opml(write_opml(SOURCES, NOW).encode()))


def test_other_readers_find_the_feeds() -> None:
    """The list is well-formed OPML 2.0, and a watched page is no feed in it."""
    root = ElementTree.fromstring(write_opml(SOURCES, NOW))
    assert ("opml", "2.0", "Mon, 23 Nov 2026 14:02:00 GMT") == (
        root.tag, root.get("version"), root.findtext("head/dateCreated"))
    assert [("rss", SOURCES[0].url), ("rss", SOURCES[1].url), ("link", None)] == [
        (outline.get("type"), outline.get("xmlUrl")) for outline in root.iter("outline")]


def test_folders_and_other_spellings() -> None:
    """Nested folders are named from the outside in; attributes may be spelt as it pleases; plain links are no feeds."""
    found = read_opml(opml("""
        <outline text="Maryland"><outline title="Local &amp; small"><outline text="A" title="" xmlUrl=" https://a/f "/>
        </outline></outline><outline TEXT="B" xmlURL="https://b/f"/><outline type="link" text="C" url="https://c/"/>"""))
    assert (Outline(FeedSettings("https://a/f", "A"), "Maryland / Local & small"),
            Outline(FeedSettings("https://b/f", "B"))) == found


def test_of_many_folders_the_innermost_are_named() -> None:
    """Folders two hundred deep cost no more than eight."""
    deep = "".join(f'<outline text="{number}">' for number in range(200))
    (found,) = read_opml(opml(f'{deep}<outline text="A" xmlUrl="https://a/f"/>{"</outline>" * 200}'))
    assert "192 / 193 / 194 / 195 / 196 / 197 / 198 / 199" == found.folder


def test_addresses_with_bare_ampersands_are_kept_whole() -> None:
    """An XML parser that only recovers would drop half of the address, and another feed would be read."""
    (found,) = read_opml(opml('<outline text="Caf&eacute; A&B" xmlUrl="https://a/f?x=1&y=2&amp;z=3&copy=4"/>'))
    assert ("https://a/f?x=1&y=2&z=3&copy=4", "Café A&B") == (found.source.url, found.source.outlet)


@pytest.mark.parametrize(
    "declared",
    ['<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/hostname">]>', '<!DOCTYPE opml [<!ENTITY x "secret">]>',
     '<!DOCTYPE opml SYSTEM "http://127.0.0.1:9/x.dtd">'])
def test_no_entity_is_loaded_or_expanded(declared: str) -> None:
    """A list from a stranger reads no file, and does not grow."""
    (found,) = read_opml(opml('<outline text="&x;" xmlUrl="https://a/f?&x;"/>', declared))
    assert ("&x;", "https://a/f?&x;") == (found.source.outlet, found.source.url)


def test_a_list_that_broke_off_is_read_as_far_as_it_goes() -> None:
    """Half a list is better than none, and is shown before anything is added."""
    body = opml('<outline text="A" xmlUrl="https://a/f"/><outline text="B" xmlUrl="https://b/f"/>')
    assert 1 == len(read_opml(body[:-30]))


@pytest.mark.parametrize("body", [b"", b"   ", b"<html><body>Hello</body></html>", b"\x89PNG\r\n", b"https://a/f\n"])
def test_anything_else_is_refused(body: bytes) -> None:
    """With a word on where such a list comes from."""
    with pytest.raises(DocumentError) as refused:
        read_opml(body)
    assert "“Export”" in str(refused.value)


def test_a_file_beyond_all_lists_is_not_read() -> None:
    """A disk image named by mistake must not fill the memory."""
    with pytest.raises(DocumentError) as refused:
        read_opml(bytes(MAX_BYTES + 1))
    assert "size" == refused.value.kind


def test_what_stands_in_a_list_is_cleaned() -> None:
    """Names go into config.toml and onto terminals."""
    (found,) = read_opml(opml('<outline text="A&#10;B \u202eC &lt;b&gt;D&lt;/b&gt;" xmlUrl="https://a/&#10;f"/>'))
    assert ("A B C D", "https://a/ f") == (found.source.outlet, found.source.url)
