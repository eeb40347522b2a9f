"""Rule files to one RuleSet, with every problem of every file named in one run.

Files share one name space: a list, topic or place of one file serves the rules of all. Nothing is refused early: a file
that cannot be read leaves the others to be checked, and who uses the set asks `errors` first.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from rules.model import RuleSet
from rules.problem import Problem
from rules.references import check_references
from rules.toml_source import parse_toml, read_toml
from rules.validate import FileRules, read_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from rules.model import Place, Rule
    from rules.tree import Node

__all__ = ["RuleSet", "load_rules", "load_texts"]


def load_rules(sources: Sequence[Path], today: date | None = None) -> RuleSet:
    """Read rule files; a folder stands for all *.toml in it and below. Never raises: see `problems`.

    Rules that expired before `today` are warned of; without it none are.
    """
    found: list[FileRules] = []
    problems: list[Problem] = []
    for source in sources:
        paths = _files_of(source)
        if not paths:
            problems.append(_empty(source))
        for path in paths:
            name = str(path.relative_to(source.parent)) if source.is_dir() else str(path)
            found.append(read_file(read_toml(path, name), _reader(path.parent)))
    if not sources or (found and not problems and not any(file.rules or file.problems for file in found)):
        where = ", ".join(str(source) for source in sources) or "the configuration"
        remedy = "add a [[rule]], or name another folder"
        problems.append(Problem("E119", "no rule is defined anywhere", where, help=remedy))
    return _assembled(found, problems, today)


def load_texts(files: Mapping[str, str], today: date | None = None) -> RuleSet:
    """The same from texts by name; examples with a `file` cannot be read."""
    return _assembled([read_file(parse_toml(text, name), lambda _: None) for name, text in files.items()], [], today)


def _files_of(source: Path) -> list[Path]:
    """The files of a folder in order; editors' hidden copies are left out."""
    if source.is_dir():
        return sorted(path for path in source.rglob("*.toml") if not path.name.startswith("."))
    return [source] if source.exists() else []


def _empty(source: Path) -> Problem:
    if source.is_dir():
        return Problem("E119", "the folder holds no rule files", str(source), help="put at least one .toml file there")
    return Problem("E119", "there is no such rule file or folder", str(source), help="check the name in config.toml")


def _reader(folder: Path) -> Callable[[str], str | None]:
    def read(name: str) -> str | None:
        try:
            return (folder / name).read_text("utf-8")
        except (OSError, UnicodeDecodeError, ValueError):
            return None  # reported with the line of the example

    return read


def _assembled(files: Sequence[FileRules], problems: Sequence[Problem], today: date | None) -> RuleSet:
    topics: dict[str, str] = {}
    lists: dict[str, tuple[str, ...]] = {}
    nodes: dict[str, tuple[Node, ...]] = {}
    for file in files:
        topics |= {key: label for key, label in file.topics.items() if key not in topics}
        lists |= {name: members for name, members in file.lists.items() if name not in lists}
        for name, members in file.list_nodes.items():
            nodes.setdefault(name, tuple(node for _, _, node in members))
    found, bad = check_references(files, topics, nodes, today)
    rules: dict[str, Rule] = {}
    places: dict[str, Place] = {}
    for file in files:
        for rule in file.rules:
            rules.setdefault(rule.id, rule)
        for place in file.places:
            places.setdefault(place.id, place)
    ignore = tuple(dict.fromkeys(phrase for file in files for phrase in file.ignore))
    every = (*problems, *(problem for file in files for problem in file.problems), *found)
    named = {file.file.name: at for at, file in enumerate(files)}
    in_order = sorted(dict.fromkeys(every), key=lambda one: (named.get(one.file, -1), one.line, one.column))
    ruleset = RuleSet(
        tuple(rules.values()), topics, lists, tuple(places.values()), ignore, tuple(in_order), "", tuple(named),
        {rule_id: tree for file in files for rule_id, tree in file.trees.items() if rule_id not in bad},
        {name: members for name, members in nodes.items() if f"@{name}" not in bad})
    return replace(ruleset, hash=_hash(ruleset))


def _hash(ruleset: RuleSet) -> str:
    """Names what decides a match: a changed example or description keeps the hash, a moved file, too."""
    deciding = (
        sorted((rule.id, rule.query, rule.topics, rule.severity, rule.ignore, rule.enabled, str(rule.expires))
               for rule in ruleset.rules),
        sorted(ruleset.lists.items()), sorted(ruleset.ignore),
        sorted((place.id, place.name, place.state, place.aliases, place.ignore, place.needs_state)
               for place in ruleset.places),
    )
    return hashlib.sha256(repr(deciding).encode()).hexdigest()[:16]
