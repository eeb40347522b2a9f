"""The Fetcher against a scripted server on loopback."""

from __future__ import annotations

import asyncio
import gzip
import logging
import ssl
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from monitor.collect.fetch import Fetcher
from monitor.errors import FetchError
from monitor.settings import Allowed
from tests.loopback import anonymous_tls, serving

if TYPE_CHECKING:
    from monitor.collect.model import Fetched
    from monitor.settings import NetworkSettings
    from tests.loopback import Loopback


def fetch(
    network: NetworkSettings, url: str, *, etag: str | None = None, last_modified: str | None = None,
    validated: str = "",
) -> Fetched:
    return asyncio.run(Fetcher(network).fetch(url, etag=etag, last_modified=last_modified, validated=validated))


def refused(network: NetworkSettings, url: str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetch(network, url)
    return caught.value


def test_a_document_arrives_with_its_headers(loopback: Loopback) -> None:
    """Body, final address, lower-case headers and content type come back."""
    loopback.answer("/feed", "<rss/>", headers={"Content-Type": "application/rss+xml", "ETag": 'W/"7"'})
    fetched = fetch(loopback.network, loopback.url("/feed"))
    assert b"<rss/>" == fetched.body
    assert (loopback.url("/feed"), 200, True) == (fetched.url, fetched.status, fetched.whole)
    assert ("application/rss+xml", 'W/"7"') == (fetched.content_type, fetched.headers["etag"])


def test_the_request_names_dateline_and_nothing_else(loopback: Loopback) -> None:
    """The agent is ours, only gzip is offered, and neither cookies nor a referrer are sent."""
    loopback.answer("/feed", "x", headers={"Set-Cookie": "id=1"})
    network = replace(loopback.network, user_agent="Dateline/9 (test)")
    for _ in range(2):
        fetch(network, loopback.url("/feed"))
    headers = loopback.requests[1].headers
    assert ("Dateline/9 (test)", "gzip") == (headers["User-Agent"], headers["Accept-Encoding"])
    assert (None, None) == (headers["Cookie"], headers["Referer"])


@pytest.mark.parametrize("etag", ['"plain"', 'W/"weak"', "no-quotes==", '"caf\xc3\xa9"'])
def test_validators_go_back_byte_for_byte(loopback: Loopback, etag: str) -> None:
    """Whatever a server sent as ETag and Last-Modified is what it gets back."""
    stamp = "Mon, 1 jan 2024 07:5:00 +0000"
    loopback.answer("/feed", "x", headers={"ETag": etag, "Last-Modified": stamp})
    first = fetch(loopback.network, loopback.url("/feed"))
    fetch(loopback.network, loopback.url("/feed"), etag=first.etag, last_modified=first.last_modified)
    headers = loopback.requests[1].headers
    assert (etag, stamp) == (headers["If-None-Match"], headers["If-Modified-Since"])


def test_not_modified_is_an_answer(loopback: Loopback) -> None:
    """A 304 to a conditional request is no error, and its new validator is passed on."""
    loopback.answer("/feed", status=304, headers={"ETag": '"2"'})
    fetched = fetch(loopback.network, loopback.url("/feed"), etag='"1"')
    assert (True, '"2"') == (fetched.not_modified, fetched.etag)


def test_not_modified_without_a_question_is_an_error(loopback: Loopback) -> None:
    """A 304 to an unconditional request would leave a feed empty for ever."""
    loopback.answer("/feed", status=304)
    assert 304 == refused(loopback.network, loopback.url("/feed")).status


def test_addresses_are_sent_verbatim(loopback: Loopback) -> None:
    """Escapes in an address are not rewritten."""
    target = "/feed%2Fa?next=http%3A%2F%2Fx.org%2F~b&c=%c3%a9"
    loopback.answer(target, "x")
    fetch(loopback.network, loopback.url(target))
    assert target == loopback.requests[0].target


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (204, "204"),
        (206, "206"),
        (401, "login"),
        (403, "refuses"),
        (404, "nothing"),
        (410, "gone"),
        (429, "fewer"),
        (503, "trouble"),
    ],
)
def test_other_answers_are_errors_in_words(loopback: Loopback, status: int, word: str) -> None:
    """Everything but 200 and 304 raises, carries its status and says what it means."""
    loopback.answer("/feed", "x", status=status)
    error = refused(loopback.network, loopback.url("/feed"))
    assert ("status", status) == (error.kind, error.status)
    assert word in str(error)


def test_a_challenge_page_is_called_blocked(loopback: Loopback) -> None:
    """A block against robots is told from a plain refusal."""
    loopback.answer("/feed", "x", status=403, headers={"cf-mitigated": "challenge"})
    assert "blocked" == refused(loopback.network, loopback.url("/feed")).kind


def test_retry_after_is_carried(loopback: Loopback) -> None:
    """The server's wish to be left alone reaches the error."""
    loopback.answer("/feed", status=503, headers={"Retry-After": "120"})
    assert 120.0 == refused(loopback.network, loopback.url("/feed")).retry_after


def test_no_redirect_is_sent_validators(loopback: Loopback) -> None:
    """They are those of the address that was asked; where it led may have the same by chance."""
    loopback.answer("/a", status=302, headers={"Location": "/b"})
    loopback.answer("/b", "<rss/>")
    fetch(loopback.network, loopback.url("/a"), etag='"1"', last_modified="yesterday")
    assert ['"1"', None] == [request.headers["If-None-Match"] for request in loopback.requests]


def test_validators_go_back_to_where_they_came_from(loopback: Loopback) -> None:
    """Behind a redirect the address that gave them is sent them, and its 304 counts."""
    loopback.answer("/a", status=302, headers={"Location": "/b"})
    loopback.answer("/b", status=304)
    fetched = fetch(loopback.network, loopback.url("/a"), etag='"1"', validated=loopback.url("/b"))
    assert (True, '"1"') == (fetched.not_modified, loopback.requests[-1].headers["If-None-Match"])


def test_another_address_is_not_believed_that_nothing_changed(loopback: Loopback) -> None:
    """Two servers may call different documents by one name: it is asked again, for the whole."""
    loopback.answer("/a", status=304)
    loopback.answer("/a", "<rss/>")
    fetched = fetch(loopback.network, loopback.url("/a"), etag='"1"', validated=loopback.url("/b"))
    assert (b"<rss/>", [True, False]) == (fetched.body, ["If-None-Match" in one.headers for one in loopback.requests])


def test_redirects_are_followed_and_remembered(loopback: Loopback) -> None:
    """Relative and absolute hops lead to the document, whose final address is reported."""
    loopback.answer("/a", status=301, headers={"Location": "b"})
    loopback.answer("/b", status=302, headers={"Location": loopback.url("/c")})
    loopback.answer("/c", "x")
    fetched = fetch(loopback.network, loopback.url("/a"))
    assert loopback.url("/c") == fetched.url
    assert ((301, loopback.url("/b")), (302, loopback.url("/c"))) == fetched.redirects


@pytest.mark.parametrize(
    ("location", "kind", "words"),
    [
        ("/start", "redirect", "circle"),
        ("http://[::1", "redirect", "cannot be read"),
        ("", "redirect", "without saying where"),
        ("file:///etc/passwd", "redirect", "http://"),
        ("data:,x", "redirect", "http://"),
        ("http://reader:hunter2@127.0.0.1/", "redirect", "password"),
        ("http://127.0.0.2/", "address", "private address"),
    ],
)
def test_bad_redirects_are_refused(loopback: Loopback, location: str, kind: str, words: str) -> None:
    """No redirect leads to another scheme, a login, a private address or round in a circle."""
    loopback.answer("/start", status=302, headers={"Location": location} if location else {})
    error = refused(loopback.network, loopback.url("/start"))
    assert kind == error.kind
    assert words in str(error)
    assert "hunter2" not in str(error)


def test_redirects_end_at_the_limit(loopback: Loopback) -> None:
    """A chain longer than allowed is cut, the allowed length is followed."""
    for hop in range(4):
        loopback.answer(f"/{hop}", status=302, headers={"Location": f"/{hop + 1}"})
    loopback.answer("/4", "x")
    assert b"x" == fetch(replace(loopback.network, max_redirects=4), loopback.url("/0")).body
    assert "redirect" == refused(replace(loopback.network, max_redirects=3), loopback.url("/0")).kind


def test_gzip_is_unpacked_member_by_member(loopback: Loopback) -> None:
    """Several gzip members, and padding behind them, are one document."""
    packed = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0\0"
    loopback.answer("/feed", packed, headers={"Content-Encoding": "gzip"})
    fetched = fetch(loopback.network, loopback.url("/feed"))
    assert (b"one two", True) == (fetched.body, fetched.whole)


def test_a_bomb_is_stopped_at_the_limit(loopback: Loopback) -> None:
    """A megabyte of nothing in a kilobyte on the wire does not pass a limit of 100 kB."""
    loopback.answer("/feed", gzip.compress(bytes(1_000_000)), headers={"Content-Encoding": "gzip"})
    assert "size" == refused(replace(loopback.network, max_bytes=100_000), loopback.url("/feed")).kind


def test_a_large_body_is_refused(loopback: Loopback) -> None:
    """By its announced length, or where none is announced by what arrives."""
    loopback.answer("/long", b"x" * 2_000)
    loopback.raw("/unsaid", b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2_000)
    network = replace(loopback.network, max_bytes=1_000)
    assert ["size", "size"] == [refused(network, loopback.url(path)).kind for path in ("/long", "/unsaid")]


@pytest.mark.parametrize("coding", ["gzip, gzip", "br", "x-foo", "gzip"])
def test_codings_that_were_not_asked_for_are_refused(loopback: Loopback, coding: str) -> None:
    """So are stacked ones, and a plain body that claims to be packed."""
    loopback.answer("/feed", b"plain text", headers={"Content-Encoding": coding})
    assert "encoding" == refused(loopback.network, loopback.url("/feed")).kind


def test_a_packed_body_that_ends_early_is_not_whole(loopback: Loopback) -> None:
    """The length matches and no error shows: only the end of the gzip stream is missing."""
    packed = gzip.compress(b"abcdefgh" * 1_000, compresslevel=0)[:4_000]
    loopback.answer("/feed", packed, headers={"Content-Encoding": "gzip"})
    fetched = fetch(loopback.network, loopback.url("/feed"))
    assert fetched.body.startswith(b"abcdefgh")
    assert not fetched.whole


def test_a_body_shorter_than_announced_is_not_whole(loopback: Loopback) -> None:
    """What arrived before the connection closed is kept, and known to be a part."""
    loopback.raw("/feed", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf a")
    fetched = fetch(loopback.network, loopback.url("/feed"))
    assert (b"half a", False) == (fetched.body, fetched.whole)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 banana\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000])
def test_answers_that_are_no_http_are_protocol_errors(loopback: Loopback, answer: bytes) -> None:
    """Silence, nonsense and endless headers are one kind of error."""
    loopback.raw("/feed", answer)
    assert "protocol" == refused(loopback.network, loopback.url("/feed")).kind


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"])
def test_the_deadline_covers_everything(loopback: Loopback, sent: bytes) -> None:
    """A server that goes silent before or within its answer costs the deadline and no more."""
    loopback.raw("/feed", sent, stall=True)
    network = replace(loopback.network, total_timeout=0.3)
    assert "timeout" == refused(network, loopback.url("/feed")).kind


def test_media_are_not_downloaded(loopback: Loopback) -> None:
    """A link to a recording is refused by its type, whatever its size."""
    loopback.answer("/feed", b"x" * 10, headers={"Content-Type": "audio/mpeg"})
    assert "type" == refused(loopback.network, loopback.url("/feed")).kind


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("ftp://example.org/feed", "address"),
        ("http://", "address"),
        ("http://[::1", "address"),
        ("http://example.org:port/", "address"),
        ("http://no-such-name.invalid/feed", "dns"),
        ("http://127.0.0.1:9/feed", "address"),
        ("http://2130706433:9/feed", "address"),
    ],
)
def test_addresses_that_lead_nowhere_or_inside_are_refused(loopback: Loopback, url: str, kind: str) -> None:
    """With a kind that tells a typing error from a forbidden address."""
    assert kind == refused(loopback.network, url).kind


def test_a_closed_port_is_named(loopback: Loopback) -> None:
    """Where nobody listens the message says so."""
    network = replace(loopback.network, allow=(Allowed("127.0.0.1", 1),))
    error = refused(network, "http://127.0.0.1:1/feed")
    assert ("refused", True) == (error.kind, "does not take connections" in str(error))


def test_plain_text_where_tls_was_expected_is_a_tls_error(loopback: Loopback) -> None:
    """An https address on a server without it is told apart from a dead one."""
    loopback.answer("/feed", "x")
    assert "tls" == refused(loopback.network, loopback.url("/feed").replace("http:", "https:")).kind


@pytest.mark.parametrize(("sent", "expected"), [
    (b"", "tls"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", "tls"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<rss>", b"<rss>"),
])
def test_a_damaged_tls_record_is_like_a_broken_connection(sent: bytes, expected: object) -> None:
    """What came before it is kept; where nothing did it is a TLS error."""
    with serving(damaged_tls=True) as server:
        server.raw("/", sent)
        fetcher = Fetcher(server.network)
        fetcher._context = anonymous_tls(ssl.PROTOCOL_TLS_CLIENT)
        try:
            outcome: object = asyncio.run(fetcher.fetch(server.url("/").replace("http:", "https:"))).body
        except FetchError as error:
            outcome = error.kind
    assert expected == outcome


def test_passwords_are_sent_and_never_told(loopback: Loopback, caplog: pytest.LogCaptureFixture) -> None:
    """A login in a feed's own address is used; neither messages nor logs repeat it."""
    loopback.answer("/feed", status=500)
    caplog.set_level(logging.DEBUG)
    error = refused(loopback.network, loopback.url("/feed").replace("//", "//reader:hunter2@"))
    assert "Basic cmVhZGVyOmh1bnRlcjI=" == loopback.requests[0].headers["Authorization"]
    assert "hunter2" not in f"{error} {caplog.text}"


def test_a_deadline_leaks_no_connection(loopback: Loopback) -> None:
    """After many requests cut off, the same Fetcher still fetches."""

    async def many() -> bytes:
        fetcher = Fetcher(replace(loopback.network, total_timeout=0.2, per_host=20))
        stalled = (fetcher.fetch(loopback.url("/stall")) for _ in range(20))
        errors = await asyncio.gather(*stalled, return_exceptions=True)
        assert {FetchError} == {type(error) for error in errors}
        return (await fetcher.fetch(loopback.url("/feed"))).body

    loopback.raw("/stall", b"HTTP/1.1 200 OK\r\n\r\nx", stall=True)
    loopback.answer("/feed", "alive")
    assert b"alive" == asyncio.run(many())
