"""Spans of positions, and what the language does with lists of them. A span is a pair, both ends inclusive."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Hit = tuple[int, int]
END = 1 << 60
# Above so many pairs of one NEAR only the closest are kept: a page that repeats one word 40,000 times must not cost
# seconds. No real article comes near.
MAX_HITS = 20_000


def tidy(found: list[Hit]) -> list[Hit]:
    """Sorted, each once."""
    # Sorted before it is thinned out: the spans come in long runs, which a set would tear apart.
    return list(dict.fromkeys(sorted(found))) if len(found) > 1 else found


def between(found: list[Hit], low: int, high: int) -> list[Hit]:
    """Those of the sorted spans that begin at a position in [low, high)."""
    return found[bisect_left(found, (low, 0)):bisect_left(found, (high, 0))]


def visible(found: list[Hit], hidden: Collection[int]) -> list[Hit]:
    """Those that touch nothing hidden."""
    return [
        hit for hit in found
        if hit[0] not in hidden and hit[1] not in hidden
        and (hit[1] - hit[0] < 2 or not any(at in hidden for at in range(hit[0] + 1, hit[1])))
    ]


def separate(found: Iterable[Hit]) -> list[Hit]:
    """Spans that do not overlap, as many as there can be: those that end first."""
    kept: list[Hit] = []
    last = -1
    for hit in sorted(found, key=_end):
        if hit[0] > last:
            kept.append(hit)
            last = hit[1]
    return kept


def _end(hit: Hit) -> int:
    return hit[1]


def follow(firsts: list[Hit], seconds: list[Hit], distance: int) -> list[Hit]:
    """Covering spans of each pair with at most `distance` words in between, the first one first."""
    starts = [hit[0] for hit in seconds]
    found: list[Hit] = []
    for low, high in firsts:
        begin = bisect_right(starts, high)
        end = bisect_right(starts, high + distance + 1, begin)
        if begin < end:
            found += [(low, second[1]) for second in seconds[begin:end]]
            if len(found) > MAX_HITS:
                return _closest(firsts, seconds, distance)
    return found


def _closest(firsts: list[Hit], seconds: list[Hit], distance: int) -> list[Hit]:
    """Of those pairs the closest from every beginning and to every end: at most two for each position, and what stands
    beside one of all stands beside one of these."""
    starts = [hit[0] for hit in seconds]
    by_end = sorted(firsts, key=_end)
    ends = [hit[1] for hit in by_end]
    nearest: dict[int, int] = {}
    for low, high in reversed(firsts):
        after = bisect_right(starts, high)
        if after < len(starts) and starts[after] <= high + distance + 1:
            nearest[low] = seconds[after][1]
    latest: dict[int, int] = {}
    for low, high in seconds:
        before = bisect_left(ends, low) - 1
        if before >= 0 and ends[before] >= low - distance - 1:
            latest[high] = by_end[before][0]
    return [*nearest.items(), *zip(latest.values(), latest, strict=True)]


def clear_of(hits: list[Hit], others: list[Hit], distance: int) -> list[Hit]:
    """The hits that neither overlap one of the others nor have one within the distance."""
    if not others:
        return hits
    starts = [hit[0] for hit in others]
    # The furthest end of all spans that begin up to here tells whether any of them reaches a hit.
    ends: list[int] = []
    for _, end in others:
        ends.append(max(end, ends[-1]) if ends else end)
    kept: list[Hit] = []
    for hit in hits:
        before = bisect_right(starts, hit[1] + distance + 1) - 1
        if before < 0 or ends[before] < hit[0] - distance - 1:
            kept.append(hit)
    return kept
