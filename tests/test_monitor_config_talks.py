"""Whether a channel's readers are heard, from config.toml to what a message is made of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from monitor.config.load import load_settings
from monitor.digest.compose import compose
from tests.digest_rounds import AT_ONCE, NOW

CONFIG = """\
[rules]
packs = ["immigration"]
[slack]
command = "/news"
[[feed]]
url = "https://ledger.example/feed"
outlet = "Ledger"
[[channel]]
id = "C0000000001"
timezone = "UTC"
[[channel]]
webhook = "NEWS"
timezone = "UTC"
"""
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1-abcdefgh", "DATELINE_WEBHOOK_NEWS": "https://hooks.slack.com/services/T0/B0/x"}


@pytest.mark.parametrize(("environ", "talks"), [
    (TOKENS, [False, False]), (TOKENS | {"SLACK_APP_TOKEN": "xapp-1-abcdefgh"}, [True, False]),
])
def test_who_is_heard(tmp_path: Path, environ: dict[str, str], talks: list[bool]) -> None:
    """With an app token those that are reached by their id; a webhook is a way out alone."""
    (tmp_path / "config.toml").write_text(CONFIG)
    channels = load_settings(tmp_path / "config.toml", environ).channels

    assert [(one, "/news") for one in talks] == [(channel.talks, channel.command) for channel in channels]


@pytest.mark.parametrize("talks", [True, False])
def test_a_digest_knows_it(*, talks: bool) -> None:
    """Only where somebody hears them are there buttons."""
    assert talks == compose((), replace(AT_ONCE, talks=talks), {}, title="", delivery_id="d", now=NOW).talks
