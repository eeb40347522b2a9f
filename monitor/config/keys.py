"""The tables of config.toml, with every key checked for its name, type and bounds (`tables`).

What is wrong is dropped and said, so that the rest of the file is still read and judged in the same run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from monitor.config.kinds import as_read, value_fault
from monitor.config.tables import CALLED, LISTS, TABLES
from monitor.config.values import Fault, holds_token, holds_webhook, suggestion, without_secrets
from rules.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules.files.toml_source import KeyPath, TomlFile

T = TypeVar("T")
Table = dict[str, Any]

_SECRET = re.compile(r"(?i)(?:\w+_)?(?:token|secret|password|webhook(?:_url)?)")


@dataclass(slots=True)
class Tables:
    """The file with every wrong part left out: `one` by table, `many` by list and position, and what was wrong."""

    toml: TomlFile
    one: dict[str, Table] = field(default_factory=dict)
    many: dict[str, dict[int, Table]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, fault: Fault, *path: str | int) -> None:
        """Note a fault at the key (or table) of `path`."""
        self.problems.append(placed(self.toml, fault, path))

    def take(self, result: T | Fault, default: T, *path: str | int) -> T:
        """The value, or the default where it is a fault, which is noted."""
        if isinstance(result, Fault):
            self.add(result, *path)
            return default
        return result

    def take_from_environment(self, result: T | Fault, default: T, variable: str) -> T:
        """The same for a value of the environment, where there is no line to point at."""
        if isinstance(result, Fault):
            place = f"environment variable {variable}"
            self.problems.append(Problem(result.code, result.message, place, help=result.remedy))
            return default
        return result

    def missing(self, code: str, message: str, remedy: str) -> None:
        """Note something that stands nowhere in the file."""
        self.problems.append(Problem(code, message, self.toml.name, help=remedy))

    def refuse_doubles(self, table: str, key: str, names: Sequence[str]) -> None:
        """Note every entry of the list `table` that has the same `key` as one before it; empty names are no doubles.

        Two of one name are two, which could not be told apart.
        """
        first: dict[str, int] = {}
        for number, name in enumerate(names):
            before = first.setdefault(name, number)
            if name and before != number:
                line = self.toml.line_of(table, before, key)
                remedy = f"keep one [[{table}]] and put everything there"
                if table == "page":
                    remedy += "; a selector may name several parts: '#policy, #staff'"
                fault = Fault("C151", f"this {table} stands twice: its {key} is also on line {line}", remedy)
                if key == "name":
                    fault = Fault("C151", f"another {table} has this name, on line {line}", "give one another name")
                self.add(fault, table, number, key)


def read_tables(toml: TomlFile) -> Tables:
    """All tables of the file, checked for names, types and bounds; what the values mean is judged elsewhere."""
    tables = Tables(toml, {name: {} for name in TABLES if name not in LISTS}, {name: {} for name in LISTS})
    tables.problems += toml.problems
    tables.problems += _tokens(toml)
    for name, value in toml.values.items():
        if name not in TABLES:
            tables.add(_stray(name, value), name, *((0,) if isinstance(value, list) else ()))
        elif name in LISTS:
            tables.many[name] = dict(_entries(tables, name, value))
        elif isinstance(value, dict):
            tables.one[name] = _keys(tables, value, name)
        else:
            fault = Fault("C107", f'"{name}" is a table', f"write [{name}] on a line of its own, and its keys below")
            tables.add(fault, name)
    return tables


def _entries(tables: Tables, name: str, value: object) -> Iterator[tuple[int, Table]]:
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        tables.add(Fault("C107", f"each {name} needs double brackets", f"write [[{name}]]"), name)
        return
    for number, entry in enumerate(value):
        yield number, _keys(tables, entry, name, number)


def _keys(tables: Tables, values: Table, *path: str | int) -> Table:
    known = TABLES[str(path[0])]
    right: Table = {}
    for name, value in values.items():
        fault = _fault(str(path[0]), name, value)
        if fault:
            tables.add(fault, *path, name)
        else:
            right[name] = as_read(known[name].kind, value)
    called = CALLED.get(str(path[0]), {})
    meant = {called.get(name, "") for name in values}
    for name, key in known.items():
        if key.required and name not in values and name not in meant:
            tables.add(Fault("C106", f"this [[{path[0]}]] has no {name}", f"add a line  {name} = '...'"), *path)
    return right


def _fault(table: str, name: str, value: object) -> Fault | None:
    key = TABLES[table].get(name)
    return value_fault(name, key, value) if key else _unknown(table, name)


def _unknown(table: str, name: str) -> Fault:
    if meant := CALLED.get(table, {}).get(name):
        return Fault("C102", f'unknown key "{name}" in {_shown(table)}', f'did you mean "{meant}"?')
    owners = [_shown(other) for other, keys in TABLES.items() if name in keys]
    if owners:
        return Fault("C103", f'"{name}" belongs to {" or ".join(owners)}, and stands under {_shown(table)}',
                     f"move this line below {owners[0]}{_or_a_page(table, name)}")
    if _SECRET.fullmatch(name):
        return _secret_key(name)
    near = suggestion(name, TABLES[table])
    known = f"{_shown(table)} knows: {', '.join(TABLES[table])}"
    return Fault("C102", f'unknown key "{name}" in {_shown(table)}', f'did you mean "{near}"?' if near else known)


def _or_a_page(table: str, name: str) -> str:
    return ", or make this [[feed]] a [[page]]" if (table, name) == ("feed", "selector") else ""


def _stray(name: str, value: object) -> Fault:
    """A name at the top of the file that is no table of ours: a key above all headers, or a table misspelt."""
    if _SECRET.fullmatch(name):
        return _secret_key(name)
    owners = [_shown(table) for table, keys in TABLES.items() if name in keys]
    is_table = isinstance(value, dict) or (isinstance(value, list) and all(isinstance(item, dict) for item in value))
    if owners and not is_table:
        return Fault("C103", f'"{name}" stands above every table, and belongs to {" or ".join(owners)}',
                     f"move this line below {owners[0]}")
    near = suggestion(name, TABLES)
    known = f"there are: {', '.join(_shown(table) for table in TABLES)}"
    return Fault("C101", f'unknown table "{name}"', f"did you mean {_shown(near)}?" if near else known)


def _shown(table: str) -> str:
    return f"[[{table}]]" if table in LISTS else f"[{table}]"


_ROTATE = ("remove the line; put the token into the environment variable SLACK_BOT_TOKEN; and make a new one in Slack\n"
           "(OAuth & Permissions, Revoke, Reinstall), since everybody who has seen this file has this one")

_HIDE = ("write  webhook = 'NEWS'  (a name of yours), and put the address into the environment variable\n"
         "DATELINE_WEBHOOK_NEWS; and make a new one in Slack: with this one everybody who has seen this file can post")


_ROTATE_APP = ("remove the line; put the token into the environment variable SLACK_APP_TOKEN; and make a new one in\n"
               "Slack (Basic Information, App-Level Tokens), since everybody who has seen this file has this one")


def _secret_key(name: str) -> Fault:
    remedy = _ROTATE_APP if name.casefold().startswith("app") else _ROTATE
    return Fault("C120", f'"{name}" does not belong in this file', remedy)


def _tokens(toml: TomlFile) -> Iterator[Problem]:
    """Lines with a Slack token, in comments and in files that do not parse as well."""
    for number, line in enumerate(toml.text.splitlines(), 1):
        if holds_token(line):
            remedy = _ROTATE_APP if "xapp-" in line else _ROTATE
            yield _at_secret(toml.problem("C120", "a Slack token stands in this file", remedy=remedy), number, line)
        if holds_webhook(line):
            stands = toml.problem("C120", "the address of a webhook stands in this file", remedy=_HIDE)
            yield _at_secret(stands, number, line)


def _at_secret(problem: Problem, number: int, line: str) -> Problem:
    shown = without_secrets(line)
    column = re.search(r"xox|xapp|hooks\.", shown)
    return replace(problem, line=number, source=shown, column=column.start() + 1 if column else 1, width=6)


def placed(toml: TomlFile, fault: Fault, path: KeyPath) -> Problem:
    """The problem at its key, or under the value itself where that is found in the lines of the key."""
    problem = toml.problem(fault.code, fault.message, *path, remedy=fault.remedy)
    if fault.code in ("C120", "C131") or {"health", "webhook"} & set(path):  # also a misspelt key may hold it
        hidden = re.sub(r"=.*", "= …", problem.source)
        return replace(problem, source=hidden)
    if not fault.found:
        return problem
    taken = set(toml.lines.values()) - {problem.line}
    for number in range(problem.line, len(toml.text.splitlines()) + 1):
        if number in taken:
            break
        source = toml.source_of(number)
        column = source.find(fault.found, source.find("=") + 1 if number == problem.line else 0)
        if column >= 0:
            return replace(problem, line=number, column=column + 1, width=len(fault.found), source=source)
    return problem
