"""`dateline purge`: erase for good, with the bot stopped."""

from __future__ import annotations

import os
import re
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.config.load import load_settings
from monitor.errors import DatelineError
from storage import purge as erase
from storage.database import open_database
from storage.lock import only_bot

if TYPE_CHECKING:
    import argparse

    from sqlalchemy import Connection

    from storage.database import Database

_AGE = re.compile(r"(\d{1,5})\s*(?:d|days?)?")


def purge(args: argparse.Namespace) -> int:
    """Erase what the options name. Raises LockedError while the bot runs."""
    settings = load_settings(args.config, os.environ)
    question = _question(args)
    if not args.yes and not _agreed(question):
        print("nothing was erased")
        return 1
    database = open_database(settings.storage.url)
    try:
        with only_bot(database):
            gone = _erase(database, args)
    finally:
        database.close()
    print(f"erased {gone} articles, and overwrote where they stood.\n"
          "Messages already in Slack, and backups of the database, still hold them: see docs/privacy.md.")
    return 0


def _erase(database: Database, args: argparse.Namespace) -> int:
    with database.write() as connection:
        gone = _delete(connection, args)
    erase.compact(database)
    return gone


def _delete(connection: Connection, args: argparse.Namespace) -> int:
    if args.everything:
        return erase.delete_everything(connection)
    if args.outlet:
        known = erase.outlets(connection)
        if args.outlet not in known:
            names = ", ".join(known) or "none"
            raise DatelineError(f"no article of {args.outlet!r} is stored. Outlets that are: {names}")
        return erase.delete_outlet(connection, args.outlet)
    return erase.delete_older(connection, datetime.now(UTC) - _age(args.older_than))


def _question(args: argparse.Namespace) -> str:
    if args.everything:
        return "Erase everything, the memory of what was already alerted included?"
    if args.outlet:
        return f"Erase all articles of {args.outlet}?"
    return f"Erase all articles first seen more than {_age(args.older_than).days} days ago?"


def _age(text: str) -> timedelta:
    if not (found := _AGE.fullmatch(text.strip())):
        raise DatelineError(f"--older-than {text!r} is not understood: write a number of days, such as 30d")
    return timedelta(days=int(found[1]))


def _agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise DatelineError("nobody can be asked here: add --yes if you mean it")
    return input(f"{question} Type yes: ").strip().lower() == "yes"
