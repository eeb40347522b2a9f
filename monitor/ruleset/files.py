"""The rule files of a configuration, read: where they are, what they look like from outside, whether they may run."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.config.load import PACKS
from monitor.config.references import check_references
from rules.files.load import RELEVANCE, load_layers, load_rules, read_layers
from rules.files.relevance_file import parse_relevance
from rules.files.toml_source import MAX_BYTES, TomlFile, read_toml
from rules.model import RuleSet
from rules.problem import Problem
from rules.workbench import overrides

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from monitor.settings import Settings
    from rules.engine.relevance import Model

# What a look keeps of every file: its path, and whatever changes when its content, its rights or its kind do.
Sight = frozenset[tuple[str | int, ...]]
READ = (".toml", ".csv", ".txt")  # rule files, and the tables and texts that they name


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the rule files say. They may run where there are no `problems`; `texts` is all of it, for the database."""

    ruleset: RuleSet
    texts: Mapping[str, Any]
    relevance: Model | None = None
    problems: tuple[Problem, ...] = ()

    @classmethod
    def broken(cls, problems: Sequence[Problem]) -> Loaded:
        """Files of which nothing may be read."""
        return cls(RuleSet(problems=tuple(problems)), {}, None, tuple(problems))


def sources(settings: Settings) -> list[Path]:
    """The folders whose rules are active: shipped packs first, the team's own after them."""
    return [*(PACKS / name for name in settings.packs), *settings.rule_folders]


def look(where: Iterable[Path]) -> Sight:
    """The outside of everything in these folders that is read, hidden files left out. Cheap: nothing is opened."""
    return frozenset(_outside(path) for source in where for path in _everything(source))


def _everything(source: Path) -> Iterator[Path]:
    """The source, what rules are read from, and folders that cannot be looked into. A log beside them may grow."""
    unread: list[OSError] = []
    yield source
    # Links to folders are not followed, neither here nor by those who read: a loop of them has no end.
    for folder, folders, names in os.walk(source, onerror=unread.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(folder, name) for name in (*folders, *names)
                    if not name.startswith(".") and name.lower().endswith(READ))
    yield from (Path(error.filename) for error in unread)


def _outside(path: Path) -> tuple[str | int, ...]:
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        return str(path), type(error).__name__
    if stat.S_ISDIR(found.st_mode):
        return str(path), found.st_mode, found.st_ino  # its times change with every temporary file of an editor
    return str(path), found.st_mode, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def load(settings: Settings, today: date) -> Loaded:
    """Read, check and test the rule files. Never raises for anything that a person may write into them."""
    where = sources(settings)
    if unfit := _unfit_files(where):
        return Loaded.broken(unfit)
    learned = _learned(settings.rule_folders)
    texts = {"layers": read_layers(where), "relevance": learned.text}
    return _judged(settings, load_rules(where, today), texts, learned.problems)


def refused(settings: Settings) -> list[Problem]:
    """What keeps the files from running beside what stands in the rules: files unfit to be opened, relevance.toml."""
    if unfit := _unfit_files(sources(settings)):
        return unfit
    return unlearned(settings)


def unlearned(settings: Settings) -> list[Problem]:
    """What is wrong with relevance.toml. The bot does not start with it; matches can be explained without it."""
    learned = _learned(settings.rule_folders)
    return list(learned.problems or parse_relevance(learned.text)[1])


def _unfit_files(where: Iterable[Path]) -> list[Problem]:
    return [problem for source in where for path in _everything(source)
            if path.suffix == ".toml" and path.name != RELEVANCE and (problem := _unfit(path))]


def restored(settings: Settings, texts: Mapping[str, Any], today: date) -> Loaded:
    """The rules that stored texts make."""
    return _judged(settings, load_layers(texts["layers"], today), texts)


def remembered(texts: Mapping[str, Any]) -> Loaded:
    """The same without asking whether they may run: they did."""
    return Loaded(load_layers(texts["layers"]), texts, parse_relevance(texts["relevance"])[0])


def _unfit(path: Path) -> Problem | None:
    """What must not even be opened (a pipe never ends, a huge file fills the memory), and what was emptied.

    An empty file is what a full disk or a dying editor leaves: its rules would go without a word.
    """
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        return _dead_link(path, error)
    if stat.S_ISDIR(found.st_mode):
        return None  # the same
    if not stat.S_ISREG(found.st_mode):
        return Problem("E100", "this is no file but a pipe or a device", str(path), help="move it out of the folder")
    if not found.st_size:
        return Problem("E100", "the file is empty", str(path), help="delete it if its rules are to go")
    if found.st_size > MAX_BYTES:
        return Problem("E100", f"the file has {found.st_size:,} bytes, over the limit of {MAX_BYTES:,}", str(path),
                       help="split it, or move what is not a rule file out of the folder")
    return None


def _dead_link(path: Path, error: OSError | ValueError) -> Problem | None:
    if not isinstance(error, FileNotFoundError) or not path.is_symlink():
        return None  # whoever reads it says so
    return Problem("E100", "this is a link to a file that does not exist", str(path),
                   help="mend the link, or delete it if its rules are to go")


def _judged(
    settings: Settings, ruleset: RuleSet, texts: Mapping[str, Any], unread: Sequence[Problem] = ()
) -> Loaded:
    relevance, mistakes = parse_relevance(texts["relevance"])
    problems = [*ruleset.errors, *(unread or mistakes), *check_references(settings, ruleset)]
    if not ruleset.errors:
        problems += failing_examples(ruleset, texts["layers"])
    if relevance:  # it decides, too, which article alerts
        both = f"{ruleset.hash}\n{texts['relevance']}"
        ruleset = replace(ruleset, hash=hashlib.sha256(both.encode()).hexdigest()[:16])
    return Loaded(ruleset, texts, relevance, tuple(problems))


def failing_examples(ruleset: RuleSet, layers: Sequence[Mapping[str, str]]) -> list[Problem]:
    """An example that comes out otherwise than it says makes its rule unfit to run, unless a later layer meant it."""
    return [
        Problem("E400", str(failure), failure.file, failure.line, help="mend the rule or the example")
        for failure in overrides.judged(ruleset, layers).failures
    ]


def _learned(folders: Iterable[Path]) -> TomlFile:
    """The relevance.toml of the first folder that has one; else an empty one."""
    path = next((folder / RELEVANCE for folder in folders if _holds(folder, RELEVANCE)), None)
    if path is None:
        return TomlFile(RELEVANCE)
    unfit = _unfit(path)
    return TomlFile(str(path), problems=(unfit,)) if unfit else read_toml(path)


def _holds(folder: Path, name: str) -> bool:
    """Whether a folder lists a file, readable or not. Of one that cannot be listed those who read the rules tell."""
    try:
        return any(path.name == name for path in folder.iterdir())
    except OSError:
        return False
