"""What an envelope of Socket Mode says: a press, a command, or nothing that concerns us. Pure.

Everything in it comes from outside and some of it is stored, so each part must look as Slack writes it; what does not
is nothing. Values of buttons are trusted no further: they name a thing to look up.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, get_args

from monitor.talk.model import Action, Asked, Asker, Press

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "fb:"  # of the action ids of our buttons and menus
_PERSON = re.compile(r"[UW][A-Z0-9]{2,19}", re.ASCII)
_CHANNEL = re.compile(r"[CGD][A-Z0-9]{2,19}", re.ASCII)
_TS = re.compile(r"\d{1,12}\.\d{1,6}", re.ASCII)
_VALUE = re.compile(rf"({'|'.join(get_args(Action))}):(\d{{1,18}})", re.ASCII)  # 18 digits: what a database can hold


def heard(envelope: Mapping[str, Any]) -> Press | Asked | None:
    """The press or command in an envelope; None where it holds neither, or something that is not Slack's."""
    payload = _table(envelope, "payload")
    if envelope.get("type") == "slash_commands":
        return _asked(payload)
    if envelope.get("type") == "interactive" and payload.get("type") == "block_actions":
        return _press(payload)
    return None


def _asked(payload: Mapping[str, Any]) -> Asked | None:
    asker = _asker(payload.get("user_id"), payload.get("channel_id"), payload.get("response_url"))
    # Slack offers an app's commands to the workspace that installed it, and to nobody else of a shared channel.
    return Asked(asker, _text(payload, "text").strip()) if asker else None


def _press(payload: Mapping[str, Any]) -> Press | None:
    user, container = _table(payload, "user"), _table(payload, "container")
    # In a shared channel `team` is the workspace of the app, and `team_id` of the person another one.
    home = bool(user.get("team_id")) and user.get("team_id") == _table(payload, "team").get("id")
    channel = _table(payload, "channel").get("id") or container.get("channel_id")
    asker = _asker(user.get("id"), channel, payload.get("response_url"), home=home)
    said = _said(payload.get("actions"))
    if not asker or not said:
        return None
    action, subject, pressed_at = said
    ts, thread = (_ts(_text(container, key)) for key in ("message_ts", "thread_ts"))
    seen_by_all = container.get("is_ephemeral") is not True
    return Press(asker, action, subject, ts if seen_by_all else "", pressed_at, thread if thread != ts else "")


def _said(actions: object) -> tuple[Action, int, str] | None:
    """What the first of our buttons or menus among them says, and when it was pressed."""
    for one in actions if isinstance(actions, list) else ():
        if not isinstance(one, dict) or not _text(one, "action_id").startswith(PREFIX):
            continue
        value = _VALUE.fullmatch(_text(one, "value") or _text(_table(one, "selected_option"), "value"))
        if value and (pressed_at := _ts(_text(one, "action_ts"))):
            action: Action = value[1]  # type: ignore[assignment]  # the pattern is made of the actions
            return action, int(value[2]), pressed_at
    return None


def _asker(person: object, channel: object, answer_to: object, *, home: bool = True) -> Asker | None:
    if not (isinstance(person, str) and _PERSON.fullmatch(person)):
        return None
    if not (isinstance(channel, str) and _CHANNEL.fullmatch(channel)):
        return None
    return Asker(person, channel, answer_to if isinstance(answer_to, str) else "", home=home)


def _table(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = table.get(key)
    return found if isinstance(found, dict) else {}


def _text(table: Mapping[str, Any], key: str) -> str:
    found = table.get(key)
    return found if isinstance(found, str) else ""


def _ts(text: str) -> str:
    return text if _TS.fullmatch(text) else ""
