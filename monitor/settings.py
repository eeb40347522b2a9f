"""What config.toml says, parsed: frozen, complete, and passed down in pieces."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from rules.files.toml_source import TomlFile


@dataclass(frozen=True, slots=True)
class Allowed:
    """One exception from the address guard: a host name or network, and the only port it holds for."""

    host: str  # "127.0.0.1", "feeds.internal" or "10.0.0.0/8"
    port: int


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """How documents are fetched. Times in seconds, sizes in bytes after decompression."""

    user_agent: str = "Dateline/0.1 (news alert bot)"
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
    """When feeds are asked again and how long an article stays news. Minutes and hours as named."""

    interval_minutes: int = 20
    first_poll_hours: int = 24  # the first poll of a feed alerts nothing older than this
    fetch_pages: bool = True
    tick_seconds: float = 15.0


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """Where everything is kept, and for how many days the text of articles is."""

    url: str
    keep_text_days: int = 90


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """How Slack is reached. The token comes from the environment and stands in no file; `None` means print."""

    token: str | None = field(default=None, repr=False)
    base_url: str = "https://slack.com/api/"
    timeout: float = 15.0
    admin_channel: str | None = None


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """One feed to poll. `home` is where its outlet is at home ("Baltimore, MD" or "MD"), empty for national ones."""

    url: str
    outlet: str
    home: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """One Slack channel: which rules, topics and places it wants, and when. No `slots` means at once ("now").

    Empty `rules`, `topics` or `places` mean "any"; `places` are place ids or labels, one of which must be in the match.
    """

    id: str
    name: str
    zone: ZoneInfo
    rules: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    slots: tuple[time, ...] = ()
    line: int = 0


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
    source: TomlFile | None = field(default=None, repr=False, compare=False)  # for messages that point at a line
