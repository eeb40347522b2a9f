"""Tables of a rule file to rules, lists and places; whatever is wrong becomes a problem and the rest is read on.

Every key is known here: an unknown one is an error with the nearest known one, because a misspelled `severity` that is
silently ignored costs an alert.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from rules import states
from rules.locate import problem_at
from rules.model import SEVERITIES, Example, Place, Rule
from rules.query import parse, parse_term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rules.model import Severity
    from rules.problem import Problem
    from rules.toml_source import KeyPath, TomlFile
    from rules.tree import Node

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LIST_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_TEXT, _TEXTS, _YES_NO, _DATE, _TABLES = "text", "texts", "yes or no", "date", "tables"
_TOP = {"rule": _TABLES, "place": _TABLES, "topics": "table", "lists": "table", "ignore": _TEXTS}
_RULE = {
    "id": _TEXT, "query": _TEXT, "name": _TEXT, "why": _TEXT, "owner": _TEXT, "tags": _TEXTS, "topics": _TEXTS,
    "severity": _TEXT, "ignore": _TEXTS, "enabled": _YES_NO, "expires": _DATE, "allow": _TEXTS, "example": _TABLES,
}
_EXAMPLE = {
    "expect": _TEXT, "text": _TEXT, "file": _TEXT, "title": _TEXT, "outlet": _TEXT, "source": _TEXT, "home": _TEXT,
    "why": _TEXT, "places": _TEXTS, "about": _TEXTS,
}
_PLACE = {
    "id": _TEXT, "name": _TEXT, "state": _TEXT, "aliases": _TEXTS, "ignore": _TEXTS, "needs_state": _YES_NO,
}
_ELSEWHERE = ("channels", "channel", "digest", "route", "slots")
EXPECTATIONS = ("match", "no match", "todo match", "todo no match")
_SHAPES = {
    _TEXT: "a text between quotes: 'like this'", _TEXTS: "a list of texts: ['one', 'two']",
    _YES_NO: "true or false, without quotes", _DATE: "a date: 2027-01-31", _TABLES: "tables, with double brackets",
    "table": "a table: [name] on a line of its own",
}


@dataclass(slots=True)
class FileRules:
    """What one file says. Filled by `read_file`; `trees` and `list_nodes` hold only what could be read."""

    file: TomlFile
    rules: list[Rule] = field(default_factory=list)
    trees: dict[str, Node] = field(default_factory=dict)
    ignore_trees: list[tuple[KeyPath, int, str, Node]] = field(default_factory=list)
    topics: dict[str, str] = field(default_factory=dict)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    list_nodes: dict[str, tuple[tuple[int, str, Node], ...]] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    ignore: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    paths: dict[str, KeyPath] = field(default_factory=dict)  # rule or place id to where it stands

    def wrong(self, code: str, message: str, *path: str | int, remedy: str = "", warning: bool = False) -> None:
        self.problems.append(self.file.problem(code, message, *path, remedy=remedy, warning=warning))


def read_file(file: TomlFile, read_text: Callable[[str], str | None]) -> FileRules:
    """Everything one parsed file says. `read_text` gives the text of an example's `file`, None where there is none."""
    found = FileRules(file, problems=list(file.problems))
    top = _checked(found, file.values, (), _TOP, "a rule file")
    found.ignore = _phrases(found, top.get("ignore", []), ("ignore",))
    found.topics = {key: value for key, value in _texts_of(found, top.get("topics", {}), "topics") if value}
    for name, members in top.get("lists", {}).items():
        _read_list(found, name, members)
    for at, table in enumerate(top.get("place", [])):
        _read_place(found, table, ("place", at))
    for at, table in enumerate(top.get("rule", [])):
        _read_rule(found, table, ("rule", at), read_text)
    return found


def _checked(
    found: FileRules, table: Mapping[str, Any], path: KeyPath, shape: Mapping[str, str], what: str
) -> dict[str, Any]:
    """The keys of a table that are known and hold what they should; the others are reported."""
    good: dict[str, Any] = {}
    for key, value in table.items():
        if key not in shape:
            _unknown_key(found, key, path, shape, what)
        elif not _fits(value, shape[key]):
            found.wrong("E111", f'"{key}" must be {_SHAPES[shape[key]]}', *path, key,
                        remedy=_mend(key, value, shape[key]))
        else:
            good[key] = value
    return good


def _fits(value: object, shape: str) -> bool:
    if shape == _TEXTS:
        return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
    if shape == _TABLES:
        return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)
    if shape == _DATE:
        return type(value) is date
    kinds = {_TEXT: str, _YES_NO: bool, "table": dict}
    return isinstance(value, kinds[shape])


def _mend(key: str, value: object, shape: str) -> str:
    if shape == _TEXTS and isinstance(value, str):
        return f"write {key} = ['{value}']"
    if shape == _YES_NO and isinstance(value, str):
        return f"write {key} = {'false' if value.casefold() in ('no', 'off', 'false') else 'true'}"
    if shape == _TABLES:
        return f"write [[{key}]] on a line of its own, and its keys below"
    return f"write {key} as {_SHAPES[shape]}"


def _unknown_key(found: FileRules, key: str, path: KeyPath, shape: Mapping[str, str], what: str) -> None:
    if key in _ELSEWHERE:
        found.wrong("E118", f'"{key}" does not belong in {what}', *path, key,
                    remedy="remove it: channels choose rules and topics in config.toml, not the other way round")
    elif shape is _EXAMPLE and key in _RULE:
        found.wrong("E115", f'"{key}" belongs to the rule but is written below an example', *path, key,
                    remedy="move this line up, above the first [[rule.example]]")
    else:
        close = get_close_matches(key, shape, 1, 0.6)
        remedy = f'did you mean "{close[0]}"?' if close else f"the keys are {', '.join(shape)}"
        found.wrong("E110", f'unknown key "{key}" in {what}', *path, key, remedy=remedy)


def _texts_of(found: FileRules, table: Mapping[str, Any], name: str) -> Iterable[tuple[str, str]]:
    for key, value in table.items():
        if not isinstance(value, str):
            found.wrong("E111", f'"{key}" must be {_SHAPES[_TEXT]}', name, key, remedy="write the label between quotes")
        elif not _LIST_NAME.fullmatch(key):
            found.wrong("E113", f'"{key}" cannot be the name of a topic', name, key,
                        remedy="use letters, digits and hyphens")
        else:
            yield key, value


def _read_list(found: FileRules, name: str, members: object) -> None:
    path: KeyPath = ("lists", name)
    if not _fits(members, _TEXTS) or not isinstance(members, list):
        found.wrong("E111", f'list "{name}" must be {_SHAPES[_TEXTS]}', *path, remedy=f"write {name} = ['one', 'two']")
    elif not _LIST_NAME.fullmatch(name):
        found.wrong("E113", f'"{name}" cannot be the name of a list', *path, remedy="use letters, digits, - and _")
    elif not members:
        found.wrong("E111", f'list "{name}" is empty', *path, remedy="add a word, or remove the list")
    else:
        found.lists[name] = tuple(members)
        nodes = [(at, entry, node) for at, entry in enumerate(members) if (node := _term(found, entry, path, at))]
        found.list_nodes[name] = tuple(nodes)


def _term(found: FileRules, entry: str, path: KeyPath, at: int) -> Node | None:
    parsed = parse_term(entry)
    found.problems += [problem_at(found.file, path, entry, problem, at) for problem in parsed.problems]
    return parsed.node


def _phrases(found: FileRules, entries: list[str], path: KeyPath) -> tuple[str, ...]:
    """The `ignore` entries that can be read."""
    kept: list[str] = []
    for at, entry in enumerate(entries):
        if node := _term(found, entry, path, at):
            kept.append(entry)
            found.ignore_trees.append((path, at, entry, node))
    return tuple(kept)


def _has_id(found: FileRules, table: Mapping[str, Any], path: KeyPath, what: str) -> bool:
    """Whether the table has an id that can be used; if not, it is reported."""
    known = table.get("id")
    if known is None:
        found.wrong("E112", f"{what} has no id", *path, remedy="add  id = 'a-short-name'")
        return False
    if not _ID.fullmatch(known):
        found.wrong("E113", f'"{known}" cannot be an id', *path, "id",
                    remedy=f"use small letters, digits and hyphens: id = '{_as_id(known)}'")
        return False
    return True


def _as_id(text: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", text.casefold())) or "a-short-name"


def _read_place(found: FileRules, table: Mapping[str, Any], path: KeyPath) -> None:
    good = _checked(found, table, path, _PLACE, "a place")
    if not _has_id(found, good, path, "a place"):
        return
    if "name" not in good:
        found.wrong("E112", f'place "{good["id"]}" has no name', *path, remedy="add  name = 'Baltimore'")
        return
    state = good.get("state", "")
    if state and state not in states.codes():
        code = states.code_of(state)
        found.wrong("E116", f'"{state}" is not the code of a state', *path, "state",
                    remedy=f"write state = '{code or 'MD'}'")
        state = code
    found.paths.setdefault(good["id"], path)
    found.places.append(Place(
        good["id"], good["name"], state, tuple(good.get("aliases", ())),
        _phrases(found, good.get("ignore", []), (*path, "ignore")), good.get("needs_state", False)))


def _read_rule(
    found: FileRules, table: Mapping[str, Any], path: KeyPath, read_text: Callable[[str], str | None]
) -> None:
    good = _checked(found, table, path, _RULE, "a rule")
    examples = tuple(
        example for at, entry in enumerate(good.get("example", []))
        if (example := _read_example(found, entry, (*path, "example", at), read_text)))
    ignore = _phrases(found, good.get("ignore", []), (*path, "ignore"))
    node = _read_query(found, good, path)
    if not _has_id(found, good, path, "a rule") or "query" not in good:
        return
    rule = Rule(
        good["id"], good["query"], good.get("name", ""), good.get("why", ""), good.get("owner", ""),
        tuple(good.get("topics", ())), _severity(found, good, path), ignore, good.get("enabled", True),
        tuple(good.get("allow", ())), examples, found.file.name, found.file.line_of(*path),
        tuple(good.get("tags", ())), good.get("expires"))
    found.rules.append(rule)
    if rule.id not in found.paths:
        found.paths[rule.id] = path
        if node is not None:
            found.trees[rule.id] = node


def _severity(found: FileRules, good: Mapping[str, Any], path: KeyPath) -> Severity:
    severity = good.get("severity", "normal")
    for known in SEVERITIES:
        if severity == known:
            return known
    close = get_close_matches(severity.casefold(), SEVERITIES, 1, 0.5)
    found.wrong("E116", f'"{severity}" is not a severity', *path, "severity",
                remedy=(f'did you mean "{close[0]}"? ' if close else "") + f"severities are {', '.join(SEVERITIES)}")
    return "normal"


def _read_query(found: FileRules, good: Mapping[str, Any], path: KeyPath) -> Node | None:
    query = good.get("query")
    if query is None:
        if "id" in good:
            found.wrong("E112", f'rule "{good["id"]}" has no query', *path, remedy="add  query = '''...'''")
        return None
    parsed = parse(query)
    found.problems += [problem_at(found.file, (*path, "query"), query, problem) for problem in parsed.problems]
    return parsed.node


def _read_example(
    found: FileRules, table: Mapping[str, Any], path: KeyPath, read_text: Callable[[str], str | None]
) -> Example | None:
    good = _checked(found, table, path, _EXAMPLE, "an example")
    expect = good.get("expect", "")
    if expect not in EXPECTATIONS:
        close = get_close_matches(expect, EXPECTATIONS, 1, 0.5)
        found.wrong("E116", f'"{expect}" is no expectation' if expect else "an example must say what it expects",
                    *path, "expect", remedy=f"write expect = '{close[0] if close else 'match'}'")
        return None
    text = good.get("text", "")
    if "file" in good:
        read = read_text(good["file"])
        if read is None:
            found.wrong("E130", f'the file "{good["file"]}" cannot be read', *path, "file",
                        remedy="name a text file relative to this rule file")
            return None
        text = read
    if not text and not good.get("title"):
        found.wrong("E112", "an example has neither text nor title", *path, remedy="add  text = '''...'''")
        return None
    places, about = good.get("places"), good.get("about")
    return Example(
        expect, text, good.get("title", ""), good.get("outlet", good.get("source", "")), good.get("home", ""),
        good.get("why", ""), None if places is None else tuple(places), None if about is None else tuple(about),
        found.file.line_of(*path), found.file.name)
