"""What new rules change, told to the admins: each changed rule, old and new, over the articles of the last 30 days.

It is computed beside the rounds, after the new rules are in use: nobody waits for it but the note itself. Which set was
told last stands in the database: what changed while nobody could be told is told by a later run, several edits as one.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from monitor.digest.model import Point
from monitor.notes import Note, tell_state
from monitor.ruleset import archive
from monitor.ruleset.beside import beside
from monitor.ruleset.files import remembered
from rules.engine.engine import Engine
from rules.workbench import trial
from rules.workbench.trial import RuleChanges
from storage import rule_sets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from monitor.cycle import House
    from monitor.ruleset.files import Loaded
    from monitor.ruleset.reload import Active
    from rules.engine.needed import AnyOf
    from rules.model import RuleSet
    from rules.workbench.trial import Dated, Hit, Trial
    from storage.database import Database

log = logging.getLogger("dateline.announce")

DAYS = 30
SECONDS = 60.0  # about 10,000 articles; what is older is then left out, and that is said
LOST, FOUND = 10, 5  # headlines of one rule that a note links


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of which rule. Of the `stored` articles `to_read` had to be read; there was time for `read` of them.

    `relearned` are rules that nobody edited, compared because the learned relevance is another one.
    """

    changes: RuleChanges
    trials: Mapping[str, Trial] = field(default_factory=dict)
    stored: int = 0
    to_read: int = 0
    read: int = 0
    relearned: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Prepared:
    """Two engines with the rules that decide otherwise, and what articles must hold for either to find them."""

    changes: RuleChanges
    relearned: frozenset[str]
    old: Engine
    new: Engine
    wanted: AnyOf | None


async def announce(house: House) -> None:
    """Begin what is to be told, and end what was begun. Raises StorageError."""
    if house.comparing and house.comparing.done():
        comparing, house.comparing = house.comparing, None
        comparing.result()
    if house.comparing is None and await asyncio.to_thread(_is_untold, house):
        house.comparing = asyncio.create_task(_announce(house, house.active))


def _is_untold(house: House) -> bool:
    with house.database.read() as connection:
        return not rule_sets.is_announced(connection, house.active.mark)


async def _announce(house: House, active: Active) -> None:
    found = None
    if house.settings.slack.admin_channel:
        (outcome,) = await asyncio.gather(_compared(house, active.loaded), return_exceptions=True)
        if isinstance(outcome, BaseException):
            log.error("what the new rules change could not be computed", exc_info=outcome)
        else:
            found = outcome
    if not house.stop.is_set():
        await asyncio.to_thread(_tell, house, found, active)


def _tell(house: House, found: Difference | None, active: Active) -> None:
    now = house.clock()
    with house.database.write() as connection:
        tell_state(connection, house.settings.slack.admin_channel, changed_note(found, active.ruleset), now)
        rule_sets.note_announced(connection, active.mark)


async def _compared(house: House, after: Loaded) -> Difference | None:
    """What changed since the admins were told last; None where that is not known any more, or the bot is to stop."""
    before = await asyncio.to_thread(_told, house)
    if before is None:
        log.warning("what the new rules change cannot be computed: the rules that were told last are no longer kept")
        return None
    prepared = await beside(lambda: prepare(remembered(before), after), house.stop)
    if prepared is None:
        return None
    end = time.monotonic() + SECONDS
    return await asyncio.to_thread(difference, house.database, prepared, house.clock(),
                                   lambda: house.stop.is_set() or time.monotonic() > end)


def _told(house: House) -> Mapping[str, Any] | None:
    with house.database.read() as connection:
        stored = rule_sets.last_announced(connection)
    return stored.texts if stored else None


def prepare(before: Loaded, after: Loaded) -> Prepared:
    """Make ready to compare; about a millisecond a rule."""
    edited = trial.changed_rules(before.ruleset, after.ruleset)
    changes = _with_relevance(edited, before, after)
    old = Engine(trial.only(before.ruleset, {*changes.removed, *changes.changed}), before.relevance)
    new = Engine(trial.only(after.ruleset, {*changes.added, *changes.changed}), after.relevance)
    wanted = archive.search_words([old, new], changes.every)
    return Prepared(changes, frozenset(changes.changed).difference(edited.changed), old, new, wanted)


def difference(database: Database, prepared: Prepared, now: datetime, stop: Callable[[], bool]) -> Difference:
    """What the changed rules find otherwise, newest articles first until `stop` says so. Raises StorageError."""
    changes = prepared.changes
    if not changes.every:
        return Difference(changes)
    reach = archive.reach_of(database, prepared.wanted, now - timedelta(days=DAYS))
    looked: list[int] = []
    articles = _until(archive.read(database, reach.ids, reach.unknown), stop, looked)
    trials = trial.compare(articles, prepared.old, prepared.new, changes.every)
    return Difference(changes, trials, reach.stored, len(reach.ids), len(looked), prepared.relearned)


def _until(articles: Iterable[Dated], stop: Callable[[], bool], looked: list[int]) -> Iterator[Dated]:
    for dated in articles:
        if stop():
            return
        looked.append(dated.article_id)
        yield dated


def _with_relevance(found: RuleChanges, before: Loaded, after: Loaded) -> RuleChanges:
    """Where another relevance is learned, every rule may decide otherwise."""
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
    moved = dict.fromkeys(rule_id for rule_id in found.changes.every if _moved(rule_id, found))
    same = [names.get(rule_id, rule_id) for rule_id in found.changes.every
            if rule_id not in found.relearned and rule_id not in moved]
    points = [point for rule_id in moved for point in _points(rule_id, found, names)]
    if same or not moved:
        points.append(Point(f"no article more and none fewer: {', '.join(same) or 'every rule'}"))
    learned = ("The learned relevance is another one, so every rule was compared.",) if found.relearned else ()
    return Note("note:rules", title, (*learned, _over(found)), tuple(points))


def _moved(rule_id: str, found: Difference) -> bool:
    """Whether there is more to say of the rule than its name."""
    result = found.trials[rule_id]
    return bool(result.found or result.lost or rule_id not in found.changes.changed)


def _over(found: Difference) -> str:
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
