"""What a watched page does all the time and nobody wants told: places that change at every look, a page that flaps.

A request number, the weather or a banner would make an article with every look, and bury the one that matters. A place
is known by the paragraph before it. Only where something was replaced counts: a list that grows is news each time.
Pure.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.collect.differences import Gap

RUNNING = 3  # looks in a row at which a place changed: it is restless, and left out
STILL = timedelta(days=1)  # then it is told again
KNOWN_AGAIN = timedelta(days=2)  # since a change was last seen: the same again is a page that flaps, later it is news
_PLACES = 2_000  # remembered of a page


@dataclass(frozen=True, slots=True)
class Place:
    """When a place last changed, at how many looks running, and how many paragraphs changed there: at the last look,
    and at two looks running at most.
    """

    at: datetime
    running: int
    size: int
    usual: int = 0


@dataclass(frozen=True, slots=True)
class Noted:
    """What is noted of a page beside its paragraphs: when a change was last seen, and what places did, by hashes."""

    told: Mapping[str, datetime] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)


def settled(
    found: Sequence[Gap], places: Mapping[str, Place], now: datetime, last_look: datetime | None
) -> tuple[tuple[Gap, ...], dict[str, Place]]:
    """The gaps to tell, and what places did with this look; `last_look` is when the page was last seen, changed or not.

    Where more paragraphs change in a restless place than usual, all of them are told: news may stand beside a clock.
    """
    after = {key: place for key, place in places.items() if _is_remembered(place, now)}
    left = []
    for gap in found:
        key = hashlib.sha256(gap.behind.encode()).hexdigest()[:16]
        place = _changed(after.get(key), gap, now, last_look) if gap.gone and gap.come else after.get(key)
        if place:
            after[key] = place
        if place is None or place.running < RUNNING or max(len(gap.gone), len(gap.come)) > place.usual:
            left.append(gap)
    newest = sorted(after.items(), key=lambda item: item[1].at, reverse=True)
    return tuple(left), dict(newest[:_PLACES])


def _is_remembered(place: Place, now: datetime) -> bool:
    return abs(now - place.at) < STILL


def _changed(place: Place | None, gap: Gap, now: datetime, last_look: datetime | None) -> Place:
    size = max(len(gap.gone), len(gap.come))
    if place is None or (place.running < RUNNING and last_look is not None and place.at < last_look):
        return Place(now, 1, size)
    # What changes once beside a restless paragraph is wide at one look only; what grew is wide from then on.
    return replace(place, at=now, running=place.running + 1, size=size,
                   usual=max(place.usual, min(place.size, size)))


def lately(mark: str, told: Mapping[str, datetime], now: datetime) -> tuple[bool, dict[str, datetime]]:
    """Whether this very change was seen within two days, and what is remembered of such with this look.

    `mark` is empty where nothing changed.
    """
    kept = {key: at for key, at in told.items() if abs(now - at) < KNOWN_AGAIN}
    return mark in kept, kept | ({mark: now} if mark else {})


def to_row(noted: Noted) -> dict[str, Any]:
    """As plain values, to be stored."""
    return {"told": {mark: at.isoformat() for mark, at in noted.told.items()},
            "places": {key: [one.at.isoformat(), one.running, one.size, one.usual]
                       for key, one in noted.places.items()}}


def from_row(row: Mapping[str, Any] | None) -> Noted:
    """The same again; nothing where nothing was stored."""
    if not row:
        return Noted()
    return Noted({mark: datetime.fromisoformat(at) for mark, at in row["told"].items()},
                 {key: Place(datetime.fromisoformat(at), *counts) for key, (at, *counts) in row["places"].items()})
