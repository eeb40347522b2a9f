"""How right the rules are: what they say of labelled articles beside what a reader said, counted and listed.

Pure: matches come in, a report goes out. An article counts as found for a topic if one of its matches would be shown
to readers, that is, alerts and is not put away as improbable by a learned score.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from rules.model import Match
    from rules.workbench.labelled import LabelledArticle

Matches = tuple["Match", ...]
Interval = tuple[float, float]
NO_VERDICT = ("mixed", "unclear")
_IN_A_STATE = re.compile(r", [A-Z]{2}$")
_Z = 1.959964  # two-sided 95 %


@dataclass(frozen=True, slots=True)
class Tally:
    """Hits, false alarms and misses. A ratio of nothing to nothing is 0, as most tools have it."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    @property
    def precision(self) -> float:
        """The share of alerts that are right."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0

    @property
    def recall(self) -> float:
        """The share of stories that were found."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.tp / (2 * self.tp + self.fp + self.fn) if self.tp else 0.0


@dataclass(frozen=True, slots=True)
class Wrong:
    """One error. `kind` is "false alert", "missed", "place" or "stance"; `subject` the topic, place or label."""

    id: str
    title: str
    kind: str
    subject: str
    expected: str
    got: str
    why: str
    clear: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """The figures over `articles` labelled articles. `verdicts` are stances given where a reader gave one, too."""

    articles: int
    topics: Mapping[str, Tally]
    places: Tally = Tally()
    verdicts: int = 0
    right: int = 0
    undecided: int = 0  # found, labelled with a stance, and the rules say mixed or unclear
    errors: tuple[Wrong, ...] = field(default=())


def wilson(successes: int, of: int) -> Interval:
    """The 95 % interval of a share; (0, 1) where nothing was counted.

    Wilson's, because with 40 articles the usual plus-minus leaves [0, 1] (Agresti and Coull 1998).
    """
    if not of:
        return 0.0, 1.0
    share, spread = successes / of, _Z * _Z / of
    middle = share + spread / 2
    reach = _Z * math.sqrt(share * (1 - share) / of + spread / (4 * of))
    return max(0.0, (middle - reach) / (1 + spread)), min(1.0, (middle + reach) / (1 + spread))


def is_shown(match: Match) -> bool:
    """Whether a match reaches readers as an alert."""
    return match.alerts and (match.relevance is None or match.relevance.likely)


def score(
    labelled: Sequence[LabelledArticle], found: Sequence[Matches], topics: Sequence[str],
    kinds: Mapping[str, str] | None = None, missing: Callable[[LabelledArticle, str], str] = lambda *_: "",
) -> Report:
    """Compare article by article. `found` are all matches of each article; `topics` those to be measured.

    `kinds` are the kinds of places by id (a state is no city); `missing` says why no rule of a topic found an article.
    """
    tallies: dict[str, Tally] = dict.fromkeys(topics, Tally())
    places = Tally()
    stances: defaultdict[str, int] = defaultdict(int)
    errors: list[Wrong] = []
    for one, matches in zip(labelled, found, strict=True):
        shown = [match for match in matches if is_shown(match)]
        for topic in filter(one.is_judged, topics):
            tally, wrong = _judge_topic(one, matches, topic, missing)
            tallies[topic] += tally
            errors += wrong
        measured = [match for match in shown if set(match.topics) & set(topics)]
        tally, wrong = _judge_places(one, measured, kinds or {})
        places += tally
        outcome, also = _judge_stance(one, measured)
        for key, count in outcome.items():
            stances[key] += count
        errors += [*wrong, *also]
    return Report(len(labelled), tallies, places, stances["verdicts"], stances["right"], stances["undecided"],
                  tuple(errors))


def _judge_topic(
    one: LabelledArticle, matches: Matches, topic: str, missing: Callable[[LabelledArticle, str], str]
) -> tuple[Tally, list[Wrong]]:
    about = [match for match in matches if topic in match.topics]
    shown = [match for match in about if is_shown(match)]
    if topic in one.topics and shown:
        return Tally(tp=1), []
    if topic in one.topics:
        why = "; ".join(map(_passed_over, about)) or missing(one, topic) or "no rule found it"
        return Tally(fn=1), [_wrong(one, "missed", topic, expected=topic, got="nothing", why=why)]
    if not shown:
        return Tally(), []
    why = "; ".join(map(_reason, shown))
    labelled = ", ".join(sorted(one.topics)) or "nothing"
    return Tally(fp=1), [_wrong(one, "false alert", topic, expected=labelled, got=topic, why=why)]


def _passed_over(match: Match) -> str:
    """Why a match that was made is not shown."""
    if match.relevance is not None and match.alerts:
        return f"{match.rule_id}: put away as improbable ({match.relevance.score:.2f}), {_reason(match)}"
    return f"{match.rule_id}: not prominent enough, {_reason(match)}"


def _reason(match: Match) -> str:
    parts = [f"{match.prominence} ({match.prominence_why})" if match.prominence_why else match.prominence]
    parts.append(", ".join(f"“{term}”" for term in match.terms[:5]) or match.why)
    if match.relevance:
        parts += [f"score {match.relevance.score:.2f}", *match.relevance.reasons]
    return "; ".join(parts)


def _judge_places(
    one: LabelledArticle, measured: Iterable[Match], kinds: Mapping[str, str]
) -> tuple[Tally, list[Wrong]]:
    """Cities and counties that matches name as where it happens or what it is about; states are not labelled."""
    if one.places is None:
        return Tally(), []
    got = {place.label: ("about" if place.about else "near what the rule found") + f", {place.mentions} mentions"
           for match in measured for place in match.places
           if (place.about or place.near) and kinds.get(place.place_id) != "state" and _IN_A_STATE.search(place.label)}
    gold = one.places - one.places_optional
    extra = sorted(got.keys() - one.places - one.places_optional)
    lost = sorted(gold - got.keys())
    listed = ", ".join(sorted(gold)) or "none"
    named = ", ".join(sorted(got)) or "none"
    wrong = [_wrong(one, "place", label, expected=listed, got=label, why=got[label]) for label in extra]
    wrong += [_wrong(one, "place", label, expected=label, got=named, why="not found") for label in lost]
    return Tally(len(gold & got.keys()), len(extra), len(lost)), wrong


def _judge_stance(one: LabelledArticle, measured: Iterable[Match]) -> tuple[dict[str, int], list[Wrong]]:
    """Every verdict on an article that a reader gave a stance. Where the reader says mixed, any verdict is wrong.

    Verdicts on false alerts are not counted again: nobody knows what would be right.
    """
    if one.stance is None:
        return {}, []
    said = {match.stance.label: match for match in measured if match.stance}
    verdicts = sorted(said.keys() - set(NO_VERDICT))
    wrong = [_wrong(one, "stance", label, expected=one.stance, got=label, why=_votes(said[label]))
             for label in verdicts if label != one.stance]
    undecided = int(bool(said) and not verdicts)
    return {"verdicts": len(verdicts), "right": len(verdicts) - len(wrong), "undecided": undecided}, wrong


def _votes(match: Match) -> str:
    stance = match.stance
    if stance is None:
        return ""
    points = ", ".join(f"{label} {count}" for label, count in stance.points)
    return points + (f"; “{stance.quote.text}”" if stance.quote else "")


def _wrong(one: LabelledArticle, kind: str, subject: str, *, expected: str, got: str, why: str) -> Wrong:
    return Wrong(one.id, one.article.title, kind, subject, expected, got, why, one.clear)
