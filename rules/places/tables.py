"""Places from a spreadsheet: thousands of counties and towns, one a row, that staff can open, sort and extend.

A [[place]] of a rule file with the same id is the hand-made half of the same place: it decides, and takes from the row
only what it does not say itself. Containment is completed here, so that everybody else reads it off the place.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

from rules.article import text
from rules.model import Place
from rules.places import states
from rules.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

COLUMNS = ("id", "name", "state", "kind", "within", "aliases", "ignore", "needs_state")
# A town is a city so small that its bare name counts only where a word beside it belongs before a place.
KINDS = ("", "city", "county", "state", "town")
_ANSWERS = {"": False, "no": False, "false": False, "0": False, "yes": True, "true": True, "1": True, "x": True}
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(slots=True)
class _Table:
    """A spreadsheet while it is read."""

    file: str
    rows: Sequence[str]
    columns: tuple[str, ...] = ()
    ids: dict[str, int] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def wrong(
        self, code: str, message: str, line: int, remedy: str, *, value: str = "",
        level: Literal["error", "warning"] = "error",
    ) -> None:
        source = self.rows[line - 1] if 0 < line <= len(self.rows) else ""
        column = source.find(value) + 1 if value else 0
        self.problems.append(
            Problem(code, message, self.file, line, column or 1, max(1, len(value)), source, remedy, level))


def read_places(text: str, name: str) -> tuple[list[Place], list[Problem]]:
    """The places of a CSV file called `name`; a row with an error is left out, the others are read.

    Columns may stand in any order and may be missing, `name` excepted. An empty id is made of name and state.
    """
    text = text.removeprefix("\ufeff")
    table = _Table(name, text.splitlines())
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cells) and not cells[0].startswith("#"):
                if table.columns:
                    _read_row(table, cells, line)
                elif not _read_header(table, cells, line):
                    break
            line = reader.line_num + 1
    except csv.Error as error:
        table.wrong("E131", f"the row cannot be read: {error}", line, 'a cell that holds " or , stands between quotes, '
                    'and a " inside it is written twice: "the ""Bay"" area"')
    if not table.columns and not table.problems:
        table.wrong("E130", "the spreadsheet is empty", 1, f"its first row names the columns: {','.join(COLUMNS)}")
    return table.places, table.problems


def _read_header(table: _Table, cells: Sequence[str], line: int) -> bool:
    names = tuple(cell.strip().casefold() for cell in cells)
    if len(names) == 1 and (sign := next((sign for sign in ";\t" if sign in names[0]), "")):
        what = "semicolons" if sign == ";" else "tabs"
        table.wrong("E130", f"{what} part the columns", line, "save the spreadsheet as CSV with commas")
        return False
    if "name" not in names:
        table.wrong("E130", "the first row does not name the columns", line,
                    f"write as first row: {','.join(COLUMNS)}")
        return False
    for name in names:
        if name and name not in COLUMNS:
            close = get_close_matches(name, COLUMNS, 1, 0.6)
            remedy = f'did you mean "{close[0]}"?' if close else f"the columns are {', '.join(COLUMNS)}"
            table.wrong("E130", f'there is no column "{name}"', line, remedy, value=name)
    table.columns = names
    return True


def _read_row(table: _Table, cells: Sequence[str], line: int) -> None:
    if len(cells) > len(table.columns) and any(cells[len(table.columns):]):
        table.wrong("E131", f"the row has {len(cells)} cells, and there are {len(table.columns)} columns", line,
                    "put a cell that holds a comma between double quotes, or part several values by ;")
        return
    row = {name: cell.strip() for name, cell in zip(table.columns, cells, strict=False)}
    state, kind, needs = row.get("state", ""), row.get("kind", "").casefold(), row.get("needs_state", "").casefold()
    if not row.get("name"):
        table.wrong("E112", "the row has no name", line, "write the place's name, or delete the row")
    elif state and state not in states.codes():
        table.wrong("E116", f'"{state}" is not the code of a state', line,
                    f'write "{states.code_of(state) or "MD"}" in the column state', value=state)
    elif kind not in KINDS:
        table.wrong("E132", f'"{row["kind"]}" is no kind of place', line, 'write "city", "town", "county" or "state"',
                    value=row["kind"])
    elif needs not in _ANSWERS:
        table.wrong("E132", f'"{row["needs_state"]}" is neither yes nor no', line,
                    'write "yes" where other states have a place of this name, else leave the cell empty',
                    value=row["needs_state"])
    else:
        _add(table, row, kind, _ANSWERS[needs], line)


def _add(table: _Table, row: Mapping[str, str], kind: str, needs_state: bool, line: int) -> None:
    name, state = row["name"], row.get("state", "")
    place_id = row.get("id") or id_of(name, state)
    if not _ID.fullmatch(place_id):
        table.wrong("E113", f'"{place_id}" cannot be an id', line,
                    f'use small letters, digits and hyphens: "{id_of(place_id, "") or id_of(name, state)}"',
                    value=place_id)
    elif (earlier := table.ids.setdefault(place_id, line)) != line:
        table.wrong("E114", f'place "{place_id}" is known already, from line {earlier}', line,
                    "delete one of the rows; or, if it is another place, give it another id", value=place_id)
    else:
        table.places.append(Place(
            place_id, name, state, _several(row.get("aliases", "")), _several(row.get("ignore", "")), needs_state,
            _several(row.get("within", "")), kind))


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part for value in cell.split(";") if (part := value.strip())) if cell else ()


def id_of(name: str, state: str) -> str:
    """The id of a place that nobody named: "Prince George's County" and "MD" are prince-georges-county-md."""
    plain = text.fold(f"{name} {state}").replace("'", "").replace("’", "").replace("ñ", "n")
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def merged(rows: Iterable[Place], entries: Iterable[Place]) -> tuple[Place, ...]:
    """Rows of tables and [[place]] entries as one set, ids unique: see `combined` for an id that both have."""
    found = {place.id: place for place in rows}
    for entry in entries:
        row = found.get(entry.id)
        found[entry.id] = combined(entry, row) if row else entry
    return with_holders(tuple(found.values()))


def combined(entry: Place, row: Place) -> Place:
    """A [[place]] over the row of the same id: the entry's words, with the row's aliases, containment and kind added.

    `needs_state` is the entry's alone, so that a team can say that a bare name means its own town.
    """
    return replace(
        entry, state=entry.state or row.state, kind=entry.kind or row.kind, within=entry.within or row.within,
        aliases=tuple(dict.fromkeys((*entry.aliases, *row.aliases))),
        ignore=tuple(dict.fromkeys((*entry.ignore, *row.ignore))))


def with_holders(places: Sequence[Place]) -> tuple[Place, ...]:
    """The places with `within` complete: the holders of their holders, and last the state, nearest first."""
    known = {place.id: place for place in places}
    chains: dict[tuple[str, tuple[str, ...], str], tuple[str, ...]] = {}
    found = []
    for place in places:
        key = (place.kind, place.within, place.state)
        if key not in chains:
            chains[key] = _chain(place, known)
        chain = tuple(held for held in chains[key] if held != place.id)
        found.append(place if chain == place.within else replace(place, within=chain))
    return tuple(found)


def _chain(place: Place, known: Mapping[str, Place]) -> tuple[str, ...]:
    chain: dict[str, None] = {}
    waiting = list(place.within)
    while waiting:
        held = waiting.pop(0)
        if held not in chain:
            chain[held] = None
            waiting += known[held].within if held in known else ()
    state = states.place_id(place.state)
    if state in known and place.kind != "state":
        chain.pop(state, None)
        chain[state] = None
    return tuple(chain)


def unknown_holders(places: Iterable[Place]) -> list[tuple[Place, str]]:
    """Every (place, id) where `within` names a place that does not exist."""
    every = list(places)
    known = {place.id for place in every}
    return [(place, held) for place in every for held in place.within if held not in known]
