"""`dateline rules score` and `rules learn`: how right the rules are on labelled articles, and learning from them."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor.commands.settings import rule_sources
from monitor.config.load import load_settings
from monitor.errors import ConfigError, DatelineError
from rules.engine.engine import Engine
from rules.engine.relevance import Sampler
from rules.files.load import RELEVANCE, load_rules
from rules.files.relevance_file import load_relevance, written
from rules.workbench import learn as learning
from rules.workbench import score_text
from rules.workbench.labelled import LabelledFile, read_labelled
from rules.workbench.score import score as compare

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from monitor.settings import Settings
    from rules.engine.relevance import Model
    from rules.model import Match, RuleSet
    from rules.workbench.labelled import LabelledArticle
    from rules.workbench.learn import Samples
    from rules.workbench.score import Matches, Report

_FOLDS = 5  # in which `learn` tries out what it learned


def score(args: argparse.Namespace) -> int:
    """Print figures and errors: of the rules alone, and with a learned score where there is one."""
    settings = load_settings(args.config, os.environ)
    if args.folds and args.folds < 2:
        raise DatelineError("--folds must be 2 or more: every article is scored by a model of the other folds")
    ruleset = _rules(settings)
    file = _read([args.file])
    if file.problems:
        return _refused(file, as_json=args.json)
    chosen = [one for one in file.articles if one.clear or not args.clear]
    samples = _sampled(ruleset, chosen)
    measure = _measure(ruleset, chosen, file.topics)
    alone = measure([tuple(match for match, _ in found) for found in samples])
    learned, how = _with_score(settings, chosen, samples, file.topics, args.folds)
    second = measure(learned) if learned else None
    print(json.dumps(score_text.as_json(alone, second), ensure_ascii=False) if args.json
          else score_text.as_text(alone, second, how))
    return 0


def _with_score(
    settings: Settings, chosen: Sequence[LabelledArticle], samples: Sequence[Samples], topics: Sequence[str],
    folds: int,
) -> tuple[list[Matches], str]:
    """The matches with a learned score, and which one; none where nothing was learned."""
    if folds:
        _say(f"learning in {folds} folds")
        return learning.cross_judged(chosen, samples, topics, folds), f"learned score, {folds} folds"
    model = _model(settings)
    if model is None:
        return [], ""
    return [learning.all_judged(model, found) for found in samples], f"score of {RELEVANCE}"


def _model(settings: Settings) -> Model | None:
    """What was learned before, from the first folder that has it, as the bot reads it."""
    for folder in settings.rule_folders:
        model, problems = load_relevance(folder)
        if problems:
            raise ConfigError(problems)
        if model:
            return model
    return None


def learn(args: argparse.Namespace) -> int:
    """Learn from labelled files and write relevance.toml; 1 where there is too little to learn from."""
    settings = load_settings(args.config, os.environ)
    out = args.out or _place(settings)
    ruleset = _rules(settings)
    file = _read(args.files)
    if file.problems:
        return _refused(file, as_json=args.json)
    samples = _sampled(ruleset, file.articles)
    _say("learning")
    model = learning.learn(file.articles, samples, file.topics)
    if not model.topics:
        raise DatelineError(
            f"nothing was learned: a topic needs {learning.MIN_STORIES} labelled stories that its rules match, and as "
            f"many matches that are none; label more articles, or let the rules match more (alert_from)")
    _write(out, written(model, len(file.articles), datetime.now(UTC).date()))
    measure = _measure(ruleset, file.articles, file.topics)
    alone = measure([tuple(match for match, _ in found) for found in samples])
    unseen = measure(learning.cross_judged(file.articles, samples, file.topics, _FOLDS))
    if args.json:
        print(json.dumps({"file": str(out), "learned_topics": list(model.topics)}
                         | score_text.as_json(alone, unseen), ensure_ascii=False))
    else:
        print(score_text.as_lesson(model, alone, unseen))
        print(f"\nWritten: {out}")
    return 0


def _place(settings: Settings) -> Path:
    if not settings.rule_folders:
        raise DatelineError('there is no rule folder of yours to write to: name one in config.toml ([rules] folders = '
                            '["my-rules"]), or say --out FILE')
    return settings.rule_folders[0] / RELEVANCE


def _write(path: Path, text: str) -> None:
    """At once or not at all: a running bot may be looking."""
    draft = path.with_name(f".{path.name}.new")
    try:
        draft.write_text(text, "utf-8")
        draft.replace(path)
    except OSError as error:
        raise DatelineError(f"{path} cannot be written: {error.strerror}; say --out FILE for another place") from error


def _rules(settings: Settings) -> RuleSet:
    """The active rules. Raises ConfigError: figures of a half-read rule set would mislead."""
    ruleset = load_rules(rule_sources(settings), datetime.now(UTC).date())
    if ruleset.errors:
        raise ConfigError(ruleset.errors)
    return ruleset


def _read(paths: Sequence[Path]) -> LabelledFile:
    """The articles and the problems of all files."""
    files = [read_labelled(path) for path in paths]
    return LabelledFile(tuple(one for file in files for one in file.articles),
                        tuple(problem for file in files for problem in file.problems))


def _refused(file: LabelledFile, *, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"ok": False, "problems": [asdict(problem) for problem in file.problems]},
                         ensure_ascii=False))
        return 1
    print("\n\n".join(str(problem) for problem in file.problems), file=sys.stderr)
    print("\nNothing was measured: mend these lines first.", file=sys.stderr)
    return 1


def _sampled(ruleset: RuleSet, chosen: Sequence[LabelledArticle]) -> list[Samples]:
    """All matches of each article, as on the day it was published, with what a model looks at."""
    found: list[Samples] = []
    sampler = Sampler()
    engine = Engine(ruleset, sampler)
    for one in _progress(chosen):
        order = {match.rule_id: at for at, match in enumerate(engine.match(one.article, one.article.published_at))}
        found.append(sorted(sampler.taken(), key=lambda sample: order[sample[0].rule_id]))
    return found


def _measure(
    ruleset: RuleSet, chosen: Sequence[LabelledArticle], topics: Sequence[str]
) -> Callable[[Sequence[tuple[Match, ...]]], Report]:
    """What compares matches with labels; why nothing was found is asked of the rules of that topic."""
    engine = Engine(ruleset)
    rules = [rule for rule in ruleset.rules if rule.enabled]
    kinds = {place.id: place.kind for place in ruleset.places}

    def missing(one: LabelledArticle, topic: str) -> str:
        said = [f"{rule.id}: {'; '.join(engine.missing(rule.id, one.article))}"
                for rule in rules if topic in rule.topics]
        return " | ".join(said) or f'no rule has the topic "{topic}"'

    return lambda found: compare(chosen, found, topics, kinds, missing)


def _progress(chosen: Sequence[LabelledArticle]) -> Iterator[LabelledArticle]:
    """The articles, counted on a terminal while they are matched."""
    for at, one in enumerate(chosen):
        if at % 25 == 0:
            _say(f"matching {at} of {len(chosen)} articles")
        yield one
    _say("")


def _say(what: str) -> None:
    """One line that the next one overwrites, on a terminal only."""
    if sys.stderr.isatty():
        print(f"\r{what:<50}\r", end="", file=sys.stderr, flush=True)
