"""All that two articles have in common and where they contradict each other; and what place and day say together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.stories.same_count import count_signals
from monitor.stories.same_day import day_signals
from monitor.stories.same_figure import figure_signals
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
_OTHER_DAY = frozenset(("other day", "next day", "later", "published apart"))
_SAME_PLACE = frozenset(("same place", "place in both", "place within", "place named", "town in both"))
_SAME_DAY = frozenset(("same first day", "same day", "same week"))
_OTHER_PREMISES = frozenset(("other venue", "other premises"))
_MENTIONED = frozenset(("mentioned", "recalled place"))
_OTHER_DEED = frozenset(("other deed", "other origin", "other first deed"))
_OTHER = _OTHER_PREMISES | {"other deed", "other origin", "other first deed", "other count", "other topic",
                            "no name shared"}
BRIEF = 75  # runs of words; a brief has no room for what the others tell
_ALL = (place_signals, day_signals, count_signals, figure_signals, name_signals, word_signals, kind_signals)


def signals(a: Features, b: Features) -> list[Signal]:
    """Everything that speaks for or against, the text itself left out."""
    found = [one for some in _ALL for one in some(a, b)]
    joint = list(_joint_signals(a, b, {one.row for one in found}))
    if any(one.row == "further town" for one in joint):
        found = [one for one in found if one.row not in _OTHER_PREMISES and one.row != "moved count"]
    return found + joint


def _joint_signals(a: Features, b: Features, rows: AbstractSet[str]) -> Iterator[Signal]:
    place, day = not rows.isdisjoint(_SAME_PLACE), not rows.isdisjoint(_SAME_DAY)
    if place and day:
        if "same first day" in rows and (acts := [one for one in a.deeds[:2] if one in b.deeds[:2] and one in _ACTS]):
            yield Signal("same act", "topic", 1.0, f"one place and day, both of {acts[0]}")
        if {"same first day", "same count"} <= rows and rows.isdisjoint(_OTHER_PREMISES):
            yield Signal("same tally", "count", 1.0, "one place, day and number")
        if "same first day" in rows and min(a.size, b.size) < BRIEF and rows.isdisjoint(_OTHER):
            yield Signal("brief", "topic", 1.0, "one place and day, one of them a brief")
        if "same first day" in rows and rows.isdisjoint(_OTHER_DEED) and (towns := _further_town(a, b)):
            yield Signal("further town", "place", 1.0, f"the later one goes on from there to {towns}")
        if "same venue" in rows and rows.isdisjoint(("other count", "other origin", "other deed")):
            strength = 0.7 if "same week" in rows else 1.0
            yield Signal("same scene", "topic", strength, "one place, day and kind of premises")
    # Names travel: those of a victim or a law are told in another town a week later.
    elif not place and not day and (rows.isdisjoint(("no place", "same state")) or not rows.isdisjoint(_OTHER_DAY)):
        yield Signal("no tie", "place", 1.0 if rows.isdisjoint(_MENTIONED) else 0.5, "neither place nor day in both")


def _further_town(a: Features, b: Features) -> str:
    """A town that the later one begins with beside that of the earlier one: what began there has gone on elsewhere."""
    earlier, later = (a, b) if a.at <= b.at else (b, a)
    known, named = [{one.place_id: one.label for one in some.places if one.first and len(one.within) > 1}
                    for some in (earlier, later)]
    # Where it tells of arrests: a town to which people were taken, or come from, is no further scene.
    scenes = {place for place, arrests in later.scenes if arrests}
    further = [label for place, label in named.items() if place not in known and place in scenes]
    return further[0] if len(known) == 1 and further and known.keys() & named.keys() else ""
