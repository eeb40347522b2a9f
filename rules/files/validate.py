"""Tables of a rule file to rules, lists and places; whatever is wrong becomes a problem and the rest is read on.

Which keys there are stands in shapes; here is what their values mean. A [[rule]] is read by rule_tables.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from rules.files import fixes
from rules.files.locate import problem_at, replaced
from rules.files.shapes import PLACE, SHAPES, TEXT, TEXTS, TOP, TOP_KEYS, checked, fits, mend
from rules.files.toml_text import quoted
from rules.places import states
from rules.places import tables as place_tables
from rules.problem import Problem
from rules.query import foreign_entries
from rules.query.parse import QueryProblem, parse_term

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules.files.rule_tables import RuleTable
    from rules.files.toml_source import KeyPath, TomlFile
    from rules.model import Place
    from rules.problem import Fix
    from rules.query.tree import Node

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
# What other tools call ours.
_CALLED = {"critical": "urgent", "emergency": "urgent", "severe": "high", "important": "high", "medium": "normal",
           "moderate": "normal", "info": "low", "minor": "low", "title": "headline", "mention": "passing"}
KINDS = tuple(kind for kind in place_tables.KINDS if kind)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a list or of `ignore` as written: `at` is its place in the list, `node` what it looks for.

    `takes_out` entries ('-word') have no node: they name a word of an earlier layer.
    """

    at: int
    text: str
    node: Node | None
    takes_out: bool = False


@dataclass(frozen=True, slots=True)
class PlaceTable:
    """A [[place]] as written: `keys` are fields of Place. Without a name it changes an earlier place."""

    id: str
    path: KeyPath
    keys: Mapping[str, Any]


@dataclass(slots=True)
class FileRules:
    """What one file says, as written; layers say what that amounts to. Filled by `rule_tables.read_file`."""

    file: TomlFile
    rules: list[RuleTable] = field(default_factory=list)
    places: list[PlaceTable] = field(default_factory=list)
    place_tables: tuple[str, ...] = ()
    rows: list[Place] = field(default_factory=list)  # of its place_tables
    topics: dict[str, str] = field(default_factory=dict)
    topics_es: dict[str, str] = field(default_factory=dict)
    lists: dict[str, tuple[Entry, ...]] = field(default_factory=dict)
    ignore: tuple[Entry, ...] = ()
    watch: tuple[str, ...] = ()
    phrases: list[tuple[KeyPath, Entry]] = field(default_factory=list)  # every `ignore` entry of rules and places
    problems: list[Problem] = field(default_factory=list)

    def wrong(
        self, code: str, message: str, *path: str | int, remedy: str = "", warning: bool = False, fix: Fix | None = None
    ) -> None:
        self.problems.append(self.file.problem(code, message, *path, remedy=remedy, warning=warning, fix=fix))

    def table(self, path: KeyPath) -> Mapping[str, Any]:
        """The table at `path` as parsed."""
        found: Any = self.file.values
        for step in path:
            found = found[step]
        return found if isinstance(found, dict) else {}


def read_plain_tables(found: FileRules) -> Mapping[str, Any]:
    """Everything but the rules into `found`; returns the file's checked top-level keys."""
    if not found.file.values and not found.file.problems:
        found.problems.append(Problem("W303", "this file says nothing", found.file.name, level="warning",
                                      help="write a [[rule]] in it, or remove it"))
    top = checked(found, found.file.values, (), TOP, "a rule file")
    found.ignore = entries(found, top.get("ignore", []), ("ignore",), may_take_out=True)
    found.watch = tuple(top.get("watch", ()))
    found.place_tables = tuple(top.get("place_tables", ()))
    found.topics = _labels(found, top, "topics")
    found.topics_es = _labels(found, top, "topics_es")
    for name, members in top.get("lists", {}).items():
        if not _is_misplaced(found, name, members, "lists"):
            _read_list(found, name, members)
    for at, table in enumerate(top.get("place", [])):
        _read_place(found, table, ("place", at))
    return top


def _labels(found: FileRules, top: Mapping[str, Any], table: str) -> dict[str, str]:
    """The labels of topics that can be used, by topic; an empty one is none."""
    kept: dict[str, str] = {}
    for key, value in top.get(table, {}).items():
        if _is_misplaced(found, key, value, table):
            continue
        if not isinstance(value, str):
            found.wrong("E111", f'"{key}" must be {SHAPES[TEXT]}', table, key,
                        remedy="write the label between quotes")
        elif not _NAME.fullmatch(key):
            found.wrong("E113", f'"{key}" cannot be the name of a topic', table, key,
                        remedy="use letters, digits and hyphens")
        elif value:
            kept[key] = value
    return kept


def _is_misplaced(found: FileRules, key: str, value: object, table: str) -> bool:
    """Whether a key of the file stands below [topics] or [lists], where TOML makes it one of them; reported."""
    if key not in TOP_KEYS or not isinstance(value, list):
        return False
    found.wrong("E115", f'"{key}" stands below [{table}], and would be one of the {table}', table, key,
                remedy=f"{key} stands above the first table: move this line to the top of the file",
                fix=fixes.moved(found.file, (table, key), ()))
    return True


def _read_list(found: FileRules, name: str, members: object) -> None:
    path: KeyPath = ("lists", name)
    if not fits(members, TEXTS) or not isinstance(members, list):
        found.lists[name] = ()  # so that nobody is told that it is missing, too
        fix, remedy = mend(found, members, path, TEXTS)
        found.wrong("E111", f'list "{name}" must be {SHAPES[TEXTS]}', *path, remedy=remedy, fix=fix)
    elif not _NAME.fullmatch(name):
        found.wrong("E113", f'"{name}" cannot be the name of a list', *path, remedy="use letters, digits, - and _")
    elif not members:
        found.wrong("E111", f'list "{name}" is empty', *path, remedy="add a word, or remove the list")
    else:
        found.lists[name] = entries(found, members, path, may_take_out=True)


def entries(found: FileRules, written: list[str], path: KeyPath, may_take_out: bool = False) -> tuple[Entry, ...]:
    """The entries of a list or of `ignore` that can be read; the others are reported."""
    kept: list[Entry] = []
    for at, text in enumerate(written):
        if may_take_out and text.startswith("-") and text[1:].strip():
            kept.append(Entry(at, text, None, takes_out=True))
            continue
        parsed = parse_term(text)
        for problem in parsed.problems:
            told = problem_at(found.file, path, text, problem, at)
            parts = foreign_entries.separated(text)
            if len(parts) > 1 and told.code == "E213":
                told = replace(told, fix=replaced(found.file, path, text, at, ", ".join(map(quoted, parts))))
            found.problems.append(told)
        if parsed.node:
            _ask_enumerated(found, text, path, at)
            kept.append(Entry(at, text, parsed.node))
    return tuple(kept)


def _ask_enumerated(found: FileRules, text: str, path: KeyPath, at: int) -> None:
    if parts := foreign_entries.enumerated(text):
        found.problems.append(problem_at(found.file, path, text, QueryProblem(
            "W322", f'"{text}" is one phrase, found only where these words follow each other', 0, len(text),
            f"if you mean several, write an entry for each: {', '.join(map(quoted, parts))}; if it is one phrase, "
            f"put double quotes inside: '\"{text}\"'", "warning"), at))


def phrases(found: FileRules, written: list[str], path: KeyPath) -> tuple[str, ...]:
    """The texts of the `ignore` entries of a rule or a place that can be read."""
    kept = entries(found, written, path)
    found.phrases += [(path, entry) for entry in kept]
    return tuple(entry.text for entry in kept)


def has_id(found: FileRules, table: Mapping[str, Any], path: KeyPath, what: str) -> bool:
    """Whether the table has an id that can be used; if not, it is reported."""
    known = table.get("id")
    if known is None:
        if "id" not in found.table(path):  # of a wrong type: reported already
            found.wrong("E112", f"{what} has no id", *path, remedy="add  id = 'a-short-name'")
        return False
    if not _ID.fullmatch(known):
        plain = "-".join(re.findall(r"[a-z0-9]+", known.casefold())) or "a-short-name"
        found.wrong("E113", f'"{known}" cannot be an id', *path, "id",
                    remedy=f"use small letters, digits and hyphens: id = '{plain}'",
                    fix=fixes.revalued(found.file, (*path, "id"), f"'{plain}'") if known.strip() else None)
        return False
    return True


def one_of(found: FileRules, value: str, words: Sequence[str], path: KeyPath, names: tuple[str, str]) -> str | None:
    """The value if it is one of the words; if not, it is reported: `names` are what one of them is called, and all."""
    what, several = names
    if value in words:
        return value
    called = _CALLED.get(value.casefold(), "")
    close = [called] if called in words else get_close_matches(value.casefold(), words, 1, 0.5)
    found.wrong("E116", f'"{value}" is not {what}', *path,
                remedy=(f'did you mean "{close[0]}"? ' if close else "") + f"{several} are {', '.join(words)}",
                fix=fixes.revalued(found.file, path, f"'{close[0]}'") if close else None)
    return None


def _read_place(found: FileRules, table: Mapping[str, Any], path: KeyPath) -> None:
    good = checked(found, table, path, PLACE, "a place")
    if not has_id(found, good, path, "a place"):
        return
    keys: dict[str, Any] = {key: good[key] for key in ("name", "needs_state") if key in good}
    keys |= {key: tuple(good[key]) for key in ("aliases", "within") if key in good}
    if "ignore" in good:
        keys["ignore"] = phrases(found, good["ignore"], (*path, "ignore"))
    if good.get("kind") and (kind := one_of(found, good["kind"], KINDS, (*path, "kind"), ("a kind of place", "kinds"))):
        keys["kind"] = kind
    if state := good.get("state", ""):
        keys["state"] = _state(found, state, (*path, "state"))
    found.places.append(PlaceTable(good["id"], path, keys))


def _state(found: FileRules, state: str, path: KeyPath) -> str:
    if state in states.codes():
        return state
    code = states.code_of(state)
    found.wrong("E116", f'"{state}" is not the code of a state', *path, remedy=f"write state = '{code or 'MD'}'",
                fix=fixes.revalued(found.file, path, f"'{code}'") if code else None)
    return code
