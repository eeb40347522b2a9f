"""Which texts are copies: runs of three words as hashes, of which the smallest are kept.

The smallest hashes are a fair sample of all: how many of them two texts share estimates how many runs they share,
and how much of the shorter text stands in the longer one, which is what is left of a copy that was cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.stories.model import Features
    from monitor.stories.reading import Sentence

RUN = 3
KEPT = 64


@dataclass(frozen=True, slots=True)
class Overlap:
    """`shared` of `seen` sampled runs are in both texts; `jaccard` and `contained` (of the shorter) are estimates."""

    shared: int
    seen: int
    jaccard: float
    contained: float


def shingles(sentences: Sequence[Sentence]) -> tuple[tuple[int, ...], int]:
    """The smallest hashes of the body's runs of words, signed 64 bits, and how many runs there are."""
    words = [key for one in sentences if one.part != "title" for key in one.keys]
    runs = {" ".join(words[at:at + RUN]) for at in range(max(0, len(words) - RUN + 1))}
    hashes = {signed(run) for run in runs}
    return tuple(sorted(hashes)[:KEPT]), len(hashes)


def signed(run: str) -> int:
    """A hash that fits a database's BIGINT."""
    return int.from_bytes(blake2b(run.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)


def overlap(a: Features, b: Features) -> Overlap:
    """How much of two texts is the same. Empty texts share nothing."""
    ours, theirs = a.shingles, b.shingles
    if not ours or not theirs:
        return Overlap(0, 0, 0.0, 0.0)
    both = set(ours).intersection(theirs)
    if not both:
        return Overlap(0, min(len(ours), len(theirs), KEPT), 0.0, 0.0)
    # Above the smaller of the two highest hashes one of the samples knows nothing, unless it holds the whole text.
    ceiling = min(hashes[-1] if size > len(hashes) else 1 << 63 for hashes, size in ((ours, a.size), (theirs, b.size)))
    ours_seen = sum(one <= ceiling for one in ours)
    theirs_seen = sum(one <= ceiling for one in theirs)
    seen, shared = ours_seen + theirs_seen - len(both), len(both)
    jaccard = shared / seen
    smaller = min(ours_seen, theirs_seen)
    return Overlap(shared, smaller, jaccard, shared / smaller if smaller else 0.0)
