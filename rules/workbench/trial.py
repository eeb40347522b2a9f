"""Trying rules on articles that are already there: what they find now, what they no longer find, and what changed.

Pure: articles come in as an iterable and only what is shown of those found is kept, so an archive of any size will do.
Articles are counted by alerts: one that a rule finds below its `alert_from` reaches nobody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING

from rules.article import text
from rules.engine.compiler import place_ids
from rules.model import unworded
from rules.places.names import WATCHED
from rules.query.tree import ListRef, PlaceRef, Term, walk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime, tzinfo

    from rules.engine.engine import Engine
    from rules.model import Article, Match, Place, Prominence, Rule, RuleSet, Severity
    from rules.query.tree import Node

_SENTENCE = 300  # characters of a quote that are kept


@dataclass(frozen=True, slots=True)
class Dated:
    """A stored article. `at` is when it was published, or first seen where nobody knows; rules are asked as of then."""

    article_id: int
    article: Article
    at: datetime


@dataclass(frozen=True, slots=True)
class Hit:
    """What is shown of an article that a rule found. `places` are labels, those it is about first."""

    article_id: int
    title: str
    url: str
    outlet: str
    at: datetime
    places: tuple[str, ...]
    sentence: str
    prominence: Prominence
    severity: Severity
    stance: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """One rule on many articles, each part newest first. Without an older engine everything counts as `found`.

    `silent` counts matches below `alert_from`; `words` says in how many articles found (now) each prefix stood for
    which word.
    """

    rule_id: str
    found: tuple[Hit, ...] = ()
    lost: tuple[Hit, ...] = ()
    kept: tuple[Hit, ...] = ()
    silent: int = 0
    words: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def now(self) -> tuple[Hit, ...]:
        """Every article that the rule finds now, newest first."""
        return _newest_first([*self.found, *self.kept])


@dataclass(frozen=True, slots=True)
class RuleChanges:
    """Ids of rules by what became of them between two rule sets, in order. A rule switched off counts as removed."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def every(self) -> tuple[str, ...]:
        return tuple(sorted((*self.added, *self.removed, *self.changed)))


@dataclass(slots=True)
class _Tally:
    """What compare() gathers for one rule."""

    found: list[Hit] = field(default_factory=list)
    lost: list[Hit] = field(default_factory=list)
    kept: list[Hit] = field(default_factory=list)
    silent: int = 0
    words: dict[str, Counter[str]] = field(default_factory=dict)


def compare(
    articles: Iterable[Dated], old: Engine | None, new: Engine | None, rule_ids: Collection[str]
) -> dict[str, Trial]:
    """What each rule finds with the new engine beside what it found with the old; None finds nothing."""
    starred = {rule_id: prefixes(new.ruleset, rule_id) if new else frozenset() for rule_id in rule_ids}
    tallies = {rule_id: _Tally(words={prefix: Counter() for prefix in found}) for rule_id, found in starred.items()}
    for dated in articles:
        before, after = _matches(old, dated, tallies), _matches(new, dated, tallies)
        for rule_id in before.keys() | after.keys():
            _count(tallies[rule_id], dated, before.get(rule_id), after.get(rule_id))
        _note_words(dated, after, starred, tallies)
    return {rule_id: _trial(rule_id, tally) for rule_id, tally in tallies.items()}


def try_out(articles: Iterable[Dated], engine: Engine, rule_id: str) -> Trial:
    """What one rule finds."""
    return compare(articles, None, engine, (rule_id,))[rule_id]


def _matches(engine: Engine | None, dated: Dated, wanted: Collection[str]) -> dict[str, Match]:
    if engine is None:
        return {}
    return {match.rule_id: match for match in engine.match(dated.article, dated.at) if match.rule_id in wanted}


def _count(tally: _Tally, dated: Dated, before: Match | None, after: Match | None) -> None:
    was, is_now = bool(before and before.alerts), bool(after and after.alerts)
    tally.silent += after is not None and not is_now
    if is_now and after:
        (tally.kept if was else tally.found).append(_hit(dated, after))
    elif was and before:
        tally.lost.append(_hit(dated, before))


def _note_words(
    dated: Dated, after: Mapping[str, Match], starred: Mapping[str, frozenset[str]], tallies: Mapping[str, _Tally]
) -> None:
    wanted = {rule_id: starred[rule_id] for rule_id, match in after.items() if match.alerts and starred[rule_id]}
    if not wanted:
        return
    printed = _printed(dated.article)
    for rule_id, beginnings in wanted.items():
        for prefix in beginnings:
            tallies[rule_id].words[prefix].update(
                word for word, keys in printed.items() if any(key.startswith(prefix) for key in keys))


def _printed(article: Article) -> dict[str, Iterable[str]]:
    """The words of an article in small letters, with the keys by which rules find them."""
    found = {word for line in (article.title, *article.text.splitlines()) for word in text.words(line)}
    return {text.surface(word).casefold(): text.keys(word) for word in found}


def _hit(dated: Dated, match: Match) -> Hit:
    article = dated.article
    ranked = sorted(match.places, key=lambda place: (not place.near, not place.about, -place.mentions))
    sentence = next((quote.text for quote in match.quotes if quote.zone != "title"), "")
    return Hit(
        dated.article_id, article.title, article.url, article.outlet, dated.at,
        tuple(place.label for place in ranked), _shortened(sentence), match.prominence, match.severity,
        match.stance.label if match.stance else "")


def _shortened(sentence: str) -> str:
    return sentence if len(sentence) <= _SENTENCE else sentence[:_SENTENCE].rsplit(" ", 1)[0] + " …"


def _trial(rule_id: str, tally: _Tally) -> Trial:
    words = {prefix: dict(sorted(counted.items(), key=lambda one: (-one[1], one[0])))
             for prefix, counted in sorted(tally.words.items())}
    return Trial(rule_id, _newest_first(tally.found), _newest_first(tally.lost), _newest_first(tally.kept),
                 tally.silent, words)


def _newest_first(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    return tuple(sorted(hits, key=lambda hit: (hit.at, hit.article_id), reverse=True))


def per_day(hits: Iterable[Hit], zone: tzinfo = UTC) -> dict[date, int]:
    """Articles by the day of `zone` on which they came; days without any are left out."""
    return dict(Counter(hit.at.astimezone(zone).date() for hit in hits))


def prefixes(ruleset: RuleSet, rule_id: str) -> frozenset[str]:
    """The beginnings of words that a rule looks for ("detain" of detain*), those of its lists included."""
    return frozenset(
        word.key for node in _nodes(ruleset, _trees(ruleset, rule_id)[:1]) if isinstance(node, Term)
        for word in node.words if word.is_prefix)


def only(ruleset: RuleSet, rule_ids: Collection[str]) -> RuleSet:
    """The set with these rules alone, switched on also where they are not: for trying out."""
    return replace(ruleset, rules=tuple(
        replace(rule, enabled=True) for rule in ruleset.rules if rule.id in rule_ids))


def changed_rules(old: RuleSet, new: RuleSet) -> RuleChanges:
    """Which rules decide otherwise: their query as read, its lists and places, what they ignore, topics, severity.

    A description, an example or the layout of a query changes nothing.
    """
    before, after = _deciding(old), _deciding(new)
    both = before.keys() & after.keys()
    return RuleChanges(
        tuple(sorted(after.keys() - both)), tuple(sorted(before.keys() - both)),
        tuple(sorted(rule_id for rule_id in both if before[rule_id] != after[rule_id])))


def marks(ruleset: RuleSet) -> dict[str, str]:
    """A hash a rule in use: another one means that the rule was edited, and may find more or less than before.

    It covers the rule's query with the lists in it, and what hides words. Places are left out.
    """
    return {rule.id: _mark(ruleset, rule) for rule in ruleset.rules if rule.enabled and rule.id in ruleset.queries}


def _mark(ruleset: RuleSet, rule: Rule) -> str:
    nodes = list(_nodes(ruleset, [ruleset.queries[rule.id]]))
    lists = {node.name: ruleset.lists.get(node.name) for node in nodes if isinstance(node, ListRef)}
    watched = ruleset.watched if any(isinstance(node, PlaceRef) and node.value.casefold() == WATCHED
                                     for node in nodes) else ()
    said = (rule.query.split(), rule.ignore, rule.alert_from, str(rule.expires), sorted(lists.items()), watched,
            ruleset.ignore)
    return sha256(repr(said).encode()).hexdigest()[:16]


def _deciding(ruleset: RuleSet) -> dict[str, object]:
    atlas = _Atlas.of(ruleset)
    return {
        rule.id: _decided_by(ruleset, rule, atlas)
        for rule in ruleset.rules if rule.enabled and rule.id in ruleset.queries
    }


def _decided_by(ruleset: RuleSet, rule: Rule, atlas: _Atlas) -> object:
    bare = replace(rule, query="", name="", why="", owner="", tags=(), file="", line=0, stance=unworded(rule.stance))
    trees = _trees(ruleset, rule.id)
    nodes = list(_nodes(ruleset, trees))
    lists = {node.name: ruleset.list_nodes.get(node.name) for node in nodes if isinstance(node, ListRef)}
    places = atlas.reached({node.value.casefold() for node in nodes if isinstance(node, PlaceRef)})
    return bare, trees, lists, places, frozenset(ruleset.ignore)


def _trees(ruleset: RuleSet, rule_id: str) -> list[Node]:
    """The tree of the query, then those of the rule's other queries."""
    found = [ruleset.queries[rule_id]] if rule_id in ruleset.queries else []
    return found + [tree for (owner, _), tree in sorted(ruleset.clauses.items(), key=lambda one: one[0])
                    if owner == rule_id]


def _nodes(ruleset: RuleSet, trees: Iterable[Node]) -> Iterator[Node]:
    """Every node of the trees, and of the lists that they name."""
    waiting, seen = list(trees), set[str]()
    while waiting:
        for node in walk(waiting.pop()):
            yield node
            if isinstance(node, ListRef) and node.name not in seen:
                seen.add(node.name)
                waiting += ruleset.list_nodes.get(node.name, ())


@dataclass(frozen=True, slots=True)
class _Atlas:
    """The places of a set by what decides whether `place:x` is true: their ids, what they hold, who shares a name."""

    by_id: Mapping[str, Place]
    ids: Mapping[str, Sequence[str]]
    inside: Mapping[str, Sequence[str]]
    homonyms: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, ruleset: RuleSet) -> _Atlas:
        inside: defaultdict[str, list[str]] = defaultdict(list)
        homonyms: defaultdict[str, list[str]] = defaultdict(list)
        for place in ruleset.places:
            for outer in place.within:
                inside[outer].append(place.id)
            for name in (place.name, *place.aliases):
                homonyms[name.casefold()].append(place.id)
        by_id = {place.id: place for place in ruleset.places}
        return cls(by_id, place_ids(ruleset.places, ruleset.watched), inside, homonyms)

    def reached(self, values: Collection[str]) -> dict[str, Place]:
        """The places on which the answer to any of these `place:` values depends."""
        meant = {place_id for value in values for place_id in self.ids.get(value, ())}
        meant.update(list(chain.from_iterable(self.inside.get(place_id, ()) for place_id in meant)))
        names = {name.casefold() for place_id in meant if (place := self.by_id.get(place_id))
                 for name in (place.name, *place.aliases)}
        meant.update(chain.from_iterable(self.homonyms.get(name, ()) for name in names))
        return {place_id: self.by_id[place_id] for place_id in meant if place_id in self.by_id}
