"""What files say about each other: names that must exist, ids that must be unique, and advice.

Runs over all files together, because a list of one file serves the rules of the others.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from rules.compiler import place_ids
from rules.locate import problem_at
from rules.query import QueryProblem
from rules.tree import And, Field, ListRef, Node, Not, Or, PlaceRef, Term, walk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from rules.model import Place, Rule
    from rules.problem import Problem
    from rules.toml_source import KeyPath
    from rules.validate import FileRules


def check_references(
    files: Sequence[FileRules], topics: Collection[str], lists: Mapping[str, Sequence[Node]], today: date | None = None
) -> tuple[list[Problem], set[str]]:
    """Problems between files, and what may not be used for them: ids of rules, and "@name" of lists."""
    problems = _duplicates(files)
    circular = _circular(lists)
    bad = {f"@{name}" for name in circular}
    places = [place for file in files for place in file.places]
    for file in files:
        problems += [_circle(file, name) for name in file.lists if name in circular]
        for path, value, item, node, rule_id in _trees(file):
            wrong = [*_unknown_lists(node, lists), *_unknown_places(node, places)]
            problems += [problem_at(file.file, path, value, found, item) for found in wrong]
            if wrong and rule_id:
                bad.add(rule_id)
        for rule in _own_rules(file):
            problems += _rule_references(file, rule, topics, places)
            problems += _advice(file, rule, today)
    # A query that cannot be read may well use the list: nothing is said about unused lists then.
    is_whole = not bad and all(rule.id in file.trees for file in files for rule in file.rules)
    return [*problems, *(_unused_lists(files) if is_whole else ()), *_twins(files)], bad


def _own_rules(file: FileRules) -> list[Rule]:
    """The rules of a file; of two with one id only the first, which is the one that `paths` leads to."""
    return [rule for rule in file.rules if rule.line == file.file.line_of(*file.paths[rule.id])]


def _list_trees(file: FileRules) -> Iterable[tuple[KeyPath, str, int | None, Node, str]]:
    lists = file.list_nodes.items()
    return ((("lists", name), entry, at, node, "") for name, members in lists for at, entry, node in members)


def _trees(file: FileRules) -> Iterable[tuple[KeyPath, str, int | None, Node, str]]:
    """Every tree of a file with where its text stands; the last entry is the rule's id for queries."""
    for rule in _own_rules(file):
        if rule.id in file.trees:
            yield (*file.paths[rule.id], "query"), rule.query, None, file.trees[rule.id], rule.id
    yield from _list_trees(file)
    for path, at, entry, node in file.ignore_trees:
        yield path, entry, at, node, ""


def _unknown_lists(node: Node, lists: Collection[str]) -> Iterable[QueryProblem]:
    for found in walk(node):
        if isinstance(found, ListRef) and found.name not in lists:
            close = get_close_matches(found.name, lists, 1, 0.6)
            remedy = f"did you mean @{close[0]}?" if close else f"define it: [lists]  {found.name} = ['...']"
            yield QueryProblem("E220", f"there is no list @{found.name}", found.start, found.end, remedy)


def _unknown_places(node: Node, places: Sequence[Place]) -> Iterable[QueryProblem]:
    known = place_ids(places)
    for found in walk(node):
        if isinstance(found, PlaceRef):
            field = "about" if found.about else "place"
            owners = known.get(found.value.casefold(), ())
            if len(owners) > 1:
                yield QueryProblem("E221", f'"{found.value}" names several places', found.start, found.end,
                                   f"write one of {', '.join(f'{field}:{owner}' for owner in owners)}")
            elif not owners:
                yield QueryProblem("E221", f'there is no place "{found.value}"', found.start, found.end,
                                   _nearest_place(found.value, known, f"{field}:"))


def _nearest_place(value: str, known: Mapping[str, tuple[str, ...]], field: str = "") -> str:
    close = get_close_matches(value.casefold(), known, 1, 0.6)
    if close:
        return f"did you mean {field}{known[close[0]][0]}? or add a [[place]] (docs/rules.md)"
    return "add a [[place]] with this id or alias (docs/rules.md)"


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
    "list": ("defined twice, first at", "give one of the two another name"),
    "topic": ("defined twice, first at", "keep one of the two labels"),
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


def _rule_references(
    file: FileRules, rule: Rule, topics: Collection[str], places: Sequence[Place]
) -> Iterable[Problem]:
    path = file.paths[rule.id]
    for topic in rule.topics:
        if topic not in topics:
            close = get_close_matches(topic, topics, 1, 0.75)
            declare = f"declare it below [topics]: {topic} = 'Its name'"
            remedy = f'did you mean "{close[0]}"? or {declare}' if close else declare
            yield file.file.problem("E117", f'there is no topic "{topic}"', *path, "topics", remedy=remedy)
    known = place_ids(places)
    for at, example in enumerate(rule.examples):
        for key, named in (("places", example.places or ()), ("about", example.about or ())):
            for name in named:
                if name.casefold() not in known:
                    yield file.file.problem("E221", f'there is no place "{name}"', *path, "example", at, key,
                                            remedy=_nearest_place(name, known))


# What a rule may silence with `allow`.
_WARNINGS = ("W301", "W302", "W304", "W310", "W330")


def _advice(file: FileRules, rule: Rule, today: date | None) -> Iterable[Problem]:
    """Warnings about a rule that will run, unless it silences them by number."""
    path = file.paths[rule.id]
    for number in rule.allow:
        if number not in _WARNINGS:
            yield file.file.problem("W305", f'"{number}" is not the number of a warning', *path, "allow", warning=True,
                                    remedy=f"the numbers are {', '.join(_WARNINGS)}; remove what is none")
    if today and rule.expires and rule.expires < today and rule.enabled and "W304" not in rule.allow:
        yield file.file.problem("W304", f'rule "{rule.id}" has expired and finds nothing any more', *path, "expires",
                                remedy="write a later date, or remove the rule or the line", warning=True)
    is_untitled = not file.file.values["rule"][path[1]].get("topics")  # of a wrong type: reported already
    if is_untitled and "W302" not in rule.allow:
        yield file.file.problem(
            "W302", f'rule "{rule.id}" has no topics: no channel that asks for topics will get it', *path,
            remedy=f"add  topics = ['...']  with a name from [topics]; or write allow = ['W302'] if channels name it: "
            f"rules = ['{rule.id}']", warning=True)
    yield from _untested(file, rule)
    yield from _thrown_away_by(file, rule)


def _untested(file: FileRules, rule: Rule) -> Iterable[Problem]:
    path = file.paths[rule.id]
    if "W301" not in rule.allow:
        kinds = {example.expect.removeprefix("todo ") for example in rule.examples}
        for kind in ("match", "no match"):
            if kind not in kinds:
                yield file.file.problem(
                    "W301", f'rule "{rule.id}" has no example that must{" not" if kind == "no match" else ""} match',
                    *path, remedy=f"add [[rule.example]]  expect = '{kind}'  text = '''...'''", warning=True)


def _thrown_away_by(file: FileRules, rule: Rule) -> Iterable[Problem]:
    path = file.paths[rule.id]
    if "W310" not in rule.allow and rule.id in file.trees:
        for term in _thrown_away(file.trees[rule.id]):
            phrase = " ".join(rule.query[term.start:term.end].split())
            yield problem_at(file.file, (*path, "query"), rule.query, QueryProblem(
                "W310", f"NOT {phrase} throws away every article that contains it, even a good one",
                term.start, term.end,
                f"if only the mention should not count, add {phrase} to ignore = [...]; if the whole article should "
                "go, write allow = ['W310']", "warning"))


def _thrown_away(node: Node) -> Iterable[Term]:
    """Phrases that exclude a whole article: below NOT, outside of title: and sentence()."""
    if isinstance(node, Not):
        inner: list[Node] = [node.child]
        while inner:
            found = inner.pop()
            if isinstance(found, Or):
                inner += found.children
            elif isinstance(found, Term) and len(found.words) > 1:
                yield found
    elif isinstance(node, And | Or):
        for child in node.children:
            yield from _thrown_away(child)
    elif isinstance(node, Field) and node.name == "any":
        yield from _thrown_away(node.child)


def _unused_lists(files: Sequence[FileRules]) -> list[Problem]:
    used = {
        found.name for file in files for _, _, _, node, _ in _trees(file)
        for found in walk(node) if isinstance(found, ListRef)
    }
    return [
        file.file.problem("W320", f"no query uses the list @{name}", "lists", name,
                          remedy=f"write @{name} in a query, or remove the list", warning=True)
        for file in files for name in file.lists if name not in used
    ]


def _twins(files: Sequence[FileRules]) -> list[Problem]:
    seen: dict[tuple[str, tuple[str, ...]], str] = {}
    problems: list[Problem] = []
    for file in files:
        for rule in file.rules:
            key = (" ".join(rule.query.split()), rule.ignore)
            twin = seen.setdefault(key, rule.id)
            if twin != rule.id and "W330" not in rule.allow:
                problems.append(file.file.problem(
                    "W330", f'rule "{rule.id}" asks for the same as rule "{twin}"', *file.paths[rule.id], "query",
                    remedy="remove one of the two, or give one rule both topics", warning=True))
    return problems
