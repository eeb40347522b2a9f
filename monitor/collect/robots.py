"""What a robots.txt says, read in the child process: the text is a stranger's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from protego import Protego

from monitor.collect.model import RobotsVerdict

if TYPE_CHECKING:
    from collections.abc import Sequence


def robots_verdict(body: bytes, *, agent: str, urls: Sequence[str]) -> RobotsVerdict:
    """Whether `agent` may read each of the addresses, and the pause between two of them that it is asked for."""
    rules = Protego.parse(body.decode("utf-8", "replace").removeprefix("\ufeff"))
    delay, rate = rules.crawl_delay(agent), rules.request_rate(agent)
    if delay is None and rate is not None and rate.requests:
        delay = rate.seconds / rate.requests
    return RobotsVerdict(tuple(rules.can_fetch(url, agent) for url in urls), delay)
