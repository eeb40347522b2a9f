"""What the demo newspapers print: invented outlets and articles, kept as TOML beside this module.

Each article carries the truth about itself (`topics`, `places`): the demo can be checked like a labelled corpus.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import datetime

# The order of the feeds on the demo's front page and in its configuration.
OUTLET_FILES = ("patapsco_ledger.toml", "puente_latino.toml", "chesapeake_wire.toml")
ZONE = ZoneInfo("America/New_York")  # the outlets are in Maryland, and so are their weekdays
WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """One invented article. `body` is empty where `page_missing`: only the feed's summary exists.

    `topics` (ids) and `places` (place ids) are what the shipped rules must find in it, no more and no less.
    """

    slug: str
    language: str
    title: str
    summary: str
    author: str
    minutes_ago: int
    body: str
    caption: str
    also_in: tuple[str, ...]  # ids of outlets whose feed carries the same page, with tracking parameters
    page_missing: bool
    topics: frozenset[str]
    places: frozenset[str]

    def paragraphs(self, now: datetime) -> list[str]:
        """The story, one paragraph an item; weekdays are those of a demo that starts at `now`."""
        return [line for line in self.in_words(self.body, now).splitlines() if line.strip()]

    def in_words(self, text: str, now: datetime) -> str:
        """`text` with the weekday of publication where it says {day}, so that a demo of any date reads right."""
        return text.replace("{day}", WEEKDAYS[self.language][self.published_at(now).astimezone(ZONE).weekday()])

    def published_at(self, now: datetime) -> datetime:
        """Publication time on a demo that starts at `now`; always within the last 24 hours."""
        return (now - timedelta(minutes=self.minutes_ago)).replace(second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Outlet:
    """One invented outlet with one feed; `format` is "rss" or "atom"."""

    id: str
    name: str
    home: str
    language: str
    format: str
    tagline: str
    related: tuple[str, ...]
    articles: tuple[DemoArticle, ...]


def load_outlets() -> tuple[Outlet, ...]:
    """All demo outlets with their articles, as shipped."""
    folder = files("monitor.demo") / "content"
    return tuple(_outlet(tomllib.loads((folder / name).read_text("utf-8"))) for name in OUTLET_FILES)


def _outlet(raw: dict[str, Any]) -> Outlet:
    return Outlet(
        id=raw["id"], name=raw["name"], home=raw["home"], language=raw["language"], format=raw["format"],
        tagline=raw["tagline"], related=tuple(raw["related"]),
        articles=tuple(_article(article, raw["language"]) for article in raw["article"]),
    )


def _article(raw: dict[str, Any], language: str) -> DemoArticle:
    return DemoArticle(
        slug=raw["slug"], language=language, title=raw["title"], summary=raw["summary"], author=raw["author"],
        minutes_ago=raw["minutes_ago"], body=raw["text"],
        caption=raw.get("caption", ""), also_in=tuple(raw.get("also_in", ())),
        page_missing=raw.get("page_missing", False),
        topics=frozenset(raw["topics"]), places=frozenset(raw["places"]),
    )
