"""A story as readers see it: the report that stands for it, how far it is carried, and what later coverage adds. Pure.

Nothing here decides what is one story; it only says what is told of one. What it says shows in a channel, so a count
or place that may be background is left out rather than announced.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.stories.model import Growth, Tally
from rules.places import states

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
# counted something else: 110 people at work, 300 people at a vigil.
GROWS = frozenset({"arrests", "injured", "dead", "missing", "released", "deported", "charged", "protesters", "families",
                   "homes"})
# A single article may also be about a town far away, whose newspapers are not local for that.
_ABOUT_SHARE = 1 / 3


@dataclass(frozen=True, slots=True)
class _Where:
    """Where a story is: its places as folded labels, and the states that it is about."""

    labels: frozenset[str]
    states: frozenset[str]

    def holds(self, home: str) -> bool:
        """Whether an outlet at home there is local."""
        return bool(home.strip()) and (home.strip().casefold() in self.labels or states.code_of(home) in self.states)


def ranked(members: Sequence[Member], language: str) -> list[Member]:
    """The best report first: local before others, an original before a copy, the language, more text, the earliest."""
    where = _where(members)
    return sorted(members, key=lambda one: (
        not where.holds(one.features.home), one.copy_of is not None, one.features.language != language,
        -one.features.size, one.features.at, one.article_id))


def is_local(member: Member, members: Collection[Member]) -> bool:
    """Whether its outlet is at home where the story is, or in a state that it is about; a national one never is."""
    return _where(members).holds(member.features.home)


def tally(members: Collection[Member]) -> Tally:
    """How far the story is carried. An outlet counts once, and in every language in which it has an article."""
    where = _where(members)
    languages = Counter(code for _, code in {(_outlet(one), one.features.language) for one in members} if code)
    return Tally(
        outlets=len({_outlet(one) for one in members}),
        local=len({_outlet(one) for one in members if where.holds(one.features.home)}),
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
    return _Where(frozenset(spot.label.casefold() for spot in about or spots),
                  frozenset(code for spot in about for code in _states_of(spot)))


def _states_of(spot: Spot) -> set[str]:
    """The codes of the states in which a place lies; of one that a team made itself its label may say it."""
    found = {code for place_id in (spot.place_id, *spot.within) if (code := states.code_of_id(place_id))}
    return found or {code for code in [states.code_of(spot.label)] if code}


def _counts(told: Sequence[Member], new: Sequence[Member]) -> Iterator[tuple[Count, int | None]]:
    """Of each kind of count the highest that is believed and not told, in the order in which they come up."""
    for what in dict.fromkeys(count.what for one in new for count in one.features.counts if count.what in GROWS):
        numbers = [count.number for count in _of_kind(told, what)]
        before = max((number for number in numbers if number <= _most(numbers[0])), default=None)
        firsts = [_first_higher(_of_kind([one], what), set(numbers), before) for one in new]
        if highest := max(filter(None, firsts), key=lambda count: (count.number, count.exact), default=None):
            yield highest, before


def _of_kind(members: Sequence[Member], what: str) -> list[Count]:
    return [count for one in members for count in one.features.counts if count.what == what]


def _first_higher(counts: Sequence[Count], told: Collection[int], before: int | None) -> Count | None:
    """The first count of an article that is news. What follows a number that was told already is of something else."""
    for count in counts:
        if count.number in told:
            return None
        if _is_higher(count, before):
            return count
    return None


def _is_higher(count: Count, before: int | None) -> bool:
    if before is None:
        return True
    return before * (1 if count.exact else ROUGHLY_HIGHER) < count.number <= _most(before)


def _most(number: int) -> int:
    """The highest count that is still of the same event as this one."""
    return max(number * MOST_GROWTH, ALWAYS_BELIEVED)


def _new_places(told: Sequence[Member], new: Sequence[Member]) -> tuple[str, ...]:
    """Labels of places that new articles are about and that are news after those told; the narrowest of them.

    Where no place was told, the first one says where the event is, not where else.
    """
    named = [spot for one in told for spot in one.features.places]
    fresh = [spot for spot in _prominent(new) if named and _is_another(spot, named)]
    holders = {place_id for spot in fresh for place_id in spot.within}
    return tuple(dict.fromkeys(spot.label for spot in fresh if spot.place_id not in holders))


def _prominent(new: Sequence[Member]) -> list[Spot]:
    """Places that stand in a headline or first sentence, or that two reports are about which are no copies.

    Further down articles are about the seat of an office or the counties of a supplier, too.
    """
    about = {spot.place_id: spot for one in new for spot in one.features.places if spot.about}
    first = {spot.place_id for one in new for spot in one.features.places if spot.first}
    reports = Counter(spot.place_id for one in new if one.copy_of is None for spot in one.features.places if spot.about)
    return [spot for spot in about.values() if spot.place_id in first or reports[spot.place_id] > 1]


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
