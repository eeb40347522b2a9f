"""What must stand in the channel when the made-up day is over: two cards, and each article once, in its own. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.raid_day_news import Report

ALERTS, MOST_UPDATES = 2, 6


@dataclass(frozen=True, slots=True)
class Posted:
    """One message as it stands. `kind` is that of its delivery; `said` is all of it, in which links are looked for."""

    ts: str
    thread: str
    key: tuple[str, int]
    kind: str
    said: str
    broadcast: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """What came of it. `wrong` is about messages, whatever grouping did; `stories` is what grouping answers for."""

    wrong: Mapping[str, Sequence[str]]
    stories: Mapping[str, Sequence[str]]
    figures: Mapping[str, int] = field(default_factory=dict)


def judge(reports: Sequence[Report], posted: Sequence[Posted], audit: Sequence[str] = ()) -> Day:
    """Hold the channel against the day."""
    where = {report: [one for one in posted if report.path in one.said] for report in reports}
    twice = [key for key, number in Counter(one.key for one in posted).items() if number > 1]
    standing = {one.ts for one in posted}
    wrong = {
        "message posted twice": [str(key) for key in twice],
        "reply without a parent": [str(one.key) for one in posted if one.thread and one.thread not in standing],
        "article missing": [report.path for report, found in where.items() if not found],
        "article in several messages": [
            f"{report.path} in {', '.join(str(one.key) for one in found)}" for report, found in where.items()
            if len(found) > 1],
        "audit": list(audit),
    }
    return Day(_found(wrong), _found(_stories(where, posted)), _figures(posted))


def _stories(where: Mapping[Report, Sequence[Posted]], posted: Sequence[Posted]) -> dict[str, list[str]]:
    """What is not two cards, each with all articles of one event in it or its thread, and few updates."""
    cards: defaultdict[str, list[Report]] = defaultdict(list)
    for report, found in where.items():
        for one in found:
            cards[one.thread or one.ts].append(report)
    alerts = [one for one in posted if one.kind == "alert" and one.key[1] == 0]
    event_of = {one.ts: Counter(report.event for report in cards[one.ts]).most_common(1) for one in alerts}
    owners = {ts: common[0][0] for ts, common in event_of.items() if common}
    updates = {one.key[0] for one in posted if one.kind == "update"}
    return {
        "not two alerts": [f"{len(alerts)} alerts: {[one.key[0] for one in alerts]}"] * (len(alerts) != ALERTS),
        "too many updates": [f"{len(updates)} updates"] * (len(updates) > MOST_UPDATES),
        "other messages": [str(one.key) for one in posted if one.kind not in ("alert", "update")],
        "two cards of one event": [f"{event} has {number}" for event, number in Counter(owners.values()).items()
                                   if number > 1],
        "in no card": [report.path for ts, inside in cards.items() if ts not in owners for report in inside],
        "in the wrong card": [f"{report.path} in that of {owners[ts]}" for ts, inside in cards.items() if ts in owners
                              for report in inside if report.event != owners[ts]],
    }


def _figures(posted: Sequence[Posted]) -> dict[str, int]:
    kinds = Counter(one.kind for one in posted if one.key[1] == 0)
    return {"messages": len(posted), "replies": sum(bool(one.thread) for one in posted),
            "shown in the channel too": sum(one.broadcast for one in posted), **kinds}


def _found(said: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    return {name: what for name, what in said.items() if what}
