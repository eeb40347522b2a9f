"""Which keys the tables of a rule file have and what each holds: the one list of them, and the first check.

Every key is known here: an unknown one is an error with the nearest known one, because a misspelled `severity` that is
silently ignored costs an alert.
"""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from rules.files import fixes
from rules.files.toml_text import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.files.toml_source import KeyPath
    from rules.files.validate import FileRules
    from rules.problem import Fix

TEXT, TEXTS, YES_NO, DATE, NUMBER = "text", "texts", "yes or no", "date", "number"
TABLE, TABLES, TEXT_OR_YES = "table", "tables", "text or yes or no"
Shape = dict[str, str]
TOP: Shape = {
    "watch": TEXTS, "place_tables": TEXTS, "ignore": TEXTS, "topics": TABLE, "lists": TABLE, "place": TABLES,
    "rule": TABLES,
}
RULE: Shape = {
    "id": TEXT, "name": TEXT, "why": TEXT, "owner": TEXT, "tags": TEXTS, "topics": TEXTS, "severity": TEXT,
    "alert_from": TEXT, "max_per_day": NUMBER, "graphic": TEXT_OR_YES, "enabled": YES_NO, "expires": DATE,
    "query": TEXT, "ignore": TEXTS, "allow": TEXTS, "escalate": TABLES, "stance": TABLE, "example": TABLES,
}
ESCALATE: Shape = {"when": TEXT, "severity": TEXT}
STANCE: Shape = {"background": TEXT, "reverses": TEXT}  # every other table below [rule.stance] is a label
LABEL: Shape = {"says": TEXT, "query": TEXT, "opposite": TEXT}
EXAMPLE: Shape = {
    "expect": TEXT, "text": TEXT, "file": TEXT, "title": TEXT, "outlet": TEXT, "source": TEXT, "home": TEXT,
    "why": TEXT, "places": TEXTS, "about": TEXTS, "stance": TEXT, "severity": TEXT, "prominence": TEXT,
}
PLACE: Shape = {
    "id": TEXT, "name": TEXT, "state": TEXT, "kind": TEXT, "within": TEXTS, "aliases": TEXTS, "ignore": TEXTS,
    "needs_state": YES_NO,
}
# Keys of a whole file: below a table they would belong to it, and TOML has no way back up.
TOP_KEYS = ("watch", "place_tables", "ignore")
_ELSEWHERE = ("channels", "channel", "digest", "route", "slots")
_BELOW = {id(EXAMPLE): "[[rule.example]]", id(ESCALATE): "[[rule.escalate]]", id(STANCE): "[rule.stance]",
          id(LABEL): "[rule.stance]"}
SHAPES = {
    TEXT: "a text between quotes: 'like this'", TEXTS: "a list of texts: ['one', 'two']",
    YES_NO: "true or false, without quotes", DATE: "a date: 2027-01-31", NUMBER: "a whole number above 0, like 20",
    TABLES: "tables, with double brackets", TABLE: "a table: [name] on a line of its own",
    TEXT_OR_YES: "true, false, or a query between quotes",
}
_NO = ("no", "off", "false")
_YES = ("yes", "on", "true")


def checked(found: FileRules, table: Mapping[str, Any], path: KeyPath, shape: Shape, what: str) -> dict[str, Any]:
    """The keys of a table that are known and hold what they should; the others are reported."""
    good: dict[str, Any] = {}
    for key, value in table.items():
        if key not in shape:
            is_tables = bool(value) and fits(value, TABLES)
            (_unknown_tables if is_tables else _unknown_key)(found, key, path, shape, what)
        elif shape is TOP and key == "rule" and isinstance(value, dict) and set(value) <= set(_PARTS):
            if "rules" not in table:  # [[rules]] was reported, and is what the examples belong to
                _stands_alone(found, value)
        elif not fits(value, shape[key]):
            fix, remedy = _mend(found, value, (*path, key), shape[key])
            found.wrong("E111", f'"{key}" must be {SHAPES[shape[key]]}', *path, key, remedy=remedy, fix=fix)
        else:
            good[key] = value
    return good


_PARTS = {"example": "an example", "escalate": "[[rule.escalate]]", "stance": "[rule.stance]"}


def _stands_alone(found: FileRules, parts: Mapping[str, Any]) -> None:
    first = next(iter(parts))
    path = ("rule", first) if first == "stance" else ("rule", first, 0)
    found.wrong("E111", f"{_PARTS[first]} stands before the first [[rule]]", *path,
                remedy="write [[rule]] with its id and query above it")


def fits(value: object, shape: str) -> bool:
    if shape == TEXTS:
        return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
    if shape == TABLES:
        return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)
    if shape == DATE:
        return type(value) is date
    if shape == NUMBER:
        return type(value) is int and 0 < value <= 1_000_000
    kinds: dict[str, tuple[type, ...]] = {TEXT: (str,), YES_NO: (bool,), TABLE: (dict,), TEXT_OR_YES: (str, bool)}
    return isinstance(value, kinds[shape])


def _mend(found: FileRules, value: object, path: KeyPath, shape: str) -> tuple[Fix | None, str]:
    """What to write instead, and the same as a correction where the value leaves no doubt."""
    key = path[-1]
    if written := _written(value, shape):
        return fixes.revalued(found.file, path, written), f"write {key} = {written}"
    if shape in (TABLE, TABLES):
        dotted = ".".join(name for name in path if isinstance(name, str))
        header = f"[[{dotted}]]" if shape == TABLES else f"[{dotted}]"
        return None, f"write {header} on a line of its own, and its keys below"
    return None, f"write {key} as {SHAPES[shape]}"


def _written(value: object, shape: str) -> str:
    """The value as the shape wants it, in TOML; empty where that is anybody's guess."""
    if isinstance(value, str):
        plain = value.strip().casefold()
        if shape == TEXTS:
            return f"[{quoted(value)}]"
        if shape == YES_NO and plain in (*_NO, *_YES):
            return "false" if plain in _NO else "true"
        if (shape == NUMBER and plain.isdecimal()) or (shape == DATE and _is_date(plain)):
            return plain
    if shape == TEXT and type(value) in (int, date):
        return quoted(str(value))
    if shape == TEXT and isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return quoted(value[0])
    return ""


def _is_date(value: str) -> bool:
    try:
        return bool(date.fromisoformat(value.strip()))
    except ValueError:
        return False


def _unknown_key(found: FileRules, key: str, path: KeyPath, shape: Shape, what: str) -> None:
    if key in _ELSEWHERE:
        _elsewhere(found, key, (*path, key), what)
    elif owner := _owner(key, shape):
        _belongs_above(found, key, path, shape, owner)
    else:
        close = get_close_matches(key, [name for name in shape if name not in found.table(path)], 1, 0.6)
        remedy = f'did you mean "{close[0]}"?' if close else f"the keys are {', '.join(shape)}"
        fix = fixes.renamed(found.file, (*path, key), close[0]) if close else None
        found.wrong("E110", f'unknown key "{key}" in {what}', *path, key, remedy=remedy, fix=fix)


def _owner(key: str, shape: Shape) -> str:
    """What a key belongs to that TOML gives to the table above it."""
    if shape is not TOP and shape is not RULE and key in TOP_KEYS and key not in RULE:
        return "file"
    if shape is RULE and key in ("watch", "place_tables"):
        return "file"
    if shape is LABEL and key in STANCE:
        return "stance"
    return "rule" if id(shape) in _BELOW and key in RULE else ""


def _belongs_above(found: FileRules, key: str, path: KeyPath, shape: Shape, owner: str) -> None:
    where = {"file": "file", "stance": "whole [rule.stance]", "rule": "rule"}[owner]
    below = {id(EXAMPLE): "an example", id(LABEL): "a label", id(PLACE): "a place", id(RULE): "a rule"}.get(
        id(shape), _BELOW.get(id(shape), "a table"))
    above: KeyPath = ()
    if owner == "file":
        remedy = "move this line to the top of the file, above the first table"
    elif owner == "stance":
        remedy, above = "move this line up, to below [rule.stance] and above its first label", path[:3]
    else:
        remedy, above = f"move this line up, above the first {_BELOW[id(shape)]}", path[:2]
    fix = fixes.moved(found.file, (*path, key), above)
    found.wrong("E115", f'"{key}" belongs to the {where} but is written below {below}', *path, key, remedy=remedy,
                fix=fix)


def _elsewhere(found: FileRules, key: str, path: KeyPath, what: str) -> None:
    found.wrong("E118", f'"{key}" does not belong in {what}', *path, fix=fixes.removed(found.file, path),
                remedy="remove it: channels choose rules and topics in config.toml, not the other way round")


def _unknown_tables(found: FileRules, key: str, path: KeyPath, shape: Shape, what: str) -> None:
    """A [[name]] that is none of ours: its first header is pointed at, and the remedy is a whole header."""
    if key in _ELSEWHERE:
        _elsewhere(found, key, (*path, key, 0), what)
        return
    above = "".join(f"{name}." for name in path if isinstance(name, str))
    tables = [name for name, kind in shape.items() if kind == TABLES]
    close = get_close_matches(key, tables, 1, 0.6)
    if shape is TOP and get_close_matches(key, ["example", "escalate"], 1, 0.6):
        name = get_close_matches(key, ["example", "escalate"], 1, 0.6)[0]
        remedy = f"write [[rule.{name}]], below the [[rule]] that it {'tests' if name == 'example' else 'raises'}"
    elif close:
        remedy = f"did you mean [[{above}{close[0]}]]?"
    else:
        remedy = f"there are {', '.join(f'[[{above}{name}]]' for name in tables) or 'no tables here'}"
    found.wrong("E110", f"unknown table [[{above}{key}]] in {what}", *path, key, 0, remedy=remedy)
