"""A rule set compiled for one way of folding words: its rules, and which of them an article can match at all.

Only rules whose rarest required word, prefix or place occurs in an article are candidates; the others cost nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.engine.compiler import Compiler
from rules.engine.evaluate import Evaluation
from rules.engine.matching import CompiledRule
from rules.engine.stance import Ballot
from rules.query.tree import ListRef, Near, PlaceRef, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from rules.article.document import Document
    from rules.engine.evaluate import CompiledList, Named
    from rules.engine.presearch import Anchors
    from rules.model import Rule, RuleSet
    from rules.query.tree import Node

MEMORY = 200_000  # keys remembered before starting over, as in text
STEM = 4  # letters by which prefixes are filed; the language asks for at least as many


@dataclass(frozen=True, slots=True)
class Sieve:
    """What a rule needs besides its rarest word: all of these keys, and one of each of these sets."""

    every: frozenset[str]
    one_each: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, wanted: Iterable[frozenset[str]]) -> Sieve:
        """From sets of which an article must have one each."""
        sets = tuple(wanted)
        every = frozenset(key for some in sets if len(some) == 1 for key in some)
        return cls(every, tuple(some for some in sets if len(some) > 1 and every.isdisjoint(some)))

    def has_each(self, keys: set[str]) -> bool:
        """Whether one of each set is among the keys."""
        return not (self.one_each and any(keys.isdisjoint(some) for some in self.one_each))


class Prefixes:
    """Which rules ask for a prefix that a key begins with; remembered by key, as in text. Shared between threads: an
    answer that is lost is only worked out again."""

    def __init__(self, numbers: Mapping[str, list[int]]) -> None:
        # All keys asked about, and of those that begin with some prefix the rules.
        self._memory: tuple[set[str], dict[str, list[int]]] = (set(), {})
        self._by_stem: defaultdict[str, list[tuple[str, list[int]]]] = defaultdict(list)
        for prefix, rules in numbers.items():
            self._by_stem[prefix[:STEM] if len(prefix) >= STEM else prefix[:1]].append((prefix, rules))

    def rules(self, keys: AbstractSet[str]) -> set[int]:
        """The numbers of the rules for which some key has the right beginning."""
        if len(self._memory[0]) > MEMORY:
            self._memory = (set(), {})
        asked, known = self._memory  # while another thread may start over
        for key in set(keys) - asked:
            if found := self._look_up(key):
                known[key] = found
            asked.add(key)
        return set().union(*[known[key] for key in known.keys() & keys])

    def _look_up(self, key: str) -> list[int]:
        filed = (*self._by_stem.get(key[:STEM], ()), *(self._by_stem.get(key[:1], ()) if len(key) > 1 else ()))
        return [number for prefix, rules in filed if key.startswith(prefix) for number in rules]


class Program:
    """Never changed once it is built. Rules that are switched off or could not be read are left out."""

    def __init__(self, ruleset: RuleSet, place_ids: Mapping[str, tuple[str, ...]], *, spanish: bool = False) -> None:
        self._compiler = compiler = Compiler(ruleset.list_nodes, place_ids, spanish=spanish)
        self._place_ids = place_ids
        self._shared_ignore = compiler.phrases(ruleset.ignore)
        self._place_ignore = {place.id: compiler.phrases(place.ignore) for place in ruleset.places if place.ignore}
        clauses: defaultdict[str, dict[str, Node]] = defaultdict(dict)
        for (rule_id, part), node in ruleset.clauses.items():
            clauses[rule_id][part] = compiler.query(node)
        self.rules = tuple(
            self._compiled(rule, ruleset.queries[rule.id], clauses[rule.id]) for rule in ruleset.rules
            if rule.enabled and rule.id in ruleset.queries)
        self._numbers = {compiled.rule.id: at for at, compiled in enumerate(self.rules)}
        self._by_word: defaultdict[str, list[int]] = defaultdict(list)
        self._by_prefix: defaultdict[str, list[int]] = defaultdict(list)
        self._by_place: defaultdict[str, list[int]] = defaultdict(list)
        self._always: list[int] = []
        for at, compiled in enumerate(self.rules):
            self._file(at, compiler.anchors(compiled.node))
        self._sieves = tuple(Sieve.of(compiler.sieve(compiled.node)) for compiled in self.rules)
        self._prefixes = Prefixes(self._by_prefix)

    def rule(self, rule_id: str) -> CompiledRule | None:
        """The rule, unless it is unknown, switched off or unreadable."""
        at = self._numbers.get(rule_id)
        return None if at is None else self.rules[at]

    def anchors(self, compiled: CompiledRule) -> Anchors | None:
        """Words, prefixes and places of which every article that the rule matches has one."""
        return self._compiler.anchors(compiled.node)

    def evaluation(self, document: Document, resolve: Callable[[Evaluation], Named]) -> Evaluation:
        """An article ready to be asked about this program's trees."""
        return Evaluation(document, self._compiler.lists, self._place_ids, resolve)

    def lend(self, other: Program, evaluation: Evaluation) -> None:
        """Let an evaluation of this program answer for the trees of another one, too."""
        evaluation.lists = {**other._compiler.lists, **self._compiler.lists}

    def candidates(self, evaluation: Evaluation) -> list[CompiledRule]:
        """The rules that can match, in the order of the files."""
        document = evaluation.document
        found = set(self._always)
        for space in document.folded_indexes:
            keys = document.index(space).keys()
            for key in self._by_word.keys() & keys:
                found.update(self._by_word[key])
            if self._by_prefix:
                found |= self._prefixes.rules(keys)
        for place in evaluation.named.mentions if self._by_place else ():
            found.update(self._by_place.get(place, ()))
        words = set(document.index("text"))
        rules, sieves = self.rules, self._sieves
        return [rules[at] for at in sorted(found) if sieves[at].every <= words and sieves[at].has_each(words)]

    def shared_hidden(self, evaluation: Evaluation) -> frozenset[int]:
        """Positions inside phrases that every rule ignores."""
        return covered(evaluation, self._shared_ignore)

    def place_hidden(self, evaluation: Evaluation, place_id: str) -> frozenset[int]:
        """Positions inside the phrases in which a place's name means something else."""
        phrases = self._place_ignore.get(place_id)
        return covered(evaluation, phrases) if phrases else frozenset()

    def _compiled(self, rule: Rule, query: Node, clauses: Mapping[str, Node]) -> CompiledRule:
        """A rule with its trees. A clause that could not be read was reported, and is as if it were not there."""
        raises = [(at, clauses.get(f"escalate:{at}"), raised.severity) for at, raised in enumerate(rule.escalate)]
        ready = self._compiler.query(query)
        ballot = None
        if rule.stance:
            labels = {label.label: clauses.get(f"stance:{label.label}") for label in rule.stance.labels}
            ballot = Ballot(
                rule.stance, {label: node for label, node in labels.items() if node is not None},
                clauses.get("stance:background"), clauses.get("stance:reverses"))
        return CompiledRule(
            rule, ready, self._compiler.phrases(rule.ignore),
            tuple((at, node, to) for at, node, to in raises if node is not None), clauses.get("graphic"), ballot,
            not any(isinstance(node, (Near, PlaceRef, ListRef)) for node in walk(ready)))

    def _file(self, at: int, anchors: Anchors | None) -> None:
        """Put a rule under the words without which it cannot match."""
        if anchors is None:
            self._always.append(at)
        for anchor in anchors or ():
            if anchor.startswith("place:"):
                self._by_place[anchor.removeprefix("place:")].append(at)
            elif anchor.endswith("*"):
                self._by_prefix[anchor[:-1]].append(at)
            else:
                self._by_word[anchor].append(at)


def covered(evaluation: Evaluation, phrases: CompiledList) -> frozenset[int]:
    """The positions inside any of the phrases, in the text and in captions."""
    if phrases.is_empty:
        return frozenset()
    hits = evaluation.any_of(phrases, "text") + evaluation.any_of(phrases, "caption")
    return frozenset([at for first, last in hits for at in range(first, last + 1)])
