"""What must hold after everything that was done: each message stands exactly once, and nobody was too early. Pure."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.crash_plan import FROZEN, STALLED, delivery_id, keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.crash_plan import Case, Frozen

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as it stands in a channel, or stood (`removed`)."""

    channel: str
    ts: str
    thread: str
    key: Key
    removed: bool = False
    broadcast: bool = False  # a reply that stands in the channel as well


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is wrong, in sentences by kind, and figures that are none."""

    wrong: Mapping[str, Sequence[str]]
    figures: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Ledger:
    """What Slack counted."""

    shown: Sequence[Shown]
    early: int
    over_rate: int
    audit: Sequence[str] = ()  # what else it found fault with


def rows(database: Path) -> dict[Key, dict[str, Any]]:
    """Every delivery, by its key."""
    connection = sqlite3.connect(database)
    connection.row_factory = sqlite3.Row
    try:
        return {(row["delivery_id"], row["part"]): dict(row) for row in connection.execute("SELECT * FROM deliveries")}
    finally:
        connection.close()


def judge(case: Case, found: Mapping[Key, Mapping[str, Any]], ledger: Ledger) -> Judgement:
    """Hold the database against the channels."""
    wrong: defaultdict[str, list[str]] = defaultdict(list)
    standing = _standing(ledger.shown)
    for channel in FROZEN:
        for key in keys(channel):
            if said := _row(found.get(key), standing[key], dead=channel == case.dead, refusable=_refusable(case)):
                wrong[said].append(f"{key} {_short(found.get(key))}, stands {len(standing[key])} times")
        wrong["astray"] += _threads(channel, found, standing)
    posted = Counter(shown.key for shown in ledger.shown)
    twice = [key for key, number in posted.items() if number > 1]
    wrong["posted twice"] += map(str, twice if case.strict else [])
    # A sender that slept through a Retry-After which another was given cannot know of it.
    early = 0 if case.name == STALLED else ledger.early
    wrong["too early"] += ["a call came before its Retry-After was over"] * early
    wrong["above the rate"] += ["a call was above the rate"] * ledger.over_rate
    wrong["audit"] += ledger.audit
    figures = {"stood": posted.total(), "stood twice for a while": len(twice),
               "attempts": sum(row["attempt"] for row in found.values())}
    return Judgement({name: said for name, said in wrong.items() if said}, figures)


def _standing(shown: Sequence[Shown]) -> defaultdict[Key, list[Shown]]:
    standing: defaultdict[Key, list[Shown]] = defaultdict(list)
    for message in shown:
        if not message.removed:
            standing[message.key].append(message)
    return standing


def _refusable(case: Case) -> bool:
    """Whether Slack refuses so many bodies that both of one message, the whole one and the plain one, may be."""
    return [fault["code"] for fault in case.faults].count("invalid_blocks") > 1


def _row(row: Mapping[str, Any] | None, standing: Sequence[Shown], *, dead: bool, refusable: bool) -> str:
    """What is wrong with one message; "" for nothing."""
    if row is None:
        return "never frozen"
    if len(standing) > 1:
        return "doubled"
    state = row["state"]
    if state == "sent":
        if not standing:
            return "lost"
        return "wrong ts" if standing[0].ts != row["ts"] else "" if row["swept_at"] or dead else "not swept"
    if state == "pending" and dead and not standing:
        return "" if row["error"] or not row["attempt"] else "not told"
    if state == "uncertain" and dead:
        return "" if row["error"] else "not told"
    if state in ("refused", "cancelled") and refusable and not standing:
        return ""
    return f"ended {state}"


def _threads(
    channel: str, found: Mapping[Key, Mapping[str, Any]], standing: defaultdict[Key, list[Shown]]
) -> Sequence[str]:
    """Replies that stand elsewhere than under their parent, and parts that stand in the wrong order."""
    said = []
    previous: tuple[str, float] = ("", 0.0)
    for key in keys(channel):
        row, one = found.get(key), plan(channel, key)
        parents = standing[row["thread_of"] or key[0], 0] if row and row["in_thread"] else []
        for shown in standing[key][:1]:
            thread = parents[0].ts if parents else ""
            if shown.thread != thread:
                said.append(f"{key} stands in the thread {shown.thread!r} instead of {thread!r}")
            if shown.broadcast != (one.broadcast and key[1] == 0):
                said.append(f"{key} shows in the channel: {shown.broadcast}")
            if previous[0] == key[0] and float(shown.ts) < previous[1]:
                said.append(f"{key} stands before the part before it")
            previous = (key[0], float(shown.ts))
    return said


def plan(channel: str, key: Key) -> Frozen:
    """What was frozen under the key."""
    return FROZEN[channel][[delivery_id(channel, number) for number in range(len(FROZEN[channel]))].index(key[0])]


def _short(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return "no row"
    return f"{row['state']} after {row['attempt']} attempts and {row['looks']} looks ({row['error_code']})"
