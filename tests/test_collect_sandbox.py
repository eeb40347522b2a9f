"""The child process: what it answers, and what a document can do to it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monitor.collect import child, wire
from monitor.collect.model import Entry, ExtractedPage, ParsedFeed
from monitor.collect.sandbox import Sandbox
from monitor.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

FEED = b'<rss version="2.0"><channel><title>T</title><item><title>Caf\xc3\xa9</title></item></channel></rss>'
EVIL = b'<rss version="2.0"><channel><item><author>' + b"a" * 60_000 + b"</author></item></channel></rss>"
PAGE = b"<!doctype html><html><body><article><h1>T</h1><p>" + b"A story is told here. " * 30 + b"</p></article></html>"


def within(job: Callable[[Sandbox], Awaitable[object]], sandbox: Sandbox | None = None) -> object:
    """Run `job` with a sandbox that is closed afterwards."""

    async def run() -> object:
        opened = sandbox or Sandbox()
        try:
            return await job(opened)
        finally:
            await opened.aclose()

    return asyncio.run(run())


async def titles(sandbox: Sandbox, body: bytes = FEED) -> list[str]:
    feed = await sandbox.parse_feed(body, url="https://a.example/feed", content_type="application/rss+xml")
    return [entry.title for entry in feed.entries]


async def failure(sandbox: Sandbox, body: bytes) -> str:
    with pytest.raises(DocumentError) as caught:
        await titles(sandbox, body)
    return caught.value.kind


def test_feeds_and_pages_are_read_in_the_child() -> None:
    """One warm child serves both, and this process loads no parser."""

    async def both(sandbox: Sandbox) -> tuple[list[str], str]:
        page = await sandbox.extract_page(PAGE, url="https://a.example/1", content_type="text/html")
        return await titles(sandbox), page.text

    found = within(both)
    assert (["Café"], True) == (found[0], found[1].startswith("A story"))  # type: ignore[index] # both() says what it is


def test_a_document_error_comes_through_with_its_words() -> None:
    """The child stays, and says what was wrong."""

    async def refused(sandbox: Sandbox) -> list[str]:
        with pytest.raises(DocumentError, match="an empty answer") as caught:
            await titles(sandbox, b"")
        assert "not-a-feed" == caught.value.kind
        return await titles(sandbox)

    assert ["Café"] == within(refused)


def test_a_document_that_hangs_the_parser_is_given_up() -> None:
    """60 kB of author would take half a minute; the next document is read all the same."""

    async def hang(sandbox: Sandbox) -> tuple[str, list[str]]:
        return await failure(sandbox, EVIL), await titles(sandbox)

    assert ("timeout", ["Café"]) == within(hang, Sandbox(deadline=2.0))


def test_a_document_that_eats_memory_is_given_up() -> None:
    """The limit holds for the child alone, which is replaced."""
    heavy = b'<rss version="2.0"><channel><item><title>' + b"<a>" * 300_000

    async def eat(sandbox: Sandbox) -> tuple[str, list[str]]:
        return await failure(sandbox, heavy), await titles(sandbox)

    assert ("memory", ["Café"]) == within(eat, Sandbox(memory_mb=64))


def test_a_parser_that_fails_is_named_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was raised, in which file and line; what it says stays in the child, for it may be the document's words."""
    def parser(body: bytes, **_: str) -> ParsedFeed:
        raise ValueError(body.decode())

    monkeypatch.setattr(child, "parse_feed", parser)
    answer = child._answer({"job": "feed", "url": "https://a.example/key", "content_type": ""}, b"words of a stranger")

    line = parser.__code__.co_firstlineno + 1
    assert {"kind": "crash", "message": f"ValueError in test_collect_sandbox.py:{line}"} == answer


@pytest.mark.parametrize(("said", "shown"), [
    ("ValueError in feed.py:12", " (ValueError in feed.py:12)"), ("the words of a stranger", ""), (None, "")])
def test_where_a_parser_failed_is_told(said: str | None, shown: str) -> None:
    """File and line reach the error of the feed, and nothing else that a child may say of a crash."""
    error = Sandbox()._refusal({"kind": "crash", "message": said})
    assert str(error).endswith(f"does not survive{shown}")


def test_a_child_that_dies_is_replaced() -> None:
    """Killed from outside in the middle of a document, it costs that document only."""

    async def killed(sandbox: Sandbox) -> tuple[str, list[str]]:
        await titles(sandbox)
        document = asyncio.create_task(failure(sandbox, EVIL))
        await asyncio.sleep(0.05)
        os.kill(child_of(sandbox), signal.SIGKILL)
        return await document, await titles(sandbox)

    assert ("crash", ["Café"]) == within(killed)


def test_a_caller_that_gives_up_leaves_no_answer_behind() -> None:
    """A cancelled document's answer is not taken for the next one's."""

    async def cancel(sandbox: Sandbox) -> list[str]:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await titles(sandbox, FEED.replace(b"Caf", b"Old"))
        return await titles(sandbox)

    assert ["Café"] == within(cancel)


def test_documents_wait_for_their_turn() -> None:
    """Many at once, two children, each its own answer."""
    bodies = [FEED.replace(b"Caf", str(number).encode()) for number in range(20)]

    async def many(sandbox: Sandbox) -> list[list[str]]:
        return await asyncio.gather(*(titles(sandbox, body) for body in bodies))

    assert [[f"{number}é"] for number in range(20)] == within(many, Sandbox(children=2))


def test_no_secret_reaches_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its environment holds nothing of this one's."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-hunter2")

    async def environment(sandbox: Sandbox) -> bytes:
        await titles(sandbox)
        return Path(f"/proc/{child_of(sandbox)}/environ").read_bytes()

    if not Path("/proc/self/environ").exists():
        pytest.skip("only Linux shows a process's environment")
    assert b"hunter2" not in within(environment)  # type: ignore[operator] # environment() says what it is


def test_the_child_can_reach_nobody() -> None:
    """Whatever a parser is led to try, no connection is made and no file written."""
    program = (
        "from monitor.collect import child\n"
        "import socket\n"
        "child._give_up_rights(10**9)\n"
        "try: socket.create_connection(('127.0.0.1', 9))\n"
        "except PermissionError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "no document is a reason to call anybody" == done.stdout.strip()


def test_the_child_ends_with_its_parent() -> None:
    """When the pipe closes, for whatever reason, the child is done."""
    command = [sys.executable, "-P", "-m", "monitor.collect.child", str(10**9), "10"]
    assert 0 == subprocess.run(command, stdin=subprocess.DEVNULL, check=False, timeout=30).returncode


def test_documents_survive_the_wire(now: datetime) -> None:
    """What the child packs is what the parent unpacks, times and odd characters included."""
    entry = Entry("g", "https://a.example/", "T", published_at=now, author="Ñ\u2028")
    feed = ParsedFeed("F", (entry,), whole=False, version="rss20", dropped=3)
    page = ExtractedPage("T", "one\ntwo", published_at=now, cut=True)
    assert feed == wire.feed_from_json(unpacked(wire.frame(wire.to_json(feed))))
    assert page == wire.page_from_json(unpacked(wire.frame(wire.to_json(page))))


@pytest.mark.parametrize("fields", [{}, {"entries": [{"guid": 1}]}, {"entries": [], "surprise": 1}, {"entries": 5}])
def test_an_answer_of_another_shape_is_not_believed(fields: dict[str, object]) -> None:
    """A child that was taken over cannot make up new kinds of documents."""
    with pytest.raises((KeyError, TypeError, ValueError)):
        wire.feed_from_json(fields)


def unpacked(frame: bytes) -> dict[str, object]:
    length, _ = wire.HEAD.unpack(frame[: wire.HEAD.size])
    found: dict[str, object] = json.loads(frame[wire.HEAD.size : wire.HEAD.size + length])
    return found


def child_of(sandbox: Sandbox) -> int:
    process = sandbox._children[0]._process  # tests alone need to find it
    assert process is not None
    return process.pid
