"""A story as readers see it: the report that stands for it, how far it is carried, and what later coverage adds. Pure.

Nothing here decides what is one story; it only says what is told of one. What it says shows in a channel, so a count
or place that may be background is left out rather than announced.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.stories.model import GRAVE, Growth, Tally
from rules.places import states, tables

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from monitor.stories.model import Count, Member, Spot

# A national sum ("14,000 arrests this year") stands beside the count of one event, and is no growth of it. Below a
# hundred nothing is left out: what begins with "a man was taken away" may turn out to be a raid.
MOST_GROWTH = 20
ALWAYS_BELIEVED = 100
# "About 30" after 28 is the same told roughly: a round number is news from a fifth more on.
ROUGHLY_HIGHER = 1.2
# What grows when an event does. In labelled news other counts rose from one report to the next only because the second
# counted something else: 110 people at work, 300 at a vigil, 19 families at a lawyer's, the 210 homes of a complex.
GROWS = frozenset({"arrests", "injured", "dead", "missing", "released", "deported", "charged"})
# A single article may also be about a town far away, whose newspapers are not local for that.
_ABOUT_SHARE = 1 / 3
_FAR = 2


@dataclass(frozen=True, slots=True)
class _Where:
    """Where a story is: ids of its towns and of the counties that hold them, its labels, and its states."""

    ids: frozenset[str]
    labels: frozenset[str]
    states: frozenset[str]
    towns: frozenset[str]  # labels of towns of these counties that any article names

    def distance(self, home: str) -> int:
        """How far from it an outlet at home there is: 0 in its town or county, 1 in its state, 2 elsewhere.

        A story of a whole state is at home everywhere in it.
        """
        label, code = home.strip().casefold(), states.code_of(home)
        if label and (label in self.labels | self.towns or self._holds(home, code)):
            return 0
        return 1 if code in self.states else 2

    def _holds(self, home: str, code: str) -> bool:
        if not self.ids:
            return code in self.states
        return tables.id_of(home.strip().rpartition(",")[0], code) in self.ids


def ranked(members: Sequence[Member], language: str) -> list[Member]:
    """The best report first.

    Those of the state before others, an original before a copy, the language, the town or county before the rest of the
    state, more text, the earliest.
    """
    where = _where(members)
    return sorted(members, key=lambda one: (
        *_rank(one, where, language), -one.features.size, one.features.at, one.article_id))


def rank(member: Member, members: Collection[Member], language: str) -> tuple[bool, bool, bool, int]:
    """How `ranked` orders a report before it looks at its length: the lowest is the best."""
    return _rank(member, _where(members), language)


def _rank(one: Member, where: _Where, language: str) -> tuple[bool, bool, bool, int]:
    distance = where.distance(one.features.home)
    return distance == _FAR, one.copy_of is not None, one.features.language != language, distance


def is_local(member: Member, members: Collection[Member]) -> bool:
    """Whether its outlet is at home in the town or county of the story; a state's or a national one never is."""
    return _where(members).distance(member.features.home) == 0


def tally(members: Collection[Member]) -> Tally:
    """How far the story is carried. An outlet counts once, and in every language in which it has an article."""
    where = _where(members)
    languages = Counter(code for _, code in {(_outlet(one), one.features.language) for one in members} if code)
    return Tally(
        outlets=len({_outlet(one) for one in members}),
        local=len({_outlet(one) for one in members if where.distance(one.features.home) == 0}),
        languages=tuple(sorted(languages.items(), key=lambda one: (-one[1], one[0]))),
        copies=sum(one.copy_of is not None for one in members))


def growth(told: Collection[Member], new: Collection[Member]) -> Growth:
    """What `new` adds to what a channel was `told`; nothing where nothing was told, as then all of it is new."""
    if not told:
        return Growth()
    known, fresh = _in_order(told), _in_order(new)
    heard = {voice for one in known for voice in one.features.voices}
    voices = dict.fromkeys(voice for one in fresh for voice in one.features.voices if voice not in heard)
    return Growth(tuple(_counts(known, fresh)), _new_places(known, fresh), tuple(voices))


def _in_order(members: Collection[Member]) -> list[Member]:
    return sorted(members, key=lambda one: (one.features.at, one.article_id))


def _outlet(member: Member) -> str:
    """The outlet as it is counted; an article without one is an outlet of its own."""
    return member.features.outlet.strip().casefold() or str(member.article_id)


def _where(members: Collection[Member]) -> _Where:
    """The places that a third of the articles are about, or that lie in a county or state of which that holds.

    Where the articles are about no place it is those that they name, and outlets of the same state are not local.
    """
    weight: Counter[str] = Counter()
    for one in members:
        weight.update({key for spot in one.features.places if spot.about for key in (spot.place_id, *spot.within)})
    enough = {place_id for place_id, times in weight.items() if times >= len(members) * _ABOUT_SHARE}
    spots = {spot for one in members for spot in one.features.places}
    about = {spot for spot in spots if spot.about and (not enough or enough & {spot.place_id, *spot.within})}
    ids = {key for spot in about for key in (spot.place_id, *spot.within) if not states.code_of_id(key)}
    towns = {spot for spot in spots if ids & set(spot.within)}
    codes = frozenset(code for spot in about for code in _states_of(spot))
    return _Where(frozenset(ids), _labels(about or spots), codes, _labels(towns))


def _labels(spots: Collection[Spot]) -> frozenset[str]:
    return frozenset(spot.label.casefold() for spot in spots)


def _states_of(spot: Spot) -> set[str]:
    """The codes of the states in which a place lies; of one that a team made itself its label may say it."""
    found = {code for place_id in (spot.place_id, *spot.within) if (code := states.code_of_id(place_id))}
    return found or {code for code in [states.code_of(spot.label)] if code}


def _counts(told: Sequence[Member], new: Sequence[Member]) -> Iterator[tuple[Count, int | None]]:
    """Of each kind of count the highest that is believed and not told, in the order in which they come up."""
    heard = {count.number for one in told for count in one.features.counts}
    for what in dict.fromkeys(count.what for one in new for count in one.features.counts if count.what in GROWS):
        numbers = [count.number for count in _of_kind(told, what)]
        before = max((number for number in numbers if number <= _most(numbers[0])), default=None)
        if before is None and not (what in GRAVE or _tells_arrests(told)):
            continue
        higher = [count for one in new for count in _first_higher(_of_kind([one], what), heard, before)]
        if highest := max(higher, key=lambda count: (count.number, count.exact), default=None):
            yield highest, before


def _tells_arrests(told: Sequence[Member]) -> bool:
    """Whether the story is one of arrests: in that of a jail's contract 22 detainees are no news of a raid."""
    return sum("arrest" in one.features.deeds for one in told) * 2 > len(told)


def _of_kind(members: Sequence[Member], what: str) -> list[Count]:
    return [count for one in members for count in one.features.counts if count.what == what]


def _first_higher(counts: Sequence[Count], heard: Collection[int], before: int | None) -> list[Count]:
    """The first count of an article that is news. A number that was told of people is none when told of arrests.

    Where none was told, lower numbers beside one that was are parts of it.
    """
    if before is None and any(count.number in heard for count in counts):
        return []
    return [count for count in counts if count.number not in heard and _is_higher(count, before)][:1]


def _is_higher(count: Count, before: int | None) -> bool:
    if before is None:
        return True
    return before * (1 if count.exact else ROUGHLY_HIGHER) < count.number <= _most(before)


def _most(number: int) -> int:
    """The highest count that is still of the same event as this one."""
    return max(number * MOST_GROWTH, ALWAYS_BELIEVED)


def _new_places(told: Sequence[Member], new: Sequence[Member]) -> tuple[str, ...]:
    """Labels of places where new articles say that people were arrested as well; the narrowest of them.

    Where no place was told, the first one says where the event is, not where else.
    """
    named = [spot for one in told for spot in one.features.places]
    main = [spot for spot in named if spot.about or spot.first]
    known = {count.number for one in told for count in one.features.counts}
    counted = {place_id for one in new for place_id in _counted(one, known, {spot.place_id for spot in main})}
    twice = _told_twice(new)
    spots = {spot.place_id: spot for one in new for spot in one.features.places if spot.about}
    fresh = [spot for place_id, spot in spots.items() if named and (
        (place_id in counted and _is_another(spot, main)) or (place_id in twice and _is_another(spot, named)))]
    holders = {place_id for spot in fresh for place_id in spot.within}
    return tuple(dict.fromkeys(spot.label for spot in fresh if spot.place_id not in holders))


def _arrests(one: Member) -> set[int]:
    return {count.number for count in one.features.counts if count.what == "arrests"}


def _counted(one: Member, known: Collection[int], told: Collection[str]) -> set[str]:
    """Places of which the article gives arrests that are not known: a part of all, or none of a place that was told."""
    there = {number for place_id, number in one.features.scenes if place_id in told}
    most = max((*known, *_arrests(one)), default=0)
    return {place_id for place_id, number in one.features.scenes
            if number and number not in known and (number < most or number not in there)}


def _told_twice(new: Sequence[Member]) -> set[str]:
    """Places of arrests that two reports are about which are no copies."""
    reports = Counter(spot.place_id for one in new if one.copy_of is None
                      for spot in one.features.places if spot.about and spot.place_id in dict(one.features.scenes))
    return {place_id for place_id, times in reports.items() if times > 1}


def _is_another(spot: Spot, told: Sequence[Spot]) -> bool:
    """Whether the place is another one than those told, and not the same one told with more or less precision.

    "Howard County" after "Columbia", which lies in it, is less precise. "Columbia" after "Howard County" alone is more
    precise: where the event is, not where else. Only where a town of that county was told is a second one more of it.
    States are never news: they say where a place is.
    """
    around = {place_id for one in told for place_id in one.within}
    if states.code_of_id(spot.place_id) or spot.place_id in around | {one.place_id for one in told}:
        return False
    vague = {one.place_id for one in _about(told)} - around
    return not vague & set(spot.within)


def _about(spots: Sequence[Spot]) -> Sequence[Spot]:
    """Those that articles are about; all where they are about none."""
    return [spot for spot in spots if spot.about] or spots
