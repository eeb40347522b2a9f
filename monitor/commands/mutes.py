"""`dateline mutes`: what channels do not want to hear of now, until when, and what that kept back; `undo` ends one."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from monitor.commands.articles import archive_of, print_json, rules_in_files
from monitor.config.load import load_settings
from monitor.digest.compose import labels
from monitor.digest.mutes import ends_at, listed, name
from monitor.digest.recall import mutes_on
from monitor.errors import DatelineError
from monitor.settings import ChannelSettings
from monitor.talk.muting import end
from monitor.why.channels import named
from monitor.words.times import local
from storage import archive
from storage import mutes as stored

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from monitor.digest.mutes import Mutes
    from monitor.settings import Settings
    from storage.mutes import Mute

_HOW = "dateline mutes [CHANNEL], or dateline mutes undo ID"


def mutes(args: argparse.Namespace) -> int:
    """Print the mutes that hold, of one channel or of all; or end the one that is named."""
    settings = load_settings(args.config, os.environ)
    match args.words:
        case ["undo", number]:
            return _undo(settings, number)
        case [] | [_]:
            return _list(settings, *args.words, as_json=args.json)
    raise DatelineError(f"that is not understood: {_HOW}")


def _list(settings: Settings, channel: str = "", *, as_json: bool = False) -> int:
    wanted = named(settings.channels, channel).id if channel else None
    topics = labels(rules_in_files(settings).ruleset, "en")
    now = datetime.now(UTC)
    with archive_of(settings) as database, database.read() as connection:
        found = mutes_on(connection, now, wanted)
    if as_json:
        print_json({"mutes": [_json(one, found, settings, topics) for one in found.every]})
        return 0
    if not found.every:
        print(f"Nothing is muted{f' in {channel}' if channel else ''}.")
        return 0
    print("\n".join(_lines(found, settings, topics, now)))
    print("\nUrgent alerts come all the same. To end one: dateline mutes undo ID")
    return 0


def _lines(found: Mutes, settings: Settings, topics: Mapping[str, str], now: datetime) -> list[str]:
    """Channel by channel, in the order of config.toml."""
    told: list[str] = []
    for channel in _channels(found.every, settings):
        of = [mute for mute in found.every if mute.channel_id == channel.id]
        told += [channel.name] * bool(of)
        told += [f"  {mute.id:>4}  {listed(mute, found, channel, topics, now)}" for mute in of]
    return told


def _channels(found: Sequence[Mute], settings: Settings) -> list[ChannelSettings]:
    """In English; one that stands no longer in config.toml goes by its id."""
    known = [replace(channel, language="en") for channel in settings.channels]
    gone = {mute.channel_id for mute in found} - {channel.id for channel in known}
    return [*known, *(ChannelSettings(key, key, settings.zone) for key in sorted(gone))]


def _json(mute: Mute, found: Mutes, settings: Settings, topics: Mapping[str, str]) -> dict[str, Any]:
    (channel,) = (one for one in _channels([mute], settings) if one.id == mute.channel_id)
    return {
        "id": mute.id, "channel": mute.channel_id, "channel_name": channel.name, "kind": mute.kind,
        "about": name(mute, found, topics, "en"), "outlet": mute.outlet, "topic": mute.topic,
        "article_id": mute.article_id, "story_id": mute.story_id, "begun_at": mute.begun_at.isoformat(),
        "until": ends_at(mute).isoformat(), "held": mute.held,
    }


def _undo(settings: Settings, number: str) -> int:
    now = datetime.now(UTC)
    with archive_of(settings) as database, database.write() as connection:
        mute = _known(connection, number)
        if not end(connection, mute, None, now):
            raise DatelineError(_why_not(mute, settings))
    print(f"Mute {mute.id} has ended: what comes from now on is told again. What it kept back stays untold "
          f"({mute.held} so far): dateline why ARTICLE --post CHANNEL posts an article all the same.")
    return 0


def _known(connection: Connection, number: str) -> Mute:
    digits = number.removeprefix("#")
    small = digits.isdecimal() and len(digits) <= archive.MAX_DIGITS
    mute = stored.by_id(connection, int(digits)) if small else None
    if mute is None:
        raise DatelineError(f"there is no mute {number[:archive.MAX_DIGITS]}: dateline mutes shows the numbers")
    return mute


def _why_not(mute: Mute, settings: Settings) -> str:
    if mute.ended_at:
        return f"mute {mute.id} was undone already, on {local(mute.ended_at, settings.zone, 'en')}"
    return f"mute {mute.id} has ended by itself, on {local(mute.until, settings.zone, 'en')}"
