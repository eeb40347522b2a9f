"""Warnings about rules that will run and probably not do what was meant. Each has a number that `allow` silences."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from rules.files.locate import problem_at
from rules.query.parse import QueryProblem, parse_term
from rules.query.tree import And, Field, ListRef, Node, Not, Or, PlaceRef, Term, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from rules.files.layers import Merged
    from rules.files.validate import FileRules
    from rules.model import Rule
    from rules.problem import Problem
    from rules.query.tree import Word

# What a rule may silence with `allow`.
WARNINGS = ("W301", "W302", "W304", "W310", "W311", "W330", "W401")
NOTICE = timedelta(days=7)  # how long before its last day a rule is said to expire


def advise(
    layers: Sequence[Sequence[FileRules]], merged: Merged, names: Mapping[str, tuple[str, ...]], today: date | None,
    *, is_whole: bool
) -> Iterable[Problem]:
    """All warnings. `is_whole`: every query could be read, so that what nothing names is really unused."""
    for rule in merged.rules.values():
        for found in (_wrong_numbers(merged, rule), _expiring(merged, rule, today), _untitled(merged, rule),
                      _untested(merged, rule), _thrown_away_by(merged, rule), _hidden(merged, rule)):
            yield from (problem for problem in found if problem.code not in rule.allow)
    yield from _twins(merged)
    files = [file for some in layers for file in some]
    if is_whole and all(clause.node is not None for parts in merged.clauses.values() for clause in parts.values()):
        yield from _unused_lists(files)
    yield from _homonyms(layers, names)
    yield from _nothing_watched(layers, merged)


def _wrong_numbers(merged: Merged, rule: Rule) -> Iterable[Problem]:
    file, path = merged.where(rule.id, "allow")
    for number in rule.allow:
        if number not in WARNINGS:
            yield file.file.problem("W305", f'"{number}" is not the number of a warning', *path, "allow", warning=True,
                                    remedy=f"the numbers are {', '.join(WARNINGS)}; remove what is none")


def _expiring(merged: Merged, rule: Rule, today: date | None) -> Iterable[Problem]:
    if not today or not rule.expires or not rule.enabled or rule.expires - today > NOTICE:
        return
    file, path = merged.where(rule.id, "expires")
    left = (rule.expires - today).days
    when = "has expired and finds nothing any more" if left < 0 else (
        f"expires {'today' if left == 0 else 'tomorrow' if left == 1 else f'in {left} days'}")
    yield file.file.problem("W304", f'rule "{rule.id}" {when}', *path, "expires", warning=True,
                            remedy="write a later date, or remove the rule or the line")


def _untitled(merged: Merged, rule: Rule) -> Iterable[Problem]:
    file, path = merged.where(rule.id, "topics")
    if not file.table(path).get("topics"):  # of a wrong type: reported already
        yield file.file.problem(
            "W302", f'rule "{rule.id}" has no topics: no channel that asks for topics will get it', *path,
            remedy=f"add  topics = ['...']  with a name from [topics]; or write allow = ['W302'] if channels name it: "
            f"rules = ['{rule.id}']", warning=True)


def _untested(merged: Merged, rule: Rule) -> Iterable[Problem]:
    file, path = merged.where(rule.id, "query")
    written = sum(len(file.table(table.path).get("example", ())) for file, table in merged.tables[rule.id])
    if written > len(rule.examples):
        return  # one could not be read, and was reported
    kinds = {example.expect.removeprefix("todo ") for example in rule.examples}
    for kind in ("match", "no match"):
        if kind not in kinds:
            yield file.file.problem(
                "W301", f'rule "{rule.id}" has no example that must{" not" if kind == "no match" else ""} match',
                *path, remedy=f"add [[rule.example]]  expect = '{kind}'  text = '''...'''", warning=True)


def _thrown_away_by(merged: Merged, rule: Rule) -> Iterable[Problem]:
    clause = merged.clauses[rule.id]["query"]
    file, _ = merged.where(rule.id, "query")
    for term in _thrown_away(clause.node) if clause.node else ():
        phrase = " ".join(rule.query[term.start:term.end].split())
        yield problem_at(file.file, clause.path, clause.text, QueryProblem(
            "W310", f"NOT {phrase} throws away every article that contains it, even a good one", term.start, term.end,
            f"if only the mention should not count, add {phrase} to ignore = [...]; if the whole article should go, "
            "write allow = ['W310']", "warning"))


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


def _hidden(merged: Merged, rule: Rule) -> Iterable[Problem]:
    """Terms of the query that the rule's own `ignore` hides wherever they stand."""
    clause = merged.clauses[rule.id]["query"]
    masks = [(entry, node) for entry in rule.ignore if isinstance(node := parse_term(entry).node, Term)]
    if not masks or clause.node is None:
        return
    file, _ = merged.where(rule.id, "query")
    for found in walk(clause.node):
        if isinstance(found, Term):
            by = next((entry for entry, mask in masks if _hides(mask.words, found.words)), "")
            if by:
                term = " ".join(clause.text[found.start:found.end].split())
                yield problem_at(file.file, clause.path, clause.text, QueryProblem(
                    "W311", f"{term} can never be found: this rule's ignore hides '{by}'", found.start, found.end,
                    f"take '{by}' out of ignore, or {term} out of the query", "warning"))


def _hides(mask: Sequence[Word], term: Sequence[Word]) -> bool:
    """Whether every mention of the term holds a mention of the mask."""
    return any(
        all(_covers(hidden, word) for hidden, word in zip(mask, term[at:], strict=False))
        for at in range(len(term) - len(mask) + 1))


def _covers(hidden: Word, word: Word) -> bool:
    if hidden.is_prefix:
        return word.key.startswith(hidden.key)
    if word.is_prefix or hidden.key != word.key:
        return False
    return hidden.case in ("fold", "any") or (hidden.case, hidden.surface) == (word.case, word.surface)


def _unused_lists(files: Sequence[FileRules]) -> Iterable[Problem]:
    """Lists that no query, list or `ignore` of any file names; an extended list counts as its first one's use."""
    nodes = [clause.node for file in files for table in file.rules for clause in table.clauses.values()]
    nodes += [entry.node for file in files for members in file.lists.values() for entry in members]
    nodes += [entry.node for file in files for entry in (*file.ignore, *(entry for _, entry in file.phrases))]
    used = {found.name for node in nodes if node is not None for found in walk(node) if isinstance(found, ListRef)}
    for file in files:
        for name in file.lists:
            if name not in used:
                yield file.file.problem("W320", f"no query uses the list @{name}", "lists", name, warning=True,
                                        remedy=f"write @{name} in a query, or remove the list")


def _twins(merged: Merged) -> Iterable[Problem]:
    seen: dict[tuple[str, tuple[str, ...]], str] = {}
    for rule in merged.rules.values():
        key = (" ".join(rule.query.split()), rule.ignore)
        twin = seen.setdefault(key, rule.id)
        if twin != rule.id and "W330" not in rule.allow:
            file, path = merged.where(rule.id, "query")
            yield file.file.problem(
                "W330", f'rule "{rule.id}" asks for the same as rule "{twin}"', *path, "query",
                remedy="remove one of the two, or give one rule both topics", warning=True)


def _homonyms(layers: Sequence[Sequence[FileRules]], names: Mapping[str, tuple[str, ...]]) -> Iterable[Problem]:
    """A [[place]] that leaves open whether its bare name counts, where other states have the name, too."""
    for file in (file for files in layers for file in files):
        for table in file.places:
            others = [owner for owner in names.get(table.keys.get("name", "").casefold(), ()) if owner != table.id]
            if others and "needs_state" not in file.table(table.path):
                name = table.keys["name"]
                yield file.file.problem(
                    "W340", f'there are other places called "{name}": {_some(others)}', *table.path, "name",
                    remedy="add  needs_state = true  so that the name counts only beside its state; or  needs_state = "
                    "false  if it may stand alone", warning=True)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _nothing_watched(layers: Sequence[Sequence[FileRules]], merged: Merged) -> Iterable[Problem]:
    """Said to a team that has files of its own: a shipped pack cannot know what they watch."""
    if len(layers) < 2 or not layers[-1] or any(file.watch for files in layers for file in files):
        return
    using: defaultdict[str, None] = defaultdict()
    for rule_id, parts in merged.clauses.items():
        for clause in parts.values():
            if clause.node is not None and any(
                    isinstance(found, PlaceRef) and found.value == "watched" for found in walk(clause.node)):
                using[rule_id] = None
    if using:
        yield layers[-1][0].file.problem(
            "W342", f"no place is watched, and {_some(list(using))} asks for place:watched", warning=True,
            remedy="write at the top of this file, above the first table:  watch = ['Baltimore, MD']")
