"""`dateline check`: configuration, rules, database, sources of trouble on this machine, Slack; one line each."""

from __future__ import annotations

import asyncio
import pyexpat
from typing import TYPE_CHECKING

from monitor.commands.settings import settings_and_rules
from monitor.errors import ConfigError, StorageError
from monitor.slack.doctor import Finding, diagnose
from monitor.words.counts import counted

if TYPE_CHECKING:
    import argparse

    from monitor.settings import Settings

# Older expat expands nested entities without bound: a feed of a few hundred bytes could fill the memory.
SAFE_EXPAT = (2, 4, 1)


def check(args: argparse.Namespace) -> int:
    """Print a line for everything looked at; 1 where something must be mended."""
    try:
        settings, ruleset = settings_and_rules(args.config)
    except ConfigError as error:
        for problem in error.problems:
            print(f"{problem}\n")
        print(_line(Finding(False, "configuration and rules", "problems, listed above",
                            "mend them and run this again")))
        return 1
    found = [
        Finding(True, "configuration", f"feeds: {len(settings.feeds)}, channels: {len(settings.channels)}"),
        _admin(settings),
        Finding(True, "rules", f"{counted(len(ruleset.rules), ('1 rule', '{} rules'))}, "
                f"{counted(len(ruleset.places), ('1 place', '{} places'))}, examples tested"),
        _database(settings),
        _expat(),
    ]
    print("\n".join(map(_line, found)))
    found += asyncio.run(_outside(settings, post=args.post))
    bad = sum(not finding.ok for finding in found)
    print(f"\n{bad} of {len(found)} {'needs' if bad == 1 else 'need'} mending" if bad else "\neverything is in order")
    return 1 if bad else 0


async def _outside(settings: Settings, *, post: bool) -> list[Finding]:
    """What needs the network: Slack always, test alerts and feeds where asked for. Prints as it goes."""
    found = await diagnose(settings.slack, settings.channels)
    print("\n".join(map(_line, found)))
    if post:
        from monitor.commands.check_post import ask_feeds, send_test_alerts

        for more in (await send_test_alerts(settings), await ask_feeds(settings)):
            print("\n".join(map(_line, more)))
            found += more
    return found


def _line(finding: Finding) -> str:
    mark = "✓" if finding.ok else "✗"
    return f"{mark} {finding.subject}: {finding.sentence}" + (f"\n    → {finding.remedy}" if finding.remedy else "")


def _admin(settings: Settings) -> Finding:
    if settings.slack.admin_channel:
        return Finding(True, "admin channel", f"trouble is told in {settings.slack.admin_channel}")
    return Finding(True, "admin channel", "none: trouble is told in the log and by dateline status alone",
                   "for a channel that is told, write admin_channel below [slack]")


def _database(settings: Settings) -> Finding:
    from storage.database import open_database

    try:
        database = open_database(settings.storage.url)
        with database.write():
            shown = database.engine.url.render_as_string(hide_password=True)
        database.close()
    except StorageError as error:
        return Finding(False, "database", str(error), "nothing can run until this is mended")
    return Finding(True, "database", f"{shown} can be read and written")


def _expat() -> Finding:
    version = pyexpat.version_info
    shown = ".".join(map(str, version))
    if version < SAFE_EXPAT:
        return Finding(False, "XML reader", f"expat {shown} can be made to fill the memory by a hostile feed",
                       "update Python or the system's libexpat to 2.4.1 or later")
    return Finding(True, "XML reader", f"expat {shown} is safe against entity bombs")
