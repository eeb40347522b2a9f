"""Two states of a page: what counts as a change, what as noise, and which paragraphs belong together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.differences import Change, differences, telling

POLICY = ("Jail policy", "Deputies do not ask about status.", "The office honours detainers a judge signed.", "End")
LONG = ("The board met in the old court house. " * 6).strip()


def changed(before: tuple[str, ...], after: tuple[str, ...], *, cut: bool = False) -> list[tuple[str, str]]:
    """The changes as pairs."""
    return [(one.before, one.after) for one in differences(before, after, cut=cut)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Last updated: November 3, 2026", "Last updated: November 23, 2026"),
        ("Last updated: November 3, 2026 at 10:31 AM EST", "Last updated: November 4, 2026 at 1:02 PM EST"),
        ("Page generated 2026-11-03T10:31:05Z", "Page generated 2026-11-04T08:00:59Z"),
        ("Actualizado el 3 de noviembre de 2026", "Actualizado el 14 de diciembre de 2026"),
        ("Copyright © 2025 Anne County", "Copyright © 2026 Anne County"),
        ("Today is Monday, November 23", "Today is Tuesday, November 24"),
        ("Monday, November 23, 2026", "Tuesday, December 1, 2026"),
        ("10:31 AM", "11:32 AM"),
        ("It is 10:31 at the court house", "It is 10:32 at the court house"),
        ("You are visitor 12,345: visitors: 12,345", "You are visitor 12,345: visitors: 12,399"),
        ("1,204 views", "1,377 views"),
        ("Posted on November 3, 2026. 1,300 views.", "Posted on November 3, 2026. 1,412 views."),
        ("Posted 5 minutes ago", "Posted 3 hours ago"),
        ("A  “quoted” word", 'A "quoted" WORD'),
    ],
)
def test_clocks_stamps_and_counters_are_no_change(before: str, after: str) -> None:
    """What a page says differently at every look is not told."""
    assert [] == changed((*POLICY, before), (*POLICY, after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Effective January 1, 2027", "Effective March 1, 2027"),
        ("The hearing, currently scheduled for May 10, 2027", "The hearing, currently scheduled for June 15, 2027"),
        ("The revised policy takes effect on May 1, 2027", "The revised policy takes effect on June 1, 2027"),
        ("Public hearing: May 10, 6:00 PM", "Public hearing: May 10, 9:00 AM"),
        ("ICE may hold a person until 5 pm.", "ICE may hold a person until 11 pm."),
        ("Each detainee may have no more than 3 visitors.", "Each detainee may have no more than 1 visitors."),
        ("Detainees are allowed 2 visits a week.", "Detainees are allowed 4 visits a week."),
        ("Maryland | Cecil County | 3/1/2025 | updated", "Maryland | Cecil County | 6/1/2025 | updated"),
        ("November 10, 2026", "December 15, 2026"),
        ("Audiencia actualizada para el 10 de mayo", "Audiencia actualizada para el 15 de junio"),
        ("The jail holds 312 people for ICE", "The jail holds 498 people for ICE"),
        ("As of November 3, 2026, 312 people are held", "As of November 4, 2026, 498 people are held"),
        ("The office shall honour detainers", "The office shall not honour detainers"),
    ],
)
def test_other_dates_and_numbers_are_changes(before: str, after: str) -> None:
    """A hearing put off and a jail that fills are news."""
    assert [(before, after)] == changed((*POLICY, before), (*POLICY, after))


def test_a_paragraph_that_moved_is_no_change() -> None:
    """Only what is said counts, not in which order."""
    assert [] == changed(POLICY, (POLICY[2], POLICY[0], POLICY[3], POLICY[1]))


def test_one_of_two_equal_paragraphs_may_go() -> None:
    """Equal paragraphs are counted."""
    assert [("End", "")] == changed((*POLICY, "End"), POLICY)


def test_rewritten_added_and_deleted_are_told_apart() -> None:
    """A rewritten paragraph stands beside what it was; the order is that of the page."""
    now = ("Jail policy", "A new line about bail.", "Deputies may ask about status.", "End")
    assert [("Deputies do not ask about status.", "Deputies may ask about status."),
            ("The office honours detainers a judge signed.", ""),
            ("", "A new line about bail.")] == changed(POLICY, now)


def test_of_long_paragraphs_only_the_sentences_that_differ_are_told() -> None:
    """Rules must not match on what stood there all the time."""
    before, after = f"{LONG} Detainers are refused. {LONG}", f"{LONG} Detainers are honoured. {LONG}"
    assert [("Detainers are refused.", "Detainers are honoured.")] == changed((before,), (after,))


def test_a_sentence_added_to_a_long_paragraph_is_told_alone() -> None:
    """What was inserted has nothing before it."""
    assert [("", "Bail is posted.")] == changed((f"{LONG} {LONG}",), (f"{LONG} Bail is posted. {LONG}",))


def test_what_is_pushed_over_the_edge_did_not_change() -> None:
    """Where the end of a page is missing, a line at its top does not delete its last one."""
    assert [("", "First of all")] == changed(POLICY, ("First of all", *POLICY[:-1]), cut=True)


@given(st.lists(st.text(max_size=30), max_size=12), st.lists(st.text(max_size=30), max_size=12))
def test_every_change_was_on_one_side_only(before: list[str], after: list[str]) -> None:
    """Nothing is told as added that stood there, as deleted that stands there, or without a word in it."""
    for one in differences(before, after, cut=False):
        assert isinstance(one, Change)
        assert telling(one.before or one.after)
        assert before.count(one.before) > after.count(one.before) or not one.before
        assert after.count(one.after) > before.count(one.after) or not one.after


@given(st.lists(st.text(max_size=30), max_size=12))
def test_a_page_does_not_differ_from_itself(page: list[str]) -> None:
    """Whatever stands on it."""
    assert () == differences(page, page, cut=False)
