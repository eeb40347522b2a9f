"""How Slack is reached: the table [slack] and the tokens of the environment."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.config import addresses
from monitor.config import values as read
from monitor.config.values import Fault
from monitor.settings import SlackSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from monitor.config.keys import Tables

TOKEN_VARIABLE = "SLACK_BOT_TOKEN"  # noqa: S105 - the name of a variable, not a token
APP_TOKEN_VARIABLE = "SLACK_APP_TOKEN"  # noqa: S105 - the same


def read_slack(tables: Tables, environ: Mapping[str, str]) -> SlackSettings:
    """The table with both tokens; a variable that ends in _FILE names a file that holds one."""
    table = tables.one["slack"]
    given: dict[str, Any] = {}
    if "timeout_seconds" in table:
        given["timeout"] = table["timeout_seconds"]
    if "base_url" in table:
        given["base_url"] = tables.take(addresses.slack_address(table["base_url"]), "", "slack", "base_url")
    if "admin_channel" in table:
        given["admin_channel"] = tables.take(read.channel_id(table["admin_channel"]), "", "slack", "admin_channel")
    if "command" in table:
        given["command"] = tables.take(_command(table["command"]), "", "slack", "command")
    for key in ("admins", "people"):
        found = [tables.take(read.person_id(text), None, "slack", key) for text in table.get(key, ())]
        given[key] = tuple(person for person in found if person)
    return SlackSettings(token=_token(tables, environ, TOKEN_VARIABLE, read.bot_token),
                         app_token=_token(tables, environ, APP_TOKEN_VARIABLE, read.app_token), **given)


def _command(text: str) -> str | Fault:
    if re.fullmatch(r"/[a-z0-9_-]{1,31}", text):
        return text
    return Fault("C124", f'"{text}" is not a slash command', "write it as in the app's settings, such as '/dateline'",
                 text)


def _token(
    tables: Tables, environ: Mapping[str, str], variable: str, checked: Callable[[str], str | Fault]
) -> str | None:
    """The token, or None where neither variable is set (or both are empty, as compose files leave them)."""
    direct, file = environ.get(variable, "").strip(), environ.get(f"{variable}_FILE", "").strip()
    if direct and file:
        both = Fault("C122", f"{variable} and {variable}_FILE are both set", "unset one of the two")
        return tables.take_from_environment(both, None, variable)
    if file:
        text = _text_of(Path(file))
        return tables.take_from_environment(text if isinstance(text, Fault) else checked(text), None,
                                            f"{variable}_FILE")
    return tables.take_from_environment(checked(direct), None, variable) if direct else None


def _text_of(file: Path) -> str | Fault:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        return Fault("C122", f"the token file {file} cannot be read: {error.strerror}", "check name and permissions")
    except UnicodeDecodeError:
        return Fault("C122", f"the token file {file} is not text", "it must hold the token and nothing else")
