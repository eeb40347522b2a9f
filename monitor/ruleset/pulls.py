"""Rule folders that are git clones, pulled every few minutes beside the rounds; what goes wrong is told once."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.notes import Note, tell_state
from monitor.ruleset import git
from storage import about

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.cycle import House
    from monitor.ruleset.git import Pull

log = logging.getLogger("dateline.pulls")

# Of these the first one is kept to ourselves: hosts of repositories are away for a minute now and then.
PASSING = ("network", "timeout")
_UNTOLD = "?"


async def keep_pulled(house: House) -> None:
    """Start a pull where one is due, and tell what came of the last one. Never waits for git. Raises StorageError."""
    await tell_pulled(house)
    minutes, now = house.settings.pull_minutes, house.clock()
    if minutes and not house.pulling and _is_due(house.pulled_at, now, timedelta(minutes=minutes)):
        house.pulled_at = now
        house.pulling = asyncio.create_task(_pulled(house))


async def _pulled(house: House) -> list[Pull]:
    (outcome,) = await asyncio.gather(asyncio.to_thread(_pull_all, house), return_exceptions=True)
    if not isinstance(outcome, BaseException):
        return outcome
    log.error("the rule folders cannot be pulled; it is tried again", exc_info=outcome)
    return []


async def tell_pulled(house: House) -> None:
    """Tell what came of a pull that has ended. Raises StorageError."""
    if house.pulling and house.pulling.done():
        pulled, house.pulling = house.pulling.result(), None
        if not house.stop.is_set():  # or git may have been killed by us
            await asyncio.to_thread(_tell, house, pulled)


def _is_due(last: datetime | None, now: datetime, every: timedelta) -> bool:
    return last is None or not timedelta(0) <= now - last < every


def _pull_all(house: House) -> list[Pull]:
    clones = git.clones(house.settings.rule_folders)
    if not clones:
        log.warning("pull_minutes is set, and none of the rule folders is a git clone: nothing is pulled")
    pulled = (git.pull(clone, os.environ, house.stop.is_set) for clone in clones)
    return [pull for pull in pulled if pull]


def _tell(house: House, pulled: Sequence[Pull]) -> None:
    now = house.clock()
    with house.database.write() as connection:
        for pull in pulled:
            key = f"told:git:{hashlib.sha256(str(pull.clone).encode()).hexdigest()[:16]}"
            state, tell = after(about.noted(connection, key), pull.kind)
            about.note(connection, key, state)
            if tell:
                tell_state(connection, house.settings.slack.admin_channel, _note(key, pull), now)
                log.warning("%s: %s", pull.clone, pull.problem or "pulled again")
            if pull.moved:
                log.info("%s was pulled and has changed", pull.clone)


def after(noted: str, kind: str) -> tuple[str, bool]:
    """The state to note after a pull, and whether to tell it. A kind is told once, and again when all is well."""
    if kind in PASSING and noted in ("", *(passing + _UNTOLD for passing in PASSING)):
        return (kind + _UNTOLD, False) if noted == "" else (kind, True)
    if kind == "" and noted.endswith(_UNTOLD):
        return "", False
    return kind, kind != noted


def _note(key: str, pull: Pull) -> Note:
    name = pull.clone.name
    if not pull.kind:
        return Note(f"note:{key}", f"{name}: the rules are pulled again", (
            f"{pull.clone} follows its git repository as before.",))
    return Note(f"note:{key}", f"{name}: the rules cannot be pulled", (
        f"{pull.clone}: {pull.problem}.", f"What to do: {pull.remedy}.",
        "Until then the rules stay as they are on this machine. Alerts go on."))
