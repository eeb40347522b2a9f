"""Matches, articles and digests for the tests of everything between a match and a message."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from monitor.digest.model import Aside, Digest, Item, Section
from monitor.settings import ChannelSettings
from rules.model import Match, MatchedArticle, PlaceFound, Quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.model import Severity

NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
EASTERN = ZoneInfo("America/New_York")
TOPICS = {"raids": "Raids and arrests", "detainers": "Detainers", "policy": "Sanctuary policy"}
SENTENCE = "Agents led twelve workers away in vans, two neighbors said."


def match(
    rule_id: str = "raid-rule",
    topics: tuple[str, ...] = ("raids",),
    severity: Severity = "normal",
    *,
    places: tuple[PlaceFound, ...] = (),
    quotes: tuple[Quote, ...] = (Quote("body", SENTENCE, ((0, 6),)),),
    title_marks: tuple[tuple[int, int], ...] = (),
) -> Match:
    """A match of one rule, with as little in it as a test needs to say."""
    return Match(rule_id, rule_id.title(), topics, severity, places, quotes, title_marks, (), f"why {rule_id}", (), "h")


def place(label: str, *, about: bool = True, mentions: int = 1) -> PlaceFound:
    """A place found, whose id is its label in lower case."""
    return PlaceFound(label.lower(), label, about, mentions)


def article(article_id: int, *matches: Match, hours_ago: float = 1, **changes: object) -> MatchedArticle:
    """A stored article published some hours before NOW."""
    fields: dict[str, Any] = {
        "title": f"Headline {article_id}",
        "url": f"https://ledger.example/a?id={article_id}&s=1",
        "outlet": "Harbor Ledger",
        "published_at": NOW - timedelta(hours=hours_ago),
        "first_seen_at": NOW,
        "text_source": "page",
    }
    return MatchedArticle(article_id=article_id, matches=matches, **(fields | changes))


def channel(**changes: object) -> ChannelSettings:
    """A channel in New York's zone that wants everything."""
    fields: dict[str, Any] = {"id": "C0DIGEST01", "name": "alerts", "zone": EASTERN}
    return ChannelSettings(**(fields | changes))


def item(article_id: int = 1, **changes: object) -> Item:
    """An item as `compose` makes it."""
    fields: dict[str, Any] = {
        "article_id": article_id,
        "title": f"Agents arrest {article_id} at bakery",
        "title_marks": ((0, 13),),
        "url": f"https://ledger.example/a?id={article_id}&s=1",
        "outlet": "Harbor Ledger",
        "at": NOW - timedelta(hours=1),
        "at_is_published": True,
        "places": ("Baltimore, MD",),
        "quote": Quote("body", SENTENCE, ((0, 6),)),
        "why": "“agents” near “arrest” in the headline",
        "rule_names": ("Raids",),
    }
    return Item(**(fields | changes))


def digest(
    *items: Item, footnotes: tuple[str, ...] = (), per_section: int = 1_000, asides: Sequence[Aside] = ()
) -> Digest:
    """A digest of these items, `per_section` of them under each topic."""
    starts = range(0, len(items), per_section)
    sections = tuple(Section(f"t{at}", f"Topic {at}", items[at : at + per_section]) for at in starts)
    return Digest("digest:1", "C0DIGEST01", "alerts", "Morning digest, Mon 23 Nov", EASTERN, NOW, sections, footnotes,
                  tuple(asides))
