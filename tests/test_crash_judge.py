"""The judge of the crash matrix finds what it is there to find, and nothing in a story that went well."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.crash_judge import Ledger, Shown, judge, plan
from tests.crash_plan import FROZEN, Case, delivery_id, keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.crash_judge import Key

Rows = dict["Key", dict[str, Any]]
CASE = Case("at any time", 0, ())
DIGEST, ALERT, UPDATE = keys("C0CRASH0A"), keys("C0CRASH0B")[-1], keys("C0CRASH0E")[1]


def went_well() -> tuple[Rows, list[Shown]]:
    """Every message sent, each under its parent."""
    rows: Rows = {}
    shown = []
    for channel in FROZEN:
        for number, key in enumerate(keys(channel)):
            one = plan(channel, key)
            ts, reply = f"1700000000.{number:06d}", one.replies[key[1]]
            root = None if one.thread_of is None else delivery_id(channel, one.thread_of)
            parent = rows[root or key[0], 0]["ts"] if reply else ""
            rows[key] = {"state": "sent", "ts": ts, "in_thread": reply, "thread_of": root, "attempt": 1, "looks": 0,
                         "error": None, "error_code": None, "swept_at": "2026-03-09"}
            shown.append(Shown(channel, ts, parent, key, broadcast=one.broadcast and key[1] == 0))
    return rows, shown


def without(shown: list[Shown], key: Key) -> list[Shown]:
    """One message less."""
    return [message for message in shown if message.key != key]


def changed(shown: list[Shown], key: Key, **fields: Any) -> list[Shown]:  # noqa: ANN401 - fields of Shown
    """One message otherwise."""
    return [replace(message, **fields) if message.key == key else message for message in shown]


def test_nothing_is_wrong_with_a_story_that_went_well() -> None:
    """Each message sent and standing once, in order and in its thread."""
    rows, shown = went_well()

    assert {} == judge(CASE, rows, Ledger(shown, 0, 0)).wrong


@pytest.mark.parametrize(
    ("wrong", "harm"),
    [
        ("lost", lambda shown: without(shown, ALERT)),
        ("doubled", lambda shown: [*shown, replace(shown[0], ts="1700000009.000000")]),
        ("wrong ts", lambda shown: changed(shown, ALERT, ts="1700000009.000000")),
        ("lost", lambda shown: changed(shown, ALERT, removed=True)),
        ("astray", lambda shown: changed(shown, DIGEST[2], thread="")),
        ("astray", lambda shown: changed(shown, DIGEST[2], ts="1600000000.000000")),
        ("astray", lambda shown: changed(shown, UPDATE, thread="")),
        ("astray", lambda shown: changed(shown, UPDATE, broadcast=False)),
    ],
    ids=["missing", "twice", "another", "removed", "not in the thread", "before the part before it",
         "not in the alert's thread", "not in the channel, too"],
)
def test_harm_to_a_channel_is_found(wrong: str, harm: Callable[[list[Shown]], list[Shown]]) -> None:
    """A message that is missing, there twice, elsewhere or out of order has its name."""
    rows, shown = went_well()

    assert wrong in judge(CASE, rows, Ledger(harm(shown), 0, 0)).wrong


def test_a_double_that_was_removed_is_forgiven_only_where_a_fault_made_it() -> None:
    """Posting twice and cleaning up is not exactly once, unless Slack or a stuck request did it."""
    rows, shown = went_well()
    twice = Ledger([*shown, replace(shown[0], ts="1700000009.000000", removed=True)], 0, 0)

    assert ["posted twice"] == list(judge(CASE, rows, twice).wrong)
    assert {} == judge(replace(CASE, strict=False), rows, twice).wrong


@pytest.mark.parametrize(
    ("state", "error", "dead", "wrong"),
    [
        ("pending", "is archived", "C0CRASH0B", None),
        ("pending", None, "C0CRASH0B", "not told"),
        ("pending", "is archived", "", "ended pending"),
        ("uncertain", "is archived", "", "ended uncertain"),
        ("refused", "invalid", "C0CRASH0B", "ended refused"),
        ("abandoned", "too old", "C0CRASH0B", "ended abandoned"),
    ],
)
def test_only_a_dead_channel_leaves_messages_waiting(
    state: str, error: str | None, dead: str, wrong: str | None
) -> None:
    """Where a channel takes nothing for ever its messages wait, and say why; anywhere else that is a loss."""
    rows, shown = went_well()
    rows[ALERT] |= {"state": state, "error": error}
    found = judge(replace(CASE, dead=dead), rows, Ledger(without(shown, ALERT), 0, 0)).wrong

    assert ([wrong] if wrong else []) == list(found)


@pytest.mark.parametrize(
    ("wrong", "ledger"),
    [
        ("too early", {"early": 1, "over_rate": 0}),
        ("above the rate", {"early": 0, "over_rate": 1}),
        ("audit", {"early": 0, "over_rate": 0, "audit": ["lint"]}),
    ],
)
def test_what_slack_minds_is_counted(wrong: str, ledger: dict[str, Any]) -> None:
    """A call too many or too soon is a fault, whatever stands in the channel."""
    rows, shown = went_well()

    assert [wrong] == list(judge(CASE, rows, Ledger(shown, **ledger)).wrong)
