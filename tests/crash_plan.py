"""What is done to a bot that posts: where it is killed, and what goes wrong meanwhile. Pure; a seed says it all."""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from tests.slack_standin_model import POST, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

SPEED = 50.0  # how much faster than in earnest everything goes: limits, waits, leases
TIMEOUT = 15.0 / SPEED  # seconds in which Slack must have answered


@dataclass(frozen=True, slots=True)
class Frozen:
    """A delivery that waits: whether each part is a reply, in the thread of the first or of an earlier delivery's.

    `thread_of` is the number of that one in its channel; `broadcast`: its first part shows in the channel, too.
    """

    kind: str
    replies: tuple[bool, ...]
    thread_of: int | None = None
    broadcast: bool = False


FROZEN: Mapping[str, tuple[Frozen, ...]] = {
    "C0CRASH0A": (Frozen("digest", (False, True, True, True)),),
    "C0CRASH0B": (Frozen("digest", (False, False, False)), Frozen("alert", (False,))),
    "C0CRASH0C": (Frozen("alert", (False,)), Frozen("digest", (False, True, True, True))),
    "C0CRASH0D": (Frozen("note", (False,)), Frozen("rollup", (False, False))),
    "C0CRASH0E": (Frozen("alert", (False,)), Frozen("update", (True, True), 0, broadcast=True),
                  Frozen("update", (True,), 0), Frozen("digest", (False,))),
}
STALLED = "stalled, not connected"
BY_POST = ("sending, not connected", "accepted, answer unread", "answered, not marked", STALLED)  # at one of three
THREADED = ("parent, no reply yet", "between replies")
STORY = ("alert, no update yet", "between updates")  # one of which shows in the channel, too
POINTS = ("in the freeze", "frozen", *BY_POST, *THREADED, *STORY, "before the look", "after the look",
          "before the sweep's delete", "after the sweep's delete")
ANY_TIME = "at any time"
FOR_EVER = 1_000_000  # calls
DONE, LATE = 0, 3  # the status of a life that nobody cuts short


def delivery_id(channel: str, number: int) -> str:
    """The same after every start, as those of real digests are."""
    return f"crash:{channel}:{number}"


def keys(channel: str) -> list[tuple[str, int]]:
    """Every (delivery id, part) that a channel must show."""
    return [(delivery_id(channel, number), part)
            for number, one in enumerate(FROZEN[channel]) for part in range(len(one.replies))]


@dataclass(frozen=True, slots=True)
class Kill:
    """The end of one life: at the `nth` time that it comes to `point` in a channel, or after `seconds` at any."""

    point: str
    channel: str = ""
    nth: int = 1
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Case:
    """One story: kills one after the other, and faults. `dead` is a channel that takes nothing any more, or ""."""

    name: str
    seed: int
    kills: tuple[Kill, ...]
    faults: tuple[Mapping[str, Any], ...] = ()
    lag: float = 0.0
    skew: float = 0.0
    page: int = 100
    dead: str = ""
    strict: bool = field(default=True)  # no fault makes a message stand twice, even for a while

    def fresh_faults(self) -> list[Fault]:
        """The faults, none of them used up."""
        return [Fault(**fault) for fault in self.faults]


def _spec(action: str, **fields: Any) -> Fault:  # noqa: ANN401 - fields of Fault
    return Fault(action, **fields)


# One of these at a time: everything that can happen to a post, and to a look.
_MISHAPS: tuple[Fault, ...] = (
    _spec("reset"), _spec("reset", stored=True), _spec("close"), _spec("close", stored=True),
    _spec("http", status=503), _spec("http", status=502, stored=True), _spec("cut", stored=True),
    _spec("empty", stored=True), _spec("slow", seconds=TIMEOUT / 3), _spec("slow", seconds=TIMEOUT * 2),
    _spec("slow", stored=True, seconds=TIMEOUT * 2), _spec("limit", times=1), _spec("limit", times=3),
    _spec("error", code="internal_error"), _spec("error", code="fatal_error", stored=True),
    _spec("error", code="invalid_blocks"), _spec("error", code="token_revoked", times=2),
    _spec("error", code="is_archived", times=2), _spec("error", code="rate_limited"), _spec("double"),
    _spec("http", method="conversations.history"), _spec("reset", method="conversations.history"),
    _spec("limit", method="conversations.history"), _spec("http", method="conversations.replies"),
    _spec("error", method="conversations.history", code="internal_error", times=2), _spec("http", method="chat.delete"),
    _spec("reset", method="chat.delete", stored=True), _spec("reset", method="auth.test"),
)


def _mishap(dice: random.Random) -> Fault:
    chosen = dice.choice(_MISHAPS)
    channel = dice.choice(("", *FROZEN)) if chosen.method != "auth.test" else ""
    skip = dice.randrange(6 if channel == "" else 3) if chosen.method == POST else dice.randrange(2)
    return Fault(**(asdict(chosen) | {"channel": channel, "skip": skip}))


def _needed(kill: Kill, dice: random.Random) -> list[Fault]:
    """Without these, nobody would come to that point: an answer that is lost, a message that Slack stores twice."""
    first = {"channel": kill.channel, "skip": kill.nth - 1}
    if kill.point.endswith("the look"):
        lost = dice.choice((_spec("reset", stored=True), _spec("reset"), _spec("cut", stored=True)))
        return [Fault(**(asdict(lost) | {"channel": kill.channel, "skip": dice.randrange(3)}))]
    if kill.point.endswith("delete"):
        return [_spec("double", channel=kill.channel, skip=dice.randrange(3))]
    if kill.point == "accepted, answer unread":
        return [_spec("slow", stored=True, seconds=TIMEOUT * 2, **first)]
    return []


def _case(name: str, seed: int, kills: tuple[Kill, ...], dice: random.Random, needed: list[Fault]) -> Case:
    faults = needed + [_mishap(dice) for _ in range(dice.choice((0, 1, 1, 2, 3, 4)))]
    if dice.random() < 0.5:  # a burst of 429, the commonest thing to go wrong
        burst = {"channel": dice.choice(tuple(FROZEN)), "skip": dice.randrange(3), "times": dice.choice((1, 3))}
        faults.append(_spec("limit", **burst))
    dead = dice.choice(tuple(FROZEN)) if dice.random() < 0.08 else ""
    if dead in {kill.channel for kill in kills}:
        dead = ""
    if dead:
        code = dice.choice(("is_archived", "not_in_channel", "token_revoked"))
        faults.insert(0, _spec("error", channel=dead, code=code, skip=dice.randrange(3), times=FOR_EVER))
    specs = tuple({k: v for k, v in asdict(fault).items() if k != "seen"} for fault in faults)
    # A request that is stuck on its way may land when nobody looks for it any more; the sweep finds it.
    strays = (fault for fault in faults if fault.action == "double" or (fault.action == "slow" and not fault.stored))
    strict = name != STALLED and not any(strays)
    return Case(name, seed, kills, specs, lag=dice.choice((0.0, 0.0, 0.3, 1.0)),
                skew=dice.choice((0.0, 2.0, -2.0, -30.0)), page=dice.choice((100, 4, 2)), dead=dead, strict=strict)


def at_point(point: str, seed: int) -> Case:
    """A story that is killed at a point, and perhaps once more at any time."""
    dice = random.Random(f"{point} {seed}")
    places = {THREADED: ("C0CRASH0A", "C0CRASH0C"), STORY: ("C0CRASH0E",)}
    channel = dice.choice(next((inside for points, inside in places.items() if point in points), tuple(FROZEN)))
    kills = [Kill(point, channel, dice.randrange(1, 4) if point in BY_POST else 1)]
    if dice.random() < 0.3:
        kills.append(Kill(ANY_TIME, seconds=dice.uniform(0.05, 2.0)))
    return _case(point, seed, tuple(kills), dice, _needed(kills[0], dice))


def at_any_time(seed: int, kills: int = 6) -> Case:
    """A story of several lives, each cut short at any time."""
    dice = random.Random(seed)
    moments = tuple(Kill(ANY_TIME, seconds=dice.uniform(0.02, dice.choice((0.5, 1.0, 4.0)))) for _ in range(kills))
    return _case(ANY_TIME, seed, moments, dice, [])
