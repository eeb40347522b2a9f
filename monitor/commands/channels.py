"""`dateline channels list` and `channels test`: what each channel takes, and where one article would go."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from monitor.channels import kind_of
from monitor.commands.articles import article_of, print_json
from monitor.commands.why import opened
from monitor.config.load import load_settings
from monitor.digest.slots import next_time
from monitor.why.channels import place_in
from monitor.why.desk import as_matched, known_to, would_be
from monitor.why.text import channel_lines, channels_json
from monitor.why.track import Found
from monitor.words.times import local
from rules.model import PROMINENCES, SEVERITIES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from monitor.settings import ChannelSettings
    from monitor.why.channels import Place
    from monitor.why.desk import Desk
    from rules.model import Article, Match
    from storage.archive import History

_LANGUAGES = {"en": "English", "es": "Spanish"}


def listing(args: argparse.Namespace) -> int:
    """Print every channel with its choices in words."""
    settings = load_settings(args.config, os.environ)
    now = datetime.now(UTC)
    if args.json:
        print_json({"channels": [_json(channel, now) for channel in settings.channels]})
        return 0
    print("\n\n".join("\n".join(_lines(channel, now)) for channel in settings.channels))
    print("\nWhere an article would go, and why: dateline channels test ARTICLE")
    return 0


def test(args: argparse.Namespace) -> int:
    """Print for every channel whether an article goes there, when, and why or why not."""
    with opened(args) as desk:
        article, history = article_of(desk.settings, args.article)
        matches = desk.engine.match(article, desk.now)
        places = _places(desk, article, history, matches)
    if args.json:
        print_json({"title": article.title, "article_id": history.article.id if history else None,
                    "matches": [{"rule": match.rule_id, "severity": match.severity, "prominence": match.prominence,
                                 "alerts": match.alerts, "topics": list(match.topics)} for match in matches],
                    "channels": channels_json(places)})
        return 0
    print("\n".join([article.title or "(no headline)", *_matched(matches), "", *channel_lines(places)]))
    if history:
        print(f"\nThat is as rules and channels are now. What became of it: dateline why {history.article.id}")
    return 0


def _places(desk: Desk, article: Article, history: History | None, matches: Sequence[Match]) -> list[Place]:
    if history is None or desk.database is None:
        return list(would_be(desk, article, matches))
    with_matches = replace(as_matched(article, matches, desk.now), article_id=history.article.id)
    with desk.database.read() as connection:
        known = [known_to(connection, desk, Found(history, ()), channel, only_posted=True) for channel in desk.channels]
    return [place_in(with_matches, channel, one, desk.now) for channel, one in zip(desk.channels, known, strict=True)]


def _matched(matches: Sequence[Match]) -> list[str]:
    if not matches:
        return ["  no rule matches it: dateline rules explain RULE ARTICLE says what is missing"]
    return [f"  {match.rule_id}: {match.severity}, in “{match.prominence}”"
            + ("" if match.alerts else ", too slight to alert (alert_from)")
            + (f", topics {', '.join(match.topics)}" if match.topics else "") for match in matches]


def _lines(channel: ChannelSettings, now: datetime) -> list[str]:
    once = "  (an incoming webhook: at least once; after a lost answer a message may come twice, numbered)"
    lines = [f"{channel.name} ({channel.id}){'' if kind_of(channel.id).exact else once}"]
    rows = [("takes", _takes(channel)), ("when", _when(channel, now)), ("urgent", _urgent(channel)),
            ("quiet", f"{channel.quiet.start:%H:%M} to {channel.quiet.end:%H:%M}: what is found waits for the end"
             if channel.quiet else ""),
            ("says", f"{_LANGUAGES[channel.language]}{'' if channel.threads else ', without threads'}"),
            ("growth", "a higher number or another place is told in the thread alone (growth = false)"
             if channel.threads and not channel.growth else ""),
            ("silence", f"a line at {channel.line_at:%H:%M} where nothing came for a day" if channel.line_at else
             "no line where nothing comes (no_news_at)")]
    return lines + [f"  {name:<8} {words}" for name, words in rows if words]


def _takes(channel: ChannelSettings) -> str:
    """Its choices, as a sentence has them."""
    chosen = [("rules", channel.rules), ("topics", channel.topics), ("places", channel.places),
              ("outlets", channel.outlets), ("languages", channel.languages)]
    parts = [f"{name} {', '.join(some)}" for name, some in chosen if some]
    if channel.severity != SEVERITIES[0]:
        parts.append(f"severity from {channel.severity}")
    if channel.prominence != PROMINENCES[0]:
        parts.append(f"prominence from {channel.prominence}")
    return "; ".join(parts) or "every match of every rule"


def _when(channel: ChannelSettings, now: datetime) -> str:
    if not channel.slots:
        return f"at once ({channel.zone})"
    coming = next_time(channel, now).at
    slots = ", ".join(f"{slot:%H:%M}" for slot in channel.slots)
    return f"{slots} ({channel.zone}); next {local(coming, channel.zone, 'en') if coming else 'now'}"


def _urgent(channel: ChannelSettings) -> str:
    if not channel.urgent:
        return "waits for the digest like everything else"
    quiet = ", also in quiet hours" if channel.quiet and channel.urgent_in_quiet else ""
    held = ", after quiet hours" if channel.quiet and not channel.urgent_in_quiet else ""
    return (f"at once{quiet}{held}; above {channel.urgent_per_day} a day only the first story of a topic and place "
            "goes alone")


def _json(channel: ChannelSettings, now: datetime) -> dict[str, Any]:
    coming = next_time(channel, now)
    return {
        "id": channel.id, "name": channel.name, "kind": channel.kind, "language": channel.language,
        "timezone": str(channel.zone), "slots": [f"{slot:%H:%M}" for slot in channel.slots],
        "next": coming.at.isoformat() if coming.at else None, "held": coming.held, "rules": list(channel.rules),
        "topics": list(channel.topics), "places": list(channel.places), "outlets": list(channel.outlets),
        "languages": list(channel.languages), "severity": channel.severity, "prominence": channel.prominence,
        "growth": channel.growth, "at_least_once": not kind_of(channel.id).exact,
    }
