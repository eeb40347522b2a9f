"""What storage raises: one class for "the database said no", one for "somebody else has it"."""

from __future__ import annotations

from rules.problem import DatelineError


class StorageError(DatelineError):
    """The database cannot be opened, read or written."""


class LockedError(StorageError):
    """Another bot already runs on this database."""
