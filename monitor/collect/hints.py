"""What a feed says of its own rhythm: ttl, the syndication module, and the hours and days without news. Pure.

Read from the bytes before the first entry, the same for both readers. Much of it is nonsense ("always", 0.1), and what
is left is a hint: it may make polls rarer, never more frequent than configured.
"""

from __future__ import annotations

import math
import re

from monitor.collect.model import Hints

_LOOKED_AT = 50_000  # bytes; these stand in a feed's head
_SHORTEST, _LONGEST = 10, 24 * 60  # minutes; less is nonsense, more is a day
_FIRST_ENTRY = re.compile(rb"<(?:item|entry)[\s>]")
_TTL = re.compile(rb"<ttl>\s*([\d.]{1,12})\s*</ttl>", re.IGNORECASE)
_PERIOD = re.compile(rb"<sy:updateperiod>\s*(?:<!\[CDATA\[\s*)?(\w{1,10})", re.IGNORECASE)
_FREQUENCY = re.compile(rb"<sy:updatefrequency>\s*(?:<!\[CDATA\[\s*)?([\d.]{1,12})", re.IGNORECASE)
_HOUR = re.compile(rb"<hour>\s*(\d\d?)\s*</hour>", re.IGNORECASE)
_DAY = re.compile(rb"<day>\s*(\w{2,3})\w{0,8}\s*</day>", re.IGNORECASE)
_MINUTES = {b"hourly": 60, b"daily": 1_440, b"weekly": 10_080, b"monthly": 43_200, b"yearly": 525_600}
_DAYS = (b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun")


def hints_of(document: bytes) -> Hints:
    """The hints in the head of a feed; none where it skips every hour or every day."""
    head = document[:_LOOKED_AT]
    first = _FIRST_ENTRY.search(head)
    head = head[: first.start()] if first else head
    hours = sorted({int(hour) % 24 for hour in _HOUR.findall(head) if int(hour) <= 24})
    days = sorted({_DAYS.index(day.lower()) for day in _DAY.findall(head) if day.lower() in _DAYS})
    return Hints(
        minutes=max(filter(None, (_ttl(head), _syndication(head))), default=None),
        skip_hours=tuple(hours) if len(hours) < 24 else (),
        skip_days=tuple(days) if len(days) < len(_DAYS) else (),
    )


def _ttl(head: bytes) -> int | None:
    found = _TTL.search(head)
    return _believed(_number(found[1])) if found else None


def _syndication(head: bytes) -> int | None:
    period, frequency = _PERIOD.search(head), _FREQUENCY.search(head)
    minutes = _MINUTES.get(period[1].lower()) if period else None
    times = _number(frequency[1]) if frequency else 1.0
    return _believed(minutes / times) if minutes and times else None


def _number(text: bytes) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _believed(minutes: float) -> int | None:
    if math.isnan(minutes) or minutes < _SHORTEST:
        return None
    return int(min(minutes, _LONGEST))
