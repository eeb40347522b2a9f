"""Permanent redirects (301, 308): believed late, and only where what stands there is known. Pure.

Captive portals and expired domains answer with a permanent redirect, too. A new address is adopted once it was seen
three times over a day and gives the entries that the feed is known for; the old one stays the feed's name, and is asked
again where the new one fails.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.collect.model import Fetched
    from monitor.collect.plan import FeedState
    from monitor.errors import CollectError

_PERMANENT = {301, 308}
_SIGHTINGS = 3
_STANDS = timedelta(hours=24)
_FAILS = 3  # failures in a row of an adopted address
_LOST_KINDS = {"dns", "not-a-feed", "redirect", "address", "tls"}


def followed(state: FeedState, fetched: Fetched, now: datetime, *, known: bool) -> FeedState:
    """The state after a document was read. `known`: it is the feed that we know, by its entries or as a whole."""
    target = _target(state, fetched)
    if target is None:
        return _forgotten(state) if state.moved_to else state
    if target != state.moved_to:
        return replace(state, moved_to=target, moved_seen=1, moved_since=now)
    seen, since = state.moved_seen + 1, state.moved_since or now
    if known and seen >= _SIGHTINGS and now - since >= _STANDS:
        return _asked_at(state, None if target == state.url else target)
    return replace(state, moved_seen=seen, moved_since=since)


def returned(state: FeedState, error: CollectError) -> FeedState:
    """The state after a failure, which it counts already: an adopted address that lost the feed is left again."""
    if state.fetch_url is None:
        return state
    lost = error.kind in _LOST_KINDS or error.status == 404
    if error.status == 410 or (lost and state.failures >= _FAILS):
        return _asked_at(state, None)
    return state


def _target(state: FeedState, fetched: Fetched) -> str | None:
    """Where the feed says that it is from now on; None where nothing on the way was permanent, or not all of it."""
    if not fetched.redirects or any(status not in _PERMANENT for status, _ in fetched.redirects):
        return None
    here, there = state.fetch_url or state.url, fetched.redirects[-1][1]
    if urlsplit(here).scheme.lower() == "https" and urlsplit(there).scheme.lower() != "https":
        return None  # whoever stands on the way could have said it, once nothing is signed any more
    return there


def _asked_at(state: FeedState, address: str | None) -> FeedState:
    # Validators are those of an address: sent to another they are made up.
    return replace(_forgotten(state), fetch_url=address, etag=None, last_modified=None, gone_since=None)


def _forgotten(state: FeedState) -> FeedState:
    return replace(state, moved_to=None, moved_seen=0, moved_since=None)
