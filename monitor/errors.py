"""The error tree. Foreign exceptions are translated into it once, at the library's own room.

DatelineError
├── ConfigError            config.toml or a rule file cannot be used; carries the problems found
├── StorageError           the database cannot be opened, read or written (storage/errors.py)
│   └── LockedError        another bot holds this database
├── CollectError           one feed or page could not be read
│   ├── FetchError         the network said no (refused address, timeout, status, size)
│   └── DocumentError      the bytes came, and are not what they should be
└── SlackError             Slack did not take a message
    ├── NotPosted          certainly not posted; worth another try later
    ├── Refused            certainly not posted, and the same message never will be
    └── Uncertain          may have been posted: never repeat blindly
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.problem import DatelineError
from storage.errors import LockedError, StorageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.problem import Problem


__all__ = [
    "CollectError",
    "ConfigError",
    "DatelineError",
    "DocumentError",
    "FetchError",
    "LockedError",
    "NotPosted",
    "Refused",
    "SlackError",
    "StorageError",
    "Uncertain",
]


class ConfigError(DatelineError):
    """Nothing may run with this configuration or these rule files; `problems` says why, line by line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problem{'s' if len(problems) != 1 else ''} in the configuration")
        self.problems = tuple(problems)


class CollectError(DatelineError):
    """One feed or page could not be read; the others go on.

    `kind` is a short stable word (timeout, dns, status, address, size, ...) stored with the feed;
    `status` is the HTTP status where there was one, and `host` who answered with it: another than was asked, after a
    redirect.
    """

    def __init__(
        self, kind: str, message: str, *, status: int | None = None, retry_after: float | None = None, host: str = ""
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.status = status
        self.retry_after = retry_after  # seconds the server asked for, None where it asked for nothing
        self.host = host


class FetchError(CollectError):
    """The network did not give the document."""


class DocumentError(CollectError):
    """The bytes arrived and are not a feed or a page."""


class SlackError(DatelineError):
    """Slack did not (or may not) have taken a message. `code` is Slack's error word or our own."""

    def __init__(self, code: str, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after = retry_after  # seconds; set where Slack sent Retry-After


class NotPosted(SlackError):  # noqa: N818 - states what happened, as the outbox's states do
    """Certainly not posted; the same message may be sent again after `retry_after`."""


class Refused(SlackError):  # noqa: N818
    """Certainly not posted and never will be; `scope` says what is wrong: message, thread, channel or token."""

    def __init__(self, code: str, message: str, *, scope: str) -> None:
        super().__init__(code, message)
        self.scope = scope


class Uncertain(SlackError):  # noqa: N818
    """The answer was lost: the message may stand in the channel."""
