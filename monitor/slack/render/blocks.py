"""Digest -> Slack messages, final: what this module returns is frozen into deliveries and posted unchanged."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from monitor.slack.render import alert, flat, item, silence, thread, update

if TYPE_CHECKING:
    from monitor.digest.model import Digest, Message

SCHEMA = 1  # of the metadata by which a message is found again in the channel's history


def render(digest: Digest) -> tuple[Message, ...]:
    """The messages of a digest, each within Slack's limits; every article stands in exactly one of them.

    Those with `in_thread` are replies to the first; those of an update, all of them, to an earlier message.
    """
    if digest.kind == "silence":
        return (silence.message(digest),)
    if digest.kind == "alert" and digest.items:
        return alert.messages(digest)
    if digest.kind == "update" and digest.items:
        return update.messages(digest)
    if digest.kind == "rollup":
        return flat.messages(digest, item.SHORT_QUOTE)
    if digest.threads and len(digest.items) >= thread.FROM:
        return thread.messages(digest)
    made = flat.messages(digest)
    # Few stories may have many articles: one message in the channel is enough of them.
    return thread.messages(digest) if digest.threads and digest.items and len(made) > 1 else made


def render_flat(digest: Digest) -> tuple[Message, ...]:
    """The same for a webhook: it knows no threads, its messages cannot be changed, and no press is heard."""
    return render(replace(digest, threads=False, talks=False))


def body(message: Message, channel_id: str, delivery_id: str, kind: str, instance: str) -> dict[str, Any]:
    """The complete arguments of chat.postMessage. `kind` ("digest", "note", "test") tells our own messages apart.

    `instance` names the database: the marker of a copy of it (a test beside the real one) is another. A message that
    is to go into a thread says so in its marker, for previews; the thread itself is known when the parent stands.
    """
    marker = {"delivery_id": delivery_id, "part": message.part, "of": message.of, "instance": instance,
              "schema": SCHEMA}
    made: dict[str, Any] = {
        "channel": channel_id,
        "text": message.text,
        "blocks": [dict(block) for block in message.blocks],
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": {"event_type": f"dateline_{kind}",
                     "event_payload": marker | ({"reply": True} if message.in_thread else {})},
    }
    return made | ({"reply_broadcast": True} if message.broadcast else {})
