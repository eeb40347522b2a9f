"""The kinds of channels there are: for each, how messages look and who carries them. Everything else knows only this.

A new kind (mail, another chat) is a room beside `slack/` with a renderer and a Sender, and a line here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from monitor.slack.render import blocks
from monitor.slack.render.notice import note

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from monitor.digest.model import Digest, Message, Point
    from monitor.settings import ChannelKind


class Notice(Protocol):
    """Plain sentences as one message: with a list where there is one, and with what a command printed."""

    def __call__(
        self, title: str, lines: Sequence[str], points: Sequence[str | Point] = (), printed: Sequence[str] = ()
    ) -> Message: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """How the messages of one kind of channel are made.

    `body` takes message, channel id, delivery id, kind of delivery and instance: what is frozen and handed to its
    Sender. Where messages may come twice (not `exact`), they carry a number for their readers.
    """

    digest: Callable[[Digest], tuple[Message, ...]]
    notice: Notice
    body: Callable[[Message, str, str, str, str], Mapping[str, Any]]
    exact: bool = True


WEBHOOK_PREFIX = "hook:"  # ids of channels that are reached by an incoming webhook
# A webhook takes the same blocks as Slack's API, and knows no threads.
KINDS: Mapping[ChannelKind, Kind] = {
    "slack": Kind(blocks.render, note, blocks.body),
    "webhook": Kind(blocks.render_flat, note, blocks.body, exact=False),
}


def kind_of(channel_id: str) -> Kind:
    """The kind of a channel, by its id."""
    return KINDS["webhook" if channel_id.startswith(WEBHOOK_PREFIX) else "slack"]
