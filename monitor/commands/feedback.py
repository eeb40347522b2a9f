"""`dateline feedback`: how right the alerts were by what readers said, which phrases misled the rules, and a labelled
file to measure rules by and to learn from."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from monitor.commands import feedback_read, rule_folder
from monitor.commands import feedback_text as text
from monitor.commands.articles import archive_of, print_json, rules_in_files
from monitor.commands.progress import progress
from monitor.config.load import load_settings
from monitor.errors import DatelineError
from monitor.ruleset import archive
from monitor.slack.printer import channel_names
from rules.workbench.votes import majority, shares
from storage import feedback_report

if TYPE_CHECKING:
    import argparse

    from monitor.commands.feedback_read import Said
    from rules.model import RuleSet
    from rules.workbench.trial import Dated
    from rules.workbench.votes import Share
    from storage.database import Database

PARTS = 4  # of the time, to see which way it goes


def report(args: argparse.Namespace) -> int:
    """Print precision by rule, outlet and channel, and the phrases behind what was rejected."""
    settings = load_settings(args.config, os.environ)
    loaded = rules_in_files(settings)
    now = datetime.now(UTC)
    with archive_of(settings) as database, progress("trying phrases") as tell:
        found = feedback_read.said(database, now - timedelta(days=args.days), now)
        tried = [feedback_read.tried(database, loaded, found, rule_id, tell) for rule_id in found.rules]
    precision = _precision(found, channel_names(settings))
    known = frozenset(loaded.ruleset.queries)
    if args.json:
        print_json(text.as_json(found, precision, tried))
    else:
        print("\n".join(text.lines(found, precision, tried, known)))
    return 0


def _precision(found: Said, channels: dict[str, str]) -> dict[str, list[Share]]:
    named = {
        "rules": [(vote.rule_id, vote) for vote in found.votes if vote.rule_id],
        "outlets": [(vote.outlet, vote) for vote in found.votes],
        "channels": [(channels.get(vote.channel_id, vote.channel_id), vote) for vote in found.votes],
    }
    return {kind: shares([(name, vote.article_id, vote.relevant, vote.at) for name, vote in some],
                         found.since, found.now, PARTS) for kind, some in named.items()}


def labels(args: argparse.Namespace) -> int:
    """Write a labelled file of the articles that were judged."""
    settings = load_settings(args.config, os.environ)
    ruleset = rules_in_files(settings).ruleset
    now = datetime.now(UTC)
    with archive_of(settings) as database:
        found = feedback_read.said(database, now - timedelta(days=args.days), now)
        verdicts = _by_topic(database, found, ruleset)
        readable = sorted(verdicts.keys() - found.erased)
        rows = [_labelled(one, verdicts[one.article_id]) for one in archive.read(database, readable)]
    if not rows:
        raise DatelineError(f"in the last {args.days} days nobody judged an article whose text is still there: there "
                            "is nothing to write")
    rule_folder.write_text(args.file, "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows))
    print(text.written(args.file, len(rows), len(verdicts.keys() & found.erased), found.articles - len(verdicts)))
    return 0


def _by_topic(database: Database, found: Said, ruleset: RuleSet) -> dict[int, dict[str, bool]]:
    """What most people said of each article as a story of each topic: those of the rule under which it stood."""
    with database.read() as connection:
        once = feedback_report.topics(connection, sorted({vote.article_id for vote in found.votes}))
    today = {rule.id: rule.topics for rule in ruleset.rules}
    verdicts = majority(
        ((vote.article_id, topic), vote.relevant) for vote in found.votes
        for topic in today.get(vote.rule_id, once.get((vote.article_id, vote.rule_id), ())))
    by_article: defaultdict[int, dict[str, bool]] = defaultdict(dict)
    for (article_id, topic), relevant in verdicts.items():
        by_article[article_id][topic] = relevant
    return by_article


def _labelled(dated: Dated, verdicts: dict[str, bool]) -> dict[str, Any]:
    """A line of the file; what nobody labelled is left out."""
    article = dated.article
    more = {"url": article.url, "outlet": article.outlet, "home": article.home, "language": article.language}
    return {
        "id": str(dated.article_id), "title": article.title, "text": article.text,
        "topics": sorted(topic for topic, relevant in verdicts.items() if relevant), "judged": sorted(verdicts),
        "date": dated.at.isoformat(),
    } | {key: value for key, value in more.items() if value}
