"""One post, once, and every way it can end: against a loopback Slack that answers, lies, stalls and hangs up."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import traceback
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monitor.digest.model import Message
from monitor.errors import NotPosted, Refused, SlackError, Uncertain
from monitor.settings import SlackSettings
from monitor.slack.render.blocks import body, render
from monitor.slack.sender import SlackSender, plain_text
from tests.digest_samples import digest, item
from tests.slack_loopback import TOKEN, LoopbackSlack, Reply, loopback_slack, no, ok

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.outbox.model import Found

BODY = {"channel": "C1", "text": "x", "blocks": [], "unfurl_links": False}
STAND_IN = Path(__file__).parents[2] / "shared" / "rigs" / "fake_slack.py"
HTML = Reply(status=200, text="<html>hello</html>", content_type="text/html")


def post(reply: Reply, **settings: object) -> tuple[str | SlackError, LoopbackSlack]:
    """What one post to a Slack with this reply comes to, and the Slack."""

    async def once() -> tuple[str | SlackError, LoopbackSlack]:
        async with loopback_slack(chat_postMessage=reply) as slack:
            try:
                return await SlackSender(slack.settings(**settings)).post(BODY), slack
            except SlackError as error:
                return error, slack

    return asyncio.run(once())


def test_post_returns_ts_and_sends_the_body() -> None:
    """The frozen body arrives as it is, with the token in the header only."""
    outcome, slack = post(ok(ts="1764.0001", channel="C1"))
    ((method, sent, headers),) = slack.calls
    assert ("1764.0001", "chat.postMessage", BODY) == (outcome, method, sent)
    assert f"Bearer {TOKEN}" == headers["Authorization"]


@pytest.mark.parametrize(("thread", "expected"), [
    ("1764.0001", {"thread_ts": "1764.0001", "reply_broadcast": True}), (None, {}),
])
def test_only_a_reply_shows_in_the_channel_too(thread: str | None, expected: dict[str, object]) -> None:
    """Slack takes reply_broadcast of replies alone: without a thread the message stands in the channel."""

    async def once() -> dict[str, object]:
        async with loopback_slack(chat_postMessage=ok(ts="1764.0002")) as slack:
            await SlackSender(slack.settings()).post({**BODY, "reply_broadcast": True}, thread)
            return slack.calls[0][1]

    assert BODY | expected == asyncio.run(once())


@pytest.mark.parametrize(
    ("reply", "kind", "code"),
    [
        (no("invalid_blocks"), Refused, "invalid_blocks"),
        (no("token_revoked"), Refused, "token_revoked"),
        (no("rate_limited"), NotPosted, "rate_limited"),
        (no("internal_error"), Uncertain, "internal_error"),
        (no("brand_new_error"), Uncertain, "brand_new_error"),
        (no("not a code <html>"), Uncertain, "no_answer"),
        (Reply(status=429, text='{"ok":false}', headers={"Retry-After": "7"}), NotPosted, "ratelimited"),
        (Reply(status=429, text="slow down", content_type="text/plain"), NotPosted, "ratelimited"),
        (Reply(status=500, text='{"ok":false,"error":"invalid_blocks"}'), Uncertain, "http_500"),
        (Reply(status=503, text="<html>", content_type="text/html"), Uncertain, "http_503"),
        (Reply(status=403, text="<html>", content_type="text/html"), Uncertain, "http_403"),
        (HTML, Uncertain, "no_answer"),
        (Reply(text='{"ok": true, "ts": "17'), Uncertain, "no_answer"),
        (Reply(text=""), Uncertain, "no_answer"),
        (Reply(text="[1, 2]"), Uncertain, "connection_lost"),
        (Reply(text='"yes"'), Uncertain, "connection_lost"),
        (Reply(text="ok", content_type="text/plain"), Uncertain, "connection_lost"),
        (Reply(text="null"), Uncertain, "no_answer"),
        (ok(), Uncertain, "no_ts"),
        (ok(ts=17.5), Uncertain, "no_ts"),
        (Reply(drop=True), Uncertain, "connection_lost"),
        (Reply(text="{}", content_type="application/json; charset=hex"), Uncertain, "connection_lost"),
    ],
)
def test_every_answer_is_told_apart(reply: Reply, kind: type[SlackError], code: str) -> None:
    """No answer, however broken, is taken for another or escapes as a foreign error - and nothing is sent twice."""
    outcome, slack = post(reply)
    assert (kind, code) == (type(outcome), getattr(outcome, "code", None))
    assert 1 == len(slack.calls)


def test_timeout_after_sending_is_uncertain() -> None:
    """An answer that does not come in time may have been a yes."""
    outcome, slack = post(Reply(slow=True), timeout=0.3)
    assert (Uncertain, "timeout") == (type(outcome), getattr(outcome, "code", None))
    assert 1 == len(slack.calls)


@pytest.mark.parametrize("host", ["127.0.0.1", "slack.invalid"])
def test_unreachable_slack_is_not_posted(host: str) -> None:
    """A refused connection or an unknown name: nothing was sent."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        url = f"http://{host}:{taken.getsockname()[1]}/api/"
        with pytest.raises(NotPosted, match="could not be reached") as caught:
            asyncio.run(SlackSender(SlackSettings(token=TOKEN, base_url=url, timeout=5)).post(BODY))
    assert "unreachable" == caught.value.code


def test_stalled_connection_is_not_posted() -> None:
    """A network that swallows the connection is known to have posted nothing."""
    with ExitStack() as opened:
        full = opened.enter_context(socket.socket())
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        with suppress(TimeoutError):  # fills the backlog until a connection hangs, as the next one will
            while True:
                waiting = opened.enter_context(socket.socket())
                waiting.settimeout(0.3)
                waiting.connect(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}/api/"
        with pytest.raises(NotPosted):
            asyncio.run(SlackSender(SlackSettings(token=TOKEN, base_url=url, timeout=0.5)).post(BODY))


@pytest.mark.parametrize(("header", "expected"), [("7", 7.0), ("9" * 12, 86_400.0), ("soon", 10.0), ("-1", 10.0)])
def test_retry_after(header: str, expected: float) -> None:
    """Slack's wish is obeyed as far as it makes sense."""
    outcome, _ = post(Reply(status=429, text='{"ok":false,"error":"ratelimited"}', headers={"Retry-After": header}))
    assert isinstance(outcome, NotPosted)
    assert expected == outcome.retry_after


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (no("missing_scope", needed="groups:read", provided="chat:write"), "needs groups:read"),
        (no("invalid_blocks", errors=["not SECRET [json-pointer:/blocks/0/text/text]"]), "(/blocks/0/text/text)"),
        (no("invalid_blocks", errors="nonsense"), "invalid_blocks."),
    ],
)
def test_refusal_shows_the_place_and_not_the_words(reply: Reply, expected: str) -> None:
    """What a log gets is the scope or the pointer; text of the message stays out of it."""
    outcome, _ = post(reply)
    assert expected in str(outcome) and "SECRET" not in str(outcome)


@pytest.mark.parametrize("reply", [no("invalid_auth"), HTML, Reply(drop=True), Reply(status=500), Reply(text="[]")])
def test_token_never_shows(reply: Reply) -> None:
    """No error, nor the trace of what led to it, carries the token."""
    outcome, _ = post(reply)
    assert isinstance(outcome, SlackError)
    assert TOKEN not in "".join(traceback.format_exception(outcome)) + repr(outcome)


def test_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy variable set for something else does not catch the posts."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    outcome, _ = post(ok(ts="1.0"))
    assert "1.0" == outcome


def test_ask_reads_scopes() -> None:
    """A question gets its content and the scopes of the token."""

    async def ask() -> None:
        async with loopback_slack(auth_test=ok(team="Desk")) as slack:
            answer = await SlackSender(slack.settings()).ask("auth.test")
            assert "Desk" == answer.content["team"]
            assert frozenset({"chat:write", "channels:read"}) == answer.scopes

    asyncio.run(ask())


@pytest.fixture
def stand_in(tmp_path: Path) -> Iterator[tuple[SlackSettings, Path]]:
    """The strict public stand-in for Slack as a process of its own, where it lies beside the checkout."""
    if not STAND_IN.exists():
        pytest.skip("the strict stand-in for Slack is not beside this checkout")
    command = [sys.executable, str(STAND_IN), "--port", "0", "--state", str(tmp_path), "--lint", "reject"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        ready = json.loads(server.stdout.readline())
        yield SlackSettings(token=ready["bot_token"], base_url=ready["base_url"]), tmp_path
        server.terminate()


def test_stand_in_takes_a_thread_and_gives_it_back(stand_in: tuple[SlackSettings, Path]) -> None:
    """A parent and a reply go through the strict stand-in without findings, are read back, and the parent deleted."""
    settings, state = stand_in
    sender = SlackSender(settings)
    messages = render(digest(*(item(number) for number in range(30)), per_section=9))[:2]
    first, second = (body(message, "C0DIGEST01", "digest:x", "digest", "i1") for message in messages)

    async def thread() -> list[Sequence[Found]]:
        parent = await sender.post(first)
        await sender.post(second, parent)
        since = datetime.now(UTC) - timedelta(minutes=5)
        found = [await sender.find("C0DIGEST01", since, place) for place in (None, parent)]
        await sender.remove("C0DIGEST01", parent)
        return [*found, await sender.find("C0DIGEST01", since)]

    channel, replies, left = asyncio.run(thread())
    assert [(0, True)] == [(one.part, one.touched) for one in channel]
    assert ([1], []) == ([one.part for one in replies], left)
    stored = [json.loads(line) for line in (state / "messages.jsonl").read_text().splitlines()]
    assert [] == [finding for message in stored for finding in message.get("lint") or ()]


def test_stand_in_shows_a_reply_in_the_channel_too(stand_in: tuple[SlackSettings, Path]) -> None:
    """One message, one ts, found in the thread and in the channel; deleted, it is in neither."""
    settings, _ = stand_in
    sender = SlackSender(settings)
    first, second = (body(Message(text, (), part, 2, broadcast=part == 1), "C0DIGEST01", "u", "update", "i1")
                     for part, text in enumerate(("parent", "news")))

    async def sightings() -> list[list[str]]:
        parent = await sender.post(first)
        news = await sender.post(second, parent)
        since = datetime.now(UTC) - timedelta(minutes=5)
        found = [await sender.find("C0DIGEST01", since, place) for place in (None, parent)]
        await sender.remove("C0DIGEST01", news)
        found += [await sender.find("C0DIGEST01", since, place) for place in (None, parent)]
        return [[{parent: "parent", news: "news"}[one.ts] for one in place] for place in found]

    assert [["parent", "news"], ["news"], ["parent"], []] == asyncio.run(sightings())


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"text": "x", "blocks": [{"type": "divider"}], "channel": "C1", "reply_broadcast": True},
         {"text": "x", "channel": "C1", "reply_broadcast": True}),
        ({"text": "x"}, None),
        ({"text": "", "blocks": [{"type": "divider"}]}, None),
    ],
)
def test_plain_text(sent: dict[str, object], expected: dict[str, object] | None) -> None:
    """A message whose layout says nothing is its text alone; what is nothing else, or has none, has no simpler form."""
    assert expected == plain_text(sent)


def test_plain_text_keeps_its_marker() -> None:
    """It is found again like any other, and says that it is a revision."""
    marker = {"event_type": "t", "event_payload": {"part": 2}}
    marked = {"text": "x", "blocks": [{"type": "divider"}], "metadata": marker}
    assert {"event_type": "t", "event_payload": {"part": 2, "revision": 1}} == (plain_text(marked) or {})["metadata"]
