"""`dateline rules explain`, `backtest` and `backfill`: rules on articles that are stored, or that somebody brings.

None takes the bot’s lock, so it goes on beside them. A backfill only writes into the outbox, which the bot empties.
"""

from __future__ import annotations

import os
import re
import sys
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from monitor.commands import archive_text
from monitor.commands.archive_text import Backtest
from monitor.commands.articles import archive_of, article_of, known_rule, print_json, rules_in_files
from monitor.commands.progress import progress
from monitor.config.load import load_settings
from monitor.digest.routing import resolved
from monitor.errors import ConfigError, DatelineError
from monitor.ruleset import archive
from monitor.ruleset import backfill as late
from monitor.ruleset.files import load, remembered
from monitor.slack.printer import channel_names
from rules.engine.engine import Engine
from rules.model import Article
from rules.workbench import trial
from storage import rule_sets

if TYPE_CHECKING:
    import argparse
    from zoneinfo import ZoneInfo

    from storage.database import Database
    from storage.rule_sets import StoredRules

_DAYS = re.compile(r"(\d{1,4})\s*(?:d|days?)?")


def explain(args: argparse.Namespace) -> int:
    """Print why a rule did, or did not, find an article."""
    settings = load_settings(args.config, os.environ)
    loaded = rules_in_files(settings)
    rule = known_rule(args.rule, loaded.ruleset)
    article, history = article_of(settings, args.article)
    engine = Engine(trial.only(loaded.ruleset, {rule.id}), loaded.relevance)
    explanation = engine.explain(rule.id, article, datetime.now(UTC))
    if args.json:
        known = archive_text.history_json(history) if history else None
        print_json({"rule": rule.id, "enabled": rule.enabled, "article": _shown(article), "stored": known,
                     "explanation": explanation.to_json()})
        return 0
    if history:
        print("\n".join(archive_text.history_lines(history, channel_names(settings), settings.zone)), end="\n\n")
    if not rule.enabled:
        print(f"{rule.id} is switched off (enabled = false); switched on, it would say:\n")
    print(explanation.to_text())
    return 0


def backtest(args: argparse.Namespace) -> int:
    """Print what a rule of the files finds in the stored articles, beside the bot's own with --diff."""
    settings = load_settings(args.config, os.environ)
    loaded = rules_in_files(settings)
    now, zone = datetime.now(UTC), settings.zone
    since = since_of(args.since, now, zone)
    with archive_of(settings) as database, progress("reading articles") as tell:
        active = _active(database) if args.diff else None
        before = remembered(active.texts) if active else None
        rule = known_rule(args.rule, loaded.ruleset, *([before.ruleset] if before else []))
        found = archive.backtest(database, loaded, rule.id, since, before=before, progress=tell)
    done = Backtest(rule, found, since, now, zone, active.activated_at if active else None)
    if args.json:
        print_json(archive_text.backtest_json(done))
    else:
        print("\n".join(archive_text.backtest_lines(done)))
    return 0


def backfill(args: argparse.Namespace) -> int:
    """Show what a rule would have brought whom, ask, and put it into the outbox."""
    settings = load_settings(args.config, os.environ)
    loaded = load(settings, datetime.now(UTC).date())
    if loaded.problems:
        raise ConfigError(loaded.problems)
    rule = known_rule(args.rule, loaded.ruleset)
    if not rule.enabled:
        raise DatelineError(f"the rule {rule.id} is switched off: take `enabled = false` out of {rule.file} first")
    now, zone = datetime.now(UTC), settings.zone
    channels = [resolved(channel, loaded.ruleset.places) for channel in settings.channels]
    with archive_of(settings) as database:
        with progress("reading articles") as tell:
            engine = Engine(trial.only(loaded.ruleset, {rule.id}), loaded.relevance)
            planned = late.plan(database, engine, rule.id, channels, since_of(args.since, now, zone),
                                now=now, progress=tell)
        if not args.json:
            print("\n".join(archive_text.plan_lines(planned, zone)))
        wanted = bool(planned.due) and (args.yes or (not args.json and _agreed(planned)))
        made = late.post(database, planned, loaded.ruleset, datetime.now(UTC)) if wanted else 0
    if args.json:
        print_json(archive_text.plan_json(planned, made))
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


def _active(database: Database) -> StoredRules:
    with database.read() as connection:
        found = rule_sets.last_active(connection)
    if found is None:
        raise DatelineError("the bot has not run with these rules yet: there is nothing to compare with. "
                            "Leave --diff out")
    return found


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
