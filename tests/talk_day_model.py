"""The rules of pressing, told a second time and as short as they go: what must be stored after a list of presses. Pure.

A press that was never acknowledged, because its connection was lost, may count or not; so what is known of a thing is
the set of all states in which it may be, and nearly always there is one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from monitor.talk.model import Action, Press

Place = tuple[str, int]  # channel and article
# For what a mute holds: channel, kind, and a story, or an outlet and a topic. Mutes: all that there were for it, each
# with who began it and who ended it, None while it holds.
Subject = tuple[str, ...]
Mutes = tuple[tuple[str, str | None], ...]
ASKS_ONLY = ("mute", "why")  # change nothing, and are noted nowhere
_SAYS: dict[str, bool | None] = {"relevant": True, "not-relevant": False, "unjudge": None}
_ON_IT, _MUTES = ("take", "take-over", "release"), ("mute-story", "mute-outlet")
Key = TypeVar("Key")
State = TypeVar("State")


@dataclass(frozen=True, slots=True)
class Heard:
    """A press, however often it was handed over; `sure` where one of these was acknowledged."""

    press: Press
    sure: bool


@dataclass(frozen=True, slots=True)
class Expected:
    """What may be stored: by channel, article and person; by channel and article; by subject of a mute."""

    judged: dict[tuple[str, int, str], set[bool | None]] = field(default_factory=lambda: defaultdict(lambda: {None}))
    taken: dict[Place, set[str | None]] = field(default_factory=lambda: defaultdict(lambda: {None}))
    mutes: dict[Subject, set[Mutes]] = field(default_factory=lambda: defaultdict(lambda: {()}))


def expected(
    presses: Iterable[Heard], admins: Collection[str], subject: Callable[[Press], Subject],
    begun: Mapping[int, tuple[Subject, int]],
) -> Expected:
    """What the presses come to, in the order of Slack's time.

    `subject` says for what a mute holds that is begun with a press; `begun` for what those do that were, by the number
    on their buttons, and how many there had been for it before.
    """
    state = Expected()
    for heard in sorted(presses, key=lambda one: one.press.pressed_at):
        press, sure = heard.press, heard.sure
        person, channel, action = press.asker.person, press.asker.channel_id, press.action
        if action in _SAYS:
            _step(state.judged, (channel, press.subject, person), _says(_SAYS[action]), sure=sure)
        elif action in _ON_IT:
            _step(state.taken, (channel, press.subject), _on_it(action, person), sure=sure)
        elif action == "unmute" and (which := begun.get(press.subject)) and which[0][0] == channel:
            _step(state.mutes, which[0], _ended(which[1], person), sure=sure)
        elif action in _MUTES or (action == "mute-topic" and person in admins):
            _step(state.mutes, subject(press), _begun(person), sure=sure)
    return state


def _step(known: dict[Key, set[State]], key: Key, step: Callable[[State], State], *, sure: bool) -> None:
    before = known[key]
    known[key] = {step(state) for state in before} | (set() if sure else before)


def _says(said: bool | None) -> Callable[[bool | None], bool | None]:
    return lambda _: said


def _on_it(action: Action, person: str) -> Callable[[str | None], str | None]:
    if action == "take-over":
        return lambda _: person
    if action == "release":
        return lambda has: None if has == person else has
    return lambda has: has or person


def _begun(person: str) -> Callable[[Mutes], Mutes]:
    return lambda mutes: mutes if mutes and mutes[-1][1] is None else (*mutes, (person, None))


def _ended(at: int, person: str) -> Callable[[Mutes], Mutes]:
    """Of the mutes only the one that the button names, where it holds: there may be a newer one."""

    def end(mutes: Mutes) -> Mutes:
        holds = at == len(mutes) - 1 and mutes[at][1] is None
        return (*mutes[:at], (mutes[at][0], person)) if holds else mutes

    return end
