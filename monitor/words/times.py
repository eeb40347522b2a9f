"""Dates and times in the language of a channel. Pure; no locale of the system is asked, since servers have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from monitor.settings import Language

_DAYS = {"en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
         "es": ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")}
_WHOLE_DAYS = {"en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
               "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")}
_MONTHS = {"en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
           "es": ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")}


def short_day(day: date, language: Language) -> str:
    """ "Mon 23 Nov", "lun 23 nov"."""
    return f"{_DAYS[language][day.weekday()]} {day.day} {_MONTHS[language][day.month - 1]}"


def weekday(day: date, language: Language) -> str:
    """ "Tuesday", "martes"."""
    return _WHOLE_DAYS[language][day.weekday()]


def local(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """An instant as the channel's clock shows it: "Mon 23 Nov, 14:02 EST"."""
    there = at.astimezone(zone)
    return f"{short_day(there.date(), language)}, {there:%H:%M %Z}"


def day(at: datetime | None, zone: ZoneInfo) -> str:
    """A date with its year, as commands print it: "Mon 23 Nov 2026"; empty for none."""
    there = at.astimezone(zone).date() if at else None
    return f"{short_day(there, 'en')} {there.year}" if there else ""


def moment(at: datetime, zone: ZoneInfo, language: Language = "en") -> str:
    """ "Mon 23 Nov, 14:02": where nobody needs to be told the zone."""
    there = at.astimezone(zone)
    return f"{short_day(there.date(), language)}, {there:%H:%M}"
