"""The child process in which documents of strangers are opened: `python -P -m monitor.collect.child`.

It reads requests on its standard input until that ends, so it dies with its parent. Before the first one it gives
away what a document could make it misuse: memory, processor time, files, the network. Parsers are loaded by the job
that needs them: a child that reads feeds alone never carries what article pages need.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import sys
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any, BinaryIO

from monitor.collect import wire
from monitor.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Callable

_NETWORK = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.bind"}
_OPENERS = {
    "feed": ("monitor.collect.feed", "parse_feed"),
    "page": ("monitor.collect.page", "extract_page"),
    "watch": ("monitor.collect.watch", "extract_watched"),
    "robots": ("monitor.collect.robots", "robots_verdict"),
    "discover": ("monitor.collect.discover", "discover"),
}
_EXAMPLES = {
    "feed": b'<rss version="2.0"><channel><title>T</title><item><title>A</title></item></channel></rss>',
    "page": b"<!doctype html><html><head><title>T</title></head><body><p>A town.</p></body></html>",
}


def main() -> None:
    """Answer requests until the parent closes the pipe; the first answer says that the parsers are loaded."""
    memory, seconds, job = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
    requests, answers = sys.stdin.buffer, _own_output()
    _load(job)
    _give_up_rights(memory)
    _send(answers, wire.frame({}))
    while head := requests.read(wire.HEAD.size):
        length, size = wire.HEAD.unpack(head)
        request, body = json.loads(requests.read(length)), requests.read(size)
        _limit_time(seconds)
        answer, rows = _answer(request, body)
        _send(answers, wire.frame(answer, rows))
        if answer.get("kind") == "memory":
            return  # what is left of the heap is in pieces: a fresh child is cheaper than a cramped one


def _send(answers: BinaryIO, frame: bytes) -> None:
    answers.write(frame)
    answers.flush()


def _own_output() -> BinaryIO:
    """The pipe to the parent, moved away from descriptor 1 so that no library's print gets between the answers."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _load(job: str) -> None:
    """Open an example: whatever the job loads at its first document, no stranger's document is charged with."""
    if job:
        with contextlib.suppress(DocumentError):
            _opener(job)(_EXAMPLES[job], url="https://example.org/", content_type="")


def _give_up_rights(memory: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to end
    sys.addaudithook(_refuse_network)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _refuse_network(event: str, _: tuple[object, ...]) -> None:
    if event in _NETWORK:
        raise PermissionError("no document is a reason to call anybody")


def _limit_time(seconds: float) -> None:
    # The parent kills at its own deadline; this one holds when the parent is stopped or gone.
    used = int(time.process_time() + seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (used, resource.RLIM_INFINITY))


def _answer(request: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    began = time.process_time()
    try:
        head, rows = wire.to_wire(_opener(request.pop("job"))(body, **request))
    except DocumentError as error:
        return {"kind": error.kind, "message": str(error)}, b""
    except MemoryError:
        return {"kind": "memory", "message": ""}, b""
    except Exception as error:  # noqa: BLE001 - parsers raise anything on hostile input; the parent records it for this feed
        return {"kind": "crash", "message": f"{type(error).__name__} in {_where(error)}"}, b""
    return {"document": head, "seconds": time.process_time() - began}, rows


def _where(error: Exception) -> str:
    """File and line of the innermost frame. What the error says is left out: it may be words of the document."""
    import traceback
    from pathlib import Path

    *_, (frame, line) = traceback.walk_tb(error.__traceback__)
    return f"{Path(frame.f_code.co_filename).name}:{line}"


def _opener(job: str) -> Callable[..., wire.Document]:
    if job != "feed":
        import logging  # 0.5 MB

        logging.disable()  # trafilatura reports each page that it cannot read, which the answer says anyway
    module, name = _OPENERS[job]
    opener: Callable[..., wire.Document] = getattr(import_module(module), name)
    return opener


if __name__ == "__main__":
    main()
