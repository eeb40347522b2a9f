"""Our half of benchmarks/collecting.py: polls every feed once for each line on standard input, and says so.

The whole way of a poll: due in a database on disk, fetched, opened in a child process, stored. Pages, rules and posts
are not part of it, as the peer has none.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from math import inf

from sqlalchemy import func, select

from monitor.collect.collecting import Collecting
from monitor.collect.fetch import Fetcher
from monitor.collect.sandbox import Sandbox
from monitor.collect.tools import Tools
from monitor.settings import Allowed, NetworkSettings, PollingSettings
from storage import feeds
from storage.database import Database, open_database
from storage.feeds import WantedFeed
from storage.schema import articles, entries


def now() -> datetime:
    """Our clock."""
    return datetime.now(UTC)


def counts(database: Database) -> tuple[int, int]:
    """Articles and entries stored so far."""
    with database.read() as connection:
        here, there = (connection.execute(select(func.count()).select_from(table)).scalar_one()
                       for table in (articles, entries))
    return here, there


async def main() -> None:
    """One round a line; each is answered with what it brought."""
    folder, urls = sys.argv[1], json.loads(sys.argv[2])
    allowed = tuple(Allowed("127.0.0.1", port) for port in {int(url.split(":")[2].split("/")[0]) for url in urls})
    network = NetworkSettings(allow=allowed, host_gap=0.0, per_host=20, starts_per_second=1e6)
    database, sandbox = open_database(f"sqlite:///{folder}/ours.db"), Sandbox()
    collecting = Collecting(Tools(database, Fetcher(network), sandbox, PollingSettings(fetch_pages=False), now))
    with database.write() as connection:
        feeds.sync(connection, [WantedFeed(url, f"Outlet {number}") for number, url in enumerate(urls)], now())
    print("ready", flush=True)
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.readline):
        with database.write() as connection:
            feeds.make_due(connection, now())
        polled, _ = await collecting.round(inf, lambda _, __: None)
        print(json.dumps([polled.polled, polled.failed, *counts(database)]), flush=True)
    await collecting.aclose()
    await sandbox.aclose()
    database.close()


if __name__ == "__main__":
    asyncio.run(main())
