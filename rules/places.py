"""Which places an article speaks of, decided before any rule runs, so that `place:` is a fact and not a keyword.

A name counts only if nothing says that it means something else: an outlet's name, a county, an office, a caption,
a phrase of the place's own `ignore` list, another state. Each refusal keeps its reason for explanations.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rules import states
from rules.gazetteer import build
from rules.mentions import Name, between, is_printed_state, refusal, scan, state_after
from rules.model import PlaceFound, PlaceRejected

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from rules.document import Block, Document
    from rules.evaluate import Hit
    from rules.gazetteer import Gazetteer, Words
    from rules.model import Place

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
    names = scan(document, gazetteer)
    if not names:
        return PlacesResult()
    for name in names:
        name.state = state_after(document, name)
        name.reason = refusal(document, name)
    _choose(document, names)
    for name in names:
        if name.place and not name.reason and any(at in ignored(name.place) for at in range(name.first, name.last + 1)):
            name.reason = "inside a phrase of its ignore list"
    return _result(document, names)


def _choose(document: Document, names: list[Name]) -> None:
    """Give every name one place: by the state printed with it, else by the sense the article has given it."""
    named = _states_named(document, names)
    senses: dict[Words, list[tuple[int, str]]] = defaultdict(list)
    for name in names:
        if name.state and not name.reason:
            senses[name.alias.words].append((name.first, name.state))
    for name in names:
        if name.reason:
            name.place = name.alias.places[0]
        else:
            _choose_one(name, _sense(senses.get(name.alias.words, []), name.first), named)


def _sense(told: list[tuple[int, str]], position: int) -> str:
    """The state last printed with this name before the position, else the first one after it."""
    before = [state for at, state in told if at <= position]
    return before[-1] if before else told[0][1] if told else ""


def _choose_one(name: Name, state: str, named: Collection[str]) -> None:
    candidates = name.alias.places
    name.place = candidates[0]
    if state:
        own = [place for place in candidates if place.state == state or not place.state]
        name.place = own[0] if own else candidates[0]
        name.reason = "" if own else f"the article means the one in {states.display(state)}"
        return
    proven = [place for place in candidates if place.state in named]
    if len(candidates) == 1:
        if candidates[0].needs_state and not proven:
            name.reason = f"nothing in the article says {states.display(candidates[0].state)}"
        return
    if len(proven) == 1:
        name.place = proven[0]
        return
    free = [place for place in candidates if not place.needs_state]
    if not proven and len(free) == 1:
        name.place = free[0]
    else:
        name.reason = f"could be any of {', '.join(place.label for place in candidates)}"


def _states_named(document: Document, names: Sequence[Name]) -> frozenset[str]:
    """States that the article names in full or beside some town, and the state of the outlet's home."""
    if not any(len(name.alias.places) > 1 or name.alias.places[0].needs_state for name in names):
        return frozenset()
    named = {name.state for name in names if name.state}
    index = document.indexes["text"]
    entries = states.full_names_by_key()
    for first in entries.keys() & index.keys():
        named.update(code for code, keys in entries[first] for at in index[first] if _is_full_name(document, keys, at))
    named |= _short_states(document)
    named.add(states.code_of(document.article.home))
    return frozenset(named)


def _is_full_name(document: Document, keys: Words, at: int) -> bool:
    if tuple(document.keys[at:at + len(keys)]) != keys or not document.words[at][:1].isupper():
        return False
    if keys == ("washington",):  # the capital, far more often than the state
        return document.keys[at + 1] == "state"
    return keys != ("virginia",) or at == 0 or document.keys[at - 1] != "west"


def _short_states(document: Document) -> set[str]:
    """States shortened after some town that nobody watches: "Salem, Ore."."""
    found: set[str] = set()
    index = document.indexes["text"]
    entries = states.short_names_by_key()
    for key in entries.keys() & index.keys():
        for at in index[key]:
            printed = document.words[at]
            follows_comma = at > 0 and (between(document, at - 1) or "").strip() == ","
            if follows_comma and printed[:1].isupper() and is_printed_state([printed], entries[key]):
                found.add(entries[key])
    return found


def _result(document: Document, names: Sequence[Name]) -> PlacesResult:
    mentions: defaultdict[str, list[Hit]] = defaultdict(list)
    places: dict[str, Place] = {}
    for name in names:
        if name.place and not name.reason:
            mentions[name.place.id].append((name.first, name.last))
            places[name.place.id] = name.place
    about = _about(document, mentions)
    found = [
        PlaceFound(place_id, places[place_id].label, place_id in about, len(hits))
        for place_id, hits in mentions.items()
    ]
    found.sort(key=lambda place: (not place.about, -place.mentions, place.place_id))
    rejected = tuple(
        PlaceRejected(name.place.id, " ".join(document.words[name.first:name.last + 1]), name.reason)
        for name in names if name.place and name.reason
    )
    return PlacesResult(tuple(found), rejected, {key: tuple(hits) for key, hits in mentions.items()}, about)


def _about(document: Document, mentions: Mapping[str, Sequence[Hit]]) -> frozenset[str]:
    """Places of the title, a dateline, the lead, or three sentences; sentences that list places are left out."""
    lists = Counter(
        sentence for hits in mentions.values() for sentence in {document.sentence_of(first) for first, _ in hits}
    )
    return frozenset(
        place_id for place_id, hits in mentions.items()
        if any(_is_prominent(document, hit, lists) for hit in hits)
        or len({sentence for first, _ in hits
                if lists[sentence := document.sentence_of(first)] < LIST_OF_PLACES}) >= ABOUT_SENTENCES
    )


def _is_prominent(document: Document, hit: Hit, lists: Counter[tuple[int, int]]) -> bool:
    block = document.block_at(hit[0])
    if block.zone == "title" or _is_dateline(block, hit):
        return True
    low, high = document.ranges["lead"]
    return low <= hit[0] < high and lists[document.sentence_of(hit[0])] < LIST_OF_PLACES


def _is_dateline(block: Block, hit: Hit) -> bool:
    """Whether the name opens its paragraph in capitals, before a dash or an agency: "BALTIMORE, Md. (AP) —"."""
    start, end = block.spans[hit[0] - block.first][0], block.spans[hit[1] - block.first][1]
    if start > 3 or not block.text[start:end].isupper():
        return False
    head = block.text[end:end + 24]
    return any(sign in head for sign in ("—", "–", "(", "--", " - "))
