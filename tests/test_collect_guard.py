"""Which addresses the guard lets through."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading

import pytest

from monitor.collect.fetch import Fetcher
from monitor.collect.guard import addresses_for, is_public, may_connect
from monitor.errors import FetchError
from monitor.settings import Allowed, NetworkSettings

# fmt: off
REFUSED = [
    "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "192.0.0.192", "192.0.2.1", "192.88.99.1", "198.18.0.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "fe80::1", "fc00::1", "fec0::1",
    "ff02::1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "2001:db8::1", "3fff::1",
    "5f00::1",
]
# fmt: on


@pytest.mark.parametrize("address", REFUSED)
def test_addresses_that_lead_inside_are_refused(address: str) -> None:
    """Loopback, private, link-local, translated, tunnelled, documentation and reserved ranges."""
    assert not may_connect("example.org", address, 80, ())


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "192.0.1.1", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_pass(address: str) -> None:
    """What belongs to the public internet needs no exception."""
    assert may_connect("example.org", address, 443, ())


@pytest.mark.parametrize(
    ("rule", "host", "address", "port", "expected"),
    [
        (Allowed("127.0.0.1", 80), "localhost", "127.0.0.1", 80, True),
        (Allowed("127.0.0.1", 80), "localhost", "127.0.0.1", 81, False),
        (Allowed("127.0.0.1", 80), "localhost", "127.0.0.2", 80, False),
        (Allowed("127.0.0.1", 80), "localhost", "::1", 80, False),
        (Allowed("127.0.0.1", 80), "x", "::ffff:127.0.0.1", 80, True),
        (Allowed("10.0.0.0/8", 80), "x", "10.9.8.7", 80, True),
        (Allowed("Feeds.Internal", 80), "feeds.internal.", "10.9.8.7", 80, True),
        (Allowed("feeds.internal", 80), "evil.feeds.internal", "10.9.8.7", 80, False),
    ],
)
def test_exceptions_hold_for_one_host_and_port(
    rule: Allowed, host: str, address: str, port: int, *, expected: bool
) -> None:
    """A host name or a network, each with a port, opens exactly that."""
    assert expected == may_connect(host, address, port, [rule])


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "127.1", "0177.0.0.1", "::1", "localhost"])
def test_loopback_is_known_in_every_disguise(host: str) -> None:
    """The system's resolver undoes decimal, octal and short forms before the check."""
    with pytest.raises(FetchError) as caught:
        asyncio.run(addresses_for(host, 80, ()))
    assert "address" == caught.value.kind
    assert "add " in str(caught.value)
    assert "[network] allow" in str(caught.value)


def test_a_name_that_does_not_exist_is_told_apart() -> None:
    """A typing error is not a forbidden address."""
    with pytest.raises(FetchError, match="does not resolve") as caught:
        asyncio.run(addresses_for("no-such-name.invalid", 80, ()))
    assert "dns" == caught.value.kind


def test_one_private_address_among_public_ones_refuses_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers with both is trying something."""
    answers: list[tuple[object, ...]] = [(2, 1, 6, "", (address, 80)) for address in ("8.8.8.8", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)

    with pytest.raises(FetchError, match=r"two-faced\.example leads to 10\.0\.0\.1"):
        asyncio.run(addresses_for("two-faced.example", 80, ()))


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers differently when asked again gains nothing: it is asked once."""
    asked: list[object] = []

    def getaddrinfo(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1", 9))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    settings = NetworkSettings(allow=(Allowed("rebinding.example", 9),))
    with pytest.raises(FetchError) as caught:
        asyncio.run(Fetcher(settings).fetch("http://rebinding.example:9/"))
    assert ("refused", ["rebinding.example"]) == (caught.value.kind, asked)


def test_a_look_up_that_hangs_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fetch ends at its deadline, and the program could end, while the resolver still hangs."""
    released = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: released.wait(30) and [])
    with pytest.raises(FetchError) as caught:
        asyncio.run(Fetcher(NetworkSettings(total_timeout=0.2)).fetch("http://slow.example/"))
    hanging = [thread for thread in threading.enumerate() if thread.name == "dateline-dns"]
    released.set()
    for thread in hanging:
        thread.join()
    assert ("timeout", 1, True) == (caught.value.kind, len(hanging), hanging[0].daemon)


def test_public_is_stricter_than_global() -> None:
    """Python calls the 6to4 wrapper of a loopback address global."""
    wrapped = ipaddress.ip_address("2002:7f00:1::")
    assert (True, False) == (wrapped.is_global, is_public(wrapped))
