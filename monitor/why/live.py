"""An address that nothing stored knows, tried on the spot: its source, the source's feeds, its page, the rules.

Nothing is stored. All of it goes through the bot's own Fetcher and child process: a stranger's address is as dangerous
on a command line as in a feed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.collect.fetch import Fetcher
from monitor.collect.sandbox import Sandbox
from monitor.commands.articles import as_article, read_page
from monitor.commands.feeds_found import asked
from monitor.errors import CollectError
from monitor.health import feed_sentence, feed_state
from monitor.stories.identity import canonical_url, url_key
from monitor.why.track import Stage
from monitor.words.counts import counted
from monitor.words.times import moment

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from monitor.collect.model import ExtractedPage, ParsedFeed
    from monitor.settings import FeedSettings, Settings
    from rules.model import Article
    from storage.feeds import Feed

MOST_FEEDS = 5  # of one source that are asked; a newspaper has one a section
_MOST_CHANGES = 5  # of a watched page that are named beside the newest


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it. `article` is None where the page could not be read; `keys` are those of its other addresses."""

    stages: tuple[Stage, ...]
    article: Article | None = None
    keys: tuple[str, ...] = ()


def host_of(url: str) -> str:
    """The host of an address, without "www."."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def sources_of(url: str, settings: Settings, stored: Sequence[Feed], linking: Collection[int]) -> list[FeedSettings]:
    """The feeds of config.toml that may carry the address: of the same site, or with articles on its host.

    `linking` are ids of stored feeds of which an article lies there.
    """
    host = urlsplit(url).hostname or ""
    there = {feed.url for feed in stored if feed.id in linking}
    return [feed for feed in settings.feeds
            if feed.url in there or _same_site(host, urlsplit(feed.url).hostname or "")]


def source_stages(url: str, of_site: Sequence[FeedSettings]) -> list[Stage]:
    """Whether the address is of a source at all."""
    host = urlsplit(url).hostname or url
    unknown = Stage("known", "stopped", "Dateline has never seen this address.")
    if of_site:
        names = ", ".join(dict.fromkeys(feed.outlet for feed in of_site))
        return [unknown, Stage("source", "passed", f"{host} is a source: {names}.")]
    snippet = f"[[feed]]\nurl    = '{urlsplit(url).scheme}://{host}/feed'\noutlet = '{host}'"
    return [unknown, Stage("source", "stopped", f"{host} is not a source: no feed in config.toml is of this site.",
                           "find its feed (look for “RSS” on the site, or try /feed and /rss) and add it to "
                           f"config.toml:\n{snippet}")]


def changed(page: FeedSettings, changes: Sequence[int]) -> Stage:
    """What an address of a watched page stands for: the newest of its changes, which is what follows."""
    before = ", ".join(str(number) for number in changes[1:_MOST_CHANGES + 1])
    more = f"; others before it: {before}{', ...' if len(changes) > _MOST_CHANGES + 1 else ''}" if before else ""
    return Stage("source", "passed", f"It is a page that is watched for {page.outlet}. Its newest change is article "
                 f"{changes[0]}{more}.")


def watched_stages(page: FeedSettings, row: Feed | None, zone: ZoneInfo) -> list[Stage]:
    """How watching a page goes of which no change is stored."""
    watched = Stage("source", "passed", f"It is a page that is watched for {page.outlet}.")
    if row is None or row.first_ok_at is None:
        return [watched, Stage("change", "waiting", "The bot has not seen it yet: its first look finds nothing new, "
                               "and what changes later is news.",
                               "start the bot, or let it go one round: dateline once")]
    looked = f", and was last looked at on {moment(row.polled_at, zone)}" if row.polled_at else ""
    return [watched, Stage("change", "waiting", f"No change of it was seen. It is watched since "
                           f"{moment(row.first_ok_at, zone)}{looked}; the next look is on "
                           f"{moment(row.next_poll_at, zone)}.", "nothing: a change comes as an article of its own; "
                           "times, dates and counters are no changes")]


async def seen_now(page: FeedSettings, settings: Settings) -> Stage:
    """Look at a watched page, now."""
    sandbox = Sandbox()
    try:
        found = await asked(page, Fetcher(settings.network), sandbox)
    except CollectError as error:
        return Stage("page", "stopped", f"It cannot be watched now: {error}.", "dateline feeds health says how it is "
                     "doing, and what to do")
    finally:
        await sandbox.aclose()
    return Stage("page", "passed", f"It was looked at now: {counted(found, ('1 paragraph', '{} paragraphs'))}. Nothing "
                 "of it is stored.")


async def tried(
    url: str, settings: Settings, of_site: Sequence[FeedSettings], stored: Sequence[Feed],
    *, now: datetime, zone: ZoneInfo,
) -> Tried:
    """Ask the source's feeds and the page itself, now."""
    fetcher, sandbox = Fetcher(settings.network), Sandbox()
    rows = {feed.url: feed for feed in stored}
    try:
        stages = _each_remedy_once(
            [stage for feed in of_site[:MOST_FEEDS]
             for stage in await _feed(feed, rows.get(feed.url), url, fetcher, sandbox, now=now, zone=zone)])
        try:
            final, page = await read_page(canonical_url(url), fetcher, sandbox)
        except CollectError as error:
            return Tried((*stages, Stage("page", "stopped", f"Its page cannot be read now: {error}.",
                                         "open it in a browser; what Dateline cannot read, rules cannot find")))
    finally:
        await sandbox.aclose()
    return _read(settings, final, page, stages)


def _read(settings: Settings, final: str, page: ExtractedPage, stages: Sequence[Stage]) -> Tried:
    article = as_article(settings, canonical_url(final), page)
    keys = tuple(filter(None, (url_key(final), url_key(page.canonical_url))))
    if not page.text:
        stage = Stage("page", "stopped", "Its page was fetched, and shows no article (a paywall, a consent page, or a "
                      "page made by scripts).", "the feed's summary is then all that rules can read")
        return Tried((*stages, stage), article if page.title else None, keys)
    paragraphs = counted(len(page.text.split("\n")), ("1 paragraph", "{} paragraphs"))
    stage = Stage("page", "passed", f"Its page was read now: “{page.title}”, {paragraphs}. Nothing of it is "
                  "stored.")
    return Tried((*stages, stage), article, keys)


async def _feed(
    feed: FeedSettings, row: Feed | None, url: str, fetcher: Fetcher, sandbox: Sandbox,
    *, now: datetime, zone: ZoneInfo,
) -> list[Stage]:
    """How one feed of the source is doing, and whether it lists the article at this moment."""
    if feed.kind == "page":
        return [Stage("feed", "stopped", f"The page {feed.url} of {feed.outlet} is watched for changes. Articles that "
                      "it links to are not read.", "if the site has a feed, add it: dateline feeds add ADDRESS")]
    told = []
    if row is not None and feed_state(row) != "ok":
        told.append(Stage("feed", "stopped", f"The feed {feed.url} of {feed.outlet}: {feed_sentence(row, now)}."))
    try:
        fetched = await fetcher.fetch(feed.url)
        parsed = await sandbox.parse_feed(fetched.body, url=fetched.url, content_type=fetched.content_type)
    except CollectError as error:
        return [*told, Stage("feed", "stopped", f"The feed {feed.url} cannot be read now: {error}.",
                             "dateline feeds list says how it is doing; a feed that moved needs its new address in "
                             "config.toml")]
    return [*told, _listed(feed, row, parsed, url, zone)]


def _each_remedy_once(stages: Sequence[Stage]) -> list[Stage]:
    """With each remedy behind the last stage that it is for."""
    last = {stage.remedy: at for at, stage in enumerate(stages)}
    return [stage if last[stage.remedy] == at else replace(stage, remedy="") for at, stage in enumerate(stages)]


def _listed(feed: FeedSettings, row: Feed | None, parsed: ParsedFeed, url: str, zone: ZoneInfo) -> Stage:
    key = url_key(url)
    if any(url_key(entry.url) == key for entry in parsed.entries):
        if row is None:
            return Stage("feed", "waiting", f"The feed {feed.url} lists it now. The bot has not read that feed yet.",
                         "start the bot, or let it go one round: dateline once")
        return Stage("feed", "waiting", f"The feed {feed.url} lists it now, and was not polled since it does. It is "
                     f"polled next on {moment(row.next_poll_at, zone)}.", "nothing: it comes with that poll")
    dates = [entry.published_at for entry in parsed.entries if entry.published_at]
    since = f", the oldest of {moment(min(dates), zone)}" if dates else ""
    polled = f" It was last polled on {moment(row.polled_at, zone)}." if row and row.polled_at else ""
    entries = counted(len(parsed.entries), ("1 entry", "{} entries"))
    return Stage("feed", "stopped", f"The feed {feed.url} does not list it now ({entries}{since})."
                 f"{polled}", "an article that its feed never lists, or only while the bot is off, cannot be seen: "
                 "look whether the outlet has another feed, such as one of that section")


def _same_site(one: str, other: str) -> bool:
    a, b = (host.lower().removeprefix("www.") for host in (one, other))
    return bool(a and b) and (a == b or a.endswith(f".{b}") or b.endswith(f".{a}"))
