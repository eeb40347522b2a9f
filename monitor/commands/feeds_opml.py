"""`dateline feeds import` and `export`: lists of feeds from and for other readers, as OPML."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor.collect import clean
from monitor.collect.opml import MAX_BYTES, read_opml, write_opml
from monitor.commands.feeds_found import asked, host
from monitor.commands.interview import Ended, ask
from monitor.commands.progress import progress
from monitor.config import addresses
from monitor.config.edit import append, tables_of
from monitor.config.feeds import watched_part
from monitor.config.load import load_settings
from monitor.config.values import Fault
from monitor.errors import CollectError, DatelineError
from monitor.words.counts import counted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from monitor.collect.opml import Outline
    from monitor.settings import FeedSettings, Settings

_NAME = 32  # characters
_SHOWN = 20  # lines of one kind; a list of thousands would scroll the rest away
_ADDED = """
Added at the end of {config}: {sources}.
Look through them: home says where an outlet is at home, which such lists do not know; with it the places in its
articles are understood. Then dateline check, and restart the bot, which reads config.toml at its start."""
_SOURCES = ("1 source", "{} sources")


def bring(args: argparse.Namespace) -> int:
    """Add the feeds of an OPML file to config.toml; 1 where nothing was written."""
    settings = load_settings(args.config, os.environ, without_feeds=True)
    home = addresses.home_place(args.home or "")
    if isinstance(home, Fault):
        raise DatelineError(f"{home.message}: {home.remedy}")
    sorted_out = _sorted_out(_read(args.file), settings, home)
    if args.check:
        sorted_out = asyncio.run(_checked(sorted_out, settings))
    print("\n".join(_told(args.file, settings.file, sorted_out)))
    if not sorted_out.new:
        print("\nThere is nothing to add. Nothing was written.")
        return 1
    if not (args.yes or _agreed(len(sorted_out.new))):
        return 1
    new = [outline.source for outline in sorted_out.new]
    append(args.config, tables_of(new, _notes(sorted_out.new)), os.environ)
    print(_ADDED.format(sources=counted(len(new), _SOURCES), config=args.config))
    return 0


@dataclass(frozen=True, slots=True)
class _SortedOut:
    """What of a list is new, what is known already or named `twice`, and what cannot be read, with the reason."""

    new: tuple[Outline, ...]
    known: tuple[FeedSettings, ...]
    twice: tuple[FeedSettings, ...]
    wrong: tuple[tuple[FeedSettings, str], ...]


def _read(file: Path) -> tuple[Outline, ...]:
    try:
        with file.open("rb") as opened:
            body = opened.read(MAX_BYTES + 1)
        return read_opml(body)
    except OSError as error:
        raise DatelineError(f"{file} cannot be read: {error.strerror}") from error
    except CollectError as error:
        raise DatelineError(f"{file}: {error}") from error


def _sorted_out(outlines: Sequence[Outline], settings: Settings, home: str) -> _SortedOut:
    """`home` is for those of which the list does not say one."""
    ours = {addresses.same_feed(feed.url) for feed in settings.feeds}
    seen: set[str] = set()
    new: list[Outline] = []
    known: list[FeedSettings] = []
    twice: list[FeedSettings] = []
    wrong: list[tuple[FeedSettings, str]] = []
    for outline in outlines:
        source = replace(outline.source, url=addresses.without_feed_scheme(outline.source.url))
        key = addresses.same_feed(source.url)
        if key in ours:
            known.append(source)
        elif key in seen:
            twice.append(source)
        elif isinstance(fault := addresses.feed_address(source.url), Fault):
            wrong.append((source, fault.message))
        else:
            seen.add(key)
            new.append(replace(outline, source=_usable(source, home)))
    return _SortedOut(tuple(new), tuple(known), tuple(twice), tuple(wrong))


def _usable(source: FeedSettings, otherwise: str) -> FeedSettings:
    """With a name, and without a home or selector that config.toml would not take: these can be written later."""
    home, selector = addresses.home_place(source.home), watched_part(source.selector)
    home = otherwise if isinstance(home, Fault) or not home else home
    return replace(source, outlet=source.outlet or host(source.url), home=home,
                   selector="" if isinstance(selector, Fault) else selector)


def _notes(outlines: Sequence[Outline]) -> dict[str, str]:
    """The name of each folder, above the first feed that stood in it."""
    first: dict[str, str] = {}
    for outline in outlines:
        first.setdefault(outline.folder, outline.source.url)
    return {url: folder for folder, url in first.items() if folder}


async def _checked(sorted_out: _SortedOut, settings: Settings) -> _SortedOut:
    """Without those that do not answer as they should now."""
    from monitor.collect.fetch import Fetcher
    from monitor.collect.sandbox import Sandbox

    fetcher, sandbox, done = Fetcher(settings.network), Sandbox(), 0
    gate = asyncio.Semaphore(20)

    async def ask_one(source: FeedSettings) -> str:
        nonlocal done
        try:
            async with gate:
                await asked(source, fetcher, sandbox)
        except CollectError as error:
            return str(error)
        finally:
            done += 1
            tell(done, len(sorted_out.new))
        return ""

    try:
        with progress("asking the feeds") as tell:
            answers = await asyncio.gather(*(ask_one(outline.source) for outline in sorted_out.new))
    finally:
        await sandbox.aclose()
    pairs = list(zip(sorted_out.new, answers, strict=True))
    failed = tuple((outline.source, answer) for outline, answer in pairs if answer)
    return replace(sorted_out, new=tuple(outline for outline, answer in pairs if not answer),
                   wrong=(*sorted_out.wrong, *failed))


def _told(file: Path, config: Path, sorted_out: _SortedOut) -> list[str]:
    new, known, twice, wrong = (len(one) for one in (sorted_out.new, sorted_out.known, sorted_out.twice,
                                                     sorted_out.wrong))
    lines = [f"{file} names {counted(new + known + twice + wrong, _SOURCES)}: {new} new, {known} in {config.name} "
             f"already, {twice} named twice, {wrong} that cannot be read"]
    lines += _part("New:", [_line(outline.source) for outline in sorted_out.new])
    lines += _part(f"Left out, because they are in {config.name} already:", [_line(one) for one in sorted_out.known])
    lines += _part("Left out, because they are named before:", [_line(one) for one in sorted_out.twice])
    return lines + _part("Left out, because they cannot be read:",
                         [f"{_line(one)}\n      {why}" for one, why in sorted_out.wrong])


def _line(one: FeedSettings) -> str:
    name = clean.cut(one.outlet or host(one.url), _NAME)
    return f"{name:<{_NAME}}  {one.url}{' (watched page)' if one.kind == 'page' else ''}"


def _part(title: str, entries: list[str]) -> list[str]:
    if not entries:
        return []
    more = [f"  … and {len(entries) - _SHOWN} more"] if len(entries) > _SHOWN else []
    return ["", title, *(f"  {clean.cut(entry, 300)}" for entry in entries[:_SHOWN]), *more]


def _agreed(number: int) -> bool:
    if not sys.stdin.isatty():
        print("\nNothing was written, because there is nobody to ask here: add --yes to write them.")
        return False
    print()
    what = "it" if number == 1 else f"these {number}"
    try:
        answer = ask(f"Add {what} at the end of config.toml? yes or no (Enter: no):", sys.stdout)
    except Ended:
        answer = ""
    if answer.casefold() in ("y", "yes"):
        return True
    print("Nothing was written.")
    return False


def take(args: argparse.Namespace) -> int:
    """Print the feeds and pages of config.toml as OPML, or write them to a new file."""
    settings = load_settings(args.config, os.environ, without_feeds=True)
    text = write_opml(settings.feeds, datetime.now(UTC))
    if args.file is None:
        print(text, end="")
        return 0
    try:
        # What a team reads says what it watches for: readable by its owner alone.
        handle = os.open(args.file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise DatelineError(f"{args.file} exists already: name a new file") from error
    except OSError as error:
        raise DatelineError(f"{args.file} cannot be written: {error.strerror}") from error
    print(f"Written to {args.file}: {counted(len(settings.feeds), _SOURCES)}. The list shows what you watch: think "
          "before you pass it on.")
    return 0
