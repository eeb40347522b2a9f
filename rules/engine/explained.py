"""An explanation put together: the engine's own match, and around it what kept it from being another one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules.engine import stance
from rules.engine.explain import Explainer, Explanation, Raise, Step, missing, votes, words
from rules.engine.matching import FRESH, is_expired, is_fresh, severity
from rules.engine.program import covered
from rules.model import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from rules.engine.engine import Engine
    from rules.engine.evaluate import Evaluation, View
    from rules.engine.explain import Words
    from rules.engine.matching import CompiledRule
    from rules.engine.program import Program
    from rules.model import Article, Rule, RuleSet


def explained(engine: Engine, rule_id: str, article: Article, now: datetime | None) -> Explanation:
    """Everything about one rule and one article."""
    program, evaluation = engine.laid_out(article)
    compiled = program.rule(rule_id) or _switched_off(engine, program, evaluation, rule_id)
    if compiled is None:
        known = any(rule.id == rule_id for rule in engine.ruleset.rules)
        problem = "the rule's query cannot be read" if known else f'there is no rule "{rule_id}"'
        return Explanation(rule_id, "", article.title, evaluation.document.language, None, None, problem=problem)
    found = evaluation.named.result
    shared = program.shared_hidden(evaluation)
    hidden = shared | covered(evaluation, compiled.ignore)
    view = evaluation.whole(hidden)
    rule, ruleset = compiled.rule, engine.ruleset
    match = engine.match_one(compiled, evaluation, shared, now)
    step = Explainer(rule.query, evaluation).step(ruleset.queries[rule_id], compiled.node, view)
    ballots = stance.votes(compiled.ballot, evaluation, view) if compiled.ballot and match else []
    return Explanation(
        rule_id, rule.name or rule.id, article.title, evaluation.document.language, match, step, rule.alert_from,
        () if match else tuple(dict.fromkeys(missing(step))), _hidden_words(evaluation, hidden),
        match.places if match else found.found, found.rejected,
        _raises(ruleset, compiled, Explainer("", evaluation), view, now) if match else (),
        match.stance if match else None, votes(evaluation.document, ballots), _problem(rule, now),
        severity(compiled, evaluation, view, now))


def _switched_off(engine: Engine, program: Program, evaluation: Evaluation, rule_id: str) -> CompiledRule | None:
    """A rule that the engine left out because it is switched off, compiled for this once."""
    rules = tuple(replace(rule, enabled=True) for rule in engine.ruleset.rules if rule.id == rule_id)
    if not rules or rule_id not in engine.ruleset.queries:
        return None
    alone = engine.program_for(replace(engine.ruleset, rules=rules), spanish=evaluation.document.is_spanish)
    program.lend(alone, evaluation)
    compiled = alone.rule(rule_id)
    return compiled and replace(compiled, rule=replace(compiled.rule, enabled=False))


def _problem(rule: Rule, now: datetime | None) -> str:
    if not rule.enabled:
        return "the rule is switched off (enabled = false)"
    return f"the rule expired on {rule.expires}" if is_expired(rule, now) else ""


def _hidden_words(evaluation: Evaluation, hidden: Collection[int]) -> tuple[Words, ...]:
    """What ignored phrases cover, run by run."""
    runs: list[tuple[int, int]] = []
    for position in sorted(hidden):
        if runs and runs[-1][1] == position - 1:
            runs[-1] = (runs[-1][0], position)
        else:
            runs.append((position, position))
    return words(evaluation.document, runs)


def _raises(
    ruleset: RuleSet, compiled: CompiledRule, explainer: Explainer, view: View, now: datetime | None
) -> tuple[Raise, ...]:
    told: list[Raise] = []
    rule = compiled.rule
    fresh = is_fresh(explainer.evaluation.document.article, now)
    for at, raised in enumerate(rule.escalate):
        node = ruleset.clauses.get((rule.id, f"escalate:{at}"))
        ready = next((tree for number, tree, _ in compiled.escalations if number == at), None)
        if node is None or ready is None:
            continue
        step = replace(explainer, query=raised.when).step(node, ready, view)
        told.append(_raise(raised.severity, rule, step, fresh))
    return tuple(told)


def _raise(to: str, rule: Rule, step: Step, fresh: bool) -> Raise:
    level = next(known for known in SEVERITIES if known == to)
    if SEVERITIES.index(level) <= SEVERITIES.index(rule.severity):
        return Raise(level, False, f"the rule is {rule.severity} anyhow", step)
    if not step.is_true:
        return Raise(level, False, "; ".join(missing(step)), step)
    if not fresh:
        return Raise(level, False, f"the article is older than {FRESH.total_seconds() / 3600:.0f} hours", step)
    found = ", ".join(f"“{one.text}”" for one in _found(step)[:3])
    return Raise(level, True, found or step.source, step)


def _found(step: Step) -> list[Words]:
    return [*step.found, *(one for child in step.children if child.is_true for one in _found(child))]
