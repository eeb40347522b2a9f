"""What a server says about when to come back: Retry-After, Cache-Control, Expires. Pure, in seconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 86_400.0  # a day: servers were seen to ask for 317,100 s and for a year, and come back sooner
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,12})", re.IGNORECASE)
_STALE = re.compile(r"(?:^|[\s,])no-(?:cache|store)(?:$|[\s,=])", re.IGNORECASE)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait before asking again, at most a day; None where nothing (or nonsense) was asked.

    A date counts from the server's own Date, because its clock may be wrong; without one it says nothing.
    """
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,12}", text):
        return min(float(text), LONGEST)
    until, sent = http_date(text), http_date(headers.get("date", ""))
    if until is None or sent is None:
        return None
    seconds = (until - sent).total_seconds()
    return min(seconds, LONGEST) if seconds > 0 else None


def fresh_for(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds for which the server called this answer fresh, at most a day; 0 where it did not say."""
    control = headers.get("cache-control", "")
    if _STALE.search(control):
        return 0.0
    if found := _MAX_AGE.search(control):
        return _bounded(float(found[1]) - _age(headers))
    expires = http_date(headers.get("expires", ""))
    if expires is None:
        return 0.0
    lifetime = expires - (http_date(headers.get("date", "")) or now)
    return _bounded(lifetime.total_seconds() - _age(headers))


def http_date(text: str) -> datetime | None:
    """An HTTP date as aware UTC, None for anything else ("0", "-1", an empty text)."""
    try:
        moment = parsedate_to_datetime(text)
        # The last evening of the year 9999 in New York is no date in UTC.
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _age(headers: Mapping[str, str]) -> float:
    text = headers.get("age", "").strip()
    return float(text) if re.fullmatch(r"\d{1,12}", text) else 0.0


def _bounded(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST)
