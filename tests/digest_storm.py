"""Two days of articles of every kind, through caps, quiet hours, floods and clock steps: what must never be lost."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import time, timedelta
from typing import TYPE_CHECKING

from monitor.digest.publish import freeze_now, publish
from monitor.settings import QuietHours
from rules.model import Rule
from tests.digest_rounds import AT_ONCE, DAILY, NOW, RULES, arrive, merge, prepare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.database import Database

STORMY = {
    "at once": replace(AT_ONCE, quiet=QuietHours(time(12), time(14)), urgent_per_day=2, urgent_in_quiet=False),
    "daily": replace(DAILY, slots=(time(13), time(17, 30)), quiet=QuietHours(time(12), time(14)), urgent_per_day=1),
    "narrow": replace(DAILY, topics=("raids",), urgent=False),
}
_RULES = replace(RULES, rules=(Rule("raids", "raid", max_per_day=4), Rule("policy", "p")))
_STEP = timedelta(minutes=36)


def storm(database: Database, name: str, stories: Sequence[int | None] = (None,)) -> dict[int, str]:
    """The articles that the channel of this name must be told of: number and headline.

    They are of these stories, the second of which becomes part of the first on the way.
    """
    channel, chance = STORMY[name], random.Random(name)
    prepare(database, channel)
    wanted: dict[int, str] = {}
    for step in range(80):
        now = NOW + step * _STEP + chance.choice([-1, 0, 0, 0, 1]) * timedelta(hours=1)
        for number in range(chance.choice([0, 0, 1, 3])):
            topic, place = chance.choice(["raids", "policy"]), chance.choice(["baltimore", "towson"])
            key = arrive(database, f"{step}-{number}", now, topic, place, likely=chance.random() < 0.8,
                         severity=chance.choice(["normal", "high", "urgent"]), story=chance.choice(stories))
            wanted |= {key: f"Title {step}-{number}"} if topic in (channel.topics or RULES.topics) else {}
        if step == 40 and (known := [story for story in stories if story]):
            merge(database, known[1], into=known[0])
        publish(database, channel, _RULES, now)
    freeze_now(database, channel, _RULES, NOW + timedelta(days=3))
    return wanted
