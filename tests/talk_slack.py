"""A strict Slack and a whole bot, each a process of its own: what a day of presses and a measured poll happen in.

The Slack is a program that lies beside some checkouts; it writes down all that it is sent and sends. The bot is started
as an admin starts it, from a config.toml.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import ClientSession

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator, Callable, Sequence

ROOT = Path(__file__).resolve().parent.parent
RIG = ROOT.parent / "shared" / "rigs" / "fake_slack.py"
MISSING = "the strict stand-in for Slack is not beside this checkout"
ZONE = "America/New_York"


@dataclass(frozen=True, slots=True)
class Room:
    """A channel, as it stands in config.toml; `more` are further lines."""

    id: str
    name: str
    slots: str = '"now"'
    more: str = ""


@dataclass(slots=True)
class Tail:
    """A file of records that grows: each line is read once."""

    file: Path
    at: int = 0

    def new(self) -> list[dict[str, Any]]:
        """The lines that are whole and were not read yet."""
        if not self.file.exists():
            return []
        with self.file.open("rb") as opened:
            opened.seek(self.at)
            whole = opened.read().rpartition(b"\n")[0]
        self.at += len(whole) + 1 if whole else 0
        return [json.loads(line) for line in whole.splitlines()]


@dataclass(frozen=True, slots=True)
class Slack:
    """The running program: where it is, what it wrote down, and how it is told what to do."""

    url: str
    token: str
    app_token: str
    state: Path
    session: ClientSession

    async def do(self, what: str, **details: object) -> None:
        """Let something happen in it. Raises RuntimeError where it could not."""
        address = self.url.replace("/api/", "/_fake/do")
        async with self.session.post(address, json={"do": what, **details}) as reply:
            if reply.status != 200:
                raise RuntimeError(await reply.text())

    async def ask(self, what: str) -> dict[str, Any]:
        """`state` or `messages`."""
        async with self.session.get(self.url.replace("/api/", f"/_fake/{what}")) as reply:
            found: dict[str, Any] = await reply.json()
            return found

    async def messages(self) -> list[dict[str, Any]]:
        """What stands in the channels now."""
        found: list[dict[str, Any]] = (await self.ask("messages"))["messages"]
        return found

    async def connected(self) -> bool:
        """Whether somebody listens."""
        return bool((await self.ask("state"))["sockets"])

    def lines(self, name: str) -> list[dict[str, Any]]:
        """All that it wrote down of one kind."""
        return Tail(self.state / f"{name}.jsonl").new()

    def audit(self) -> dict[str, Any]:
        """Its own sum of what was posted."""
        command = [sys.executable, str(RIG), "--audit", str(self.state), "--audit-key", "delivery_id,part"]
        found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
        return found


@asynccontextmanager
async def slack(folder: Path, people: Sequence[str], rooms: Sequence[Room], speed: float = 1.0) -> AsyncIterator[Slack]:
    """The program on a free port; its limits are so much wider than Slack's."""
    workspace = {"users": [{"id": one, "name": one.lower(), "real_name": one, "tz": ZONE} for one in people],
                 "channels": [{"id": room.id, "name": room.name, "is_member": True} for room in rooms]}
    file, state = folder / "workspace.json", folder / "slack"
    file.write_text(json.dumps(workspace))
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(RIG), "--port", "0", "--state", str(state), "--workspace", str(file),
        "--post-rate", f"{speed}", "--tier-scale", f"{speed}", "--workspace-per-minute", f"{300 * speed}",
        stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout
        ready = json.loads(await process.stdout.readline())
        async with ClientSession() as session:
            yield Slack(ready["base_url"], ready["bot_token"], ready["app_token"], state, session)
    finally:
        process.terminate()
        await process.wait()


def configured(
    folder: Path, where: Slack, rooms: Sequence[Room], feeds: Sequence[tuple[str, str]], *, admins: Sequence[str] = (),
    packs: Sequence[str] = (), more: str = "",
) -> Path:
    """A config.toml with these channels and feeds (address, outlet), written anew; `more` are further tables."""
    ports = sorted({address.split("/")[2] for address, _ in feeds})
    lines = ["[rules]", 'folders = ["team"]', f"packs = {json.dumps(list(packs))}", "[storage]",
             'database = "day.db"', "[slack]", f'base_url = "{where.url}"', f"admins = {json.dumps(list(admins))}",
             "[network]", f"allow = {json.dumps(ports)}", "host_gap_seconds = 0", "per_host = 10", "[polling]",
             "fetch_pages = false", "tick_seconds = 1", more]
    for address, outlet in feeds:
        lines += ["[[feed]]", f'url = "{address}"', f'outlet = "{outlet}"']
    for room in rooms:
        lines += ["[[channel]]", f'id = "{room.id}"', f'name = "{room.name}"', f"slots = {room.slots}",
                  f'timezone = "{ZONE}"', 'no_news_at = "never"', room.more]
    (folder / "config.toml").write_text("\n".join(lines) + "\n")
    return folder / "config.toml"


@dataclass(slots=True)
class Bot:
    """The bot, life after life, with its log in one file."""

    config: Path
    slack: Slack
    process: Process | None = None
    ended: list[int] = field(default_factory=list)

    async def start(self) -> None:
        """Begin a life, and wait until it listens."""
        with (self.config.parent / "bot.log").open("ab") as log:
            self.process = await self._begin("run", out=log.fileno())
        await until(self._listens, "the bot does not listen")

    async def _listens(self) -> bool:
        if self.process and self.process.returncode is not None:
            raise RuntimeError("the bot ended by itself; its log says why")
        return await self.slack.connected()

    async def command(self, *words: str) -> int:
        """A command of the terminal beside it; its status. What it says stands in the log."""
        with (self.config.parent / "bot.log").open("ab") as log:
            return await (await self._begin(*words, out=log.fileno())).wait()

    async def end(self, number: signal.Signals) -> int:
        """End this life with a signal; what it left with."""
        assert self.process
        with suppress(ProcessLookupError):
            self.process.send_signal(number)
        self.ended.append(await asyncio.wait_for(self.process.wait(), 60))
        return self.ended[-1]

    async def _begin(self, *words: str, out: int) -> Process:
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("SLACK_", "DATELINE_"))}
        environment |= {"SLACK_BOT_TOKEN": self.slack.token, "SLACK_APP_TOKEN": self.slack.app_token,
                        "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
        return await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-c", "import sys, bot; sys.exit(bot.main())", *words, "--config", str(self.config),
            cwd=ROOT, env=environment, stdout=out, stderr=out)


@asynccontextmanager
async def running(config: Path, where: Slack) -> AsyncIterator[Bot]:
    """The bot, begun, and killed with the block where it still lives."""
    bot = Bot(config, where)
    await bot.start()
    try:
        yield bot
    finally:
        if bot.process and bot.process.returncode is None:
            await bot.end(signal.SIGKILL)


async def until(condition: Callable[[], Any], what: str, seconds: float = 120.0) -> None:
    """Wait for something another process does. Raises TimeoutError, with what is wrong, where it never does."""
    end = time.monotonic() + seconds
    while not await condition():
        if time.monotonic() > end:
            raise TimeoutError(what)
        await asyncio.sleep(0.1)
