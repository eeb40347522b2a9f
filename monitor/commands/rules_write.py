"""`dateline rules new`, `fix` and `export`: what writes rule files. A shipped pack is read and never written."""

from __future__ import annotations

import difflib
import io
import json
import os
import sys
from argparse import Namespace
from contextlib import redirect_stdout
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.commands import rule_folder
from monitor.commands.interview import ask_again, interview
from monitor.commands.settings import rule_sources
from monitor.config.load import load_settings
from monitor.errors import ConfigError, DatelineError
from rules.files import rewrite
from rules.files.load import load_layers, load_rules, read_layers, rule_files
from rules.workbench import draft as drafts
from rules.workbench import examples as workbench
from rules.workbench import export as exports
from rules.workbench.written import extended

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from typing import TextIO

    from monitor.settings import Settings
    from rules.model import RuleSet
    from rules.workbench.draft import Draft
    from rules.workbench.examples import ExampleResult


def new(args: argparse.Namespace) -> int:
    """Ask, write a rule that passes its examples, and try it on the stored articles."""
    settings = load_settings(args.config, os.environ)
    folder = rule_folder.own_folder(settings)
    named = _target(args.file, folder, settings) if args.file else None
    ruleset = load_rules(rule_sources(settings))
    if wrong := [problem for problem in ruleset.errors if problem.code != "E119"]:  # no rule yet: this is the first
        raise ConfigError(wrong)
    out = sys.stderr if args.json else sys.stdout
    draft = interview(ruleset, out)
    if draft is None:
        raise DatelineError("without words there is nothing to look for. Nothing was written")
    path = named or folder / f"{drafts.as_id(draft.rule_id, [file.stem for file in folder.glob('*.toml')])}.toml"
    draft, text = _passing(draft, path, settings, out)
    rule_folder.write_schema(path.parent)
    rule_folder.write_text(path, text)
    print(f"\nWritten to {path}:\n\n{drafts.rule_lines(draft)}", file=out)
    tried = _backtest(args, draft.rule_id)
    if args.json:
        print(json.dumps({"file": str(path), "rule": draft.rule_id, "topic": draft.topic, "list": draft.list_name,
                          "query": draft.query, "backtest": tried}, ensure_ascii=False))
    return 0


def _target(named: Path, folder: Path, settings: Settings) -> Path:
    """The file that was asked for. Raises DatelineError where rules of this team would not be read from there."""
    path = (named if named.parent != Path() else folder / named).with_suffix(".toml").resolve()
    if not any(path.is_relative_to(own.resolve()) for own in settings.rule_folders):
        raise DatelineError(f"{path} is in none of your rule folders: {', '.join(map(str, settings.rule_folders))}")
    if not path.parent.is_dir():
        raise DatelineError(f"the folder {path.parent} does not exist")
    return path


def _passing(draft: Draft, path: Path, settings: Settings, out: TextIO) -> tuple[Draft, str]:
    """The draft with examples that come out as they should, and the file's text; a failing one is asked for again."""
    existing = path.read_text("utf-8-sig") if path.exists() else None
    sources = rule_sources(settings)
    layers = read_layers(sources)
    at = next(at for at, source in enumerate(sources) if path.resolve().is_relative_to(source.resolve()))
    name = path.resolve().relative_to(sources[at].resolve().parent).as_posix()
    while True:
        text = _text(draft, existing)
        ruleset = load_layers([*layers[:at], layers[at] | {name: text}, *layers[at + 1:]])
        if ruleset.errors:
            raise ConfigError(ruleset.errors)
        failures = workbench.test(ruleset, draft.rule_id).failures
        if not failures:
            return draft, text
        draft = _asked_again(draft, failures[0], out)


def _text(draft: Draft, existing: str | None) -> str:
    if existing is None:
        return drafts.whole_file(draft, datetime.now(UTC).date().isoformat())
    return extended(existing, draft)


def _asked_again(draft: Draft, failure: ExampleResult, out: TextIO) -> Draft:
    """The draft with another example, or without it."""
    expect = failure.expected
    should = "should be found" if expect == "match" else "should not be found"
    print(f"\nThe example that {should}: {failure.reason}", file=out)
    answer = ask_again("Write another one, or press Enter to leave it out:", lambda _: "", out)
    if not answer:
        print("It is left out: add one to the file when you know it.", file=out)
        return drafts.without(draft, expect)
    return replace(draft, match=answer) if expect == "match" else replace(draft, no_match=answer)


def _backtest(args: argparse.Namespace, rule_id: str) -> object:
    """The new rule over the stored articles, as `rules backtest` tells it; nothing where there are none yet."""
    from monitor.commands.rules_archive import backtest

    asked = Namespace(config=args.config, rule=rule_id, since="30d", diff=False, json=args.json)
    try:
        if not args.json:
            backtest(asked)
            return None
        with redirect_stdout(io.StringIO()) as printed:
            backtest(asked)
        return json.loads(printed.getvalue())
    except DatelineError as error:
        print(f"Not tried on stored articles: {error}.", file=sys.stderr)
        return None


def fix(args: argparse.Namespace) -> int:
    """Show the corrections that leave no choice as a diff; with --write, make them in the team's files."""
    settings = load_settings(args.config, os.environ)
    sources = rule_sources(settings)
    own = {name: path for folder in settings.rule_folders for name, path in rule_files(folder)}
    layers = read_layers(sources)
    before = {name: text for layer in layers for name, text in layer.items()}
    changed, remaining = rewrite.mended(layers, own.keys())
    diffs = {name: _diff(name, before[name], text) for name, text in changed.items()}
    if args.write:
        for name, text in changed.items():
            rule_folder.write_text(own[name], text)
    errors = [problem for problem in remaining if problem.level == "error"]
    if args.json:
        print(json.dumps({"written": args.write, "files": [{"file": str(own[name]), "diff": diff}
                                                           for name, diff in diffs.items()],
                          "problems": [asdict(problem) for problem in remaining]}, ensure_ascii=False))
    else:
        print(_told(diffs, len(errors), is_written=args.write))
    return 1 if errors else 0


def _diff(name: str, before: str, after: str) -> str:
    lines = difflib.unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), name, name)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _told(diffs: dict[str, str], errors: int, *, is_written: bool) -> str:
    if not diffs:
        done = "There is nothing that can be mended without asking you."
    elif is_written:
        done = f"Written: {', '.join(diffs)}."
    else:
        done = "Nothing was written. To write it: dateline rules fix --write"
    rest = f" {errors} {'error needs' if errors == 1 else 'errors need'} you: dateline rules check" if errors else ""
    return "".join(f"{diff}\n" for diff in diffs.values()) + done + rest


_README = """\
Rules for Dateline, a news-monitoring bot.

To use them: put this folder beside your config.toml and name it there:

[rules]
folders = ['{folder}']

Then run:  dateline rules check   and   dateline rules test

rules.toml holds {rules}.
It is whole by itself: lists and places that its rules need are copied into it, also those that come from a pack
shipped with Dateline. Nobody's name, channel or watched place is in it. Where a rule says place:watched, name your own
places at the top of the file, above the first table:  watch = ['Baltimore, MD']
"""


def export(args: argparse.Namespace) -> int:
    """Write the team's own rules to a new folder, whole by themselves and without what is private."""
    settings = load_settings(args.config, os.environ)
    rule_folder.own_folder(settings)
    _must_lie_outside(args.folder, rule_sources(settings))
    ruleset = load_rules(rule_sources(settings))
    if ruleset.errors:
        raise ConfigError(ruleset.errors)
    own = {name: text for layer in read_layers(settings.rule_folders) for name, text in layer.items()}
    made = exports.pack(ruleset, own)
    if not made.rules:
        raise DatelineError("there is no rule in your folders yet that could be exported")
    _must_be_whole(made.text)
    rules = f"the {'rule' if len(made.rules) == 1 else 'rules'} {', '.join(made.rules)}"
    readme = _README.format(folder=args.folder.name, rules=rules)
    rule_folder.write_folder(args.folder, {"rules.toml": made.text, "README.txt": readme,
                                           rule_folder.SCHEMA: rule_folder.schema()})
    if args.json:
        print(json.dumps({"folder": str(args.folder), "rules": made.rules, "topics": made.topics, "lists": made.lists,
                          "places": made.places, "left_out": made.left_out}, ensure_ascii=False))
    else:
        print(_exported(made, args.folder))
    return 0


def _must_lie_outside(folder: Path, sources: Sequence[Path]) -> None:
    """Raises DatelineError for a place in which the bot would read the exported rules a second time."""
    inside = next((source for source in sources if folder.resolve().is_relative_to(source.resolve())), None)
    if inside:
        raise DatelineError(f"{folder} lies in the rule folder {inside}, where the bot would read every rule twice: "
                            "name a folder outside of it")


def _must_be_whole(text: str) -> None:
    alone: RuleSet = load_layers([{"rules.toml": text}])
    if alone.errors:
        raise ConfigError(alone.errors)


def _exported(made: exports.Pack, folder: Path) -> str:
    lines = [f"Written to {folder}: {len(made.rules)} rules ({', '.join(made.rules)}), {len(made.lists)} lists, "
             f"{len(made.places)} places.",
             "Owners, tags, comments and watched places are left out. Read rules.toml before you pass it on: names and "
             "reasons of rules and the texts of examples are in it."]
    if made.left_out:
        lines.append(f"Your changes to shipped rules stay with you: {', '.join(made.left_out)}.")
    return "\n".join(lines)
