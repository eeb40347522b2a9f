"""How a story came together: which articles began stories that became part of it, when, and by which article. Pure.

It is stored nowhere as such, and follows from what is: every article knows by which others it joined, so that going
through them in their order does once more what grouping did. Where something is missing, as an article that was erased,
nothing is said rather than something wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.words.times import moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from storage.why import Joined


@dataclass(frozen=True, slots=True)
class Merge:
    """A story became part of an older one at that time, through an article that is of both."""

    story: int
    into: int
    at: datetime
    through: int


@dataclass(frozen=True, slots=True)
class Past:
    """`first` is the story to which each article came; `founders` are those that began it. Empty where not known."""

    first: Mapping[int, int] = field(default_factory=dict)
    founders: frozenset[int] = frozenset()
    merges: tuple[Merge, ...] = ()

    def way(self, story_id: int | None) -> list[Merge]:
        """The merges by which a story became part of others, one after the other; none where it did not."""
        found: list[Merge] = []
        while merge := next((one for one in self.merges if one.story == story_id), None):
            found.append(merge)
            story_id = merge.into
        return found


def past_of(joined: Sequence[Joined], numbers: Sequence[int]) -> Past:
    """The past of a story from its articles, in the order in which they were grouped.

    `numbers` are those of the stories of which it was made, its own among them, in the order in which they were begun.
    """
    founders = [one.article_id for one in joined if one.because is None]
    if len(founders) != len(numbers):
        return Past()
    first, now = dict(zip(founders, numbers, strict=True)), {number: number for number in numbers}
    merges: list[Merge] = []
    for one in joined:
        if one.because is None:
            continue
        links = [one.because, *one.because.get("merged", ())]
        if any(link["article"] not in first for link in links):
            return Past()
        into, *others = sorted({now[first[link["article"]]] for link in links})
        first[one.article_id] = into
        merges += [Merge(other, into, one.joined_at, one.article_id) for other in others]
        now = {number: into if story in others else story for number, story in now.items()}
    return Past(first, frozenset(founders), tuple(merges)) if len(set(now.values())) == 1 else Past()


def merged_words(merges: Sequence[Merge], zone: ZoneInfo) -> str:
    """ "became part of story 2 on Tue 16 Sep, 10:40, through article 21"."""
    steps = [f"part of story {one.into} on {moment(one.at, zone)}, through article {one.through}" for one in merges]
    return f"became {', and then '.join(steps)}"
