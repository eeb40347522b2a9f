"""Why a rule matched an article, or why not: the query as a tree, with what was found, hidden, refused and missing.

The tree that was parsed is walked beside the compiled one, which shares its words between rules and has lost where they
stand in the query. What is told is worked out with the engine's own evaluation, so that it cannot differ from a match.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rules.article import text
from rules.article.spans import separate
from rules.engine import evidence
from rules.engine.quotes import printed
from rules.query.tree import And, AtLeast, Field, ListRef, Near, Node, Not, Or, PlaceRef, Term, Within, children

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from rules.article.document import Document
    from rules.article.spans import Hit
    from rules.engine.evaluate import Evaluation, View
    from rules.engine.stance import Vote
    from rules.model import Match, PlaceFound, PlaceRejected, Prominence, Severity, Stance

WORDS_SHOWN = 6
ZONES = {"title": "headline", "body": "text", "caption": "caption", "boilerplate": "address"}
_FIELDS = {"title": "the headline", "lead": "the opening", "body": "the text", "caption": "a caption",
           "any": "the article", "source": "the outlet's name", "url": "the address", "section": "the section"}


@dataclass(frozen=True, slots=True)
class Words:
    """Words as the article prints them, how often, and where: "headline", "text", "caption", "address"."""

    text: str
    times: int
    zones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a query. `hidden` was there but stands inside ignored phrases; `note` says what kept it from being
    true; `closeness` is 1 where it is true, and the nearer to 1 the less is missing."""

    source: str
    kind: str
    is_true: bool
    found: tuple[Words, ...] = ()
    hidden: tuple[Words, ...] = ()
    note: str = ""
    children: tuple[Step, ...] = ()
    closeness: float = 0.0


@dataclass(frozen=True, slots=True)
class Raise:
    """An escalation: whether it raised the severity, and in words why or why not."""

    to: Severity
    is_raised: bool
    why: str
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Voted:
    """One sentence's vote, or why it had none."""

    sentence: str
    label: str
    points: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything there is to say about one rule and one article. `missing` is empty where the query matched; the
    nearest miss stands first. `problem` tells why a rule that could match is silent."""

    rule_id: str
    rule_name: str
    title: str
    language: str
    match: Match | None
    query: Step | None
    needed: Prominence = "passing"
    missing: tuple[str, ...] = ()
    hidden: tuple[Words, ...] = ()
    places: tuple[PlaceFound, ...] = ()
    rejected: tuple[PlaceRejected, ...] = ()
    raises: tuple[Raise, ...] = ()
    stance: Stance | None = None
    votes: tuple[Voted, ...] = ()
    problem: str = ""
    severity: Severity = field(default="normal")

    @property
    def alerts(self) -> bool:
        """Whether somebody would be told."""
        return self.match is not None and self.match.alerts and not self.problem

    def to_text(self) -> str:
        """The whole for a terminal, with ✓ and ✗."""
        from rules.engine.explain_text import to_text

        return to_text(self)

    def to_json(self) -> dict[str, object]:
        """The whole for programs; nothing in it but what json.dumps takes."""
        from rules.engine.explain_text import to_json

        return to_json(self)


def words(document: Document, hits: Sequence[Hit]) -> tuple[Words, ...]:
    """Hits by their words, most frequent first."""
    times: Counter[tuple[str, ...]] = Counter()
    shown: dict[tuple[str, ...], str] = {}
    zones: dict[tuple[str, ...], dict[str, None]] = {}
    for hit in hits:
        keys = tuple(document.keys[hit[0]:hit[1] + 1])
        times[keys] += 1
        if keys not in shown:
            shown[keys] = printed(document, hit)
        zones.setdefault(keys, {})[ZONES[document.block_at(hit[0]).zone]] = None
    return tuple(Words(shown[keys], count, tuple(zones[keys])) for keys, count in times.most_common())


@dataclass(frozen=True, slots=True)
class Explainer:
    """Walks a parsed tree and its compiled twin for one article. `query` is the text that the parsed one came from."""

    query: str
    evaluation: Evaluation

    def step(self, node: Node, ready: Node, view: View) -> Step:
        """What a part of the query comes to in a view."""
        if isinstance(node, (And, Or)):
            return self._several(node, ready, view)
        if isinstance(node, Near):
            return self._near(node, ready, view)
        if isinstance(node, Not):
            return self._not(node, ready, view)
        if isinstance(node, (Field, Within, AtLeast)):
            return self._scoped(node, ready, view)
        return self._place(node, view) if isinstance(node, PlaceRef) else self._words(node, ready, view)

    def _source(self, node: Node) -> str:
        return " ".join(self.query[node.start:node.end].split())

    def _several(self, node: And | Or, ready: Node, view: View) -> Step:
        below = tuple(
            self.step(one, other, view) for one, other in zip(node.children, children(ready), strict=True))
        every = [step.closeness for step in below]
        if isinstance(node, And):
            true = all(step.is_true for step in below)
            return Step(self._source(node), "all of", true, children=below, closeness=sum(every) / len(every))
        true = any(step.is_true for step in below)
        return Step(self._source(node), "any of", true, children=below, closeness=max(every))

    def _words(self, node: Term | ListRef, ready: Node, view: View) -> Step:
        document, source = self.evaluation.document, self._source(node)
        hits = self.evaluation.hits(ready, view) or []
        seen = set(hits)
        bare = self.evaluation.hits(ready, view._replace(hidden=())) or []
        hidden = words(document, [hit for hit in bare if hit not in seen])
        kind = "list" if isinstance(node, ListRef) else "phrase" if len(node.words) > 1 else "word"
        if hits:
            shown = evidence.collect(ready, self.evaluation, view) if isinstance(node, ListRef) else hits
            return Step(source, kind, True, words(document, shown), hidden, closeness=1.0)
        note = "only inside ignored phrases" if hidden else self._elsewhere(ready, view)
        return Step(source, kind, False, (), hidden, note or "not found", closeness=0.4 if hidden or note else 0.0)

    def _elsewhere(self, ready: Node, view: View) -> str:
        """Where words are that the view does not show: in a caption, or in other letters than the query asks for."""
        document = self.evaluation.document
        if view.space == "text" and (hits := self.evaluation.hits(ready, self.evaluation.whole()._replace(
                space="caption"))):
            return f"only in a caption (“{printed(document, hits[0])}”)"
        if isinstance(ready, Term) and any(word.case in ("capitals", "exact") for word in ready.words):
            at = document.index(view.space).get(ready.words[0].key, []) if len(ready.words) == 1 else []
            if at:
                return f"only as “{text.surface(document.words[at[0]])}”: the query asks for {ready.words[0].surface}"
        return ""

    def _near(self, node: Near, ready: Node, view: View) -> Step:
        sides = tuple(
            self.step(one, other, view) for one, other in zip(children(node), children(ready), strict=True))
        hits = self.evaluation.hits(ready, view)
        source, document = self._source(node), self.evaluation.document
        if hits:
            return Step(source, "near", True, words(document, separate(hits)), children=sides, closeness=1.0)
        if node.negated:
            note = f"each one stands within {node.distance} words of the other" if sides[0].is_true else "not found"
            return Step(source, "near", False, (), (), note, sides, 0.6 * sides[0].closeness)
        if not all(side.is_true for side in sides):
            missing = " and ".join(side.source for side in sides if not side.is_true)
            return Step(source, "near", False, (), (), f"{missing} was not found", sides,
                        0.6 * sum(side.closeness for side in sides) / 2)
        apart = self._apart(ready, view)
        note = "both sides are there, " + (
            "in different paragraphs" if apart is None else
            "but in the other order" if apart <= node.distance else f"nearest {apart} words apart")
        close = 0.65 if apart is None else 0.7 + 0.25 / (1 + max(0, apart - node.distance) / 10)
        return Step(source, "near", False, (), (), note, sides, close)

    def _apart(self, ready: Node, view: View) -> int | None:
        """The words between the two sides where they come closest in one paragraph, in either order."""
        left, right = (self.evaluation.hits(side, view) or [] for side in children(ready))
        document = self.evaluation.document
        starts = [hit[0] for hit in right]
        best: int | None = None
        for hit in left:
            at = bisect_left(starts, hit[0])
            for other in right[max(0, at - 1):at + 2]:
                between = max(hit[0], other[0]) - min(hit[1], other[1]) - 1
                same = document.number_of(hit[0]) == document.number_of(other[0])
                if same and between >= 0 and (best is None or between < best):
                    best = between
        return best

    def _not(self, node: Not, ready: Node, view: View) -> Step:
        (child,) = children(ready)
        inside = self.step(node.child, child, view)
        if not inside.is_true:
            return Step(self._source(node), "not", True, closeness=1.0, children=())
        found = words(self.evaluation.document, evidence.collect(child, self.evaluation, view))
        return Step(self._source(node), "not", False, found, (), "excludes the article", (inside,), 0.8)

    def _scoped(self, node: Field | Within | AtLeast, ready: Node, view: View) -> Step:
        (child,) = children(ready)
        source = self._source(node)
        if isinstance(node, Within):
            return self._within(node, child, ready, view)
        if isinstance(node, AtLeast):
            inside = self.step(node.child, child, view)
            count = len(separate(self.evaluation.hits(child, view) or []))
            enough = count >= node.count
            return Step(source, "at least", enough, (), (), f"found {count} of {node.count}", (inside,),
                        1.0 if enough else 0.8 * count / node.count)
        assert isinstance(ready, Field)
        inside = self.step(node.child, child, self.evaluation.field_view(ready, view))
        if inside.is_true:
            return Step(source, "field", True, children=(inside,), closeness=1.0)
        outside = node.name in ("title", "lead", "body", "caption") and self.evaluation.hits(child, view) is not None
        note = f"found, but not in {_FIELDS[node.name]}" if outside else f"not in {_FIELDS[node.name]}"
        return Step(source, "field", False, (), (), note, (inside,), max(0.6 * outside, 0.6 * inside.closeness))

    def _within(self, node: Within, child: Node, ready: Node, view: View) -> Step:
        """The sentence (or paragraph) that comes closest is the one that is shown."""
        units = self.evaluation.units(child, node.unit, view)
        steps = [self.step(node.child, child, unit) for unit in units[:200]] or [self.step(node.child, child, view)]
        best = max(steps, key=lambda step: (step.is_true, step.closeness))
        if self.evaluation.hits(ready, view) is not None:
            return Step(self._source(node), node.unit, True, children=(best,), closeness=1.0)
        everywhere = self.evaluation.hits(child, view) is not None
        note = f"all of it is there, but not in one {node.unit}" if everywhere else f"no {node.unit} has all of it"
        return Step(self._source(node), node.unit, False, (), (), note, (best,),
                    0.7 if everywhere else 0.8 * best.closeness)

    def _place(self, node: PlaceRef, view: View) -> Step:
        hits = self.evaluation.hits(node, view)
        source = self._source(node)
        if hits:
            return Step(source, "place", True, words(self.evaluation.document, hits), closeness=1.0)
        ids = self.evaluation.place_ids.get(node.value.casefold(), ())
        note = self._place_note(node, ids)
        return Step(source, "place", False, (), (), note, closeness=0.0 if note.endswith("not named") else 0.5)

    def _place_note(self, node: PlaceRef, ids: Collection[str]) -> str:
        named = self.evaluation.named
        if any(place_id in named.mentions for place_id in ids):
            is_about = any(place_id in named.about for place_id in ids)
            return "named, but not here" if is_about or not node.about else "named, but the article is not about it"
        if not ids:
            return "no place is watched" if node.value == "watched" else "no such place"
        refused = [f"“{one.text}” does not count: {one.reason}" for one in named.result.rejected if one.place_id in ids]
        return "; ".join(dict.fromkeys(refused)) or "not named"


def missing(step: Step) -> list[str]:
    """The parts that failed, nearest miss first, in the words of the query."""
    if step.is_true:
        return []
    if step.kind in ("all of", "any of") and step.children:
        false = sorted((one for one in step.children if not one.is_true), key=lambda one: -one.closeness)
        shown = false if step.kind == "all of" else false[:WORDS_SHOWN]
        return [part for one in shown for part in missing(one)]
    if step.kind == "not":
        inside = ", ".join(one.text for one in step.found[:2])
        return [f"{step.source} excludes it" + (f" (found: {inside})" if inside else "")]
    if step.kind in ("word", "phrase", "list") and step.note == "not found":
        return [f"{step.source} was not found"]
    return [f"{step.source}: {step.note}"]


def votes(document: Document, found: Sequence[Vote]) -> tuple[Voted, ...]:
    """The votes as sentences."""
    return tuple(
        Voted(_sentence(document, vote.sentence), vote.label, vote.points,
              "background: no vote" if vote.is_background else "reversed" if vote.is_reversed else "")
        for vote in found)


def _sentence(document: Document, sentence: tuple[int, int]) -> str:
    block = document.block_at(sentence[0])
    last = max(sentence[0], min(sentence[1], block.first + block.count) - 1)
    return printed(document, (sentence[0], last))
