"""What people say back, what they are answered, and what a message shows of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from monitor.digest.model import Point

# What a button or a line of a menu does. Its subject is an article, or of "unmute" a mute. "unjudge" takes a judgement
# back, "release" an item; "take-over" takes one that somebody has; "mute" asks which of the three is meant.
Action = Literal["relevant", "not-relevant", "unjudge", "take", "take-over", "release", "mute", "mute-story",
                 "mute-outlet", "mute-topic", "unmute", "why"]
ACTIONS: tuple[Action, ...] = ("relevant", "not-relevant", "unjudge", "take", "take-over", "release", "mute",
                               "mute-story", "mute-outlet", "mute-topic", "unmute", "why")
MuteKind = Literal["story", "outlet", "topic"]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who said something, where, and where an answer for that person alone goes (an address of Slack, for 30 minutes).

    `home` is false where the person belongs to another workspace, as in a shared channel.
    """

    person: str
    channel_id: str
    answer_to: str
    home: bool = True


@dataclass(frozen=True, slots=True)
class Press:
    """Somebody pressed a button or chose from a menu.

    `message_ts` is the message it stands in, empty where only that person sees it; `pressed_at` is Slack's time, the
    same when Slack hands the press over twice.
    """

    asker: Asker
    action: Action
    subject: int
    message_ts: str
    pressed_at: str
    thread_ts: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody typed a command: `words` is what stands behind its name. Neither stored nor logged."""

    asker: Asker
    words: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A button below an answer."""

    words: str
    action: Action
    subject: int


@dataclass(frozen=True, slots=True)
class Find:
    """An article that was searched for: its headline as a link, what it is, and a sentence with the words found.

    `marks` are where they stand in `quote`, as characters from and to.
    """

    title: str
    url: str
    about: str = ""
    quote: str = ""
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person alone is answered: plain sentences, articles that were found, a list, what a command would print,
    and what to press next.

    `replaces`: it takes the place of the answer whose button was pressed. `person` is the id of whom the title
    mentions, and nobody else is mentioned, whatever a headline in it looks like.
    """

    title: str
    lines: tuple[str, ...] = ()
    finds: tuple[Find, ...] = ()
    points: tuple[str | Point, ...] = ()
    printed: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    person: str = ""
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Marks:
    """What a message shows of one article: how many judged it how, who took it, until when something of it is muted.

    `taken_at` is None where nobody took it; `taken_by` is empty where the id was erased. `muted` pairs kind and end.
    """

    relevant: int = 0
    not_relevant: int = 0
    taken_by: str = ""
    taken_at: datetime | None = None
    muted: tuple[tuple[MuteKind, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class MuteEnd:
    """A mute that was undone: when, and by whom ("" where the id was erased)."""

    at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """All that one message shows besides its frozen body: marks by article, undone mutes by number."""

    marks: Mapping[int, Marks]
    ended: Mapping[int, MuteEnd]

