"""The log: no secrets, one line a record."""

from __future__ import annotations

import logging
import sys

import pytest

from monitor.logs import OneLine, redact


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("token xoxb-123-456-abcDEF refused", "123-456"),
        ("app xapp-1-A2-secret", "A2-secret"),
        ("https://hooks.example/services/T1/B2/zzz", "zzz"),
        ("GET https://user:geheim@feeds.example/x", "geheim"),
    ],
)
def test_secrets_never_reach_the_log(text: str, secret: str) -> None:
    """Tokens, webhook paths and passwords in addresses are blanked, the rest stays."""
    assert secret not in redact(text)
    assert "…" in redact(text)


def test_a_feed_cannot_forge_a_record() -> None:
    """Line breaks and control characters in a message stay inside its one line."""
    record = logging.LogRecord("dateline", logging.INFO, "", 0, "title: %s", ("a\n2026 fake\x1b[31m\u202e",), None)

    line = OneLine().format(record)
    assert 1 == len(line.splitlines())
    assert "\x1b" not in line


def test_tracebacks_are_kept_and_redacted() -> None:
    """A failure shows where it happened, without the secret in its text."""
    try:
        raise ValueError("bad xoxb-1-2-secret")
    except ValueError:
        record = logging.LogRecord("dateline", logging.ERROR, "", 0, "failed", (), sys.exc_info())

    text = OneLine().format(record)
    assert "ValueError" in text
    assert "secret" not in text
