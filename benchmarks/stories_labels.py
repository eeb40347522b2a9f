"""How well articles are paired, and grouped as they arrive: precision and recall on the labelled news, by kind.

Errors are listed by id for the files that grouping was built with; of the held-out ones only figures are shown.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

from monitor.stories.compare import compare
from monitor.stories.join import decide, weigh
from monitor.stories.model import Member
from tests.story_labels import BUILT_WITH, HELD_OUT, KINDS, Labels, labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def arrived(told: Labels) -> Mapping[str, int]:
    """The story of every article, when they arrive one by one in order of time."""
    members: dict[int, Member] = {}
    for number, features in enumerate(told.features.values(), start=1):
        decision = decide(features.at, weigh(features, members.values(), compare), compare)
        story = decision.stories[0] if decision.stories else number
        for other in [one for one in members.values() if one.story_id in decision.stories]:
            members[other.article_id] = replace(other, story_id=story)
        members[number] = Member(number, story, features, decision.copy_of)
    return {name: members[number].story_id for number, name in enumerate(told.features, start=1)}


def share(right: int, of: int) -> str:
    return f"{right / of:.3f}" if of else "-"


def figures(judged: Iterable[tuple[bool, bool]]) -> str:
    """Precision and recall of (is one event, was taken for one)."""
    told = list(judged)
    right = told.count((True, True))
    return (f"precision {share(right, sum(found for _, found in told))}  "
            f"recall {share(right, sum(same for same, _ in told))}  wrong merges {told.count((False, True))}")


def print_pairs(names: tuple[str, ...]) -> None:
    pairs = [(pair, compare(told.features[pair.a], told.features[pair.b])) for told in map(labels, names)
             for pair in told.pairs]
    print("labelled pairs    ", figures((pair.same, verdict.same) for pair, verdict in pairs))
    for kind in KINDS:
        of_kind = [(pair, verdict) for pair, verdict in pairs if pair.kind == kind]
        print(f"  {kind:20} {sum(pair.same == verdict.same for pair, verdict in of_kind):3} of {len(of_kind):3} right")
    for pair, verdict in pairs if names == BUILT_WITH else []:
        if pair.same != verdict.same:
            print(f"  {'missed' if pair.same else 'WRONG '} {pair.kind:12} {verdict.points:5.1f}  {pair.a} | {pair.b}")


def print_stories(names: tuple[str, ...]) -> None:
    all_pairs, grouped = [], []
    for told in map(labels, names):
        stories = arrived(told)
        for one, other in combinations(told.features, 2):
            same = told.events[one] == told.events[other]
            all_pairs.append((same, compare(told.features[one], told.features[other]).same))
            grouped.append((same, stories[one] == stories[other]))
            if same < grouped[-1][1] and names == BUILT_WITH:
                print(f"  WRONG story: {one} | {other}")
    print("all pairs         ", figures(all_pairs))
    print("as they arrive    ", figures(grouped))


def main() -> None:
    for title, names in (("built with", BUILT_WITH), ("held out", HELD_OUT)):
        print(f"== {title}: {', '.join(names)}")
        print_pairs(names)
        print_stories(names)


if __name__ == "__main__":
    main()
