"""Rule sets that were active, as the texts they were made of: what a start with broken files falls back on.

And which of them the admins were last told of, so that no edit goes untold when the bot stops in between.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from storage import about
from storage.schema import rule_sets

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

# They say what a group looks for, and each holds the tables of places: enough to see the last changes, and no archive.
KEPT = 10
_ANNOUNCED = "rules_announced"  # in `about`: the mark of the set that admins know of


@dataclass(frozen=True, slots=True)
class StoredRules:
    """A rule set that was active: its hash and its texts, in the form in which `rules.files` takes them."""

    hash: str
    texts: Any
    activated_at: datetime


def activate(connection: Connection, rules_hash: str, texts: object, now: datetime) -> None:
    """Keep the texts of the set that is active from now on. Of those with one hash the last counts."""
    connection.execute(delete(rule_sets).where(rule_sets.c.hash == rules_hash))
    connection.execute(insert(rule_sets).values(hash=rules_hash, texts=texts, activated_at=now))
    newest = select(rule_sets.c.hash).order_by(rule_sets.c.activated_at.desc(), rule_sets.c.hash).limit(KEPT)
    kept = [*connection.scalars(newest), _hash_in(announced(connection))]
    connection.execute(delete(rule_sets).where(rule_sets.c.hash.not_in(kept)))


def last_active(connection: Connection) -> StoredRules | None:
    """The set that was activated last; None where there never was one."""
    query = select(rule_sets).order_by(rule_sets.c.activated_at.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return StoredRules(**row._mapping) if row else None


def mark(rules_hash: str, texts: object) -> str:
    """Names a set by all that its files say. The hash alone leaves out what decides nothing: names, examples."""
    said = json.dumps(texts, sort_keys=True).encode()
    return f"{rules_hash} {hashlib.sha256(said).hexdigest()[:16]}"


def announced(connection: Connection) -> str:
    """The mark of the set that admins were last told of; empty where they never were told of one."""
    return about.noted(connection, _ANNOUNCED)


def is_announced(connection: Connection, marked: str) -> bool:
    """Whether admins were told of these texts last; what another Dateline makes of them is no edit."""
    return announced(connection).partition(" ")[2] == marked.partition(" ")[2]


def note_announced(connection: Connection, marked: str) -> None:
    """Remember that the admins know of this set."""
    about.note(connection, _ANNOUNCED, marked)


def last_announced(connection: Connection) -> StoredRules | None:
    """The set that admins were last told of, as far as it decides anything; None where it is not known any more."""
    row = connection.execute(select(rule_sets).where(rule_sets.c.hash == _hash_in(announced(connection)))).one_or_none()
    return StoredRules(**row._mapping) if row else None


def _hash_in(marked: str) -> str:
    return marked.partition(" ")[0]
