"""`dateline deliveries`: what was posted, what was not and why; and what a person decides about the latter.

The bot need not stop for it: each decision changes one row that is as it was read, and a running bot acts on it with
its next round.
"""

from __future__ import annotations

import os
import re
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.commands.articles import archive_of
from monitor.commands.deliveries_text import STATES, beginning, message_lines
from monitor.config.load import load_settings
from monitor.errors import DatelineError
from monitor.slack.printer import channel_names
from monitor.why.channels import named
from monitor.words.counts import counted
from storage import by_hand, deliveries
from storage.why import messages

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from monitor.settings import Settings
    from storage.deliveries import Delivery

RECENT = timedelta(days=1)
_LINK = re.compile(r"/archives/(?P<channel>[A-Z0-9]+)/p(?P<seconds>[0-9]{10})(?P<rest>[0-9]{6})\b")
_EARLIER = timedelta(hours=1)  # by which a clock may be wrong; a message further back is another one
_OPEN = ("uncertain", "refused", "sending", "pending")
_REPLIES_GO = ("The reply to it goes out", "The {} replies to it go out")
_AGAIN = "Posted again, it may stand in the channel twice. Look there first. Post it again? Type yes: "


def listing(args: argparse.Namespace) -> int:
    """Print messages: what needs a person first, then what waits, then what was posted."""
    settings = load_settings(args.config, os.environ)
    names, now = channel_names(settings), datetime.now(UTC)
    only = _channel_id(settings, args.channel) if args.channel else ""
    with archive_of(settings) as database, database.read() as connection:
        rows = messages(connection, _OPEN, None if args.all else now - RECENT)
        every = sum(deliveries.counts(connection).values())
        held = deliveries.held(connection)
    shown = [row for row in rows if not only or row.channel_id == only]
    for channel_id, why in held.items():
        print(f"! {names.get(channel_id, channel_id)}: nothing is posted there: {why}\n  To go on: dateline deliveries "
              f"resume '{names.get(channel_id, channel_id)}'\n")
    for state in STATES:
        group = [row for row in shown if row.state == state]
        print("\n".join(_group(state, group, names, now, settings.zone)), end="")
    print(_counted(len(shown), every, everything=args.all))
    return 0


def retry(args: argparse.Namespace) -> int:
    """Queue a message once more that is uncertain, was refused or given up."""
    settings = load_settings(args.config, os.environ)
    with archive_of(settings) as database:
        with database.read() as connection:
            row = _known(deliveries.by_id(connection, args.id), args.id)
        if row.state == "uncertain" and not args.yes and not _agreed():
            print("nothing was changed")
            return 1
        with database.write() as connection:
            if not by_hand.post_again(connection, row.id, datetime.now(UTC)):
                raise DatelineError(_why_not(row, "posted again"))
    print(f"Message {row.id} waits to be posted: the running bot does it within a minute, otherwise `dateline once`.")
    return 0


def abandon(args: argparse.Namespace) -> int:
    """Give a message up that waits, or may have arrived."""
    settings = load_settings(args.config, os.environ)
    with archive_of(settings) as database, database.write() as connection:
        row = _known(deliveries.by_id(connection, args.id), args.id)
        replies = by_hand.replies(connection, row)
        if not by_hand.give_up(connection, row.id, datetime.now(UTC)):
            raise DatelineError(_why_not(row, "given up"))
    also = f", and neither {counted(replies, ('is the reply', 'are the {} replies'))} to it" if replies else ""
    print(f"Message {row.id} is not posted any more{also}. The articles count as told: dateline why ARTICLE --post "
          f"CHANNEL does not bring them back, dateline deliveries retry {row.id} does. If the message stands in the "
          f"channel after all: dateline deliveries found {row.id}, with its link.")
    return 0


def found(args: argparse.Namespace) -> int:
    """Settle a message that somebody saw in the channel; what waits for its thread goes there."""
    settings = load_settings(args.config, os.environ)
    with archive_of(settings) as database, database.write() as connection:
        row = _known(deliveries.by_id(connection, args.id), args.id)
        if row.state not in ("uncertain", "abandoned"):
            raise DatelineError(_why_not(row, "noted as found"))
        ts = _ts_of(args.link, row) if args.link else None
        replies = by_hand.replies(connection, row)
        if replies and ts is None:
            waiting = counted(replies, ("a reply waits", "{} replies wait"))
            raise DatelineError(f"{waiting} for message {row.id}: give its link, too (in Slack: Copy link, in the menu "
                                f"of the message): dateline deliveries found {row.id} https://...")
        if not by_hand.found_by_hand(connection, row.id, ts, datetime.now(UTC)):
            raise DatelineError(f"that link is of another message of Dateline: look for the one that begins "
                                f"“{beginning(row)}”")
    goes = f" {counted(replies, _REPLIES_GO)}: the running bot does it within a minute, otherwise `dateline once`."
    print(f"Message {row.id} is posted, and is not posted again.{goes if replies else ''}")
    return 0


def resume(args: argparse.Namespace) -> int:
    """Go on with a channel that was stopped because it is ahead of the database."""
    settings = load_settings(args.config, os.environ)
    channel_id = _channel_id(settings, args.channel)
    with archive_of(settings) as database, database.write() as connection:
        if not by_hand.resume(connection, channel_id, datetime.now(UTC)):
            raise DatelineError(f"{args.channel} was not stopped: what waits for it stands in dateline deliveries")
    print(f"{args.channel} goes on: the running bot posts what waits within a minute, otherwise `dateline once` does.\n"
          "What stands there and is not in the database may come once more.")
    return 0


def _channel_id(settings: Settings, name: str) -> str:
    """Of a channel of config.toml, or of the admin channel, which is not among them."""
    if name in (settings.slack.admin_channel, "admin notes") and settings.slack.admin_channel:
        return settings.slack.admin_channel
    return named(settings.channels, name).id


def _known(row: Delivery | None, number: int) -> Delivery:
    if row is None:
        raise DatelineError(f"there is no message {number}: dateline deliveries --all shows the numbers")
    return row


def _ts_of(link: str, row: Delivery) -> str:
    """Slack's ts of the message, of a link to it or of the ts itself. Raises DatelineError where it cannot be it."""
    linked = _LINK.search(link)
    ts = f"{linked['seconds']}.{linked['rest']}" if linked else link
    if not re.fullmatch(r"[0-9]{10}\.[0-9]{6}", ts):
        raise DatelineError(f"{link!r} is no link to a message: in Slack, open the menu of the message (⋮) and press "
                            "Copy link")
    if linked and linked["channel"] != row.channel_id:
        raise DatelineError(f"that link leads to the channel {linked['channel']}, and message {row.id} is for "
                            f"{row.channel_id}")
    if datetime.fromtimestamp(float(ts), UTC) < row.created_at - _EARLIER:
        raise DatelineError(f"that message was in Slack before message {row.id} was made: it is another one")
    return ts


def _why_not(row: Delivery, what: str) -> str:
    """Why nothing was done, by the state that the message is in."""
    why = {
        "sent": "it stands in the channel", "printed": "it was printed, which is its end", "sending": "it is being "
        "posted at this moment: look again in a minute", "pending": "it waits to be posted already",
        "abandoned": "it was given up already", "refused": "it was refused already, and is not posted",
        "cancelled": "the message it replies to was not posted: retry that one",
    }
    erased = "" if row.body else "; its text was erased"
    return f"message {row.id} cannot be {what}: {why.get(row.state, row.state)}{erased}"


def _agreed() -> bool:
    if not sys.stdin.isatty():
        raise DatelineError("it may stand in the channel already. Look there; if it does not, add --yes")
    return input(_AGAIN).strip().lower() == "yes"


def _group(
    state: str, rows: Sequence[Delivery], names: Mapping[str, str], now: datetime, zone: ZoneInfo
) -> Iterator[str]:
    if rows:
        yield f"{state}: {STATES[state]}"
        for row in rows:
            yield from message_lines(row, names.get(row.channel_id, row.channel_id), now, zone)
        yield "\n"


def _counted(shown: int, every: int, *, everything: bool) -> str:
    number = f"{shown} message{'' if shown == 1 else 's'}"
    if everything or shown == every:
        return number
    return f"{number} of the last day, and what is open; {every} in all: dateline deliveries --all"
