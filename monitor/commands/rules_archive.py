"""`dateline rules explain`, `backtest` and `backfill`: rules on articles that are stored, or that somebody brings.

None takes the bot’s lock, so it goes on beside them. A backfill only writes into the outbox, which the bot empties.
"""

from __future__ import annotations

import asyncio
import difflib
import json
import os
import re
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlsplit

from monitor.commands import archive_text
from monitor.commands.archive_text import Backtest
from monitor.commands.progress import progress
from monitor.config import load_settings
from monitor.digest.compose import resolved
from monitor.errors import ConfigError, DatelineError
from monitor.ruleset import archive
from monitor.ruleset import backfill as late
from monitor.ruleset.files import load, remembered, unlearned
from monitor.slack.printer import channel_names
from monitor.stories.identity import canonical_url, url_key
from rules.engine.engine import Engine
from rules.files.load import RELEVANCE
from rules.model import Article
from rules.workbench import trial
from storage import archive as stored
from storage import rule_sets
from storage.database import exists, open_database

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from monitor.ruleset.files import Loaded
    from monitor.settings import Settings
    from rules.model import Rule, RuleSet
    from storage.archive import History
    from storage.database import Database
    from storage.rule_sets import StoredRules

MAX_BYTES = 5_000_000  # of an article that somebody brings; a newspaper page is under 100 kB
MAX_DIGITS = 18
_DAYS = re.compile(r"(\d{1,4})\s*(?:d|days?)?")


def explain(args: argparse.Namespace) -> int:
    """Print why a rule did, or did not, find an article."""
    settings = load_settings(args.config, os.environ)
    loaded = _rules_in_files(settings)
    rule = _known(args.rule, loaded.ruleset)
    article, history = _article(settings, args.article)
    engine = Engine(trial.only(loaded.ruleset, {rule.id}), loaded.relevance)
    explanation = engine.explain(rule.id, article, datetime.now(UTC))
    if args.json:
        known = archive_text.history_json(history) if history else None
        _print_json({"rule": rule.id, "enabled": rule.enabled, "article": _shown(article), "stored": known,
                     "explanation": explanation.to_json()})
        return 0
    if history:
        print("\n".join(archive_text.history_lines(history, channel_names(settings), _zone(settings))), end="\n\n")
    if not rule.enabled:
        print(f"{rule.id} is switched off (enabled = false); switched on, it would say:\n")
    print(explanation.to_text())
    return 0


def backtest(args: argparse.Namespace) -> int:
    """Print what a rule of the files finds in the stored articles, beside the bot's own with --diff."""
    settings = load_settings(args.config, os.environ)
    loaded = _rules_in_files(settings)
    now, zone = datetime.now(UTC), _zone(settings)
    since = since_of(args.since, now, zone)
    with _archive(settings) as database, progress("reading articles") as tell:
        active = _active(database) if args.diff else None
        before = remembered(active.texts) if active else None
        rule = _known(args.rule, loaded.ruleset, *([before.ruleset] if before else []))
        found = archive.backtest(database, loaded, rule.id, since, before=before, progress=tell)
    done = Backtest(rule, found, since, now, zone, active.activated_at if active else None)
    if args.json:
        _print_json(archive_text.backtest_json(done))
    else:
        print("\n".join(archive_text.backtest_lines(done)))
    return 0


def backfill(args: argparse.Namespace) -> int:
    """Show what a rule would have brought whom, ask, and put it into the outbox."""
    settings = load_settings(args.config, os.environ)
    loaded = load(settings, datetime.now(UTC).date())
    if loaded.problems:
        raise ConfigError(loaded.problems)
    rule = _known(args.rule, loaded.ruleset)
    if not rule.enabled:
        raise DatelineError(f"the rule {rule.id} is switched off: take `enabled = false` out of {rule.file} first")
    now, zone = datetime.now(UTC), _zone(settings)
    channels = [resolved(channel, loaded.ruleset.places) for channel in settings.channels]
    with _archive(settings) as database:
        with progress("reading articles") as tell:
            engine = Engine(trial.only(loaded.ruleset, {rule.id}), loaded.relevance)
            planned = late.plan(database, engine, rule.id, channels, since_of(args.since, now, zone),
                                now=now, progress=tell)
        if not args.json:
            print("\n".join(archive_text.plan_lines(planned, zone)))
        wanted = bool(planned.due) and (args.yes or (not args.json and _agreed(planned)))
        made = late.post(database, planned, loaded.ruleset.topics, datetime.now(UTC)) if wanted else 0
    if args.json:
        _print_json(archive_text.plan_json(planned, made))
        return 0
    print(_outcome(planned, made))
    return 0 if made or not planned.due else 1


def since_of(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The midnight that "30d" or "2026-10-24" means. Raises DatelineError."""
    try:
        days = _DAYS.fullmatch(text.strip())
        day = (now.astimezone(zone) - timedelta(days=int(days[1]))).date() if days else \
            datetime.strptime(text.strip(), "%Y-%m-%d").replace(tzinfo=zone).date()
    except ValueError:
        raise DatelineError(f"--since {text!r} is not understood: write a number of days, such as 30d, "
                            "or a date, such as 2026-10-24") from None
    start = datetime.combine(day, time.min, zone)
    if start > now:
        raise DatelineError(f"--since {text} lies in the future")
    return start


def _rules_in_files(settings: Settings) -> Loaded:
    """The rules as the files are now; examples may fail, for this is how one finds out why. Raises ConfigError."""
    loaded = load(settings, datetime.now(UTC).date())
    if loaded.ruleset.errors:
        raise ConfigError(loaded.ruleset.errors)
    if wrong := unlearned(settings):
        print(f"{RELEVANCE} is left out: {wrong[0].message}. dateline rules check says more\n", file=sys.stderr)
    return loaded


def _known(rule_id: str, *rulesets: RuleSet) -> Rule:
    """The rule, of the first set that has it. Raises DatelineError with the ids that are like it."""
    every = {rule.id: rule for ruleset in reversed(rulesets) for rule in ruleset.rules}
    if rule_id in every:
        return every[rule_id]
    near = difflib.get_close_matches(rule_id, every, n=3)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"The rules are: {', '.join(sorted(every)) or 'none'}."
    raise DatelineError(f"there is no rule {rule_id!r}. {hint}")


@contextmanager
def _archive(settings: Settings) -> Iterator[Database]:
    """The database, opened beside a bot that may be running. Raises DatelineError where there is none yet."""
    if not exists(settings.storage.url):
        raise DatelineError(f"nothing is stored yet: there is no database at "
                            f"{settings.storage.url.removeprefix('sqlite:///')}. "
                            "Start the bot (dateline run), or let it go one round (dateline once)")
    database = open_database(settings.storage.url)
    try:
        yield database
    finally:
        database.close()


def _active(database: Database) -> StoredRules:
    with database.read() as connection:
        found = rule_sets.last_active(connection)
    if found is None:
        raise DatelineError("the bot has not run with these rules yet: there is nothing to compare with. "
                            "Leave --diff out")
    return found


def _article(settings: Settings, named: str) -> tuple[Article, History | None]:
    """What the argument names, and what is stored about it. Raises DatelineError where it names nothing."""
    if named == "-":
        return _typed(_text(sys.stdin.buffer, "the text")), None
    if named.isdecimal():
        return _stored(settings, named)
    if "://" in named:
        return _at_address(settings, named)
    return _typed(_of_file(named)), None


def _of_file(named: str) -> str:
    try:
        path = Path(named)
        if path.exists() and not path.is_file() and not path.is_dir():  # a pipe never ends, and nobody may fill it
            raise DatelineError(f"{named!r} is no file but a pipe or a device: write - to read what is piped")
        with path.open("rb") as file:
            return _text(file, repr(named))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "that is no name of a file"
        raise DatelineError(f"{named!r} is neither a stored article's number nor an address (https://...), and cannot "
                            f"be read as a file: {why}") from error


def _text(source: BinaryIO, called: str) -> str:
    """An article from bytes. Raises DatelineError where they are too many, or no text."""
    found = source.read(MAX_BYTES + 1)
    if len(found) > MAX_BYTES:
        raise DatelineError(f"{called} has more than {MAX_BYTES:,} bytes: that is no article")
    try:
        return found.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DatelineError(f"{called} is not UTF-8 text (byte {error.start}): save it again as UTF-8") from error


def _typed(text: str) -> Article:
    """The first line is the headline."""
    title, _, rest = text.strip().partition("\n")
    if not title:
        raise DatelineError("the text is empty: the first line is the headline, the rest the article")
    return Article(title.strip(), rest.strip())


def _stored(settings: Settings, number: str) -> tuple[Article, History]:
    with _archive(settings) as database, database.read() as connection:
        # SQLite has no number of more digits.
        history = stored.history(connection, int(number)) if len(number) <= MAX_DIGITS else None
    if history is None:
        shown = number if len(number) <= MAX_DIGITS else f"{number[:MAX_DIGITS]}…"
        raise DatelineError(f"no article {shown} is stored: backtest shows the numbers of those that are")
    return history.article.as_read(), history


def _at_address(settings: Settings, url: str) -> tuple[Article, History | None]:
    key = url_key(url)
    if not key:
        raise DatelineError(f"{url} is not an address that can be read: it must begin with http:// or https://")
    if exists(settings.storage.url):
        with _archive(settings) as database, database.read() as connection:
            article_id = stored.by_key(connection, key)
            history = stored.history(connection, article_id) if article_id else None
        if history:
            return history.article.as_read(), history
    return asyncio.run(_fetched(settings, canonical_url(url))), None


async def _fetched(settings: Settings, url: str) -> Article:
    """The page as the bot reads pages: guarded addresses, bounds, a child process. Raises CollectError."""
    from monitor.collect.fetch import PAGE_ACCEPT, Fetcher
    from monitor.collect.sandbox import Sandbox

    sandbox = Sandbox()
    try:
        fetched = await Fetcher(settings.network).fetch(url, accept=PAGE_ACCEPT)
        page = await sandbox.extract_page(fetched.body, url=fetched.url, content_type=fetched.content_type)
    finally:
        await sandbox.aclose()
    host = urlsplit(fetched.url).hostname
    feed = next((feed for feed in settings.feeds if urlsplit(feed.url).hostname == host), None)
    return Article(page.title, page.text, url=fetched.url, outlet=feed.outlet if feed else page.outlet,
                   home=feed.home if feed else "", published_at=page.published_at)


def _shown(article: Article) -> dict[str, Any]:
    at = article.published_at.isoformat() if article.published_at else None
    return {"title": article.title, "url": article.url, "outlet": article.outlet, "published_at": at}


def _agreed(planned: late.Plan) -> bool:
    if not sys.stdin.isatty():
        raise DatelineError("nobody can be asked here: add --yes to post this")
    names = ", ".join(post.channel.name for post in planned.due)
    return input(f"\nPost to {names}? Type yes: ").strip().lower() == "yes"


def _outcome(planned: late.Plan, made: int) -> str:
    if made:
        digests = "1 digest waits" if made == 1 else f"{made} digests wait"
        return f"\n{digests} in the outbox: the running bot posts them within a minute, otherwise `dateline once` does"
    if planned.due:
        return "nothing was posted"
    return "\nnothing to post" + (": every article stands in a digest already" if planned.posts else "")


def _zone(settings: Settings) -> ZoneInfo:
    """Dates are told as the first channel counts them."""
    return settings.channels[0].zone


def _print_json(content: dict[str, Any]) -> None:
    print(json.dumps(content, ensure_ascii=False, indent=2))
