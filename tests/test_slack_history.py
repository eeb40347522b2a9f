"""Our own messages, read back from a channel or a thread: all pages, and nobody else's."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest

from monitor.errors import NotPosted, Refused, SlackError, Uncertain
from monitor.outbox.model import Found
from monitor.slack.sender import SlackSender
from tests.slack_loopback import LoopbackSlack, Reply, loopback_slack, no, ok

if TYPE_CHECKING:
    from collections.abc import Sequence

SINCE = datetime(2026, 3, 9, 15, 30, tzinfo=UTC)
IDENTITY = ok(bot_id="B1", user_id="U1")
MARKER = {"delivery_id": "d1", "part": 0, "instance": "i1"}


def message(ts: str, **changes: object) -> dict[str, Any]:
    """A message of ours, unless changed."""
    metadata = {"event_type": "dateline_digest", "event_payload": MARKER}
    return {"ts": ts, "bot_id": "B1", "metadata": metadata} | changes


def page(*messages: dict[str, Any], cursor: str = "") -> Reply:
    """One page of a history."""
    return ok(messages=list(messages), has_more=bool(cursor), response_metadata={"next_cursor": cursor})


def find(
    *pages: Reply, thread: str | None = None, auth: Reply = IDENTITY
) -> tuple[Sequence[Found] | SlackError, LoopbackSlack]:
    """What is found in these pages, and the Slack that was asked."""

    async def once() -> tuple[Sequence[Found] | SlackError, LoopbackSlack]:
        both = {"conversations_history": list(pages), "conversations_replies": list(pages)}
        async with loopback_slack(auth_test=auth, **both) as slack:
            try:
                return await SlackSender(slack.settings()).find("C1", SINCE, thread), slack
            except SlackError as error:
                return error, slack

    return asyncio.run(once())


def test_all_pages_are_read() -> None:
    """The history goes on behind a cursor; what is found comes oldest first, with everything that metadata holds."""
    found, slack = find(page(message("30.1"), message("20.1"), cursor="next"), page(message("9.1")))

    assert [Found(ts, "d1", 0, "i1") for ts in ("9.1", "20.1", "30.1")] == found
    first, second = (arguments for method, arguments, _ in slack.calls if method == "conversations.history")
    assert ("C1", "true", f"{SINCE.timestamp():.6f}") == (
        first["channel"], first["include_all_metadata"], first["oldest"])
    assert "next" == second["cursor"]


def test_a_thread_is_read_without_its_parent() -> None:
    """Replies come from the thread; its parent, which stands first in the answer, is no reply."""
    found, slack = find(page(message("20.1"), message("30.1")), thread="20.1")

    assert [Found("30.1", "d1", 0, "i1")] == found
    assert "20.1" == next(arguments["ts"] for method, arguments, _ in slack.calls if method == "conversations.replies")


@pytest.mark.parametrize(
    "foreign",
    [
        {"bot_id": "B2"},
        {"bot_id": None, "user": "U1"},
        {"metadata": None},
        {"metadata": {"event_type": "dateline_digest"}},
        {"metadata": {"event_type": "other_digest", "event_payload": MARKER}},
        {"metadata": {"event_type": "dateline_digest", "event_payload": {"delivery_id": 5, "part": 0}}},
        {"metadata": {"event_type": "dateline_digest", "event_payload": {"delivery_id": "d1", "part": "0"}}},
        {"ts": None},
    ],
)
def test_other_messages_are_not_ours(foreign: dict[str, Any]) -> None:
    """Another app's message, a person's, and one without a whole marker are passed over."""
    assert [] == find(page(message("20.1") | foreign))[0]


@pytest.mark.parametrize(
    ("changes", "touched"),
    [({}, False), ({"reactions": [{"name": "eyes"}]}, True), ({"reply_count": 2}, True), ({"reply_count": 0}, False)],
)
def test_what_people_touched_shows(changes: dict[str, Any], touched: bool) -> None:
    """Replies or reactions: such a message is not deleted without asking."""
    found, _ = find(page(message("20.1", **changes)))
    assert [Found("20.1", "d1", 0, "i1", touched)] == found


@pytest.mark.parametrize(
    ("pages", "kind"),
    [
        ([no("not_in_channel")], Refused),
        ([no("missing_scope", needed="channels:history")], Refused),
        ([Reply(status=429, text="{}", headers={"Retry-After": "7"})], NotPosted),
        ([Reply(status=503, text="<html>")], Uncertain),
        ([ok()], Uncertain),
        ([ok(messages=[], has_more=True)], Uncertain),
        ([page(message("20.1"), cursor="next"), Reply(drop=True)], Uncertain),
        ([page(cursor="the same for ever")], Uncertain),
    ],
)
def test_half_a_history_is_none(pages: list[Reply], kind: type[SlackError]) -> None:
    """A page that does not come, or a history without an end, is an error: nothing is known to be missing."""
    assert kind is type(find(*pages)[0])


def test_without_an_identity_nothing_is_believed() -> None:
    """Slack does not say who we are there: an error, and no message is taken for ours."""
    assert isinstance(find(page(message("20.1")), auth=ok())[0], Uncertain)


def test_a_user_token_knows_its_messages_by_user() -> None:
    """A token that belongs to no bot."""
    found, _ = find(page(message("20.1", bot_id=None, user="U1"), message("30.1")), auth=ok(user_id="U1"))
    assert [Found("20.1", "d1", 0, "i1")] == found


def test_a_clock_that_is_ahead_looks_further_back() -> None:
    """Slack's own clock is an hour behind ours: it is asked from an hour earlier."""
    late = format_datetime(datetime.fromtimestamp(datetime.now(UTC).timestamp() - 3600, UTC), usegmt=True)
    auth = Reply(text=IDENTITY.text, headers={"Date": late})
    _, slack = find(page(), auth=auth)
    oldest = next(float(arguments["oldest"]) for method, arguments, _ in slack.calls if "history" in method)

    assert 3590 < SINCE.timestamp() - oldest < 3610


@pytest.mark.parametrize(
    ("reply", "code"),
    [(ok(), None), (no("message_not_found"), None), (no("cant_delete_message"), "cant_delete_message")],
)
def test_remove(reply: Reply, code: str | None) -> None:
    """Deleted, or gone already, is the same; anything else is told."""

    async def once() -> str | None:
        async with loopback_slack(chat_delete=reply) as slack:
            try:
                await SlackSender(slack.settings()).remove("C1", "20.1")
            except SlackError as error:
                return error.code
            assert {"channel": "C1", "ts": "20.1"} == slack.calls[0][1]
            return None

    assert code == asyncio.run(once())
