"""Logging to the terminal: one line a record, no secrets, no control characters from other people's feeds."""

from __future__ import annotations

import logging
import re
import sys

# Slack tokens and webhook paths, and the user:password of an address.
_SECRETS = re.compile(r"xox[a-z]-[\w-]+|xapp-[\w-]+|(?<=/services/)[\w/]+|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class OneLine(logging.Formatter):
    """A record as one line; tracebacks keep their lines. Feed titles could forge further records otherwise."""

    def format(self, record: logging.LogRecord) -> str:
        """The line as written to the terminal."""
        message = redact(record.getMessage()).replace("\n", " ⏎ ")
        level = "" if record.levelno == logging.INFO else f"{record.levelname.lower()}: "
        line = f"{self.formatTime(record, '%Y-%m-%d %H:%M:%S')} {level}{message}"
        return f"{line}\n{redact(self.formatException(record.exc_info))}" if record.exc_info else line


def redact(text: str) -> str:
    """The text without tokens, passwords and control characters (line breaks stay)."""
    return _CONTROL.sub("", _SECRETS.sub("…", text))


def set_up_logging(*, verbose: bool) -> None:
    """Write our records to standard error; other libraries only when they warn (httpx logs whole addresses at INFO)."""
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(OneLine())
    logging.basicConfig(level=logging.WARNING, handlers=[stream], force=True)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick skipped while a round runs is as it should be
    logging.getLogger("dateline").setLevel(logging.DEBUG if verbose else logging.INFO)
