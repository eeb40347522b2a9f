"""What an envelope of Slack says: a press, a command, or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.slack.heard import heard
from monitor.talk.model import ACTIONS, Asked, Asker, Press
from tests.slack_socket_standin import TEAM, command, press

MESSAGE_TS, PRESSED_AT = "1764000000.000100", "1764000100.000001"
ALICE = Asker("U1ALICE", "C1ALERTS", "https://hooks.slack.com/actions/1")
CONTAINER = {"type": "message", "message_ts": MESSAGE_TS, "channel_id": "C1ALERTS"}


def pressed(value: str = "relevant:7", **changes: Any) -> Press | Asked | None:  # noqa: ANN401 - parts of JSON
    return heard(press(value, answer_to=ALICE.answer_to, **changes))


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action(action: str) -> None:
    """A button and a line of a menu say an action and its subject, whoever made the message."""
    expected = Press(ALICE, action, 7, MESSAGE_TS, PRESSED_AT)  # type: ignore[arg-type]  # an Action, as the list is
    assert [expected, expected] == [pressed(f"{action}:7"), pressed(f"{action}:7", menu=True, action_id="fb:more")]


def test_a_command() -> None:
    """What stands behind the name of the command, without spaces around it."""
    assert Asked(ALICE, "search “raids”") == heard(command(" search “raids” ", answer_to=ALICE.answer_to))
    assert Asked(ALICE, "") == heard(command("", answer_to=ALICE.answer_to))


def test_a_private_answer_has_no_message() -> None:
    """What only one person sees is no message of the channel, so it can be neither found nor drawn."""
    found = pressed(container={**CONTAINER, "is_ephemeral": True})
    assert isinstance(found, Press)
    assert "" == found.message_ts


@pytest.mark.parametrize(("thread", "expected"), [("1763000000.000001", "1763000000.000001"), (MESSAGE_TS, "")])
def test_a_thread(thread: str, expected: str) -> None:
    """A reply knows its thread; the message that the thread hangs below stands in none."""
    found = pressed(container={**CONTAINER, "thread_ts": thread})
    assert isinstance(found, Press)
    assert (MESSAGE_TS, expected) == (found.message_ts, found.thread_ts)


@pytest.mark.parametrize(
    ("user", "team", "home"),
    [
        ({"id": "U1ALICE", "team_id": TEAM}, {"id": TEAM}, True),
        ({"id": "U1ALICE", "team_id": "T0OTHER"}, {"id": TEAM}, False),
        ({"id": "U1ALICE"}, {"id": TEAM}, False),
        ({"id": "U1ALICE", "team_id": TEAM}, None, False),
        ({"id": "U1ALICE"}, None, False),
    ],
)
def test_people_of_another_workspace(user: object, team: object, home: bool) -> None:
    """Whoever is not known to be of the workspace that the app is in is a guest."""
    found = pressed(user=user, team=team)
    assert isinstance(found, Press)
    assert home is found.asker.home


def test_a_channel_that_only_the_container_names() -> None:
    """Slack leaves the channel out of some payloads; the container has it too."""
    found = pressed(channel=None)
    assert isinstance(found, Press)
    assert "C1ALERTS" == found.asker.channel_id


@pytest.mark.parametrize(
    "value",
    ["", "relevant", "relevant:", "relevant:-1", "relevant:1 ", "delete:7", "relevant:7:8", "Relevant:7", "relevant:٧",
     "relevant:1234567890123456789", "relevant:7\n"],
)
def test_values_that_are_not_ours(value: str) -> None:
    """A value that no button of ours has is no press."""
    assert None is pressed(value)


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "view_submission"}, {"actions": []}, {"actions": None}, {"actions": ["x"]}, {"user": None},
        {"user": {"id": "alice", "team_id": TEAM}}, {"user": {"id": "U" + "1" * 20}}, {"user": {"id": 7}},
        {"channel": {"id": "#alerts"}}, {"action_id": "link"}, {"pressed_at": "now"}, {"pressed_at": ""},
    ],
)
def test_payloads_that_are_not_ours(changes: dict[str, Any]) -> None:
    """What is not as Slack writes it, or not of our buttons, is no press, and no error."""
    assert None is pressed(**changes)


@pytest.mark.parametrize(
    "envelope",
    [{}, {"type": "events_api", "payload": {}}, {"type": "interactive"}, {"type": "interactive", "payload": []},
     {"type": "slash_commands", "payload": {"text": "help"}}, {"type": 7, "payload": {"type": "block_actions"}},
     command(user_id="nobody"), command(channel_id=None)],
)
def test_envelopes_that_are_not_ours(envelope: dict[str, Any]) -> None:
    """Events, and commands of nobody, are nothing."""
    assert None is heard(envelope)


def test_the_first_of_our_buttons_counts() -> None:
    """A link among the actions is passed over."""
    link = {"action_id": "open", "value": "x", "action_ts": PRESSED_AT}
    ours = {"action_id": "fb:why", "value": "why:7", "action_ts": PRESSED_AT}
    found = pressed(actions=[link, ours])
    assert isinstance(found, Press)
    assert "why" == found.action
