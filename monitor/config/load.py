"""config.toml and the environment become Settings, once, before anything else runs.

Every problem of the file is named in one run. Only the standard library is imported here, for a quick start.
What the values refer to in the rule files is checked apart (`check_references`): rules may change while the bot runs.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rules
from monitor.config import addresses
from monitor.config import values as read
from monitor.config.channels import read_channels
from monitor.config.feeds import read_feeds, require_feeds
from monitor.config.keys import read_tables
from monitor.config.slack import read_slack
from monitor.config.values import Fault
from monitor.errors import ConfigError
from monitor.settings import (
    DeliverySettings,
    NetworkSettings,
    PollingSettings,
    Settings,
    StorageSettings,
)
from rules.files.toml_source import read_toml
from rules.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.config.keys import Tables
    from monitor.settings import ChannelSettings, SlackSettings

DEFAULT_DATABASE = "data/dateline.db"
PACKS = Path(rules.__file__).parent / "packs"


def load_settings(path: Path, environ: Mapping[str, str], *, without_feeds: bool = False) -> Settings:
    """Everything config.toml says, complete and checked. File names in it are taken beside it.

    `without_feeds`: there need be none yet, for the commands that add the first one.
    Raises ConfigError with all problems, in the order of the file. No problem repeats a token or a password.
    """
    toml = read_toml(path)
    tables = read_tables(toml)
    settings = None if toml.problems else _settings(path.absolute(), tables, environ)
    if settings and not without_feeds:
        require_feeds(tables)
    if settings is None or tables.problems:
        raise ConfigError(sorted((_safe(problem) for problem in tables.problems), key=lambda problem: problem.line))
    return settings


def _safe(problem: Problem) -> Problem:
    show = read.without_secrets
    return replace(problem, message=show(problem.message), source=show(problem.source), help=show(problem.help))


def _settings(file: Path, tables: Tables, environ: Mapping[str, str]) -> Settings:
    """As much as could be read; only to be used where `tables.problems` is empty afterwards."""
    packs, rule_folders = _rules(tables, file.parent)
    slack = read_slack(tables, environ)
    return Settings(
        file=file,
        storage=_storage(tables, file.parent, environ),
        network=_network(tables),
        polling=PollingSettings(**tables.one["polling"]),
        slack=slack,
        packs=packs,
        rule_folders=rule_folders,
        feeds=read_feeds(tables),
        channels=tuple(_listening(channel, slack) for channel in read_channels(tables, environ)),
        delivery=_delivery(tables),
        pull_minutes=tables.one["rules"].get("pull_minutes", 0),
        heartbeat=_heartbeat(tables, environ),
        source=tables.toml,
    )


def _listening(channel: ChannelSettings, slack: SlackSettings) -> ChannelSettings:
    """The channel as it is where the app is heard: a webhook is a way out alone."""
    return replace(channel, talks=channel.kind == "slack" and bool(slack.app_token), command=slack.command)


def _rules(tables: Tables, folder: Path) -> tuple[tuple[str, ...], tuple[Path, ...]]:
    table = tables.one["rules"]
    packs = tuple(table.get("packs", ()))
    shipped = sorted({file.parent.name for file in PACKS.glob("*/*.toml")})
    for name in packs:
        if name not in shipped:
            fault = Fault("C110", f'there is no rule pack "{name}"', f"there are: {', '.join(shipped)}", name)
            tables.add(fault, "rules", "packs")
    found = [_rule_folder(folder, name) for name in table.get("folders", ())]
    folders = [tables.take(place, folder, "rules", "folders") for place in found]
    written = tables.toml.values.get("rules")
    if not (isinstance(written, dict) and (written.get("packs") or written.get("folders"))):
        tables.missing("C112", "no rules are named, so that nothing could ever match",
                 f"below [rules] write  packs = ['{shipped[0] if shipped else '...'}']  or  folders = ['team-rules']")
    return packs, tuple(folders)


def _rule_folder(folder: Path, name: str) -> Path | Fault:
    place = addresses.beside(folder, name)
    if place and place.is_dir():
        return place
    return Fault("C111", f"the rule folder {place or name} does not exist",
                 "make it, or correct the name; it is looked for beside this file", name)


DATABASE_VARIABLE = "DATELINE_DATABASE_URL"


def _storage(tables: Tables, folder: Path, environ: Mapping[str, str]) -> StorageSettings:
    table = tables.one["storage"]
    written = addresses.database_url(table.get("database", DEFAULT_DATABASE), folder, may_hold_password=False)
    url = tables.take(written, "", "storage", "database")
    if override := environ.get(DATABASE_VARIABLE, "").strip():
        given = addresses.database_url(override, folder, may_hold_password=True)
        url = tables.take_from_environment(given, "", DATABASE_VARIABLE)
    return StorageSettings(url, **{key: value for key, value in table.items() if key != "database"})


_NETWORK_FIELDS = {"total_timeout_seconds": "total_timeout", "per_host": "per_host", "host_gap_seconds": "host_gap"}


def _network(tables: Tables) -> NetworkSettings:
    table = tables.one["network"]
    given: dict[str, Any] = {field: table[key] for key, field in _NETWORK_FIELDS.items() if key in table}
    if "user_agent" in table:
        given["user_agent"] = tables.take(addresses.user_agent(table["user_agent"]), "", "network", "user_agent")
    allow = [tables.take(addresses.allowed(text), None, "network", "allow") for text in table.get("allow", ())]
    return NetworkSettings(**given, allow=tuple(exception for exception in allow if exception))


_DELIVERY_FIELDS = {
    "gap_seconds": "gap", "settle_seconds": "settle", "look_seconds": "looks", "lease_seconds": "lease",
    "sweep_seconds": "sweep_after", "margin_seconds": "history_margin", "retry_seconds": "retry",
    "mending_seconds": "mending", "budget_seconds": "budget",
}


def _delivery(tables: Tables) -> DeliverySettings:
    table = tables.one["delivery"]
    given: dict[str, Any] = {field: table[key] for key, field in _DELIVERY_FIELDS.items() if key in table}
    if "horizon_hours" in table:
        given["horizon"] = table["horizon_hours"] * 3600
    return DeliverySettings(**given)


HEARTBEAT_VARIABLE = "DATELINE_HEARTBEAT_URL"


def _heartbeat(tables: Tables, environ: Mapping[str, str]) -> str | None:
    """The address of the watchdog; None where there is none."""
    written = tables.one["health"].get("heartbeat", "").strip()
    url = tables.take(addresses.heartbeat_address(written), "", "health", "heartbeat") if written else ""
    if override := environ.get(HEARTBEAT_VARIABLE, "").strip():
        url = tables.take_from_environment(addresses.heartbeat_address(override), "", HEARTBEAT_VARIABLE)
    return url or None
