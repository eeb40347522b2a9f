"""Reading our own messages back: the pages of a channel's history or of a thread, and the markers in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.errors import Uncertain
from monitor.outbox.model import Found

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from monitor.slack.sender import Answer

EVENT_PREFIX = "dateline_"  # of the metadata's event type; what follows is the kind of message
PAGE = 200  # messages: what Slack recommends; it may give fewer
# A channel with more messages than these pages hold is not read to its end: then nothing is known to be missing.
_MOST_PAGES = 100


async def messages(
    ask: Callable[..., Awaitable[Answer]], channel_id: str, oldest: str, thread: str | None
) -> AsyncIterator[Mapping[str, Any]]:
    """Every message of the channel since `oldest`, or of the thread, its parent left out. Raises SlackError.

    Half a history is none: an answer that leaves out what comes next is Uncertain.
    """
    method = "conversations.replies" if thread else "conversations.history"
    params = {"channel": channel_id, "oldest": oldest, "limit": str(PAGE), "include_all_metadata": "true"}
    if thread:
        params["ts"] = thread
    for _ in range(_MOST_PAGES):
        content = (await ask(method, **params)).content
        page = content.get("messages")
        if not isinstance(page, list):
            raise Uncertain("no_messages", "Slack gave no messages where it was asked for them; it is asked again.")
        for message in page:
            if isinstance(message, dict) and message.get("ts") != thread:
                yield message
        more = content.get("response_metadata")
        cursor = more.get("next_cursor") if isinstance(more, dict) else None
        if not cursor:
            if content.get("has_more"):
                raise Uncertain("no_cursor", "Slack gave only a part of the channel's history; it is asked again.")
            return
        params["cursor"] = str(cursor)
    raise Uncertain("history_too_long", f"There are more than {PAGE * _MOST_PAGES} messages to look through.")


def marked(message: Mapping[str, Any], own: Mapping[str, str]) -> Found | None:
    """The message as one of ours; None where somebody else wrote it or it carries no marker.

    `own` are the ids under which we post. Nothing of the message is believed before one of them is in it.
    """
    if not any(message.get(key) == value for key, value in own.items()):
        return None
    metadata, ts = message.get("metadata"), message.get("ts")
    if not isinstance(metadata, dict) or not str(metadata.get("event_type", "")).startswith(EVENT_PREFIX):
        return None
    marker = metadata.get("event_payload")
    if not isinstance(marker, dict) or not isinstance(ts, str):
        return None
    delivery_id, part = marker.get("delivery_id"), marker.get("part")
    if not isinstance(delivery_id, str) or not isinstance(part, int):
        return None
    touched = bool(message.get("reactions")) or bool(message.get("reply_count"))
    return Found(ts, delivery_id, part, str(marker.get("instance", "")), touched)
