"""Which channel's messages are carried by whom."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monitor.settings import NetworkSettings, PollingSettings, Settings, SlackSettings, StorageSettings
from monitor.slack.senders import senders
from tests.digest_samples import channel

if TYPE_CHECKING:
    from monitor.settings import ChannelSettings


def settings(token: str | None, *channels: ChannelSettings) -> Settings:
    """A configuration with these channels."""
    return Settings(Path("config.toml"), StorageSettings("sqlite://"), NetworkSettings(), PollingSettings(),
                    SlackSettings(token=token), (), (), (), channels)


@pytest.mark.parametrize(
    ("token", "channel_id", "expected"),
    [
        ("xoxb-1", "C1", ("sent", True)),
        (None, "C1", ("printed", False)),
        ("xoxb-1", "hook:DESK", ("sent", False)),
        (None, "hook:DESK", ("sent", False)),
        (None, "hook:REMOVED", ("sent", False)),
    ],
)
def test_each_channel_has_its_sender(token: str | None, channel_id: str, expected: tuple[str, bool]) -> None:
    """Slack with a token, the terminal without; a webhook needs none, and can never be read."""
    hook = channel(id="hook:DESK", name="desk", kind="webhook", webhook="https://hooks.slack.com/services/x")
    sender = senders(settings(token, channel(id="C1", name="alerts"), hook))(channel_id)

    assert expected == (sender.done, sender.reads)
