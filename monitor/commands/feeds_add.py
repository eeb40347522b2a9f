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
from urllib.parse import urlsplit

from monitor.collect import clean
from monitor.collect.fetch import Fetcher
from monitor.collect.sandbox import Sandbox
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

_NOTHING = "Nothing was written"
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
_SPANS = ((525_600, ("1 year", "{} years")), (1_440, ("1 day", "{} days")), (60, ("1 hour", "{} hours")),
          (1, ("1 minute", "{} minutes")))  # minutes


def add(args: argparse.Namespace) -> int:
    """Show what was found behind an address, and write what was chosen; 1 where nothing was written."""
    settings = load_settings(args.config, os.environ, without_feeds=True)
    url = _address(args.url)
    _refuse_known(url, settings, args.selector)
    home = _checked(addresses.home_place(args.home or ""))
    selector = _checked(watched_part((args.selector or "").strip()))
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
        open_ones = [one for one in found.candidates if not _known(one.url, settings)]
        if not open_ones:
            print(f"\nAll of it is in config.toml already. {_NOTHING}.")
            return 1
        if not (args.yes or sys.stdin.isatty()):
            print(f"\n{_NOBODY}" + (f"\n{_NOBODY_PAGE}" if found.page else ""))
            return 1
        chosen = await _chosen(args, found, open_ones, wanted, sandbox)
    finally:
        await sandbox.aclose()
    if chosen is None:
        print(f"{_NOTHING}.")
        return 1
    _write(args, chosen, settings)
    return 0


async def _looked(
    url: str, fetcher: Fetcher, sandbox: Sandbox, now: datetime, tell: Callable[[int, int], None]
) -> Found:
    try:
        return await look(url, fetcher, sandbox, now, tell)
    except CollectError as error:
        raise DatelineError(f"{_refusal(url, error)}. {_NOTHING}") from error


def _refusal(url: str, error: CollectError) -> str:
    parts = urlsplit(url)
    if error.status == 404 and parts.path.strip("/"):
        return (f"{host(url)} has nothing at this address (404). Try the home page: "
                f"dateline feeds add {parts.scheme}://{parts.netloc}")
    return str(error)


def _page_alone(found: Found) -> Found:
    """What --page and --selector ask for: no feed is offered."""
    pages = tuple(one for one in found.candidates if one.kind == "page")
    if not pages:
        why = "perhaps a script makes it, and that cannot be watched" if found.page else "a feed stands there"
        raise DatelineError(f"there is no page to watch at this address: {why}. {_NOTHING}")
    return replace(found, candidates=pages, broken=(), untried=0)


def _address(text: str) -> str:
    """The address as it will be written: https:// where none is said, and without what browsers add."""
    plain = addresses.without_feed_scheme(text.strip().strip("<>").removeprefix("view-source:"))
    if plain.lower().startswith("mailto:"):
        raise DatelineError(f"this is a mail address: give the address of a web site. {_NOTHING}")
    return _checked(addresses.feed_address(plain if "://" in plain else f"https://{plain}"))


def _checked(value: str | Fault) -> str:
    if isinstance(value, Fault):
        raise DatelineError(f"{value.message}: {value.remedy}")
    return value


def _known(url: str, settings: Settings) -> FeedSettings | None:
    return next((feed for feed in settings.feeds if addresses.same_feed(feed.url) == addresses.same_feed(url)), None)


def _refuse_known(url: str, settings: Settings, selector: str | None) -> None:
    if known := _known(url, settings):
        other = " To watch another part of it, change selector there." if known.kind == "page" and selector else ""
        raise DatelineError(f"this address is in {settings.file.name} already, as {known.outlet}, line {known.line}."
                            f"{other} {_NOTHING}")


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
        known = f" (in {settings.file.name} already)" if _known(one.url, settings) else ""
        lines += ["", f"  {number}  {_title(one)}{known}", f"     {one.url}", f"     {_sentence(one, now)}"]
    lines += [""] if found.broken else []
    lines += [clean.cut(f"  Named too, and cannot be read: {url}: {reason}", 300) for url, reason in found.broken]
    if found.untried:
        lines.append(f"  {found.untried} more feeds are named there, and were not tried: give the address of one.")
    return lines


def _title(one: Candidate) -> str:
    what = "Watch this page" if one.kind == "page" else "News sitemap" if one.is_sitemap else ""
    title = clean.cut(one.title or ("" if what else "(without a title)"), 80)
    return f"{what}: {title}" if what and title else what or title


def _sentence(one: Candidate, now: datetime) -> str:
    if one.kind == "page":
        begins = clean.cut(one.begins, 60)
        return f"{counted(one.entries, ('1 paragraph', '{} paragraphs'))}; it begins “{begins}”"
    entries = counted(one.entries, ("1 entry", "{} entries")) if one.entries else "no entry yet"
    if one.newest is None:
        return f"{entries}, without dates" if one.entries else entries
    return f"{entries}, the newest from {_ago(now, one.newest)}"


def _ago(now: datetime, then: datetime) -> str:
    minutes = max(1, int((now - then).total_seconds() // 60))
    for size, words in _SPANS:
        if minutes >= size:
            return f"{counted(minutes // size, words)} ago"
    raise AssertionError("a minute is the least")


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
    # A page's title is that of the page; what the site is called stands only in og:site_name.
    own = found.site if found.site != one.title else ""
    named = (own if one.kind == "page" else found.site or one.title) or host(one.url)
    site = clean.cut(named, 80)
    outlet = wanted.outlet or (site if args.yes else _outlet(site))
    home = wanted.home if args.home is not None or args.yes else _home()
    return FeedSettings(one.url, outlet, home, kind=one.kind, selector=selector)


def _first(found: Found, open_ones: list[Candidate]) -> Candidate:
    """What --yes means: the first, where that is a feed and new. The second best would be a choice nobody made."""
    one = found.candidates[0]
    if one.kind == "page":
        raise DatelineError(f"there is no feed; to watch the page for changes, add --page. {_NOTHING}")
    if one not in open_ones:
        raise DatelineError(f"the first of these is there already; for another one, give its own address. {_NOTHING}")
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
            raise DatelineError(f"{trouble}. {_NOTHING}")
        return given
    for _ in range(TRIES):
        answer = _answer("Only a part of it? A CSS selector such as #policy (Enter: its main part):",
                         lambda text: fault.message if isinstance(fault := watched_part(text), Fault) else "")
        if not answer or not (trouble := await _trouble(found, answer, sandbox)):
            return answer
        print(f"  {trouble}")
    raise DatelineError(f"none of that is on the page. {_NOTHING}")


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
    raise DatelineError(f"there was no answer. {_NOTHING}")


def _write(args: argparse.Namespace, chosen: FeedSettings, settings: Settings) -> None:
    tables = tables_of([chosen])
    append(args.config, tables, os.environ)
    following = _NEXT_PAGE if chosen.kind == "page" else _NEXT.format(hours=settings.polling.first_poll_hours)
    print(f"\nAdded at the end of {args.config}:\n\n{tables}\n{following}")
    if args.yes and not chosen.home:
        print(_NO_HOME.format(config=args.config), end="")
