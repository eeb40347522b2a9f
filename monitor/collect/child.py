"""The child process in which documents of strangers are opened: `python -P -m monitor.collect.child`.

It reads requests on its standard input until that ends, so it dies with its parent. Before the first one it gives
away what a document could make it misuse: memory, processor time, files, the network.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from monitor.collect import wire
from monitor.collect.feed import parse_feed
from monitor.collect.page import extract_page
from monitor.errors import DocumentError

if TYPE_CHECKING:
    from monitor.collect.model import ExtractedPage, ParsedFeed

_NETWORK = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.bind"}


def main() -> None:
    """Answer requests until the parent closes the pipe."""
    memory, seconds = int(sys.argv[1]), float(sys.argv[2])
    requests, answers = sys.stdin.buffer, _own_output()
    _give_up_rights(memory)
    while head := requests.read(wire.HEAD.size):
        length, size = wire.HEAD.unpack(head)
        request, body = json.loads(requests.read(length)), requests.read(size)
        _limit_time(seconds)
        answer = _answer(request, body)
        answers.write(wire.frame(answer))
        answers.flush()
        if answer.get("kind") == "memory":
            return  # what is left of the heap is in pieces: a fresh child is cheaper than a cramped one


def _own_output() -> BinaryIO:
    """The pipe to the parent, moved away from descriptor 1 so that no library's print gets between the answers."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _give_up_rights(memory: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to end
    logging.disable()  # trafilatura reports each page that it cannot read, which the answer says anyway
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


def _answer(request: dict[str, Any], body: bytes) -> dict[str, Any]:
    try:
        return {"document": wire.to_json(_opened(request, body))}
    except DocumentError as error:
        return {"kind": error.kind, "message": str(error)}
    except MemoryError:
        return {"kind": "memory", "message": ""}
    except Exception as error:  # noqa: BLE001 - parsers raise anything on hostile input; the parent records it for this feed
        return {"kind": "crash", "message": f"{type(error).__name__} in {_where(error)}"}


def _where(error: Exception) -> str:
    """File and line of the innermost frame. What the error says is left out: it may be words of the document."""
    *_, (frame, line) = traceback.walk_tb(error.__traceback__)
    return f"{Path(frame.f_code.co_filename).name}:{line}"


def _opened(request: dict[str, Any], body: bytes) -> ParsedFeed | ExtractedPage:
    opener = parse_feed if request["job"] == "feed" else extract_page
    return opener(body, url=request["url"], content_type=request["content_type"])


if __name__ == "__main__":
    main()
