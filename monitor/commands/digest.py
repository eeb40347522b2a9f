"""`dateline digest preview`, `now` and `more`: what waits for a channel, seen, posted, or listed.

A preview decides and renders as the bot does and writes nothing. `now` writes what the bot would write; a running bot
posts it, and where none runs this command does.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from monitor.channels import kind_of
from monitor.commands.articles import archive_of, rules_in_files
from monitor.commands.posting import see_posted
from monitor.config.load import load_settings
from monitor.digest.compose import stand
from monitor.digest.publish import ahead as drafts_ahead
from monitor.digest.publish import freeze_now
from monitor.digest.routing import resolved
from monitor.digest.slots import next_time, slot_instant
from monitor.digest.story import as_alert, grouped
from monitor.digest.updates import next_update
from monitor.errors import DatelineError
from monitor.slack.printer import WIDEST
from monitor.slack.render.html import to_html
from monitor.slack.render.preview import all_to_terminal
from monitor.why.channels import named
from monitor.why.coming import expected
from monitor.why.desk import outlook
from monitor.words.counts import counted
from monitor.words.times import day as day_words
from monitor.words.times import local
from storage import deliveries, digests

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from monitor.digest.model import Digest, Message
    from monitor.digest.view import Drafts
    from monitor.settings import ChannelSettings, Settings
    from monitor.why.coming import Outlook
    from rules.model import MatchedArticle, RuleSet
    from storage.database import Database
    from storage.deliveries import Delivery

_ONLY_COUNTED = ("{} article of {} was counted in {} and not shown",
                 "{} articles of {} were counted in {} and not shown")
_MUTED = ("{} article of {} was kept back in {} by a mute", "{} articles of {} were kept back in {} by a mute")
_KINDS = {"digest": "The next digest", "alert": "An urgent alert", "rollup": "A roll-up of urgent stories",
          "update": "More of a story", "silence": "The line of a silent day"}


def preview(args: argparse.Namespace) -> int:
    """Print what waits for the channel as it would be posted."""
    settings, ruleset, channel = _channel(args)
    now = datetime.now(UTC)
    with archive_of(settings) as database, database.read() as connection:
        drafts = drafts_ahead(connection, channel, ruleset, now)
        ahead = outlook(connection, channel, ruleset, now)
    found = drafts.digests
    if not found:
        print(f"Nothing waits for {channel.name}{', so no page was written' if args.html else ''}. "
              f"{_kept_back(drafts)}{_coming(channel, now)}")
        return 0
    width = min(shutil.get_terminal_size().columns, WIDEST)
    messages: list[Message] = []
    for digest in found:
        rendered = kind_of(channel.id).digest(digest)
        messages += rendered
        print(f"{_KINDS[digest.kind]} for {channel.name}: {_goes_out(digest, channel, ahead, now)}\n")
        print(all_to_terminal(rendered, width, color=sys.stdout.isatty()), end="\n\n")
    if args.html:
        _write(args.html, to_html(messages, f"Dateline preview: {channel.name}"))
        print(f"The same as a web page: {args.html}")
    if drafts.kept_back and not any(digest.kind == "digest" for digest in found):
        print(f"Not shown: {drafts.kept_back}.")
    print("Nothing was posted or changed.")
    return 0


def now(args: argparse.Namespace) -> int:
    """Freeze what waits for the channel, and see it posted."""
    settings, ruleset, channel = _channel(args)
    with archive_of(settings) as database:
        found = freeze_now(database, channel, ruleset, datetime.now(UTC))
        if not found:
            with database.read() as connection:
                drafts = drafts_ahead(connection, channel, ruleset, datetime.now(UTC))
            print(f"Nothing waits for {channel.name}, so nothing was posted. {_kept_back(drafts)}"
                  f"{_coming(channel, datetime.now(UTC))}")
            return 0
        rows = asyncio.run(see_posted(settings, database, [digest.id for digest in found]))
        return _told(database, channel, found, rows)


def more(args: argparse.Namespace) -> int:
    """List the articles of a day that the channel's digests only counted."""
    settings = load_settings(args.config, os.environ)
    channel = named(settings.channels, args.channel)
    day = _day(args.day) if args.day else datetime.now(UTC).astimezone(channel.zone).date()
    with archive_of(settings) as database, database.read() as connection:
        found, muted = (_of_day(connection, channel, day, place) for place in ("more", "muted"))
    what = day_words(_midnight(channel, day, 0), channel.zone)
    if not found and not muted:
        print(f"On {what} every article stood in the digests of {channel.name} itself: none was only counted.")
        return 0
    for articles, words in ((found, _ONLY_COUNTED), (muted, _MUTED)):
        if articles:
            print(f"{counted(len(articles), words, what, channel.name)}:\n")
            print("\n".join(line for one in articles[::-1] for line in _listed(one)))
    return 0


def _of_day(
    connection: Connection, channel: ChannelSettings, day: date, place: digests.Standing
) -> list[MatchedArticle]:
    """The articles that the channel's digests of that day, and of no day since, have in this place."""
    later = {one.article_id for one in digests.more(connection, channel.id, _midnight(channel, day, 1), place)}
    return [one for one in digests.more(connection, channel.id, _midnight(channel, day, 0), place)
            if one.article_id not in later]


def _channel(args: argparse.Namespace) -> tuple[Settings, RuleSet, ChannelSettings]:
    settings = load_settings(args.config, os.environ)
    channel = named(settings.channels, args.channel)
    ruleset = rules_in_files(settings).ruleset
    return settings, ruleset, resolved(channel, ruleset.places)


def _coming(channel: ChannelSettings, now: datetime) -> str:
    at = next_time(channel, now).at
    if at is None:
        return "What a rule finds is posted there at once."
    return f"Its next slot is {local(at, channel.zone, 'en')}."


def _kept_back(drafts: Drafts) -> str:
    """What mutes keep back, as a sentence with a blank behind it."""
    return f"Not shown: {drafts.kept_back}. " if drafts.kept_back else ""


def _goes_out(digest: Digest, channel: ChannelSettings, ahead: Outlook, now: datetime) -> str:
    if digest.kind in ("alert", "rollup"):
        return _goes_out_urgent(digest, channel, ahead, now)
    told = ahead.stories.told_in(digest) if digest.kind == "update" else None
    coming = next_update(told, channel, now) if told else next_time(channel, now)
    if coming.at is None:
        return "it goes out with the next round of the bot"
    why = ", when quiet hours end" if coming.held else ""
    return f"it goes out {local(coming.at, channel.zone, 'en')}{why}"


def _goes_out_urgent(digest: Digest, channel: ChannelSettings, ahead: Outlook, now: datetime) -> str:
    """With its story that may go out first: the others go with that one."""
    shown = [one for one in ahead.waiting if one.article_id in digest.article_ids]
    standing, _ = stand(shown, channel, ahead.topics, ahead.stories.members)
    stories = [as_alert(story) for story in grouped(standing, channel.language)]
    first = min((expected(story, channel, ahead.told, now) for story in stories), key=lambda one: one.at)
    if first.at <= now:
        return "it goes out with the next round of the bot"
    told = local(first.told_at, channel.zone, "en") if first.told_at else ""
    why = ", when quiet hours end" if first.quiet else f", as the channel was told of its topic and place on {told}"
    return f"it goes out {local(first.at, channel.zone, 'en')}{why}"


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, "utf-8")
    except OSError as error:
        raise DatelineError(f"{path} cannot be written: {error.strerror}") from error


def _told(database: Database, channel: ChannelSettings, found: Sequence[Digest], rows: Sequence[Delivery]) -> int:
    """What became of it; the exit status."""
    articles = sum(len(digest.article_ids) for digest in found)
    waits = [row for row in rows if row.state not in deliveries.ARRIVED]
    print(f"{channel.name}: {articles} article{'' if articles == 1 else 's'} in {len(rows)} "
          f"message{'' if len(rows) == 1 else 's'}, {len(rows) - len(waits)} posted.")
    stopped = _stopped_by(database, channel.id)
    for row in waits:
        why = row.error or stopped or "it goes out by itself while the bot runs"
        print(f"  message {row.id} is {row.state}: {why}")
    return 1 if waits else 0


def _stopped_by(database: Database, channel_id: str) -> str:
    """Why a message that has no error of its own does not go out: another of its channel says it."""
    with database.read() as connection:
        held = deliveries.held(connection).get(channel_id, "")
        errors = [row.error for row in deliveries.in_state(connection, "pending", "uncertain")
                  if row.channel_id == channel_id and row.error]
    return held or next(iter(errors), "")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise DatelineError(f"--day {text!r} is not understood: write a date, such as 2026-11-23") from None


def _midnight(channel: ChannelSettings, day: date, later: int) -> datetime:
    return slot_instant(day + timedelta(days=later), time(0), channel.zone)


def _listed(one: MatchedArticle) -> list[str]:
    rules = ", ".join(match.rule_id for match in one.matches)
    return [f"  {one.title}", f"    {one.outlet} · {rules} · article {one.article_id}", f"    {one.url}", ""]
