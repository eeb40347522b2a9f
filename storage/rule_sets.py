"""Rule sets that were active, as the texts they were made of: what a start with broken files falls back on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from storage.schema import rule_sets

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

# They say what a group looks for, and each holds the tables of places: enough to see the last changes, and no archive.
KEPT = 10


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
    connection.execute(delete(rule_sets).where(rule_sets.c.hash.not_in(connection.scalars(newest).all())))


def last_active(connection: Connection) -> StoredRules | None:
    """The set that was activated last; None where there never was one."""
    query = select(rule_sets).order_by(rule_sets.c.activated_at.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return StoredRules(**row._mapping) if row else None
