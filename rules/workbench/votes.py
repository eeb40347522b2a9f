"""Judgements of several people made into one: what most of them said, and nothing where they are even."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence
    from datetime import datetime

Subject = TypeVar("Subject", bound="Hashable")


@dataclass(frozen=True, slots=True)
class Share:
    """How many of `judged` articles were called relevant, in all and in each equal part of the time, oldest first."""

    name: str
    relevant: int
    judged: int
    parts: tuple[tuple[int, int], ...] = ()


def majority(votes: Iterable[tuple[Subject, bool]]) -> dict[Subject, bool]:
    """What most people said of each subject; one on which they are even is left out: nobody knows."""
    balance: Counter[Subject] = Counter()
    for subject, is_for in votes:
        balance[subject] += 1 if is_for else -1
    return {subject: points > 0 for subject, points in balance.items() if points}


def shares(votes: Sequence[tuple[str, int, bool, datetime]], since: datetime, now: datetime, parts: int) -> list[Share]:
    """By name (of a rule, an outlet, a channel), the articles that most people called relevant; most judged first.

    `votes` hold name, article, what was said and when. An article stands in the part of the time of its last vote.
    """
    verdicts = majority(((name, article_id), relevant) for name, article_id, relevant, _ in votes)
    last: dict[tuple[str, int], datetime] = {}
    for name, article_id, _, at in votes:
        last[name, article_id] = max(at, last.get((name, article_id), at))
    counts: dict[str, list[list[int]]] = {}
    for (name, article_id), relevant in verdicts.items():
        part = int((last[name, article_id] - since) / (now - since) * parts)
        one = counts.setdefault(name, [[0, 0] for _ in range(parts)])[min(max(part, 0), parts - 1)]
        one[0] += relevant
        one[1] += 1
    found = [Share(name, sum(one[0] for one in some), sum(one[1] for one in some),
                   tuple((one[0], one[1]) for one in some)) for name, some in counts.items()]
    return sorted(found, key=lambda share: (-share.judged, share.name))
