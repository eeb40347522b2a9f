"""The same stories against a stricter Slack, where a checkout has one beside it: a program with a manual of its own.

It validates every block, lints what it accepts and writes down what happened; its audit is held to nought here. Faults
are handed to it in its own words.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.crash_judge import Ledger, Shown
from tests.crash_plan import FROZEN, SPEED
from tests.slack_standin import UNHEARD

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from tests.crash_plan import Case

RIG = Path(__file__).resolve().parent.parent.parent / "shared" / "rigs" / "fake_slack.py"
# Our words for faults, and the rig's for those that Slack has not and has taken.
ACTIONS = {"reset": ("reset_before", "reset_after"), "close": ("close_before", "close_after"),
           "slow": ("slow", "slow_after"), "double": ("double_post", "double_post"), "limit": ("ratelimit", ""),
           "cut": ("invalid_json", "invalid_json"), "empty": ("empty_body", "empty_body"), "http": ("http", "http"),
           "error": ("error", "error")}


@dataclass(slots=True)
class Rig:
    """The rig of one story, from what it wrote down."""

    state: Path
    url: str
    token: str
    strict: bool
    died_at: list[float] = field(default_factory=list)

    def client_died(self) -> None:
        """The bot was killed."""
        self.died_at.append(time.time())

    def ledger(self) -> Ledger:
        """What reached the channels, what was wrong with the calls, and what the audit says."""
        shown: dict[tuple[str, str], Shown] = {}
        for line in _lines(self.state / "messages.jsonl"):
            place = (line["channel"], line["ts"])
            if line["op"] == "post":
                marker = (line["metadata"] or {}).get("event_payload", {})
                key = (marker.get("delivery_id", ""), marker.get("part", 0))
                broadcast = line["message"].get("subtype") == "thread_broadcast"
                shown[place] = Shown(*place, line["thread_ts"] or "", key, broadcast=broadcast)
            elif line["op"] == "delete":
                shown[place] = replace(shown[place], removed=True)
        requests = _lines(self.state / "requests.jsonl")
        over = sum(line["error"] == "ratelimited" and not line["fault"] for line in requests)
        return Ledger(list(shown.values()), self._early(requests), over, self._audit())

    def _early(self, requests: Sequence[Mapping[str, Any]]) -> int:
        """Calls that came too early, but those after a 429 that a kill left no time to write down."""
        unheard = any(line.get("retry_after") and 0 <= death - line["at"] < UNHEARD
                      for line in requests for death in self.died_at)
        return 0 if unheard else sum(bool(line["too_early"]) for line in requests)

    def _audit(self) -> list[str]:
        """What the rig's own audit finds, but messages that it stored twice itself: those are judged as removed."""
        command = [sys.executable, str(RIG), "--audit", str(self.state), "--audit-key", "delivery_id,part"]
        said = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
        found = [f"lint {code} {number} times" for code, number in said["lint"].items()]
        found += [f"{said['posts_without_metadata']} posts without a marker"] * bool(said["posts_without_metadata"])
        return found + [f"posted twice: {key}" for key in said["duplicates_by_key"] if self.strict]


@asynccontextmanager
async def rig(case: Case, folder: Path) -> AsyncIterator[Rig]:
    """The rig as a program of its own, on a free port; its clock goes right."""
    script, workspace = folder / "script.json", folder / "workspace.json"
    script.write_text(json.dumps(
        {"options": {"history_lag_s": case.lag}, "faults": [translated(fault) for fault in case.faults]}))
    workspace.write_text(json.dumps(
        {"channels": [{"id": channel, "name": channel.lower(), "is_member": True} for channel in FROZEN]}))
    fast = ["--post-rate", f"{SPEED}", "--tier-scale", f"{SPEED}", "--workspace-per-minute", f"{300 * SPEED}"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(RIG), "--port", "0", "--state", str(folder / "slack"), "--script", str(script),
        "--workspace", str(workspace), *fast,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL)
    assert process.stdout
    ready = json.loads(await asyncio.wait_for(process.stdout.readline(), 60))
    try:
        yield Rig(folder / "slack", ready["base_url"], ready["bot_token"], case.strict)
    finally:
        process.terminate()
        await process.wait()


def translated(fault: Mapping[str, Any]) -> dict[str, Any]:
    """A fault in the rig's words."""
    spec: dict[str, Any] = {"method": fault["method"], "action": ACTIONS[fault["action"]][fault["stored"]],
                            "skip": fault["skip"], "times": fault["times"], "processed": fault["stored"]}
    if fault["channel"]:
        spec["match"] = {"channel": fault["channel"]}
    return spec | {"http": {"status": fault["status"]}, "error": {"error": fault["code"]},
                   "slow": {"delay_s": fault["seconds"]}, "limit": {"retry_after": int(fault["seconds"])},
                   }.get(fault["action"], {})


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
