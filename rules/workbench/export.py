"""A team's own rules as a pack for another group: whole by itself, and without what is nobody else's business.

Left out: owners, tags, comments, watched places, and changes to rules of a shipped pack, which mean nothing without it.
Lists and places that the rules need are copied, whoever they come from, so that the pack asks for no other one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.files.toml_source import parse_toml
from rules.files.toml_text import block, quoted, texts
from rules.places.names import place_refs
from rules.query.tree import ListRef, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rules.model import Example, Place, Rule, RuleSet, StanceRules
    from rules.query.tree import Node


@dataclass(frozen=True, slots=True)
class Pack:
    """The text of the one rule file, and what went into it by name. `left_out` are changes to shipped rules."""

    text: str
    rules: tuple[str, ...]
    topics: tuple[str, ...]
    lists: tuple[str, ...]
    places: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def pack(ruleset: RuleSet, own: Mapping[str, str], title: str = "") -> Pack:
    """The rules whose query stands in one of the files `own` (name to text), with all they need of the whole set."""
    rules = [rule for rule in ruleset.rules if rule.file in own]
    nodes = [node for rule in rules for node in _nodes(ruleset, rule.id)]
    lists = _lists(ruleset, nodes)
    nodes += [node for name in lists for node in ruleset.list_nodes.get(name, ())]
    places = _places(ruleset.places, nodes, rules)
    topics = [topic for topic in ruleset.topics if any(topic in rule.topics for rule in rules)]
    parts = [f"#:schema ./rules.schema.json\n# {title or 'Rules'} for Dateline\n"]
    if ruleset.ignore:
        parts.append(f"# Hidden from every rule: the words inside these phrases do not count.\n"
                     f"ignore = {texts(ruleset.ignore)}\n")
    if topics:
        parts += _labels(ruleset, topics)
    if lists:
        parts.append("\n".join(["[lists]", *(f"{name} = {texts(ruleset.lists[name])}" for name in lists), ""]))
    parts += [_rule(rule) for rule in rules] + [_place(place) for place in places]
    return Pack("\n".join(parts), tuple(rule.id for rule in rules), tuple(topics), tuple(lists),
                tuple(place.id for place in places), tuple(_changes(own)))


def _labels(ruleset: RuleSet, topics: Iterable[str]) -> list[str]:
    """The topics' labels, a table a language."""
    tables = (("topics", ruleset.topics), ("topics_es", ruleset.topics_es))
    written = [(name, [f"{topic} = {quoted(labels[topic])}" for topic in topics if topic in labels])
               for name, labels in tables]
    return ["\n".join([f"[{name}]", *rows, ""]) for name, rows in written if rows]


def _changes(own: Mapping[str, str]) -> list[str]:
    """Ids of the rules that the files change and do not define."""
    tables = [table for name, text in own.items() if name.endswith(".toml")
              for table in parse_toml(text, name).values.get("rule", ())]
    return [table["id"] for table in tables if "id" in table and "query" not in table]


def _nodes(ruleset: RuleSet, rule_id: str) -> list[Node]:
    own = [ruleset.queries[rule_id]] if rule_id in ruleset.queries else []
    return [*own, *(node for (owner, _), node in ruleset.clauses.items() if owner == rule_id)]


def _lists(ruleset: RuleSet, nodes: Iterable[Node]) -> list[str]:
    """The lists that queries name, and the lists in those."""
    needed: set[str] = set()
    waiting = list(nodes)
    while waiting:
        for found in walk(waiting.pop()):
            if isinstance(found, ListRef) and found.name not in needed:
                needed.add(found.name)
                waiting += ruleset.list_nodes.get(found.name, ())
    return [name for name in ruleset.lists if name in needed]


def _places(places: Sequence[Place], nodes: Iterable[Node], rules: Iterable[Rule]) -> list[Place]:
    """The places that queries and examples name, with what holds them and what they hold."""
    named = {ref.value.casefold() for node in nodes for ref in place_refs(node)}
    named |= {name.casefold() for rule in rules for example in rule.examples
              for name in (*(example.places or ()), *(example.about or ()))}
    asked = {place.id for place in places
             if not named.isdisjoint({place.id, place.label.casefold(), place.name.casefold(),
                                      *(name.casefold() for name in (*place.aliases, *place.called))})}
    inside = {place.id for place in places if not asked.isdisjoint(place.within)}
    holding = {held for place in places if place.id in asked | inside for held in place.within}
    return [place for place in places if place.id in asked | inside | holding]


def _rule(rule: Rule) -> str:
    rows = ["[[rule]]", f"id = '{rule.id}'"]
    rows += [f"{key} = {quoted(text)}" for key, text in (("name", rule.name), ("why", rule.why)) if text]
    rows += [f"topics = {texts(rule.topics)}"] if rule.topics else []
    for key, value, default in (("severity", rule.severity, "normal"), ("alert_from", rule.alert_from, "passing")):
        if value != default:
            rows.append(f"{key} = '{value}'")
    rows += [f"max_per_day = {rule.max_per_day}"] if rule.max_per_day != 20 else []
    if rule.graphic:
        rows.append(f"graphic = {'true' if rule.graphic == '*' else block(rule.graphic)}")
    rows += ["enabled = false"] if not rule.enabled else []
    rows += [f"expires = {rule.expires.isoformat()}"] if rule.expires else []
    rows.append(f"query = {block(rule.query)}")
    rows += [f"{key} = {texts(some)}" for key, some in (("ignore", rule.ignore), ("allow", rule.allow)) if some]
    for escalation in rule.escalate:
        rows += ["", "[[rule.escalate]]", f"severity = '{escalation.severity}'", f"when = {block(escalation.when)}"]
    rows += _stance(rule.stance) if rule.stance else []
    for example in rule.examples:
        rows += _example(example)
    return "\n".join([*rows, ""])


def _stance(stance: StanceRules) -> list[str]:
    rows = ["", "[rule.stance]"]
    rows += [f"{key} = {block(text)}" for key, text in (("background", stance.background),
                                                        ("reverses", stance.reverses)) if text]
    for label in stance.labels:
        rows += ["", f"[rule.stance.{label.label}]", f"says = {quoted(label.says)}"]
        rows += [f"says_es = {quoted(label.says_es)}"] if label.says_es else []
        rows += [f"query = {block(label.query)}"]
        rows += [f"opposite = '{label.opposite}'"] if label.opposite else []
    return rows


def _example(example: Example) -> list[str]:
    rows = ["", "[[rule.example]]", f"expect = '{example.expect}'"]
    rows += [f"{key} = {quoted(text)}" for key, text in (("why", example.why), ("title", example.title),
                                                         ("outlet", example.outlet), ("home", example.home)) if text]
    rows += [f"text = {block(example.text)}"] if example.text else []
    rows += [f"{key} = {texts(some)}" for key, some in (("places", example.places), ("about", example.about))
             if some is not None]
    return rows + [f"{key} = '{value}'" for key, value in (
        ("stance", example.stance), ("severity", example.severity), ("prominence", example.prominence)) if value]


def _place(place: Place) -> str:
    rows = ["[[place]]", f"id = '{place.id}'", f"name = {quoted(place.name)}"]
    rows += [f"{key} = '{value}'" for key, value in (("state", place.state), ("kind", place.kind)) if value]
    rows += [f"{key} = {texts(some)}" for key, some in (("within", place.within), ("aliases", place.aliases),
                                                        ("ignore", place.ignore)) if some]
    return "\n".join([*rows, f"needs_state = {'true' if place.needs_state else 'false'}", ""])
