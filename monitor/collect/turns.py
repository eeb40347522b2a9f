"""Whose turn it is: of many addresses that wait, the first few of each host, a host after the other. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_Key = TypeVar("_Key")


def host_of(url: str) -> str:
    """The host that limits and waits hold for: a name with a port is a host of its own; empty where there is none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def in_turn(
    waiting: Iterable[tuple[_Key, str]], *, per_host: int, under_way: Collection[str] = (), shut: Collection[str] = ()
) -> list[tuple[_Key, str]]:
    """The keys, each with its host, of those (key, address) that may start: one of every host, then the second of each.

    `under_way` names the host of every job that runs: with them there are at most `per_host`. `shut` hosts have none.
    """
    busy = Counter(under_way)
    by_host: defaultdict[str, list[tuple[_Key, str]]] = defaultdict(list)
    for key, url in waiting:
        host = host_of(url)
        if host not in shut and len(by_host[host]) + busy[host] < per_host:
            by_host[host].append((key, host))
    ranks = zip_longest(*by_host.values())
    return [found for found in chain.from_iterable(ranks) if found is not None]
