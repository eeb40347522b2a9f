"""Whether a failure is the feed's or our own network's: where nobody can be reached, nobody is to blame. Pure.

Hundreds of sites stand behind one company's servers, and fail together, too. So as soon as somebody is reached while
most cannot be, it is our own network for half an hour more at most.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.collect.plan import PollPlan
from monitor.errors import FetchError

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.collect.plan import FeedState
    from monitor.errors import CollectError
    from monitor.settings import PollingSettings

_NETWORK_KINDS = {"dns", "refused", "timeout"}
_LATELY = timedelta(minutes=2)
# A small bot asks few hosts in two minutes: then it is the last so many, as long as that is not a matter of hours.
_LAST_HOSTS = 10
_LONGEST_AGO = timedelta(minutes=30)
_FEWEST_HOSTS = 5  # fewer sites may well be down together
_SHARE = 0.8
_MOST_KEPT = 2_000
_LONGEST_PARTLY = timedelta(minutes=30)  # since the first host was reached
_NOT_AGAIN = timedelta(minutes=10)  # after an outage of ours: what flaps is told once
# Minutes for which a feed has failed so far, and those until it is asked again.
_STEPS = ((17, 20), (7, 10), (2, 5), (0, 2))
_SPREAD = 0.25
_OURS = "this machine could not reach most of the sites that it asked: that is its own network, not this feed"


class Weather:
    """How the hosts asked last could be reached.

    `since` is when our own network failed, None while it works; `partly` is when it began that most sites failed and
    some did not, for so long that it is theirs.
    """

    def __init__(self) -> None:
        self._last: OrderedDict[str, tuple[datetime, bool]] = OrderedDict()
        self._failing = 0  # of them
        self._reached_at: datetime | None = None  # somebody, in the outage
        self._ended_at: datetime | None = None
        self.since: datetime | None = None
        self.partly: datetime | None = None

    def note(self, host: str, error: CollectError | None, now: datetime, *, well: bool) -> None:
        """Note how asking a host ended. `well`: it was reached last time; that a dead host is dead says nothing."""
        reached = not is_network(error)
        if not reached and not well and host not in self._last:
            return
        self._drop(host)
        self._last[host] = (now, reached)
        self._failing += not reached
        self._forget(now)
        if len(self._last) < _FEWEST_HOSTS or self._failing < _SHARE * len(self._last):
            self._end(now)
        elif self.since is not None:
            self._go_on(now, reached=reached)
        elif self.partly is None and not self._ended_lately(now):
            self.since = now

    def ours(self, error: CollectError) -> bool:
        """Whether this failure is to be put down to our own network."""
        return self.since is not None and is_network(error)

    def _end(self, now: datetime) -> None:
        if self.since or self.partly:
            self._ended_at = now
        self.since = self.partly = self._reached_at = None

    def _go_on(self, now: datetime, *, reached: bool) -> None:
        if reached and self._reached_at is None:
            self._reached_at = now
        if self._reached_at and now - self._reached_at >= _LONGEST_PARTLY:
            self.since, self.partly = None, self.since

    def _ended_lately(self, now: datetime) -> bool:
        return self._ended_at is not None and timedelta() <= now - self._ended_at < _NOT_AGAIN

    def _forget(self, now: datetime) -> None:
        while self._last:
            host, (at, _) = next(iter(self._last.items()))
            old = len(self._last) > _LAST_HOSTS and now - at > _LATELY
            if not old and now - at <= _LONGEST_AGO and len(self._last) <= _MOST_KEPT:
                return
            self._drop(host)

    def _drop(self, host: str) -> None:
        _, reached = self._last.pop(host, (None, True))
        self._failing -= not reached


def is_network(error: CollectError | None) -> bool:
    """Whether the host was not reached at all."""
    return isinstance(error, FetchError) and error.kind in _NETWORK_KINDS


def plan_ours(state: FeedState, *, now: datetime, polling: PollingSettings, fraction: float) -> PollPlan:
    """After a failure that is our own network's: it is not counted, and the feed is asked again in some minutes.

    Since when it fails is noted: where it turns out to be the feed's after all, that is how long it lasts.
    """
    since = state.failing_since or now
    lasting = (now - since) / timedelta(minutes=1)
    wait = next(minutes for least, minutes in _STEPS if lasting >= least)
    minutes = min(wait, polling.interval_minutes) * (1 + _SPREAD * fraction)
    return PollPlan(replace(state, failing_since=since), now + timedelta(minutes=minutes), succeeded=False,
                    error_kind="offline", error=_OURS)
