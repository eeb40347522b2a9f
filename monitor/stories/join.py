"""Which story an article joins, given how it compares with others: one, none, or several that then become one. Pure.

A wrong merge hides news, and chains are how wrong merges grow: each link may be sound, and the ends of the chain are
different events. So a story is asked as a whole. One article that agrees is enough for a story of two; a larger one
must agree in two texts, or in the one it began with, or lean to it in three; and whoever contradicts is counted. Copies
of one text count once. Two stories become one where their own texts speak for it on the whole, and never where they
contradict each other. On the labelled news any order of arrival gives nearly the same stories.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from monitor.stories.model import Features, Member, Verdict

    Compare = Callable[[Features, Features], Verdict]

SMALL = 2  # texts of a story that one link is enough for
STRONG = 10.0  # points of one link that no other text outweighs: they tell of one thing, as a translation does
# Points that speak for one event, if not enough alone, and how many texts of a story must do so beside one that agrees.
LEANING, MANY = 2.5, 3
WHOLE = 0.5  # points that the members of a story must give on the average
# Texts of each of two stories that are compared with those of the other, the best linked first.
ACROSS = 4


@dataclass(frozen=True, slots=True)
class Link:
    """How the article compares with a member of a story."""

    member: Member
    verdict: Verdict

    @property
    def text(self) -> int:
        """The article whose text the member has: copies of one text have one."""
        return self.member.copy_of or self.member.article_id

    @property
    def rank(self) -> tuple[bool, float, datetime, int]:
        """Sorts the strongest first; of equals the earliest."""
        return (not self.verdict.copy, -self.verdict.points, self.member.features.at, self.member.article_id)


@dataclass(frozen=True, slots=True)
class Decision:
    """`by` is the member that the article joins by, None where it begins a story; `merged` one of each further story.

    `copy_of` is the article whose text it repeats. `copies` are originals that repeat an earlier one, which is
    `copy_of`, or the article itself where that is None.
    """

    by: Link | None = None
    merged: tuple[Link, ...] = ()
    copy_of: int | None = None
    copies: tuple[int, ...] = ()

    @property
    def stories(self) -> tuple[int, ...]:
        """The stories that are one from now on, the oldest first."""
        return tuple(sorted({link.member.story_id for link in (*([self.by] if self.by else []), *self.merged)}))


def weigh(features: Features, members: Iterable[Member], compare: Compare) -> list[Link]:
    """How the article compares with each."""
    return [Link(member, compare(features, member.features)) for member in members]


def linked(links: Iterable[Link]) -> list[int]:
    """The stories that a member speaks for, the oldest first: the rest of each must be weighed before `decide`."""
    return sorted({link.member.story_id for link in links if link.verdict.same})


def decide(at: datetime, links: Sequence[Link], compare: Compare) -> Decision:
    """What becomes of an article of that time. The order of the links does not matter."""
    ranked = sorted(links, key=lambda link: link.rank)
    claims = [claim for story in linked(ranked) if _admits(claim := [link for link in ranked
                                                                     if link.member.story_id == story])]
    claims.sort(key=_strength)
    if not claims:
        return Decision()
    best, *others = claims
    apart = [claim for claim in others if _contradict(best, claim, compare)]
    if any(2 * len(_texts(claim)) > len(_texts(best)) for claim in apart) and not _is_copy(best):
        return Decision()
    joined = [best, *(claim for claim in others if claim not in apart and _become_one(best, claim, compare))]
    original, copies = _original(at, [link for claim in joined for link in claim])
    return Decision(best[0], tuple(claim[0] for claim in joined[1:]), original, copies)


def _admits(claim: Sequence[Link]) -> bool:
    """Whether a story takes the article in."""
    if _is_copy(claim):
        return True
    if claim[0].verdict.points >= STRONG:
        return True
    if sum(link.verdict.points for link in claim) < WHOLE * len(claim):
        return False
    agreeing, against, leaning = _texts(claim), _against(claim), _leaning(claim)
    if len(leaning) >= MANY and len(leaning) > 2 * len(against):
        return bool(agreeing)
    if len(against) >= len(agreeing):
        return False
    return _size(claim) <= SMALL or len(agreeing) > 1 or _first(claim).verdict.same


def _is_copy(claim: Sequence[Link]) -> bool:
    return any(link.verdict.copy for link in claim)


def _size(claim: Iterable[Link]) -> int:
    """How many texts are known of a story."""
    return len({link.text for link in claim})


def _texts(claim: Iterable[Link]) -> set[int]:
    """The texts of a story that are of the same event."""
    return {link.text for link in claim if link.verdict.same}


def _leaning(claim: Iterable[Link]) -> set[int]:
    """The texts that speak for it, if not enough alone."""
    return {link.text for link in claim if link.verdict.points >= LEANING}


def _against(claim: Iterable[Link]) -> set[int]:
    """The texts that speak against it: more against than for, counted together."""
    return {link.text for link in claim if link.verdict.points < 0}


def _first(claim: Iterable[Link]) -> Link:
    return min(claim, key=lambda link: (link.member.features.at, link.member.article_id))


def _strength(claim: Sequence[Link]) -> tuple[bool, int, float, int]:
    """Sorts the story with the most to say for it first; of equals the oldest."""
    return (not _is_copy(claim), -len(_texts(claim)), -claim[0].verdict.points, claim[0].member.story_id)


def _become_one(ours: Sequence[Link], theirs: Sequence[Link], compare: Compare) -> bool:
    """Whether two stories that both take the article in are one: their texts must speak for it on the whole, and one
    pair of them alone; or a small one agrees as a whole, which in another order would have joined by itself."""
    if _is_copy(ours) and _is_copy(theirs):
        return True
    verdicts = _across(ours, theirs, compare)
    mean = sum(verdict.points for verdict in verdicts) / len(verdicts)
    if any(verdict.same for verdict in verdicts) and mean >= LEANING:
        return True
    small, large = sorted((ours, theirs), key=_size)
    whole = _size(small) <= SMALL and len(_texts(small)) == _size(small)
    held = _is_copy(large) or len(_texts(large)) > 1 or _size(small) + _size(large) <= SMALL
    return whole and held and all(verdict.points >= 0 for verdict in verdicts)


def _contradict(ours: Sequence[Link], theirs: Sequence[Link], compare: Compare) -> bool:
    """Whether most texts of one story speak against those of the other."""
    if _is_copy(ours) and _is_copy(theirs):
        return False
    verdicts = _across(ours, theirs, compare)
    return 2 * sum(verdict.points < 0 for verdict in verdicts) > len(verdicts)


def _across(ours: Sequence[Link], theirs: Sequence[Link], compare: Compare) -> list[Verdict]:
    return [compare(one.member.features, other.member.features)
            for one in _originals(ours) for other in _originals(theirs)]


def _originals(claim: Sequence[Link]) -> list[Link]:
    found: dict[int, Link] = {}
    for link in claim:
        found.setdefault(link.text, link)
    return list(found.values())[:ACROSS]


def _original(at: datetime, links: Sequence[Link]) -> tuple[int | None, tuple[int, ...]]:
    """The earliest article with this text, None for the new one itself, and those so far taken for originals of it."""
    copied = {link.text for link in links if link.verdict.copy}
    if not copied:
        return None, ()
    times = {link.member.article_id: link.member.features.at for link in links}
    # An original that was erased is older than all that can still be compared.
    known = [(times[one], one) for one in sorted(copied) if one in times]
    gone = sorted(copied - times.keys())
    earliest = gone[0] if gone else min(known)[1]
    if not gone and at < min(known)[0]:
        return None, tuple(sorted(copied))
    return earliest, tuple(sorted(copied - {earliest}))
