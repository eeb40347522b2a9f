"""`dateline why`: what became of an article, and what to do where it stopped.

It changes nothing unless it is asked to post the article or to keep it as an example.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor.commands import why_offers
from monitor.commands.articles import print_json, rules_in_files
from monitor.config.load import load_settings
from monitor.digest.routing import resolved
from monitor.why import text
from monitor.why.desk import Desk, look_up
from rules.engine.engine import Engine
from storage.database import exists, open_database

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator


@contextmanager
def opened(args: argparse.Namespace) -> Iterator[Desk]:
    """Everything, opened beside a bot that may be running."""
    settings = load_settings(args.config, os.environ)
    loaded = rules_in_files(settings)
    channels = tuple(resolved(channel, loaded.ruleset.places) for channel in settings.channels)
    engine = Engine(loaded.ruleset, loaded.relevance)
    database = open_database(settings.storage.url) if exists(settings.storage.url) else None
    try:
        yield Desk(settings, loaded, engine, channels, database, datetime.now(UTC))
    finally:
        if database:
            database.close()


def why(args: argparse.Namespace) -> int:
    """Print what became of the article; post it or keep it where that is asked for."""
    with opened(args) as desk:
        report = look_up(desk, args.article, offline=args.offline)
        done = why_offers.asked_for(desk, report, args) if args.json else None
        if args.json:
            print_json(text.to_json(report) | {"done": done})
            return 0
        print("\n".join(text.lines(report)))
        why_offers.offer(desk, report, args)
    return 0
