"""The one Fetcher: every document that Dateline reads comes through here.

What HTTP clients leave open is closed here: a deadline over everything, bounded decompression, redirects by hand with
the address guard on every hop, no cookies, no environment proxies, and a fresh transport per request, because a
deadline that strikes inside a shared pool leaks its connections, and feeds are asked too seldom for one to help.
"""

from __future__ import annotations

import asyncio
import base64
import re
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from monitor.collect.body import Body, too_large
from monitor.collect.freshness import retry_after
from monitor.collect.model import Fetched
from monitor.collect.pace import Pace
from monitor.collect.transport import GuardedTransport, translated
from monitor.collect.turns import host_of
from monitor.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from monitor.settings import NetworkSettings

FEED_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
PAGE_ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
RESTING = "resting"  # the kind of the error that says that nothing was asked
_REDIRECTS = {301, 302, 303, 307, 308}
_MEDIA = ("audio/", "video/", "image/", "font/", "application/pdf", "application/zip")
_VALIDATOR = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f]{1,1024}")  # a longer one is not worth sending every time


@dataclass(frozen=True, slots=True)
class _Answer:
    """One hop: an answer with its body read, or with the address that it redirects to."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool


class Fetcher:
    """Fetches documents politely and safely. One Fetcher serves one event loop; it holds nothing open between calls."""

    def __init__(self, settings: NetworkSettings) -> None:
        self._settings = settings
        self._pace = Pace(
            per_host=settings.per_host, gap=settings.host_gap, starts_per_second=settings.starts_per_second
        )
        self._context: ssl.SSLContext | None = None
        # For plain http: never used, and trusts nobody if it were.
        self._no_context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    async def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None, accept: str = FEED_ACCEPT,
        validated: str = "", resting: Callable[[str], bool] | None = None,
    ) -> Fetched:
        """The document at `url`, or that it has not changed since `etag` / `last_modified`.

        These came from the address `validated` (by default `url`): only that one is believed when it answers 304, and
        behind a redirect no other is sent them.

        Raises FetchError for everything but 200 and 304, within `total_timeout` seconds of work; of the kind RESTING
        where the host is found `resting` when its turn has come, so that it is not asked.
        """
        plain, headers = self._headers(None, None, accept), self._headers(etag, last_modified, accept)
        knows = validated or url
        left = self._settings.total_timeout
        redirects: list[tuple[int, str]] = []
        here = url
        while True:
            _check_url(here, first=not redirects)
            started, answer = await self._paced(here, headers, left, None if redirects else resting)
            left -= time.monotonic() - started
            if answer.status == 304 and here != knows and headers is not plain:
                headers = plain  # two servers may call different documents by one name
                continue
            if answer.status not in _REDIRECTS:
                break
            here = self._next_hop(here, answer, [url, *(to for _, to in redirects)])
            redirects.append((answer.status, here))
            headers = self._headers(etag, last_modified, accept) if here == knows else plain
        _check_status(here, answer, conditional=bool(etag or last_modified) and here == knows)
        return _fetched(here, answer, redirects, self._settings.total_timeout - left)

    def _headers(self, etag: str | None, last_modified: str | None, accept: str) -> dict[bytes, bytes]:
        headers = {
            b"User-Agent": self._settings.user_agent.encode("ascii", "replace"),
            b"Accept": accept.encode("ascii"),
            b"Accept-Encoding": b"gzip",  # anything more could not be unpacked with a bound
        }
        if etag and _can_be_sent(etag):
            headers[b"If-None-Match"] = etag.encode("latin-1")
        if last_modified and _can_be_sent(last_modified):
            headers[b"If-Modified-Since"] = last_modified.encode("latin-1")
        return headers

    async def _paced(
        self, url: str, headers: Mapping[bytes, bytes], left: float, resting: Callable[[str], bool] | None
    ) -> tuple[float, _Answer]:
        _check_rest(url, resting)  # now and again: whoever has to wait for a turn may wait in vain
        async with self._pace.turn(host_of(url)):
            _check_rest(url, resting)
            started = time.monotonic()
            try:
                async with asyncio.timeout(left):
                    return started, await self._ask(url, headers)
            except TimeoutError as error:
                raise _too_slow(url, self._settings.total_timeout) from error

    async def _ask(self, url: str, headers: Mapping[bytes, bytes]) -> _Answer:
        # The transport without a client: no cookies, no proxies, and a Location that cannot be read is ours to report.
        request = _request(url, headers, self._settings.connect_timeout)
        async with GuardedTransport(self._ssl_context(url), self._settings.allow) as transport:
            response = await transport.handle_async_request(request)
            try:
                answered = _lower(response.headers.raw)
                if response.status_code != 200:
                    return _Answer(response.status_code, answered, b"", whole=True)
                body, whole = await self._read(url, transport, response, answered)
                return _Answer(response.status_code, answered, body, whole)
            finally:
                await response.aclose()

    async def _read(
        self, url: str, transport: GuardedTransport, response: httpx.Response, headers: Mapping[str, str]
    ) -> tuple[bytes, bool]:
        media = headers.get("content-type", "").lower()
        if media.startswith(_MEDIA):
            raise FetchError("type", f"{_host(url)} sent {media[:60]}, which holds no text to read", status=200)
        length = headers.get("content-length", "")
        if length.isascii() and length.isdigit() and int(length[:20]) > self._settings.max_bytes:
            raise too_large(self._settings.max_bytes)
        body = Body(headers.get("content-encoding", ""), self._settings.max_bytes)
        try:
            async for piece in response.aiter_raw():
                body.add(piece)
        except (httpx.HTTPError, OSError) as error:
            body.add(transport.left_over())
            if not body.content():
                raise translated(_host(url), transport.broken() or error) from error
            return body.content(), False  # what came is worth reading; what did not will come next time
        return body.content(), body.complete

    def _next_hop(self, here: str, answer: _Answer, seen: Sequence[str]) -> str:
        location = answer.headers.get("location", "")
        if not location:
            raise FetchError("redirect", f"{_host(here)} redirects without saying where to", status=answer.status)
        try:
            target = str(httpx.URL(here).join(location))
        except (httpx.InvalidURL, ValueError) as error:
            message = f"{_host(here)} redirects to an address that cannot be read"
            raise FetchError("redirect", message, status=answer.status) from error
        if target in seen:
            raise FetchError("redirect", f"{_host(here)} redirects in a circle", status=answer.status)
        if len(seen) > self._settings.max_redirects:
            message = f"{_host(here)} redirects more than {self._settings.max_redirects} times"
            raise FetchError("redirect", message, status=answer.status)
        return target

    def _ssl_context(self, url: str) -> ssl.SSLContext:
        if not url.lower().startswith("https:"):
            return self._no_context
        if self._context is None:  # 95 ms to make: once, and only when something is fetched over https
            self._context = httpx.create_ssl_context(trust_env=False)
        return self._context


def _fetched(url: str, answer: _Answer, redirects: Sequence[tuple[int, str]], elapsed: float) -> Fetched:
    return Fetched(
        url=url,
        status=answer.status,
        body=answer.body,
        headers=answer.headers,
        etag=_validator(answer.headers, "etag"),
        last_modified=_validator(answer.headers, "last-modified"),
        content_type=answer.headers.get("content-type", ""),
        whole=answer.whole,
        redirects=tuple(redirects),
        elapsed=elapsed,
    )


def _validator(headers: Mapping[str, str], name: str) -> str | None:
    text = headers.get(name, "")
    return text if _can_be_sent(text) else None


def _can_be_sent(validator: str) -> bool:
    """Whether it would go back byte for byte whatever stands between: UTF-8 without control characters.

    Any other is as good as none: the document then comes whole each time.
    """
    try:
        validator.encode("latin-1").decode()
    except UnicodeError:
        return False
    return _VALIDATOR.fullmatch(validator) is not None


def _request(url: str, headers: Mapping[bytes, bytes], connect_timeout: float) -> httpx.Request:
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise FetchError("address", "the address cannot be read: check it for typing errors") from error
    if parts.userinfo:
        login = base64.b64encode(f"{parts.username}:{parts.password}".encode())
        headers = {**headers, b"Authorization": b"Basic " + login}
        parts = parts.copy_with(userinfo=b"")
    return httpx.Request("GET", parts, headers=headers, extensions={"timeout": {"connect": connect_timeout}})


def _lower(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    # latin-1 keeps every byte of a validator, whatever it was meant to be.
    headers: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def _host(url: str) -> str:
    """The host to name in a message: never the whole address, which may hold a password or a key."""
    return urlsplit(url).hostname or "the address"


def _check_url(url: str, *, first: bool) -> None:
    kind = "address" if first else "redirect"
    try:
        parts = urlsplit(url)
        host, secret = parts.hostname, parts.username is not None or parts.password is not None
        _ = parts.port  # raises ValueError where it is no number
    except ValueError as error:
        raise FetchError(kind, "the address cannot be read: check it for typing errors") from error
    if parts.scheme.lower() not in {"http", "https"} or not host:
        came = "the address" if first else f"a redirect to {parts.scheme[:20]}: was refused, because it"
        raise FetchError(kind, f"{came} does not begin with http:// or https:// and a host name")
    if secret and not first:
        raise FetchError(kind, f"a redirect to {host} was refused, because it carries a user name or password")


def _check_rest(url: str, resting: Callable[[str], bool] | None) -> None:
    if resting and resting(host_of(url)):
        raise FetchError(RESTING, f"{_host(url)} asked for a pause, and was not asked", host=host_of(url))


def _check_status(url: str, answer: _Answer, *, conditional: bool) -> None:
    if answer.status == 200 or (answer.status == 304 and conditional):
        return
    wait = retry_after(answer.headers)
    challenged = answer.headers.get("cf-mitigated", "").strip().lower() == "challenge"
    kind = "blocked" if challenged else "status"
    raise FetchError(kind, f"{_host(url)} {_reason(answer.status, challenged)}", status=answer.status, retry_after=wait,
                     host=host_of(url))


def _reason(status: int, challenged: bool) -> str:
    if challenged:
        return f"blocks automatic readers ({status}): ask the site to let Dateline's feed reader in"
    if status >= 500:
        return f"has trouble of its own ({status}): this usually passes"
    return {
        204: "answered without a document (204)",
        304: "answers “not changed” (304) although nothing was fetched before: tell the site's owner",
        401: "wants a login (401): this address is not public",
        403: "refuses this address (403): ask the site to let Dateline's feed reader in, or use another feed of it",
        404: "has nothing at this address (404): look for the feed's new address on the site",
        410: "says that this address is gone for good (410): look for the feed's new address on the site",
        429: "asks for fewer visits (429): Dateline waits and tries again",
    }.get(status, f"answered {status}, which is no document")


def _too_slow(url: str, seconds: float) -> FetchError:
    return FetchError("timeout", f"{_host(url)} did not finish its answer within {seconds:g} seconds")
