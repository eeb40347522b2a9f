"""What commands over articles begin with: the rules of the files, the archive, and the article that an argument names.
"""

from __future__ import annotations

import asyncio
import difflib
import json
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlsplit

from monitor.errors import ConfigError, DatelineError
from monitor.ruleset.files import load, unlearned
from monitor.stories.identity import canonical_url, url_key
from rules.files.load import RELEVANCE
from rules.model import Article
from storage import archive as stored
from storage.database import exists, open_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.collect.fetch import Fetcher
    from monitor.collect.model import ExtractedPage
    from monitor.collect.sandbox import Sandbox
    from monitor.ruleset.files import Loaded
    from monitor.settings import Settings
    from rules.model import Rule, RuleSet
    from storage.archive import History
    from storage.database import Database

MAX_BYTES = 5_000_000  # of an article that somebody brings; a newspaper page is under 100 kB


def rules_in_files(settings: Settings) -> Loaded:
    """The rules as the files are now; examples may fail, for this is how one finds out why. Raises ConfigError."""
    loaded = load(settings, datetime.now(UTC).date())
    if loaded.ruleset.errors:
        raise ConfigError(loaded.ruleset.errors)
    if wrong := unlearned(settings):
        print(f"{RELEVANCE} is left out: {wrong[0].message}. dateline rules check says more\n", file=sys.stderr)
    return loaded


def known_rule(rule_id: str, *rulesets: RuleSet) -> Rule:
    """The rule, of the first set that has it. Raises DatelineError with the ids that are like it."""
    every = {rule.id: rule for ruleset in reversed(rulesets) for rule in ruleset.rules}
    if rule_id in every:
        return every[rule_id]
    near = difflib.get_close_matches(rule_id, every, n=3)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"The rules are: {', '.join(sorted(every)) or 'none'}."
    raise DatelineError(f"there is no rule {rule_id!r}. {hint}")


@contextmanager
def archive_of(settings: Settings) -> Iterator[Database]:
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


def article_of(settings: Settings, named: str) -> tuple[Article, History | None]:
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
    with archive_of(settings) as database, database.read() as connection:
        history = stored.history(connection, int(number)) if len(number) <= stored.MAX_DIGITS else None
    if history is None:
        shown = number if len(number) <= stored.MAX_DIGITS else f"{number[:stored.MAX_DIGITS]}…"
        raise DatelineError(f"no article {shown} is stored: backtest shows the numbers of those that are")
    return history.article.as_read(), history


def _at_address(settings: Settings, url: str) -> tuple[Article, History | None]:
    key = url_key(url)
    if not key:
        raise DatelineError(f"{url} is not an address that can be read: it must begin with http:// or https://")
    if exists(settings.storage.url):
        with archive_of(settings) as database, database.read() as connection:
            article_id = stored.by_key(connection, key)
            history = stored.history(connection, article_id) if article_id else None
        if history:
            return history.article.as_read(), history
    return asyncio.run(_fetched(settings, canonical_url(url))), None


async def _fetched(settings: Settings, url: str) -> Article:
    from monitor.collect.fetch import Fetcher
    from monitor.collect.sandbox import Sandbox

    sandbox = Sandbox()
    try:
        at, page = await read_page(url, Fetcher(settings.network), sandbox)
    finally:
        await sandbox.aclose()
    return as_article(settings, at, page)


async def read_page(url: str, fetcher: Fetcher, sandbox: Sandbox) -> tuple[str, ExtractedPage]:
    """A page as the bot reads pages (guarded addresses, bounds, a child process), and where it was in the end.

    Raises CollectError.
    """
    from monitor.collect.fetch import PAGE_ACCEPT

    fetched = await fetcher.fetch(url, accept=PAGE_ACCEPT)
    return fetched.url, await sandbox.extract_page(fetched.body, url=fetched.url, content_type=fetched.content_type)


def as_article(settings: Settings, url: str, page: ExtractedPage) -> Article:
    """The page as rules read it, of the outlet whose feed is on the same host."""
    host = urlsplit(url).hostname
    feed = next((feed for feed in settings.feeds if urlsplit(feed.url).hostname == host), None)
    return Article(page.title, page.text, url=url, outlet=feed.outlet if feed else page.outlet,
                   home=feed.home if feed else "", published_at=page.published_at)


def print_json(content: dict[str, Any]) -> None:
    print(json.dumps(content, ensure_ascii=False, indent=2))
