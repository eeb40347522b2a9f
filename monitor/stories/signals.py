"""All that two articles have in common and where they contradict each other; and what place and day say together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.stories.same_count import count_signals
from monitor.stories.same_day import day_signals
from monitor.stories.same_kind import kind_signals, word_signals
from monitor.stories.same_name import name_signals
from monitor.stories.same_place import place_signals
from monitor.stories.signal import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from monitor.stories.model import Features

# What a body does it does once a day: two votes of one council on one evening are one vote.
_ACTS = frozenset(("vote", "agreement", "ends", "bill", "lawsuit", "ruling", "charge", "protest", "death"))
_OTHER_DAY = frozenset(("other day", "next day", "published apart"))
_SAME_PLACE = frozenset(("same place", "place in both", "place within", "place named"))
_SAME_DAY = frozenset(("same first day", "same day", "same week"))
_ALL = (place_signals, day_signals, count_signals, name_signals, word_signals, kind_signals)


def signals(a: Features, b: Features) -> list[Signal]:
    """Everything that speaks for or against, the text itself left out."""
    found = [one for some in _ALL for one in some(a, b)]
    found += _joint_signals(a, b, {one.row for one in found})
    return found


def _joint_signals(a: Features, b: Features, rows: AbstractSet[str]) -> Iterator[Signal]:
    place, day = not rows.isdisjoint(_SAME_PLACE), not rows.isdisjoint(_SAME_DAY)
    if place and day:
        if "same first day" in rows and (acts := [one for one in a.deeds[:2] if one in b.deeds[:2] and one in _ACTS]):
            yield Signal("same act", "topic", 1.0, f"one place and day, both of {acts[0]}")
        if "same venue" in rows:
            strength = 0.7 if "same week" in rows else 1.0
            yield Signal("same scene", "topic", strength, "one place, day and kind of premises")
    # Names travel: those of a victim or a law are told in another town a week later.
    elif not place and not day and (rows.isdisjoint(("no place", "same state")) or not rows.isdisjoint(_OTHER_DAY)):
        yield Signal("no tie", "place", 0.5 if "mentioned" in rows else 1.0, "neither place nor day in both")
