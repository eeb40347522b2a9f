"""Who carries the messages of which channel: Slack's API, a webhook, or the terminal where there is no token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.channels import WEBHOOK_PREFIX
from monitor.slack.printer import printer
from monitor.slack.sender import SlackSender
from monitor.slack.webhook import WebhookSender

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.outbox.model import Sender
    from monitor.settings import Settings


def senders(settings: Settings) -> Callable[[str], Sender]:
    """The Sender of each channel, by its id. A webhook needs no token; it is at least once."""
    slack: Sender = SlackSender(settings.slack) if settings.slack.token else printer(settings)
    addresses = {channel.id: channel.webhook for channel in settings.channels if channel.kind == "webhook"}
    hooks = {key: WebhookSender(address, settings.slack.timeout) for key, address in addresses.items()}
    without = WebhookSender(None, settings.slack.timeout)

    def pick(channel_id: str) -> Sender:
        if channel_id.startswith(WEBHOOK_PREFIX):
            return hooks.get(channel_id, without)
        return slack

    return pick
