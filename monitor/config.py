"""config.toml and the environment become Settings, once, before anything else runs.

Every problem of the file is named in one run. Only the standard library is imported here, for a quick start.
What the values refer to in the rule files is checked apart (`check_references`): rules may change while the bot runs.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import rules
from monitor import config_addresses as addresses
from monitor import config_values as read
from monitor.config_keys import Tables, read_tables
from monitor.config_values import Fault
from monitor.errors import ConfigError
from monitor.settings import (
    ChannelSettings,
    FeedSettings,
    NetworkSettings,
    PollingSettings,
    Settings,
    SlackSettings,
    StorageSettings,
)
from rules.files.toml_source import read_toml
from rules.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import time


T = TypeVar("T")

DEFAULT_DATABASE = "data/dateline.db"
PACKS = Path(rules.__file__).parent / "packs"


def load_settings(path: Path, environ: Mapping[str, str]) -> Settings:
    """Everything config.toml says, complete and checked. File names in it are taken beside it.

    Raises ConfigError with all problems, in the order of the file. No problem repeats a token or a password.
    """
    toml = read_toml(path)
    tables = read_tables(toml)
    settings = None if toml.problems else _settings(path.absolute(), tables, environ)
    if settings is None or tables.problems:
        raise ConfigError(sorted((_safe(problem) for problem in tables.problems), key=lambda problem: problem.line))
    return settings


def _safe(problem: Problem) -> Problem:
    show = read.without_secrets
    return replace(problem, message=show(problem.message), source=show(problem.source), help=show(problem.help))


def _settings(file: Path, tables: Tables, environ: Mapping[str, str]) -> Settings:
    """As much as could be read; only to be used where `tables.problems` is empty afterwards."""
    packs, rule_folders = _rules(tables, file.parent)
    return Settings(
        file=file,
        storage=_storage(tables, file.parent, environ),
        network=_network(tables),
        polling=PollingSettings(**tables.one["polling"]),
        slack=_slack(tables, environ),
        packs=packs,
        rule_folders=rule_folders,
        feeds=_feeds(tables),
        channels=_channels(tables),
        pull_minutes=tables.one["rules"].get("pull_minutes", 0),
        source=tables.toml,
    )


def _take(tables: Tables, result: T | Fault, default: T, *path: str | int) -> T:
    if isinstance(result, Fault):
        tables.add(result, *path)
        return default
    return result


def _take_from_environment(tables: Tables, result: T | Fault, default: T, variable: str) -> T:
    if isinstance(result, Fault):
        place = f"environment variable {variable}"
        tables.problems.append(Problem(result.code, result.message, place, help=result.remedy))
        return default
    return result


def _missing(tables: Tables, code: str, message: str, remedy: str) -> None:
    """Note something that stands nowhere in the file, so that there is no line to point at."""
    tables.problems.append(Problem(code, message, tables.toml.name, help=remedy))


def _rules(tables: Tables, folder: Path) -> tuple[tuple[str, ...], tuple[Path, ...]]:
    table = tables.one["rules"]
    packs = tuple(table.get("packs", ()))
    shipped = sorted({file.parent.name for file in PACKS.glob("*/*.toml")})
    for name in packs:
        if name not in shipped:
            fault = Fault("C110", f'there is no rule pack "{name}"', f"there are: {', '.join(shipped)}", name)
            tables.add(fault, "rules", "packs")
    found = [_rule_folder(folder, name) for name in table.get("folders", ())]
    folders = [_take(tables, place, folder, "rules", "folders") for place in found]
    written = tables.toml.values.get("rules")
    if not (isinstance(written, dict) and (written.get("packs") or written.get("folders"))):
        _missing(tables, "C112", "no rules are named, so that nothing could ever match",
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
    url = _take(tables, written, "", "storage", "database")
    if override := environ.get(DATABASE_VARIABLE, "").strip():
        given = addresses.database_url(override, folder, may_hold_password=True)
        url = _take_from_environment(tables, given, "", DATABASE_VARIABLE)
    return StorageSettings(url, **{key: value for key, value in table.items() if key != "database"})


_NETWORK_FIELDS = {"total_timeout_seconds": "total_timeout", "per_host": "per_host", "host_gap_seconds": "host_gap"}


def _network(tables: Tables) -> NetworkSettings:
    table = tables.one["network"]
    given: dict[str, Any] = {field: table[key] for key, field in _NETWORK_FIELDS.items() if key in table}
    if "user_agent" in table:
        given["user_agent"] = _take(tables, addresses.user_agent(table["user_agent"]), "", "network", "user_agent")
    allow = [_take(tables, addresses.allowed(text), None, "network", "allow") for text in table.get("allow", ())]
    return NetworkSettings(**given, allow=tuple(exception for exception in allow if exception))


def _slack(tables: Tables, environ: Mapping[str, str]) -> SlackSettings:
    table = tables.one["slack"]
    given: dict[str, Any] = {}
    if "timeout_seconds" in table:
        given["timeout"] = table["timeout_seconds"]
    if "base_url" in table:
        given["base_url"] = _take(tables, addresses.slack_address(table["base_url"]), "", "slack", "base_url")
    if "admin_channel" in table:
        given["admin_channel"] = _take(tables, read.channel_id(table["admin_channel"]), "", "slack", "admin_channel")
    return SlackSettings(token=_token(tables, environ), **given)


TOKEN_VARIABLE = "SLACK_BOT_TOKEN"  # noqa: S105 - the name of a variable, not a token
TOKEN_FILE_VARIABLE = "SLACK_BOT_TOKEN_FILE"  # noqa: S105 - the same


def _token(tables: Tables, environ: Mapping[str, str]) -> str | None:
    """The token, or None where neither variable is set (or both are empty, as compose files leave them)."""
    direct, file = environ.get(TOKEN_VARIABLE, "").strip(), environ.get(TOKEN_FILE_VARIABLE, "").strip()
    if direct and file:
        both = Fault("C122", f"{TOKEN_VARIABLE} and {TOKEN_FILE_VARIABLE} are both set", "unset one of the two")
        return _take_from_environment(tables, both, None, TOKEN_VARIABLE)
    if file:
        return _take_from_environment(tables, _token_in(Path(file)), None, TOKEN_FILE_VARIABLE)
    return _take_from_environment(tables, read.bot_token(direct), None, TOKEN_VARIABLE) if direct else None


def _token_in(file: Path) -> str | Fault:
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        return Fault("C122", f"the token file {file} cannot be read: {error.strerror}", "check name and permissions")
    except UnicodeDecodeError:
        return Fault("C122", f"the token file {file} is not text", "it must hold the token and nothing else")
    return read.bot_token(text)


def _feeds(tables: Tables) -> tuple[FeedSettings, ...]:
    if not tables.toml.values.get("feed"):
        _missing(tables, "C106", "no feed is named, so that nothing would ever be read",
                 "write at least one:\n[[feed]]\nurl = 'https://outlet.org/feed'\noutlet = 'Name of the outlet'")
    feeds = [_feed(tables, number, table) for number, table in tables.many["feed"].items()]
    _refuse_doubles(tables, "feed", "url", [addresses.same_feed(feed.url) for feed in feeds])
    return tuple(feeds)


def _feed(tables: Tables, number: int, table: Mapping[str, Any]) -> FeedSettings:
    path = ("feed", number)
    url = _take(tables, addresses.feed_address(table["url"]), "", *path, "url") if "url" in table else ""
    home = _take(tables, addresses.home_place(table.get("home", "")), "", *path, "home")
    return FeedSettings(url, table.get("outlet", ""), home, tables.toml.line_of(*path))


def _refuse_doubles(tables: Tables, table: str, key: str, names: list[str]) -> None:
    first: dict[str, int] = {}
    for number, name in enumerate(names):
        before = first.setdefault(name, number)
        if name and before != number:
            line = tables.toml.line_of(table, before, key)
            tables.add(Fault("C151", f"this {table} stands twice: its {key} is also on line {line}",
                             f"keep one [[{table}]] and put everything there"), table, number, key)


def _channels(tables: Tables) -> tuple[ChannelSettings, ...]:
    if not tables.toml.values.get("channel"):
        _missing(tables, "C106", "no channel is named, so that nobody would ever be told",
                 "write at least one:\n[[channel]]\nid = 'C0123456789'\ntimezone = 'America/New_York'")
    channels = [_channel(tables, number, table) for number, table in tables.many["channel"].items()]
    _refuse_doubles(tables, "channel", "id", [channel.id for channel in channels])
    return tuple(channels)


def _channel(tables: Tables, number: int, table: Mapping[str, Any]) -> ChannelSettings:
    path = ("channel", number)
    identity = _take(tables, read.channel_id(table["id"]), "", *path, "id") if "id" in table else ""
    slots = _slots(tables, table.get("slots", "now"), number)
    if "timezone" not in tables.toml.values["channel"][number]:
        fault = Fault("C163", "this [[channel]] has no timezone: its messages show times of the day",
                      f"add a line  timezone = '...'  with one of {read.US_ZONES}")
        tables.add(fault, *path)
    zone = _take(tables, read.time_zone(table.get("timezone", "UTC")), ZoneInfo("UTC"), *path, "timezone")
    return ChannelSettings(
        id=identity,
        name=table.get("name", "").lstrip("#") or identity,
        zone=zone,
        rules=tuple(table.get("rules", ())),
        topics=tuple(table.get("topics", ())),
        places=tuple(table.get("places", ())),
        slots=slots,
        line=tables.toml.line_of(*path),
    )


def _slots(tables: Tables, value: str | list[str], number: int) -> tuple[time, ...]:
    path = ("channel", number, "slots")
    texts = _take(tables, read.slot_texts(value), (), *path)
    times = [_take(tables, read.slot_time(text), None, *path) for text in texts]
    return tuple(sorted({slot for slot in times if slot is not None}))
