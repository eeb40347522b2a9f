"""Layers of rule files to one set: shipped packs, then each team folder, which may extend and change what is below.

A team never edits a shipped file, so that an upgrade loses nothing: a later layer names only what it wants otherwise.
Inside one layer names are unique; of two with one name the first counts, and references tells the second.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from rules.files.locate import problem_at
from rules.model import Place, Rule
from rules.places.tables import combined
from rules.query.pieces import QueryProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rules.files.rule_tables import Clause, RuleTable
    from rules.files.toml_source import KeyPath
    from rules.files.validate import Entry, FileRules, PlaceTable
    from rules.query.tree import Node

Words = dict[str, tuple[str, "Node"]]  # entries of a list by their text without needless spaces


@dataclass(slots=True)
class Merged:
    """All layers together. `tables` are the tables that made a rule what it is, the one with the query first."""

    rules: dict[str, Rule] = field(default_factory=dict)
    clauses: dict[str, dict[str, Clause]] = field(default_factory=dict)
    tables: dict[str, list[tuple[FileRules, RuleTable]]] = field(default_factory=dict)
    topics: dict[str, str] = field(default_factory=dict)
    topics_es: dict[str, str] = field(default_factory=dict)
    lists: dict[str, Words] = field(default_factory=dict)
    entries: dict[str, Place] = field(default_factory=dict)
    rows: dict[str, Place] = field(default_factory=dict)
    ignore: Words = field(default_factory=dict)
    unlisted: frozenset[str] = frozenset()  # places that have no entry and are made of "Town, ST"

    def where(self, rule_id: str, key: str) -> tuple[FileRules, KeyPath]:
        """The file and table that has the last word on a key of a rule; its definition where none names the key."""
        tables = self.tables[rule_id]
        file, table = next(((file, table) for file, table in reversed(tables) if key in table.keys), tables[0])
        return file, table.path


def merge(layers: Sequence[Sequence[FileRules]]) -> Merged:
    """The layers as one; what a layer cannot do to the earlier ones is added to the problems of its files."""
    merged = Merged()
    for depth, files in enumerate(layers):
        _topics_and_words(merged, files, is_first=depth == 0)
        _places(merged, files)
        known = frozenset(merged.rules)
        for file in files:
            for table in file.rules:
                if merged.tables.get(table.id, [(None, None)])[-1][0] not in files:
                    _rule(merged, file, table, known, depth)
    return merged


def _topics_and_words(merged: Merged, files: Sequence[FileRules], *, is_first: bool) -> None:
    topics: dict[str, str] = {}
    topics_es: dict[str, str] = {}
    lists: dict[str, tuple[FileRules, tuple[Entry, ...]]] = {}
    for file in files:
        topics = file.topics | topics
        topics_es = file.topics_es | topics_es
        for name, members in file.lists.items():
            lists.setdefault(name, (file, members))
    merged.topics |= topics
    merged.topics_es |= topics_es
    for name, (file, members) in lists.items():
        if not is_first and name in merged.lists:
            _take_out(merged.lists[name], file, members, ("lists", name), f"@{name} has")
        else:
            _nothing_to_take(file, members, ("lists", name), f"there is no earlier list @{name}")
        _add(merged.lists.setdefault(name, {}), members)
    for file in files:
        if is_first:
            _nothing_to_take(file, file.ignore, ("ignore",), "nothing is hidden by an earlier layer")
        else:
            _take_out(merged.ignore, file, file.ignore, ("ignore",), "what earlier layers hide has")
        _add(merged.ignore, file.ignore)


def _plain(text: str) -> str:
    return " ".join(text.strip('"').split())


def _add(words: Words, members: Iterable[Entry]) -> None:
    for entry in members:
        if entry.node is not None:
            words.setdefault(_plain(entry.text), (entry.text, entry.node))


def _take_out(words: Words, file: FileRules, members: Iterable[Entry], path: KeyPath, whose: str) -> None:
    for entry in members:
        word = _plain(entry.text[1:])
        if entry.takes_out and words.pop(word, None) is None:
            close = get_close_matches(word.casefold(), {known.casefold(): known for known in words}, 1, 0.7)
            meant = next((known for known in words if close and known.casefold() == close[0]), "")
            remedy = f"did you mean '-{meant}'?" if meant else f"remove '{entry.text}'"
            fix = (0, len(entry.text), f"-{meant}") if meant else None
            file.problems.append(problem_at(file.file, path, entry.text, QueryProblem(
                "W321", f"'{entry.text}' takes out nothing: {whose} no \"{word}\"", 0, len(entry.text), remedy,
                "warning", fix), entry.at))


def _nothing_to_take(file: FileRules, members: Iterable[Entry], path: KeyPath, why: str) -> None:
    for entry in members:
        if entry.takes_out:
            word = entry.text[1:].strip()
            file.problems.append(problem_at(file.file, path, entry.text, QueryProblem(
                "E120", f"'{entry.text}' takes a word out of an earlier layer, and {why}", 0, len(entry.text),
                f"remove it; to hide \"{word}\" from a rule, write it in that rule's ignore = [...]"), entry.at))


def _places(merged: Merged, files: Sequence[FileRules]) -> None:
    for file in files:
        merged.rows |= {row.id: row for row in file.rows}
    here: set[str] = set()
    for file in files:
        for table in file.places:
            if table.id not in here:
                here.add(table.id)
                _place(merged, file, table)


def _place(merged: Merged, file: FileRules, table: PlaceTable) -> None:
    """A place with a name is the place; one without changes what is known of it."""
    keys: dict[str, Any] = dict(table.keys)
    earlier = merged.entries.get(table.id) or merged.rows.get(table.id)
    if "name" in keys:
        merged.entries[table.id] = Place(id=table.id, state=keys.pop("state", ""), **keys)
    elif earlier:
        merged.entries[table.id] = combined(replace(earlier, **keys), earlier)
    elif "name" not in file.table(table.path):
        close = get_close_matches(table.id, [*merged.entries, *merged.rows], 1, 0.75)
        remedy = f'did you mean "{close[0]}"? For a new place, ' if close else ""
        file.wrong("E112", f'place "{table.id}" has no name', *table.path, remedy=f"{remedy}add  name = 'Baltimore'")


def _rule(merged: Merged, file: FileRules, table: RuleTable, known: Iterable[str], depth: int) -> None:
    examples = tuple(replace(example, layer=depth) for example in table.examples)
    origin = file.file
    line = origin.line_of(*table.path)
    if "query" in table.keys:
        merged.rules[table.id] = Rule(id=table.id, file=origin.name, line=line, examples=examples, **table.keys)
        merged.clauses[table.id] = dict(table.clauses)
        merged.tables[table.id] = [(file, table)]
    elif table.id in merged.rules:
        earlier = merged.rules[table.id]
        merged.rules[table.id] = replace(
            earlier, examples=(*earlier.examples, *examples), changes=(*earlier.changes, (origin.name, line)),
            **table.keys)
        parts = {part: clause for part, clause in merged.clauses[table.id].items()
                 if part.partition(":")[0] not in table.keys}
        merged.clauses[table.id] = parts | dict(table.clauses)
        merged.tables[table.id].append((file, table))
    elif "query" not in file.table(table.path):  # of a wrong type: reported already
        _without_query(file, table, known, is_first=depth == 0)


def _without_query(file: FileRules, table: RuleTable, known: Iterable[str], *, is_first: bool) -> None:
    if is_first:
        file.wrong("E112", f'rule "{table.id}" has no query', *table.path, remedy="add  query = '''...'''")
        return
    close = get_close_matches(table.id, known, 1, 0.6)
    meant = f'did you mean "{close[0]}"? ' if close else ""
    file.wrong("E121", f'there is no rule "{table.id}" to change in the layers below', *table.path, "id",
               remedy=f"{meant}write a query to make it a new rule: query = '''...'''")


def trees(merged: Merged) -> Mapping[tuple[str, str], Node]:
    """The readable queries of all rules by rule and part."""
    return {(rule_id, part): clause.node for rule_id, parts in merged.clauses.items()
            for part, clause in parts.items() if clause.node is not None}
