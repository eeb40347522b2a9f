"""Examples of a lower layer that come out otherwise because of a later one: told, and no reason to stop.

A team may want what the shipped pack does not: a raid told of from the body, a phrase taken out. Its files are right
then, and the examples of the pack, which nobody may edit, still say what the pack does by itself. So an example is a
test of its own layer and those below: it fails where it fails there, too.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from rules.files.load import load_layers
from rules.problem import Problem
from rules.workbench import examples

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rules.model import Example, Rule, RuleSet
    from rules.workbench.examples import ExampleResult, TestReport

CODE = "W401"
LISTED = 10  # examples of a rule that a warning names
_LONG = 70  # characters of an example that has no headline


def judged(ruleset: RuleSet, layers: Sequence[Mapping[str, str]], only: str | None = None) -> TestReport:
    """`examples.test`, where failures of lower layers are told from those that later layers meant.

    `layers` are the texts of which the set was made.
    """
    report = examples.test(ruleset, only)
    rules = {rule.id: rule for rule in ruleset.rules}
    failing: defaultdict[int, list[ExampleResult]] = defaultdict(list)
    for failure in report.failures:
        failing[_example(rules, failure).layer].append(failure)
    changed = {(failure.rule_id, failure.number) for layer, failures in failing.items() if layer < len(layers) - 1
               for failure in _passing(load_layers(layers[:layer + 1]), failures)}
    results = tuple(replace(result, overridden=(result.rule_id, result.number) in changed) for result in report.results)
    told: defaultdict[str, list[ExampleResult]] = defaultdict(list)
    for result in results:
        rule = rules[result.rule_id]
        if result.overridden and rule.enabled and CODE not in rule.allow:
            told[result.rule_id].append(result)
    return replace(report, results=results,
                   warnings=tuple(_warning(rules[rule_id], rules, some) for rule_id, some in told.items()))


def _example(rules: Mapping[str, Rule], result: ExampleResult) -> Example:
    return rules[result.rule_id].examples[result.number - 1]


def _passing(lower: RuleSet, failures: Sequence[ExampleResult]) -> list[ExampleResult]:
    """Those that hold in the lower layers alone. A rule has there the first of its examples, with the same numbers."""
    if lower.errors:
        return []
    held = {(result.rule_id, result.number) for rule_id in {failure.rule_id for failure in failures}
            for result in examples.test(lower, rule_id).results if result.passed}
    return [failure for failure in failures if (failure.rule_id, failure.number) in held]


def _warning(rule: Rule, rules: Mapping[str, Rule], changed: Sequence[ExampleResult]) -> Problem:
    number, comes = ("an example", "comes") if len(changed) == 1 else (f"{len(changed)} examples", "come")
    file, line = rule.changes[-1] if rule.changes else (changed[0].file, changed[0].line)
    titles = [f"- {_title(_example(rules, result))}: {_now(result)}" for result in changed[:LISTED]]
    more = [f"- and {len(changed) - LISTED} more"] if len(changed) > LISTED else []
    meant = f"if that is meant, nothing is to be done; allow = ['{CODE}'] in the rule silences this"
    return Problem(CODE, f'with your changes, {number} of rule "{rule.id}" in {changed[0].file} {comes} out otherwise',
                   file, line, help="\n".join((meant, *titles, *more)), level="warning")


def _title(example: Example) -> str:
    words = " ".join((example.title or example.text).split())
    return f'"{words if len(words) <= _LONG else f"{words[:_LONG].rstrip()}…"}"'


def _now(result: ExampleResult) -> str:
    if result.got != result.expected:
        return "a match now" if result.got == "match" else "no match now"
    return result.reason
