"""What became of an article, from its feed to the channels: every stage it passed, and the one where it stopped.

Nothing is changed here, and no lock is taken: it can be asked beside a running bot.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import TYPE_CHECKING

from monitor.digest.broadcast import COUNTS
from monitor.digest.compose import labels
from monitor.digest.recall import headlines, mutes_of, recall
from monitor.digest.slots import BROADCAST, next_time, slot_instant
from monitor.digest.urgent import CAP_COUNTS, EVENT_LASTS, Told
from monitor.errors import DatelineError
from monitor.group import APART
from monitor.stories.identity import canonical_url, entry_key, url_key
from monitor.why import live, story
from monitor.why import mutes as muting
from monitor.why.channels import Known, place_in
from monitor.why.coming import Outlook
from monitor.why.rules import read_article
from monitor.why.text import Report
from monitor.why.track import Found, Stage, read_now, track
from rules.model import MatchedArticle
from storage import archive, articles, counts, deliveries, digests, events, feeds, mutes, stories
from storage import why as asked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from monitor.ruleset.files import Loaded
    from monitor.settings import ChannelSettings, FeedSettings, Settings
    from monitor.why.channels import Place
    from monitor.why.track import Reading
    from rules.engine.engine import Engine
    from rules.model import Article, Match, RuleSet
    from storage.database import Database


@dataclass(frozen=True, slots=True)
class Desk:
    """What every answer needs: the rules are those of the files, `channels` are `routing.resolved`; there may be no
    database yet."""

    settings: Settings
    loaded: Loaded
    engine: Engine
    channels: tuple[ChannelSettings, ...]
    database: Database | None
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """In which dates are told where no channel is concerned."""
        return self.settings.zone

    def read(self, article: Article) -> Reading:
        """What the rules of the files make of an article."""
        return read_article(self.engine, article, self.now)


def look_up(desk: Desk, named: str, *, offline: bool = False) -> Report:
    """The whole answer. Raises DatelineError where `named` is neither a stored number nor an address."""
    if named.isdecimal():
        return _numbered(desk, named)
    url = named if "://" in named else f"https://{named}"
    if not url_key(url) or " " in url or "." not in url:
        raise DatelineError(f"{named!r} is neither an address (https://...) nor the number of a stored article")
    pages = [one for one in desk.settings.feeds if one.kind == "page" and url_key(one.url) == url_key(url)]
    if pages:
        return _watched(desk, pages[0], named, offline=offline)
    known, article_id = _known_as(desk, _keys(desk, url))
    if article_id:
        return stored(desk, article_id, named)
    if known:
        gone = Stage("known", "stopped", "Dateline knew this address once, and the article was erased from the "
                     "database since (dateline purge). It is not alerted again.")
        return Report(named, None, (gone,))
    return _unknown(desk, url, offline=offline)


def stored(desk: Desk, article_id: int, named: str, before: Sequence[Stage] = ()) -> Report:
    """The answer for a stored article."""
    assert desk.database is not None
    with desk.database.read() as connection:
        found = _found(connection, article_id)
        known = [known_to(connection, desk, found, channel) for channel in desk.channels]
        of = story.of_article(connection, article_id)
        comes = stories.waits(connection, article_id, desk.now - APART)
    article, matches = found.history.article, found.history.matches
    reading = None if found.history.record.erased_at else desk.read(article.as_read())
    alerting = any(match.alerts for match in matches)
    stages = [*before, *track(found, reading, desk.settings.polling, desk.zone)]
    if of or (alerting and not found.silenced):
        told_at = [one.standing.made_at for one in known
                   if one.standing and one.standing.place in digests.SHOWN and one.standing.kind != "update"]
        stages.append(story.stage(of, article_id, desk.zone, told_at=told_at, comes=comes))
    with_matches = archive.with_matches(article, matches)
    places = tuple(place_in(with_matches, channel, one, desk.now)
                   for channel, one in zip(desk.channels, known, strict=True))
    stages += muting.stages(with_matches, zip(known, places, strict=True), desk.now)
    shown = places if alerting else tuple(place for place in places if place.fate not in ("stopped", "refused"))
    return Report(named, article.as_read(), tuple(stages), shown, article_id, matches)


def known_to(
    connection: Connection, desk: Desk, found: Found, channel: ChannelSettings, *, only_posted: bool = False
) -> Known:
    """What is stored of the article in a channel; `only_posted` leaves out why it may never come there."""
    article_id = found.history.article.id
    standing = digests.placed(connection, channel.id, article_id)
    sent = tuple(deliveries.by_delivery(connection, standing.digest_id)) if standing else ()
    ahead = outlook(connection, channel, desk.loaded.ruleset, desk.now, article_id)
    root = asked.root_of(connection, standing.digest_id) if standing else None
    mute = mutes.by_id(connection, standing.mute_id) if standing and standing.mute_id is not None else None
    if mute:
        ahead = replace(ahead, mutes=ahead.mutes.naming(headlines(connection, [mute])))
    if only_posted:
        return Known(article_id, standing, sent, outlook=ahead, root=root, mute=mute)
    return Known(article_id, standing, sent, asked.channel_rows(connection).get(channel.id),
                 asked.match_times(connection, article_id), found.silenced, ahead, root, mute)


def outlook(
    connection: Connection, channel: ChannelSettings, ruleset: RuleSet, now: datetime, also: int = 0
) -> Outlook:
    """What decides about the channel's next messages; `also` is an article whose story is to be known if none waits."""
    coming = (next_time(channel, now).at or now).astimezone(channel.zone)
    waiting = tuple(digests.waiting(connection, channel.id))
    return Outlook(
        labels(ruleset, channel.language), {rule.id: rule.max_per_day for rule in ruleset.rules}, waiting,
        Told(events.since(connection, channel.id, now - EVENT_LASTS),
             counts.count_made(connection, channel.id, "alert", now - CAP_COUNTS),
             counts.last_made(connection, channel.id, "rollup")),
        counts.shown_by_rule(connection, channel.id, slot_instant(coming.date(), time(0), channel.zone)),
        recall(connection, channel.id, {also, *(one.article_id for one in waiting)}, now),
        counts.count_slots(connection, channel.id, BROADCAST, now - COUNTS, now), mutes_of(connection, channel.id, now))


def as_matched(article: Article, matches: Sequence[Match], now: datetime) -> MatchedArticle:
    """An article that is not stored, as channels choose it."""
    return MatchedArticle(0, article.title, article.url, article.outlet, article.published_at, now, "page",
                          tuple(matches), article.language)


def would_be(desk: Desk, article: Article, matches: Sequence[Match]) -> tuple[Place, ...]:
    """Where an article that is not stored would go."""
    with_matches = as_matched(article, matches, desk.now)
    if desk.database is None:
        return tuple(place_in(with_matches, channel, Known(), desk.now) for channel in desk.channels)
    with desk.database.read() as connection:
        ahead = [outlook(connection, channel, desk.loaded.ruleset, desk.now) for channel in desk.channels]
    return tuple(place_in(with_matches, channel, Known(outlook=one), desk.now)
                 for channel, one in zip(desk.channels, ahead, strict=True))


def _numbered(desk: Desk, number: str) -> Report:
    if desk.database and len(number) <= archive.MAX_DIGITS:
        with desk.database.read() as connection:
            there = bool(articles.by_ids(connection, [int(number)]))
        if there:
            return stored(desk, int(number), number)
    raise DatelineError(f"no article {number[:archive.MAX_DIGITS]} is stored. Give its address instead: "
                        "dateline why https://...")


def _keys(desk: Desk, url: str) -> list[str]:
    """Every key under which a feed's entry with this address may be known: by page, and by feed where ids are links."""
    written = dict.fromkeys((url, canonical_url(url)))
    by_feed = [entry_key(feed.url, guid, link, "", "") for feed in desk.settings.feeds
               for one in written for guid, link in ((one, ""), ("", one))]
    return [url_key(url), *by_feed]


def _known_as(desk: Desk, keys: Sequence[str]) -> tuple[bool, int | None]:
    if desk.database is None:
        return False, None
    with desk.database.read() as connection:
        return asked.known_as(connection, keys)


def _found(connection: Connection, article_id: int) -> Found:
    history = archive.history(connection, article_id)
    assert history is not None
    twins = articles.by_ids(connection, [history.record.duplicate_of]) if history.record.duplicate_of else []
    return Found(history, tuple(asked.brought_by(connection, article_id)), next(iter(twins), None))


def _watched(desk: Desk, page: FeedSettings, named: str, *, offline: bool) -> Report:
    """The answer for a watched page: its newest change; where there is none, how watching it goes."""
    changes, rows = [], []
    if desk.database:
        with desk.database.read() as connection:
            changes, rows = asked.changes_of(connection, [page.url]), feeds.active(connection)
    if changes:
        return stored(desk, changes[0], named, [live.changed(page, changes)])
    row = next((feed for feed in rows if feed.url == page.url), None)
    stages = live.watched_stages(page, row, desk.zone)
    if not offline:
        stages.append(asyncio.run(live.seen_now(page, desk.settings)))
    return Report(named, None, tuple(stages))


def _unknown(desk: Desk, url: str, *, offline: bool) -> Report:
    """An address that nothing stored has: its source, and unless `offline` what can be seen of it now."""
    rows, linking = [], set()
    if desk.database:
        with desk.database.read() as connection:
            rows = feeds.active(connection)
            linking = asked.feeds_with_links_to(connection, live.host_of(url))
    of_site = live.sources_of(url, desk.settings, rows, linking)
    stages = live.source_stages(url, of_site)
    if offline:
        return Report(url, None, tuple(stages))
    tried = asyncio.run(live.tried(url, desk.settings, of_site, rows, now=desk.now, zone=desk.zone))
    _, article_id = _known_as(desk, tried.keys)
    if article_id:
        led = Stage("known", "passed", f"{url} leads to a page that is known under another address.")
        return stored(desk, article_id, url, [led])
    if tried.article is None:
        return Report(url, None, (*stages, *tried.stages))
    reading = desk.read(tried.article)
    told = (*stages, *tried.stages, *read_now(reading, url))
    places = would_be(desk, tried.article, reading.matches) if reading.matches else ()
    return Report(url, tried.article, told, places, matches=reading.matches)
