"""The answers to commands typed in Slack. Each is for the person who asked alone, and takes a second or a few.

What was asked is neither stored nor logged. Whoever may press may ask; who that is was decided before.
"""

from __future__ import annotations

import asyncio
import shlex
from typing import TYPE_CHECKING

from monitor.slack.answers import answer as send
from monitor.slack.render.private import private
from monitor.talk.adding import add
from monitor.talk.digest_now import digest_now
from monitor.talk.found import heading, notes
from monitor.talk.model import Answer, Find
from monitor.talk.search import find
from monitor.talk.standing import feeds, mutes, rules
from monitor.talk.typed import is_now, typed
from monitor.talk.wanted import wanted
from monitor.talk.why import why
from monitor.words.commands import WORDS
from monitor.words.times import moment

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from monitor.settings import ChannelSettings, Language
    from monitor.talk.desk import Desk
    from monitor.talk.model import Asked
    from monitor.talk.typed import Typed
    from monitor.words.commands import Words

_PATIENCE = 2.0  # seconds after which somebody who looks at a screen wonders
_WORD = 60  # characters of an unknown word that are repeated


async def answer(desk: Desk, asked: Asked) -> Answer:
    """The answer to what was typed. Raises DatelineError with a sentence for the person who asked.

    What takes longer than two seconds is announced to them first.
    """
    said = typed(asked.words)
    channel = desk.channel(asked.asker.channel_id)
    language = channel.language if channel else "en"
    working = asyncio.ensure_future(_answer(desk, asked, said, channel))
    try:
        done, _ = await asyncio.wait([working], timeout=_PATIENCE)
        if not done:
            await send(desk.settings.slack, asked.asker, private(Answer(WORDS[language].looking), language))
        return await working
    finally:
        working.cancel()


async def _answer(desk: Desk, asked: Asked, said: Typed, channel: ChannelSettings | None) -> Answer:
    language = channel.language if channel else "en"
    match said.verb:
        case "search":
            return await _search(desk, said.rest, language, channel.zone if channel else desk.settings.zone)
        case "why":
            return await why(desk, said.rest, language)
        case "feeds":
            return await feeds(desk, said.rest, language)
        case "add":
            return await add(desk, asked.asker.person, said.rest, language)
        case "rules" | "mutes" | "digest" if channel:
            return await _of_channel(desk, channel, said)
    return _manual(said, WORDS[language], desk.settings.slack.command)


async def _of_channel(desk: Desk, channel: ChannelSettings, said: Typed) -> Answer:
    if said.verb == "rules":
        return await rules(desk, channel, said.rest)
    if said.verb == "mutes":
        return await mutes(desk, channel)
    if is_now(said.rest):
        return await digest_now(desk, channel)
    say = WORDS[channel.language]
    return Answer(say.digest_title, (say.digest_how.format(desk.settings.slack.command),))


def _manual(said: Typed, say: Words, command: str) -> Answer:
    """What can be asked, and where the word is unknown, what was probably meant."""
    every = tuple(line.format(command) for line in say.help_lines)
    if said.verb == "help":
        return Answer(say.help_title, (say.only_you,), points=every)
    if said.verb:
        return Answer(say.not_here)
    near = (say.nearest.format(command, said.near),) if said.near else ()
    return Answer(say.unknown.format(said.word[:_WORD]), near, points=every)


async def _search(desk: Desk, rest: str, language: Language, zone: ZoneInfo) -> Answer:
    say = WORDS[language]
    asked = wanted(rest)
    if asked is None:
        return Answer(say.search_title, (say.search_how.format(desk.settings.slack.command),))
    results = await asyncio.to_thread(find, desk.database, asked)
    keep = desk.settings.storage.keep_text_days
    if not results.hits:
        return Answer(say.nothing_found, lines=(*notes(results, say), say.erased.format(keep)))
    finds = tuple(Find(hit.article.title, hit.article.url, f"{hit.article.outlet} · {moment(hit.at, zone, language)}",
                       hit.said.quote, hit.said.marks) for hit in results.hits)
    more = () if len(finds) == results.total and results.exact else (
        say.more_by.format(f"dateline search --all {shlex.quote(rest)}"),)
    return Answer(heading(results, say), lines=(*notes(results, say), *more), finds=finds)
