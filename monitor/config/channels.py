"""The [[channel]] tables of config.toml: what each channel takes, when it is told, and where it is reached.

A channel is reached by its id, or by an incoming webhook, which is named here and whose address stands in the
environment alone: whoever has it can post.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from monitor.config import addresses
from monitor.config import values as read
from monitor.config.tables import CALLED
from monitor.config.times import US_ZONES, daily_time, quiet_hours, slot_texts, slot_time, time_zone
from monitor.config.values import Fault
from monitor.settings import ChannelSettings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import time

    from monitor.config.keys import Tables

WEBHOOK_VARIABLE = "DATELINE_WEBHOOK_"
# Keys whose value is what the settings hold.
_AS_WRITTEN = ("language", "severity", "prominence", "urgent", "urgent_in_quiet", "urgent_per_day", "threads",
               "growth")
_LISTS = ("rules", "topics", "places", "outlets")


def read_channels(tables: Tables, environ: Mapping[str, str]) -> tuple[ChannelSettings, ...]:
    """Every channel of the file, in its order."""
    if not tables.toml.values.get("channel"):
        tables.missing("C106", "no channel is named, so that nobody would ever be told",
                       "write at least one:\n[[channel]]\nid = 'C0123456789'\ntimezone = 'America/New_York'")
    channels = [_channel(tables, number, table, environ) for number, table in tables.many["channel"].items()]
    for key, kind in (("id", "slack"), ("webhook", "webhook")):
        tables.refuse_doubles("channel", key, [channel.id if channel.kind == kind else "" for channel in channels])
    names = [table.get("name", "").lstrip("#").casefold() for table in tables.many["channel"].values()]
    tables.refuse_doubles("channel", "name", names)
    return tuple(channels)


def _channel(tables: Tables, number: int, table: Mapping[str, Any], environ: Mapping[str, str]) -> ChannelSettings:
    path = ("channel", number)
    reached = _reached(tables, number, table, environ)
    if "timezone" not in tables.toml.values["channel"][number]:
        fault = Fault("C163", "this [[channel]] has no timezone: its messages show times of the day",
                      f"add a line  timezone = '...'  with one of {US_ZONES}")
        tables.add(fault, *path)
    zone = tables.take(time_zone(table.get("timezone", "UTC")), ZoneInfo("UTC"), *path, "timezone")
    chosen: dict[str, Any] = {key: tuple(table[key]) for key in _LISTS if key in table}
    chosen |= {key: table[key] for key in _AS_WRITTEN if key in table}
    if "quiet" in table:
        chosen["quiet"] = tables.take(quiet_hours(table["quiet"]), None, *path, "quiet")
    if "no_news_at" in table:
        chosen["line_at"] = tables.take(daily_time(table["no_news_at"]), None, *path, "no_news_at")
    return ChannelSettings(
        name=table.get("name", "").lstrip("#") or reached["id"],
        zone=zone,
        slots=_slots(tables, table.get("slots", "now"), number),
        languages=_languages(tables, table, number),
        line=tables.toml.line_of(*path),
        **reached,
        **chosen,
    )


def _reached(tables: Tables, number: int, table: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, Any]:
    """The id, and kind and address where that is a webhook."""
    path = ("channel", number)
    written = tables.toml.values["channel"][number]
    if "id" in written and "webhook" in written:
        tables.add(Fault("C165", "this [[channel]] has an id and a webhook", "keep one of the two lines; with the id, "
                         "no message ever comes twice"), *path, "webhook")
    if "webhook" in table:
        name = tables.take(webhook_name(table["webhook"]), "", *path, "webhook")
        variable = f"{WEBHOOK_VARIABLE}{name}"
        given = environ.get(variable, "").strip() if name else ""
        address = tables.take_from_environment(addresses.webhook_address(given), None, variable) if given else None
        if table.get("threads"):
            tables.add(Fault("C165", "a webhook cannot post into threads", "remove the line, or reach the channel by "
                             "its id"), *path, "threads")
        return {"id": f"hook:{name}" if name else "", "kind": "webhook", "webhook": address}
    meant = {CALLED["channel"].get(key, key) for key in written}
    if not {"id", "webhook"} & meant:
        tables.add(Fault("C106", "this [[channel]] has no id", "add a line  id = '...'"), *path)
    return {"id": tables.take(read.channel_id(table["id"]), "", *path, "id") if "id" in table else ""}


def webhook_name(text: str) -> str | Fault:
    """The name of a webhook, as in DATELINE_WEBHOOK_NAME. The Fault repeats nothing: it may be the address."""
    if re.fullmatch(r"[A-Z][A-Z0-9_]{0,14}", text):
        return text
    upper = re.sub(r"[\s-]+", "_", text.strip().upper())
    remedy = ("write a name of at most 15 capital letters, digits and _, as in  webhook = 'NEWS'; the address itself\n"
              "belongs into the environment variable DATELINE_WEBHOOK_NEWS")
    if re.fullmatch(r"[A-Z][A-Z0-9_]{0,14}", upper):
        remedy = f"write '{upper}'"
    return Fault("C167", "webhook is not a name that an environment variable can have", remedy)


_LANGUAGE_NAMES = {"english": "en", "spanish": "es", "español": "es", "french": "fr", "portuguese": "pt",
                   "german": "de", "haitian creole": "ht", "chinese": "zh", "korean": "ko", "arabic": "ar"}


def _languages(tables: Tables, table: Mapping[str, Any], number: int) -> tuple[str, ...]:
    path = ("channel", number, "languages")
    codes = [tables.take(language_code(text), "", *path) for text in table.get("languages", ())]
    return tuple(dict.fromkeys(code for code in codes if code))


def language_code(text: str) -> str | Fault:
    """An ISO 639-1 code, as articles carry it."""
    if re.fullmatch(r"[a-z]{2}", text):
        return text
    meant = _LANGUAGE_NAMES.get(text.strip().casefold()) or text.strip()[:2].casefold()
    fits = re.fullmatch(r"[A-Za-z]{2}(?:[-_]\w+)?", text.strip()) or text.strip().casefold() in _LANGUAGE_NAMES
    remedy = f"write '{meant}'" if fits else "write the code of two letters: 'en', 'es'"
    return Fault("C164", f'"{text}" is not the code of a language', remedy, text)


def _slots(tables: Tables, value: str | list[str], number: int) -> tuple[time, ...]:
    path = ("channel", number, "slots")
    texts = tables.take(slot_texts(value), (), *path)
    times = [tables.take(slot_time(text), None, *path) for text in texts]
    return tuple(sorted({slot for slot in times if slot is not None}))
