"""Rule files that change while the bot runs: taken whole and good, or not at all.

Every round looks at names, sizes and times, and reads only where they moved. A set with a mistake, with a failing
example, or without a name that config.toml uses, never becomes active: the last good one goes on alerting, and the
admins are told once. The active set's texts are stored, so that a start with broken files can go on with them, too.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from monitor.digest.compose import resolved
from monitor.errors import ConfigError
from monitor.notes import Note, tell_state
from monitor.ruleset.files import Loaded, load, look, restored, sources
from rules.engine.engine import Engine
from rules.problem import Problem
from storage import about, rule_sets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.cycle import House
    from monitor.settings import ChannelSettings, Settings
    from rules.model import RuleSet
    from storage.database import Database
    from storage.rule_sets import StoredRules

log = logging.getLogger("dateline.reload")

# Editors and uploads write a file in steps; half a second without a change, and it is whole.
SETTLE_SECONDS = 0.5
UNKNOWN_NAME = "C170"  # config.toml names a rule, topic or place that does not exist
TOLD = "told:rules"  # the state the admins know of; empty where all is well


@dataclass(frozen=True, slots=True)
class Active:
    """The rules in use: the set, its engine, and config.toml's channels with their places looked up in it."""

    loaded: Loaded
    engine: Engine
    channels: tuple[ChannelSettings, ...]

    @property
    def ruleset(self) -> RuleSet:
        """What the engine was built of."""
        return self.loaded.ruleset


def built(settings: Settings, loaded: Loaded) -> Active:
    """The rules made ready to match; about half a second."""
    places = loaded.ruleset.places
    channels = tuple(resolved(channel, places) for channel in settings.channels)
    return Active(loaded, Engine(loaded.ruleset, loaded.relevance), channels)


def first(
    settings: Settings, database: Database, found: Loaded, now: datetime
) -> tuple[Active, Mapping[str, Any] | None]:
    """The rules to start with: those of the files, or where these are broken the last good ones.

    And the texts of the set before, where the files were edited meanwhile. Raises ConfigError where there is nothing to
    start with, StorageError.
    """
    with database.read() as connection:
        stored = rule_sets.last_active(connection)
    if found.problems:
        return _last_good(settings, database, found, stored, now), None
    active = built(settings, found)
    edited = stored is None or stored.texts != found.texts
    with database.write() as connection:
        if edited:
            _store(connection, active, now)
        else:
            _tell_mended(connection, settings, now)
    return active, stored.texts if stored and edited else None


def _last_good(
    settings: Settings, database: Database, found: Loaded, stored: StoredRules | None, now: datetime
) -> Active:
    again = restored(settings, stored.texts, now.date()) if stored else None
    if stored is None or again is None or again.ruleset.errors or _config_is_wrong(found, again):
        raise ConfigError(found.problems)
    log.error("the rule files have %d mistake(s): started with the rules of %s. dateline rules check says what to mend",
              len(found.problems), f"{stored.activated_at:%Y-%m-%d %H:%M} UTC")
    with database.write() as connection:
        _tell_broken(connection, settings, found.problems, now, started_with=stored.activated_at)
    return built(settings, again)


def _config_is_wrong(found: Loaded, again: Loaded) -> bool:
    """Whether config.toml names what neither the files nor the rules before know, and the files can be read."""
    return not found.ruleset.errors and any(problem.code == UNKNOWN_NAME for problem in again.problems)


async def renew(house: House) -> None:
    """Take in what was edited since the last look, if all of it is good. Raises StorageError."""
    where = sources(house.settings)
    sight = await asyncio.to_thread(look, where)
    if sight == house.sight:
        return
    await asyncio.sleep(SETTLE_SECONDS)
    if await asyncio.to_thread(look, where) != sight:
        return  # it is being written: the next round looks again
    made, active = await _made(house)
    if await asyncio.to_thread(look, where) != sight:
        return
    await asyncio.to_thread(_take, house, made, active)
    house.sight = sight


async def _made(house: House) -> tuple[Loaded, Active | None]:
    """The rules of the files, ready if they may run. A failure of ours in reading them is a mistake in them."""
    reading = asyncio.to_thread(_read, house.settings, house.clock())
    (outcome,) = await asyncio.gather(reading, return_exceptions=True)
    if not isinstance(outcome, BaseException):
        return outcome
    log.error("the rule files could not be read", exc_info=outcome)
    problem = Problem("E199", f"reading the rules failed ({type(outcome).__name__}): this is a defect of Dateline",
                      "rules", help="undo the last edit, and report it with the log")
    return Loaded.broken([problem]), None


def _read(settings: Settings, now: datetime) -> tuple[Loaded, Active | None]:
    found = load(settings, now.date())
    return found, None if found.problems else built(settings, found)


def _take(house: House, found: Loaded, active: Active | None) -> None:
    """Store and tell what the look gave; then, and only then, the bot goes on with it."""
    now = house.clock()
    with house.database.write() as connection:
        if active is None:
            _tell_broken(connection, house.settings, found.problems, now)
            return
        if found.texts == house.active.loaded.texts:
            _tell_mended(connection, house.settings, now)
            return
        _store(connection, active, now)
    house.announcing = house.announcing or house.active.loaded.texts
    house.active = active
    set_aside()
    log.info("new rules are in use: %d rules, %s", len(active.ruleset.rules), active.ruleset.hash)


def set_aside() -> None:
    """Keep the rules out of the garbage collector's rounds: tens of thousands of objects that stay.

    Matching with the shipped pack takes a quarter less time for it (5.7 to 4.3 ms an article). The set before is
    collected first.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _store(connection: Connection, active: Active, now: datetime) -> None:
    rule_sets.activate(connection, active.ruleset.hash, active.loaded.texts, now)
    about.note(connection, TOLD, "")


def _tell_broken(
    connection: Connection, settings: Settings, problems: Sequence[Problem], now: datetime,
    *, started_with: datetime | None = None,
) -> None:
    """Tell the admins, once for each state of the files that differs in what is wrong."""
    state = ("start:" if started_with else "") + _state(problems)
    if about.noted(connection, TOLD) == state:
        return
    about.note(connection, TOLD, state)
    tell_state(connection, settings.slack.admin_channel, broken_note(problems, started_with), now)
    log.error("the rule files have %d mistake(s), the last good rules stay in use:\n%s", len(problems),
              "\n\n".join(map(str, problems[:20])))


def _tell_mended(connection: Connection, settings: Settings, now: datetime) -> None:
    if about.noted(connection, TOLD):
        about.note(connection, TOLD, "")
        tell_state(connection, settings.slack.admin_channel, MENDED, now)
        log.info("the rule files are good again, and say the same as the rules in use")


def _state(problems: Sequence[Problem]) -> str:
    return hashlib.sha256("\n".join(map(str, problems)).encode("utf-8", "replace")).hexdigest()[:16]


MENDED = Note("note:rules", "The rule files are good again", (
    "They say the same as the rules in use, which did not change.",))


def broken_note(problems: Sequence[Problem], started_with: datetime | None = None) -> Note:
    """What the admins read, with what `rules check` would print."""
    number = f"{len(problems)} mistake{'s' if len(problems) != 1 else ''}"
    since = f"started with the rules of {started_with:%a %d %b, %H:%M} UTC" if started_with else "goes on with the " \
        "rules that it had"
    return Note("note:rules", f"The rule files have {number}", (
        f"Nothing of the last edit is in use. Dateline {since}, and alerts go on.",
        "Mend what stands below; the files are looked at again by themselves. dateline rules check prints the same.",
    ), printed=tuple(map(str, problems)))
