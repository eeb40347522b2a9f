"""Which updates the whole channel sees: what grew, most severe first, and no more in an hour than people bear. Pure.

What finds no room waits for it, as a higher number that nobody sees is worth little. It does not wait for ever: after
three hours it goes out in its thread alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.digest.updates import next_update
from monitor.digest.urgent import within

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from monitor.digest.updates import Update
    from monitor.settings import ChannelSettings

MOST = 3  # replies that show in a channel, in any hour: more are a flood
COUNTS = timedelta(hours=1)
PATIENCE = timedelta(hours=3)  # from when it was due


def shown(
    updates: Iterable[Update], channel: ChannelSettings, lately: int, now: datetime, *, patient: bool = True
) -> tuple[list[Update], list[Update]]:
    """The updates that go out now, and those that wait for room. All of them are due, in the order of importance.

    `lately` is how many the channel saw in the last hour. Where nobody is `patient` none waits. A channel without
    threads sees everything anyway.
    """
    free = max(0, MOST - lately)
    going: list[Update] = []
    held: list[Update] = []
    for one in updates:
        if not (one.growth.shows and channel.growth and channel.threads and channel.kind == "slack"):
            going.append(one)
        elif free:
            free -= 1
            going.append(replace(one, broadcast=True))
        else:
            (held if patient and _may_wait(one, channel, now) else going).append(one)
    return going, held


def _may_wait(one: Update, channel: ChannelSettings, now: datetime) -> bool:
    """Whether it can still be told within three hours of the moment at which it was due."""
    due = _due_at(one, channel)
    again = next_update(one.told, channel, now).at or now
    return within(due, now, PATIENCE) and again - due <= PATIENCE


def _due_at(one: Update, channel: ChannelSettings) -> datetime:
    seen = min(each.article.first_seen_at for each in one.story.standing)
    found = max(seen, one.told.last_at)
    return next_update(one.told, channel, found).at or found
