"""The same against a stricter Slack, where a checkout has one beside it: a program of its own, which keeps accounts."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientSession

from monitor.settings import SlackSettings
from monitor.slack.answers import answer
from monitor.slack.doctor import TALK, diagnose
from monitor.slack.sender import SlackSender
from monitor.slack.socket import Listener
from monitor.slack.update import update
from monitor.talk.model import Asked, Press

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

RIG = Path(__file__).resolve().parents[2] / "shared" / "rigs" / "fake_slack.py"
CHANNEL = "C0ALERTS01"
BUTTON = {"type": "button", "action_id": "fb:relevant", "value": "relevant:7",
          "text": {"type": "plain_text", "text": "Relevant"}}
BODY: dict[str, Any] = {
    "channel": CHANNEL, "text": "an alert", "unfurl_links": False, "unfurl_media": False,
    "metadata": {"event_type": "alert", "event_payload": {"delivery_id": "d1", "part": 0}},
    "blocks": [{"type": "section", "block_id": "a:7", "text": {"type": "mrkdwn", "text": "an alert"}},
               {"type": "actions", "block_id": "b:7", "elements": [BUTTON]}],
}

pytestmark = pytest.mark.skipif(not RIG.exists(), reason="the strict stand-in for Slack is not beside this checkout")


@dataclass(frozen=True, slots=True)
class Rig:
    """The running program: where it is, what it wrote down, and how it is told what to do."""

    settings: SlackSettings
    state: Path
    session: ClientSession

    async def do(self, what: str, **details: object) -> None:
        address = self.settings.base_url.replace("/api/", "/_fake/do")
        async with self.session.post(address, json={"do": what, **details}) as reply:
            assert 200 == reply.status, await reply.text()

    def lines(self, name: str) -> list[dict[str, Any]]:
        """What it wrote down of one kind."""
        file = self.state / f"{name}.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@asynccontextmanager
async def rig(state: Path) -> AsyncIterator[Rig]:
    """The program on a free port, for as long as the test runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(RIG), "--port", "0", "--state", str(state), stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout
        ready = json.loads(await process.stdout.readline())
        settings = SlackSettings(token=ready["bot_token"], base_url=ready["base_url"], app_token=ready["app_token"])
        async with ClientSession() as session:
            yield Rig(settings, state, session)
    finally:
        process.terminate()
        await process.wait()


async def clicked(rig: Rig, number: int, ts: str) -> None:
    """One thing that a person does, and now and then something that the network does."""
    if number % 3:
        await rig.do("click", channel=CHANNEL, ts=ts, action_id="fb:*")
    else:
        await rig.do("slash", command="/dateline", text="search raids", channel=CHANNEL)
    if number in (20, 45):
        await rig.do("drop_sockets")
    elif number == 30:
        await rig.do("disconnect", reason="refresh_requested", grace_s=0.2)


async def afternoon(rig: Rig) -> list[Press | Asked]:
    """Sixty presses and commands on one message, three of them answered, and the message changed at the end."""
    heard: list[Press | Asked] = []

    async def hear(said: Press | Asked) -> None:
        heard.append(said)
        if len(heard) in (10, 11, 12):
            await answer(rig.settings, said.asker, {"text": "for you alone"})

    listener = Listener(rig.settings, hear, lambda: datetime.now(UTC))
    running = asyncio.create_task(listener.run())
    ts = await SlackSender(rig.settings).post(BODY)
    for number in range(60):
        await clicked(rig, number, ts)
    async with asyncio.timeout(10):
        while len(heard) < 60:
            await asyncio.sleep(0.01)
    await update(rig.settings, CHANNEL, ts, {**BODY, "text": "an alert, marked", "blocks": BODY["blocks"][:1]})
    await listener.aclose()
    assert running.cancelled()
    return heard


def test_an_afternoon_at_a_strict_slack(tmp_path: Path) -> None:
    """It finds no envelope unacknowledged, no call refused, answers for one person alone, and the marker in place."""

    async def played() -> tuple[list[Press | Asked], Rig]:
        async with rig(tmp_path) as slack:
            return await afternoon(slack), slack

    heard, slack = asyncio.run(played())
    assert 60 == len(heard)
    assert [] == [line for line in slack.lines("acks") if line["timeout"] or line["late"] or line["errors"]]
    assert 60 == len(slack.lines("acks"))
    assert [] == [line["error"] for line in slack.lines("requests") if not line["ok"]]
    messages = slack.lines("messages")
    assert ["post", "ephemeral", "ephemeral", "ephemeral", "update"] == [line["op"] for line in messages]
    assert BODY["metadata"] == messages[-1]["message"]["metadata"]


def test_the_doctor_at_a_strict_slack(tmp_path: Path) -> None:
    """It says that buttons are answered; once the scope is gone, that they are not, and which one it is."""

    async def asked() -> list[str]:
        async with rig(tmp_path) as slack:
            before = await diagnose(slack.settings, [])
            await slack.do("scopes", token="app", scopes=[])
            after = await diagnose(slack.settings, [])
            return [f"{one.sentence} {one.remedy}" for one in (*before, *after) if one.subject == TALK]

    well, ill = asyncio.run(asked())
    assert "so they are answered" in well
    assert "missing_scope" in ill and "connections:write" in ill
