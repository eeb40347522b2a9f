"""Which story an article joins: a story is asked as a whole, and two become one only on more than one link."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.stories.join import Decision, Link, decide, linked, weigh
from monitor.stories.model import Evidence, Features, Member, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
COPY = Verdict(True, 9.0, (Evidence("copy", 9.0, "41 of 63 shingles shared"),), copy=True)
SAME = Verdict(True, 4.0, (Evidence("count", 4.0, "28 arrests in both"),))
SURE = Verdict(True, 12.0)
NEAR = Verdict(False, 3.0)
UNSURE = Verdict(False, 1.0)
AGAINST = Verdict(False, -3.0)


def member(number: int, story: int, copy_of: int | None = None) -> Member:
    """An article of a story: so many hours after noon as its number says."""
    return Member(number, story, Features(NOON + timedelta(hours=number), outlet=str(number)), copy_of)


def links(story: int, *verdicts: Verdict, first: int = 1) -> list[Link]:
    """How an article compares with the members of a story, in their order."""
    return [Link(member(number, story), verdict) for number, verdict in enumerate(verdicts, first)]


def strangers(a: Features, b: Features) -> Verdict:
    """Two stories of which nothing says that they are one, or that they are not."""
    return UNSURE


def rivals(a: Features, b: Features) -> Verdict:
    """Two stories that contradict each other."""
    return AGAINST


def decided(*found: Sequence[Link], compare: object = strangers) -> Decision:
    """The decision, the same in whatever order the links come."""
    every = list(itertools.chain(*found))
    assert callable(compare)
    first = decide(NOON + timedelta(days=1), every, compare)
    assert first == decide(NOON + timedelta(days=1), every[::-1], compare)
    return first


@pytest.mark.parametrize(("verdicts", "joins"), [
    ([UNSURE], False),
    ([SAME], True),
    ([SAME, UNSURE], True),
    ([SAME, AGAINST], False),
    ([UNSURE, SAME, UNSURE], False),
    ([UNSURE, SAME, SAME], True),
    ([SAME, UNSURE, UNSURE], True),  # the one it began with
    ([UNSURE, UNSURE, COPY], True),
    ([COPY, AGAINST, AGAINST], True),
    ([SAME, SAME, AGAINST], True),
    ([SAME, SAME, AGAINST, AGAINST], False),
    ([AGAINST, AGAINST, SURE], True),  # a translation of one of them
    ([AGAINST, SAME, NEAR, NEAR], True),
    ([AGAINST, AGAINST, SAME, NEAR, NEAR], False),
    ([NEAR, NEAR, NEAR, NEAR], False),
])
def test_a_story_is_asked_as_a_whole(verdicts: list[Verdict], joins: bool) -> None:
    """One link is enough for a small story; a larger one wants two, or its first; who contradicts is counted."""
    assert joins == (decided(links(7, *verdicts)).stories == (7,))


def test_one_link_into_another_story_keeps_nobody_out() -> None:
    """An article that a large story holds joins it, though a stray of another story is like it, too."""
    assert (7,) == decided(links(7, SAME, SAME, SAME), links(8, SAME, first=4), compare=rivals).stories
    assert () == decided(links(7, SAME), links(8, SAME, first=4), compare=rivals).stories


def test_copies_of_one_text_count_once() -> None:
    """Ten outlets with one wire text are one voice: what follows one of them does not follow two."""
    wire = [Link(member(number, 7, copy_of=2), SAME) for number in (2, 3, 4)]

    assert Decision() == decided(links(7, UNSURE), wire, links(7, UNSURE, first=5))


def test_nothing_like_it_begins_a_story() -> None:
    """An article without links joins by nobody, and copies nobody."""
    decision = decided()

    assert (None, (), None, ()) == (decision.by, decision.stories, decision.copy_of, decision.copies)


def test_two_stories_of_which_most_texts_agree_become_one() -> None:
    """Their own texts speak for it, not only the article between them."""
    found = links(3, SAME, SAME, UNSURE), links(8, SAME, UNSURE, SAME, first=10)

    assert (3, 8) == decided(*found, compare=lambda a, b: SAME).stories


def test_it_joins_by_the_strongest_link() -> None:
    """The reason that is told is the best there is."""
    by = decided(links(7, SAME, COPY)).by

    assert by
    assert 2 == by.member.article_id


@pytest.mark.parametrize(("ours", "theirs", "merged"), [
    ([SAME], [SAME], True),  # in another order they would have met one by one
    ([SAME, SAME], [SAME], True),
    ([SAME, UNSURE], [SAME], False),
    ([SAME, UNSURE, UNSURE], [SAME], False),
    ([SAME, UNSURE, UNSURE], [SAME, SAME], False),
    ([SAME, SAME, UNSURE], [SAME, UNSURE, SAME], False),
    ([COPY], [COPY], True),
    ([COPY, UNSURE], [SAME, SAME, UNSURE], False),
    ([COPY, UNSURE], [SAME, UNSURE], False),
])
def test_two_stories_become_one_on_more_than_one_link(
    ours: list[Verdict], theirs: list[Verdict], merged: bool
) -> None:
    """One article between two stories is a chain, though it be held twice: the small one must agree as a whole."""
    decision = decided(links(3, *ours), links(8, *theirs, first=10))

    assert merged == ((3, 8) == decision.stories)
    assert 1 + merged == len(decision.stories)


def test_two_stories_that_agree_become_one() -> None:
    """A link from member to member does not hang on the new article."""
    decision = decided(links(8, SAME, UNSURE, UNSURE), links(3, SAME, UNSURE, first=10), compare=lambda a, b: SAME)

    assert (3, 8) == decision.stories
    assert [8] == [link.member.story_id for link in decision.merged]


@pytest.mark.parametrize("strength", [1, 2, 3])
def test_a_round_up_joins_neither(strength: int) -> None:
    """What is like two stories that contradict each other is of neither, and binds them never."""
    assert Decision() == decided(links(3, *[SAME] * strength), links(8, *[SAME] * strength, first=10), compare=rivals)


def test_a_copy_of_a_round_up_joins_the_round_up() -> None:
    """Its text stands there already; the events in it stay apart."""
    decision = decided(links(5, COPY, first=20), links(3, SAME, SAME), links(8, SAME, SAME, first=10), compare=rivals)

    assert (5,) == decision.stories
    assert 20 == decision.copy_of


@pytest.mark.parametrize(("known", "copy_of", "copies"), [
    ([member(2, 7)], 2, ()),
    ([member(3, 7, copy_of=2), member(2, 7)], 2, ()),
    ([member(3, 7, copy_of=2)], 2, ()),  # the original was erased
    ([member(2, 7), member(4, 7)], 2, (4,)),  # two were not known to be one text
    ([member(30, 7)], None, (30,)),  # it was printed later, and came earlier
])
def test_the_earliest_is_the_original(known: list[Member], copy_of: int | None, copies: tuple[int, ...]) -> None:
    """Copies name the article that was printed first, and follow when an earlier one turns up."""
    decision = decided([Link(one, COPY) for one in known])

    assert (copy_of, copies) == (decision.copy_of, decision.copies)


def test_linked_stories_are_those_that_speak_for_it() -> None:
    """What is merely near is not read any further."""
    members = [member(1, 9), member(2, 4), member(3, 9)]
    verdicts = {"1": SAME, "2": AGAINST, "3": UNSURE}
    found = weigh(Features(NOON), members, lambda _, other: verdicts[other.outlet])

    assert [SAME, AGAINST, UNSURE] == [link.verdict for link in found]
    assert [9] == linked(found)
