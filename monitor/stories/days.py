"""On which days an article says that things happened: "Tuesday", "ayer", "March 10", "hace ocho días".

Resolved against publication, backwards: news tells what was. A day that is planned or set is left out.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from monitor.stories.concepts import SEQUELS
from monitor.stories.lexicon import (
    AGAIN,
    AGO,
    BACK,
    FUTURE,
    MONTHS,
    NUMBERS,
    RELATIVE_DAYS,
    RELATIVE_TWO,
    UNTIL,
    WEEKDAYS,
    WEEKS_BACK,
)
from monitor.stories.reading import FIRST_PARAGRAPH
from monitor.stories.terms import deeds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.stories.reading import Sentence

# The middle of the United States: what an evening paper files at 03:00 UTC happened "today" the day before.
LOCAL = timedelta(hours=6)
KEPT = 4
JUST_NOW = 2  # days
FARTHEST = 60  # days; what lies further back is background
SOONEST = timedelta(days=1)


def local_day(at: datetime) -> date:
    """The calendar day on which an article was published, where it was published."""
    return (at - LOCAL).date()


def days(sentences: Sequence[Sentence], at: datetime) -> tuple[date, ...]:
    """Days of the article's own event, in the order in which it names them; what it recalls is left out."""
    today = local_day(at)
    found: list[date] = []
    for one in sentences:
        if one.recalls or one.part == "rest":
            continue
        for day in _in_sentence(one, today):
            if day not in found and timedelta(0) <= today - day + SOONEST <= timedelta(days=FARTHEST):
                found.append(day)
    return tuple(found[:KEPT])


def past(sentences: Sequence[Sentence], told: Sequence[date], at: datetime) -> tuple[date, ...]:
    """Days on which it looks back: in what it recalls, and further down."""
    today = local_day(at)
    found = {day: None for one in sentences if one.recalls or one.part == "rest" for day in _in_sentence(one, today)
             if day not in told and 0 < (today - day).days <= FARTHEST}
    return tuple(found)[:KEPT]


def weeks(sentences: Sequence[Sentence], at: datetime) -> tuple[date, ...]:
    """Mondays of the weeks of which it speaks without a day: "last week's raid", "less than two weeks after"."""
    today = local_day(at)
    monday = today - timedelta(days=today.weekday())
    told = {pair for one in sentences if one.part != "rest" for pair in pairwise(one.keys)}
    found = [monday - timedelta(days=back) for pair, back in WEEKS_BACK.items() if pair in told]
    for one in sentences:
        if one.part in ("title", "opening") and not one.recalls:
            back = (_counted(one.keys, at, 7) or 0 for at, key in enumerate(one.keys) if AGO.get(key) == 7)
            found += [monday - timedelta(days=many) for many in back if many > 7]
    return tuple(dict.fromkeys(found))


def is_fresh(sentences: Sequence[Sentence], told: Sequence[date], at: datetime) -> bool:
    """Whether an article begins with something of these days, and neither headline nor first paragraph with more.

    A follow-up says there what it follows: a day, a week, "After the raid", or a hearing, a vigil, a release. One that
    begins with "the second time in a week" is of something new all the same.
    """
    today = local_day(at)
    head = [one for one in sentences if one.paragraph <= FIRST_PARAGRAPH and not one.recalls]
    named = {day for one in head for day in _in_sentence(one, today)}
    if not told or not 0 <= (today - told[0]).days <= JUST_NOW:
        return False
    if any(pair in AGAIN for one in head for pair in pairwise(one.keys)):
        return True
    if any(day < told[0] for day in named):
        return False
    title = head[0].keys if head and head[0].part == "title" else []
    return not weeks(head, at) and not BACK.intersection(title[:1]) and not SEQUELS.intersection(deeds(title))


def _in_sentence(one: Sentence, today: date) -> Iterator[date]:
    for at, key in enumerate(one.keys):
        if key in MONTHS:
            day = _of_month(one, at, today)
            if day:
                yield day
        elif (back := _days_back(one, at, today)) is not None:
            yield today - timedelta(days=back)


def _days_back(one: Sentence, at: int, today: date) -> int | None:
    """How many days back a word says: Tuesday, yesterday, last night, nine days after; None where it says none."""
    key = one.keys[at]
    if key in WEEKDAYS:
        meant = _is_past(one, at) and (key not in _ENGLISH_DAYS or one.words[at][0].isupper())
        return (today.weekday() - WEEKDAYS[key]) % 7 if meant else None
    if key in RELATIVE_DAYS:
        return RELATIVE_DAYS[key]
    if key in AGO:
        back = _counted(one.keys, at, AGO[key])
        return back if AGO[key] == 1 or back == 7 else None  # "two weeks after" is no day
    return RELATIVE_TWO.get((one.keys[at - 1], key)) if at else None


_ENGLISH_DAYS = frozenset(day for day in WEEKDAYS if day.endswith("day"))


def _is_past(one: Sentence, at: int) -> bool:
    before = one.keys[max(0, at - 4):at]
    return FUTURE.isdisjoint(before) and UNTIL.isdisjoint(before[-1:])


def _of_month(one: Sentence, at: int, today: date) -> date | None:
    """March 10, 10 de marzo, with or without the year; None where no day stands beside the month."""
    keys = one.keys
    behind = keys[at + 1] if at + 1 < len(keys) else ""
    before = keys[at - 2] if at > 1 and keys[at - 1] == "de" else ""
    written = next((part for part in (before, behind) if part.isdecimal() and 1 <= int(part) <= 31), None)
    if written is None or not _is_past(one, at):
        return None
    return _nearest(MONTHS[keys[at]], int(written), today, _year(keys[at + 1:at + 4]))


def _year(keys: Sequence[str]) -> int | None:
    return next((int(key) for key in keys if len(key) == 4 and key.isdecimal() and key.startswith(("19", "20"))), None)


def _nearest(month: int, day: int, today: date, year: int | None) -> date | None:
    """The last such day up to tomorrow, or that of the given year; None for a day that no month has."""
    for candidate in (year,) if year else (today.year, today.year - 1):
        try:
            found = date(candidate, month, day)
        except ValueError:
            return None
        if year or found <= today + SOONEST:
            return found
    return None


def _counted(keys: Sequence[str], at: int, unit: int) -> int | None:
    """How many days back "nine days on", "hace ocho días" or "a week after" say; None where they say no such thing."""
    before = keys[max(0, at - 2):at]
    behind = set(keys[at + 1:at + 3])
    number = next((value for key in reversed(before) if (value := _number(key))), None)
    if number is None or number * unit > 21:
        return None
    told = not behind.isdisjoint(("after", "ago", "later", "on", "since", "despues", "earlier", "antes"))
    return number * unit if told or "hace" in keys[max(0, at - 3):at] or keys[max(0, at - 2):at][:1] == ["a"] else None


def _number(key: str) -> int | None:
    if key.isdecimal():
        return int(key)
    return 1 if key == "a" else NUMBERS.get(key)
