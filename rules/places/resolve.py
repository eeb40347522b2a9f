"""Which places an article speaks of, decided before any rule runs, so that `place:` is a fact and not a keyword.

A name counts only if nothing says that it means something else: an outlet's name, a county, an office, a caption,
a phrase of the place's own `ignore` list, a person, another state. Each refusal keeps its reason for explanations.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rules.model import PlaceFound, PlaceRejected
from rules.places import asides, senses, states, towns
from rules.places.gazetteer import build
from rules.places.mentions import scan, state_after
from rules.places.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from rules.article.document import Document, Range
    from rules.article.spans import Hit
    from rules.model import Place
    from rules.places.gazetteer import Gazetteer
    from rules.places.mentions import Name

__all__ = ["PlacesResult", "build", "resolve"]

LIST_OF_PLACES = 4  # a sentence naming that many places is a list, and about none of them
ABOUT_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class PlacesResult:
    """Places found, most mentions first, names refused in reading order, and where the found ones stand.

    `telling` are the mentions that may say where the news is.
    """

    found: tuple[PlaceFound, ...] = ()
    rejected: tuple[PlaceRejected, ...] = ()
    mentions: Mapping[str, tuple[Hit, ...]] = field(default_factory=dict)
    telling: Mapping[str, tuple[Hit, ...]] = field(default_factory=dict)
    about: frozenset[str] = frozenset()


def resolve(document: Document, gazetteer: Gazetteer, ignored: Callable[[Place], Collection[int]]) -> PlacesResult:
    """Find, judge and count the places of an article. `ignored` gives the positions a place's own `ignore` hides."""
    claimed: set[int] = set()
    listed = towns.counties(document, gazetteer, claimed)
    names = [*listed, *scan(document, gazetteer, claimed)]
    marks = towns.state_marks(document)
    explained = towns.towns(document, gazetteer, marks, names, claimed)
    names = sorted((*names, *explained), key=lambda name: name.first)
    if not names:
        return PlacesResult()
    for name in names:
        name.state = name.state or state_after(document, name.last, name.follows, name)
        name.reason = refusal(document, name)
    senses.choose(document, gazetteer, names, marks)
    for name in names:
        if name.place and name.place.ignore and not name.reason:
            hidden = ignored(name.place)
            if hidden and any(at in hidden for at in range(name.first, name.last + 1)):
                name.reason = "inside a phrase of its ignore list"
    return _result(document, names)


def _result(document: Document, names: Sequence[Name]) -> PlacesResult:
    named: dict[str, list[Name]] = {}
    places: dict[str, Place] = {}
    for name in names:
        if name.place and not name.reason:
            named.setdefault(name.place.id, []).append(name)
            places[name.place.id] = name.place
    telling = _telling(document, names, named, places)
    lists = _Lists(document, named)
    about = frozenset([place_id for place_id, some in telling.items() if _is_about(document, some, lists)])
    found = [
        PlaceFound(place.id, place.label, place.id in about, len(named[place.id]), place.within)
        for place in places.values()
    ]
    found.sort(key=lambda place: (not place.about, -place.mentions, place.place_id))
    return PlacesResult(tuple(found), tuple(_rejected(document, names)), _hits(named), _hits(telling), about)


def _hits(named: Mapping[str, Sequence[Name]]) -> dict[str, tuple[Hit, ...]]:
    return {place_id: tuple([(name.first, name.last) for name in some]) for place_id, some in named.items()}


def _telling(
    document: Document, names: Sequence[Name], named: Mapping[str, list[Name]], places: Mapping[str, Place]
) -> dict[str, list[Name]]:
    """The mentions that may say where the news is. A dateline does so where the opening names no other town, and the
    headline no state."""
    telling = asides.telling(document, names, named)
    datelines = {place_id for place_id, some in telling.items() if some and all(
        name.first == name.block.first and _is_dateline(document, name) for name in some)}
    if datelines and any(
            place_id not in datelines and _opens(document, some, only_title=places[place_id].kind == "state")
            for place_id, some in telling.items()):
        telling |= {place_id: [] for place_id in datelines}
    return telling


def _opens(document: Document, names: Iterable[Name], *, only_title: bool) -> bool:
    """Whether one of the names stands in the headline or in the first paragraphs."""
    low, high = (0, 0) if only_title else document.ranges["lead"]
    return any(name.block.zone == "title" or low <= name.first < high for name in names)


def _rejected(document: Document, names: Sequence[Name]) -> Iterator[PlaceRejected]:
    for name in names:
        printed = " ".join(document.words[name.first:name.last + 1])
        if name.place and name.reason:
            yield PlaceRejected(name.place.id, printed, name.reason)
        elif name.place and name.not_meant:
            reason = f"the article means the one in {states.display(name.place.state)}"
            yield PlaceRejected(name.not_meant.id, printed, reason)


class _Lists:
    """Sentences that name many places. Sentences are cut only in paragraphs that name enough for one of them."""

    def __init__(self, document: Document, named: Mapping[str, Sequence[Name]]) -> None:
        self._document = document
        self._firsts: defaultdict[int, dict[str, list[int]]] = defaultdict(dict)  # by the block's first position
        for place_id, names in named.items():
            for name in names:
                self._firsts[name.block.first].setdefault(place_id, []).append(name.first)
        self._lists: dict[int, frozenset[Range]] = {}

    def holds(self, name: Name) -> bool:
        """Whether the sentence that names it is a list of places."""
        block = name.block.first
        if len(self._firsts[block]) < LIST_OF_PLACES:
            return False
        if block not in self._lists:
            self._lists[block] = self._cut(self._firsts[block].values())
        return self._document.sentence_of(name.first) in self._lists[block]

    def _cut(self, places: Iterable[Sequence[int]]) -> frozenset[Range]:
        counts = Counter(
            sentence for firsts in places for sentence in {self._document.sentence_of(first) for first in firsts})
        return frozenset(sentence for sentence, count in counts.items() if count >= LIST_OF_PLACES)


def _is_about(document: Document, names: Sequence[Name], lists: _Lists) -> bool:
    """Whether mentions stand in the title, a dateline, the lead, or three sentences; lists of places are left out."""
    low, high = document.ranges["lead"]
    for name in names:
        if name.block.zone == "title" or (name.first == name.block.first and _is_dateline(document, name)):
            return True
        if low <= name.first < high and not lists.holds(name):
            return True
    if len(names) < ABOUT_SENTENCES:
        return False
    told = [name for name in names if not lists.holds(name)]
    return len({name.block.first for name in told}) >= ABOUT_SENTENCES or (
        len({document.sentence_of(name.first) for name in told}) >= ABOUT_SENTENCES)


def _is_dateline(document: Document, name: Name) -> bool:
    """Whether a paragraph's opening name is in capitals, before a dash or an agency: "BALTIMORE, Md. (AP) —"."""
    block = name.block
    if len(block.pieces[0]) > 3 or not all(word.isupper() for word in document.words[name.first:name.last + 1]):
        return False
    after = name.last + 1 - block.first  # the state and the agency are four words at most
    gaps = block.pieces[2 * after:2 * after + 10:2]
    return any(sign in gap for gap in gaps for sign in ("—", "–", "(", "--", " - "))
