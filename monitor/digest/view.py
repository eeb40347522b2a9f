"""What is known of a channel when something is due, and what is drafted for it then. Values alone; see `draft`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.digest.mutes import Mutes
from monitor.digest.story import Stories
from monitor.digest.urgent import Told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from monitor.digest.model import Digest, DigestKind
    from monitor.digest.mutes import Held
    from monitor.digest.slots import Slot
    from monitor.health import Coverage
    from monitor.settings import ChannelSettings
    from rules.model import MatchedArticle
    from storage import digests


@dataclass(frozen=True, slots=True)
class View:
    """What is known of a channel when something is due. `topics` are labels in its language, in order.

    `limits` are `max_per_day` by rule, `shown` what it was shown of each rule today, `floods` of each outlet's flood in
    24 hours; `spoke_at` is when it last got an article. `stories` are those of what waits. `broadcasts` is how many
    updates the whole channel saw in the last hour. `hurry`: somebody asked for it, so that nothing waits for a better
    moment.
    """

    channel: ChannelSettings
    topics: Mapping[str, str]
    limits: Mapping[str, int]
    waiting: Sequence[MatchedArticle]
    coverage: Coverage
    told: Told = field(default_factory=Told)
    shown: Mapping[str, int] = field(default_factory=dict)
    floods: Mapping[str, int] = field(default_factory=dict)
    spoke_at: datetime | None = None
    stories: Stories = field(default_factory=Stories)
    broadcasts: int = 0
    mutes: Mutes = field(default_factory=Mutes)
    hurry: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """One slot that is dealt with, and what is posted for it: None where that is nothing.

    `standing` says how each article stands there, and under which rule; `muted` are those that are kept back and
    written down with it. `event` is what an alert begins, as (topic, place id); `events` are those of before that it
    tells more of.
    """

    id: str
    slot: Slot
    digest: Digest | None
    kind: DigestKind = "digest"
    standing: Mapping[int, tuple[digests.Standing, str]] = field(default_factory=dict)
    event: tuple[str, str] | None = None
    events: tuple[int, ...] = ()
    muted: Mapping[int, Held] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Drafts:
    """What goes out, in this order. `considered`: what the channel did not want of all that waited is done with.

    `held` are articles that still wait for an alert, a roll-up or an update, and not for a digest. `kept_back` says in
    a line what mutes keep back; empty where that is nothing.
    """

    made: tuple[Draft, ...] = ()
    considered: bool = False
    held: tuple[int, ...] = ()
    kept_back: str = ""

    @property
    def digests(self) -> list[Digest]:
        """What is posted."""
        return [one.digest for one in self.made if one.digest is not None]
