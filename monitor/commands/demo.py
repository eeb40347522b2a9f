"""`dateline demo`: the whole job on a news site of our own, through the same rooms as the real one.

Its configuration is written to a file and loaded like any other; only the messages go to the terminal and to a preview
page instead of Slack.
"""

from __future__ import annotations

import asyncio
import logging
import math
import os
import signal
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from monitor.config.load import load_settings
from monitor.cycle import Round, opened, run_cycle
from monitor.demo.site import serve
from monitor.errors import DatelineError
from monitor.slack.printer import Printer, channel_names, screen
from monitor.slack.render.html import to_html
from storage import feeds

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from monitor.demo.site import Site
    from monitor.settings import Settings

HOST = "127.0.0.1"
PREVIEW = "digest.html"


def demo(args: argparse.Namespace) -> int:
    """Serve, poll, match, show. Raises DatelineError where the folder or the port cannot be used."""
    logging.getLogger("dateline").setLevel(logging.WARNING)  # the round's own line would stand between the digests
    folder: Path = args.folder
    now = datetime.now(UTC)
    with _site(folder, now, fresh=args.fresh) as site:
        settings = load_settings(_write_config(folder, site), os.environ)
        settings = replace(settings, polling=replace(settings.polling, patience=math.inf))  # there is no next round
        print(f"A made-up news site is running at {site.url} with {len(site.feeds)} feeds. Reading it ...")
        done, bodies = asyncio.run(_one_round(settings))
        names = channel_names(settings)
        for body in bodies:
            print(screen(body, names))
        _tell(folder, done, bodies, names)
        if args.stay:
            _wait(site)
    return 0


async def _one_round(settings: Settings) -> tuple[Round, list[Mapping[str, Any]]]:
    bodies: list[Mapping[str, Any]] = []

    keeper = Printer(bodies.append)
    async with opened(settings, lambda: datetime.now(UTC), outgoing=lambda _: keeper) as house:
        with house.database.write() as connection:
            feeds.make_due(connection, house.clock())  # a second demo must ask again, and find nothing
        done = await run_cycle(house)
    order = [channel.id for channel in settings.channels]
    return done, sorted(bodies, key=lambda body: order.index(body["channel"]))


def _tell(folder: Path, done: Round, bodies: list[Mapping[str, Any]], names: Mapping[str, str]) -> None:
    """What happened, in a few lines, and where the preview lies."""
    preview = folder / PREVIEW
    print()
    if not bodies:
        print(f"Nothing is new: {done.polled} feeds were polled, and every article was seen before.\n"
              f"The digests of the first run are still in {preview}. Start over with: dateline demo --fresh")
        return
    preview.write_text(to_html(bodies, "Dateline demo", names), encoding="utf-8")
    print(f"{done.polled} feeds polled, {done.new_articles} articles stored, {done.pages} pages read, {done.matched} "
          f"articles matched; the other {done.new_articles - done.matched} only look alike, and alert nobody.\n"
          f"The same digests as a web page: {preview}\n"
          f"Run the demo again: nothing will be new. The links work while the site runs: dateline demo --fresh --stay")


@contextmanager
def _site(folder: Path, now: datetime, *, fresh: bool) -> Iterator[Site]:
    """The demo site, on the port it had before: an article is known by its address, and that holds the port."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if fresh:
            for path in (*folder.glob("demo.db*"), folder / "port"):
                path.unlink(missing_ok=True)
        port = int((folder / "port").read_text()) if (folder / "port").exists() else 0
        with serve(HOST, port, now=now) as site:
            (folder / "port").write_text(site.url.rpartition(":")[2])
            yield site
    except (OSError, ValueError) as error:
        raise DatelineError(f"the demo cannot use the folder {folder} or its old port ({error}): "
                            "try dateline demo --fresh") from error


def _write_config(folder: Path, site: Site) -> Path:
    template = (files("monitor.demo") / "content" / "config.toml").read_text("utf-8")
    feeds = "".join(f'\n[[feed]]\nurl = "{feed.url}"\noutlet = "{feed.outlet}"\nhome = "{feed.home}"\n'
                    for feed in site.feeds)
    path = folder / "config.toml"
    path.write_text(template.replace("{host}:{port}", site.url.removeprefix("http://")) + feeds, encoding="utf-8")
    return path


def _wait(site: Site) -> None:
    print(f"\nThe site stays up at {site.url}. Ctrl-C ends it.")
    if os.name == "posix":
        signal.sigwait({signal.SIGINT, signal.SIGTERM})
