"""Whether every encoding is read and every article kept apart: `python -m tests.isolation_titles`.

The feeds of the stricter server that change ids, links, titles and dates, and those in odd encodings, are polled a
dozen times; then the database must hold each article once, and its title as it was meant.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import ProxyHandler, build_opener

from monitor.collect.fetch import Fetcher
from monitor.collect.sandbox import Sandbox
from monitor.cycle import run_cycle
from storage import feeds
from tests.collect_life import Life, living, posted, settings
from tests.collect_rig import FEED_SERVER, feed_server

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.settings import NetworkSettings
    from tests.collect_rig import Server

POLLS = 8
STEP = 1_500.0  # seconds of the bot's clock from one poll to the next
# A rule that tells every article of these feeds: each is about one of six things, or in one of many scripts.
RULE = """[topics]
anything = 'Anything'
[[rule]]
id = 'anything'
topics = ['anything']
query = 'school OR library OR ice OR sheriff OR raid OR detainer OR immigration OR police OR item'
max_per_day = 1000000
"""
EDIT = "Police activity downtown: ICE raid"  # what a headline becomes
# How many articles each feed is about, whatever it does to ids, links, titles and dates; of the last two together.
ARTICLES = {
    "reorder": 10, "guid-change": 6, "link-change": 6, "scheme-change": 6, "domain-change": 6, "tracking": 6,
    "title-edit": 6, "update-relevant": 3, "vanish-return": 8, "undated": 6, "future": 3, "ancient": 6,
    "bad-dates": 30, "first-flood": 500, "later-flood": 303, "dup-guid": 10, "no-id": 6, "same-link": 10,
    "guid-num": 6, "guid-num-b": 6, "relative": 4, "rolling": 10 * POLLS, "lifecycle": 4, "outage": 9, "truncated": 5,
    "cut": 5, "html-then-feed": 3, "dup": 4,
}
# Where declaration and bytes disagree the bytes are what was meant; all others are what they say.
BYTES = {"utf8-bom": "utf-8-sig", "utf16le": "utf-16", "utf16be-nobom": "utf-16-be", "latin1": "latin-1",
         "cp1252-as-latin1": "cp1252", "cp1252-as-utf8": "cp1252", "koi8-r": "koi8-r", "shift-jis": "shift_jis",
         "gb2312": "gbk"}


def wanted_titles(server: Server, path: str) -> list[str]:
    """The titles of the articles of a document; of one in mixed encodings, those that are whole."""
    with build_opener(ProxyHandler({})).open(server.url(path), timeout=30) as answer:
        text = answer.read().decode(BYTES.get(path.rpartition("/")[2], "utf-8"), "replace")
    titles = (" ".join(unescape(title).split()) for title in re.findall("<title>(.*?)</title>", text)[1:])
    return [title for title in titles if "\N{REPLACEMENT CHARACTER}" not in title]


def stored(database: Path) -> dict[str, list[str]]:
    """The titles of the articles of each feed, by its path; two feeds may have the same one."""
    query = ("SELECT DISTINCT f.url, a.id, a.title FROM articles a JOIN entries e ON e.article_id = a.id "
             "JOIN feeds f ON f.id = e.feed_id WHERE a.duplicate_of IS NULL")
    found: dict[str, list[str]] = {}
    with closing(sqlite3.connect(database)) as connection:
        for url, _, title in connection.execute(query):
            found.setdefault("/" + url.split("/", 3)[3], []).append(title)
    return found


def articles(database: Path) -> dict[str, int]:
    """How many articles each of the feeds in ARTICLES brought."""
    with closing(sqlite3.connect(database)) as connection:
        dup = connection.execute(
            "SELECT count(DISTINCT a.id) FROM articles a JOIN entries e ON e.article_id = a.id JOIN feeds f "
            "ON f.id = e.feed_id WHERE f.url LIKE '%/dup/%' AND a.duplicate_of IS NULL").fetchone()[0]
    found = {path.rpartition("/")[2]: len(titles) for path, titles in stored(database).items()}
    return {name: dup if name == "dup" else found.get(name, 0) for name in ARTICLES}


def told_twice(database: Path) -> list[str]:
    """Articles in more than one message, and titles that stand in messages under two articles."""
    # The number in brackets says which article it is, however its title goes on.
    query = ("SELECT f.url, i.channel_id, a.title FROM digest_items i JOIN articles a ON a.id = i.article_id JOIN "
             "entries e ON e.article_id = a.id JOIN feeds f ON f.id = e.feed_id GROUP BY f.url, i.channel_id, a.id")
    with closing(sqlite3.connect(database)) as connection:
        told = Counter((url, channel, re.sub(r"(\(.* #\d+\)).*", r"\1", title))
                       for url, channel, title in connection.execute(query) if "#" in title)
    return [f"{title} of {url}" for (url, _, title), number in told.items() if number > 1]


async def polled(life: Life, rounds: int) -> None:
    """So many polls of every feed, a round each, on a clock that stands still in between."""
    moments = [datetime.fromtimestamp(life.began + number * STEP, UTC) for number in range(rounds + 1)]
    async with living(life, lambda: moments[0]) as house:
        for _ in range(rounds):
            with house.database.write() as connection:
                feeds.make_due(connection, house.clock())
            await run_cycle(house)
            moments.pop(0)
        await house.finish()


async def titles_wrong(server: Server, network: NetworkSettings, paths: Sequence[str]) -> list[str]:
    """Encodings in which a title that should be there is not. All have the same links, so none is stored."""
    wrong, fetcher, sandbox = [], Fetcher(network), Sandbox()
    for path in paths:
        fetched = await fetcher.fetch(server.url(path))
        parsed = await sandbox.parse_feed(fetched.body, url=fetched.url, content_type=fetched.content_type)
        titles = [entry.title for entry in parsed.entries]
        wrong += [f"{path}: {title!r} is not among {titles}" for title in wanted_titles(server, path)
                  if title not in titles]
    await sandbox.aclose()
    return wrong


def main(arguments: Sequence[str] | None = None) -> int:
    """All of it; 0 where nothing is missing and nothing twice."""
    parser = argparse.ArgumentParser(prog="python -m tests.isolation_titles", description=__doc__)
    parser.add_argument("--pages", action="store_true", help="read the pages of the articles, too")
    parser.add_argument("--keep", type=Path, help="folder that is left with database and logs")
    wanted = parser.parse_args(arguments)
    if not FEED_SERVER.exists():
        sys.exit(f"the feed server is not there: {FEED_SERVER}")
    with ExitStack() as stack:
        folder = wanted.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        rules = folder / "rules"
        rules.mkdir(exist_ok=True)
        (rules / "anything.toml").write_text(RULE)
        server = stack.enter_context(feed_server(folder, "feeds"))
        encodings, sources = server.feeds("enc"), server.feeds("seq")
        life = Life(str(folder), [(server.url(path), f"Outlet {path}", True) for path in sources], [server.port],
                    time.time(), 0.0, pages=wanted.pages, rules=str(rules),
                    network={"host_gap": 0.0, "per_host": 8, "starts_per_second": 1_000.0})
        asyncio.run(polled(life, POLLS))
        titles = asyncio.run(titles_wrong(server, settings(life).network, encodings))
        said = report(folder, titles)
        figures = f"{len(encodings)} encodings, {len(posted(folder / 'posted.jsonl'))} messages"
    sys.stdout.write("\n".join([figures, *(f"{kind}: {one}" for kind, found in said.items() for one in found), ""]))
    return int(any(said.values()))


def report(folder: Path, titles: list[str]) -> dict[str, list[str]]:
    """What is wrong, by kind."""
    found = articles(folder / "dateline.db")
    counts = {name: f"{name}: {found[name]} articles of {number}" for name, number in ARTICLES.items()}
    edited = len({line["body"]["metadata"]["event_payload"]["delivery_id"]
                  for line in posted(folder / "posted.jsonl") if EDIT in json.dumps(line["body"])})
    return {
        "encoding": titles,
        "missed": [text for name, text in counts.items() if found[name] < ARTICLES[name]],
        "duplicate": [text for name, text in counts.items() if found[name] > ARTICLES[name]],
        "told twice": told_twice(folder / "dateline.db"),
        "edit": [f"what became news later is told {edited} times"] * (edited != 1),
    }


if __name__ == "__main__":
    sys.exit(main())
