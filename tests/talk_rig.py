"""A channel with a digest and an alert in it, a bot that hears presses, and the small Slack that both stand in."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.collect.fetch import Fetcher
from monitor.collect.sandbox import Sandbox
from monitor.digest.publish import publish
from monitor.outbox.deliver import Outbox
from monitor.ruleset.files import Loaded
from monitor.ruleset.reload import Active
from monitor.settings import DeliverySettings, NetworkSettings, PollingSettings, Settings, StorageSettings
from monitor.slack.sender import SlackSender
from monitor.talk.desk import Desk
from monitor.talk.listen import Talk
from monitor.talk.model import Asker, Press
from rules.engine.engine import Engine
from storage import redraws
from tests.digest_rounds import AT_ONCE, NOW, RULES, arrive, prepare
from tests.outbox_channel import Clock
from tests.slack_standin import StandIn
from tests.slack_talk_standin import settings, talking

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from monitor.settings import ChannelSettings, FeedSettings
    from monitor.talk.model import Action
    from rules.model import Severity
    from storage.database import Database
    from tests.slack_socket_standin import SocketStandIn
    from tests.slack_standin_model import Standing

ALICE, BOB, ADMIN = "U0ALICE001", "U0BOB00001", "U0ADMIN0001"
CHANNEL = replace(AT_ONCE, talks=True)
FAST = 1_000.0  # how much faster than Slack its limits are here


@dataclass(slots=True)
class Room:
    """A bot in a channel. `numbers` make every press one of its own."""

    slack: StandIn
    said: SocketStandIn
    database: Database
    desk: Desk
    talk: Talk
    clock: Clock
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    async def news(self, *severities: Severity) -> list[int]:
        """Articles arrive and are posted: their numbers."""
        found = [arrive(self.database, f"n{number}", self.clock.now, place=f"town{number}", severity=severity)
                 for severity in severities for number in [next(self.numbers)]]
        publish(self.database, CHANNEL, RULES, self.clock.now)
        await self.desk.outbox.deliver()
        return found

    def press(self, action: Action, subject: int, person: str = ALICE, **changes: Any) -> Press:  # noqa: ANN401
        """Somebody presses something in the first message; `changes` are fields of the press, or of who it was."""
        home, channel = changes.pop("home", True), changes.pop("channel", CHANNEL.id)
        asker = Asker(person, channel, f"{self.said.url}/answers/{person}", home=home)
        made = Press(asker, action, subject, self.slack.messages[0].ts if self.slack.messages else "1.1",
                     f"1764000000.{next(self.numbers):06d}")
        return replace(made, **changes)

    async def hear(self, action: Action, subject: int, person: str = ALICE, **changes: Any) -> str:  # noqa: ANN401
        """The same, heard and drawn: what the person alone is told, "" for nothing."""
        before = len(self.said.answers)
        await self.talk.hear(self.press(action, subject, person, **changes))
        await self.talk.redraw.draw()
        return " ".join(str(answer["text"]) for _, answer in self.said.answers[before:])

    def shows(self, article_id: int) -> str:
        """What the first message with the article says in its block."""
        return next(text for message in self.slack.visible() for text in [_block(message, f"w:{article_id}")] if text)

    @property
    def behind(self) -> int:
        """How many messages do not show what is stored."""
        with self.database.read() as connection:
            return redraws.behind(connection)


def _block(message: Standing, block_id: str) -> str:
    """The words of a block; "" where there is none."""
    found = [block for block in message.body.get("blocks", ()) if block.get("block_id") == block_id]
    return str([[block.get("text"), block.get("elements")] for block in found]) if found else ""


@asynccontextmanager
async def room(
    database: Database, *people: str, channel: ChannelSettings = CHANNEL, listening: bool = False
) -> AsyncIterator[Room]:
    """The bot, not yet started: what is heard is handed to it."""
    slack, clock = StandIn(FAST), Clock(NOW)
    async with talking(slack) as said:
        prepare(database, channel, since=NOW)
        made = _desk(database, slack, clock, channel, people, listening=listening)
        yield Room(slack, said, database, made, Talk(lambda: made, 0.0), clock)


def _desk(
    database: Database, slack: StandIn, clock: Clock, channel: ChannelSettings, people: Sequence[str], *,
    listening: bool,
) -> Desk:
    where = settings(slack, *people, listening=listening)
    whole = Settings(Path("config.toml"), StorageSettings(""), NetworkSettings(), PollingSettings(), where, (), (), (),
                     (channel,))
    active = Active(Loaded(RULES, {}), Engine(RULES), (channel,), "")
    sender = SlackSender(where)
    outbox = Outbox(database, lambda _: sender, clock, DeliverySettings(gap=0.0, settle=0.0, looks=(0.1,)))
    return Desk(database, whole, clock, lambda: active, outbox, Fetcher(whole.network), Sandbox(), _adopt)


async def _adopt(_sources: Sequence[FeedSettings]) -> None:
    raise AssertionError("nothing is added here")
