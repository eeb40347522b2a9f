"""What the rules make of one article: the matches, and of the rules that do not match the one that came nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.why.track import Reading

if TYPE_CHECKING:
    from datetime import datetime

    from rules.engine.engine import Engine
    from rules.engine.explain import Explanation, Step
    from rules.model import Article

CLOSELY = 200  # rules that are all asked how near they came, up to 25 ms each; of more, those whose words occur


def read_article(engine: Engine, article: Article, now: datetime) -> Reading:
    """The article as the rules of this engine read it."""
    matches = engine.match(article, now)
    rules = [rule for rule in engine.ruleset.rules if rule.enabled and rule.id in engine.ruleset.queries]
    alert_from = {rule.id: rule.alert_from for rule in rules}
    if matches:
        return Reading(matches, alert_from=alert_from)
    ids = [rule.id for rule in rules]
    if len(ids) > CLOSELY:
        program, evaluation = engine.laid_out(article)
        ids = [compiled.rule.id for compiled in program.candidates(evaluation)][:CLOSELY]
    told = [engine.explain(rule_id, article, now) for rule_id in ids]
    near = [one for one in told if one.query and _holds_something(one.query)]
    return Reading((), max(near, key=_closeness, default=None), alert_from)


def _closeness(told: Explanation) -> float:
    return told.query.closeness if told.query else 0.0


def _holds_something(step: Step) -> bool:
    """Whether any word that the query looks for is there; words that would exclude the article do not count."""
    return step.kind != "not" and (bool(step.found) or any(map(_holds_something, step.children)))
