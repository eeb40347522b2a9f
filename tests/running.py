"""The real program against a real site: config file, subprocess, and a Slack that keeps what reached it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from monitor.demo.site import Site

TOKEN = "xoxb-test-token"
CHANNELS = {"C0000RAIDS": "raids", "C0000POLICY": "policy"}


@dataclass(slots=True)
class Slack:
    """A Slack that takes every post after `delay` seconds and keeps it before it answers; nobody can read it back."""

    url: str = ""
    delay: float = 0.0
    posts: list[dict[str, Any]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def keys(self) -> list[tuple[str, int]]:
        """Delivery id and part of every post, in order of arrival."""
        found = [post["metadata"]["event_payload"] for post in self.posts]
        return [(payload["delivery_id"], payload["part"]) for payload in found]

    def text(self) -> str:
        """Everything that reached it, to look for words in."""
        return json.dumps(self.posts, ensure_ascii=False)


@contextmanager
def slack(delay: float = 0.0) -> Iterator[Slack]:
    """A running Slack."""
    state = Slack(delay=delay)

    class Visit(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"] or 0))
            if self.path.endswith("/chat.postMessage"):
                self.say(self.take(json.loads(sent)))
            else:  # who it is, and channels in which nothing stands
                self.say({"bot_id": "B1", "messages": []})

        def take(self, body: dict[str, Any]) -> dict[str, Any]:
            time.sleep(state.delay)
            with state.lock:
                state.posts.append(body)
                ts = f"{1_700_000_000 + len(state.posts)}.000100"
            return {"ts": ts, "channel": body["channel"]}

        def say(self, content: dict[str, Any]) -> None:
            answer = json.dumps({"ok": True, **content}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Visit)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}/api/"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


def write_config(folder: Path, site: Site, slack_url: str | None = None) -> Path:
    """A config.toml for the demo site: raids and policy channels, both at once."""
    lines = [
        "[rules]", 'packs = ["immigration"]', "[storage]", 'database = "test.db"',
        "[network]", f'allow = ["{site.url.removeprefix("http://")}"]', "host_gap_seconds = 0", "per_host = 8",
        "[polling]", "tick_seconds = 1",
    ]
    lines += ["[slack]", f'base_url = "{slack_url}"'] if slack_url else []
    for feed in site.feeds:
        lines += ["[[feed]]", f'url = "{feed.url}"', f'outlet = "{feed.outlet}"', f'home = "{feed.home}"']
    for (channel, name), topics in zip(CHANNELS.items(), (["raids"], ["detainers", "cooperation-policy"]), strict=True):
        lines += ["[[channel]]", f'id = "{channel}"', f'name = "{name}"', f"topics = {json.dumps(topics)}",
                  'slots = "now"', 'timezone = "America/New_York"']
    path = folder / "config.toml"
    path.write_text("\n".join(lines) + "\n")
    return path


def bound_by_rights() -> list[str] | None:
    """What to put before a program so that rights of files count for it, also for root; None where nothing does it."""
    if os.geteuid():
        return []
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if shutil.which("setpriv") else None


def start(
    command: list[str], config: Path, *, token: bool = True, prefix: Sequence[str] = ()
) -> subprocess.Popen[str]:
    """The program as its own process, with its output in pipes."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("SLACK_", "DATELINE_"))}
    if token:
        environment["SLACK_BOT_TOKEN"] = TOKEN
    program = [sys.executable, "-P", "-c", "import sys, bot; sys.exit(bot.main())"]
    return subprocess.Popen([*prefix, *program, *command, "--config", str(config)], env=environment, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def run(command: list[str], config: Path, *, token: bool = True) -> subprocess.CompletedProcess[str]:
    """The program, run to its end."""
    process = start(command, config, token=token)
    out, err = process.communicate(timeout=120)
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def wait_until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait for something another process does; TimeoutError where it never does."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the other process never got there")
        time.sleep(0.02)
