"""A [[rule]] as written: its keys, its queries and its examples.

A table without a query is not wrong by itself: it may change a rule of an earlier layer. Layers decide that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from rules.files import fixes
from rules.files.locate import problem_at
from rules.files.shapes import ESCALATE, EXAMPLE, LABEL, RULE, STANCE, checked
from rules.files.validate import FileRules, has_id, one_of, phrases, read_plain_tables
from rules.model import PROMINENCES, SEVERITIES, Escalation, Example, StanceLabel, StanceRules
from rules.query.parse import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rules.files.toml_source import KeyPath, TomlFile
    from rules.query.tree import Node

    ReadText = Callable[[str], str | None]

EXPECTATIONS = ("match", "no match", "todo match", "todo no match")
VERDICTS = ("mixed", "unclear")  # what the engine says where no label wins
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
# Keys that mean in the model what they say in the file.
_PLAIN = ("query", "name", "why", "owner", "enabled", "expires", "max_per_day")
_LISTED = ("topics", "tags", "allow")


@dataclass(frozen=True, slots=True)
class Clause:
    """A query of a rule where it stands; `node` is None where it cannot be read."""

    path: KeyPath
    text: str
    node: Node | None


@dataclass(frozen=True, slots=True)
class RuleTable:
    """One [[rule]]. `keys` are the fields of Rule that it names; `clauses` its queries by part, the main one "query".

    The other parts are named as in RuleSet.clauses.
    """

    id: str
    path: KeyPath
    keys: Mapping[str, Any]
    examples: tuple[Example, ...] = ()
    clauses: Mapping[str, Clause] = field(default_factory=dict)


def read_file(file: TomlFile, read_text: ReadText) -> FileRules:
    """Everything one parsed file says. `read_text` gives the text of an example's `file`, None where there is none."""
    found = FileRules(file, problems=list(file.problems))
    top = read_plain_tables(found)
    for at, table in enumerate(top.get("rule", [])):
        _read_rule(found, table, ("rule", at), read_text)
    return found


def _read_rule(found: FileRules, table: Mapping[str, Any], path: KeyPath, read_text: ReadText) -> None:
    good = checked(found, table, path, RULE, "a rule")
    clauses: dict[str, Clause] = {}
    keys: dict[str, Any] = {key: good[key] for key in _PLAIN if key in good}
    keys |= {key: tuple(good[key]) for key in _LISTED if key in good}
    if "ignore" in good:
        keys["ignore"] = phrases(found, good["ignore"], (*path, "ignore"))
    if "query" in good:
        _clause(found, clauses, "query", good["query"], (*path, "query"))
    keys |= _chosen(found, good, path)
    if isinstance(graphic := good.get("graphic"), bool):
        keys["graphic"] = "*" if graphic else ""
    elif graphic is not None:
        keys["graphic"] = graphic
        _clause(found, clauses, "graphic", graphic, (*path, "graphic"))
    if "escalate" in good:
        keys["escalate"] = tuple(_escalations(found, good["escalate"], (*path, "escalate"), clauses))
    if "stance" in good:
        keys["stance"] = _stance(found, good["stance"], (*path, "stance"), clauses)
    examples = tuple(
        example for at, entry in enumerate(good.get("example", []))
        if (example := _read_example(found, entry, (*path, "example", at), read_text)))
    if has_id(found, good, path, "a rule"):
        found.rules.append(RuleTable(good["id"], path, keys, examples, clauses))


def _clause(found: FileRules, clauses: dict[str, Clause], part: str, text: str, path: KeyPath) -> None:
    parsed = parse(text)
    found.problems += [problem_at(found.file, path, text, problem) for problem in parsed.problems]
    clauses[part] = Clause(path, text, parsed.node)


_STRENGTHS = ("a prominence", "prominences, from weakest to strongest,")
_CHOICES = (("severity", SEVERITIES, ("a severity", "severities")), ("alert_from", PROMINENCES, _STRENGTHS),
            ("prominence", PROMINENCES, _STRENGTHS))


def _chosen(found: FileRules, good: Mapping[str, Any], path: KeyPath) -> dict[str, Any]:
    """Keys that hold one of a few words, where they do."""
    return {key: word for key, words, names in _CHOICES
            if key in good and (word := one_of(found, good[key], words, (*path, key), names))}


def _escalations(
    found: FileRules, tables: list[Mapping[str, Any]], path: KeyPath, clauses: dict[str, Clause]
) -> list[Escalation]:
    kept: list[Escalation] = []
    for at, table in enumerate(tables):
        good = checked(found, table, (*path, at), ESCALATE, "an escalation")
        if "when" not in good:
            if "when" not in table:
                found.wrong("E112", "an escalation does not say when", *path, at, remedy="add  when = '''...'''")
            continue
        severity = _chosen(found, good, (*path, at)).get("severity", "urgent")
        _clause(found, clauses, f"escalate:{len(kept)}", good["when"], (*path, at, "when"))
        kept.append(Escalation(good["when"], severity))
    return kept


def _stance(
    found: FileRules, table: Mapping[str, Any], path: KeyPath, clauses: dict[str, Clause]
) -> StanceRules | None:
    plain = {key: value for key, value in table.items() if key in STANCE or not isinstance(value, dict)}
    good = checked(found, plain, path, STANCE, "a stance")
    for key, text in good.items():
        _clause(found, clauses, f"stance:{key}", text, (*path, key))
    labels = [label for name, value in table.items() if name not in plain
              if (label := _label(found, name, value, (*path, name), clauses))]
    names = [label.label for label in labels]
    for label in labels:
        if label.opposite and label.opposite not in names:
            close = get_close_matches(label.opposite, names, 1, 0.6)
            found.wrong("E122", f'there is no label "{label.opposite}" in this stance', *path, label.label, "opposite",
                        remedy=f"did you mean '{close[0]}'?" if close else f"the labels are {', '.join(names)}",
                        fix=fixes.revalued(found.file, (*path, label.label, "opposite"), f"'{close[0]}'")
                        if close else None)
    if not labels and set(plain) == set(table):
        found.wrong("E112", "a stance has no label", *path,
                    remedy="add  [rule.stance.a-label]  with its own query below")
    return StanceRules(tuple(labels), good.get("background", ""), good.get("reverses", "")) if labels else None


def _label(
    found: FileRules, name: str, table: Mapping[str, Any], path: KeyPath, clauses: dict[str, Clause]
) -> StanceLabel | None:
    if name in VERDICTS or not _LABEL.fullmatch(name):
        why = "is what Dateline says where no label wins" if name in VERDICTS else "cannot be a label"
        found.wrong("E113", f'"{name}" {why}', *path, remedy="choose another name, of letters, digits and hyphens")
        return None
    good = checked(found, table, path, LABEL, "a label")
    if "query" not in good:
        if "query" not in table:
            found.wrong("E112", f'label "{name}" has no query', *path, remedy="add  query = '''...'''")
        return None
    _clause(found, clauses, f"stance:{name}", good["query"], (*path, "query"))
    return StanceLabel(name, good.get("says", name.replace("-", " ")), good["query"], good.get("opposite", ""),
                       good.get("says_es", ""))


def _read_example(
    found: FileRules, table: Mapping[str, Any], path: KeyPath, read_text: ReadText
) -> Example | None:
    good = checked(found, table, path, EXAMPLE, "an example")
    expect = good.get("expect", "")
    if expect not in EXPECTATIONS:
        _wrong_expectation(found, expect, path)
        return None
    text = good.get("text", "")
    if "file" in good:
        read = read_text(good["file"])
        if read is None:
            found.wrong("E130", f'the file "{good["file"]}" cannot be read', *path, "file",
                        remedy="name a text file relative to this rule file, in its folder or below")
            return None
        text = read
    if not text.strip() and not good.get("title", "").strip():
        found.wrong("E112", "an example has neither text nor title", *path, remedy="add  text = '''...'''")
        return None
    places, about = good.get("places"), good.get("about")
    return Example(
        expect, text, good.get("title", ""), good.get("outlet", good.get("source", "")), good.get("home", ""),
        good.get("why", ""), None if places is None else tuple(places), None if about is None else tuple(about),
        found.file.line_of(*path), found.file.name, good.get("stance"),
        **_chosen(found, good, path))


def _wrong_expectation(found: FileRules, expect: str, path: KeyPath) -> None:
    close = get_close_matches(expect, EXPECTATIONS, 1, 0.5)
    found.wrong("E116", f'"{expect}" is no expectation' if expect else "an example must say what it expects",
                *path, "expect", remedy=f"write expect = '{close[0] if close else 'match'}'",
                fix=fixes.revalued(found.file, (*path, "expect"), f"'{close[0]}'") if expect and close else None)
