"""`dateline stories`: the events behind the articles, one event report by report, and why two articles are one or not.

It changes nothing, and can be asked beside a running bot.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.commands import stories_text as text
from monitor.commands.articles import archive_of, print_json
from monitor.config.load import load_settings
from monitor.errors import DatelineError
from monitor.slack.printer import channel_names
from monitor.stories.compare import THRESHOLD
from monitor.stories.identity import canonical_url, url_key
from monitor.why import story as accounts
from monitor.why.pair import Side, pair
from storage import archive, stories
from storage import why as asked

if TYPE_CHECKING:
    import argparse

    from sqlalchemy import Connection

    from monitor.settings import Settings
    from monitor.why.story import Story

SHOWN = 100  # stories of a list


def listing(args: argparse.Namespace) -> int:
    """Print the stories that had coverage in the last days, the latest first."""
    settings = load_settings(args.config, os.environ)
    since = datetime.now(UTC) - timedelta(days=args.days)
    with archive_of(settings) as database, database.read() as connection:
        found = [story for number in stories.recent(connection, since, SHOWN)
                 if (story := accounts.read(connection, number))]
    if args.json:
        print_json({"stories": [text.brief_json(story) for story in found]})
    elif found:
        print("\n".join(text.table(found, _shown(settings))))
        if len(found) == SHOWN:
            print(f"These are the {SHOWN} with the latest coverage; there may be more.")
    else:
        print(f"no story in the last {args.days} days: an article begins one as soon as a rule alerts on it")
    return 0


def show(args: argparse.Namespace) -> int:
    """Print one story, report by report."""
    settings = load_settings(args.config, os.environ)
    with archive_of(settings) as database, database.read() as connection:
        wanted = _story_number(args.story)
        number, story = _known(connection, wanted)
        told = asked.told(connection, [report.article.id for report in story.reports])
    if args.json:
        print_json({"asked": wanted} | text.account_json(story, told))
        return 0
    if number != wanted:
        print(f"{text.part_of(wanted, story, settings.zone)}\n")
    print("\n".join(text.account(story, told, _shown(settings))))
    return 0


def explain(args: argparse.Namespace) -> int:
    """Print whether two articles are one story, and because of what."""
    settings = load_settings(args.config, os.environ)
    with archive_of(settings) as database, database.read() as connection:
        a, b = (_side(connection, named) for named in (args.a, args.b))
    if a.id == b.id:
        raise DatelineError(f"both are article {a.id}: name two different ones")
    found = pair(a, b, settings.zone)
    if args.json:
        print_json(text.explained_json(found, THRESHOLD))
    else:
        print("\n".join(text.explained(found, THRESHOLD, _shown(settings))))
    return 0


def _shown(settings: Settings) -> text.Shown:
    return text.Shown(settings.zone, channel_names(settings))


def _story_number(named: str) -> int:
    """The number that "12", "#12" or "story 12" means. Raises DatelineError."""
    number = _bare(named.strip().casefold().removeprefix("story"))
    if not number.isdecimal():
        raise DatelineError(f"{named!r} is no number of a story: dateline stories list shows the numbers")
    if len(number) > archive.MAX_DIGITS:
        raise DatelineError(f"there is no story {number[:archive.MAX_DIGITS]}…: dateline stories list has the numbers")
    return int(number)


def _bare(named: str) -> str:
    """A number as people write it ("#12") without its sign."""
    return named.strip().removeprefix("#")


def _known(connection: Connection, wanted: int) -> tuple[int, Story]:
    """The story, or the one of which it became part. Raises DatelineError."""
    number = stories.resolve(connection, wanted)
    story = accounts.read(connection, number)
    if story is None:
        raise DatelineError(f"there is no story {wanted}: dateline stories list shows the numbers")
    return number, story


def _side(connection: Connection, named: str) -> Side:
    """A stored article by number or address, and its story. Raises DatelineError."""
    number = _bare(named)
    article_id = _numbered(number) if number.isdecimal() else _addressed(connection, named)
    history = archive.history(connection, article_id) if article_id else None
    if history is None:
        raise DatelineError(f"no article {named} is stored, and only stored articles are grouped: dateline stories "
                            f"show STORY has their numbers, dateline why ADDRESS says what became of an article")
    return Side(history, accounts.of_article(connection, history.article.id))


def _numbered(named: str) -> int | None:
    return int(named) if len(named) <= archive.MAX_DIGITS else None


def _addressed(connection: Connection, named: str) -> int | None:
    url = named if "://" in named else f"https://{named}"
    if not url_key(url) or " " in url or "." not in url:
        raise DatelineError(f"{named!r} is neither the number nor the address (https://...) of an article")
    keys = dict.fromkeys((url_key(url), url_key(canonical_url(url))))
    return asked.known_as(connection, list(keys))[1]
