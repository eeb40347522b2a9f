"""What admins do with rules: check the files, and run the examples that stand in them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rules.engine.compiler import place_ids
from rules.engine.engine import Engine
from rules.files.load import load_rules
from rules.model import Article, RuleSet

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from rules.model import Example, Match, Rule
    from rules.problem import Problem


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The problems of all rule files and what was read. `ok` allows warnings."""

    ruleset: RuleSet

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.ruleset.problems

    @property
    def ok(self) -> bool:
        """Whether the set may run."""
        return not self.ruleset.errors

    def with_others(self, others: Sequence[Problem]) -> CheckReport:
        """And what was found outside the rules, unless the same file was already called unreadable."""
        unread = {Path(problem.file).name for problem in self.problems if problem.code == "E100"}
        fresh = [found for found in others if found.code != "E100" or Path(found.file).name not in unread]
        return CheckReport(replace(self.ruleset, problems=(*self.problems, *fresh)))

    def __str__(self) -> str:
        """Every problem as `check` prints it, then one line that counts."""
        return "\n\n".join([*(str(problem) for problem in self.problems), self._summary()])

    def to_json(self) -> dict[str, object]:
        """The same for programs; a problem's `fix` replaces characters [start, end) of the file."""
        rules = self.ruleset
        return {"ok": self.ok, "files": len(rules.files), "rules": len(rules.rules), "lists": len(rules.lists),
                "places": len(rules.places), "problems": [asdict(problem) for problem in self.problems]}

    def _summary(self) -> str:
        rules = self.ruleset
        sizes = ((len(rules.rules), "rule"), (len(rules.lists), "list"), (len(rules.places), "place"))
        counted = [_count(number, what) for number, what in sizes]
        read = f"{_count(len(rules.files), 'file')}: {', '.join(counted)}"
        errors = len(rules.errors)
        warnings = len(rules.problems) - errors
        if not rules.problems:
            return f"{read}. No problems."
        said = [_count(number, word) for number, word in ((errors, "error"), (warnings, "warning")) if number]
        return f"{read}. {' and '.join(said)}."


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """How one example came out. `reason` says in words why it failed; examples are numbered from 1.

    `overridden`: it passes in its own layer, and a later one wants it otherwise.
    """

    rule_id: str
    number: int
    expected: str
    got: str
    passed: bool
    reason: str
    file: str
    line: int
    overridden: bool = False

    @property
    def is_todo(self) -> bool:
        """Whether the example only reports: it never fails a rule."""
        return self.expected.startswith("todo")

    def __str__(self) -> str:
        where = f"{self.rule_id}: example {self.number} ({self.file}:{self.line})"
        return f"{where} expected {self.expected}, but {self.reason}" if self.reason else f"{where} passed"


@dataclass(frozen=True, slots=True)
class TestReport:
    """All examples in the order of the files. `unknown` is the rule that was asked for and does not exist; `untested`
    are the ids of rules without any example; `warnings` tell of examples that later layers changed."""

    __test__ = False  # the name is pytest's pattern, not its business

    results: tuple[ExampleResult, ...] = ()
    rules: int = 0
    unknown: str = ""
    untested: tuple[str, ...] = ()
    known: tuple[str, ...] = field(default=(), repr=False)
    warnings: tuple[Problem, ...] = ()

    @property
    def failures(self) -> tuple[ExampleResult, ...]:
        return tuple(result for result in self.results
                     if not (result.passed or result.is_todo or result.overridden))

    @property
    def ok(self) -> bool:
        """Whether the rules may run: nothing failed, and the rule asked for exists."""
        return not self.failures and not self.unknown

    def to_json(self) -> dict[str, object]:
        """The same for programs."""
        results = [asdict(result) | {"todo": result.is_todo} for result in self.results]
        return {"ok": self.ok, "rules": self.rules, "unknown": self.unknown, "untested": list(self.untested),
                "results": results, "warnings": [asdict(warning) for warning in self.warnings]}

    def __str__(self) -> str:
        """The failures, the examples that are still to do, and one line that counts."""
        if self.unknown:
            return f'There is no rule "{self.unknown}". The rules are: {", ".join(self.known) or "none"}.'
        todo = [result for result in self.results if result.is_todo]
        passed = sum(1 for result in self.results if result.passed and not result.is_todo)
        lines = [f"{warning}\n" for warning in self.warnings] + [str(failure) for failure in self.failures]
        lines += [f"to do: {result}" for result in todo]
        if self.untested:
            have = "rule has" if len(self.untested) == 1 else "rules have"
            lines.append(f"{len(self.untested)} {have} no example, and nothing was tested: {', '.join(self.untested)}")
        overridden = sum(1 for result in self.results if result.overridden)
        changed = f", {overridden} changed by you" if overridden else ""
        counted = f"{_count(passed, 'example')} passed, {len(self.failures)} failed{changed}, {len(todo)} to do"
        return "\n".join([*lines, f"{_count(self.rules, 'rule')}: {counted}."])


def check(sources: Sequence[Path], today: date | None = None) -> CheckReport:
    """Read the rule files and collect every problem of every file; with `today`, rules that have expired, too."""
    return CheckReport(load_rules(sources, today))


def test(ruleset: RuleSet, only: str | None = None) -> TestReport:
    """Run the examples of all rules, or of one. Rules that are switched off are tested, too."""
    chosen = [rule for rule in ruleset.rules if only in (None, rule.id)]
    if only is not None and not chosen:
        return TestReport(unknown=only, known=tuple(rule.id for rule in ruleset.rules))
    engine = Engine(_switched_on(ruleset))
    known = place_ids(ruleset.places)
    results = [
        _run(engine, rule, number, example, known)
        for rule in chosen for number, example in enumerate(rule.examples, 1)
    ]
    return TestReport(tuple(results), len(chosen), untested=tuple(rule.id for rule in chosen if not rule.examples))


def _switched_on(ruleset: RuleSet) -> RuleSet:
    return replace(ruleset, rules=tuple(replace(rule, enabled=True) for rule in ruleset.rules))


def _run(
    engine: Engine, rule: Rule, number: int, example: Example, known: Mapping[str, tuple[str, ...]]
) -> ExampleResult:
    article = Article(example.title, example.text, outlet=example.outlet, home=example.home)
    match = next((found for found in engine.match(article) if found.rule_id == rule.id), None)
    got = "match" if match and match.alerts else "no match"
    if got != example.expect.removeprefix("todo "):
        reason = _wrong_answer(engine, rule, article, match)
    else:
        reason = _wrong_verdict(rule, example, match) or _wrong_places(engine, article, example, known)
    return ExampleResult(rule.id, number, example.expect, got, not reason, reason, example.file, example.line)


_DEPTH = {"passing": "in passing", "body": "in the body", "lead": "in the lead", "headline": "in the headline"}


def _wrong_answer(engine: Engine, rule: Rule, article: Article, match: Match | None) -> str:
    if match is None:
        return f"it did not match: {'; '.join(engine.missing(rule.id, article))}"
    depth, told = _DEPTH[match.prominence], match.prominence_why
    if told:
        depth = told if told.startswith(depth) else f"{depth} ({told})"
    if match.alerts:
        return f"it matched: {match.why}" + (f", {depth}" if rule.alert_from != "passing" else "")
    return f"it was found only {depth}, and the rule alerts from {rule.alert_from}: {match.why}"


def _wrong_verdict(rule: Rule, example: Example, match: Match | None) -> str:
    """What differs from the prominence, severity and stance an example expects."""
    expected = (("prominence", example.prominence), ("severity", example.severity), ("stance", example.stance))
    if match is None:
        named = next((what for what, wanted in expected if wanted is not None), "")
        return f"nothing was found, so that there is no {named} to compare" if named else ""
    stance = match.stance.label if match.stance else "unclear"
    got = {"prominence": match.prominence, "severity": match.severity, "stance": stance}
    for what, wanted in expected:
        if wanted is not None and wanted != got[what]:
            why = _verdict_why(rule, what, match)
            return f"the {what} is {got[what]}, not {wanted}{f' ({why})' if why else ''}"
    return ""


def _verdict_why(rule: Rule, what: str, match: Match) -> str:
    if what == "prominence":
        return match.prominence_why
    if what == "severity":
        return "" if rule.escalate else "nothing raises it: the rule has no [[rule.escalate]]"
    points = match.stance.points if match.stance else ()
    return "votes: " + (", ".join(f"{label} {votes}" for label, votes in points) or "none")


def _wrong_places(
    engine: Engine, article: Article, example: Example, known: Mapping[str, tuple[str, ...]]
) -> str:
    """What differs from the places an example expects; places may be named by id, label or alias."""
    if example.places is None and example.about is None:
        return ""
    found = engine.places(article)
    for what, expected, got in (
        ("the places", example.places, {place.place_id for place in found.found}),
        ("the places it is about", example.about, set(found.about)),
    ):
        wanted = {place_id for name in expected or () for place_id in known.get(name.casefold(), (name,))}
        if expected is not None and wanted != got:
            why = "".join(f" ({one.text}: {one.reason})" for one in found.rejected if one.place_id in wanted - got)
            return f"{what} are {_listed(got)}, not {_listed(wanted)}{why}"
    return ""


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names)) or "none"
