"""Which keys the tables of a rule file have and what each holds: the one list of them, and the first check.

Every key is known here: an unknown one is an error with the nearest known one, because a misspelled `severity` that is
silently ignored costs an alert.
"""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.toml_source import KeyPath
    from rules.validate import FileRules

TEXT, TEXTS, YES_NO, DATE, TABLES = "text", "texts", "yes or no", "date", "tables"
TOP = {"rule": TABLES, "place": TABLES, "topics": "table", "lists": "table", "ignore": TEXTS}
RULE = {
    "id": TEXT, "query": TEXT, "name": TEXT, "why": TEXT, "owner": TEXT, "tags": TEXTS, "topics": TEXTS,
    "severity": TEXT, "ignore": TEXTS, "enabled": YES_NO, "expires": DATE, "allow": TEXTS, "example": TABLES,
}
EXAMPLE = {
    "expect": TEXT, "text": TEXT, "file": TEXT, "title": TEXT, "outlet": TEXT, "source": TEXT, "home": TEXT,
    "why": TEXT, "places": TEXTS, "about": TEXTS,
}
PLACE = {
    "id": TEXT, "name": TEXT, "state": TEXT, "aliases": TEXTS, "ignore": TEXTS, "needs_state": YES_NO,
}
_ELSEWHERE = ("channels", "channel", "digest", "route", "slots")
SHAPES = {
    TEXT: "a text between quotes: 'like this'", TEXTS: "a list of texts: ['one', 'two']",
    YES_NO: "true or false, without quotes", DATE: "a date: 2027-01-31", TABLES: "tables, with double brackets",
    "table": "a table: [name] on a line of its own",
}


def checked(
    found: FileRules, table: Mapping[str, Any], path: KeyPath, shape: Mapping[str, str], what: str
) -> dict[str, Any]:
    """The keys of a table that are known and hold what they should; the others are reported."""
    good: dict[str, Any] = {}
    for key, value in table.items():
        if key not in shape:
            is_tables = bool(value) and fits(value, TABLES)
            (_unknown_tables if is_tables else _unknown_key)(found, key, path, shape, what)
        elif key == "rule" and isinstance(value, dict) and set(value) == {"example"}:
            if "rules" in table:
                continue  # [[rules]] was reported, and is what the examples belong to
            found.wrong("E111", "an example stands before the first [[rule]]", "rule", "example", 0,
                        remedy="write [[rule]] with its id and query above it")
        elif not fits(value, shape[key]):
            found.wrong("E111", f'"{key}" must be {SHAPES[shape[key]]}', *path, key,
                        remedy=_mend(key, value, shape[key]))
        else:
            good[key] = value
    return good


def fits(value: object, shape: str) -> bool:
    if shape == TEXTS:
        return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
    if shape == TABLES:
        return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)
    if shape == DATE:
        return type(value) is date
    kinds = {TEXT: str, YES_NO: bool, "table": dict}
    return isinstance(value, kinds[shape])


def _mend(key: str, value: object, shape: str) -> str:
    if shape == TEXTS and isinstance(value, str):
        return f"write {key} = ['{value}']"
    if shape == YES_NO and isinstance(value, str):
        return f"write {key} = {'false' if value.casefold() in ('no', 'off', 'false') else 'true'}"
    if shape == TABLES:
        return f"write [[{key}]] on a line of its own, and its keys below"
    return f"write {key} as {SHAPES[shape]}"


def _unknown_key(found: FileRules, key: str, path: KeyPath, shape: Mapping[str, str], what: str) -> None:
    if key in _ELSEWHERE:
        _elsewhere(found, key, (*path, key), what)
    elif shape is EXAMPLE and key in RULE:
        found.wrong("E115", f'"{key}" belongs to the rule but is written below an example', *path, key,
                    remedy="move this line up, above the first [[rule.example]]")
    else:
        close = get_close_matches(key, shape, 1, 0.6)
        remedy = f'did you mean "{close[0]}"?' if close else f"the keys are {', '.join(shape)}"
        found.wrong("E110", f'unknown key "{key}" in {what}', *path, key, remedy=remedy)


def _elsewhere(found: FileRules, key: str, path: KeyPath, what: str) -> None:
    found.wrong("E118", f'"{key}" does not belong in {what}', *path,
                remedy="remove it: channels choose rules and topics in config.toml, not the other way round")


def _unknown_tables(found: FileRules, key: str, path: KeyPath, shape: Mapping[str, str], what: str) -> None:
    """A [[name]] that is none of ours: its first header is pointed at, and the remedy is a whole header."""
    if key in _ELSEWHERE:
        _elsewhere(found, key, (*path, key, 0), what)
        return
    above = "".join(f"{name}." for name in path if isinstance(name, str))
    tables = [name for name, kind in shape.items() if kind == TABLES]
    close = get_close_matches(key, tables, 1, 0.6)
    if shape is TOP and get_close_matches(key, ["example"], 1, 0.6):
        remedy = "write [[rule.example]], below the [[rule]] that it tests"
    elif close:
        remedy = f"did you mean [[{above}{close[0]}]]?"
    else:
        remedy = f"there are {', '.join(f'[[{above}{name}]]' for name in tables) or 'no tables here'}"
    found.wrong("E110", f"unknown table [[{above}{key}]] in {what}", *path, key, 0, remedy=remedy)
