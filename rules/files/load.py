"""Rule files to one RuleSet, with every problem of every file named in one run.

Sources are layers: each shipped pack, then each team folder (see layers). Files of one layer share one name space: a
list, topic or place of one serves the rules of all. Nothing is refused early: a file that cannot be read leaves the
others to be checked, and who uses the set asks `errors` first.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import stat
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rules.engine.compiler import place_ids
from rules.files import layers as layering
from rules.files.references import check_references, named_places
from rules.files.rule_tables import read_file
from rules.files.toml_source import parse_toml, read_toml
from rules.model import RuleSet, unworded
from rules.places import tables as place_tables
from rules.places.names import called, unlisted, watched_ids
from rules.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from rules.files.layers import Merged
    from rules.files.toml_source import TomlFile
    from rules.files.validate import FileRules
    from rules.model import Rule

__all__ = ["RuleSet", "load_layers", "load_rules", "load_texts", "read_layers", "rule_files"]

RELEVANCE = "relevance.toml"  # what `rules learn` writes beside the rules; not a rule file
MAX_TABLE_BYTES = 5_000_000  # of a spreadsheet or an example's text; all US places are 300 kB


@dataclass(slots=True)
class _Layer:
    """One source as read: its rule files, and the texts they name (spreadsheets, examples) by the same kind of name."""

    files: list[TomlFile] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def load_rules(sources: Sequence[Path], today: date | None = None) -> RuleSet:
    """Read rule files; a folder stands for all *.toml in it and below. Never raises: see `problems`.

    Rules that expired before `today` are warned of; without it none are.
    """
    found = [_read(source) for source in sources]
    if any(file.values.get("rule") for layer in found for file in layer.files):
        for source, layer in zip(sources, found, strict=True):
            if _is_folder(source) and not layer.files:  # as it is when a team has deleted its last file
                layer.problems = [replace(problem, code="W303", level="warning") if problem.code == "E119" else problem
                                  for problem in layer.problems]
    ruleset = _assembled(found, today)
    is_silent = not any(layer.problems for layer in found) and not ruleset.rules and not ruleset.problems
    if not sources or is_silent:
        where = ", ".join(str(source) for source in sources) or "the configuration"
        nothing = Problem("E119", "no rule is defined anywhere", where, help="add a [[rule]], or name another folder")
        ruleset = replace(ruleset, problems=(*ruleset.problems, nothing))
    return ruleset


def read_layers(sources: Sequence[Path]) -> list[dict[str, str]]:
    """The texts of everything that makes up a set: rule files, spreadsheets and examples, a mapping a source.

    `load_layers` makes the same set of them. What cannot be read is left out; `load_rules` tells what that was.
    """
    return [{file.name: file.text for file in layer.files if file.text} | layer.texts for layer in map(_read, sources)]


def load_layers(layers: Sequence[Mapping[str, str]], today: date | None = None) -> RuleSet:
    """The set that texts by name make, as `read_layers` gives them; never raises."""
    found = []
    for texts in layers:
        names = [name for name in texts if _is_rule_file(posixpath.basename(name))]
        files = [parse_toml(texts[name], name) for name in names]
        found.append(_Layer(files, {name: text for name, text in texts.items() if name not in names}))
    return _assembled(found, today)


def load_texts(files: Mapping[str, str], today: date | None = None) -> RuleSet:
    """One layer from texts by name."""
    return load_layers([files], today)


def _is_rule_file(name: str) -> bool:
    """Editors' hidden copies are none, nor is what the bot learned."""
    return name.endswith(".toml") and not name.startswith(".") and name != RELEVANCE


def rule_files(source: Path) -> list[tuple[str, Path]]:
    """The rule files of a source by the name that messages use, in the order in which they are read."""
    if _is_folder(source):
        return [(path.relative_to(source.parent).as_posix(), path) for path in sorted(_below(source, []))]
    return [(str(source), source)] if _mode(source) else []


def _below(source: Path, unread: list[OSError]) -> Iterator[Path]:
    """The rule files of a folder, and in `unread` why parts of it cannot be looked into."""
    for folder, folders, names in os.walk(source, onerror=unread.append):
        folders[:] = [name for name in folders if not name.startswith(".")]  # .git, in a clone
        yield from (Path(folder, name) for name in (*folders, *names) if _is_rule_file(name))


def _is_folder(source: Path) -> bool:
    return stat.S_ISDIR(_mode(source))


def _mode(source: Path) -> int:
    """What kind of file it is; 0 where there is none, or none that may be looked at."""
    try:
        return source.stat().st_mode
    except (OSError, ValueError):
        return 0


def _unread(source: Path) -> list[Problem]:
    """Folders that nobody may look into: the rules that lie there are not gone."""
    unread: list[OSError] = []
    list(_below(source, unread))
    return [
        Problem("E100", f"the folder cannot be read: {error.strerror}",
                Path(error.filename).relative_to(source.parent).as_posix(),
                help="check its permissions: the bot's user must be able to read it and what it holds")
        for error in unread if not isinstance(error, FileNotFoundError | NotADirectoryError)]


def _nothing(source: Path) -> Problem:
    if _is_folder(source):
        return Problem("E119", "the folder holds no rule files", str(source), help="put at least one .toml file there")
    return Problem("E119", "there is no such rule file or folder", str(source), help="check the name in config.toml")


def _read(source: Path) -> _Layer:
    layer = _Layer(problems=_unread(source))
    files = rule_files(source)
    if not files and not layer.problems:
        layer.problems.append(_nothing(source))
    for name, path in files:
        file = read_toml(path, name)
        layer.files.append(file)
        _read_named(layer, file, path.parent, source if _is_folder(source) else source.parent)
    return layer


def _read_named(layer: _Layer, file: TomlFile, folder: Path, top: Path) -> None:
    """The texts that a file names, if they lie in its layer: a rule file must not read what else the computer holds."""
    for named in _named(file):
        path = folder / named
        try:
            if path.is_file() and path.resolve().is_relative_to(top.resolve()) and (
                    path.stat().st_size <= MAX_TABLE_BYTES):
                layer.texts[_name(file, named)] = path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError, ValueError):
            continue  # reported with the line that names it


def _named(file: TomlFile) -> list[str]:
    tables = file.values.get("place_tables")
    found = [name for name in tables if isinstance(name, str)] if isinstance(tables, list) else []
    rules = file.values.get("rule")
    for rule in rules if isinstance(rules, list) else ():
        examples = rule.get("example") if isinstance(rule, dict) else None
        for example in examples if isinstance(examples, list) else ():
            if isinstance(example, dict) and isinstance(example.get("file"), str):
                found.append(example["file"])
    return found


def _name(file: TomlFile, named: str) -> str:
    """How a named text is called among those of its layer."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(file.name), named))


def _reader(layer: _Layer, file: TomlFile) -> Callable[[str], str | None]:
    return lambda named: layer.texts.get(_name(file, named))


def _spoken(layer: _Layer) -> list[FileRules]:
    """What the files of a layer say, their spreadsheets included."""
    said = []
    for file in layer.files:
        read_text = _reader(layer, file)
        found = read_file(file, read_text)
        for name in found.place_tables:
            text = read_text(name)
            if text is None:
                found.wrong("E130", f'the spreadsheet "{name}" cannot be read', "place_tables",
                            remedy="name a .csv file relative to this rule file, in its folder or below")
                continue
            rows, problems = place_tables.read_places(text, _name(file, name))
            found.rows += rows
            found.problems += problems
        said.append(found)
    return said


def _assembled(layers: Sequence[_Layer], today: date | None) -> RuleSet:
    said = [_spoken(layer) for layer in layers]
    files = [file for some in said for file in some]
    merged = layering.merge(said)
    listed = place_tables.merged(merged.rows.values(), merged.entries.values())
    named = [name for file in files for name in named_places(file)]
    names = place_ids(listed)
    others = unlisted(named, names)
    if others:
        listed = place_tables.with_holders((*listed, *others))
        names = place_ids(listed)
    places = called(listed, (*named, *_named_by_examples(merged.rules.values())), names)
    merged.unlisted = frozenset(place.id for place in others)
    names = place_ids(places)
    found, bad = check_references(said, merged, places, names, today)
    every = (*(problem for layer in layers for problem in layer.problems),
             *(problem for file in files for problem in file.problems), *found)
    order = {file.file.name: at for at, file in enumerate(files)}
    in_order = sorted(dict.fromkeys(every), key=lambda one: (order.get(one.file, -1), one.line, one.column))
    ruleset = _ruleset(merged, bad)
    watched = watched_ids((name for file in files for name in file.watch), names)
    ruleset = replace(ruleset, places=places, problems=tuple(in_order), files=tuple(order), watched=watched)
    return replace(ruleset, hash=_hash(ruleset))


def _named_by_examples(rules: Iterable[Rule]) -> list[str]:
    return [name for rule in rules for example in rule.examples
            for name in (*(example.places or ()), *(example.about or ()))]


def _ruleset(merged: Merged, bad: set[tuple[str, str]]) -> RuleSet:
    trees = {key: node for key, node in layering.trees(merged).items() if key not in bad}
    return RuleSet(
        tuple(merged.rules.values()), merged.topics,
        {name: tuple(text for text, _ in words.values()) for name, words in merged.lists.items()}, (),
        tuple(text for text, _ in merged.ignore.values()),
        queries={rule_id: node for (rule_id, part), node in trees.items() if part == "query"},
        list_nodes={name: tuple(node for _, node in words.values()) for name, words in merged.lists.items()
                    if (f"@{name}", "") not in bad},
        clauses={key: node for key, node in trees.items() if key[1] != "query"}, topics_es=merged.topics_es)


def _hash(ruleset: RuleSet) -> str:
    """Names what decides a match: a changed example or description keeps the hash, a moved file, too."""
    deciding = (
        sorted((rule.id, rule.query, rule.topics, rule.severity, rule.ignore, rule.enabled, str(rule.expires),
                rule.alert_from, rule.escalate, rule.graphic, repr(unworded(rule.stance))) for rule in ruleset.rules),
        sorted(ruleset.lists.items()), sorted(ruleset.ignore), sorted(ruleset.watched),
        sorted((place.id, place.name, place.state, place.aliases, place.ignore, place.needs_state, place.within,
                place.kind) for place in ruleset.places),
    )
    return hashlib.sha256(repr(deciding).encode()).hexdigest()[:16]
