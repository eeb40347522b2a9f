"""`dateline feedback offer`: the phrases behind rejected articles as a change of a rule file, shown and then written.

The change is read back as the bot would read it: it must load, break no example, and lose no article that was kept.
"""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.commands import feedback_read, rule_folder
from monitor.commands import feedback_text as text
from monitor.commands.articles import archive_of, known_rule, rules_in_files
from monitor.commands.progress import progress
from monitor.commands.settings import rule_sources
from monitor.config.load import load_settings
from monitor.errors import ConfigError, DatelineError
from monitor.ruleset import archive
from rules.files.load import load_layers, read_layers
from rules.workbench import trial
from rules.workbench.ignored import Addition, ignoring
from rules.workbench.rejected import broken_example
from rules.workbench.trial import Dated

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

    from monitor.commands.feedback_read import Tried
    from monitor.ruleset.files import Loaded
    from monitor.settings import Settings
    from rules.model import Rule
    from rules.workbench.ignored import Edit
    from rules.workbench.trial import Hit, Trial
    from storage.database import Database

_NAMED = 10  # undecided articles that the change would lose


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the changed rule does: on the judged articles, and what else of the archive it would lose."""

    judged: Trial
    beyond: tuple[Hit, ...]


def offer(args: argparse.Namespace) -> int:
    """Print the change and what it does; with --apply, write it. 1 where there is nothing to offer."""
    settings = load_settings(args.config, os.environ)
    loaded = rules_in_files(settings)
    rule = known_rule(args.rule, loaded.ruleset)
    folder = rule_folder.own_folder(settings)
    now = datetime.now(UTC)
    with archive_of(settings) as database:
        tried = _tried(database, loaded, rule.id, now - timedelta(days=args.days), now)
        if not tried.found.phrases:
            print("\n".join(["There is nothing to offer.", *text.phrase_lines(tried)]))
            return 1
        layers = read_layers(rule_sources(settings))
        edit = ignoring(layers, len(settings.packs), folder.name, rule, _additions(tried, now))
        changed = _changed(loaded, layers, edit, rule, now)
        outcome = _outcome(database, loaded, changed, tried, now - timedelta(days=args.days))
    print("\n".join([*_diff(edit), "", *text.phrase_lines(tried), *_said(outcome, tried), ""]))
    if args.apply:
        path = _path(settings, edit)
        rule_folder.write_text(path, edit.after)
        print(f"Written: {path}. A running bot takes it in by itself.")
    else:
        print(f"Nothing was written. To write it: dateline feedback offer {rule.id} --apply")
    return 0


def _tried(database: Database, loaded: Loaded, rule_id: str, since: datetime, now: datetime) -> Tried:
    with progress("trying phrases") as tell:
        return feedback_read.tried(database, loaded, feedback_read.said(database, since, now), rule_id, tell)


def _additions(tried: Tried, now: datetime) -> list[Addition]:
    found = tried.found
    return [Addition(phrase.words, f"feedback to {now:%Y-%m-%d}: {len(phrase.removed)} of {len(found.rejected)} "
                                   f"rejected, 0 of {len(found.kept)} kept") for phrase in found.phrases]


def _changed(loaded: Loaded, layers: list[dict[str, str]], edit: Edit, rule: Rule, now: datetime) -> Loaded:
    """The rules with the change. Raises DatelineError where they would not load, or an example would break."""
    texts = [*layers[:edit.layer], {**layers[edit.layer], edit.name: edit.after}, *layers[edit.layer + 1:]]
    ruleset = load_layers(texts, now.date())
    if ruleset.errors:
        raise ConfigError(ruleset.errors)
    after = known_rule(rule.id, ruleset)
    if wrong := broken_example(loaded.ruleset, after):
        raise DatelineError(f"with the change an example of {rule.id} would break, so nothing is offered: {wrong}")
    return replace(loaded, ruleset=ruleset)


def _outcome(database: Database, loaded: Loaded, changed: Loaded, tried: Tried, since: datetime) -> _Outcome:
    """Run the rule before and after. Raises DatelineError where the change would lose a kept article."""
    rule_id = tried.found.rule_id
    some = [Dated(one.article_id, one.article, one.at) for one in tried.judged]
    engines = [archive.engine_of(rules, rule_id) for rules in (loaded, changed)]
    judged = trial.compare(some, engines[0], engines[1], {rule_id})[rule_id]
    lost = {hit.article_id for hit in judged.lost} & set(tried.found.kept)
    if lost:
        raise DatelineError(f"with the change, {rule_id} would lose articles that were kept, so nothing is offered: "
                            + "; ".join(title for _, title in tried.titles(sorted(lost))))
    known = {one.article_id for one in tried.judged}
    whole = archive.backtest(database, changed, rule_id, since, before=loaded).trials[rule_id]
    return _Outcome(judged, tuple(hit for hit in whole.lost if hit.article_id not in known))


def _said(outcome: _Outcome, tried: Tried) -> list[str]:
    rejected, kept = len(tried.found.rejected), len(tried.found.kept)
    left = rejected - len(outcome.judged.lost)
    after = f"{kept / (left + kept):.0%}" if left + kept else "none, for it finds none of them"
    said = ["", f"Of these {rejected + kept} articles the rule finds, {kept / (rejected + kept):.0%} were right; with "
            f"the change {after}. Its examples hold."]
    if not outcome.beyond:
        return [*said, "No other stored article of this time would be lost."]
    said.append(f"Of the other stored articles of this time it would lose {len(outcome.beyond)}, on which readers said "
                "nothing or were even:")
    said += [f"  {hit.article_id}  {hit.title}" for hit in outcome.beyond[:_NAMED]]
    more = len(outcome.beyond) - _NAMED
    return [*said, f"  and {more} more"] if more > 0 else said


def _diff(edit: Edit) -> Iterator[str]:
    return difflib.unified_diff(edit.before.splitlines(), edit.after.splitlines(), edit.name, edit.name, lineterm="")


def _path(settings: Settings, edit: Edit) -> Path:
    return rule_sources(settings)[edit.layer].absolute().parent / edit.name
