"""Phrases behind rejected articles: words that, ignored by a rule, would have kept it from what readers did not want.

A phrase is a guess until it was tried: every count here comes from running the rule again with the phrase in its
`ignore`. Phrases are taken from the text round the words that matched, hold a word that the query does not ask for,
and need three rejected articles in their favour. The shortest that removes most and loses nothing wins; the next one is
tried on top of it. Pure: articles in, phrases out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rules.article import text
from rules.engine.engine import Engine
from rules.query.parse import parse_term
from rules.workbench import examples, trial
from rules.workbench.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from rules.article.document import Document
    from rules.engine.evaluate import Evaluation
    from rules.engine.matching import CompiledRule
    from rules.engine.program import Program
    from rules.engine.relevance import Model
    from rules.model import Article, Match, Rule, RuleSet
    from rules.workbench.wording import Keys

    Progress = Callable[[int, int], None]  # phrases found, of how many at most

EVIDENCE = 3  # rejected articles of different texts; what two have in common is chance
MOST = 5  # phrases of a rule that are named; where five do not help the query is at fault
TRIED = 60  # phrases a round, those of most articles; under 1 ms each in an article of a shipped rule
WORTH = 3  # a phrase that loses kept articles is named only where it removes so many times as many
_ASKED = 6  # phrases a round whose examples are run; most variants of one that breaks an example break it, too


@dataclass(frozen=True, slots=True)
class Judged:
    """An article as readers judged it under a rule. `at` is when it came: the rule is asked as of then."""

    article_id: int
    article: Article
    at: datetime
    relevant: bool


@dataclass(frozen=True, slots=True)
class Phrase:
    """What ignoring `words` does, by ids of articles, on top of the phrases before it: `lost` are those kept."""

    words: str
    removed: tuple[int, ...]
    lost: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Mined:
    """What was found for a rule, over the `rejected` and `kept` articles that it alerts on as it is now.

    `silent` counts judged articles on which it no longer does. `phrases` lose nothing. `costly` is the best one that
    loses kept articles; `refused` are phrases that would break an example of the rule, each with what breaks.
    """

    rule_id: str
    rejected: tuple[int, ...] = ()
    kept: tuple[int, ...] = ()
    silent: int = 0
    phrases: tuple[Phrase, ...] = ()
    costly: Phrase | None = None
    refused: tuple[tuple[Phrase, str], ...] = ()


@dataclass(slots=True)
class _Found:
    """What one round found: ids on which the rule alerts, and of those the ones on which it would not, by phrase."""

    alerting: list[int]
    gone: dict[str, list[int]]


def _silent(_done: int, _total: int) -> None:
    """Tell nobody how far it is."""


def mine(ruleset: RuleSet, rule_id: str, judged: Sequence[Judged], relevance: Model | None = None,
         tell: Progress = _silent) -> Mined:
    """The phrases that would have kept the rule from rejected articles; none for a rule that cannot be read."""
    if rule_id not in ruleset.queries or not any(not one.relevant for one in judged):
        return Mined(rule_id)
    bench = _Bench.of(ruleset, rule_id, relevance)
    start = bench.tried(judged, ())
    alerting = set(start.alerting)
    known = [one for one in judged if one.article_id in alerting]
    mined = Mined(rule_id, _ids(known, relevant=False), _ids(known, relevant=True), len(judged) - len(known))
    refused: dict[str, tuple[Phrase, str]] = {}
    while len(mined.phrases) < MOST:
        tell(len(mined.phrases), MOST)
        ranked = bench.ranked(known)
        best = _first_harmless(bench, ranked, refused)
        if best is None:
            costly = _costly(bench, ranked, refused)
            return replace(mined, costly=costly, refused=tuple(refused.values()))
        mined = replace(mined, phrases=(*mined.phrases, best))
        bench = replace(bench, rule=with_ignored(bench.rule, best.words))
        known = [one for one in known if one.article_id not in best.removed]
    return replace(mined, refused=tuple(refused.values()))


def with_ignored(rule: Rule, *phrases: str) -> Rule:
    """The rule with more phrases in its `ignore`."""
    return replace(rule, ignore=(*rule.ignore, *phrases))


def broken_example(ruleset: RuleSet, rule: Rule) -> str:
    """The first example of the rule that holds now and would not with `rule` in its place; empty where all do."""
    alone = trial.only(ruleset, {rule.id})
    failures = examples.test(replace(alone, rules=(rule,)), rule.id).failures
    before = {failure.number for failure in examples.test(alone, rule.id).failures} if failures else set()
    return next((f"{failure.file}:{failure.line} (“{_title(rule, failure.number)}”): {failure.reason}"
                 for failure in failures if failure.number not in before), "")


def _title(rule: Rule, number: int) -> str:
    example = rule.examples[number - 1]
    words = " ".join((example.title or example.text).split())
    return words if len(words) <= 70 else f"{words[:70].rstrip()}…"


def _ids(judged: Sequence[Judged], *, relevant: bool) -> tuple[int, ...]:
    return tuple(one.article_id for one in judged if one.relevant is relevant)


def _first_harmless(bench: _Bench, ranked: Sequence[Phrase], refused: dict[str, tuple[Phrase, str]]) -> Phrase | None:
    """The best phrase that loses nothing and breaks no example; better ones that break one go to `refused`."""
    for phrase in [one for one in ranked if not one.lost][:_ASKED]:
        if phrase.words not in refused:
            wrong = broken_example(bench.ruleset, with_ignored(bench.rule, phrase.words))
            if not wrong:
                return phrase
            refused[phrase.words] = phrase, wrong
    return None


def _costly(bench: _Bench, ranked: Sequence[Phrase], refused: Mapping[str, object]) -> Phrase | None:
    """The phrase that removes most for what it loses, where that may be worth it."""
    some = [phrase for phrase in ranked if phrase.lost and len(phrase.removed) >= WORTH * len(phrase.lost)
            and phrase.words not in refused]
    some.sort(key=lambda phrase: len(phrase.removed) - WORTH * len(phrase.lost), reverse=True)
    return next((phrase for phrase in some[:_ASKED]
                 if not broken_example(bench.ruleset, with_ignored(bench.rule, phrase.words))), None)


@dataclass(frozen=True, slots=True)
class _Bench:
    """One rule to be run again and again, each time with other phrases ignored."""

    engine: Engine
    ruleset: RuleSet
    rule: Rule
    wording: Wording

    @classmethod
    def of(cls, ruleset: RuleSet, rule_id: str, relevance: Model | None) -> _Bench:
        alone = trial.only(ruleset, {rule_id})
        # What was judged was alerted on: a rule that expired since is to be asked all the same.
        alone = replace(alone, rules=tuple(replace(rule, expires=None) for rule in alone.rules))
        return cls(Engine(alone, relevance), ruleset, alone.rules[0], Wording.of(ruleset, rule_id))

    def tried(self, judged: Sequence[Judged], phrases: Sequence[str]) -> _Found:
        """Run the rule over the articles as it is, and with each of the phrases where its words occur."""
        variants = _Variants(self, phrases)
        found = _Found([], {phrase: [] for phrase in phrases})
        for one in judged:
            program, evaluation = self.engine.laid_out(one.article)
            if not self._match(variants, program, evaluation, -1, one.at):
                continue
            found.alerting.append(one.article_id)
            known = _keys(evaluation.document)
            for at, phrase in enumerate(phrases):
                if _may_hold(known, phrase) and not self._match(variants, program, evaluation, at, one.at):
                    found.gone[phrase].append(one.article_id)
        return found

    def ranked(self, judged: Sequence[Judged]) -> list[Phrase]:
        """Phrases with enough in their favour, as the rule says when it is run with them; the best one first."""
        phrases = self._candidates([one for one in judged if not one.relevant])
        if not phrases:
            return []
        found = self.tried(judged, phrases)
        kept = set(_ids(judged, relevant=True))
        printed = {one.article_id: (one.article.title, one.article.text) for one in judged}
        made = [Phrase(words, tuple(one for one in gone if one not in kept), tuple(one for one in gone if one in kept))
                for words, gone in found.gone.items()]
        # Five outlets that print one agency's report are one witness.
        made = [phrase for phrase in made if len({printed[one] for one in phrase.removed}) >= EVIDENCE]
        # Of equals the one comes first that stands there most often: the order of the candidates.
        return sorted(made, key=lambda one: (len(one.lost), -len(one.removed), len(one.words.split())))

    def _match(
        self, variants: _Variants, program: Program, evaluation: Evaluation, at: int, now: datetime
    ) -> Match | None:
        """What readers would be told with the phrase of this number ignored, too."""
        compiled = program.rule(self.rule.id)
        if compiled is None:
            return None
        changed = variants.applied(compiled, program, evaluation, at)
        match = self.engine.match_one(changed, evaluation, program.shared_hidden(evaluation), now)
        return match if match and match.alerts else None

    def _candidates(self, rejected: Sequence[Judged]) -> list[str]:
        """Phrases round what was found, as they are mostly printed; those of most articles, and most often, first."""
        held: Counter[Keys] = Counter()
        times: Counter[Keys] = Counter()
        printed: defaultdict[Keys, Counter[str]] = defaultdict(Counter)
        plain = _Variants(self, ())
        for one in rejected:
            program, evaluation = self.engine.laid_out(one.article)
            match = self._match(plain, program, evaluation, -1, one.at)
            here = list(self.wording.phrases(evaluation.document, match.spans)) if match else []
            held.update({keys for keys, _ in here})
            for keys, words in here:
                times[keys] += 1
                printed[keys][words] += 1
        often = [keys for keys, count in held.items() if count >= EVIDENCE]
        often.sort(key=lambda keys: (-held[keys], -times[keys], len(keys), keys))
        return list(dict.fromkeys(printed[keys].most_common(1)[0][0] for keys in often[:TRIED]))


class _Variants:
    """The rule's `ignore` with each phrase added, compiled once for each of the two foldings of words.

    They are rules of a program of their own, lent to the engine's: only what they hide is used of them.
    """

    def __init__(self, bench: _Bench, phrases: Sequence[str]) -> None:
        rules = [bench.rule, *(with_ignored(bench.rule, words) for words in phrases)]
        named = tuple(replace(rule, id=str(at - 1)) for at, rule in enumerate(rules))
        anything = parse_term("anything").node
        self._ruleset = replace(bench.engine.ruleset, rules=named, places=(), clauses={},
                                queries={rule.id: anything for rule in named if anything is not None})
        self._engine = bench.engine
        self._programs: dict[bool, Program] = {}

    def applied(self, compiled: CompiledRule, program: Program, evaluation: Evaluation, at: int) -> CompiledRule:
        """The rule with the phrase of this number ignored, too; -1 is without any."""
        spanish = evaluation.document.is_spanish
        if spanish not in self._programs:
            self._programs[spanish] = self._engine.program_for(self._ruleset, spanish=spanish)
        own = self._programs[spanish]
        program.lend(own, evaluation)
        variant = own.rule(str(at))
        return replace(compiled, ignore=variant.ignore) if variant else compiled


def _keys(document: Document) -> set[str]:
    return {*document.keys, *document.folded}


def _may_hold(known: set[str], phrase: str) -> bool:
    return all(not known.isdisjoint(text.keys(word)) for word in text.words(phrase))
