"""Several people's judgements made into one, and their shares over time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from rules.workbench.votes import Share, majority, shares

NOW = datetime(2026, 11, 24, tzinfo=UTC)
DAY = timedelta(days=1)


def test_majority() -> None:
    """What most said counts, and nothing where they are even."""
    votes = [("a", True), ("a", False), ("a", True), ("b", False), ("c", True), ("c", False)]

    assert {"a": True, "b": False} == majority(votes)


def test_shares() -> None:
    """Articles count once, in the part of the time of their last vote; names with most articles come first."""
    votes = [("x", 1, True, NOW - 7 * DAY), ("y", 2, False, NOW - 7 * DAY), ("y", 2, False, NOW - DAY),
             ("y", 3, True, NOW), ("y", 4, True, NOW - 5 * DAY), ("y", 5, True, NOW), ("y", 5, False, NOW)]

    assert [Share("y", 2, 3, ((0, 0), (1, 1), (0, 0), (1, 2))), Share("x", 1, 1, ((1, 1), (0, 0), (0, 0), (0, 0)))
            ] == shares(votes, NOW - 8 * DAY, NOW, 4)
