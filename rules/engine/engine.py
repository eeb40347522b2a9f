"""Compiled rules against articles: one layout of the text, a presearch by required words, then only the candidates.

An Engine never changes after it is built and may serve any number of threads; all state of a match lives in the call.
The one thing made later is the program for Spanish, when the first article in Spanish comes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from rules.article.document import Vocabularies, lay_out
from rules.engine.compiler import place_ids
from rules.engine.evaluate import Named
from rules.engine.matching import is_expired, matched
from rules.engine.presearch import place_words
from rules.engine.program import Program, covered
from rules.model import SEVERITIES
from rules.places import resolve as places
from rules.places import states

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rules.article.spans import Hit
    from rules.engine.evaluate import Evaluation
    from rules.engine.explain import Explanation
    from rules.engine.matching import CompiledRule
    from rules.engine.relevance import Model, Sampler
    from rules.model import Article, Match, Place, RuleSet
    from rules.places.resolve import PlacesResult


class Engine:
    """A rule set, ready to match. Rules that are switched off or could not be read are left out.

    With a `relevance` model every match carries its score, and those it is sure of alert whatever their prominence.
    """

    def __init__(self, ruleset: RuleSet, relevance: Model | Sampler | None = None) -> None:
        self.ruleset = ruleset
        self._relevance = relevance
        self._vocabularies = Vocabularies()
        self._place_ids = place_ids(ruleset.places, ruleset.watched)
        self._gazetteer = places.build(ruleset.places)
        self._english = Program(ruleset, self._place_ids)

    def program_for(self, ruleset: RuleSet, *, spanish: bool) -> Program:
        """A program for other rules over the same places: a rule that is switched off, when it is asked about."""
        return Program(ruleset, self._place_ids, spanish=spanish)

    @cached_property
    def _spanish(self) -> Program:
        """Two threads that meet their first Spanish article together build it twice, and no harm is done."""
        return Program(self.ruleset, self._place_ids, spanish=True)

    def match(self, article: Article, now: datetime | None = None) -> tuple[Match, ...]:
        """All rules that match, most severe first, then by id; those below their rule's prominence with `alerts` false.

        With `now`, rules that have expired stay silent, and severity rises only for articles of the last day.
        """
        program, evaluation = self.laid_out(article)
        candidates = program.candidates(evaluation)
        if not candidates:
            return ()
        shared = program.shared_hidden(evaluation)
        matches = [
            match for compiled in candidates
            if not is_expired(compiled.rule, now)
            and (match := self.match_one(compiled, evaluation, shared, now))
        ]
        matches.sort(key=lambda match: (-SEVERITIES.index(match.severity), match.rule_id))
        return tuple(matches)

    def places(self, article: Article) -> PlacesResult:
        """The places an article speaks of, and the names that were refused with the reason."""
        return self.laid_out(article)[1].named.result

    def missing(self, rule_id: str, article: Article) -> tuple[str, ...]:
        """What kept one rule from matching an article, the nearest miss first; empty if it matches."""
        told = self.explain(rule_id, article)
        return told.missing or ((told.problem,) if told.query is None else ())

    def explain(self, rule_id: str, article: Article, now: datetime | None = None) -> Explanation:
        """Why a rule matches an article or does not, whether it is switched on or off. Never raises for a rule's sake.

        An id that no readable rule has gives an explanation whose `problem` says so.
        """
        from rules.engine.explained import explained

        return explained(self, rule_id, article, now)

    def search_words(self, rule_id: str) -> frozenset[str] | None:
        """Words, as `index_words` gives them, of which every article that the rule can match holds at least one.

        "detain*" stands for all words that begin so. None where there is no such set, or no such rule.
        """
        words: set[str] = set()
        for program in (self._english, self._spanish):
            compiled = program.rule(rule_id)
            found = program.anchors(compiled) if compiled else None
            if found is None:
                return None
            words |= {anchor for anchor in found if not anchor.startswith("place:")}
            words |= self._names_of(frozenset(anchor[6:] for anchor in found if anchor.startswith("place:")))
        return frozenset(words)

    def _names_of(self, place_ids: frozenset[str]) -> set[str]:
        """The words of places, of all places that lie within them, and of states: "Hazleton, Pa." needs no entry."""
        return set().union(
            *(self._place_words.get(place_id, ()) for place_id in place_ids),
            *(states.printed_keys(code) for place_id in place_ids if (code := states.code_of_id(place_id))))

    @cached_property
    def _place_words(self) -> Mapping[str, set[str]]:
        """The words of every place, under its id and under the ids of those that hold it.

        Made once: thousands of rules may be asked about, over thousands of places.
        """
        found: defaultdict[str, set[str]] = defaultdict(set)
        for place in self.ruleset.places:
            words = place_words(place)
            for place_id in (place.id, *place.within):
                found[place_id] |= words
        return found

    def laid_out(self, article: Article) -> tuple[Program, Evaluation]:
        """An article cut into words, and the program that folds words as its language does."""
        document = lay_out(article, self._vocabularies)
        program = self._spanish if document.is_spanish else self._english
        return program, program.evaluation(document, partial(self._named, program))

    def _named(self, program: Program, evaluation: Evaluation) -> Named:
        """The places of an article, and those that hold them."""
        hidden: dict[str, frozenset[int]] = {}

        def ignored(place: Place) -> frozenset[int]:
            if place.id not in hidden:
                hidden[place.id] = program.place_hidden(evaluation, place.id)
            return hidden[place.id]

        found = places.resolve(evaluation.document, self._gazetteer, ignored)
        mentions: defaultdict[str, list[Hit]] = defaultdict(list)
        for place in found.found:
            for place_id in (place.place_id, *place.within):
                mentions[place_id] += found.mentions[place.place_id]
        about = {place_id for place in found.found if place.about for place_id in (place.place_id, *place.within)}
        return Named(found, {place_id: sorted(hits) for place_id, hits in mentions.items()}, about)

    def match_one(
        self, compiled: CompiledRule, evaluation: Evaluation, shared: frozenset[int], now: datetime | None,
    ) -> Match | None:
        """The match of one candidate, `shared` being the positions hidden from every rule."""
        hidden = shared if compiled.ignore.is_empty else shared | covered(evaluation, compiled.ignore)
        match = matched(compiled, evaluation, hidden, now, self.ruleset.hash)
        if match is None or self._relevance is None:
            return match
        relevance = self._relevance.judge(match, evaluation.document)
        return replace(match, relevance=relevance, alerts=match.alerts or (relevance is not None and relevance.likely))
