"""Whether two articles count the same: 28 arrests, a vote of 3-2. Early reports are lower, and round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.stories.same_kind import is_sequel
from monitor.stories.signal import Signal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.stories.model import Count, Features

# Of the event as a whole; there may be any number of families and officers in a report.
WHOLE = ("arrests", "dead")
GROWTH = 1.6  # what a first report of "about 15" becomes by the evening
GROWN = 2.5  # what the count of one place becomes when a second is added to it
SMALL = 4  # two brothers, three vans: such numbers stand in every report


def count_signals(a: Features, b: Features) -> Iterator[Signal]:
    """The same number of the same thing, or another one."""
    if not a.counts or not b.counts:
        return
    votes, others = _votes(a.counts), _votes(b.counts)
    if votes and others:
        told = f"{votes[0]}-{votes[1]}"
        if votes == others:
            yield Signal("same vote", "count", 1.0, f"a vote of {told} in both")
        else:
            yield Signal("other vote", "count", 1.0, f"different votes: {told}, {others[0]}-{others[1]}")
    found = _same(a.counts, b.counts) or _close(a.counts, b.counts) or _other(*_in_time(a, b))
    if found and (found.row != "other count" or not (is_sequel(a) or is_sequel(b))):
        yield found


def _votes(counts: Iterable[Count]) -> tuple[int, int] | None:
    found = {count.what: count.number for count in counts}
    return (found["votes"], found["votes against"]) if "votes against" in found and "votes" in found else None


def _same(ours: Sequence[Count], theirs: Sequence[Count]) -> Signal | None:
    known = {(one.number, one.what): one for one in ours if not one.what.startswith("votes")}
    same = [(one, known[one.number, one.what]) for one in theirs if (one.number, one.what) in known]
    exact = [one for one, other in same if one.exact and other.exact]
    if exact:
        strength = 1.0 if max(one.number for one in exact) > SMALL else 0.5
        told = ", ".join(f"{one.number} {one.what}" for one in exact)
        return Signal("same count", "count", strength * min(len(exact), 2), f"{told} in both")
    return Signal("same count", "count", 0.7, f"{same[0][0].number} {same[0][0].what} in both") if same else None


def _close(ours: Sequence[Count], theirs: Sequence[Count]) -> Signal | None:
    """About 15 and 19 of the same thing, where at least one is a rough number."""
    for one in ours:
        for other in theirs:
            low, high = sorted((one.number, other.number))
            if one.what == other.what and not (one.exact and other.exact) and low > SMALL and high <= low * GROWTH:
                return Signal("close count", "count", 1.0, f"about as many {one.what}: {one.number}, {other.number}")
    return None


def _in_time(a: Features, b: Features) -> tuple[Sequence[Count], Sequence[Count]]:
    return (a.counts, b.counts) if a.at <= b.at else (b.counts, a.counts)


def _other(earlier: Sequence[Count], later: Sequence[Count]) -> Signal | None:
    """Another number of the same thing, where no two of them come near each other: one may be a part, or have grown."""
    for what in WHOLE:
        before, after = [[one.number for one in told if one.what == what and one.exact] for told in (earlier, later)]
        if before and after:
            moved = any(old <= GROWTH * new and new <= GROWN * old for old in before for new in after)
            return Signal("moved count" if moved else "other count", "count", 1.0,
                          f"different counts: {before[0]} and {after[0]} {what}")
    return None
