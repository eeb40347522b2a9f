"""Private answers: to Slack alone, once, and never an error."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from aiohttp import web

from monitor.slack.answers import answer, trusted
from monitor.talk.model import Asker
from tests.slack_socket_standin import socket_standin

BODY = {"text": "confidential", "blocks": [{"type": "section"}], "channel": "C1", "metadata": {"event_type": "x"}}
SLACK = "https://slack.com/api/"


def answered(*replies: web.Response, replaces: bool = False, thread: str = "") -> list[tuple[str, dict[str, Any]]]:
    """What arrives of one answer."""

    async def once() -> list[tuple[str, dict[str, Any]]]:
        async with socket_standin() as slack:
            slack.replies.extend(replies)
            asker = Asker("U1ALICE", "C1ALERTS", f"{slack.url}/answers/k1")
            await answer(slack.settings(), asker, BODY, replaces=replaces, thread=thread)
            return slack.answers

    return asyncio.run(once())


def test_only_the_person_sees_it() -> None:
    """Text and layout go to the address of the press; nothing is overwritten, and nobody else sees it."""
    expected = {"text": "confidential", "blocks": BODY["blocks"], "response_type": "ephemeral",
                "replace_original": False}
    assert [("k1", expected)] == answered()


def test_an_answer_takes_the_place_of_the_last() -> None:
    """Where the button stood in a private answer, the next one replaces that."""
    ((_, sent),) = answered(replaces=True)
    assert True is sent["replace_original"]


def test_an_answer_stands_in_the_thread_of_the_press() -> None:
    """Whoever pressed in a thread looks there."""
    ((_, sent),) = answered(thread="1764000000.000100")
    assert "1764000000.000100" == sent["thread_ts"]


@pytest.mark.parametrize("said", ["ok", "", '{"ok": true}'])
def test_slack_says_yes(said: str, caplog: pytest.LogCaptureFixture) -> None:
    """Each of Slack's ways to say so is understood."""
    assert 1 == len(answered(web.Response(text=said)))
    assert "" == caplog.text


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (web.Response(status=404, text='{"ok": false, "error": "expired_url"}'), "(expired_url): half an hour"),
        (web.Response(status=404, text='{"ok": false, "error": "used_url"}'), "(used_url): half an hour"),
        (web.Response(status=400, text="invalid_blocks"), "(invalid_blocks)"),
        (web.Response(status=500, text="<h1>Sorry: confidential</h1>"), "(http_500)"),
        (web.Response(status=200, text='{"ok": false, "error": "x y"}'), "(http_200)"),
        (web.Response(status=302, headers={"Location": "/answers/k2"}), "(http_302)"),
    ],
)
def test_a_refusal_is_logged_without_words(reply: web.Response, code: str, caplog: pytest.LogCaptureFixture) -> None:
    """The log says why, and neither what was answered nor where; it is not tried again."""
    with caplog.at_level(logging.INFO, "dateline"):
        assert 1 == len(answered(reply))
    (record,) = [record for record in caplog.records if record.name == "dateline.slack"]
    assert code in record.getMessage()
    assert "confidential" not in record.getMessage()
    assert "/answers" not in record.getMessage()


def test_a_server_that_is_not_there(caplog: pytest.LogCaptureFixture) -> None:
    """No connection is no error for whoever answers; the log says so without the address."""

    async def once() -> None:
        async with socket_standin() as slack:
            settings = slack.settings()
            asker = Asker("U1ALICE", "C1ALERTS", f"{slack.url}/answers/secret")
        await answer(settings, asker, BODY)

    asyncio.run(once())
    assert "ClientConnectorError" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("base_url", "address", "expected"),
    [
        (SLACK, "https://hooks.slack.com/actions/T/1/x", True),
        (SLACK, "https://hooks.slack.com:443/commands/T/1/x", True),
        ("http://127.0.0.1:8787/api/", "http://127.0.0.1:8787/response/x", True),
        ("http://127.0.0.1:8787/api/", "http://127.0.0.1:8788/response/x", False),
        (SLACK, "http://hooks.slack.com/actions/T/1/x", False),
        (SLACK, "https://hooks.slack.com:8443/x", False),
        (SLACK, "https://evilslack.com/x", False),
        (SLACK, "https://hooks.slack.com.evil.example/x", False),
        (SLACK, "https://hooks.slack.com@evil.example/x", False),
        (SLACK, "https://evil.example/hooks.slack.com", False),
        (SLACK, "https://me:pw@hooks.slack.com/x", False),
        (SLACK, "https://[::1", False),
        (SLACK, "https://hooks.slack.com:port/x", False),
        (SLACK, "", False),
    ],
)
def test_whom_answers_go_to(base_url: str, address: str, expected: bool) -> None:
    """An address comes with the press, from outside; only Slack's are called, or those of the server in its place."""
    assert expected == trusted(base_url, address)


def test_another_address_is_not_called(caplog: pytest.LogCaptureFixture) -> None:
    """What is none of Slack's gets nothing, and the log does not repeat it."""

    async def once() -> None:
        async with socket_standin() as slack:
            asker = Asker("U1ALICE", "C1ALERTS", f"{slack.url}/answers/secret")
            await answer(slack.settings(base_url=SLACK), asker, BODY)
            assert [] == slack.answers

    asyncio.run(once())
    assert "none of Slack's" in caplog.text
    assert "secret" not in caplog.text
