"""The people of a day of presses: what they see, and what they press, at random.

They press what stands in the channels, and the buttons below what they alone were answered.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.talk_slack import Slack, Tail

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping, Sequence

# How often what is pressed, of what there is to press; a mute is undone about as often as it is begun.
WEIGHTS = {"relevant": 30.0, "not-relevant": 22.0, "take": 18.0, "why": 3.0, "mute": 4.0, "mute-story": 2.0,
           "mute-outlet": 2.0, "mute-topic": 2.0, "unmute": 6.0}
COMMANDS = ("mutes", "help", "feeds", "rules library", "search water main", "search \"bus fares\"")
PRIVATE = 0.25  # of all moments somebody presses on an answer, where there is one to press
TWICE, AGAIN = 0.08, 0.15  # of the other presses are handed over twice, are such as somebody made before
BURSTS = (1, 1, 1, 2, 6)  # people who press at the same moment
USES = 4  # presses on answers for one address, which takes five
LOOK = 1.0  # seconds after which people see what is new


@dataclass(frozen=True, slots=True)
class Thing:
    """Something to press in a channel: of a menu, which line."""

    place: Mapping[str, Any]
    action: str


@dataclass(frozen=True, slots=True)
class Private:
    """A button below an answer that one person got."""

    person: str
    channel: str
    ts: str
    action_id: str
    value: str


@dataclass(slots=True)
class Crowd:
    """The people, what they see, and how they press. `addresses`: where answers to a person in a channel go, with
    the uses left."""

    slack: Slack
    people: Sequence[str]
    dice: random.Random
    things: list[Thing] = field(default_factory=list)
    answers: list[Private] = field(default_factory=list)
    addresses: dict[tuple[str, str], list[Any]] = field(default_factory=dict)
    before: list[tuple[str, Thing]] = field(default_factory=list)
    pressed: int = 0
    looked: float = 0.0
    said: Tail = field(init=False)
    sent: Tail = field(init=False)

    def __post_init__(self) -> None:
        self.said = Tail(self.slack.state / "messages.jsonl")
        self.sent = Tail(self.slack.state / "envelopes.jsonl")

    async def look(self) -> None:
        """See what stands in the channels, what each was answered, and the addresses that commands brought."""
        self.things = [thing for message in await self.slack.messages() for thing in things(message)]
        for line in self.said.new():
            if line["op"] == "ephemeral":
                self.answers += answers(line)
        for line in self.sent.new():
            if line["type"] == "slash_commands":
                asked = line["payload"]
                self.addresses[asked["user_id"], asked["channel_id"]] = [asked["response_url"], USES]
        self.looked = time.monotonic()

    async def press(self) -> None:
        """Several people press at the same moment, or one on an answer; handed over twice, it is still one press."""
        if time.monotonic() > self.looked + LOOK:
            await self.look()
        if self.answers and self.dice.random() < PRIVATE:
            await self._private(self.answers.pop(self.dice.randrange(len(self.answers))))
        else:
            await asyncio.gather(*(self._one() for _ in range(self.dice.choice(BURSTS))))

    async def _one(self) -> None:
        person, thing = self._chosen()
        again = {"repeat": 2, "gap_s": self.dice.choice((0.0, 0.05, 0.4))} if self.dice.random() < TWICE else {}
        with suppress(RuntimeError):  # it is gone since they looked: of a mute that somebody undid, the button
            await self.slack.do("click", user=person, **thing.place, **again)
            self.pressed += 1

    def _chosen(self) -> tuple[str, Thing]:
        """Somebody, and something there is to press; or what they pressed before, once more."""
        if self.before and self.dice.random() < AGAIN:
            return self.dice.choice(self.before)
        there = sorted({thing.action for thing in self.things})
        action = self.dice.choices(there, [WEIGHTS[one] for one in there])[0]
        found = self.dice.choice(self.people), self.dice.choice([one for one in self.things if one.action == action])
        self.before.append(found)
        return found

    async def _private(self, answer: Private) -> None:
        """Press below an answer: where the next one goes is an address that a command of theirs brought there."""
        address = self.addresses.get((answer.person, answer.channel), ["", 0])
        if not address[1]:
            self.answers.append(answer)
            await self.slack.do("slash", user=answer.person, channel=answer.channel, command="/dateline",
                                text=self.dice.choice(COMMANDS))
            self.looked = 0.0
            return
        address[1] -= 1
        self.pressed += 1
        await self.slack.do("envelope", payload=envelope(answer, address[0]))


def things(message: Mapping[str, Any]) -> list[Thing]:
    """What can be pressed in a message of the channel."""
    found = []
    for block in message.get("blocks", ()):
        for element in [*block.get("elements", ()), block.get("accessory") or {}]:
            if not str(element.get("action_id", "")).startswith("fb:"):
                continue
            place = {"channel": message["channel"], "ts": message["ts"], "block_id": block["block_id"],
                     "action_id": element["action_id"]}
            values = [one["value"] for one in element["options"]] if "options" in element else [element["value"]]
            found += [Thing(place | {"option": at}, value.partition(":")[0]) for at, value in enumerate(values)]
    return found


def answers(line: Mapping[str, Any]) -> list[Private]:
    """What can be pressed in an answer."""
    return [Private(line["user"], line["channel"], line["ts"], element["action_id"], element["value"])
            for block in line["blocks"] or () if block["type"] == "actions" for element in block["elements"]]


def envelope(answer: Private, address: str) -> dict[str, Any]:
    """What Slack says of a button that only one person sees."""
    return {
        "type": "block_actions", "user": {"id": answer.person, "team_id": "T0FAKE0001"}, "team": {"id": "T0FAKE0001"},
        "container": {"type": "message", "message_ts": answer.ts, "channel_id": answer.channel, "is_ephemeral": True},
        "channel": {"id": answer.channel}, "response_url": address,
        "actions": [{"type": "button", "action_id": answer.action_id, "value": answer.value,
                     "action_ts": f"{time.time():.6f}"}]}
