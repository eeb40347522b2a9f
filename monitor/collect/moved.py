"""Permanent redirects (301, 308): believed late, and only where what stands there is known. Pure.

Captive portals and expired domains answer with a permanent redirect, too. A new address is adopted once it was seen
three times over a day and gave the entries that the feed is known for. The old one stays the feed's name: it is asked
once a week, and in turns while the new one fails, and where the feed stands there again it is read there.
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
_FAILS_FOR = timedelta(hours=6)  # for whatever reason
_ASKED_AGAIN = timedelta(days=7)
_LOST_KINDS = {"dns", "not-a-feed", "redirect", "address", "tls"}


def asked_at(state: FeedState, now: datetime) -> str:
    """The address to ask: where the feed moved, or its old one, once a week and every other time where that fails."""
    if state.fetch_url is None:
        return state.url
    if _is_failing(state, now):
        return state.url if state.failures % 2 else state.fetch_url
    old = state.origin_at or state.adopted_at
    return state.url if not state.failures and (old is None or now - old >= _ASKED_AGAIN) else state.fetch_url


def is_trial(state: FeedState, asked: str) -> bool:
    """Whether the old address was asked although the new one is well: its failure says nothing of the feed."""
    return state.fetch_url is not None and asked == state.url and not state.failures


def followed(state: FeedState, fetched: Fetched, now: datetime, *, asked: str, known: bool, strange: bool) -> FeedState:
    """The state after a document was read from `asked` or where that led.

    Half a document shows nothing, nor does a 304, but where the same redirect had led to known entries before.

    `known`: it is the feed that we know, by its entries or as a whole. `strange`: it has entries, and none is known.
    """
    old = state.fetch_url is not None and asked == state.url
    if fetched.not_modified:
        again = fetched.redirects and state.moved_seen and _target(asked, fetched) == state.moved_to
        return _sighted(state, state.moved_to, now, known=True, strange=False) if again and state.moved_to else state
    state = replace(state, origin_at=now) if old else state
    if not fetched.redirects:
        back = old and (known or state.failures > 0)
        return _read_at(state, None, now) if back else _direct(state)
    target = _target(asked, fetched)
    if old and target == state.fetch_url:
        return _direct(state)
    if target is None:
        return state if _is_foreign(state) else _forgotten(state)
    return _sighted(state, target, now, known=known, strange=strange)


def _sighted(state: FeedState, target: str, now: datetime, *, known: bool, strange: bool) -> FeedState:
    if _is_foreign(state) and (target == state.moved_to or state.moved_since):
        # What is known of it by now is what it brought itself.
        return replace(state, moved_to=target, moved_since=now)
    if target != state.moved_to:
        if strange:
            return replace(state, moved_to=target, moved_seen=0, moved_since=now)
        return replace(state, moved_to=target, moved_seen=1, moved_since=now) if known else _forgotten(state)
    seen, since = state.moved_seen + known, state.moved_since or now
    if known and seen >= _SIGHTINGS and now - since >= _STANDS:
        return _read_at(state, None if target == state.url else target, now)
    return replace(state, moved_seen=seen, moved_since=since)


def leads_elsewhere(state: FeedState, fetched: Fetched) -> bool:
    """Whether the document came from where nothing stands that the feed had before."""
    return _is_foreign(state) and bool(fetched.redirects) and fetched.redirects[-1][1] == state.moved_to


def returned(state: FeedState, error: CollectError, now: datetime, *, asked: str) -> FeedState:
    """The state after a failure, which it counts already: an adopted address that lost the feed is left again."""
    if state.fetch_url is None or asked == state.url:
        return state
    lost = error.kind in _LOST_KINDS or error.status == 404
    if error.status == 410 or (lost and state.failures >= _FAILS):
        return _read_at(state, None, now)
    return state


def _target(asked: str, fetched: Fetched) -> str | None:
    """Where the feed says that it is from now on; None where nothing on the way was permanent, or not all of it."""
    if any(status not in _PERMANENT for status, _ in fetched.redirects):
        return None
    there = fetched.redirects[-1][1]
    if urlsplit(asked).scheme.lower() == "https" and urlsplit(there).scheme.lower() != "https":
        return None  # whoever stands on the way could have said it, once nothing is signed any more
    return there


def _is_failing(state: FeedState, now: datetime) -> bool:
    since = state.failing_since
    return state.failures >= _FAILS and since is not None and now - since >= _FAILS_FOR


def _is_foreign(state: FeedState) -> bool:
    """Whether `moved_to` is an address that gave strange entries: no sighting, and never to be one.

    `moved_since` is then when it was last led to; None once the feed was read without being led anywhere.
    """
    return state.moved_to is not None and state.moved_seen == 0


def _direct(state: FeedState) -> FeedState:
    return replace(state, moved_since=None) if _is_foreign(state) else _forgotten(state)


def _read_at(state: FeedState, address: str | None, now: datetime) -> FeedState:
    # Validators are those of an address: sent to another they are made up.
    return replace(_forgotten(state), fetch_url=address, adopted_at=now if address else None, origin_at=None, etag=None,
                   last_modified=None, validated_url=None, gone_since=None)


def _forgotten(state: FeedState) -> FeedState:
    return replace(state, moved_to=None, moved_seen=0, moved_since=None)
