"""Which keys the tables of a rule file have and what each holds: the one list of them, and the first check.

Every key is known here: an unknown one is an error with the nearest known one, because a misspelled `severity` that is
silently ignored costs an alert.
"""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from rules.files import fixes, written_values
from rules.files.toml_lines import HEADER
from rules.files.toml_text import quoted
from rules.problem import Fix

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.files.toml_source import KeyPath
    from rules.files.validate import FileRules

TEXT, TEXTS, YES_NO, DATE, NUMBER = "text", "texts", "yes or no", "date", "number"
TABLE, TABLES, TEXT_OR_YES = "table", "tables", "text or yes or no"
Shape = dict[str, str]
TOP: Shape = {
    "watch": TEXTS, "place_tables": TEXTS, "ignore": TEXTS, "topics": TABLE, "topics_es": TABLE, "lists": TABLE,
    "place": TABLES, "rule": TABLES,
}
RULE: Shape = {
    "id": TEXT, "name": TEXT, "why": TEXT, "owner": TEXT, "tags": TEXTS, "topics": TEXTS, "severity": TEXT,
    "alert_from": TEXT, "max_per_day": NUMBER, "graphic": TEXT_OR_YES, "enabled": YES_NO, "expires": DATE,
    "query": TEXT, "ignore": TEXTS, "allow": TEXTS, "escalate": TABLES, "stance": TABLE, "example": TABLES,
}
ESCALATE: Shape = {"when": TEXT, "severity": TEXT}
STANCE: Shape = {"background": TEXT, "reverses": TEXT}  # every other table below [rule.stance] is a label
LABEL: Shape = {"says": TEXT, "says_es": TEXT, "query": TEXT, "opposite": TEXT}
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


def checked(found: FileRules, table: Mapping[str, Any], path: KeyPath, shape: Shape, what: str) -> dict[str, Any]:
    """The keys of a table that are known and hold what they should; the others are reported."""
    good: dict[str, Any] = {}
    for key, value in table.items():
        if shape is TOP and key in _PARTS and (headers := _headers(found, key)):
            _without_rule(found, headers)
        elif key not in shape:
            is_tables = bool(value) and fits(value, TABLES)
            (_unknown_tables if is_tables else _unknown_key)(found, key, path, shape, what)
        elif shape is TOP and key == "rule" and isinstance(value, dict) and set(value) <= set(_PARTS):
            if "rules" not in table:  # [[rules]] was reported, and is what the examples belong to
                _stands_alone(found, value)
        elif not fits(value, shape[key]):
            fix, remedy = mend(found, value, (*path, key), shape[key])
            found.wrong("E111", f'"{key}" must be {SHAPES[shape[key]]}', *path, key, remedy=remedy, fix=fix)
        else:
            good[key] = value
    return good


_PARTS = {"example": "an example", "escalate": "[[rule.escalate]]", "stance": "[rule.stance]"}


def _headers(found: FileRules, key: str) -> list[KeyPath]:
    """Tables at the top of a file that are parts of a rule, by the lines they stand on."""
    return [path for path, line in found.file.lines.items()
            if path[0] == key and HEADER.match(found.file.source_of(line))]


def _without_rule(found: FileRules, headers: list[KeyPath]) -> None:
    """[stance.x] and [[example]]: the rule above is meant, if there is one."""
    rules = [line for path, line in found.file.lines.items() if path[0] == "rule"]
    for path in headers:
        row = found.file.source_of(line := found.file.lines[path])
        written = row.replace(str(path[0]), f"rule.{path[0]}", 1)
        start = found.file.offset_of(line)
        is_below = bool(rules) and min(rules) < line
        verb = "raises" if path[0] == "escalate" else "tests" if path[0] == "example" else "belongs to"
        found.wrong("E110", f"unknown table {row.strip()} in a rule file", *path,
                    remedy=f"write {written.strip()}, below the [[rule]] that it {verb}",
                    fix=Fix(start, start + len(row), written) if is_below else None)


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
    if shape == TEXT_OR_YES and isinstance(value, str):
        return not written_values.switch_of(value)  # 'true' would be a query for the word
    kinds: dict[str, tuple[type, ...]] = {TEXT: (str,), YES_NO: (bool,), TABLE: (dict,), TEXT_OR_YES: (bool,)}
    return isinstance(value, kinds[shape])


def mend(found: FileRules, value: object, path: KeyPath, shape: str) -> tuple[Fix | None, str]:
    """What to write instead, and the same as a correction where the value leaves no doubt."""
    key = path[-1]
    if shape == DATE and isinstance(value, str) and len(days := written_values.days_of(value)) > 1:
        return None, f"write {key} = {' or '.join(days)}, whichever you mean"
    if shape == TEXTS and isinstance(value, str) and (choice := written_values.texts_to_choose(value)):
        return None, f"write {key} = {choice}"
    if written := _written(value, shape):
        return fixes.revalued(found.file, path, written), f"write {key} = {written}"
    if shape in (TABLE, TABLES):
        dotted = ".".join(name for name in path if isinstance(name, str))
        header = f"[[{dotted}]]" if shape == TABLES else f"[{dotted}]"
        return None, f"write {header} on a line of its own, and its keys below"
    return None, f"write {key} as {SHAPES[shape]}"


def _number_of(written: str) -> str:
    return written.strip() if written.strip().isdecimal() else ""


_FROM_TEXT: Mapping[str, Callable[[str], str]] = {
    TEXTS: written_values.texts_of, YES_NO: written_values.switch_of, TEXT_OR_YES: written_values.switch_of,
    DATE: written_values.day_of, NUMBER: _number_of,
}


def _written(value: object, shape: str) -> str:
    """The value as the shape wants it, in TOML; empty where that is anybody's guess."""
    if isinstance(value, str) and shape in _FROM_TEXT:
        return _FROM_TEXT[shape](value)
    if shape == TEXT and type(value) in (int, date):
        return quoted(str(value))
    if shape == TEXT and isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return quoted(value[0])
    return ""


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
