"""The child process: what it answers, and what a document can do to it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from monitor.collect import child, wire
from monitor.collect import sandbox as sandbox_module
from monitor.collect.lane import Lane
from monitor.collect.model import Entry, ExtractedPage, Hints, ParsedFeed
from monitor.collect.sandbox import Sandbox
from monitor.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

FEED = b'<rss version="2.0"><channel><title>T</title><item><title>Caf\xc3\xa9</title></item></channel></rss>'
# The unknown entity is not well-formed, which leaves it to feedparser.
EVIL = (b'<rss version="2.0"><channel><item><title>&huh;</title><author>' + b"a" * 60_000
        + b"</author></item></channel></rss>")
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


async def titles(sandbox: Sandbox, body: bytes = FEED, *, quick: bool = False) -> list[str]:
    feed = await sandbox.parse_feed(body, url="https://a.example/feed", content_type="application/rss+xml", quick=quick)
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

    monkeypatch.setattr(child, "_opener", lambda _: parser)
    request = {"job": "feed", "url": "https://a.example/key", "content_type": ""}
    answer, _ = child._answer(request, b"words of a stranger")

    line = parser.__code__.co_firstlineno + 1
    assert {"kind": "crash", "message": f"ValueError in test_collect_sandbox.py:{line}"} == answer


@pytest.mark.parametrize(("said", "shown"), [
    ("ValueError in feed.py:12", " (ValueError in feed.py:12)"), ("the words of a stranger", ""), (None, "")])
def test_where_a_parser_failed_is_told(said: str | None, shown: str) -> None:
    """File and line reach the error of the feed, and nothing else that a child may say of a crash."""
    error = sandbox_module._refusal({"kind": "crash", "message": said}, 10.0)
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


def test_a_hang_holds_up_only_its_kind() -> None:
    """While a document takes its time in the slow lane, feeds, pages and robots.txt are read as ever."""

    async def beside(sandbox: Sandbox) -> tuple[list[str], str, tuple[bool, ...], str]:
        slow = asyncio.create_task(failure(sandbox, EVIL))
        quick = await sandbox.parse_feed(FEED, url="https://a.example/feed", content_type="", quick=True)
        page = await sandbox.extract_page(PAGE, url="https://a.example/1", content_type="text/html", quick=True)
        asked = ["https://a.example/1", "https://a.example/private"]
        verdict = await sandbox.robots(b"User-agent: *\nDisallow: /private", agent="Dateline", urls=asked)
        assert not slow.done()
        return [entry.title for entry in quick.entries], page.text[:7], verdict.allowed, await slow

    assert (["Café"], "A story", (True, False), "timeout") == within(beside, Sandbox(deadline=8.0))


def test_a_further_child_comes_where_one_is_held_up() -> None:
    """One opens all documents, until one of them takes long: then the next is not kept waiting."""

    async def help_comes() -> tuple[int, bool]:
        lane = Lane(2, 10.0, 512 * 1024 * 1024)
        asked = {"job": "feed", "url": "https://a.example/feed", "content_type": ""}
        await asyncio.gather(*(lane.open(asked, FEED) for _ in range(5)))
        warm = sum(child.process is not None for child in lane.children)
        slow = asyncio.create_task(lane.open(asked, EVIL))
        await lane.open(asked, FEED)
        waits = not slow.done()
        slow.cancel()
        await asyncio.gather(slow, return_exceptions=True)
        await lane.aclose()
        return warm, waits

    assert (1, True) == asyncio.run(help_comes())


def test_what_takes_long_is_stopped_early_where_it_must_be_quick() -> None:
    """A quick request is given up long before the deadline of the slow lane, and says so."""

    async def hang(sandbox: Sandbox) -> str:
        with pytest.raises(DocumentError, match=r"longer than 1\.5 seconds") as caught:
            await sandbox.parse_feed(EVIL, url="https://a.example/feed", content_type="", quick=True)
        return caught.value.kind

    assert "timeout" == within(hang, Sandbox(deadline=60.0))


def test_other_documents_are_read_in_the_child() -> None:
    """A watched page in its paragraphs, and the feeds that a page points at."""
    page = b'<html><head><title>T</title><link rel=alternate type=application/rss+xml href=/feed></head><body>' \
           b"<p>One paragraph.</p><p>And another one.</p></body></html>"

    async def read(sandbox: Sandbox) -> tuple[tuple[str, ...], list[str]]:
        there = "https://a.example/"
        watched = await sandbox.watch_page(page, url=there, content_type="text/html", selector="p", quick=True)
        found = await sandbox.discover(page, url=there, content_type="text/html")
        return watched.paragraphs, [feed.url for feed in found.feeds]

    assert (("One paragraph.", "And another one."), ["https://a.example/feed"]) == within(read)


def test_documents_wait_for_their_turn() -> None:
    """Many at once, each its own answer."""
    bodies = [FEED.replace(b"Caf", str(number).encode()) for number in range(20)]

    async def many(sandbox: Sandbox) -> list[list[str]]:
        return await asyncio.gather(*(titles(sandbox, body, quick=True) for body in bodies))

    assert [[f"{number}é"] for number in range(20)] == within(many)


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
    command = [sys.executable, "-P", "-m", "monitor.collect.child", str(10**9), "10", "feed"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False, timeout=30)
    assert (0, wire.frame({})) == (done.returncode, done.stdout)


def test_documents_survive_the_wire(now: datetime) -> None:
    """What the child packs is what the parent unpacks, times and odd characters included."""
    entry = Entry("g", "https://a.example/", "T", published_at=now, author="Ñ\u2028\n")
    feed = ParsedFeed("F", (entry,), whole=False, version="rss20", dropped=3, hints=Hints(60, (1, 2), (6,)))
    page = ExtractedPage("T", "one\ntwo", published_at=now, cut=True)
    assert feed == wire.feed_from_wire(*unpacked(feed))
    assert page == wire.page_from_wire(*unpacked(page))


@pytest.mark.parametrize(("head", "lines"), [
    ({}, []), ({"hints": 5}, []), ({"title": "T", "surprise": 1}, []), ({}, [5]), ({}, [["only", "three", "texts"]]),
    ({}, [[{}, "", "", "", "", None, None, "", ""]]), ({}, [["", "", "", "", "", 5, None, "", ""]])])
def test_an_answer_of_another_shape_is_not_believed(head: dict[str, object], lines: list[object]) -> None:
    """A child that was taken over cannot make up new kinds of documents."""
    hints: dict[str, object] = {"hints": {"minutes": None, "skip_hours": [], "skip_days": []}}
    rest = {"whole": True, "version": "rss20"} if lines else {}
    with pytest.raises((KeyError, TypeError, ValueError)):
        wire.feed_from_wire(hints | rest | head, lines)


@pytest.mark.parametrize("body", [
    b"{}", bytes(8), wire._TABLE.pack(2**32 - 1, 2**32 - 1), wire._TABLE.pack(9, 0), wire._TABLE.pack(1, 1) + b"abcd",
    wire._TABLE.pack(1, 1) + bytes([0, 0, 0, 3]) + b"ab", wire._TABLE.pack(1, 1) + bytes([0, 0, 0, 1]) + b"\xff"])
def test_a_table_of_another_shape_is_not_believed(body: bytes) -> None:
    """One that breaks off, says of more texts than came, or holds no text at all."""
    with pytest.raises(ValueError, match=r".+"):
        wire.rows(body)


def unpacked(document: wire.Document) -> tuple[dict[str, Any], list[Any]]:
    """What comes out of the pipe of a document that went in."""
    frame = wire.frame(*wire.to_wire(document))
    length, _ = wire.HEAD.unpack(frame[: wire.HEAD.size])
    cut = wire.HEAD.size + length
    return json.loads(frame[wire.HEAD.size:cut]), wire.rows(frame[cut:])


def child_of(sandbox: Sandbox) -> int:
    process = sandbox._slow.children[0].process  # tests alone need to find it
    assert process is not None
    return process.pid
