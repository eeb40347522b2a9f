"""Single values of config.toml and the environment: text in, a value of ours or a Fault out. Pure.

Here ids, tokens and times; addresses are in config_addresses.

A Fault is a value and not an exception, so that one run can name every fault of a file. No Fault repeats a secret.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one value. `found` is the part of the line to underline, empty for the key."""

    code: str
    message: str
    remedy: str
    found: str = ""


_TOKEN = re.compile(r"\b(xox[a-z]|xapp|xoxe\.xox[a-z])-[A-Za-z0-9-]{8,}")
_CREDENTIALS = re.compile(r"://([^/@\s'\":]*):[^/@\s'\"]*@")
_PASSWORD_ARGUMENT = re.compile(r"(?i)\b(password=)[^&\s'\"]*")


def without_secrets(text: str) -> str:
    """The text with the inside of Slack tokens and of passwords in addresses blanked, so that it may be shown."""
    text = _TOKEN.sub(r"\1-…", text)
    return _PASSWORD_ARGUMENT.sub(r"\1…", _CREDENTIALS.sub(r"://\1:…@", text))


def holds_token(text: str) -> bool:
    """Whether something in the text has the form of a Slack token; `xoxb-...` in a comment has not."""
    return bool(_TOKEN.search(text))


def suggestion(word: str, choices: Iterable[str], cutoff: float = 0.6) -> str:
    """The choice most like `word`, whatever the case; empty where none is as near as `cutoff` (1 is the same)."""
    from difflib import get_close_matches

    folded = {choice.casefold(): choice for choice in choices}
    close = get_close_matches(word.casefold(), list(folded), n=1, cutoff=cutoff)
    return folded[close[0]] if close else ""


_CHANNEL = re.compile(r"[CG][A-Z0-9]{7,}")
_CHANNEL_IN_LINK = re.compile(r"/archives/([CG][A-Z0-9]{7,})")
_WHERE_ID = ("in Slack, click the name of the channel at the top of it, open About, and copy the Channel ID\n"
             "at the bottom; it begins with C (or G) and stays the same when the channel is renamed")
_OTHER_IDS = {"D": "a direct message", "U": "a person", "W": "a person", "T": "a workspace"}


def channel_id(text: str) -> str | Fault:
    """A channel id like C0123456789."""
    if _CHANNEL.fullmatch(text):
        return text
    if link := _CHANNEL_IN_LINK.search(text):
        return Fault("C160", "this is a link to a channel, and the id alone is needed", f"write '{link[1]}'", text)
    if text.startswith("#"):
        return Fault("C160", f'"{text}" is the name of a channel, and the id is needed', _WHERE_ID, text)
    upper = text.strip().upper()
    if _CHANNEL.fullmatch(upper):
        return Fault("C160", f'"{text}" is not quite a channel id', f"write '{upper}'", text)
    if (owner := _OTHER_IDS.get(text[:1])) and text.isalnum() and text == upper:
        return Fault("C160", f'"{text}" is the id of {owner}, and that of a channel is needed', _WHERE_ID, text)
    return Fault("C160", f'"{text}" is not a channel id', _WHERE_ID, text)


_TOKEN_KINDS = (
    ("xapp-", "is an app-level token (xapp-), which cannot post"),
    ("xoxp-", "is a user token (xoxp-), which would post in a person's name"),
    ("xoxe", "is a rotating token (xoxe), which expires within hours"),
    ("https://", "is a web address (a webhook?), and not a token"),
)
_RIGHT_ONE = "copy the Bot User OAuth Token from OAuth & Permissions of the Slack app; it begins with xoxb-"


def bot_token(text: str) -> str | Fault:
    """A bot token, stripped. The Fault never repeats it."""
    token = text.strip()
    if re.match(r"(?:export\s+)?SLACK_BOT_TOKEN\s*=", token):
        return Fault("C121", "the name of the variable became part of the Slack token",
                     "drop the prefix SLACK_BOT_TOKEN= and give only what stands behind it")
    if re.fullmatch(r"xoxb-(?:[.…x*-]+|your.*|\W*token\W*)", token, re.IGNORECASE):
        return Fault("C121", "this is the placeholder of the README, and not a token", _RIGHT_ONE)
    if token.startswith(("'", '"')):
        return Fault("C121", "the Slack token stands in quotes, and the quotes became part of it", "remove the quotes")
    for prefix, what in _TOKEN_KINDS:
        if token.startswith(prefix):
            return Fault("C121", f"this {what}", _RIGHT_ONE)
    if not re.fullmatch(r"xoxb-[A-Za-z0-9-]+", token):
        return Fault("C121", "this is not a Slack bot token", _RIGHT_ONE)
    return token


_CLOCK = re.compile(r"(\d{1,2})(?:[:.h]?(\d\d))?\s*(?:([ap])\.?m\.?)?", re.IGNORECASE)


def slot_time(text: str) -> time | Fault:
    """A time of day as HH:MM in 24 hours."""
    if re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text):
        return time.fromisoformat(text)
    meant = _clock_meant(text)
    remedy = f"write '{meant:%H:%M}'" if meant else "write hours and minutes on the 24-hour clock: '08:00', '17:30'"
    return Fault("C162", f'"{text}" is not a time of day', remedy, text)


def _clock_meant(text: str) -> time | None:
    read = _CLOCK.fullmatch(text.strip())
    if not read:
        return None
    hour, minute, half = int(read[1]), int(read[2] or 0), (read[3] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour % 24, minute) if hour <= 24 and minute < 60 else None


def slot_texts(value: str | list[str]) -> tuple[str, ...] | Fault:
    """The times as written; none for 'now'."""
    if value == "now":
        return ()
    if isinstance(value, str):
        return Fault("C162", f'slots = "{value}" is neither \'now\' nor a list of times', _slots_meant(value), value)
    if not value or "now" in map(str.casefold, value):
        return Fault("C162", "slots must be 'now' alone, or at least one time",
                     "write slots = 'now' (no brackets), or slots = ['08:00', '17:30']")
    if doubles := {text for text in value if value.count(text) > 1}:
        return Fault("C162", f"{min(doubles)} stands twice in slots", "write each time once", min(doubles))
    return tuple(value)


_AT_ONCE = ("now", "immediately", "immediate", "at once", "asap", "instant", "instantly", "live", "always")


def _slots_meant(text: str) -> str:
    """What to write for a text where 'now' or a list belongs: always something that will be accepted."""
    if text.strip().casefold() in _AT_ONCE:
        return "write slots = 'now'"
    parts = [part for part in re.split(r"\s*(?:[,;/&+]|\band\b)\s*", text.strip()) if part]
    times = sorted({meant for part in parts if (meant := _clock_meant(part))})
    if parts and times and len(times) == len(parts):
        written = ", ".join(f"'{meant:%H:%M}'" for meant in times)
        return f"write slots = [{written}], each time between quotes, all in square brackets"
    return "write slots = 'now' to be told at once, or times of the day in square brackets: slots = ['08:00', '17:30']"


_US_ZONES = {"e": "America/New_York", "c": "America/Chicago", "m": "America/Denver", "p": "America/Los_Angeles"}
US_ZONES = ("'America/New_York', 'America/Chicago', 'America/Denver', 'America/Phoenix', 'America/Los_Angeles',\n"
            "'America/Anchorage' or 'Pacific/Honolulu'")
# Large cities that have no zone of their own, by the zone whose clock they keep.
_CITIES = {
    "America/New_York": "albany atlanta baltimore boston buffalo charlotte cincinnati cleveland columbus hartford "
                        "jacksonville miami newark orlando philadelphia pittsburgh providence raleigh richmond tampa "
                        "washington",
    "America/Chicago": "austin birmingham dallas des_moines fort_worth houston kansas_city madison memphis milwaukee "
                       "minneapolis nashville new_orleans oklahoma_city omaha saint_louis san_antonio st._louis tulsa",
    "America/Denver": "albuquerque aurora colorado_springs el_paso salt_lake_city santa_fe",
    "America/Los_Angeles": "fresno las_vegas oakland portland sacramento san_diego san_francisco san_jose seattle",
}
_ABBREVIATION = re.compile(r"(?i)(?:([ecmp])[sd]?t|(e)astern|(c)entral|(m)ountain|(p)acific)(?: time)?")


def time_zone(text: str) -> ZoneInfo | Fault:
    """A zone of the tz database. EST and its like are refused: they stand still when summer time begins."""
    if short := _ABBREVIATION.fullmatch(text.strip()):
        zone = _US_ZONES[short[short.lastindex or 1].lower()]
        return Fault("C163", f'"{text}" does not say when summer time begins and ends', f"write '{zone}'", text)
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):  # unknown name, a path, a folder such as "America"
        near = _zone_meant(text)
        remedy = f"did you mean '{near}'?" if near else f"write continent, slash, large city; in the US {US_ZONES}"
        return Fault("C163", f'no time zone is called "{text}"', remedy, text)


def _zone_meant(text: str) -> str:
    wanted = text.strip().replace(" ", "_")
    names = sorted(available_timezones())
    if any(name.startswith(f"{wanted}/") for name in names):
        return ""  # a continent alone: any city would be a guess
    city = re.split(r",_*", wanted.rpartition("/")[2].casefold())[0]
    cities = {name.rpartition("/")[2].casefold(): name for name in names if name.startswith(("America/", "Europe/"))}
    ours = next((zone for zone, known in _CITIES.items() if city in known.split()), "")
    return ours or cities.get(city, "") or suggestion(wanted, names, cutoff=0.85)
