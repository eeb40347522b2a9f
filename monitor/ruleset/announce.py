"""What new rules change, told to the admins: each changed rule, old and new, over the articles of the last 30 days.

It is computed beside the rounds, after the new rules are in use: nobody waits for it but the note itself.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from monitor.digest.notice import Point
from monitor.notes import Note, tell_state
from monitor.ruleset import archive
from monitor.ruleset.files import remembered
from rules.engine.engine import Engine
from rules.workbench import trial
from rules.workbench.trial import RuleChanges

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from monitor.cycle import House
    from monitor.ruleset.files import Loaded
    from rules.model import RuleSet
    from rules.workbench.trial import Dated, Hit, Trial
    from storage.database import Database

log = logging.getLogger("dateline.announce")

DAYS = 30
SECONDS = 60.0  # about 10,000 articles; what is older is then left out, and that is said
LOST, FOUND = 10, 5  # headlines of one rule that a note links


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of which rule. `read` of the `stored` articles had to be looked at; `of` them there was time for."""

    changes: RuleChanges
    trials: Mapping[str, Trial] = field(default_factory=dict)
    stored: int = 0
    to_read: int = 0
    read: int = 0


async def announce(house: House) -> None:
    """Begin what is to be told, and end what was begun. Raises StorageError."""
    if house.comparing and house.comparing.done():
        house.comparing.result()
        house.comparing = None
    if house.announcing is not None and house.comparing is None:
        before, house.announcing = house.announcing, None
        house.comparing = asyncio.create_task(_announce(house, before, house.active.loaded))


async def _announce(house: House, before: Mapping[str, Any], now_active: Loaded) -> None:
    comparing = asyncio.to_thread(_difference, house, before, now_active)
    (outcome,) = await asyncio.gather(comparing, return_exceptions=True)
    found = None if isinstance(outcome, BaseException) else outcome
    if isinstance(outcome, BaseException):
        log.error("what the new rules change could not be computed", exc_info=outcome)
    if not house.stop.is_set():
        await asyncio.to_thread(_tell, house, found, now_active.ruleset)


def _tell(house: House, found: Difference | None, ruleset: RuleSet) -> None:
    now = house.clock()
    with house.database.write() as connection:
        tell_state(connection, house.settings.slack.admin_channel, changed_note(found, ruleset), now)


def _difference(house: House, before: Mapping[str, Any], after: Loaded) -> Difference:
    end = time.monotonic() + SECONDS
    return difference(house.database, remembered(before), after, house.clock(),
                      lambda: house.stop.is_set() or time.monotonic() > end)


def difference(
    database: Database, before: Loaded, after: Loaded, now: datetime, stop: Callable[[], bool]
) -> Difference:
    """What the changed rules find otherwise, newest articles first until `stop` says so. Raises StorageError."""
    changes = changed(before, after)
    if not changes.every:
        return Difference(changes)
    old = Engine(trial.only(before.ruleset, {*changes.removed, *changes.changed}), before.relevance)
    new = Engine(trial.only(after.ruleset, {*changes.added, *changes.changed}), after.relevance)
    wanted = archive.search_words([old, new], changes.every)
    reach = archive.reach_of(database, wanted, now - timedelta(days=DAYS))
    looked: list[int] = []
    articles = _until(archive.read(database, reach.ids, reach.unknown), stop, looked)
    trials = trial.compare(articles, old, new, changes.every)
    return Difference(changes, trials, reach.stored, len(reach.ids), len(looked))


def _until(articles: Iterable[Dated], stop: Callable[[], bool], looked: list[int]) -> Iterator[Dated]:
    for dated in articles:
        if stop():
            return
        looked.append(dated.article_id)
        yield dated


def changed(before: Loaded, after: Loaded) -> RuleChanges:
    """Which rules decide otherwise; where another relevance is learned, all of them may."""
    found = trial.changed_rules(before.ruleset, after.ruleset)
    if before.texts.get("relevance") == after.texts.get("relevance"):
        return found
    enabled = [{rule.id for rule in loaded.ruleset.rules if rule.enabled} for loaded in (before, after)]
    return replace(found, changed=tuple(sorted(enabled[0] & enabled[1])))


def changed_note(found: Difference | None, ruleset: RuleSet) -> Note:
    """What the admins read."""
    title = "New rules are in use"
    if found is None:
        return Note("note:rules", title, (
            "What they change could not be computed, the log says why. dateline rules backtest shows it by rule.",))
    if not found.changes.every:
        return Note("note:rules", title, (
            "No rule decides otherwise than before: only names, examples or notes were edited.",))
    names = {rule.id: rule.name or rule.id for rule in ruleset.rules}
    moved = [rule_id for rule_id in found.changes.every if _moved(rule_id, found)]
    same = [names.get(rule_id, rule_id) for rule_id in found.changes.every if rule_id not in moved]
    points = [point for rule_id in moved for point in _points(rule_id, found, names)]
    points += [Point(f"no article more and none fewer: {', '.join(same)}")] if same else []
    return Note("note:rules", title, (_compared(found),), tuple(points))


def _moved(rule_id: str, found: Difference) -> bool:
    """Whether there is more to say of the rule than its name."""
    result = found.trials[rule_id]
    return bool(result.found or result.lost or rule_id not in found.changes.changed)


def _compared(found: Difference) -> str:
    over = f"over the {found.stored:,} articles of the last {DAYS} days" if found.stored != 1 else \
        f"over the one article of the last {DAYS} days"
    if found.read < found.to_read:
        over += f"; there was time for the newest {found.read:,} of {found.to_read:,} that had to be read"
    return f"What they find more (+) and no longer (-) {over}:"


def _points(rule_id: str, found: Difference, names: Mapping[str, str]) -> list[Point]:
    """A rule's figures, then what it lost and what it gained."""
    result = found.trials[rule_id]
    what = "new rule, " if rule_id in found.changes.added else "removed, " if rule_id in found.changes.removed else ""
    figures = f"{names.get(rule_id, rule_id)}: {what}+{len(result.found)}, -{len(result.lost)}"
    return [
        Point(figures),
        *_linked("no longer found: ", result.lost, LOST),
        *_linked("found now: ", result.found, FOUND),
    ]


def _linked(words: str, hits: Sequence[Hit], most: int) -> list[Point]:
    if not hits:
        return []
    more = f"the newest {most} of {len(hits)} {words}" if len(hits) > most else words
    return [Point(more.strip(), tuple((hit.title, hit.url) for hit in hits[:most]))]
