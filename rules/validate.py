"""Tables of a rule file to rules, lists and places; whatever is wrong becomes a problem and the rest is read on.

Which keys there are stands in shapes; here is what their values mean.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from rules import states
from rules.locate import problem_at
from rules.model import SEVERITIES, Example, Place, Rule
from rules.problem import Problem
from rules.query import parse, parse_term
from rules.shapes import EXAMPLE, PLACE, RULE, SHAPES, TEXT, TEXTS, TOP, checked, fits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rules.model import Severity
    from rules.toml_source import KeyPath, TomlFile
    from rules.tree import Node

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LIST_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
EXPECTATIONS = ("match", "no match", "todo match", "todo no match")


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
    if not file.values and not file.problems:
        found.problems.append(Problem("W303", "this file says nothing", file.name, level="warning",
                                      help="write a [[rule]] in it, or remove it"))
    top = checked(found, file.values, (), TOP, "a rule file")
    found.ignore = _phrases(found, top.get("ignore", []), ("ignore",))
    found.topics = {key: value for key, value in _texts_of(found, top.get("topics", {}), "topics") if value}
    for name, members in top.get("lists", {}).items():
        if not _is_misplaced_ignore(found, name, members, "lists"):
            _read_list(found, name, members)
    for at, table in enumerate(top.get("place", [])):
        _read_place(found, table, ("place", at))
    for at, table in enumerate(top.get("rule", [])):
        _read_rule(found, table, ("rule", at), read_text)
    return found


def _texts_of(found: FileRules, table: Mapping[str, Any], name: str) -> Iterable[tuple[str, str]]:
    for key, value in table.items():
        if _is_misplaced_ignore(found, key, value, name):
            continue
        if not isinstance(value, str):
            found.wrong("E111", f'"{key}" must be {SHAPES[TEXT]}', name, key, remedy="write the label between quotes")
        elif not _LIST_NAME.fullmatch(key):
            found.wrong("E113", f'"{key}" cannot be the name of a topic', name, key,
                        remedy="use letters, digits and hyphens")
        else:
            yield key, value


def _is_misplaced_ignore(found: FileRules, key: str, value: object, table: str) -> bool:
    """Whether `ignore` stands below [topics] or [lists], where TOML makes it a topic or a list; reported."""
    if key != "ignore" or not isinstance(value, list):
        return False
    found.wrong("E115", f'"ignore" stands below [{table}], and would be one of the {table}', table, key,
                remedy="ignore stands above the first table: move this line to the top of the file")
    return True


def _read_list(found: FileRules, name: str, members: object) -> None:
    path: KeyPath = ("lists", name)
    if not fits(members, TEXTS) or not isinstance(members, list):
        found.wrong("E111", f'list "{name}" must be {SHAPES[TEXTS]}', *path, remedy=f"write {name} = ['one', 'two']")
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
    good = checked(found, table, path, PLACE, "a place")
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
    good = checked(found, table, path, RULE, "a rule")
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
    good = checked(found, table, path, EXAMPLE, "an example")
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
    if not text.strip() and not good.get("title", "").strip():
        found.wrong("E112", "an example has neither text nor title", *path, remedy="add  text = '''...'''")
        return None
    places, about = good.get("places"), good.get("about")
    return Example(
        expect, text, good.get("title", ""), good.get("outlet", good.get("source", "")), good.get("home", ""),
        good.get("why", ""), None if places is None else tuple(places), None if about is None else tuple(about),
        found.file.line_of(*path), found.file.name)
