"""The stand-in for Slack by which exactly-once is judged: it must refuse, lose and show what Slack does."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientError, ClientSession

from tests.slack_standin import TOKEN, StandIn, standing
from tests.slack_standin_model import POST, Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

Question = tuple[str, dict[str, Any]]
MARKER = {"event_type": "dateline_digest", "event_payload": {"delivery_id": "d1", "part": 0}}


def ask(slack: StandIn, *questions: Question) -> list[dict[str, Any]]:
    """The answers, one after the other; {} where there was none that can be read."""
    async def all_of_them() -> list[dict[str, Any]]:
        async with standing(slack), ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session:
            return [await _answer(session, slack.url + method, body) for method, body in questions]

    return asyncio.run(all_of_them())


async def _answer(session: ClientSession, url: str, body: dict[str, Any]) -> dict[str, Any]:
    with suppress(ClientError, ValueError):
        async with session.post(url, json=body) as answer:
            content: dict[str, Any] | None = await answer.json()
            return content | {"retry_after": answer.headers.get("Retry-After")} if content else {}
    return {}


def post(text: str = "x", **more: object) -> Question:
    """A post."""
    return POST, {"channel": "C1", "text": text, **more}


def look(method: str = "conversations.history", **more: object) -> Question:
    """A look into the channel."""
    return method, {"channel": "C1", "include_all_metadata": True, **more}


def texts(answer: dict[str, Any]) -> Sequence[str]:
    """The messages of a look."""
    return [message["text"] for message in answer["messages"]]


@pytest.mark.parametrize(
    ("fault", "answered", "stands"),
    [
        (Fault("reset"), False, 0),
        (Fault("reset", stored=True), False, 1),
        (Fault("close", stored=True), False, 1),
        (Fault("cut", stored=True), False, 1),
        (Fault("empty", stored=True), False, 1),
        (Fault("http", status=502), False, 0),
        (Fault("http", status=502, stored=True), False, 1),
        (Fault("error", code="is_archived"), True, 0),
        (Fault("error", code="fatal_error", stored=True), True, 1),
        (Fault("limit"), True, 0),
        (Fault("slow", seconds=0.01), True, 1),
        (Fault("double"), True, 2),
    ],
    ids=lambda value: f"{value.action}-{value.stored}" if isinstance(value, Fault) else "",
)
def test_faults_do_what_they_say(fault: Fault, answered: bool, stands: int) -> None:
    """Each fault stores the message or not, and answers or not."""
    slack = StandIn(faults=[fault])
    answer, = ask(slack, post())

    assert answered == bool(answer)
    assert stands == len(slack.visible())


def test_a_fourth_post_within_a_second_is_refused() -> None:
    """A channel takes a burst of three; the next one is told to wait, and coming back before that is noted."""
    slack = StandIn()
    *taken, refused, again = ask(slack, *[post()] * 5)

    assert [True] * 3 == [answer["ok"] for answer in taken]
    assert ("ratelimited", "1") == (refused["error"], refused["retry_after"])
    assert (2, 1) == (slack.over_rate(), slack.early())
    assert "ratelimited" == again["error"]


def test_what_a_killed_client_was_just_told_it_does_not_know() -> None:
    """A Retry-After half a second before a kill is not held against the next client."""
    slack = StandIn()
    ask(slack, *[post()] * 4)
    slack.client_died()
    ask(slack, post())

    assert 0 == slack.early()


def test_faults_count_the_calls_of_their_channel() -> None:
    """A fault that waits for the second post of a channel leaves others alone."""
    slack = StandIn(faults=[Fault("error", channel="C1", skip=1, code="is_archived")])
    answers = ask(slack, post(), post(channel="C2"), post(), post())

    assert [True, True, False, True] == [answer["ok"] for answer in answers]


def test_history_is_paged_newest_first() -> None:
    """History gives pages, newest first, and no replies."""
    slack = StandIn(page=2)
    first = slack.say("C1", "one")
    slack.say("C1", "reply", thread_ts=first.ts)
    slack.say("C1", "two")
    slack.say("C1", "three")
    page, rest = ask(slack, look(), look(cursor="2"))

    assert ["three", "two"] == texts(page)
    assert ("2", True) == (page["response_metadata"]["next_cursor"], page["has_more"])
    assert ["one"] == texts(rest)


def test_oldest_is_exclusive_and_new_messages_lag() -> None:
    """A look from the ts of a message does not see it, nor what history does not show yet."""
    slack = StandIn()
    first, second = slack.say("C1", "one"), slack.say("C1", "two")
    after, = ask(slack, look(oldest=first.ts))
    slack.lag = 60.0
    nothing, = ask(slack, look())

    assert ["two"] == texts(after)
    assert [] == texts(nothing)
    assert first.ts < second.ts


def test_markers_are_shown_only_when_asked_for() -> None:
    """Without include_all_metadata the type of a marker is all that is seen of it."""
    whole, bare = ask(StandIn(), post(metadata=MARKER), look())[1:], {"event_type": MARKER["event_type"]}

    assert MARKER == whole[0]["messages"][0]["metadata"]
    assert bare == ask(StandIn(), post(metadata=MARKER), look(include_all_metadata=False))[1]["messages"][0]["metadata"]


def test_a_thread_needs_its_parent() -> None:
    """A reply to nothing is refused; the replies of a message come after it, oldest first."""
    slack = StandIn()
    parent = slack.say("C1", "parent")
    refused, _, _, thread = ask(
        slack, post(thread_ts="1.000001"), post("a", thread_ts=parent.ts), post("b", thread_ts=parent.ts),
        look("conversations.replies", ts=parent.ts))

    assert "thread_not_found" == refused["error"]
    assert ["parent", "a", "b"] == texts(thread)


def test_a_reply_may_show_in_the_channel_too() -> None:
    """It is one message that stands in both, and is deleted from both."""
    slack = StandIn()
    parent = slack.say("C1", "parent")
    ask(slack, post("news", thread_ts=parent.ts, reply_broadcast=True), post("quiet", thread_ts=parent.ts))
    channel, thread, _, after = ask(
        slack, look(), look("conversations.replies", ts=parent.ts),
        ("chat.delete", {"channel": "C1", "ts": slack.messages[1].ts}), look())

    assert (["news", "parent"], ["parent", "news", "quiet"]) == (texts(channel), texts(thread))
    assert ("thread_broadcast", parent.ts) == (channel["messages"][0]["subtype"], channel["messages"][0]["thread_ts"])
    assert ["parent"] == texts(after)


def test_only_replies_to_a_first_message_show_in_the_channel_too() -> None:
    """What is no reply does not; a reply to a reply is lost in Slack, and refused here."""
    slack = StandIn()
    reply = slack.say("C1", "reply", thread_ts=slack.say("C1", "parent").ts)
    flat, astray = ask(slack, post(reply_broadcast=True), post(thread_ts=reply.ts, reply_broadcast=True))

    assert ["invalid_arguments", "thread_not_found"] == [flat["error"], astray["error"]]


def test_only_own_messages_can_be_deleted() -> None:
    """The bot deletes what it posted, once, and nothing of anybody else's."""
    slack = StandIn()
    ask(slack, post())
    own, other = slack.messages[0], slack.say("C1", "of a person")
    answers = ask(slack, *[("chat.delete", {"channel": "C1", "ts": ts}) for ts in (own.ts, own.ts, other.ts)])

    assert [None, "message_not_found", "cant_delete_message"] == [answer.get("error") for answer in answers]
    assert [] == slack.visible()
