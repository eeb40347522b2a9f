"""A message of ours is given another text and layout, where it stands.

What is not named stays as it is: of the frozen body only what readers see goes along, so that the marker by which a
message is known is never taken from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.slack.sender import SlackSender

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.settings import SlackSettings

_SEEN = ("text", "blocks", "attachments")


async def update(settings: SlackSettings, channel_id: str, ts: str, body: Mapping[str, Any]) -> None:
    """Make the message show what `body` says. Raises SlackError: NotPosted, Refused or Uncertain, nothing else.

    What ended uncertain may simply be done again. Refused for the thread: the message is gone or can no longer change.
    """
    seen = {key: body[key] for key in _SEEN if body.get(key)}
    await SlackSender(settings).call("chat.update", json={"channel": channel_id, "ts": ts, **seen})
