"""One round through the house: poll, read pages, match, group, make digests, post.

Each stage starts from what is stored.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from monitor.channels import kind_of
from monitor.collect.collecting import Collecting
from monitor.collect.fetch import Fetcher
from monitor.collect.robots_gate import RobotsGate
from monitor.collect.sandbox import Sandbox
from monitor.collect.tools import Tools
from monitor.collect.urgency import serves_urgent
from monitor.commands.progress import progress
from monitor.digest.publish import publish, publish_alerts
from monitor.errors import ConfigError, DatelineError
from monitor.feed_notes import end_outage
from monitor.group import group_articles
from monitor.heartbeat import Beat, beat
from monitor.match import match_articles
from monitor.notes import is_stuck, tell_unmade, write_droughts, write_notes
from monitor.outbox.deliver import Outbox
from monitor.outbox.told import telling
from monitor.retention import erase_old_text
from monitor.ruleset import archive
from monitor.ruleset.announce import announce
from monitor.ruleset.files import look, sources
from monitor.ruleset.pulls import keep_pulled, tell_pulled
from monitor.ruleset.reload import first, read_files, renew, set_aside
from monitor.slack.senders import senders
from monitor.talk.desk import Desk
from storage import about, deliveries, digests, feeds, leases
from storage.database import exists, open_database
from storage.feeds import WantedFeed
from storage.lock import only_bot

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from datetime import datetime

    from monitor.outbox.model import Sender
    from monitor.ruleset.files import Sight
    from monitor.ruleset.git import Pull
    from monitor.ruleset.reload import Active, Reading
    from monitor.settings import ChannelSettings, FeedSettings, Settings
    from monitor.talk.listen import Talk
    from rules.model import RuleSet
    from storage.database import Database

log = logging.getLogger("dateline.cycle")

# A stop waits this long for a message that is under way; systemd and Docker allow ten seconds before they kill.
STOP_SECONDS = 3.5

# Rounds begin of themselves for so much of the time between two ticks: the next tick must find none under way.
_TICK_SHARE = 0.8

# Where the first fails on a channel the next is tried: without stories, then urgent alerts and nothing else.
_FREEZES = (publish, partial(publish, plain=True), publish_alerts, partial(publish_alerts, plain=True))


@dataclass(slots=True)
class House:
    """Everything a round needs, opened once.

    Only the rules change while the bot runs: `active` is swapped as a whole, `sight` is what the files looked like.
    Beside the rounds go `reading` (files that were edited), `comparing` (what that changes), `pulling`, `beating`
    (telling a watchdog outside), and `talk` (what people say back, where somebody listens);
    `restless_since` is when files were first seen that do not keep still.
    """

    settings: Settings
    active: Active
    sight: Sight
    database: Database
    fetcher: Fetcher
    sandbox: Sandbox
    collecting: Collecting
    outbox: Outbox
    clock: Callable[[], datetime]
    reckoned: Active  # by these rules the feeds were told from which something urgent may come
    current: asyncio.Task[Round] | asyncio.Task[None] | None = field(default=None)
    reading: asyncio.Task[Reading | None] | None = None
    restless_since: datetime | None = None
    comparing: asyncio.Task[None] | None = None
    pulling: asyncio.Task[list[Pull]] | None = None
    pulled_at: datetime | None = None
    beating: asyncio.Task[Beat] | None = None
    talk: Talk | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        """Hear what people say back, from now until `finish`."""
        from monitor.talk.listen import Talk  # a bot that runs once does not listen

        self.talk = Talk(self.desk)
        self.talk.start()

    def desk(self) -> Desk:
        """What answers to people need."""
        return Desk(self.database, self.settings, self.clock, lambda: self.active, self.outbox, self.fetcher,
                    self.sandbox, self.adopt)

    async def adopt(self, sources: Sequence[FeedSettings]) -> None:
        """Poll sources that were just written into config.toml, from the next round on. Raises StorageError."""
        self.settings = replace(self.settings, feeds=(*self.settings.feeds, *sources))
        await asyncio.to_thread(_sync_feeds, self)

    async def finish(self) -> None:
        """End the round under way: a post is waited for, and so are the polls that have their answer."""
        self.stop.set()
        ending = [asyncio.create_task(self.collecting.aclose())]
        if self.talk:
            ending.append(asyncio.create_task(self.talk.aclose()))
        if self.current and not self.current.done():
            self.current.cancel()
            await asyncio.wait([self.current], timeout=STOP_SECONDS)
        await asyncio.gather(*ending)


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did, in numbers."""

    polled: int = 0
    failed: int = 0
    new_articles: int = 0
    pages: int = 0
    matched: int = 0
    digests: int = 0
    delivered: int = 0
    undelivered: int = 0  # tried, and not certain to have arrived
    unmade: int = 0  # channels whose digest failed


@asynccontextmanager
async def opened(
    settings: Settings, clock: Callable[[], datetime], *, outgoing: Callable[[str], Sender] | None = None
) -> AsyncIterator[House]:
    """Open rules, database, lock, child process and sender; what a dead process left half sent becomes `uncertain`.

    Messages go through `outgoing`, or by default to Slack, or to the terminal where there is no token.
    Raises ConfigError where the rules may not run and none of before are known, StorageError, and LockedError where
    another bot runs on the same database.
    """
    sight = look(sources(settings))
    found = await read_files(settings, clock())
    if found.problems and not exists(settings.storage.url):
        raise ConfigError(found.problems)
    database = open_database(settings.storage.url)
    sandbox = Sandbox()
    try:
        with only_bot(database):
            active = first(settings, database, found, clock())
            set_aside()
            _prepare(database, settings, active, clock())
            outbox = Outbox(database, outgoing or _outgoing(settings), clock, settings.delivery,
                            telling(settings.slack.admin_channel))
            fetcher = Fetcher(settings.network)
            robots = RobotsGate(database, fetcher, sandbox, settings.network.user_agent)
            collecting = Collecting(Tools(database, fetcher, sandbox, settings.polling, clock, robots))
            house = House(settings, active, sight, database, fetcher, sandbox, collecting, outbox, clock, active)
            async with _settled(house):
                yield house
    finally:
        await sandbox.aclose()
        database.close()


@asynccontextmanager
async def _settled(house: House) -> AsyncIterator[None]:
    """At the end, wait for what goes on beside the rounds: after a stop or a failure it ends as soon as it can."""
    well = False
    try:
        yield
        well = True
    finally:
        if not well:
            house.stop.set()
            if house.beating:
                house.beating.cancel()
        beside = [task for task in (house.reading, house.comparing, house.pulling, house.beating) if task]
        if beside:
            await asyncio.wait(beside)
        await house.collecting.aclose()
        await tell_pulled(house)


def _outgoing(settings: Settings) -> Callable[[str], Sender]:
    if not settings.slack.token and any(channel.kind == "slack" for channel in settings.channels):
        log.warning("SLACK_BOT_TOKEN is not set: digests are printed here and not posted")
    for channel in settings.channels:
        if not kind_of(channel.id).exact:
            log.warning("%s is told at least once: a lost answer may show a message twice", channel.name)
    return senders(settings)


def _prepare(database: Database, settings: Settings, active: Active, now: datetime) -> None:
    """Bring what the configuration names into the database, and settle what the last process left open."""
    end_outage(database)
    speaking = [channel.id for channel in settings.channels] + [settings.slack.admin_channel or ""]
    with database.write() as connection:
        about.instance(connection)
        feeds.sync(connection, _wanted(settings, active), now)
        digests.sync_channels(connection, [(channel.id, channel.name) for channel in settings.channels], now)
        stranded = deliveries.strand(connection)
        dropped = deliveries.drop_channels(connection, speaking, now)
        if database.is_sqlite:  # its lock is the system's: whoever held a channel is dead for certain
            leases.release_all(connection, now)
    if dropped:
        log.warning("%d message(s) for channels that are no longer in config.toml were given up", dropped)
    if stranded:
        log.warning("%d message(s) may or may not have reached Slack before the last stop: they are looked for there",
                    stranded)


def _wanted(settings: Settings, active: Active) -> list[WantedFeed]:
    """The feeds of the configuration, and which of them may bring something that these rules tell at once."""
    rules = active.ruleset.rules
    return [WantedFeed(feed.url, feed.outlet, feed.home, feed.kind, feed.selector,
                       serves_urgent(feed, active.channels, rules)) for feed in settings.feeds]


async def run_cycle(house: House) -> Round:
    """One round. Raises StorageError; whatever a single feed, page, channel or message does stays its own."""
    await keep_pulled(house)
    await renew(house)
    active = house.active
    if active is not house.reckoned:
        await asyncio.to_thread(_sync_feeds, house)
    with progress("Reading feeds") as tell:
        polled, pages = await house.collecting.round(house.settings.polling.patience, tell)
    matched = await match_articles(house.database, active.engine, active.ruleset.hash, house.clock())
    await group_articles(house.database, active.common, house.clock())
    made, unmade = await _publish(house, active)
    await asyncio.to_thread(write_notes, house.database, house.settings, active.ruleset.rules, house.clock())
    await asyncio.to_thread(write_droughts, house.database, house.settings, active.ruleset, house.clock())
    ended = await house.outbox.deliver()
    await asyncio.to_thread(erase_old_text, house.database, house.settings.storage.keep_text_days, house.clock())
    await asyncio.to_thread(archive.index_articles, house.database)
    await announce(house)
    await _live(house, well=not unmade and not await asyncio.to_thread(is_stuck, house.database, house.clock()))
    delivered = ended["sent"] + ended["printed"]
    done = Round(polled.polled, polled.failed, polled.new_articles, pages, matched, made, delivered,
                 undelivered=ended.total() - delivered, unmade=unmade)
    _report(done)
    return done


async def run_rounds(house: House) -> None:
    """A round, and further ones as long as news comes in from what it left behind, until the next tick."""
    until = asyncio.get_running_loop().time() + _TICK_SHARE * house.settings.polling.tick_seconds
    await run_cycle(house)
    while await house.collecting.news(until):
        await run_cycle(house)


def _sync_feeds(house: House) -> None:
    """Which feeds may bring something urgent is a matter of the rules, which were exchanged."""
    with house.database.write() as connection:
        feeds.sync(connection, _wanted(house.settings, house.active), house.clock())
    house.reckoned = house.active


async def _publish(house: House, active: Active) -> tuple[int, int]:
    """How many digests were made, and how many channels' could not be as they should: these hold up no other."""
    made = unmade = 0
    for channel in active.channels:
        number, whole = await _channel(house, channel, active.ruleset)
        made += number
        unmade += not whole
    return made, unmade


async def _channel(house: House, channel: ChannelSettings, ruleset: RuleSet) -> tuple[int, bool]:
    """How many of a channel's digests were made, and whether it was as they should be."""
    for freeze in _FREEZES:
        done = await _frozen(house, freeze, channel, ruleset)
        if done is not None:
            return done, freeze is publish
    return 0, False


async def _frozen(
    house: House, freeze: Callable[[Database, ChannelSettings, RuleSet, datetime], int], channel: ChannelSettings,
    ruleset: RuleSet,
) -> int | None:
    """How many were made; None where it failed, which is logged, and told the admins once a day."""
    freezing = asyncio.to_thread(freeze, house.database, channel, ruleset, house.clock())
    (outcome,) = await asyncio.gather(freezing, return_exceptions=True)
    if isinstance(outcome, int):
        return outcome
    if isinstance(outcome, DatelineError):
        raise outcome
    log.error("a message for %s cannot be made; it is tried again every round", channel.name, exc_info=outcome)
    await asyncio.to_thread(tell_unmade, house.database, house.settings, channel, house.clock())
    return None


async def _live(house: House, *, well: bool) -> None:
    """Note that a round ended, and tell the watchdog outside, if there is one and all went well."""
    await asyncio.to_thread(_note_round, house)
    if house.settings.heartbeat is None or not well or (house.beating and not house.beating.done()):
        return
    last = house.beating.result() if house.beating else Beat()
    house.beating = asyncio.create_task(beat(house.fetcher, house.settings.heartbeat, last, house.clock()))


def _note_round(house: House) -> None:
    with house.database.write() as connection:
        about.beat(connection, house.clock())


def _report(done: Round) -> None:
    if done == Round():
        return
    log.info("%d feeds polled (%d failed), %d new articles, %d pages read, %d articles matched, %d messages delivered",
             done.polled, done.failed, done.new_articles, done.pages, done.matched, done.delivered)
