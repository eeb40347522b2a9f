"""Names that two articles share: of their own stories, in passing, and of officials. What is a place is no name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.stories.names import is_general, is_telling
from monitor.stories.signal import Signal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.stories.model import Features

FEW = 3  # articles with fewer names each may well be of one event and share none


def name_signals(a: Features, b: Features) -> Iterator[Signal]:
    """Names that both give: of two words, of one, and named in passing."""
    ours, theirs = set(" ".join(a.names).split()), set(" ".join(b.names).split())
    where = _place_words(a) | _place_words(b)
    own = (ours & theirs) - where
    full = _full_names(a.names, b.names, own)
    single = {word for word in own - set(" ".join(full).split()) if is_telling(word)}
    if full:
        yield Signal("names", "name", _strength(full), f"both name {_list(full)}")
    if single:
        yield Signal("words of names", "name", _strength(single), f"both name {_shown(single, a.names)}")
    if officials := [name for name in a.officials if name in b.officials]:
        yield Signal("official", "name", _strength(officials), f"both name {_list(officials)}")
    passing = (ours.union(*map(str.split, a.asides)) & theirs.union(*map(str.split, b.asides))) - own - where
    if passing:
        yield from _passing_names(a, b, passing)
    elif not full and not single and len(a.names) >= FEW and len(b.names) >= FEW:
        yield Signal("no name shared", "name", 1.0, "no name in both")


def _strength(found: Iterable[str]) -> float:
    return float(min(len(list(found)), 3) ** 0.5)


def _place_words(one: Features) -> set[str]:
    """What is a place for one of the two is no name for the other, nor is the town where the outlet is at home."""
    return set(" ".join([one.home, *[spot.label for spot in one.places]]).lower().replace(",", " ").split())


def _passing_names(a: Features, b: Features, shared: set[str]) -> Iterator[Signal]:
    """Names that at least one of the two gives only once, further down."""
    ours, theirs = (*a.names, *a.asides), (*b.names, *b.asides)
    full = _full_names(ours, theirs, shared)
    single = {word for word in shared - set(" ".join(full).split()) if is_telling(word)}
    if full:
        both = not any(name in a.names or name in b.names for name in full)
        yield Signal("both in passing" if both else "name in passing", "name", _strength(full),
                     f"{_list(full)} in both, in passing")
    elif single:
        yield Signal("word in passing", "name", _strength(single), f"{_shown(single, ours)} in both, in passing")


def _full_names(ours: Sequence[str], theirs: Sequence[str], shared: set[str]) -> list[str]:
    """Names of which two telling words, or the whole, stand in a name of the other: "Mesa Llena (Foods)"."""
    if len(shared) < 2:
        return []
    others = [set(name.split()) for name in theirs]
    found = []
    for name in ours:
        words = shared.intersection(name.split())
        rare = {word for word in words if not is_general(word)}
        enough = len(rare) > 1 or (rare and len(words) > 1 and name in theirs)
        if enough and any(rare <= other for other in others):
            found.append(name)
    return found


def _shown(words: set[str], names: Iterable[str]) -> str:
    return _list(list(dict.fromkeys(name for name in names if words.intersection(name.split()))))


def _list(names: Sequence[str]) -> str:
    return " and ".join(name.title() for name in names[:2])
