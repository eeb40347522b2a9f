"""The whole bot, killed at a named point of collecting: `python -m tests.crash_collect_bot`.

Each line on standard input is one life (JSON: a Life, and the Doom it meets), lived by a child process of its own; a
line on standard output says its number, another how it ended. The product has no hook for this: it is seen from
the statements that go to the database, and from its calls of the child process that opens documents.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, event, text

from monitor.collect.sandbox import Sandbox
from monitor.cycle import run_cycle
from storage.database import Database, open_database
from tests.collect_life import Life, living
from tests.crash_driver import die, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.cycle import House

# Where a point is in the database: the statement that leads to it, and whether it lies before that, after it, or after
# its transaction was committed.
STATEMENTS = {
    "t1.begin": (r"INSERT INTO articles\b", "before"), "t1.mid": (r"INSERT INTO entries\b", "after"),
    "t1.commit": (r"INSERT INTO entries\b", "committed"),
    "page.stored": (r"UPDATE articles SET .*page_state", "committed"),
    "match.mid": (r"INSERT INTO matches\b", "after"), "match.commit": (r"INSERT INTO matches\b", "committed"),
    "prune.mid": (r"UPDATE articles SET .*erased_at", "after"), "migrate.mid": (r"CREATE (TABLE|INDEX)", "after"),
    "reload.mid": (r"INSERT INTO rule_sets\b", "after"),
}
OPENING = 0.002  # seconds after which a child is at work on its document
# Every article in a message, and no message open.
DONE = ("SELECT (SELECT count(*) FROM digest_items) >= :articles AND NOT EXISTS "
        "(SELECT 1 FROM deliveries WHERE state IN ('pending', 'sending', 'uncertain'))")


@dataclass(slots=True)
class Doom:
    """The end of a life: the `nth` time that it comes to `point`; none where that is "" or the site's to bring."""

    point: str = ""
    nth: int = 1
    statement: re.Pattern[str] = field(init=False)
    when: str = field(init=False)
    seen: bool = False  # in the transaction under way

    def __post_init__(self) -> None:
        pattern, self.when = STATEMENTS.get(self.point, ("(?!)", ""))
        self.statement = re.compile(pattern, re.IGNORECASE | re.DOTALL)

    def comes(self) -> None:
        """Count, and end it there."""
        self.nth -= 1
        if self.nth == 0:
            die()

    def before(self, *call: Any) -> None:  # noqa: ANN401 - what SQLAlchemy gives
        """A statement goes to the database."""
        if self.when == "before" and self.statement.match(call[2]):
            self.comes()

    def after(self, *call: Any) -> None:  # noqa: ANN401 - what SQLAlchemy gives
        """A statement was executed."""
        if self.statement.match(call[2]):
            self.seen = True
            if self.when == "after":
                self.comes()

    def committed(self) -> None:
        """A transaction ended well."""
        if self.seen and self.when == "committed":
            self.comes()
        self.seen = False

    def watch(self) -> None:
        """From now on, everything in this process."""
        event.listen(Engine, "before_cursor_execute", self.before)
        event.listen(Engine, "after_cursor_execute", self.after)
        _wrap_write(self)
        if self.point == "parse.child":
            _wrap_open(self)


def _wrap_write(doom: Doom) -> None:
    write = Database.write

    @contextmanager
    def watched(self: Database) -> Iterator[Any]:
        with write(self) as connection:
            yield connection
        doom.committed()

    Database.write = watched  # type: ignore[method-assign]  # in this process alone, which is there to be killed


def _wrap_open(doom: Doom) -> None:
    parse_feed = Sandbox.parse_feed

    async def watched(self: Sandbox, *args: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it is asked
        opening = asyncio.create_task(parse_feed(self, *args, **named))
        await asyncio.sleep(OPENING)
        doom.comes()
        return await opening

    Sandbox.parse_feed = watched  # type: ignore[method-assign]  # as above


async def live(life: Life, articles: int) -> None:
    """Round after round, until so many articles are told; or the time is over."""
    end = asyncio.get_running_loop().time() + life.seconds
    async with living(life) as house:
        while asyncio.get_running_loop().time() < end and not _done(house, articles):
            await run_cycle(house)
            await asyncio.sleep(0.05)


def _done(house: House, articles: int) -> bool:
    with house.database.read() as connection:
        return bool(connection.execute(text(DONE), {"articles": articles}).scalar())


def bear(order: dict[str, Any]) -> dict[str, int]:
    """Live one life in a child process; how it ended."""
    child = os.fork()
    if not child:
        os._exit(_child(Life(**order["life"]), Doom(**order["doom"]), order["articles"]))
    say({"pid": child})
    _, status = os.waitpid(child, 0)
    return {"signal": os.WTERMSIG(status)} if os.WIFSIGNALED(status) else {"status": os.WEXITSTATUS(status)}


def _child(life: Life, doom: Doom, articles: int) -> int:
    doom.watch()
    try:
        asyncio.run(live(life, articles))
    except BaseException:  # the child must not go on as its parent; what happened is in the log
        logging.exception("this life ended in an error")
        return 1
    return 0


def main() -> None:
    """Live what is asked for, one life a line."""
    with tempfile.TemporaryDirectory() as folder:  # loads what a first database needs, so that no child has to
        open_database(f"sqlite:///{folder}/first.db").close()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(process)d %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    for line in sys.stdin:
        say(bear(json.loads(line)))


if __name__ == "__main__":
    main()
