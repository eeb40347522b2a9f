"""Whether a failure is the feed's or our own network's: where nobody can be reached, nobody is to blame. Pure."""

from __future__ import annotations

from collections import OrderedDict
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.collect.plan import PollPlan
from monitor.errors import FetchError

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.collect.plan import FeedState
    from monitor.errors import CollectError

_NETWORK_KINDS = {"dns", "refused", "timeout"}
_LATELY = timedelta(minutes=2)
# A small bot asks few hosts in two minutes: then it is the last so many, as long as that is not a matter of hours.
_LAST_HOSTS = 10
_LONGEST_AGO = timedelta(minutes=30)
_FEWEST_HOSTS = 5  # fewer sites may well be down together
_SHARE = 0.8
_MOST_KEPT = 2_000
_SOON, _SPREAD = 120.0, 180.0  # seconds until a feed is asked again that failed for our fault
_OURS = "this machine could not reach most of the sites that it asked: that is its own network, not this feed"


class Weather:
    """How the hosts asked last could be reached. `since` is when our own network failed; None while it works."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, tuple[datetime, bool]] = OrderedDict()
        self.since: datetime | None = None

    def note(self, host: str, error: CollectError | None, now: datetime, *, well: bool) -> None:
        """Note how asking a host ended. `well`: it was reached last time; that a dead host is dead says nothing."""
        reached = not is_network(error)
        if not reached and not well and host not in self._last:
            return
        self._last[host] = (now, reached)
        self._last.move_to_end(host)
        self._forget(now)
        failing = sum(not fine for _, fine in self._last.values())
        if len(self._last) < _FEWEST_HOSTS or failing < _SHARE * len(self._last):
            self.since = None
        elif self.since is None:
            self.since = now

    def ours(self, error: CollectError) -> bool:
        """Whether this failure is to be put down to our own network."""
        return self.since is not None and is_network(error)

    def _forget(self, now: datetime) -> None:
        for at, _ in list(self._last.values()):
            old = len(self._last) > _LAST_HOSTS and now - at > _LATELY
            if not old and now - at <= _LONGEST_AGO and len(self._last) <= _MOST_KEPT:
                return
            self._last.popitem(last=False)


def is_network(error: CollectError | None) -> bool:
    """Whether the host was not reached at all."""
    return isinstance(error, FetchError) and error.kind in _NETWORK_KINDS


def plan_ours(state: FeedState, *, now: datetime, fraction: float) -> PollPlan:
    """After a failure that is our own network's: nothing is counted, and the feed is asked again in a few minutes."""
    return PollPlan(state, now + timedelta(seconds=_SOON + _SPREAD * fraction), succeeded=False, error_kind="offline",
                    error=_OURS)
