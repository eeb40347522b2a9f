"""`dateline feeds add URL`: look what can be read there, ask which, and write it at the end of config.toml.

Nothing is chosen in silence: where nobody is there to ask, and --yes does not say to take the best, nothing is written.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor.collect import clean
from monitor.collect.fetch import Fetcher
from monitor.collect.sandbox import Sandbox
from monitor.commands.feeds_choice import (
    NOTHING,
    address_of,
    called,
    checked,
    known_as,
    refusal,
    sentence_of,
    title_of,
)
from monitor.commands.feeds_found import Found, host, look
from monitor.commands.interview import TRIES, Ended, ask
from monitor.commands.progress import progress
from monitor.config import addresses
from monitor.config.edit import append, tables_of
from monitor.config.feeds import watched_part
from monitor.config.load import load_settings
from monitor.config.values import Fault
from monitor.errors import CollectError, DatelineError, DocumentError
from monitor.settings import FeedSettings
from monitor.words.counts import counted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from monitor.commands.feeds_found import Candidate
    from monitor.settings import Settings

_NOBODY = """\
Nothing was written, because there is nobody to ask here. Run this in a terminal, or say what to do:
  --yes              takes number 1; for another one, give its own address
  --outlet 'NAME'    what the outlet is called
  --home 'PLACE'     where it is at home: 'Baltimore, MD' or 'MD'; without it, a national outlet"""
_NOBODY_PAGE = "  --page             watches the page for changes"
_NO_HOME = """
Without home it is read as a national outlet: towns in it are only understood with their state. To change that, add
home = 'Baltimore, MD' to it in {config}.
"""
_NEXT = """\
Next: dateline check, then restart the bot, which reads config.toml at its start. What stands in the feed now is no
news: of that, only articles of the last {hours} hours alert."""
_NEXT_PAGE = """\
Next: dateline check, then restart the bot, which reads config.toml at its start. Its first look only remembers the
page; what changes from then on becomes an article, under the same rules."""


def add(args: argparse.Namespace) -> int:
    """Show what was found behind an address, and write what was chosen; 1 where nothing was written."""
    settings = load_settings(args.config, os.environ, without_feeds=True)
    url = address_of(args.url)
    _refuse_known(url, settings, args.selector)
    home = checked(addresses.home_place(args.home or ""))
    selector = checked(watched_part((args.selector or "").strip()))
    return asyncio.run(_add(args, settings, FeedSettings(url, args.outlet or "", home, selector=selector)))


async def _add(args: argparse.Namespace, settings: Settings, wanted: FeedSettings) -> int:
    sandbox = Sandbox()
    try:
        now = datetime.now(UTC)
        with progress("asking what it names") as tell:
            found = await _looked(wanted.url, Fetcher(settings.network), sandbox, now, tell)
        alone = bool(args.page or args.selector)
        found = _page_alone(found) if alone else found
        print("\n".join(_told(found, settings, now, alone=alone)))
        open_ones = [one for one in found.candidates if not known_as(one.url, settings)]
        if not open_ones:
            print(f"\nAll of it is in config.toml already. {NOTHING}.")
            return 1
        if not (args.yes or sys.stdin.isatty()):
            print(f"\n{_NOBODY}" + (f"\n{_NOBODY_PAGE}" if found.page else ""))
            return 1
        chosen = await _chosen(args, found, open_ones, wanted, sandbox)
    finally:
        await sandbox.aclose()
    if chosen is None:
        print(f"{NOTHING}.")
        return 1
    _write(args, chosen, settings)
    return 0


async def _looked(
    url: str, fetcher: Fetcher, sandbox: Sandbox, now: datetime, tell: Callable[[int, int], None]
) -> Found:
    try:
        return await look(url, fetcher, sandbox, now, tell)
    except CollectError as error:
        raise DatelineError(f"{refusal(url, error)}. {NOTHING}") from error


def _page_alone(found: Found) -> Found:
    """What --page and --selector ask for: no feed is offered."""
    pages = tuple(one for one in found.candidates if one.kind == "page")
    if not pages:
        why = "perhaps a script makes it, and that cannot be watched" if found.page else "a feed stands there"
        raise DatelineError(f"there is no page to watch at this address: {why}. {NOTHING}")
    return replace(found, candidates=pages, broken=(), untried=0)


def _refuse_known(url: str, settings: Settings, selector: str | None) -> None:
    if known := known_as(url, settings):
        other = " To watch another part of it, change selector there." if known.kind == "page" and selector else ""
        raise DatelineError(f"this address is in {settings.file.name} already, as {known.outlet}, line {known.line}."
                            f"{other} {NOTHING}")


# What is shown


def _told(found: Found, settings: Settings, now: datetime, *, alone: bool = False) -> list[str]:
    """What was found; `alone` where only the page was asked for."""
    feeds = [one for one in found.candidates if one.kind == "feed"]
    if found.page is None:
        lines = [f"{found.url} is a feed:"]
    elif alone:
        lines = [f"{host(found.url)} is a web page:"]
    elif feeds:
        lines = [f"{host(found.url)} is a web page that names {counted(len(feeds), ('1 feed', '{} feeds'))}:"]
    else:
        lines = [f"{host(found.url)} is a web page that names no feed that works. It can be watched for changes:"]
    for number, one in enumerate(found.candidates, 1):
        known = f" (in {settings.file.name} already)" if known_as(one.url, settings) else ""
        lines += ["", f"  {number}  {title_of(one)}{known}", f"     {one.url}", f"     {sentence_of(one, now)}"]
    lines += [""] if found.broken else []
    lines += [clean.cut(f"  Named too, and cannot be read: {url}: {reason}", 300) for url, reason in found.broken]
    if found.untried:
        lines.append(f"  {found.untried} more feeds are named there, and were not tried: give the address of one.")
    return lines


# What is asked


async def _chosen(
    args: argparse.Namespace, found: Found, open_ones: list[Candidate], wanted: FeedSettings, sandbox: Sandbox
) -> FeedSettings | None:
    """The source to write; None where the person wants none."""
    if args.page or args.selector:
        one: Candidate | None = open_ones[0]
    else:
        one = _first(found, open_ones) if args.yes else _picked(found, open_ones)
    if one is None:
        return None
    print()
    selector = await _selector(args, found, wanted.selector, sandbox) if one.kind == "page" else ""
    site = called(found, one)
    outlet = wanted.outlet or (site if args.yes else _outlet(site))
    home = wanted.home if args.home is not None or args.yes else _home()
    return FeedSettings(one.url, outlet, home, kind=one.kind, selector=selector)


def _first(found: Found, open_ones: list[Candidate]) -> Candidate:
    """What --yes means: the first, where that is a feed and new. The second best would be a choice nobody made."""
    one = found.candidates[0]
    if one.kind == "page":
        raise DatelineError(f"there is no feed; to watch the page for changes, add --page. {NOTHING}")
    if one not in open_ones:
        raise DatelineError(f"the first of these is there already; for another one, give its own address. {NOTHING}")
    return one


def _picked(found: Found, open_ones: list[Candidate]) -> Candidate | None:
    numbers = {str(number): one for number, one in enumerate(found.candidates, 1) if one in open_ones}
    default = "1" if "1" in numbers else "0"
    listed = " or ".join(filter(None, [", ".join(list(numbers)[:-1]), list(numbers)[-1]]))
    print()
    answer = _answer(f"Add which? {listed}; 0 for none (Enter: {default}):",
                     lambda text: "" if text in {"", "0", *numbers} else f"Type {listed}, or 0 for none.")
    return numbers.get(answer or default)


def _outlet(site: str) -> str:
    return _answer(f"What is the outlet called? (Enter: {site}):",
                   lambda text: "" if len(text) <= 100 else "That is too long for a name.") or site


def _home() -> str:
    return _answer("Where is it at home? Such as Baltimore, MD or MD (Enter: a national one):",
                   lambda text: "Write town and state, such as Baltimore, MD, or the state alone, such as MD."
                   if isinstance(addresses.home_place(text), Fault) else "")


async def _selector(args: argparse.Namespace, found: Found, given: str, sandbox: Sandbox) -> str:
    """The part of the page to watch, which was found on it; empty for all of it."""
    if given or args.yes:
        if trouble := await _trouble(found, given, sandbox):
            raise DatelineError(f"{trouble}. {NOTHING}")
        return given
    for _ in range(TRIES):
        answer = _answer("Only a part of it? A CSS selector such as #policy (Enter: its main part):",
                         lambda text: fault.message if isinstance(fault := watched_part(text), Fault) else "")
        if not answer or not (trouble := await _trouble(found, answer, sandbox)):
            return answer
        print(f"  {trouble}")
    raise DatelineError(f"none of that is on the page. {NOTHING}")


async def _trouble(found: Found, selector: str, sandbox: Sandbox) -> str:
    """Why this part cannot be watched; empty where it can, which is then shown."""
    assert found.page is not None
    page = found.page
    try:
        seen = await sandbox.watch_page(page.body, url=page.url, content_type=page.content_type, selector=selector)
    except DocumentError as error:
        return f"there is no {selector} on the page" if error.kind == "not-there" else str(error)
    if selector:
        print(f"  That is {counted(len(seen.paragraphs), ('1 paragraph', '{} paragraphs'))}; "
              f"it begins “{clean.cut(seen.paragraphs[0], 60)}”")
    return ""


def _answer(prompt: str, wrong: Callable[[str], str]) -> str:
    """An answer that nothing is wrong with. Raises DatelineError where none comes: Enter alone is one."""
    for _ in range(TRIES):
        try:
            answer = ask(prompt, sys.stdout)
        except Ended:
            break
        if not (said := wrong(answer)):
            return answer
        print(f"  {said}")
    raise DatelineError(f"there was no answer. {NOTHING}")


def _write(args: argparse.Namespace, chosen: FeedSettings, settings: Settings) -> None:
    tables = tables_of([chosen])
    append(args.config, tables, os.environ)
    following = _NEXT_PAGE if chosen.kind == "page" else _NEXT.format(hours=settings.polling.first_poll_hours)
    print(f"\nAdded at the end of {args.config}:\n\n{tables}\n{following}")
    if args.yes and not chosen.home:
        print(_NO_HOME.format(config=args.config), end="")
