"""Phrases written into the `ignore` of a rule, in the team's own files; whatever else stands there stays as it is.

The table that has the last word on the rule's `ignore` gets them. Where none of the team's does, the list is repeated
with them in a table of theirs: a key of a later layer replaces that of an earlier one. The result is read again and
compared, so that an odd layout ends in a sentence and never in a broken file.
"""

from __future__ import annotations

import re
import tomllib
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rules.files.toml_lines import scan
from rules.files.toml_text import quoted, texts
from rules.problem import DatelineError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules.model import Rule

    Layer = Mapping[str, str]  # file name to text

FILE = "feedback.toml"  # for rules that stand in none of the team's own files
_HEAD = "# What readers' judgements changed in rules that stand elsewhere, written by dateline feedback offer."
_TOKEN = re.compile(r"""'''.*?'''|\"\"\".*?\"\"\"|'[^'\n]*'|"(?:\\.|[^"\\\n])*"|\#[^\n]*|[\[\],]""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Addition:
    """An entry of `ignore` as it is to be read, and why it stands there, in a few words."""

    entry: str
    why: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A file of a layer before and after; `before` is empty where there was none."""

    layer: int
    name: str
    before: str
    after: str


def ignoring(layers: Sequence[Layer], own: int, folder: str, rule: Rule, added: Sequence[Addition]) -> Edit:
    """The rule with more phrases ignored, written into the layers from `own` on, which are the team's.

    A rule that stands in none of them is changed in `folder`, the first of them. Raises DatelineError where the file is
    laid out in a way that cannot be edited safely.
    """
    at, name, number = _place(layers, own, rule.id) or (own, f"{folder}/{FILE}", None)
    before = layers[at].get(name, "")
    if number is None:
        before_rule = before.rstrip() or _HEAD
        after = "\n".join([before_rule, "", "[[rule]]", f"id = {quoted(rule.id)}", *_key(rule, added)]) + "\n"
        number = len(tomllib.loads(before).get("rule", []))
    elif "ignore" in tomllib.loads(before)["rule"][number]:
        after = _lengthened(before, number, rule, added)
    else:
        after = _with_key(before, number, rule, added)
    return Edit(at, name, before, _proven(before, after, number, rule, added))


def _place(layers: Sequence[Layer], own: int, rule_id: str) -> tuple[int, str, int] | None:
    """Layer, file and number of the table of the team's that has the last word on what the rule ignores: a query makes
    the rule anew. Where all leave it alone, the last table of the rule."""
    found = [(at, name, number, "ignore" in table or "query" in table) for at in range(own, len(layers))
             for name, text in layers[at].items() if name.endswith(".toml")
             for number, table in enumerate(tomllib.loads(text).get("rule", [])) if table.get("id") == rule_id]
    if not found:
        return None
    return max(found, key=lambda one: (one[3], one[0]))[:3]


def _with_key(text: str, number: int, rule: Rule, added: Sequence[Addition]) -> str:
    """The key written below the rule's id."""
    rows = text.splitlines()
    line = scan(rows).get(("rule", number, "id"))
    if line is None:
        raise DatelineError(_by_hand(rule, added))
    return "\n".join([*rows[:line], *_key(rule, added), *rows[line:]]) + "\n"


def _key(rule: Rule, added: Sequence[Addition]) -> list[str]:
    """The whole key: what the rule ignores so far, and the additions, a line each."""
    before = texts(rule.ignore).removeprefix("[").removesuffix("]").strip().removesuffix(",") if rule.ignore else ""
    rows = [f"  {row.strip()}" for row in before.splitlines()]
    earlier = ["  # what it ignored before", *rows[:-1], f"{rows[-1]},"] if rows else []
    return ["ignore = [", *earlier, *_entries(added), "]"]


def _entries(added: Sequence[Addition]) -> list[str]:
    return [f"  {quoted(one.entry)},  # {one.why}" for one in added]


def _lengthened(text: str, number: int, rule: Rule, added: Sequence[Addition]) -> str:
    """More entries at the end of the key's list."""
    rows = text.splitlines(keepends=True)
    line = scan([row.rstrip("\n") for row in rows]).get(("rule", number, "ignore"))
    start = text.find("[", text.find("=", sum(map(len, rows[:line - 1])))) if line else -1
    if start < 0:  # tables in one line, or no list
        raise DatelineError(_by_hand(rule, added))
    end, is_open, close = start + 1, True, -1  # behind the last entry; whether another one may follow it
    for token in _TOKEN.finditer(text, start + 1):
        if token[0] == "]":
            close = token.start()
            break
        if token[0][0] in "'\"":
            end, is_open = token.end(), False
        elif token[0] == ",":
            is_open = True
    rest = text[end:close].rstrip()
    return "\n".join([text[:end] + ("" if is_open else ",") + rest, *_entries(added), text[close:]])


def _proven(before: str, after: str, number: int, rule: Rule, added: Sequence[Addition]) -> str:
    """The new text, if it says what it should and nothing else. Raises DatelineError."""
    expected: dict[str, Any] = deepcopy(tomllib.loads(before))
    tables = expected.setdefault("rule", [])
    if number == len(tables):
        tables.append({"id": rule.id})
    tables[number]["ignore"] = [*tables[number].get("ignore", rule.ignore), *(one.entry for one in added)]
    try:
        is_right = tomllib.loads(after) == expected
    except tomllib.TOMLDecodeError:
        is_right = False
    if not is_right:
        raise DatelineError(_by_hand(rule, added))
    return after


def _by_hand(rule: Rule, added: Sequence[Addition]) -> str:
    entries = ", ".join(quoted(one.entry) for one in added)
    return (f"the file of rule {rule.id} is laid out in a way that cannot be edited safely, and nothing was written. "
            f"Add to the rule's ignore yourself: {entries}")
