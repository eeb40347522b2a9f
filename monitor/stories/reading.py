"""An article as grouping reads it: sentences, with where they stand and whether they speak of something else.

News tells its own event in the headline and the first sentences, and recalls other events further down: "it was the
second raid in nine days". What stands in such a sentence is no evidence for the article's own event.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from monitor.stories.concepts import SEQUELS
from monitor.stories.lexicon import AFTER, FALSE_FRIENDS, MONTHS, NUMBERS, RECALLS, RECALLS_TWO, UNITS
from monitor.stories.terms import deeds
from rules.article import text
from rules.article.document import Vocabularies, lay_out

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from rules.article.document import Block
    from rules.model import Article

Part = Literal["title", "opening", "near", "rest"]
# Words of the body before which a paragraph must begin to count so. An opening is two or three sentences; a feed's
# summary of 40 words is all opening.
OPENING_WORDS = 55
NEAR_WORDS = 140
MONTHS_BACK = 9
FIRST_PARAGRAPH = 1  # the headline is paragraph 0
FIRST_SENTENCES = 2
# What goes on for longer without a full stop is a table or an attack, and some of what is looked for in a sentence
# takes the square of its length.
SENTENCE_WORDS = 150
TAIL_FROM = 5  # before this word "a week after" opens a follow-up: "A week after the raid, ..."


@dataclass(frozen=True, slots=True)
class Sentence:
    """`words` as printed, `keys` folded; `gaps` stand before each word, and after the last one.

    `recalls`: it speaks of another event, or of years of them.
    """

    part: Part
    paragraph: int
    words: list[str]
    keys: list[str]
    gaps: list[str]
    recalls: bool = False


@cache
def _vocabularies() -> Vocabularies:
    return Vocabularies()


@cache
def _folded() -> text.Vocabulary:
    return text.Vocabulary(fold)


def fold(word: str) -> str:
    """The word in small letters without accents and tildes: one spelling for what is printed in many."""
    return text.fold(text.surface(word)).replace("ñ", "n")


def read(article: Article, at: datetime) -> list[Sentence]:
    """The sentences of the story, its title first; captions and the furniture of the page are left out."""
    found: list[Sentence] = []
    document = lay_out(article, _vocabularies())
    before = 0
    telling = _telling(article.title, at)
    for number, block in enumerate(document.blocks[: len(document.blocks) - len(document.fields)]):
        if block.zone not in ("title", "body") or not block.count:
            continue
        part: Part = "title" if number == 0 else _part(before)
        before += block.count if number else 0
        found += _sentences(block, part, number, telling)
    return found


def _part(before: int) -> Part:
    if before < OPENING_WORDS:
        return "opening"
    return "near" if before < NEAR_WORDS else "rest"


@dataclass(frozen=True, slots=True)
class _Telling:
    """How an article tells: `past` are months that are over, `sequel` a headline of what comes after an event."""

    past: AbstractSet[int]
    sequel: bool


def _telling(title: str, at: datetime) -> _Telling:
    # "In June" recalls something where June is over, and announces it where it is to come.
    past = frozenset((at.month - back - 1) % 12 + 1 for back in range(1, MONTHS_BACK + 1))
    return _Telling(past, bool(SEQUELS.intersection(deeds(fold(word) for word in text.words(title)))))


def _sentences(block: Block, part: Part, number: int, telling: _Telling) -> Iterator[Sentence]:
    folded = _folded()
    friends = FALSE_FRIENDS["es" if block.language == "es" else "en"]
    keys = [key if (key := folded[word]) not in friends else f"{key}~" for word in block.words]
    gaps = block.pieces[::2]
    starts = [at - block.first for at in block.sentences] if part != "title" else [0]
    recalls = False
    for nth, (start, full_stop) in enumerate(zip(starts, [*starts[1:], block.count], strict=True)):
        end = min(full_stop, start + SENTENCE_WORDS)
        # What follows in the same paragraph goes on about it. The first sentences tell the article's own event.
        begun = number > FIRST_PARAGRAPH or nth >= FIRST_SENTENCES
        recalls = recalls or (begun and _recalls(keys[start:end], telling.past))
        tail = end if recalls or telling.sequel else start + _tail(keys[start:end])
        yield Sentence(part, number, block.words[start:tail], keys[start:tail], gaps[start:tail + 1], recalls)
        if tail < end:
            yield Sentence(part, number, block.words[tail:end], keys[tail:end], gaps[tail:end + 1], recalls=True)


def _tail(keys: list[str]) -> int:
    """Where a sentence ends its own news: "agents arrested 18 people on Thursday, | a week after a raid in Reading"."""
    for at in range(TAIL_FROM, len(keys) - 1):
        if keys[at] in AFTER and (keys[at - 1] in UNITS or (keys[at] == "despues" and keys[at - 1] in UNITS)):
            return at - 2 if keys[at - 2] in NUMBERS or keys[at - 2] == "a" else at - 1
    return len(keys)


def _recalls(keys: list[str], past: AbstractSet[int]) -> bool:
    """Whether a sentence says by its words that it speaks of another time or event."""
    return not RECALLS.isdisjoint(keys) or any(
        pair in RECALLS_TWO or (pair[0] in ("in", "en", "since", "desde") and MONTHS.get(pair[1]) in past)
        for pair in pairwise(keys))
