"""Whether an article tells of many events: a round-up is of none of them, and must never join their stories.

It goes from place to place: paragraph after paragraph begins "In Reading, ...", or its first one names a row of towns
or of kinds of premises.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.stories import concepts
from monitor.stories.general import AREAS
from monitor.stories.lexicon import MONTHS, WEEKDAYS
from monitor.stories.reading import FIRST_PARAGRAPH, fold
from monitor.stories.terms import kinds
from rules.article import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.stories.reading import Sentence
    from rules.model import PlaceFound

PARAGRAPHS = 3  # that begin with a place of their own
COUNTIES = 3  # of which towns are named in the headline and first paragraph
VENUES = 4
_BEGINS = frozenset(("in", "en"))


def is_round_up(sentences: Sequence[Sentence], places: Sequence[PlaceFound]) -> bool:
    """Asks for three paragraphs with a place each, or at its beginning towns of three counties, or of two and four
    kinds of premises."""
    if _stations(sentences) >= PARAGRAPHS:
        return True
    head = [one for one in sentences if one.paragraph <= FIRST_PARAGRAPH and not one.recalls]
    named = len(_counties(head, places))
    return named >= COUNTIES or (named == COUNTIES - 1 and len(kinds(head, concepts.VENUES)) >= VENUES)


def _stations(sentences: Sequence[Sentence]) -> int:
    """Different places with which paragraphs of the body begin."""
    firsts: dict[int, Sentence] = {}
    for one in sentences:
        if one.part != "title":
            firsts.setdefault(one.paragraph, one)
    return len({one.keys[1] for one in firsts.values() if len(one.keys) > 2 and one.keys[0] in _BEGINS
                and one.words[1][0].isupper() and one.keys[1] not in MONTHS and one.keys[1] not in WEEKDAYS})


def _counties(head: Iterable[Sentence], places: Iterable[PlaceFound]) -> set[str]:
    """The counties of the towns that are named there."""
    said = {key for one in head for key in one.keys}
    found = set()
    for place in places:
        words = {fold(word) for word in text.words(place.label.partition(",")[0])}
        if len(place.within) > 1 and AREAS.isdisjoint(words) and words <= said:
            found.add(place.within[0])
    return found
