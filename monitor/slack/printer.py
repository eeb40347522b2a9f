"""Where there is no Slack token: messages are shown in the terminal as Slack would show them."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from monitor.slack.render.preview import to_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from monitor.outbox.model import Found
    from monitor.settings import Settings

WIDEST = 100  # characters: longer lines are hard to read


@dataclass(frozen=True, slots=True)
class Printer:
    """A Sender that hands each message to `show`; nothing stands in a channel, so there is nothing to look for."""

    show: Callable[[Mapping[str, Any]], object]
    done: ClassVar[str] = "printed"
    reads: ClassVar[bool] = False
    timeout: ClassVar[float] = 0.0

    async def post(self, body: Mapping[str, Any], thread: str | None = None) -> str:  # noqa: ARG002 - shown in order
        """Show it; it has no id."""
        self.show(body)
        return ""

    async def find(self, channel_id: str, since: datetime, thread: str | None = None) -> Sequence[Found]:  # noqa: ARG002
        """Nothing stands anywhere."""
        return ()

    async def remove(self, channel_id: str, ts: str) -> None:
        """Nothing to delete."""

    def passes(self, code: str) -> bool:  # noqa: ARG002 - a Sender has it
        """Printing is never uncertain."""
        return False

    def plain(self, body: Mapping[str, Any]) -> Mapping[str, Any] | None:  # noqa: ARG002 - a Sender has it
        """Nobody refuses a message here."""
        return None


def printer(settings: Settings) -> Printer:
    """Messages on the standard output, under the names that config.toml gives their channels."""
    names = channel_names(settings)

    def show(body: Mapping[str, Any]) -> None:
        sys.stdout.write(f"{screen(body, names)}\n")
        sys.stdout.flush()

    return Printer(show)


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
