"""How a story came together: made again from what each article knows of how it joined."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.why.merges import Merge, Past, merged_words, past_of
from storage.why import Joined
from tests.grouped import like

NOON = datetime(2026, 9, 15, 12, tzinfo=UTC)


def at(number: int) -> datetime:
    return NOON + timedelta(minutes=number)


def joined(*by: tuple[int, ...]) -> list[Joined]:
    """Articles 1, 2, …, each with those by which it joined; the first of them, then one of each story that merged."""
    return [Joined(number, at(number), like(one[0], "same place") | {"merged": [like(other, "") for other in one[1:]]}
                   if one else None) for number, one in enumerate(by, start=1)]


@pytest.mark.parametrize(("by", "numbers", "merges"), [
    ([(), (1,)], [5], []),
    ([(), (), (1, 2)], [5, 9], [Merge(9, 5, at(3), 3)]),
    ([(), (), (2, 1)], [5, 9], [Merge(9, 5, at(3), 3)]),  # the older one remains, whichever is more alike
    ([(), (), (), (2, 3), (4, 1)], [5, 7, 9], [Merge(9, 7, at(4), 4), Merge(7, 5, at(5), 5)]),
    ([(), (), (), (1, 2, 3)], [5, 7, 9], [Merge(7, 5, at(4), 4), Merge(9, 5, at(4), 4)]),
])
def test_merges(by: list[tuple[int, ...]], numbers: list[int], merges: list[Merge]) -> None:
    """Which story became part of which, when, and through which article."""
    past = past_of(joined(*by), numbers)

    assert merges == list(past.merges)
    assert numbers == [past.first[one] for one in sorted(past.founders)]


@pytest.mark.parametrize(("by", "numbers"), [
    ([(), (), (1,)], [5]),  # one has forgotten by which it joined
    ([(), (9,)], [5]),  # an article is gone
    ([(), ()], [5, 9]),  # and that through which they met
])
def test_what_is_not_known_is_not_told(by: list[tuple[int, ...]], numbers: list[int]) -> None:
    """Where articles were erased, nothing is said rather than something wrong."""
    assert Past() == past_of(joined(*by), numbers)


def test_a_way_of_two_steps() -> None:
    """A story that became part of one that became part of another, in a sentence; of the oldest there is none."""
    past = past_of(joined((), (), (), (2, 3), (4, 1)), [5, 7, 9])

    assert ("became part of story 7 on Tue 15 Sep, 12:04, through article 4, and then part of story 5 on Tue 15 Sep, "
            "12:05, through article 5") == merged_words(past.way(9), ZoneInfo("UTC"))
    assert [] == past.way(5) == past.way(None)
