"""Times in config.toml: of the day, quiet hours, zones. Text in, a value of ours or a Fault out. Pure."""

from __future__ import annotations

import re
from datetime import time
from zoneinfo import ZoneInfo, available_timezones

from monitor.config.values import Fault, suggestion
from monitor.settings import QuietHours

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


def daily_time(text: str) -> time | Fault | None:
    """A time of day, or None for 'never'."""
    if text == "never":
        return None
    found = slot_time(text)
    if not isinstance(found, Fault):
        return found
    return Fault(found.code, found.message, f"{found.remedy}, or 'never'", found.found)


_BETWEEN = re.compile(r"\s*(?:-|–|—|\bto\b|\buntil\b)\s*", re.IGNORECASE)


def quiet_hours(text: str) -> QuietHours | Fault:
    """Two times of day like '22:00-07:00'; an end before the start is on the next day."""
    ends = [slot_time(part) for part in text.split("-")]
    start, end = ends if len(ends) == 2 else (None, None)
    if isinstance(start, time) and isinstance(end, time):
        same = Fault("C166", "quiet hours that end when they begin are none, or all day",
                     "write when they begin and when they end: '22:00-07:00'", text)
        return same if start == end else QuietHours(start, end)
    meant = [_clock_meant(part) for part in _BETWEEN.split(text.strip())]
    remedy = "write when they begin and when they end, on the 24-hour clock: '22:00-07:00'"
    if len(meant) == 2 and meant[0] and meant[1] and meant[0] != meant[1]:
        remedy = f"write '{meant[0]:%H:%M}-{meant[1]:%H:%M}'"
    return Fault("C166", f'"{text}" does not say when quiet hours begin and end', remedy, text)


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
