"""The [[feed]] and [[page]] tables of config.toml: what is read. Pure.

A page is watched for changes where there is no feed. Both are sources under one schedule, so both become FeedSettings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.config import addresses
from monitor.config.values import Fault
from monitor.settings import FeedSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from monitor.config.keys import Tables
    from monitor.settings import FeedKind

_KINDS: tuple[FeedKind, ...] = ("feed", "page")  # as their tables are called


def read_feeds(tables: Tables) -> tuple[FeedSettings, ...]:
    """Every feed of the file in its order, then every page."""
    read = [(kind, number, _source(tables, kind, number, table))
            for kind in _KINDS for number, table in tables.many[kind].items()]
    for kind in _KINDS:
        tables.refuse_doubles(kind, "url", [addresses.same_feed(one.url) for of, _, one in read if of == kind])
    _refuse_both(tables, read)
    return tuple(one for _, _, one in read)


def require_feeds(tables: Tables) -> None:
    """Note it where the file names nothing to read."""
    if not any(tables.toml.values.get(kind) for kind in _KINDS):
        tables.missing("C106", "no feed is named, so that nothing would ever be read",
                       "write at least one:\n[[feed]]\nurl = 'https://outlet.org/feed'\n"
                       "outlet = 'Name of the outlet'\nor:  dateline feeds add https://outlet.org")


def _source(tables: Tables, kind: FeedKind, number: int, table: Mapping[str, Any]) -> FeedSettings:
    path = (kind, number)
    url = tables.take(addresses.feed_address(table["url"]), "", *path, "url") if "url" in table else ""
    home = tables.take(addresses.home_place(table.get("home", "")), "", *path, "home")
    selector = tables.take(watched_part(table.get("selector", "").strip()), "", *path, "selector")
    return FeedSettings(url, table.get("outlet", ""), home, tables.toml.line_of(*path), kind, selector,
                        table.get("urgent", True))


def _refuse_both(tables: Tables, read: list[tuple[FeedKind, int, FeedSettings]]) -> None:
    """One address is a feed or a page: as the other it could never be read."""
    feeds = {addresses.same_feed(one.url): one.line for kind, _, one in read if kind == "feed" and one.url}
    for number, page in _pages(read):
        if line := feeds.get(addresses.same_feed(page.url)):
            fault = Fault("C153", f"this page is also read as a feed, on line {line}",
                          "remove [[page]] where the address is that of a feed, else remove [[feed]]")
            tables.add(fault, "page", number, "url")


def _pages(read: list[tuple[FeedKind, int, FeedSettings]]) -> Iterator[tuple[int, FeedSettings]]:
    return ((number, one) for kind, number, one in read if kind == "page")


def watched_part(selector: str) -> str | Fault:
    """A CSS selector; empty stands for the whole page."""
    if not selector:
        return ""
    from monitor.collect.watch import is_selector  # with a library that only these few files need

    if is_selector(selector):
        return selector
    return Fault("C154", f'selector = "{selector}" is no CSS selector',
                 "write what points at the part to watch: 'main', '#policy' (an id) or '.content' (a class);\n"
                 "without the line the whole page is watched", selector)
