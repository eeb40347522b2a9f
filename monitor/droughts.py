"""Rules that have gone quiet: told once, and once more when they find something again. Pure.

Silence is counted in days on which articles were read. A bot that stood still, or whose sources all failed, has no such
days, so that a week off makes no rule suspicious. An edited rule starts anew: what it found before was another rule's.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from monitor.digest.model import Point
from rules.workbench.trial import marks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from rules.model import Rule, RuleSet

# How far back a rule's habits are looked for, before its last alert.
HABIT = timedelta(days=60)
# Fewer days with an alert, or days closer together, show no habit: one event, told of all week, is none.
ALERT_DAYS, SPREAD = 5, 14
# A week without news happens to any subject; four times the usual gap, to hardly one.
PATIENCE, USUAL_GAPS = 7, 4
NEW_PATIENCE = 30  # for a rule that has found nothing yet
# The rarest habit (5 days in 60) makes for the longest patience, 60 days; that, the habit, and a month of days off.
WINDOW = timedelta(days=150)


@dataclass(frozen=True, slots=True)
class Watch:
    """A rule as it was last seen. `since` is the day from which on it was as it is now, `mark` names that state.

    `told` is the day from which on it was silent, in the drought that the admins know of.
    """

    mark: str
    since: date
    told: date | None = None


@dataclass(frozen=True, slots=True)
class Watched:
    """Every rule in use by id, and the hash of the set that they stand in."""

    hash: str = ""
    rules: Mapping[str, Watch] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class History:
    """What happened within WINDOW: on which days each rule alerted, in order, and how many articles each day had read.
    """

    alerts: Mapping[str, Sequence[date]]
    read: Mapping[date, int]


@dataclass(frozen=True, slots=True)
class Drought:
    """A rule that is silent, or was until now. `since` is its last alert, or where it `never` had one its beginning."""

    rule: Rule
    since: date
    read: int  # articles since
    never: bool = False


@dataclass(frozen=True, slots=True)
class Findings:
    """Rules that have gone quiet and are to be told, those that find something again, and what is known from now on."""

    dry: tuple[Drought, ...]
    ended: tuple[Drought, ...]
    watched: Watched


def read_watched(text: str) -> Watched:
    """What `written_watched` wrote; nothing where there is nothing."""
    if not text:
        return Watched()
    stored = json.loads(text)
    return Watched(stored["hash"], {
        rule_id: Watch(mark, date.fromisoformat(since), date.fromisoformat(told) if told else None)
        for rule_id, (mark, since, told) in stored["rules"].items()})


def written_watched(watched: Watched) -> str:
    """As text, to be kept between two looks."""
    rules = {rule_id: (watch.mark, watch.since.isoformat(), watch.told.isoformat() if watch.told else "")
             for rule_id, watch in watched.rules.items()}
    return json.dumps({"hash": watched.hash, "rules": rules})


def seen(before: Watched, ruleset: RuleSet, history: History, now: datetime) -> Watched:
    """The rules of the set in use: new and edited ones begin today.

    At the first look of all nobody knows since when a rule is as it is: then its first alert counts.
    """
    if before.hash == ruleset.hash:
        return before
    today = now.date()
    begun = {rule_id: days[0] for rule_id, days in history.alerts.items()} if not before.hash else {}
    return Watched(ruleset.hash, {
        rule_id: known if (known := before.rules.get(rule_id)) and known.mark == mark else
        Watch(mark, begun.get(rule_id, today))
        for rule_id, mark in marks(ruleset).items()})


def droughts(rules: Iterable[Rule], watched: Watched, history: History, now: datetime) -> Findings:
    """Which rules have gone quiet, or no longer are. `watched` is what `seen` gave.

    Expired rules are silent as they should be.
    """
    dry: list[Drought] = []
    ended: list[Drought] = []
    known = dict(watched.rules)
    for rule in rules:
        watch = known.get(rule.id)
        if watch is None or (rule.expires and rule.expires < now.date()):
            continue
        days = [day for day in history.alerts.get(rule.id, ()) if day >= watch.since]
        if watch.told and days and days[-1] > watch.told:
            ended.append(Drought(rule, watch.told, _read_since(watch.told, history)))
            known[rule.id] = replace(watch, told=None)
        elif not watch.told and _is_dry(days, watch.since, history, now.date()):
            since = days[-1] if days else watch.since
            dry.append(Drought(rule, since, _read_since(since, history), never=not days))
            known[rule.id] = replace(watch, told=since)
    return Findings(tuple(dry), tuple(ended), replace(watched, rules=known))


def _is_dry(days: Sequence[date], begun: date, history: History, today: date) -> bool:
    """Whether a rule is silent for longer than it usually is. Today is not over and does not count."""
    last = days[-1] if days else begun
    patience = _patience(days)
    return patience is not None and sum(last < day < today for day in history.read) > patience


def _patience(days: Sequence[date]) -> float | None:
    """So many days without an alert are usual; None where there are too few to tell."""
    if not days:
        return NEW_PATIENCE
    habit = [day for day in days if days[-1] - day < HABIT]
    gaps = [(after - before).days for before, after in pairwise(habit)]
    if len(habit) < ALERT_DAYS or sum(gaps) < SPREAD:
        return None
    return max(PATIENCE, USUAL_GAPS * sum(gaps) / len(gaps), *gaps)


def _read_since(day: date, history: History) -> int:
    return sum(number for at, number in history.read.items() if at > day)


def dry_title(dry: Sequence[Drought]) -> str:
    """The head of the note about rules that have gone quiet."""
    if len(dry) > 1:
        return f"{len(dry)} rules have gone quiet"
    return f"A rule {'has found nothing yet' if dry[0].never else 'has gone quiet'}: {_name(dry[0].rule)}"


def dry_points(dry: Sequence[Drought]) -> tuple[Point, ...]:
    """A line a rule: since when, over how many articles, and the command that shows more."""
    return tuple(Point(f"{_name(one.rule)}: {_silence(one)}; {one.read:,} articles were read since. "
                       f"dateline rules backtest {one.rule.id} --since 90d") for one in dry)


def ended_points(ended: Sequence[Drought]) -> tuple[Point, ...]:
    """A line a rule."""
    return tuple(Point(f"{_name(one.rule)}: the first alert since {one.since:%a %d %b}") for one in ended)


def _silence(one: Drought) -> str:
    return f"in use as it is now since {one.since:%a %d %b}, and no alert yet" if one.never else \
        f"no alert since {one.since:%a %d %b}"


def _name(rule: Rule) -> str:
    return rule.name or rule.id
