"""The shell round `draft`: what a channel gets now is read, decided and frozen in one transaction.

Digest, members, messages and what is remembered of events are written together or not at all. A slot with nothing to
say is written as done too, so that articles which come later wait for the next slot.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from monitor.channels import kind_of
from monitor.digest import broadcast
from monitor.digest.compose import labels
from monitor.digest.draft import draft
from monitor.digest.recall import mutes_of, recall
from monitor.digest.slots import BROADCAST, LOOK_BACK, Due, due, next_slot, slot_instant
from monitor.digest.story import Stories
from monitor.digest.urgent import CAP_COUNTS, EVENT_LASTS, Told
from monitor.digest.view import View
from monitor.health import WHOLE, Coverage, coverage
from monitor.outbox.queue import queue
from storage import about, articles, counts, digests, events, feeds, mutes
from storage.coverage import reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from monitor.digest.model import Digest
    from monitor.digest.view import Draft, Drafts
    from monitor.settings import ChannelSettings
    from rules.model import MatchedArticle, RuleSet
    from storage.database import Database

# The first poll of a feed gives one digest, not one a round while its pages are read; but nothing waits longer for it.
OPENING = timedelta(minutes=5)
_DAY = timedelta(hours=24)


def publish(
    database: Database, channel: ChannelSettings, ruleset: RuleSet, now: datetime, *, plain: bool = False
) -> int:
    """Freeze everything that is due in a channel (`routing.resolved`) now; how many digests, alerts and lines.

    Raises StorageError. Of several slots that were missed the newest takes everything that waits; the older ones are
    done with nothing. `plain`: nothing is read of stories, so that each article is one of its own and none is an
    update. That is for a story of which no message can be made: it must hold back no news, not even its own.
    """
    with database.write() as connection:
        return len(_freeze_all(connection, channel, ruleset, _due(connection, channel, now), now, plain=plain))


def publish_alerts(
    database: Database, channel: ChannelSettings, ruleset: RuleSet, now: datetime, *, plain: bool = False
) -> int:
    """Freeze what is urgent and nothing else: where another message cannot be made, alerts must not wait for that.

    How many alerts and roll-ups. `plain` as in `publish`. Raises StorageError.
    """
    with database.write() as connection:
        found = replace(_due(connection, channel, now), slots=(), silence=(), at_once=False, updates=False)
        return len(_freeze_all(connection, channel, ruleset, found, now, plain=plain))


def upcoming(connection: Connection, channel: ChannelSettings, ruleset: RuleSet, now: datetime) -> list[Digest]:
    """What the channel would get if its next slot were now, alerts first; nothing is written. Raises StorageError.

    Also what quiet hours hold, and what else waits for a better moment.
    """
    return ahead(connection, channel, ruleset, now).digests


def ahead(connection: Connection, channel: ChannelSettings, ruleset: RuleSet, now: datetime) -> Drafts:
    """The same with what mutes keep back of it."""
    coming = next_slot(channel.slots, channel.zone, now)
    there = coming.astimezone(channel.zone) if coming else None
    slots = ((there.date(), there.time()),) if there else ()
    then = Due(slots, at_once=not slots, urgent=channel.urgent, rollup=channel.urgent, updates=True)
    waiting = digests.waiting(connection, channel.id)
    return draft(_view(connection, channel, ruleset, waiting, now, hurry=True), then, now)


def freeze_now(database: Database, channel: ChannelSettings, ruleset: RuleSet, now: datetime) -> list[Digest]:
    """Freeze what waits for the channel, whatever its slots and quiet hours: somebody asked for it.

    What was frozen, alerts first; empty where nothing waits. Raises StorageError.
    """
    with database.write() as connection:
        asked = Due(at_once=True, urgent=channel.urgent, rollup=channel.urgent, updates=True)
        return _freeze_all(connection, channel, ruleset, asked, now, hurry=True)


def _due(connection: Connection, channel: ChannelSettings, now: datetime) -> Due:
    # Two days more than slots are looked back for: dates are local, and quiet hours make slots late.
    done = digests.done_slots(connection, channel.id, (now - LOOK_BACK - 2 * _DAY).date())
    found = due(channel, now, done, digests.channel_since(connection, channel.id))
    if found.at_once and articles.still_opening(connection, now - OPENING):
        return replace(found, at_once=False)
    return found


def _freeze_all(
    connection: Connection, channel: ChannelSettings, ruleset: RuleSet, found: Due, now: datetime, *,
    hurry: bool = False, plain: bool = False,
) -> list[Digest]:
    if not (found.slots or found.silence or found.at_once or _waits_for_no_slot(connection, channel.id)):
        return []
    newest = digests.newest_match(connection)
    waiting = digests.waiting(connection, channel.id)
    if not (found.slots or found.silence or waiting):
        digests.consider(connection, channel.id, newest)
        return []
    drafts = draft(_view(connection, channel, ruleset, waiting, now, hurry=hurry, plain=plain), found, now)
    posted = [digest for one in drafts.made if (digest := _freeze(connection, channel, one, now))]
    # One that was not written had the name of an earlier one (a clock set back): its articles wait for another moment.
    if drafts.considered and len(posted) == len(drafts.digests):
        digests.consider(connection, channel.id, newest, drafts.held)
    return posted


def _waits_for_no_slot(connection: Connection, channel_id: str) -> bool:
    return digests.urgent_waits(connection, channel_id) or digests.updates_wait(connection, channel_id)


def _freeze(connection: Connection, channel: ChannelSettings, one: Draft, now: datetime) -> Digest | None:
    """Write one slot with members and messages; the digest as it is posted, None where nothing is."""
    members = one.digest.article_ids if one.digest else ()
    thread_of = (one.digest.thread_of if one.digest else "") or None
    muted = {article_id: (held.mute.id, held.rule_id) for article_id, held in one.muted.items()}
    made = digests.freeze(connection, one.id, channel.id, one.slot, members, now=now, kind=one.kind,
                          standing=one.standing, thread_of=thread_of, muted=muted)
    if made:
        mutes.note_held(connection, Counter(mute_id for mute_id, _ in muted.values()))
    if not made or one.digest is None:
        return None
    if one.event:
        events.begin(connection, channel.id, *one.event, digest_id=one.id, now=now)
    events.tell(connection, one.events, now)
    kind = kind_of(channel.id)
    digest = one.digest if kind.exact else _numbered(connection, one.digest)
    queue(connection, channel.id, digest.id, digest.kind, kind.digest(digest), now=now, thread_of=thread_of)
    return digest


def _numbered(connection: Connection, digest: Digest) -> Digest:
    """With the next number of its channel: what may come twice can then be told by its readers."""
    name = f"number:{digest.channel_id}"
    number = int(about.noted(connection, name) or 0) + 1
    about.note(connection, name, str(number))
    return replace(digest, number=number)


def _view(
    connection: Connection, channel: ChannelSettings, ruleset: RuleSet, waiting: Sequence[MatchedArticle],
    now: datetime, *, hurry: bool, plain: bool = False,
) -> View:
    told = Told(
        events.since(connection, channel.id, now - EVENT_LASTS),
        counts.count_made(connection, channel.id, "alert", now - CAP_COUNTS),
        counts.last_made(connection, channel.id, "rollup"),
    )
    midnight = slot_instant(now.astimezone(channel.zone).date(), time(0), channel.zone)
    return View(
        channel=channel,
        topics=labels(ruleset, channel.language),
        limits={rule.id: rule.max_per_day for rule in ruleset.rules},
        waiting=waiting,
        coverage=_coverage(connection, now),
        told=told,
        shown=counts.shown_by_rule(connection, channel.id, midnight),
        floods=counts.shown_of_floods(connection, channel.id, now - _DAY),
        spoke_at=counts.last_made(connection, channel.id, "digest", "alert", "rollup", "update"),
        stories=Stories() if plain else recall(connection, channel.id, {one.article_id for one in waiting}, now),
        broadcasts=counts.count_slots(connection, channel.id, BROADCAST, now - broadcast.COUNTS, now),
        mutes=mutes_of(connection, channel.id, now),
        hurry=hurry,
    )


def _coverage(connection: Connection, now: datetime) -> Coverage:
    return coverage(reading(connection, now - _DAY, WHOLE), feeds.active(connection), now)
