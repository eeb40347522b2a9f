"""A message of ours shows something else, and stays ours."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from monitor.errors import NotPosted, Refused, SlackError, Uncertain
from monitor.slack.update import update
from tests.slack_loopback import Reply, loopback_slack, no, ok

BODY = {"channel": "C2", "text": "one alert", "blocks": [{"type": "section", "block_id": "w:7"}], "unfurl_links": False,
        "metadata": {"event_type": "dateline"}, "reply_broadcast": True}


def updated(reply: Reply, body: dict[str, Any] = BODY) -> tuple[str, dict[str, Any]]:
    """The call that gives a message another text."""

    async def once() -> tuple[str, dict[str, Any]]:
        async with loopback_slack(chat_update=reply) as slack:
            await update(slack.settings(), "C1", "1764000000.000100", body)
            ((method, arguments, _),) = slack.calls
            return method, arguments

    return asyncio.run(once())


def test_only_what_is_seen_goes_along() -> None:
    """Text and layout are replaced; the marker is not named, so Slack leaves it where it is."""
    expected = {"channel": "C1", "ts": "1764000000.000100", "text": "one alert", "blocks": BODY["blocks"]}
    assert ("chat.update", expected) == updated(ok(ts="1764000000.000100"))


@pytest.mark.parametrize(
    ("reply", "kind", "code"),
    [
        (no("message_not_found"), Refused, "message_not_found"),
        (no("edit_window_closed"), Refused, "edit_window_closed"),
        (no("msg_blocks_too_long"), Refused, "msg_blocks_too_long"),
        (Reply(status=429, text='{"ok": false, "error": "ratelimited"}', headers={"Retry-After": "7"}), NotPosted,
         "ratelimited"),
        (Reply(drop=True), Uncertain, "connection_lost"),
        (Reply(status=503, text="<h1>Sorry</h1>", content_type="text/html"), Uncertain, "http_503"),
    ],
)
def test_each_way_to_fail(reply: Reply, kind: type[SlackError], code: str) -> None:
    """An update ends as a post does: not done, never to be done, or nobody knows."""
    with pytest.raises(kind) as caught:
        updated(reply)
    assert code == caught.value.code


def test_how_long_to_wait() -> None:
    """Where Slack says when to come back, the error says so."""
    with pytest.raises(NotPosted) as caught:
        updated(Reply(status=429, text='{"ok": false, "error": "ratelimited"}', headers={"Retry-After": "7"}))
    assert 7.0 == caught.value.retry_after
