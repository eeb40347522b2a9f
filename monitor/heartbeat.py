"""A sign of life for a watchdog outside: an address that is asked after every good round, once a minute at most.

Nobody inside can tell that the bot, its computer or its network is gone. A watchdog (healthchecks.io, Uptime Kuma,
Better Stack and others) alarms when the asking stops, so a round that failed must not ask. Who knows the address can
keep the alarm silent: it is a secret, and no log, message or error says any part of it.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.errors import FetchError

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.collect.fetch import Fetcher

log = logging.getLogger("dateline.heartbeat")

EVERY = timedelta(minutes=1)  # what watchdogs count in
SECONDS = 10.0  # a watchdog that takes longer is away


@dataclass(frozen=True, slots=True)
class Beat:
    """The last asking: when it began, and what came of it: empty where it was answered."""

    asked_at: datetime | None = None
    failure: str = ""


def is_due(last: Beat, now: datetime) -> bool:
    """Whether a minute has gone by. A clock that was set back makes it due, too."""
    return last.asked_at is None or not timedelta() <= now - last.asked_at < EVERY


async def beat(fetcher: Fetcher, url: str, last: Beat, now: datetime) -> Beat:
    """Ask, if it is due; the log hears when it begins to fail and when it works again. Raises nothing.

    Takes ten seconds at most: call it beside the rounds.
    """
    if not is_due(last, now):
        return last
    failure = await _asked(fetcher, url)
    if failure and not last.failure:
        log.warning("the watchdog could not be told that Dateline is alive: %s. It is tried again every minute; see "
                    "heartbeat below [health] in config.toml, or DATELINE_HEARTBEAT_URL", failure)
    elif last.failure and not failure:
        log.info("the watchdog is told again that Dateline is alive")
    return Beat(now, failure)


async def _asked(fetcher: Fetcher, url: str) -> str:
    """Empty where the watchdog took it; any answer of success counts, whatever it holds."""
    try:
        async with asyncio.timeout(SECONDS):
            await fetcher.fetch(url, accept="*/*")
    except TimeoutError:
        return "it did not answer in time"
    except FetchError as error:
        if error.status is not None and 200 <= error.status < 300:
            return ""
        return _reason(error)
    return ""


def _reason(error: FetchError) -> str:
    """In words of our own: those of the error name the host, which may hold the secret."""
    if error.status is not None:
        return f"it answered {error.status}"
    return {
        "address": "the address is refused: one inside of the own network must stand below [network] in allow",
        "dns": "the name of its host is not known",
        "refused": "it takes no connections",
        "timeout": "it did not answer in time",
        "tls": "no secure connection could be made",
    }.get(error.kind, f"it gave no usable answer ({error.kind})")
