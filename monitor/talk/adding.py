"""`add URL`: look what can be read at an address, and write it into config.toml where an admin says which.

As `dateline feeds add`, without its questions: the first time it shows what there is, and what to type for each.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.commands.feeds_choice import address_of, called, checked, known_as, refusal, sentence_of, title_of
from monitor.commands.feeds_found import host, look
from monitor.config import addresses
from monitor.config.edit import append, tables_of
from monitor.errors import CollectError, ConfigError, DatelineError
from monitor.settings import FeedSettings
from monitor.talk.model import Answer, Find
from monitor.words.commands import WORDS
from monitor.words.counts import counted

if TYPE_CHECKING:
    from monitor.commands.feeds_found import Candidate, Found
    from monitor.settings import Language, Settings
    from monitor.talk.desk import Desk
    from monitor.words.commands import Words

_YES = ("yes", "y", "ok", "sí", "si")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What was typed: the address, which of what is there (0: not said; `yes`: the first), and where it is at home."""

    url: str
    number: int = 0
    yes: bool = False
    home: str = ""


async def add(desk: Desk, person: str, rest: str, language: Language) -> Answer:
    """What stands at the address; or that it was written. Raises DatelineError, and then nothing was."""
    say, command = WORDS[language], desk.settings.slack.command
    if person not in desk.settings.slack.admins:
        return Answer(say.add_title, (say.add_admins,))
    wanted = _wanted(rest)
    if wanted is None:
        return Answer(say.add_title, (say.add_how.format(command),))
    if known := known_as(wanted.url, desk.settings):
        return Answer(say.add_title, (say.add_known.format(wanted.url, known.outlet), say.nothing_written))
    found = await _looked(desk, wanted.url, command)
    if not (wanted.number or wanted.yes):
        return _shown(found, desk, say)
    chosen = _chosen(found, wanted, desk.settings)
    return await _written(desk, chosen, say) if isinstance(chosen, FeedSettings) else _not_chosen(
        found, wanted, desk, say)


def _wanted(rest: str) -> _Wanted | None:
    """None where it is not understood. Raises DatelineError where address or home are none."""
    address, _, behind = rest.partition(" ")
    choice, _, home = behind.partition(" ")
    yes = choice.casefold().rstrip(".!") in _YES
    number = int(choice) if re.fullmatch(r"[0-9]{1,2}", choice) else 0
    if not address or (behind and not (yes or number)):
        return None
    return _Wanted(address_of(address), number, yes, checked(addresses.home_place(home.strip())))


async def _looked(desk: Desk, url: str, command: str) -> Found:
    try:
        return await look(url, desk.fetcher, desk.sandbox, desk.clock(), _tell_nobody)
    except CollectError as error:
        raise DatelineError(refusal(url, error, f"{command} add")) from error


def _tell_nobody(_done: int, _total: int) -> None:
    """Slack shows no progress bars."""


def _shown(found: Found, desk: Desk, say: Words) -> Answer:
    feeds = sum(one.kind == "feed" for one in found.candidates)
    here = host(found.url)
    title = (counted(feeds, say.add_feeds, here) if found.page and feeds else
             say.add_found["page" if found.page else "feed"].format(here))
    finds = [Find(f"{number}  {title_of(one)}", one.url, _about(one, desk, say))
             for number, one in enumerate(found.candidates, 1)]
    open_ones = _open(found, desk.settings)
    how = [say.add_choose.format(desk.settings.slack.command, found.url, number) for number in open_ones[:1]]
    return Answer(say.add_title, (title, *(how or [say.add_here])), tuple(finds))


def _about(one: Candidate, desk: Desk, say: Words) -> str:
    known = [say.add_here] if known_as(one.url, desk.settings) else []
    return " · ".join([one.url, sentence_of(one, desk.clock()), *known])


def _open(found: Found, settings: Settings) -> list[int]:
    """The numbers of what is not in config.toml yet."""
    return [number for number, one in enumerate(found.candidates, 1) if not known_as(one.url, settings)]


def _chosen(found: Found, wanted: _Wanted, settings: Settings) -> FeedSettings | None:
    """What was chosen; None where nothing can be. Yes means the first, where that is a feed and new."""
    number = wanted.number or 1
    if number not in _open(found, settings):
        return None
    one = found.candidates[number - 1]
    if wanted.yes and one.kind == "page":
        return None
    return FeedSettings(one.url, called(found, one), wanted.home, kind=one.kind)


def _not_chosen(found: Found, wanted: _Wanted, desk: Desk, say: Words) -> Answer:
    numbers = _open(found, desk.settings)
    if wanted.yes and numbers == [1]:
        return Answer(say.add_title, (say.add_only_page.format(desk.settings.slack.command, found.url, 1),))
    listed = ", ".join(map(str, numbers))
    return Answer(say.add_title, (say.add_no_such.format(listed) if listed else say.add_here, say.nothing_written))


async def _written(desk: Desk, chosen: FeedSettings, say: Words) -> Answer:
    # Not in a thread: two at once would each write the file without the other's source. It takes some milliseconds.
    try:
        append(desk.settings.file, tables_of([chosen]), os.environ)
    except ConfigError as error:
        raise DatelineError(f"{error.problems[0]} {say.nothing_written}") from error
    await desk.adopt([chosen])
    first = say.added_page if chosen.kind == "page" else say.added_feed.format(desk.settings.polling.first_poll_hours)
    home = say.home.format(chosen.home) if chosen.home else say.no_home
    return Answer(say.add_title, (say.added.format(chosen.outlet), first, *([home] if chosen.kind == "feed" else [])))


