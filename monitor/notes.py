"""Notes to the admin channel: what did not work, said once each. They are deliveries like any other.

A note's id is made of what it is about, so a state that lasts is told once however often it is looked at.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.droughts import (
    WINDOW,
    History,
    droughts,
    dry_points,
    dry_title,
    ended_points,
    read_watched,
    seen,
    written_watched,
)
from monitor.feed_notes import write_feed_notes
from monitor.health import ago
from monitor.tell import Note, tell_once, tell_state
from monitor.words.counts import counted, listed
from storage import about, deliveries, feeds, matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from monitor.droughts import Findings
    from monitor.settings import ChannelSettings, Settings
    from rules.model import Rule, RuleSet
    from storage.database import Database
    from storage.deliveries import Delivery
    from storage.feeds import Feed

__all__ = [
    "Note",
    "about_deliveries",
    "about_droughts",
    "about_rules",
    "hello",
    "is_stuck",
    "tell_state",
    "tell_unmade",
    "write_droughts",
    "write_notes",
]

DAY = timedelta(hours=24)
# Three attempts whose answers are lost take 8 minutes, since each is looked for during 2.6; a refused channel is tried
# every 5. What is open for longer does not pass by itself soon, whatever the reason.
STUCK_AFTER = timedelta(minutes=15)
# Silence grows by the day, and looking costs a scan of five months of matches.
DROUGHTS_EVERY = timedelta(hours=1)
_WATCHED, _LOOKED = "rules_watched", "droughts_looked_at"  # in `about`
HELLO = "note:hello"


def write_notes(database: Database, settings: Settings, rules: Iterable[Rule], now: datetime) -> int:
    """Queue a note for everything that admins were not yet told; how many were. Raises StorageError."""
    channel = settings.slack.admin_channel
    if channel is None:
        return 0
    with database.write() as connection:
        found = [
            *_first_words(connection, settings),
            *about_rules(rules, matches.stories_by_rule(connection, now - DAY), now),
            *about_deliveries(deliveries.troubles(connection), channel, now,
                              {one.id: one.name for one in settings.channels}),
        ]
        told = sum(tell_once(connection, channel, one, now) for one in found)
    return told + write_feed_notes(database, settings, now)


def _first_words(connection: Connection, settings: Settings) -> list[Note]:
    """The greeting, until it was told: reading all feeds for it in every round would cost more than the round."""
    instance = about.instance(connection)
    if deliveries.by_delivery(connection, f"{HELLO}:{instance}"):
        return []
    return [hello(instance, settings, feeds.active(connection))]


def write_droughts(database: Database, settings: Settings, ruleset: RuleSet, now: datetime) -> int:
    """Queue a note for rules that have gone quiet and one for those that no longer are; how many notes were.

    Looks once an hour. Raises StorageError.
    """
    channel = settings.slack.admin_channel
    if channel is None:
        return 0
    with database.read() as connection:
        if _was_looked(connection, now):
            return 0
        before = read_watched(about.noted(connection, _WATCHED))
        history = History(matches.alert_days(connection, now - WINDOW), matches.read_by_day(connection, now - WINDOW))
        stored = feeds.active(connection)
    found = droughts(ruleset.rules, seen(before, ruleset, history, now), history, now)
    told = about_droughts(found, stored)
    with database.write() as connection:
        about.note_time(connection, _LOOKED, now)
        about.note(connection, _WATCHED, written_watched(found.watched))
        for one in told:
            tell_state(connection, channel, one, now)
    return len(told)


def _was_looked(connection: Connection, now: datetime) -> bool:
    looked = about.time_of(connection, _LOOKED)
    return looked is not None and timedelta() <= now - looked < DROUGHTS_EVERY


def tell_unmade(database: Database, settings: Settings, channel: ChannelSettings, now: datetime) -> None:
    """Queue a note, once a day, that messages for a channel cannot be made: a mistake of ours. Raises StorageError."""
    if settings.slack.admin_channel is None:
        return
    with database.write() as connection:
        tell_once(connection, settings.slack.admin_channel, Note(
            f"note:unmade:{channel.id}:{now:%Y%m%d}", f"A message for {channel.name} cannot be made", (
                "Dateline fails on it, and tries again every round. Meanwhile articles come one by one, without their "
                "stories; where that fails too, urgent alerts alone. Nothing is lost.",
                "The log says why. Please report it to Dateline's authors.")), now)


def is_stuck(database: Database, now: datetime) -> bool:
    """Whether something should long have been posted and is not: a watchdog outside must hear of it from silence.

    Raises StorageError.
    """
    with database.read() as connection:
        oldest = deliveries.oldest_open(connection)
    return oldest is not None and oldest < now - STUCK_AFTER


def hello(instance: str, settings: Settings, stored: Sequence[Feed]) -> Note:
    """The first words of a new bot: what it watches, where it speaks, and which feeds did not answer."""
    where = listed([channel.name for channel in settings.channels])
    names = ("1 source", "{} sources") if any(one.kind == "page" for one in settings.feeds) else ("1 feed", "{} feeds")
    bad = sorted(feed.outlet for feed in stored if feed.failures)
    unasked = sum(not feed.failures and feed.ok_at is None for feed in stored)
    well = len(stored) - len(bad) - unasked
    answer = f"{len(bad)} of them could not be read: {listed(bad)}. dateline feeds list says why." if bad else \
        "All of them answer."
    if unasked:
        later = f"{counted(unasked, ('1 was', '{} were'))} not asked yet."
        answer = f"{answer} {later}" if bad else f"{counted(well, ('1 answers', '{} answer'))}, {later}"
    return Note(f"{HELLO}:{instance}", "Dateline is running", (
        f"It watches {counted(len(settings.feeds), names)} and posts to {where}. {answer}",
        "Trouble with a source, a channel or a message is told here.",
    ))


def about_rules(rules: Iterable[Rule], counts: Mapping[str, int], now: datetime) -> list[Note]:
    """Rules that alert more often than they should, each told once a day. Nothing is lost: digests count the rest."""
    notes = []
    for rule in rules:
        number = counts.get(rule.id, 0)
        if number > rule.max_per_day:
            key = hashlib.sha256(rule.id.encode()).hexdigest()[:16]
            notes.append(Note(f"note:busy:{key}:{now:%Y%m%d}", f"A rule finds a lot: {rule.name or rule.id}", (
                f"The rule {rule.id} alerted on {number} stories in 24 hours; more than {rule.max_per_day} a day "
                "(max_per_day) were not expected of it. A channel shows so many of them in a day, and counts the "
                "others in one line; urgent ones are all told.",
                f"If they are not what it is for, dateline rules backtest {rule.id} shows what it finds. "
                "If they are, raise max_per_day.")))
    return notes


def about_droughts(found: Findings, stored: Iterable[Feed]) -> list[Note]:
    """What rules did not find for long, and what they found again. All rules of a look stand in one note."""
    notes = []
    if found.dry:
        down = sorted({feed.outlet for feed in stored if feed.gone or feed.failures})
        sources = f"These cannot be read now: {listed(down)}." if down else "All sources can be read."
        notes.append(Note("note:drought", dry_title(found.dry), (
            f"Perhaps there is no news; perhaps a source is missing, or a query. {sources} dateline feeds list shows "
            "each; the command behind a rule shows what it finds in the articles stored.",
            "This is told once, and once more when something is found again."), dry_points(found.dry)))
    if found.ended:
        title = "A rule finds something again" if len(found.ended) == 1 else "Rules find something again"
        notes.append(Note("note:drought-ended", title, ("The silence that was told here is over.",),
                          ended_points(found.ended)))
    return notes


_VERDICTS = {"refused": "cannot be posted", "abandoned": "was given up", "uncertain": "may or may not have arrived"}


_KINDS = {"alert": "An alert", "rollup": "A roll-up", "silence": "A daily line"}


def about_deliveries(
    rows: Iterable[Delivery], admin_channel: str, now: datetime, names: Mapping[str, str] | None = None
) -> list[Note]:
    """Messages that need a person. A channel that holds back is told of once a day, not once a message.

    `names` are those of channels, by id.
    """
    notes = {}
    for row in rows:
        if row.channel_id == admin_channel or not row.error or row.error_code == "given_up":
            continue
        where = (names or {}).get(row.channel_id, row.channel_id)
        what = f"{_KINDS.get(row.kind, f'A {row.kind}')} for {where}, made {ago(row.created_at, now)},"
        if row.state == "pending":
            key = f"note:held:{row.channel_id}:{row.error_code}:{row.created_at:%Y%m%d}"
            notes[key] = Note(key, "Messages are held back", (f"{what} could not be posted: {row.error}",
                                                              "It goes out by itself once this is mended."))
        else:
            key = f"note:delivery:{row.id}:{row.state}"
            notes[key] = Note(key, "Look into a channel", (
                f"{what} {_VERDICTS.get(row.state, 'is in trouble')}: {row.error}",
                f"It is number {row.id} in  dateline deliveries, which shows how it begins and what can be done."))
    return list(notes.values())
