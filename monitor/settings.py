"""What config.toml says, parsed: frozen, complete, and passed down in pieces."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from rules.files.toml_source import TomlFile
    from rules.model import Prominence, Severity

Language = Literal["en", "es"]  # of our own words; headlines and quotes stay as they are
ChannelKind = Literal["slack", "webhook"]
FeedKind = Literal["feed", "page"]

# Where publishers read who asks: the project, never the group that runs it. The name is reserved (RFC 2606) and leads
# nowhere until the project has a home.
PROJECT_ADDRESS = "https://dateline.example/reader"


@dataclass(frozen=True, slots=True)
class Allowed:
    """One exception from the address guard: a host name or network, and the only port it holds for."""

    host: str  # "127.0.0.1", "feeds.internal" or "10.0.0.0/8"
    port: int


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """How documents are fetched. Times in seconds, sizes in bytes after decompression."""

    user_agent: str = f"Dateline/0.1 (+{PROJECT_ADDRESS})"
    total_timeout: float = 30.0
    connect_timeout: float = 10.0
    max_bytes: int = 5_000_000
    max_redirects: int = 5
    per_host: int = 2
    host_gap: float = 1.0
    starts_per_second: float = 20.0
    allow: tuple[Allowed, ...] = ()


@dataclass(frozen=True, slots=True)
class PollingSettings:
    """When feeds are asked again and how long an article stays news. Minutes and hours as named.

    `interval_minutes` holds for feeds that may bring something urgent; others are asked more seldom the less they
    publish, and none more often. For `patience` seconds a round waits for servers and pages that are slow; then it goes
    on without them, and what they bring comes with the next one.
    """

    interval_minutes: int = 20
    first_poll_hours: int = 24  # the first poll of a feed alerts nothing older than this
    fetch_pages: bool = True
    tick_seconds: float = 15.0
    patience: float = 1.0


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """Where everything is kept, and for how many days the text of articles is."""

    url: str
    keep_text_days: int = 90


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """How Slack is reached. The tokens come from the environment and stand in no file; no `token` means print.

    With an `app_token` the bot listens to buttons and commands. `people` are the user ids that may press; none:
    everyone who sees the message and is of our own workspace. `admins` may also mute topics and change what is read.
    """

    token: str | None = field(default=None, repr=False)
    base_url: str = "https://slack.com/api/"
    timeout: float = 15.0
    admin_channel: str | None = None
    app_token: str | None = field(default=None, repr=False)
    people: tuple[str, ...] = ()
    admins: tuple[str, ...] = ()
    command: str = "/dateline"  # as it is called in the app's settings


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """How a message is posted exactly once. Times in seconds.

    A message whose answer was lost is looked for in the channel: first when it can no longer be on its way
    (`timeout` of Slack plus `settle` after the attempt), then again after each of `looks`; found in none, it is posted
    again. After `horizon` it is given up, and told. A sender that went silent loses its channel after `lease`.
    """

    gap: float = 1.2  # between two posts to one channel, start to start; Slack takes one a second
    settle: float = 10.0
    looks: tuple[float, ...] = (10.0, 30.0, 90.0)
    lease: float = 60.0
    horizon: float = 86_400.0
    sweep_after: float = 180.0  # after a post, the channel is looked through for doubles
    history_margin: float = 300.0  # how far Slack's clock may be behind ours
    retry: float = 30.0  # after a post that certainly failed; doubled each time, up to `mending`
    mending: float = 300.0  # a token or channel that was refused is mended by a person
    budget: float = 20.0  # after so long a pass starts no further message to a channel; the next pass goes on


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local wall-clock times between which nothing is posted; `start` after `end` goes past midnight."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """One source to poll. `home` is where its outlet is at home ("Baltimore, MD" or "MD"), empty for national ones.

    A "page" has no feed: what changes in it (within the CSS `selector`, or anywhere) becomes an article. `urgent` is
    False where config.toml says that this source may be read more seldom than others.
    """

    url: str
    outlet: str
    home: str = ""
    line: int = 0
    kind: FeedKind = "feed"
    selector: str = ""
    urgent: bool = True


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """One channel: what it wants, when, and in which language. No `slots` means at once ("now").

    Empty `rules`, `topics`, `places`, `outlets` or `languages` mean "any"; `places` are place ids or labels, one of
    which must be in the match; `severity` and `prominence` are the least that it takes. `line_at` is the local time of
    the line that says all is well where nothing was posted for a day; None: never.
    """

    id: str
    name: str
    zone: ZoneInfo
    rules: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    slots: tuple[time, ...] = ()
    line: int = 0
    kind: ChannelKind = "slack"
    webhook: str | None = field(default=None, repr=False)  # the address, a secret, of a channel of that kind
    language: Language = "en"
    outlets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    severity: Severity = "low"
    prominence: Prominence = "passing"
    quiet: QuietHours | None = None
    urgent: bool = True  # urgent matches are alerts of their own, at once; false: they wait for the digest
    urgent_in_quiet: bool = True  # urgent alerts do not wait for the end of quiet hours
    urgent_per_day: int = 10  # above it, only the first story of a topic and place goes out alone
    threads: bool = True  # false: everything stands in the channel itself
    growth: bool = True  # what grows a story that was told shows in the channel too, not in its thread alone
    line_at: time | None = time(9)
    talks: bool = False  # the bot hears the buttons and commands of its readers
    command: str = "/dateline"  # what these begin with


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it. `rule_folders` are absolute; `packs` are names of shipped rule packs.

    Rule folders that are git clones are pulled every `pull_minutes`; 0 is never.
    """

    file: Path
    storage: StorageSettings
    network: NetworkSettings
    polling: PollingSettings
    slack: SlackSettings
    packs: tuple[str, ...]
    rule_folders: tuple[Path, ...]
    feeds: tuple[FeedSettings, ...]
    channels: tuple[ChannelSettings, ...]
    pull_minutes: int = 0
    delivery: DeliverySettings = field(default_factory=DeliverySettings)
    heartbeat: str | None = field(default=None, repr=False)  # asked after each good round; an outside watchdog listens
    source: TomlFile | None = field(default=None, repr=False, compare=False)  # for messages that point at a line

    @property
    def zone(self) -> ZoneInfo:
        """Dates that concern no channel are told as the first one counts them."""
        return self.channels[0].zone
