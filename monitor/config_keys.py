"""Which tables and keys config.toml has, and of what type: the one list of them.

`read_tables` drops what is wrong and says so, so that the rest of the file is still read and judged in the same run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from monitor.config_values import Fault, holds_token, suggestion, without_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules.files.toml_source import KeyPath, TomlFile
    from rules.problem import Problem

Kind = Literal["text", "texts", "whole", "number", "flag", "text or texts"]
Table = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its type, the bounds of a number (inclusive) and its default, and whether it may be left out or empty.

    `default` is what a remedy offers where nothing better is known, never a bound: 1 for `keep_text_days` would erase
    an archive.
    """

    kind: Kind = "text"
    low: float = 0
    high: float = 0
    default: float = 0
    required: bool = False
    filled: bool = False


TABLES: Mapping[str, Mapping[str, Key]] = {
    "rules": {"packs": Key("texts"), "folders": Key("texts"), "pull_minutes": Key("whole", 0, 1440)},
    "slack": {"admin_channel": Key(), "base_url": Key(), "timeout_seconds": Key("number", 1, 60, 15)},
    "storage": {"database": Key(), "keep_text_days": Key("whole", 1, 3650, 90)},
    "polling": {
        "interval_minutes": Key("whole", 10, 1440, 20),
        "first_poll_hours": Key("whole", 1, 720, 24),
        "fetch_pages": Key("flag"),
        "tick_seconds": Key("number", 0.1, 300, 15),
    },
    "network": {
        "user_agent": Key(),
        "total_timeout_seconds": Key("number", 1, 300, 30),
        "per_host": Key("whole", 1, 10, 2),
        "host_gap_seconds": Key("number", 0, 60, 1),
        "allow": Key("texts"),
    },
    "feed": {"url": Key(required=True), "outlet": Key(required=True), "home": Key()},
    "channel": {
        "id": Key(required=True),
        "name": Key(),
        "rules": Key("texts", filled=True),
        "topics": Key("texts", filled=True),
        "places": Key("texts", filled=True),
        "slots": Key("text or texts"),
        "timezone": Key(),
    },
}
LISTS = ("feed", "channel")
# Words that are no spelling mistake and still plain: what people call a key of a table.
_CALLED = {
    "feed": {"name": "outlet", "title": "outlet", "source": "outlet", "link": "url", "address": "url", "rss": "url",
             "place": "home", "city": "home"},
    "channel": {"channel": "id", "channel_id": "id", "times": "slots", "schedule": "slots", "zone": "timezone"},
}
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
            right[name] = float(value) if known[name].kind == "number" else value
    called = _CALLED.get(str(path[0]), {})
    meant = {called.get(name, "") for name in values}
    for name, key in known.items():
        if key.required and name not in values and name not in meant:
            tables.add(Fault("C106", f"this [[{path[0]}]] has no {name}", f"add a line  {name} = '...'"), *path)
    return right


def _fault(table: str, name: str, value: object) -> Fault | None:
    key = TABLES[table].get(name)
    if key is None:
        return _unknown(table, name)
    if not _is_kind(key.kind, value):
        return Fault("C104", f'"{name}" {_EXPECTED[key.kind]}', f"write  {name} = {_sample(key, value)}")
    if isinstance(value, int | float) and key.high and not key.low <= value <= key.high:
        bounds = f"write a number from {key.low:g} to {key.high:g}"
        return Fault("C105", f'"{name}" may not be {value}', bounds, str(value))
    if key.filled and value == []:
        return Fault("C106", f'"{name}" is empty, so that nothing would ever be sent here',
                     f"remove the line: without it all {name} are meant")
    if isinstance(value, str) and key.required and not value.strip():
        return Fault("C106", f'"{name}" is empty', f"write  {name} = '...', with something between the quotes")
    return None


_EXPECTED: Mapping[Kind, str] = {
    "text": "must be text, between quotes",
    "texts": "must be a list of texts, each between quotes",
    "whole": "must be a whole number, without quotes",
    "number": "must be a number, without quotes",
    "flag": "must be true or false, without quotes",
    "text or texts": "must be 'now' or a list of times, each between quotes",
}


def _sample(key: Key, value: object) -> str:
    """What to write instead: the same without quotes, or in brackets, where that is all that is wrong."""
    match key.kind:
        case "text":
            return f"'{value}'" if isinstance(value, int | float) else "'...'"
        case "texts":
            return f"['{value}']" if isinstance(value, str) else "['...', '...']"
        case "text or texts":
            return "['08:00', '17:30']"
        case "flag":
            return "true  or  false"
        case "whole" | "number":
            return f"{_number_meant(key, value):g}"


def _number_meant(key: Key, value: object) -> float:
    """The first number of a text like '90 days' where it is within the bounds, or else the default."""
    found = re.search(r"[0-9]+(?:\.[0-9]+)?", value) if isinstance(value, str) else None
    number = float(found[0] if found else value if isinstance(value, float) else key.default)
    fits = key.low <= number <= key.high and (key.kind == "number" or number.is_integer())
    return number if fits else key.default


def _is_kind(kind: Kind, value: object) -> bool:
    match kind:
        case "text":
            return isinstance(value, str)
        case "texts":
            return isinstance(value, list) and all(isinstance(item, str) for item in value)
        case "text or texts":
            return _is_kind("text", value) or _is_kind("texts", value)
        case "flag":
            return isinstance(value, bool)
        case "whole":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)


def _unknown(table: str, name: str) -> Fault:
    if meant := _CALLED.get(table, {}).get(name):
        return Fault("C102", f'unknown key "{name}" in {_shown(table)}', f'did you mean "{meant}"?')
    owners = [_shown(other) for other, keys in TABLES.items() if name in keys]
    if owners:
        return Fault("C103", f'"{name}" belongs to {" or ".join(owners)}, and stands under {_shown(table)}',
                     f"move this line below {owners[0]}")
    if _SECRET.fullmatch(name):
        return _secret_key(name)
    near = suggestion(name, TABLES[table])
    known = f"{_shown(table)} knows: {', '.join(TABLES[table])}"
    return Fault("C102", f'unknown key "{name}" in {_shown(table)}', f'did you mean "{near}"?' if near else known)


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


def _secret_key(name: str) -> Fault:
    return Fault("C120", f'"{name}" does not belong in this file', _ROTATE)


def _tokens(toml: TomlFile) -> Iterator[Problem]:
    """Lines with a Slack token, in comments and in files that do not parse as well."""
    for number, line in enumerate(toml.text.splitlines(), 1):
        if holds_token(line):
            shown = without_secrets(line)
            column = re.search(r"xox|xapp", shown)
            yield replace(toml.problem("C120", "a Slack token stands in this file", remedy=_ROTATE),
                          line=number, source=shown, column=column.start() + 1 if column else 1, width=6)


def placed(toml: TomlFile, fault: Fault, path: KeyPath) -> Problem:
    """The problem at its key, or under the value itself where that is found in the lines of the key."""
    problem = toml.problem(fault.code, fault.message, *path, remedy=fault.remedy)
    if fault.code in ("C120", "C131"):
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
