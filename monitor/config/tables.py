"""Which tables and keys config.toml has, of what type, and within which bounds: the one list of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rules.model import PROMINENCES, SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["text", "texts", "whole", "number", "numbers", "flag", "text or texts"]


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its type, the bounds of a number (inclusive) and its default, and whether it may be left out or empty.

    `choices` are all that a text may be. `default` is what a remedy offers where nothing better is known, never a
    bound: 1 for `keep_text_days` would erase an archive.
    """

    kind: Kind = "text"
    low: float = 0
    high: float = 0
    default: float = 0
    required: bool = False
    filled: bool = False
    choices: tuple[str, ...] = ()


TABLES: Mapping[str, Mapping[str, Key]] = {
    "rules": {"packs": Key("texts"), "folders": Key("texts"), "pull_minutes": Key("whole", 0, 1440)},
    "slack": {"admin_channel": Key(), "admins": Key("texts"), "people": Key("texts", filled=True), "command": Key(),
              "base_url": Key(), "timeout_seconds": Key("number", 0.1, 60, 15)},
    "storage": {"database": Key(), "keep_text_days": Key("whole", 1, 3650, 90)},
    "polling": {
        "interval_minutes": Key("whole", 10, 1440, 20),
        "first_poll_hours": Key("whole", 1, 720, 24),
        "fetch_pages": Key("flag"),
        "tick_seconds": Key("number", 0.1, 300, 15),
    },
    "network": {
        "user_agent": Key(),
        "total_timeout_seconds": Key("number", 1, 300, 30),
        "per_host": Key("whole", 1, 10, 2),
        "host_gap_seconds": Key("number", 0, 60, 1),
        "allow": Key("texts"),
    },
    "health": {"heartbeat": Key()},
    "feed": {"url": Key(required=True), "outlet": Key(required=True), "home": Key(), "urgent": Key("flag")},
    "page": {"url": Key(required=True), "outlet": Key(required=True), "home": Key(), "selector": Key(),
             "urgent": Key("flag")},
    # Low bounds far below what anybody should choose: trials run at a fiftieth of the usual times.
    "delivery": {
        "gap_seconds": Key("number", 0.01, 60, 1.2),
        "settle_seconds": Key("number", 0.01, 600, 10),
        "look_seconds": Key("numbers", 0.01, 3600),
        "lease_seconds": Key("number", 0.1, 3600, 60),
        "sweep_seconds": Key("number", 0.1, 86_400, 180),
        "margin_seconds": Key("number", 0.1, 3600, 300),
        "retry_seconds": Key("number", 0.01, 3600, 30),
        "mending_seconds": Key("number", 0.01, 86_400, 300),
        "budget_seconds": Key("number", 0.01, 3600, 20),
        "horizon_hours": Key("number", 0.01, 168, 24),
    },
    "channel": {
        "id": Key(),  # or `webhook`
        "webhook": Key(),
        "name": Key(),
        "language": Key(choices=("en", "es")),
        "rules": Key("texts", filled=True),
        "topics": Key("texts", filled=True),
        "places": Key("texts", filled=True),
        "outlets": Key("texts", filled=True),
        "languages": Key("texts", filled=True),
        "severity": Key(choices=SEVERITIES),
        "prominence": Key(choices=PROMINENCES),
        "slots": Key("text or texts"),
        "timezone": Key(),
        "quiet": Key(),
        "urgent": Key("flag"),
        "urgent_in_quiet": Key("flag"),
        "urgent_per_day": Key("whole", 0, 1000, 10),
        "threads": Key("flag"),
        "growth": Key("flag"),
        "no_news_at": Key(),
    },
}
LISTS = ("feed", "page", "channel")
# Words that are no spelling mistake and still plain: what people call a key of a table.
_OF_SOURCES = {"name": "outlet", "title": "outlet", "source": "outlet", "link": "url", "address": "url",
               "place": "home", "city": "home"}
CALLED = {
    "feed": {**_OF_SOURCES, "rss": "url"},
    "page": {**_OF_SOURCES, "page": "url", "css": "selector", "part": "selector", "watch": "selector",
             "element": "selector"},
    "channel": {"channel": "id", "channel_id": "id", "times": "slots", "schedule": "slots", "zone": "timezone",
                "rule": "rules", "topic": "topics", "place": "places", "outlet": "outlets", "sources": "outlets",
                "lang": "language", "thread": "threads", "quiet_hours": "quiet", "min_severity": "severity",
                "min_prominence": "prominence", "silence": "no_news_at", "daily_line": "no_news_at"},
}
