"""Which of several places of one name an article means, or whether it means a place at all.

The state printed beside the name decides; then the sense that the article has given the name once; then what speaks
for a state: the outlet's home, the paragraph, the article. One name has one sense in an article.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from rules.article import text
from rules.places import outlets, people, states
from rules.places.gazetteer import alias_word
from rules.places.mentions import are_listed, folded, is_inside
from rules.places.towns import ad_hoc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.article.document import Document
    from rules.model import Place
    from rules.places.gazetteer import Gazetteer, Words
    from rules.places.mentions import Name
    from rules.places.towns import StateMark

# What speaks for one of several places of a name, by weight. A name that may stand alone needs more than the mention
# of another's state; the outlet's home outweighs it.
_CITY_NOUNS = frozenset(("city", "mayor", "police", "subway", "ny"))
# A county of which the article names a town (or the other way round) is the one it means, wherever the outlet sits.
_IS_STATE, _RELATED, _HOME, _ALONE, _PARAGRAPH, _ARTICLE = 5, 4.5, 4, 3, 2, 1
_TOWN = 0.5  # a town gives way to a larger city of its name


@dataclass(slots=True)
class _Proofs:
    """States for which the article speaks: by its outlet's home, by paragraph (first position), and anywhere.

    `related` are counties that the article names for certain, or names a town of.
    """

    home: set[str] = field(default_factory=set)
    related: set[str] = field(default_factory=set)
    paragraphs: defaultdict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    article: set[str] = field(default_factory=set)

    def add(self, block: int, code: str) -> None:
        self.paragraphs[block].add(code)
        self.article.add(code)

    def weight(self, place: Place, blocks: Sequence[int]) -> float:
        """How much speaks for a place of a name that stands in these paragraphs; nothing does at 0."""
        if place.kind == "state":
            return _IS_STATE
        if place.id in self.related or not self.related.isdisjoint(place.within):
            return _RELATED
        if place.state in self.home:
            return _HOME
        said = self._said(place, blocks)
        return said if place.needs_state else _ALONE + said / 10

    def _said(self, place: Place, blocks: Sequence[int]) -> float:
        small = _TOWN if place.kind == "town" else 0
        beside = sum(place.state in self.paragraphs[block] for block in blocks if block in self.paragraphs)
        if beside:
            return _PARAGRAPH + beside / (len(blocks) + 1) - small
        return _ARTICLE - small if place.state in self.article else 0


def choose(document: Document, gazetteer: Gazetteer, names: Sequence[Name], marks: Sequence[StateMark]) -> None:
    """Give every name its one place, and a reason to those that turn out to mean none."""
    _read_states_before(document, names)
    _tell_states_from_cities(document, gazetteer, names)
    told: defaultdict[Words, list[tuple[int, str]]] = defaultdict(list)
    for name in names:
        name.place = name.place or name.alias.places[0]
        if name.state and not name.reason and not name.is_settled:
            told[name.alias.words].append((name.first, name.state))
    bare: defaultdict[Words, list[Name]] = defaultdict(list)
    for name in names:
        if not name.reason and not name.is_settled:
            state = name.state or _sense(told.get(name.alias.words, ()), name.first)
            if state and not name.alias.state:
                _take(document, gazetteer, name, state)
            else:
                bare[name.alias.words].append(name)
    persons = {name.alias.words for name in names if name.is_person}
    proofs = _proofs(document, gazetteer, names, marks)
    for words, group in bare.items():
        _choose_together(document, group, proofs, words in persons)
    _confirm_capitals(names)


def _read_states_before(document: Document, names: Sequence[Name]) -> None:
    """Maryland's Howard County; "In Maryland, Howard County voted"."""
    for state, name in pairwise(names):
        if not state.alias.state or name.state or name.alias.state or state.block is not name.block:
            continue
        words, gap = document.words[state.last + 1:name.first], (name.gap or "").strip()
        follows_possessive = not words and (gap in ("'", "’") or _is_possessive(document.words[state.last]))
        follows_in = state.before in ("In", "in", "En", "en") and (words == ["the"] or (not words and gap == ","))
        if follows_possessive or follows_in:
            name.state = state.alias.state


def _is_possessive(word: str) -> bool:
    return word[-2:-1] in ("'", "’")


def _sense(told: Sequence[tuple[int, str]], position: int) -> str:
    """The state last printed with this name before the position, else the first one after it."""
    before = [state for at, state in told if at <= position]
    return before[-1] if before else told[0][1] if told else ""


def _take(document: Document, gazetteer: Gazetteer, name: Name, state: str) -> None:
    """The place of the name in that state, if need be one made for the occasion."""
    own = [place for place in name.alias.places if place.state == state or not place.state]
    if own:
        name.place = own[0]
        return
    if state not in states.codes():
        name.reason = f"the article means the one in {state}"
        return
    first = name.alias.places[0]
    is_name = tuple(map(alias_word, text.words(first.name))) == name.alias.words or name.alias.has_county
    printed = first.name if is_name else " ".join(document.words[name.first:name.last + 1])
    name.place, name.not_meant = ad_hoc(printed, state, gazetteer), first


def _tell_states_from_cities(document: Document, gazetteer: Gazetteer, names: Sequence[Name]) -> None:
    """New York is the state in "New York law", and then everywhere in an article that never names the city."""
    shared = [at for at, name in enumerate(names) if not name.reason and _is_shared(name)]
    if not shared:
        return
    as_state = [at for at in shared if _means_state(document, names, at)]
    told = set(as_state)
    if as_state and not any(at not in told and _means_city(document, names, at) for at in range(len(names))):
        as_state = shared
    for at in as_state:
        _make_state(gazetteer, names[at])


def _is_shared(name: Name) -> bool:
    return not name.alias.state and states.names().get(name.alias.words) in states.ALSO_CITIES


def _means_state(document: Document, names: Sequence[Name], at: int) -> bool:
    name = names[at]
    if any(folded(word) in outlets.STATE_NOUNS for word in name.after) or name.before in ("upstate", "Upstate"):
        return True
    beside = [names[other] for other in (at - 1, at + 1) if 0 <= other < len(names)
              and are_listed(document, names, at, other)]
    return bool(beside) and all(other.alias.state not in ("", "DC") for other in beside)


def _means_city(document: Document, names: Sequence[Name], at: int) -> bool:
    """Whether the mention is certainly the city: by another spelling (New York City, Brooklyn), a noun, or a list."""
    name = names[at]
    if name.reason or name.alias.state:
        return False
    if not _is_shared(name):
        return any(states.names().get(tuple(place.name.casefold().split())) in states.ALSO_CITIES
                   for place in name.alias.places)
    if name.state or (name.after and folded(name.after[0]) in _CITY_NOUNS):
        return True
    return any(0 <= other < len(names) and are_listed(document, names, at, other) and not names[other].alias.state
               for other in (at - 1, at + 1))


def _make_state(gazetteer: Gazetteer, name: Name) -> None:
    place = gazetteer.places.get(states.place_id(states.names()[name.alias.words]))
    name.is_settled = True
    if place:
        name.place = place
    else:
        name.reason = "the article means the state"


def _proofs(
    document: Document, gazetteer: Gazetteer, names: Sequence[Name], marks: Sequence[StateMark]
) -> _Proofs:
    proofs = _Proofs(home=home_states(document, gazetteer))
    for mark in marks:
        proofs.add(document.block_at(mark.first).first, mark.code)
    for name in names:
        if name.place and not name.reason and (name.state or (
                len(name.alias.places) == 1 and not name.place.needs_state)):
            proofs.add(name.block.first, name.place.state)
            proofs.related.update(found for found in (name.place.id, *name.place.within)
                                  if found in gazetteer.places and gazetteer.places[found].kind == "county")
    return proofs


def home_states(document: Document, gazetteer: Gazetteer) -> set[str]:
    """The state of the outlet's home, and those that its name tells: Spotlight PA, The Texas Tribune, CBS Boston."""
    article = document.article
    found = {states.code_of(article.home)}
    words = text.words(article.outlet)
    plain = tuple(alias_word(word) for word in words)
    for start in range(len(words)):
        for length in range(1, 4):
            some = plain[start:start + length]
            code = states.names().get(some, "")
            if code and (length > 1 or words[start] == code or len(some[0]) > 2) and code not in states.ALSO_CITIES:
                found.add(code)
            elif (alias := gazetteer.by_words.get(some)) and len(alias.places) == 1 and not code:
                found.add("" if alias.places[0].needs_state else alias.places[0].state)
    return found & states.codes()


def _choose_together(document: Document, group: Sequence[Name], proofs: _Proofs, is_person: bool) -> None:
    """One sense for all bare mentions of a name."""
    candidates = group[0].alias.places
    if len(candidates) == 1 and not candidates[0].needs_state and not is_person:
        return  # the place that every name was given at first
    blocks = [name.block.first for name in group]
    weights = [proofs.weight(place, blocks) for place in candidates]
    best = max(weights)
    winners = [place for place, weight in zip(candidates, weights, strict=True) if weight == best]
    reason = ""
    if best == 0 and len(candidates) == 1:
        reason = f"nothing in the article says {states.display(candidates[0].state)}"
    elif best == 0 or len({place.state for place in winners}) > 1:
        reason = f"could be any of {', '.join(place.label for place in candidates[:6])}"
    elif _must_be_shown(group[0], winners[0]) and not any(is_inside(document, name) for name in group):
        reason = "nothing shows that a place is meant"
    for name in group:
        name.place = winners[0] if not reason else candidates[0]
        name.reason = reason
        if is_person and not reason and not is_inside(document, name):
            name.reason = "the article means a person of this name"


def _must_be_shown(name: Name, place: Place) -> bool:
    """Whether the bare name is more often that of a person, an ordinary word or a larger place."""
    words = name.alias.words
    return place.needs_state and not name.alias.has_county and (place.kind == "town" or (
        len(words) == 1 and (words[0] in people.ALSO_WORDS or words[0] in people.GIVEN)))


def _confirm_capitals(names: Sequence[Name]) -> None:
    """In a line of capitals a name counts if its state follows, or if the article has it elsewhere."""
    confirmed = {name.place.id for name in names if name.place and not name.reason and not name.block.capitals}
    for name in names:
        if name.block.capitals and not name.state and not name.reason and name.place and name.place.id not in confirmed:
            name.reason = "only in a line of capitals"
