"""Addresses without what varies, and the keys by which entries are known again."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.stories.identity import (
    URL_LIMIT,
    canonical_url,
    content_hash,
    entry_key,
    full_key,
    path_key,
    url_key,
)

FEED = "https://courier.example/feed"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Courier.Example:443/A/b?id=1", "https://courier.example/A/b?id=1"),
        ("http://courier.example:80", "http://courier.example/"),
        ("http://courier.example:8080/", "http://courier.example:8080/"),
        ("https://c.example/a?utm_source=x&id=7&fbclid=y&UTM_Medium=z#top", "https://c.example/a?id=7"),
        ("https://c.example/a?ref=rss&cmpid=1&mc_cid=2&gclid=3&igshid=4", "https://c.example/a"),
        ("https://c.example/a?page=2&p=7&src=map&reference=x", "https://c.example/a?page=2&p=7&src=map&reference=x"),
        ("https://c.example/a?b=1&a=2&a=1", "https://c.example/a?b=1&a=2&a=1"),
        ("https://c.example/a?q=x%2Fy&&empty=", "https://c.example/a?q=x%2Fy&empty="),
        ("https://reader:hunter2@c.example/a", "https://c.example/a"),
        ("https://c.example./a", "https://c.example/a"),
        ("https://bücher.example/straße ü", "https://xn--bcher-kva.example/stra%C3%9Fe%20%C3%BC"),
        ("https://сourier.example/", "https://xn--ourier-hrf.example/"),
        ("http://[2606:4700::1]:8080/a", "http://[2606:4700::1]:8080/a"),
        ("  https://c.example/a\n", "https://c.example/a"),
        ("https://c.example/a%2Fb%7Ec", "https://c.example/a%2Fb%7Ec"),
    ],
)
def test_addresses_are_shown_clean(url: str, expected: str) -> None:
    """Tracking, fragments, passwords and default ports go; what chooses the page stays as it was."""
    assert expected == canonical_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "mailto:a@b.example",
        "//c.example/a",
        "/a",
        "http://",
        "http://[::1",
        "http://c.example:port/",
        "http://a b/",
        "http://c|d.example/",
        "http://.../",
        "https://c.example/" + "a" * URL_LIMIT,
    ],
)
def test_what_is_no_web_address_is_none(url: str) -> None:
    """Other schemes, broken and endless addresses give nothing to follow."""
    assert ("", "") == (canonical_url(url), url_key(url))


@pytest.mark.parametrize(
    "url",
    [
        "http://courier.example/news/1?a=1&b=2",
        "https://www.courier.example/news/1/?b=2&a=1",
        "https://courier.example/news/1?b=2&utm_campaign=x&a=1#comments",
        "HTTPS://WWW.COURIER.EXAMPLE/news/%31?a=1&b=2",
    ],
)
def test_the_same_page_has_one_key(url: str) -> None:
    """Whatever scheme, www, slash, order or tracking a feed shows it with."""
    assert url_key("https://courier.example/news/1?a=1&b=2") == url_key(url)


@pytest.mark.parametrize("url", ["https://courier.example/news/2", "https://courier.example/news/1?a=2"])
def test_different_pages_have_different_keys(url: str) -> None:
    """Path and telling parameters count."""
    assert url_key("https://courier.example/news/1?a=1") != url_key(url)


@given(st.text(max_size=60))
def test_any_text_has_a_key_or_none(text: str) -> None:
    """Nothing raises, and a clean address stays as it is when cleaned again."""
    url = canonical_url("http://c.example/" + text)
    assert url == canonical_url(url)
    assert len(url_key(text)) in {0, 64}


@pytest.mark.parametrize(("key", "expected"), [
    (url_key("https://www.courier.example/news/1/"), "c18891eb259efa98"),
    (url_key("https://courier.example/news/1?b=2&a=1"), "50129e1145286dcb"),
    (url_key("http://courier.example:8080/"), "68439dcf0df1ae09"),
    (entry_key(FEED, 'a "quoted" \\ id\n', "", "", ""), "47b4435642835673"),
    (content_hash("Títle", "Téxt\n\x01"), "574dc14a67b99313"),
])
def test_keys_are_the_same_in_every_release(key: str, expected: str) -> None:
    """They are stored: another one for the same page would make old articles new."""
    assert expected == key[:16]


@pytest.mark.parametrize("host", ["c.example", "www.c.example", "c.example:8080", "c.example:59999", "c.example:65535"])
@pytest.mark.parametrize("path", ["/", "/a", "/a/", "/a//b/~c_d-1.html"])
def test_an_ordinary_address_has_the_key_of_its_long_form(host: str, path: str) -> None:
    """What is recognised at a glance is known as what is taken apart."""
    assert f"https://{host}{path}" == canonical_url(f"https://{host}{path}") == canonical_url(f"HTTPS://{host}{path}#x")
    assert url_key(f"https://{host}{path}") == url_key(f"HTTP://{host.upper()}{path.replace('a', '%61')}?utm_id=5")


def test_an_entry_is_known_by_its_guid() -> None:
    """Its link, title and date may change; another feed may use the same number."""
    known = entry_key(FEED, "123", "https://c.example/1", "Title", "2026-03-02")
    assert known == entry_key(FEED, " 123 ", "https://c.example/2", "Other", "")
    assert known != entry_key("https://other.example/feed", "123", "https://c.example/1", "Title", "2026-03-02")


def test_without_a_guid_an_entry_is_known_by_its_link() -> None:
    """Tracking parameters do not make it new."""
    known = entry_key(FEED, "", "https://c.example/1?utm_id=5", "Title", "")
    assert known == entry_key(FEED, "", "http://c.example/1", "Edited title", "2026-03-02")


def test_without_a_link_an_entry_is_known_by_title_and_date() -> None:
    """Letter case and blanks do not matter, the date does."""
    known = entry_key(FEED, "", "", "Police log", "2026-03-02")
    assert known == entry_key(FEED, "", "", "Police  LOG", "2026-03-02")
    assert known != entry_key(FEED, "", "", "Police log", "2026-03-03")


def test_a_guid_is_not_taken_for_a_link() -> None:
    """The kinds of keys never meet."""
    assert entry_key(FEED, "x", "", "", "") != entry_key(FEED, "", "", "x", "")


def test_endless_and_broken_guids_have_keys_of_one_size() -> None:
    """100 kB, or half a character: a key fits any index."""
    assert [64, 64] == [len(entry_key(FEED, guid, "", "", "")) for guid in ("g" * 100_000, "\ud800")]


def test_a_feed_that_moves_to_https_keeps_its_keys() -> None:
    """Its entries are not new for that."""
    assert entry_key(FEED, "1", "", "", "") == entry_key(FEED.replace("https", "http"), "1", "", "", "")


@pytest.mark.parametrize(
    ("url", "same"),
    [("http://new.example/news/1/?utm_id=3#top", True), ("https://c.example/news/2", False),
     ("https://c.example/news/1?page=2", False)],
)
def test_a_path_is_known_on_another_host(url: str, *, same: bool) -> None:
    """Within its feed alone: a site that moves keeps its paths, and other sites have the same ones."""
    known = path_key(FEED, "https://c.example/news/1")
    assert same == (known == path_key(FEED, url))
    assert known != path_key("https://other.example/feed", "https://c.example/news/1")


@pytest.mark.parametrize("url", ["https://c.example", "https://c.example/", "https://c.example/?utm_id=3#p1", ""])
def test_a_front_page_leads_nowhere(url: str) -> None:
    """Every entry of a feed may name it."""
    assert path_key(FEED, url) == ""


def test_everything_an_entry_shows_is_in_its_last_key() -> None:
    """Any of it that differs makes another."""
    shown = ("https://c.example/1", "Title", "2026-03-02", "Text")
    others = [(*shown[:place], "https://c.example/2", *shown[place + 1:]) for place in range(4)]
    assert 5 == len({full_key(FEED, *each) for each in (shown, *others)})


@given(st.text(), st.text(st.characters(exclude_categories=())))
def test_a_hash_is_of_the_parts_as_json(title: str, text: str) -> None:
    """Also of what JSON escapes: such a hash is kept of every entry ever stored, and must come out the same."""
    listed = json.dumps(["content", title, text], ensure_ascii=False).encode("utf-8", "surrogatepass")
    assert hashlib.sha256(listed).hexdigest()[:16] == content_hash(title, text)
