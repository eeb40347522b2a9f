"""Hosts that asked for a pause, and for whom that holds.

A round begins up to fifty polls of a host, which take their turns a second apart: whoever is refused first speaks for
all of them. But hosts carry feeds of many publishers, and one that is refused over and over must not silence the rest:
what the host gave since it began to refuse is not held, until two of those are refused as well. What a page is answered
holds pages alone: anybody's feed may link to them. What a restart must know stands in `storage.hosts`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.collect.schedule import LONGEST_HOST_REST, host_wait

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.errors import CollectError

_OVER = timedelta(days=1)  # without a 429, and the next one is the first
_TOGETHER = timedelta(hours=1)
_TOO_MANY = 2  # feeds that were given before, refused within that time


@dataclass(slots=True)
class _Refusals:
    """Those of one host, one after the other. `given` are the feeds that it gave since, `relapsed` those of them that
    it then refused, and when."""

    last: datetime
    until: datetime
    given: set[int] = field(default_factory=set)
    relapsed: dict[int, datetime] = field(default_factory=dict)


class Rests:
    """Until when which host rests; a wait that ends later stays."""

    def __init__(self) -> None:
        self._hosts: dict[str, _Refusals] = {}
        self._pages: dict[str, datetime] = {}

    def note(self, host: str, error: CollectError, now: datetime, feed: int) -> bool:
        """Note what was asked for with this failure of a feed, if anything: whether its whole host is to rest.

        `host` is the one that was asked; the one that answered may be another, after a redirect.
        """
        until = host_wait(error, now)
        if until is None:
            return False
        here = error.host or host
        known = self._hosts.get(here)
        if known is None or not timedelta() <= now - known.last < _OVER:
            self._hosts[here] = _Refusals(now, until)
            return True
        known.last = now
        if feed in known.given | known.relapsed.keys():
            known.given.discard(feed)
            known.relapsed[feed] = now
            if sum(now - at < _TOGETHER for at in known.relapsed.values()) < _TOO_MANY:
                return False
            self._hosts[here] = known = _Refusals(now, known.until)
        known.until = max(until, known.until)
        return True

    def note_page(self, host: str, error: CollectError, now: datetime) -> datetime | None:
        """Note what was asked for with this failure of a page, if anything: until when none of its host is asked for.
        """
        until = host_wait(error, now)
        if until is not None:
            here = error.host or host
            self._pages[here] = max(until, self._pages.get(here, until))
        return until

    def given(self, host: str, feed: int) -> None:
        """Note that the host gave this feed."""
        if known := self._hosts.get(host):
            known.given.add(feed)
            known.relapsed.pop(feed, None)

    def knows(self, host: str) -> bool:
        """Whether it refused since this process began: then what is stored of it says no more than this."""
        return host in self._hosts

    def holds(self, host: str, now: datetime, feed: int) -> bool:
        """Whether this feed of the host is not to be asked for now."""
        known = self._hosts.get(host)
        return known is not None and feed not in known.given and _lasts(known.until, now)

    def holds_pages(self, host: str, now: datetime) -> bool:
        """Whether no page of the host is to be asked for now."""
        known, pages = self._hosts.get(host), self._pages.get(host)
        return bool((known and _lasts(known.until, now)) or (pages and _lasts(pages, now)))


def _lasts(until: datetime, now: datetime) -> bool:
    """Whether a rest is not over; one that is too long was noted by a clock that ran ahead."""
    return now < until <= now + timedelta(seconds=LONGEST_HOST_REST)
