"""Compiled rules against articles: one layout of the text, a presearch by required words, then only the candidates.

An Engine never changes after it is built and may serve any number of threads; all state of a match lives in the call.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules import evidence, places
from rules.compiler import Compiler, place_ids
from rules.document import lay_out
from rules.evaluate import CompiledList, Evaluation
from rules.model import SEVERITIES, Match
from rules.text import Vocabulary

if TYPE_CHECKING:
    from datetime import date

    from rules.document import Document
    from rules.model import Article, Place, Rule, RuleSet
    from rules.places import PlacesResult
    from rules.tree import Node


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its tree and its `ignore` phrases."""

    rule: Rule
    node: Node
    ignore: CompiledList


class Engine:
    """A rule set, ready to match. Rules that are switched off or could not be read are left out."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset = ruleset
        self._vocabulary = Vocabulary()
        self._place_ids = place_ids(ruleset.places)
        self._compiler = compiler = Compiler(ruleset.list_nodes, self._place_ids)
        self._shared_ignore = compiler.phrases(ruleset.ignore)
        self._place_ignore = {place.id: compiler.phrases(place.ignore) for place in ruleset.places if place.ignore}
        self._gazetteer = places.build(ruleset.places)
        self._rules = tuple(
            CompiledRule(rule, compiler.query(ruleset.queries[rule.id]), compiler.phrases(rule.ignore))
            for rule in ruleset.rules if rule.enabled and rule.id in ruleset.queries
        )
        self._by_word: defaultdict[str, list[int]] = defaultdict(list)
        self._by_prefix: defaultdict[str, list[int]] = defaultdict(list)
        self._by_place: defaultdict[str, list[int]] = defaultdict(list)
        self._always: list[int] = []
        self._file_rules()

    def match(self, article: Article, today: date | None = None) -> tuple[Match, ...]:
        """All rules that match, most severe first, then by id. With `today`, rules that have expired stay silent."""
        document = lay_out(article, self._vocabulary)
        evaluation = self._evaluation(document)
        found = self._resolve(evaluation) if self._by_place else None
        candidates = self._candidates(document, found)
        if not candidates:
            return ()
        found = found or self._resolve(evaluation)
        hidden = _covered(evaluation, self._shared_ignore)
        matches = [
            match for at in sorted(candidates)
            if not _is_expired(self._rules[at].rule, today)
            and (match := self._match_one(self._rules[at], evaluation, hidden, found))
        ]
        matches.sort(key=lambda match: (-SEVERITIES.index(match.severity), match.rule_id))
        return tuple(matches)

    def places(self, article: Article) -> PlacesResult:
        """The places an article speaks of, and the names that were refused with the reason."""
        return self._resolve(self._evaluation(lay_out(article, self._vocabulary)))

    def missing(self, rule_id: str, article: Article) -> tuple[str, ...]:
        """What kept one rule from matching an article, part by part; empty if it matches."""
        compiled = next((some for some in self._rules if some.rule.id == rule_id), None)
        if compiled is None:
            return ("the rule is switched off or cannot be read",)
        evaluation = self._evaluation(lay_out(article, self._vocabulary))
        self._resolve(evaluation)
        hidden = _covered(evaluation, self._shared_ignore) | _covered(evaluation, compiled.ignore)
        return tuple(evidence.missing(compiled.node, evaluation, evaluation.whole(hidden), compiled.rule.query))

    def _file_rules(self) -> None:
        """Put every rule under the words without which it cannot match."""
        for at, compiled in enumerate(self._rules):
            found = self._compiler.anchors(compiled.node)
            if found is None:
                self._always.append(at)
            for anchor in found or ():
                if anchor.startswith("place:"):
                    self._by_place[anchor.removeprefix("place:")].append(at)
                elif anchor.endswith("*"):
                    self._by_prefix[anchor[:-1]].append(at)
                else:
                    self._by_word[anchor].append(at)

    def _evaluation(self, document: Document) -> Evaluation:
        return Evaluation(document, self._compiler.lists, self._place_ids)

    def _resolve(self, evaluation: Evaluation) -> PlacesResult:
        """Resolve the places and tell the evaluation, in which `place:` is a fact from then on."""
        hidden: dict[str, frozenset[int]] = {}

        def ignored(place: Place) -> frozenset[int]:
            if place.id not in hidden:
                phrases = self._place_ignore.get(place.id)
                hidden[place.id] = _covered(evaluation, phrases) if phrases else frozenset()
            return hidden[place.id]

        found = places.resolve(evaluation.document, self._gazetteer, ignored)
        evaluation.mentions, evaluation.about = found.mentions, found.about
        return found

    def _candidates(self, document: Document, found: PlacesResult | None) -> set[int]:
        candidates = set(self._always)
        for index in document.indexes.values():
            for key in self._by_word.keys() & index.keys():
                candidates.update(self._by_word[key])
        for prefix in self._by_prefix:
            if any(document.has_prefix(prefix, space) for space in document.indexes):
                candidates.update(self._by_prefix[prefix])
        for place in found.found if found else ():
            candidates.update(self._by_place.get(place.place_id, ()))
        return candidates

    def _match_one(
        self, compiled: CompiledRule, evaluation: Evaluation, shared: frozenset[int], found: PlacesResult
    ) -> Match | None:
        hidden = shared | _covered(evaluation, compiled.ignore)
        view = evaluation.whole(hidden)
        if evaluation.hits(compiled.node, view) is None:
            return None
        document, rule = evaluation.document, compiled.rule
        hits = evidence.collect(compiled.node, evaluation, view)[:evidence.MAX_SPANS]
        known = {place.place_id: place for place in found.found}
        return Match(
            rule_id=rule.id, rule_name=rule.name or rule.id, topics=rule.topics, severity=rule.severity,
            places=found.found, quotes=evidence.quotes(document, hits),
            title_marks=evidence.title_marks(document, hits), terms=evidence.terms(document, hits),
            why=evidence.why(compiled.node, evaluation, view, known), spans=evidence.spans(document, hits),
            rules_hash=self.ruleset.hash,
        )


_NOTHING = CompiledList({}, (), ())


def _covered(evaluation: Evaluation, phrases: CompiledList) -> frozenset[int]:
    """The positions inside any of the phrases, in the text and in captions."""
    if phrases == _NOTHING:
        return frozenset()
    whole = evaluation.whole()
    views = (whole, whole._replace(space="caption"))
    return frozenset(
        at for view in views for first, last in evaluation.any_of(phrases, view) for at in range(first, last + 1))


def _is_expired(rule: Rule, today: date | None) -> bool:
    return today is not None and rule.expires is not None and rule.expires < today

