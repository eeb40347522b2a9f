"""The vocabulary: what a rule reads (Article), what it says (Rule, Place) and what it finds (Match).

Frozen and free of I/O, so that a match can be computed anywhere, stored and explained later.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from rules.problem import Problem
    from rules.query.tree import Node

Severity = Literal["low", "normal", "high", "urgent"]
SEVERITIES: tuple[Severity, ...] = ("low", "normal", "high", "urgent")
Zone = Literal["title", "body", "caption", "boilerplate"]
# How much of a story an article makes of what a rule found, weakest first.
Prominence = Literal["passing", "body", "lead", "headline"]
PROMINENCES: tuple[Prominence, ...] = ("passing", "body", "lead", "headline")


@dataclass(frozen=True, slots=True)
class Article:
    """What a rule reads. `text` holds one paragraph a line; `home` is the outlet's own "City, ST" or "ST".

    `language` is an ISO 639-1 code ("en", "es"); empty means that nobody has looked yet, and the engine detects it.
    """

    title: str
    text: str
    url: str = ""
    outlet: str = ""
    home: str = ""
    section: str = ""
    published_at: datetime | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Words `first` to `last` (inclusive) of block `block`; block 0 is the title."""

    block: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence as a reader sees it, with the character ranges [start, end) that matched."""

    zone: Zone
    text: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """A place the article speaks of. `about` asks more than a mention: title, dateline, lead or three sentences.

    `within` are the ids of the counties and states that hold it. In a match, `near` says that it is named where the
    rule hit: it may be where the thing happens.
    """

    place_id: str
    label: str
    about: bool
    mentions: int
    within: tuple[str, ...] = ()
    near: bool = False


@dataclass(frozen=True, slots=True)
class PlaceRejected:
    """A place name that was found and does not count, with the reason in words, kept for explanations."""

    place_id: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Stance:
    """Which way an article says things go. `label` is the rule's own word for it, or "mixed" or "unclear".

    `says` is that label in words for a reader, `quote` the sentence that decided, `points` the votes of every label.
    """

    label: str
    says: str
    quote: Quote | None = None
    points: tuple[tuple[str, int], ...] = ()
    says_es: str = ""  # the same in Spanish, where the rule gives it


@dataclass(frozen=True, slots=True)
class Relevance:
    """What a learned model thinks of a match: `score` from 0 to 1, `likely` above its threshold, `reasons` in words."""

    score: float
    likely: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """One rule found one article. `quotes` best first; `terms` are the words found, as printed, most telling first.

    `alerts` is false where the rule asks for more prominence than it found: kept to be explained, posted to nobody.
    `after_edit`: the article did not match when it came, only once its outlet had changed it.
    """

    rule_id: str
    rule_name: str
    topics: tuple[str, ...]
    severity: Severity
    places: tuple[PlaceFound, ...]
    quotes: tuple[Quote, ...]
    title_marks: tuple[tuple[int, int], ...]
    terms: tuple[str, ...]
    why: str
    spans: tuple[Span, ...]
    rules_hash: str
    prominence: Prominence = "body"
    prominence_why: str = ""
    alerts: bool = True
    stance: Stance | None = None
    graphic: bool = False
    relevance: Relevance | None = None
    after_edit: bool = False


@dataclass(frozen=True, slots=True)
class MatchedArticle:
    """A stored article with what the rules found in it. `text_source` is "page", or "feed" for a mere summary.

    `edited_at` is when its title or text was seen to change; `flood`: it came with far more of its feed than usual.
    `sources` are the other outlets whose feeds carried it. `changes` are the paragraphs that say what changed on a
    watched page; empty for every other article.
    """

    article_id: int
    title: str
    url: str
    outlet: str
    published_at: datetime | None
    first_seen_at: datetime
    text_source: str
    matches: tuple[Match, ...]
    language: str = ""
    edited_at: datetime | None = None
    flood: bool = False
    sources: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A named place. `state` is the two-letter code; `ignore` are phrases in which the name means something else.

    `within` are ids of the places that hold it, the nearest first; `kind` is "city", "county", "state" or empty.
    `called` are other ways in which rules name it ("Baltimore, Maryland"); they are not looked for in articles.
    """

    id: str
    name: str
    state: str
    aliases: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    needs_state: bool = False
    within: tuple[str, ...] = ()
    kind: str = ""
    called: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The name as people write it, "Baltimore, MD"."""
        return f"{self.name}, {self.state}" if self.state else self.name


@dataclass(frozen=True, slots=True)
class Example:
    """A test that lives in its rule. `expect` is "match", "no match", "todo match" or "todo no match".

    `layer` counts the layers below the one in which it stands.
    """

    expect: str
    text: str
    title: str = ""
    outlet: str = ""
    home: str = ""
    why: str = ""
    places: tuple[str, ...] | None = None
    about: tuple[str, ...] | None = None
    line: int = 0
    file: str = ""
    stance: str | None = None
    severity: Severity | None = None
    prominence: Prominence | None = None
    layer: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Escalation:
    """`[[rule.escalate]]`: where the query `when` holds and the article is fresh, severity is raised to `severity`."""

    when: str
    severity: Severity = "urgent"


@dataclass(frozen=True, slots=True)
class StanceLabel:
    """`[rule.stance.LABEL]`: sentences that match `query` vote for it; `opposite` gets the vote of a reversed one."""

    label: str
    says: str
    query: str
    opposite: str = ""
    says_es: str = ""  # the same words for channels in Spanish


@dataclass(frozen=True, slots=True)
class StanceRules:
    """`[rule.stance]`: the labels, and queries for sentences that do not vote (`background`) or vote for the opposite
    (`reverses`)."""

    labels: tuple[StanceLabel, ...]
    background: str = ""
    reverses: str = ""


def unworded(stance: StanceRules | None) -> StanceRules | None:
    """The stance without its words for readers, which decide nothing."""
    return stance and replace(stance, labels=tuple(replace(label, says="", says_es="") for label in stance.labels))


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as written; the compiled query lives in the engine. `file` and `line` say where, for messages.

    `changes` are file and line of the tables of later layers that changed it, in their order.
    """

    id: str
    query: str
    name: str = ""
    why: str = ""
    owner: str = ""
    topics: tuple[str, ...] = ()
    severity: Severity = "normal"
    ignore: tuple[str, ...] = ()
    enabled: bool = True
    allow: tuple[str, ...] = ()
    examples: tuple[Example, ...] = field(default=(), compare=False)
    file: str = ""
    line: int = 0
    tags: tuple[str, ...] = ()
    expires: date | None = None
    alert_from: Prominence = "passing"
    escalate: tuple[Escalation, ...] = ()
    graphic: str = ""  # a query; "*" where the whole rule is graphic
    max_per_day: int = 20
    stance: StanceRules | None = None
    changes: tuple[tuple[str, int], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Everything that all rule files say together.

    `rules` holds every rule that has an id and a query; `queries` the trees of those that mean something, so a rule
    with an error in its query is in the one and not in the other. `hash` covers what decides a match, not examples.
    `clauses` are the trees of a rule's other queries, by rule id and part: "graphic", "escalate:0",
    "stance:restricts", "stance:background", "stance:reverses". `watched` are the ids of the team's own places.
    """

    rules: tuple[Rule, ...] = ()
    topics: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    places: tuple[Place, ...] = ()
    ignore: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    hash: str = ""
    files: tuple[str, ...] = ()
    queries: Mapping[str, Node] = field(default_factory=dict, repr=False)
    list_nodes: Mapping[str, tuple[Node, ...]] = field(default_factory=dict, repr=False)
    clauses: Mapping[tuple[str, str], Node] = field(default_factory=dict, repr=False)
    watched: tuple[str, ...] = ()
    topics_es: Mapping[str, str] = field(default_factory=dict)  # labels for channels in Spanish

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that make the set unfit for use; the rest are warnings."""
        return tuple(problem for problem in self.problems if problem.level == "error")
