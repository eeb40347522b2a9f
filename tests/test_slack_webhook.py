"""Posting through an incoming webhook: every answer told apart, and an address that nobody gets to see."""

from __future__ import annotations

import asyncio
import traceback

import pytest

from monitor.errors import NotPosted, Refused, SlackError, Uncertain
from monitor.slack.webhook import VERDICTS, WebhookSender
from tests.slack_loopback import LoopbackSlack, Reply, loopback_slack

BODY = {"channel": "hook:DESK", "text": "x", "blocks": [], "unfurl_links": False, "metadata": {"event_type": "x"},
        "reply_broadcast": True}
SECRET = "T0B0SECRET"


def said(status: int, text: str, **headers: str) -> Reply:
    """An answer in plain text, as webhooks give."""
    return Reply(status, text, "text/plain", {name.replace("_", "-"): value for name, value in headers.items()})


def post(reply: Reply, address: str = "") -> tuple[str | SlackError, LoopbackSlack]:
    """What one post comes to."""

    async def once() -> tuple[str | SlackError, LoopbackSlack]:
        async with loopback_slack(**{SECRET: reply}) as slack:
            sender = WebhookSender(address or f"{slack.url}{SECRET}", timeout=0.5)
            try:
                return await sender.post(BODY), slack
            except SlackError as error:
                return error, slack

    return asyncio.run(once())


def test_post_sends_what_a_webhook_takes() -> None:
    """Text, blocks and no unfurling; the channel is the webhook's own. No id comes back."""
    outcome, slack = post(said(200, "ok"))
    ((_, sent, _),) = slack.calls

    assert ("", {"text": "x", "blocks": [], "unfurl_links": False}) == (outcome, sent)


@pytest.mark.parametrize(
    ("reply", "kind", "scope"),
    [
        (said(400, "invalid_payload"), Refused, "message"),
        (said(400, "no_text"), Refused, "message"),
        (said(400, "invalid_blocks"), Refused, "message"),
        (said(403, "action_prohibited"), Refused, "channel"),
        (said(404, "channel_not_found"), Refused, "channel"),
        (said(404, "no_service"), Refused, "channel"),
        (said(410, "channel_is_archived"), Refused, "channel"),
        (said(429, "rate_limited", Retry_After="7"), NotPosted, ""),
        (said(500, "no_service"), Uncertain, ""),
        (said(400, "something_new"), Refused, "message"),
        (said(413, "<html>too large</html>"), Refused, "message"),
        (said(403, "<html>no</html>"), Refused, "channel"),
        (said(404, ""), Refused, "channel"),
        (said(410, "gone"), Refused, "channel"),
        (said(408, "<html>slow</html>"), Uncertain, ""),
        (said(200, "not ok"), Uncertain, ""),
        (said(302, "moved"), Uncertain, ""),
        (Reply(text="ok", content_type="text/plain; charset=hex"), Uncertain, ""),
        (Reply(drop=True), Uncertain, ""),
        (Reply(slow=True), Uncertain, ""),
    ],
)
def test_every_answer_is_told_apart(reply: Reply, kind: type[SlackError], scope: str) -> None:
    """What was refused, what may come later and what may have been posted; one request each."""
    outcome, slack = post(reply)

    assert (kind, scope) == (type(outcome), getattr(outcome, "scope", ""))
    assert 1 == len(slack.calls)


def test_retry_after_is_obeyed() -> None:
    """The wait that Slack asks for."""
    outcome, _ = post(said(429, "rate_limited", Retry_After="7"))
    assert 7.0 == getattr(outcome, "retry_after", None)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        (f"http://127.0.0.1:9/{SECRET}", NotPosted),
        (f"http://no.invalid/{SECRET}", NotPosted),
        (f"http://[{SECRET}", Refused),
        (SECRET, Refused),
    ],
)
def test_a_wrong_address_shows_nowhere(address: str, kind: type[SlackError]) -> None:
    """An address that leads nowhere posted nothing; neither the error nor its trace tells it."""
    outcome, _ = post(said(200, "ok"), address)
    assert kind is type(outcome)
    assert isinstance(outcome, SlackError)
    assert SECRET not in "".join(traceback.format_exception(outcome)) + repr(outcome)


@pytest.mark.parametrize("reply", [said(404, SECRET), said(400, f"<{SECRET}>"), Reply(drop=True), Reply(slow=True)])
def test_the_address_shows_in_no_error(reply: Reply) -> None:
    """Whatever goes wrong, the address stays a secret."""
    outcome, _ = post(reply)
    assert isinstance(outcome, SlackError)
    assert SECRET not in "".join(traceback.format_exception(outcome)) + repr(outcome)


def test_no_address() -> None:
    """Without one, the channel is refused, with the place where it belongs."""
    with pytest.raises(Refused, match="DATELINE_WEBHOOK_"):
        asyncio.run(WebhookSender(None, 5).post(BODY))


@pytest.mark.parametrize("code", sorted(code for code, verdict in VERDICTS.items() if verdict.outcome == "refused"))
def test_every_refusal_has_a_remedy(code: str) -> None:
    """Nobody is left with a bare code."""
    assert VERDICTS[code].remedy
