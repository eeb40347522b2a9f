"""Where there is no Slack token: messages are shown in the terminal as Slack would show them."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Any

from monitor.slack.render.preview import to_terminal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from monitor.settings import Settings

WIDEST = 100  # characters: longer lines are hard to read


def printer(settings: Settings) -> Callable[[Mapping[str, Any]], Awaitable[str]]:
    """A `post` for the outbox that prints; it gives no ts, since nothing stands in a channel."""
    names = channel_names(settings)

    async def show(body: Mapping[str, Any]) -> str:
        sys.stdout.write(f"{screen(body, names)}\n")
        sys.stdout.flush()
        return ""

    return show


def screen(body: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """One message under the name of its channel, as wide as the terminal, with colours where it has them."""
    width = min(shutil.get_terminal_size().columns, WIDEST)
    name = names.get(body["channel"], body["channel"])
    rule = f"── #{name.lstrip('#')} ".ljust(width, "─")
    return f"\n{rule}\n{to_terminal(body, width, color=sys.stdout.isatty())}"


def channel_names(settings: Settings) -> dict[str, str]:
    """Channel ids with the names that config.toml gives them."""
    names = {channel.id: channel.name for channel in settings.channels}
    if settings.slack.admin_channel:
        names.setdefault(settings.slack.admin_channel, "admin notes")
    return names
