"""Values as people write them, turned into what TOML wants: dates of two continents, yes and no, a list as one text."""

from __future__ import annotations

import re
from datetime import date

from rules.files.toml_text import quoted
from rules.places import states

_YEAR_FIRST = re.compile(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2\s*(\d{4}|\d{2})")
_IN_WORDS = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?\.?\s+([A-Za-z]{3,9})|([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?),?\s+(\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NO = ("no", "off", "false")
_YES = ("yes", "on", "true")
_SEPARATORS = re.compile(r"\s*[;|\t\n]\s*")
_COMMA = re.compile(r"\s*,\s*(?!\d{3}\b)")
_JOINED = re.compile(r"(?:^|\s)(?:and|or|y|o|&)\s")
_TITLES = ("jr", "sr", "inc", "llc", "ltd", "ii", "iii")


def days_of(written: str) -> tuple[str, ...]:
    """The days that a date may mean, as TOML writes them: 05/06/2027 is two, 12/31/2027 one, 31/31/2027 none.

    A slash is American (month first) and a dot European (day first) wherever both can be.
    """
    text = written.strip()
    if found := _YEAR_FIRST.fullmatch(text):
        return _existing([(int(found[1]), int(found[2]), int(found[3]))])
    if found := _IN_WORDS.fullmatch(text):
        name = (found[2] or found[3]).casefold()[:3]
        month = _MONTHS.index(name) + 1 if name in _MONTHS else 0
        return _existing([(int(found[5]), month, int(found[1] or found[4]))])
    if not (found := _YEAR_LAST.fullmatch(text)):
        return ()
    first, second, year = int(found[1]), int(found[3]), int(found[4]) + (2000 if len(found[4]) == 2 else 0)
    if found[2] == ".":
        return _existing([(year, second, first)])
    return _existing([(year, first, second), (year, second, first)])


def _existing(days: list[tuple[int, int, int]]) -> tuple[str, ...]:
    found: list[str] = []
    for day in days:
        try:
            found.append(date(*day).isoformat())
        except ValueError:
            continue
    return tuple(dict.fromkeys(found))


def day_of(written: str) -> str:
    """The one day that a date means; empty where there are two or none."""
    days = days_of(written)
    return days[0] if len(days) == 1 else ""


def switch_of(written: str) -> str:
    """`true` or `false` for a yes or no in any letters; empty for anything else."""
    plain = written.strip().casefold()
    return "true" if plain in _YES else "false" if plain in _NO else ""


def texts_of(written: str) -> str:
    """A list for the text that stands in its place, taken apart at tabs, semicolons and commas.

    A state stays with its town: 'Baltimore, MD, Hagerstown, Md.' is two.
    """
    return f"[{', '.join(map(quoted, _parts(written)))}]"


def texts_to_choose(written: str) -> str:
    """Both lists, where a comma may be one of a phrase ("diversity, equity and inclusion"); empty where it is clear."""
    parts = _parts(written)
    if len(parts) > 1 and not _SEPARATORS.search(written.strip()) and _JOINED.search(parts[-1]):
        return f"[{', '.join(map(quoted, parts))}]   or   [{quoted(written)}]"
    return ""


def _parts(written: str) -> list[str]:
    text = written.strip()
    if _SEPARATORS.search(text):
        return [part for part in _SEPARATORS.split(text) if part]
    found: list[str] = []
    for part in filter(None, _COMMA.split(text)):
        if found and _belongs_to(found[-1], part):
            found[-1] = f"{found[-1]}, {part}"
        else:
            found.append(part)
    return found or [written]


def _belongs_to(before: str, part: str) -> bool:
    """Whether a part behind a comma is the state of the town before it, or what follows a name."""
    if part.strip(".").casefold() in _TITLES:
        return True
    is_short = len(part) == 2 or part.endswith(".")
    return bool(states.code_of(part)) and (is_short or not states.code_of(before))
