"""What the value of a key of config.toml may be: type, bounds, choices. Pure: a value in, a Fault or nothing out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from monitor.config.values import Fault, suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.config.tables import Key, Kind


def as_read(kind: Kind, value: Any) -> object:  # noqa: ANN401 - whatever TOML holds
    """The value as settings hold it: numbers as floats."""
    if kind == "number":
        return float(value)
    return tuple(map(float, value)) if kind == "numbers" else value


def value_fault(name: str, key: Key, value: object) -> Fault | None:
    """What is wrong with the value of the key called `name`; None where nothing is, as far as can be told here."""
    if not _is_kind(key.kind, value):
        meant = _TIME_MEANT.get(value, "") if name == "no_news_at" and isinstance(value, bool) else ""
        return Fault("C104", f'"{name}" {_EXPECTED[key.kind]}', f"write  {name} = {meant or _sample(key, value)}")
    if isinstance(value, list):
        return _list_fault(name, key, value)
    if isinstance(value, int | float):
        return _number_fault(name, key, value)
    if key.choices and value not in key.choices:
        return _no_choice(name, key, str(value))
    if key.required and not str(value).strip():
        return Fault("C106", f'"{name}" is empty', f"write  {name} = '...', with something between the quotes")
    return None


def _list_fault(name: str, key: Key, values: list[Any]) -> Fault | None:
    if key.filled and not values:
        return Fault("C106", f'"{name}" is empty, so that nothing would ever be sent here',
                     f"remove the line: without it all {name} are meant")
    faults = (_number_fault(name, key, value) for value in values if key.kind == "numbers")
    return next((fault for fault in faults if fault), None)


def _number_fault(name: str, key: Key, value: float) -> Fault | None:
    if not key.high or key.low <= value <= key.high:
        return None
    return Fault("C105", f'"{name}" may not be {value}', f"write a number from {key.low:g} to {key.high:g}", str(value))


# The names of languages, which people write where a code is wanted.
_MEANT = {"english": "en", "inglés": "en", "ingles": "en", "spanish": "es", "español": "es", "espanol": "es"}


def _no_choice(name: str, key: Key, value: str) -> Fault:
    folded = value.strip().casefold()
    near = _MEANT.get(folded, "") if "en" in key.choices else ""
    near = near or suggestion(folded, key.choices)
    listed = f"write one of: {', '.join(repr(choice) for choice in key.choices)}"
    return Fault("C164", f'"{name}" may not be "{value}"', f"did you mean '{near}'?" if near else listed, value)


_EXPECTED: Mapping[Kind, str] = {
    "text": "must be text, between quotes",
    "texts": "must be a list of texts, each between quotes",
    "whole": "must be a whole number, without quotes",
    "number": "must be a number, without quotes",
    "numbers": "must be a list of at least one number, each without quotes",
    "flag": "must be true or false, without quotes",
    "text or texts": "must be 'now' or a list of times, each between quotes",
}


# What people mean who write true or false where a time of the day belongs.
_TIME_MEANT: Mapping[bool, str] = {False: "'never'", True: "'09:00'"}


def _sample(key: Key, value: object) -> str:
    """What to write instead: the same without quotes, or in brackets, where that is all that is wrong."""
    match key.kind:
        case "text":
            return f"'{value}'" if isinstance(value, int | float) else "'...'"
        case "texts":
            return f"['{value}']" if isinstance(value, str) else "['...', '...']"
        case "text or texts":
            return "['08:00', '17:30']"
        case "flag":
            return "true  or  false"
        case "numbers":
            return "[10, 30, 90]"
        case "whole" | "number":
            return f"{_number_meant(key, value):g}"


def _number_meant(key: Key, value: object) -> float:
    """The first number of a text like '90 days' where it is within the bounds, or else the default."""
    found = re.search(r"[0-9]+(?:\.[0-9]+)?", value) if isinstance(value, str) else None
    number = float(found[0] if found else value if isinstance(value, float) else key.default)
    fits = key.low <= number <= key.high and (key.kind == "number" or number.is_integer())
    return number if fits else key.default


_TYPES: Mapping[Kind, type | tuple[type, ...]] = {"text": str, "flag": bool, "whole": int, "number": (int, float)}
_PARTS: Mapping[Kind, Kind] = {"texts": "text", "numbers": "number"}


def _is_kind(kind: Kind, value: object) -> bool:
    if kind == "text or texts":
        return _is_kind("text", value) or _is_kind("texts", value)
    if part := _PARTS.get(kind):
        enough = value != [] or part == "text"
        return isinstance(value, list) and enough and all(_is_kind(part, item) for item in value)
    return isinstance(value, _TYPES[kind]) and (kind == "flag" or not isinstance(value, bool))
