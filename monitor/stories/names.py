"""Names that an article gives: people, businesses, streets, organisations, as runs of capitalised words.

A rare name that two articles share is the best sign of one event, whatever their languages. What everybody names is
none: the rules' own words, places, the outlet, weekdays, countries, and offices without a person.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from monitor.stories.general import AREAS, COUNTRIES, GENERAL, HIGH_OFFICES, LINKS, OFFICES
from monitor.stories.lexicon import MONTHS, WEEKDAYS
from monitor.stories.reading import fold
from monitor.stories.terms import is_ordinary
from rules.article import text
from rules.places import states
from rules.places.people import GIVEN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from monitor.stories.reading import Sentence
    from rules.model import Article, PlaceFound

KEPT = 24
LONGEST = 6  # words of a name; longer runs are headlines
_CALENDAR = frozenset((*MONTHS, *WEEKDAYS)) - {"may", "march", "mar"} | {"may", "march"}
_DASHES = ("-", "–", "‑")
_PLAIN = frozenset((" ", ", ", "-", "–", "‑", " (", "; ", ". "))


def names_in(
    sentences: Sequence[Sentence], known: Collection[str],
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Folded names of the article's own story, those in passing, and officials; `known` are words that make no name.

    Its own: in the headline or opening, or more than once. What it recalls gives no names.
    """
    told: Counter[str] = Counter()
    offices: set[str] = set()
    inside = _inside(sentences)
    for one in sentences:
        if one.recalls or (one.part == "title" and _in_title_case(one)):
            continue
        for run in _runs(one, inside):
            for name in _name(run, known):
                told[name] += 2 if one.part in ("title", "opening") else 1
                if not HIGH_OFFICES.isdisjoint(run):
                    offices.update(name.split())
    officials = [name for name in told if offices.intersection(name.split()[-1:])]
    own = [name for name, points in told.items() if points > 1 and name not in officials]
    asides = [name for name, points in told.items() if points == 1 and name not in officials]
    return tuple(own[:KEPT]), tuple(asides[:KEPT]), tuple(officials[:KEPT])


def no_names(article: Article, places: Sequence[PlaceFound]) -> frozenset[str]:
    """Folded words of the outlet and of the places: that an article names those says nothing new."""
    printed = " ".join((article.outlet, *(place.label for place in places)))
    return frozenset(fold(word) for word in text.words(printed)) | _states()


@cache
def _states() -> frozenset[str]:
    return frozenset(word for spelling in states.names() for word in spelling)


def _in_title_case(one: Sentence) -> bool:
    """Whether capitals prove nothing: most long words of the headline have one."""
    long = [word for word in one.words[1:] if len(word) > 3]
    return sum(word[0].isupper() for word in long) * 10 > len(long) * 6


def _inside(sentences: Sequence[Sentence]) -> frozenset[str]:
    """Words that stand capitalised within a sentence: at its beginning they are names, too."""
    return frozenset(
        key for one in sentences if one.part != "title"
        for at, (word, key) in enumerate(zip(one.words, one.keys, strict=True))
        if word[0].isupper() and _is_inside(at, one.gaps[at])
    )


def _runs(one: Sentence, inside: Collection[str]) -> Iterator[list[str]]:
    """Runs of capitalised words in one sentence, folded; what a hyphen joins is one word."""
    run: list[str] = []
    for at, (word, key) in enumerate(zip(one.words, one.keys, strict=True)):
        gap = one.gaps[at]
        if run and (not _goes_on(gap, run[-1]) or (key in LINKS and _is_whole(run))):
            yield run
            run = []
        named = word[0].isupper() and not _is_acronym(word)
        if named and (run or _is_inside(at, gap) or key in inside or _opens_name(one, at)):
            if run and gap in _DASHES:
                run[-1] = f"{run[-1]}-{key}"
            else:
                run += [office for office in one.keys[max(0, at - 2):at] if not run and office in HIGH_OFFICES]
                run.append(key)
        elif run and key in LINKS:
            run.append(key)
        elif run:
            yield [*run, key] if key in OFFICES else run
            run = []
    if run:
        yield run


def _goes_on(gap: str, before: str) -> bool:
    return gap == " " or gap in _DASHES or (gap == ". " and (len(before) == 1 or before in ("st", "dr", "mt", "ft")))


def _opens_name(one: Sentence, at: int) -> bool:
    """Whether a sentence or quotation begins with a name: another capital follows, and the word is no common one."""
    following = one.words[at + 1:at + 2]
    if not following or not following[0][0].isupper() or one.gaps[at + 1] not in (" ", "-"):
        return False
    key = one.keys[at]
    return key in GIVEN or (len(key) > 3 and key not in LINKS and not is_ordinary(key))


def _is_whole(run: Sequence[str]) -> bool:
    """Whether what comes before "of" is a name by itself: Paloma Reisch of the Justice Project."""
    return len(run) > 1 and LINKS.isdisjoint(run)


def _is_inside(at: int, gap: str) -> bool:
    """Whether a word stands where only a name has a capital: not after a quotation mark, a dash or a colon."""
    return at > 0 and (gap in _PLAIN or gap.isspace())


def _is_acronym(word: str) -> bool:
    return len(word) < 6 and word.isupper() and len(word) > 1


def _name(run: Sequence[str], known: Collection[str]) -> Iterator[str]:
    """The name in a run of words without titles and links at its ends, if something in it tells."""
    words = [word for word in run if len(word) > 1]  # without middle initials
    while words and (words[0] in LINKS or words[0] in OFFICES or words[0] in _CALENDAR):
        del words[0]
    while words and (words[-1] in LINKS or words[-1] in OFFICES or words[-1] in _CALENDAR):
        del words[-1]
    if not AREAS.isdisjoint(words):
        return
    rare = [word for word in words if not is_general(word) and word not in known]
    # A given name alone is anybody's; before another name it is somebody's, or a quarter's: Curtis Bay.
    if len(words) <= LONGEST and ((len(words) > 1 and rare) or any(word not in GIVEN for word in rare)):
        yield " ".join(words)


def is_general(word: str) -> bool:
    """Whether a word stands in the names of many: "Avenue", "Guatemalan", "Supervisor"."""
    return len(word) < 3 or word.isdecimal() or word in GENERAL or word in COUNTRIES or word in _CALENDAR \
        or word in OFFICES or word in LINKS


def is_telling(word: str) -> bool:
    """Whether a word of a name alone tells whose it is: "Gannet", not "Avenue" and not "Maria"."""
    return word not in GIVEN and not is_general(word)
