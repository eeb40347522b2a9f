"""What files say about each other: names that must exist, and ids that must be unique within their layer.

Runs over all layers together, because a list of one file serves the rules of the others. Advice is given by advice.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from rules.files import fixes
from rules.files.advice import advise
from rules.files.locate import problem_at
from rules.files.rule_tables import VERDICTS
from rules.places.names import SURE, WATCHED, is_town, nearest, place_refs, slip_of
from rules.places.tables import unknown_holders
from rules.query.parse import QueryProblem
from rules.query.tree import ListRef, walk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from rules.files.layers import Merged
    from rules.files.toml_source import KeyPath
    from rules.files.validate import FileRules
    from rules.model import Example, Place, Rule
    from rules.problem import Fix, Problem
    from rules.query.tree import Node

    Names = Mapping[str, tuple[str, ...]]


def check_references(
    layers: Sequence[Sequence[FileRules]], merged: Merged, places: Sequence[Place], names: Names, today: date | None
) -> tuple[list[Problem], set[tuple[str, str]]]:
    """Problems between files, and what may not be used for them: (rule id, part) of queries, ("@name", "") of lists."""
    problems = [problem for files in layers for problem in _duplicates(files)]
    circular = _circular({name: [node for _, node in words.values()] for name, words in merged.lists.items()})
    bad = {(f"@{name}", "") for name in circular}
    for file in (file for files in layers for file in files):
        problems += [_circle(file, name) for name in file.lists if name in circular]
        problems += _watch(file, names, merged)
        for path, text, item, node, rule_id, part in _trees(file):
            wrong = [*_unknown_lists(node, merged.lists), *_unknown_places(node, names, merged)]
            problems += [problem_at(file.file, path, text, found, item) for found in wrong]
            if rule_id and any(found.level == "error" for found in wrong):
                bad.add((rule_id, part))
        for at, table in enumerate(file.rules):
            if all(table.id != earlier.id for earlier in file.rules[:at]):
                named = table.keys.get("topics", ())
                problems += _unknown_topics(file, named, (*table.path, "topics"), merged.topics)
        for topic in file.topics_es:
            problems += _unknown_topics(file, [topic], ("topics_es", topic), merged.topics)
    for rule in merged.rules.values():
        problems += _examples(rule, merged, names)
    problems += _holders(layers, places)
    return [*problems, *advise(layers, merged, names, today, is_whole=len(bad) == 0)], bad


def named_places(file: FileRules) -> Iterable[str]:
    """The places a file watches or asks for, as they are written there."""
    yield from file.watch
    for *_, node, _, _ in _trees(file):
        yield from (found.value for found in place_refs(node))


def _trees(file: FileRules) -> Iterable[tuple[KeyPath, str, int | None, Node, str, str]]:
    """Every tree of a file with where its text stands; the last two are the rule's id and the part, for queries."""
    for table in file.rules:
        for part, clause in table.clauses.items():
            if clause.node is not None:
                yield clause.path, clause.text, None, clause.node, table.id, part
    lists = [(("lists", name), entry) for name, members in file.lists.items() for entry in members]
    for path, entry in (*lists, *((("ignore",), entry) for entry in file.ignore), *file.phrases):
        if entry.node is not None:
            yield path, entry.text, entry.at, entry.node, "", ""


def _unknown_lists(node: Node, lists: Collection[str]) -> Iterable[QueryProblem]:
    for found in walk(node):
        if isinstance(found, ListRef) and found.name not in lists:
            close = get_close_matches(found.name, lists, 1, 0.6)
            sure = get_close_matches(found.name, lists, 2, 0.75)
            remedy = f"did you mean @{close[0]}?" if close else f"define it: [lists]  {found.name} = ['...']"
            fix = (found.start, found.end, f"@{sure[0]}") if len(sure) == 1 else None
            yield QueryProblem("E220", f"there is no list @{found.name}", found.start, found.end, remedy, fix=fix)


def _unknown_places(node: Node, names: Names, merged: Merged) -> Iterable[QueryProblem]:
    for found in place_refs(node):
        owners = names.get(found.value.casefold(), ())
        field = "about" if found.about else "place"
        where = (found.start, found.end)
        if found.value.casefold() == WATCHED:
            continue
        if len(owners) > 1:
            yield QueryProblem("E221", f'"{found.value}" names several places', *where,
                               f"write one of {_some(f'{field}:{owner}' for owner in owners)}")
        elif not owners:
            yield QueryProblem("E221", f'there is no place "{found.value}"', *where,
                               _nearest_place(found.value, names, f"{field}:"),
                               fix=_sure_place(found.value, names, field, where))
        elif owners[0] in merged.unlisted and (meant := slip_of(found.value, names, merged.unlisted)):
            yield QueryProblem("W341", f'"{found.value}" has no entry among the places', *where,
                               f"did you mean {field}:{meant}? Otherwise add a [[place]] with this name", "warning")


def _some(entries: Iterable[str]) -> str:
    listed = list(entries)
    return ", ".join(listed[:8]) + (f" and {len(listed) - 8} more" if len(listed) > 8 else "")


def _nearest_place(value: str, names: Names, field: str = "") -> str:
    close = nearest(value, names)
    if close:
        return f'did you mean {field}{close}? For a place without an entry write "Town, ST", or add a [[place]]'
    return f'write {field}"Town, ST" with its state, or add a [[place]] with this id or alias'


def _sure_place(value: str, names: Names, field: str, where: tuple[int, int]) -> tuple[int, int, str] | None:
    close = nearest(value, names, SURE)
    return (*where, f"{field}:{close}") if close else None


def _watch(file: FileRules, names: Names, merged: Merged) -> Iterable[Problem]:
    for at, name in enumerate(file.watch):
        owners = names.get(name.strip().casefold(), ())
        where = (0, len(name))
        if len(owners) > 1:
            found = QueryProblem("E221", f'"{name}" names several places', *where,
                                 f"write one of {_some(map(repr, owners))}")
        elif not owners:
            found = QueryProblem("E221", f'there is no place "{name}"', *where, _nearest_place(name, names))
        elif owners[0] in merged.unlisted and (meant := slip_of(name, names, merged.unlisted)):
            found = QueryProblem("W341", f'"{name}" has no entry among the places', *where,
                                 f"did you mean '{meant}'? Otherwise add a [[place]] with this name", "warning")
        else:
            continue
        yield problem_at(file.file, ("watch",), name, found, at)


def _circular(lists: Mapping[str, Sequence[Node]]) -> set[str]:
    """Lists that contain themselves, directly or through others."""
    below = {
        name: {found.name for member in members for found in walk(member) if isinstance(found, ListRef)}
        for name, members in lists.items()
    }
    circular: set[str] = set()
    for name, named in below.items():
        reached, waiting = set[str](), list(named)
        while waiting:
            if (step := waiting.pop()) not in reached:
                reached.add(step)
                waiting += below.get(step, ())
        if name in reached:
            circular.add(name)
    return circular


def _circle(file: FileRules, name: str) -> Problem:
    return file.file.problem("E222", f"list @{name} contains itself", "lists", name,
                             remedy="take the list out of its own members, or out of the list it names")


_DOUBLED = {
    "rule": ("defined twice, first at", "give one of the two another name"),
    "place": ("known already, from", "remove yours; or, if it is another place, give it another id"),
    "list": ("defined twice, first at", "put the words of both into one of them, or give one another name"),
    "topic": ("defined twice, first at", "keep one of the two labels"),
    "Spanish label of": ("defined twice, first at", "keep one of the two labels"),
}


def _duplicates(files: Sequence[FileRules]) -> list[Problem]:
    first: dict[tuple[str, str], str] = {}
    problems: list[Problem] = []
    for file in files:
        for what, name, path in _names(file):
            where = f"{file.file.name}:{file.file.line_of(*path)}"
            if earlier := first.get((what, name)):
                message = f'{what} "{name}" is {_DOUBLED[what][0]} {earlier}'
                problems.append(file.file.problem("E114", message, *path, remedy=_DOUBLED[what][1]))
            else:
                first[what, name] = where
    return problems


def _names(file: FileRules) -> Iterable[tuple[str, str, KeyPath]]:
    """Everything that a file defines under a name."""
    for kind in ("rule", "place"):
        tables = file.file.values.get(kind, [])
        for at, table in enumerate(tables if isinstance(tables, list) else []):
            if isinstance(table, dict) and isinstance(table.get("id"), str):
                yield kind, table["id"], (kind, at, "id")
    for name in file.lists:
        yield "list", name, ("lists", name)
    for topic in file.topics:
        yield "topic", topic, ("topics", topic)
    for topic in file.topics_es:
        yield "Spanish label of", topic, ("topics_es", topic)


def _unknown_topics(
    file: FileRules, named: Iterable[str], path: KeyPath, topics: Collection[str]
) -> Iterable[Problem]:
    for topic in named:
        if topic not in topics:
            close = get_close_matches(topic, topics, 1, 0.75)
            declare = f"declare it below [topics]: {topic} = 'Its name'"
            remedy = f'did you mean "{close[0]}"? or {declare}' if close else declare
            yield file.file.problem("E117", f'there is no topic "{topic}"', *path, remedy=remedy)


def _examples(rule: Rule, merged: Merged, names: Names) -> Iterable[Problem]:
    """Places and labels that the examples of a rule name and nobody knows."""
    labels = [*(label.label for label in rule.stance.labels), *VERDICTS] if rule.stance else []
    for file, table in merged.tables[rule.id]:
        for example in table.examples:
            where = _path_of(file, table.path, example)
            for key, named in (("places", example.places or ()), ("about", example.about or ())):
                for name in named:
                    if name.casefold() not in names and not is_town(name):
                        yield file.file.problem("E221", f'there is no place "{name}"', *where, key,
                                                remedy=_nearest_place(name, names))
            if example.stance is not None and example.stance not in labels:
                yield _unknown_label(file, where, example.stance, labels)


def _path_of(file: FileRules, rule: KeyPath, example: Example) -> KeyPath:
    tables = file.table(rule).get("example", ())
    at = next(at for at in range(len(tables)) if file.file.line_of(*rule, "example", at) == example.line)
    return (*rule, "example", at)


def _unknown_label(file: FileRules, where: KeyPath, stance: str, labels: Sequence[str]) -> Problem:
    path = (*where, "stance")
    fix: Fix | None = None
    if not labels:
        remedy = "give the rule a [rule.stance] with a label of this name, or remove this line"
    elif close := get_close_matches(stance, labels, 1, 0.6):
        remedy, fix = f"did you mean '{close[0]}'?", fixes.revalued(file.file, path, f"'{close[0]}'")
    else:
        remedy = f"the labels are {', '.join(labels)}"
    return file.file.problem("E122", f'the rule has no label "{stance}"', *path, remedy=remedy, fix=fix)


def _holders(layers: Sequence[Sequence[FileRules]], places: Sequence[Place]) -> Iterable[Problem]:
    """`within` that names a place which does not exist, told where a [[place]] says it or a spreadsheet brought it."""
    unknown = unknown_holders(places)
    for place, held in unknown:
        for file in (file for files in layers for file in files):
            path = next((table.path for table in file.places if table.id == place.id and held in
                         table.keys.get("within", ())), None)
            if path is not None or any(row.id == place.id for row in file.rows):
                yield file.file.problem("E221", f'"{place.id}" lies within "{held}", and there is no such place',
                                        *((*path, "within") if path is not None else ("place_tables",)),
                                        remedy="write the id of a county or state that has an entry, or remove it")
                break
