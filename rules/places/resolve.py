"""Which places an article speaks of, decided before any rule runs, so that `place:` is a fact and not a keyword.

A name counts only if nothing says that it means something else: an outlet's name, a county, an office, a caption,
a phrase of the place's own `ignore` list, a person, another state. Each refusal keeps its reason for explanations.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rules.model import PlaceFound, PlaceRejected
from rules.places import senses, states, towns
from rules.places.gazetteer import build
from rules.places.mentions import scan, state_after
from rules.places.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from rules.article.document import Block, Document, Range
    from rules.article.spans import Hit
    from rules.model import Place
    from rules.places.gazetteer import Gazetteer
    from rules.places.mentions import Name

__all__ = ["PlacesResult", "build", "resolve"]

LIST_OF_PLACES = 4  # a sentence naming that many places is a list, and about none of them
ABOUT_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class PlacesResult:
    """Places found, most mentions first, names refused in reading order, and where the found ones stand."""

    found: tuple[PlaceFound, ...] = ()
    rejected: tuple[PlaceRejected, ...] = ()
    mentions: Mapping[str, tuple[Hit, ...]] = field(default_factory=dict)
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
        name.state = name.state or state_after(document, name.last, name)
        name.reason = refusal(document, name)
    senses.choose(document, gazetteer, names, marks)
    for name in names:
        if name.place and not name.reason and any(at in ignored(name.place) for at in range(name.first, name.last + 1)):
            name.reason = "inside a phrase of its ignore list"
    return _result(document, names)


def _result(document: Document, names: Sequence[Name]) -> PlacesResult:
    mentions: defaultdict[str, list[Hit]] = defaultdict(list)
    places: dict[str, Place] = {}
    for name in names:
        if name.place and not name.reason:
            mentions[name.place.id].append((name.first, name.last))
            places[name.place.id] = name.place
    lists = _Lists(document, mentions)
    about = frozenset(place_id for place_id, hits in mentions.items() if _is_about(document, hits, lists))
    found = [
        PlaceFound(place.id, place.label, place.id in about, len(mentions[place.id]), place.within)
        for place in places.values()
    ]
    found.sort(key=lambda place: (not place.about, -place.mentions, place.place_id))
    hits_by_place = {place_id: tuple(hits) for place_id, hits in mentions.items()}
    return PlacesResult(tuple(found), tuple(_rejected(document, names)), hits_by_place, about)


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

    def __init__(self, document: Document, mentions: Mapping[str, Sequence[Hit]]) -> None:
        self._document = document
        self._firsts: defaultdict[int, dict[str, list[int]]] = defaultdict(dict)
        for place_id, hits in mentions.items():
            for first, _ in hits:
                self._firsts[document.number_of(first)].setdefault(place_id, []).append(first)
        self._lists: dict[int, frozenset[Range]] = {}

    def holds(self, position: int) -> bool:
        """Whether the sentence at the position is a list of places."""
        number = self._document.number_of(position)
        if len(self._firsts[number]) < LIST_OF_PLACES:
            return False
        if number not in self._lists:
            self._lists[number] = self._cut(self._firsts[number].values())
        return self._document.sentence_of(position) in self._lists[number]

    def _cut(self, places: Iterable[Sequence[int]]) -> frozenset[Range]:
        counts = Counter(
            sentence for firsts in places for sentence in {self._document.sentence_of(first) for first in firsts})
        return frozenset(sentence for sentence, count in counts.items() if count >= LIST_OF_PLACES)


def _is_about(document: Document, hits: Sequence[Hit], lists: _Lists) -> bool:
    """Whether mentions stand in the title, a dateline, the lead, or three sentences; lists of places are left out."""
    if any(_is_prominent(document, hit, lists) for hit in hits):
        return True
    told = [first for first, _ in hits if not lists.holds(first)]
    if len(told) < ABOUT_SENTENCES:
        return False
    paragraphs = {document.number_of(first) for first in told}
    return len(paragraphs) >= ABOUT_SENTENCES or len(set(map(document.sentence_of, told))) >= ABOUT_SENTENCES


def _is_prominent(document: Document, hit: Hit, lists: _Lists) -> bool:
    block = document.block_at(hit[0])
    if block.zone == "title" or _is_dateline(document, block, hit):
        return True
    low, high = document.ranges["lead"]
    return low <= hit[0] < high and not lists.holds(hit[0])


def _is_dateline(document: Document, block: Block, hit: Hit) -> bool:
    """Whether the name opens its paragraph in capitals, before a dash or an agency: "BALTIMORE, Md. (AP) —"."""
    if hit[0] != block.first or len(block.gaps[0]) > 3:
        return False
    if not all(word.isupper() for word in document.words[hit[0]:hit[1] + 1]):
        return False
    after = hit[1] + 1 - block.first  # the state and the agency are four words at most
    return any(sign in gap for gap in block.gaps[after:after + 5] for sign in ("—", "–", "(", "--", " - "))
