"""The news of a made-up day: two events in neighbouring counties, told by sixty articles. Pure but for reading files.

Their texts stand in data/raid_day, written by hand one report at a time; wire copies are made of them here.
"""

from __future__ import annotations

import random
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FOLDER = Path(__file__).parent / "data" / "raid_day"
EVENTS = ("landover", "germantown")
# Where an outlet is at home, as config.toml would say it; the others serve the region or the country.
HOMES = {"Prince George's Ledger": "Prince George's County, MD", "Hyattsville Courier": "Hyattsville, MD",
         "Bowie Standard": "Bowie, MD", "Montgomery Beacon": "Montgomery County, MD",
         "Rockville Dispatch": "Rockville, MD", "Gaithersburg Star": "Gaithersburg, MD",
         "Capital Metro News": "Washington, DC", "Baltimore Harbor Post": "Baltimore, MD",
         "Free State Report": "MD", "El Mensajero": "MD", "Voz Capital": "Washington, DC"}


@dataclass(frozen=True, slots=True)
class Report:
    """One article. `path` is where its page is, and tells it from all others; `minute` is when it comes out."""

    event: str
    outlet: str
    minute: float
    title: str
    paragraphs: tuple[str, ...]
    language: str
    path: str
    copy: bool = False


def whole_day() -> list[Report]:
    """All articles of both events, as they come out."""
    return sorted((report for event in EVENTS for report in _reports(event)), key=lambda report: report.minute)


def short_day(seed: int, number: int = 24, minutes: float = 80.0) -> list[Report]:
    """Some of them in fewer minutes: the first of each event, and others by chance, a third of them in Spanish."""
    dice, day = random.Random(seed), whole_day()
    firsts = [next(report for report in day if report.event == event) for event in EVENTS]
    rest = [report for report in day if report not in firsts]
    spanish = number // 3
    chosen = firsts + dice.sample([one for one in rest if one.language == "es"], spanish)
    chosen += dice.sample([one for one in rest if one.language == "en"], number - spanish - len(firsts))
    factor = minutes / max(report.minute for report in day)
    return [_at(report, report.minute * factor) for report in sorted(chosen, key=lambda report: report.minute)]


def _at(report: Report, minute: float) -> Report:
    return Report(report.event, report.outlet, minute, report.title, report.paragraphs, report.language, report.path,
                  report.copy)


def _reports(event: str) -> Iterator[Report]:
    with (FOLDER / f"{event}.toml").open("rb") as file:
        written = tomllib.load(file)["article"]
    for number, article in enumerate(written):
        paragraphs = tuple(article["text"].strip().split("\n\n"))
        language = article.get("language", "en")
        for copy, one in enumerate((article, *article.get("copy", ()))):
            path = f"/{name(one['outlet'])}/{event}-{number}-{copy}.html"
            yield Report(event, one["outlet"], float(one["minute"]), one["title"], _printed(paragraphs, one), language,
                         path, copy > 0)


def _printed(paragraphs: Sequence[str], one: Mapping[str, Any]) -> tuple[str, ...]:
    """The text as an outlet prints it: cut, and with its own lines round it."""
    around = [[one[place]] if place in one else [] for place in ("before", "after")]
    return (*around[0], *paragraphs[:one.get("cut")], *around[1])


def name(outlet: str) -> str:
    """The outlet in an address."""
    return re.sub(r"[^a-z]+", "-", outlet.lower().replace("á", "a")).strip("-")
