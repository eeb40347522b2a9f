"""How much of a story an article makes of what a rule found: headline, lead, body, or a passing mention.

Most false alerts are one phrase deep in a story about something else, so a match is weighed by where the rule hit, how
often and how densely. The thresholds were chosen on 205 labelled news articles: a mention among the first words was
about the subject in 9 of 10, a mention further down only in 1 of 4.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from rules.article.spans import separate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.article.document import Document
    from rules.article.spans import Hit
    from rules.model import Prominence

# Some pages hold their story in one line and others break after every sentence; a paragraph of 60 words is the usual
# one, and longer ones count as several.
PARAGRAPH_WORDS = 60
OPENING_PARAGRAPHS = 3
# Three long paragraphs are no opening: a subject first named behind the 120th word was a side matter in 3 of 4.
OPENING_WORDS = 120
# A story goes on about its subject: one mention will do for a brief, two for a short story, three for any other.
WORDS_PER_MENTION = 120
MENTIONS_OF_A_STORY = 3
# Without the opening, what fills less than a tenth of the paragraphs was a side matter in 9 of 10; three mentions in
# one paragraph are that paragraph's subject, as in a column of short items.
SHARE_OF_A_STORY = 0.10
MENTIONS_OF_A_PARAGRAPH = 3
# Features begin with a scene and long paragraphs: what fills a quarter of the text is its subject all the same.
SHARE_OF_A_SUBJECT = 0.25
MENTIONS_OF_A_SUBJECT = 8


class Standing(NamedTuple):
    """Where mentions stand, counted. `mentions` and `paragraphs_hit` leave the headline out; `first` is a paragraph's
    number from 1, or 0 where the text has none; `elsewhere` counts captions and the feed's own fields."""

    in_title: int
    in_opening: int
    mentions: int
    paragraphs_hit: int
    densest: int
    paragraphs: int
    words: int
    first: int
    in_captions: int
    in_fields: int

    @property
    def share(self) -> float:
        """The part of the text's paragraphs that hold a mention, 0 to 1."""
        return self.paragraphs_hit / (self.paragraphs or 1)


def standing(document: Document, hits: Sequence[Hit]) -> Standing:
    """Count mentions, given as spans of positions; of overlapping ones the first to end counts."""
    page = _page(document)
    starts, blocks = document.starts, document.blocks
    elsewhere: dict[str, int] = {}
    numbers: dict[int, int] = {}
    in_opening = 0
    for position, _ in hits if len(hits) == 1 else separate(hits):
        at = bisect_right(starts, position) - 1
        if at in page.first_paragraphs:
            number = page.first_paragraphs[at] + (position - starts[at]) // PARAGRAPH_WORDS + 1
            numbers[number] = numbers.get(number, 0) + 1
            in_opening += position < page.opening_end
        else:
            elsewhere[blocks[at].zone] = elsewhere.get(blocks[at].zone, 0) + 1
    return Standing(
        elsewhere.get("title", 0), in_opening, sum(numbers.values()), len(numbers), max(numbers.values(), default=0),
        page.paragraphs, page.words, min(numbers, default=0), elsewhere.get("caption", 0),
        elsewhere.get("boilerplate", 0))


class Page(NamedTuple):
    """How an article is cut: the number of the first paragraph of each body block, counted from 0, by block; where the
    opening ends, as a position; how many paragraphs and words the body has."""

    first_paragraphs: dict[int, int]
    opening_end: int
    paragraphs: int
    words: int


def _page(document: Document) -> Page:
    """Worked out once an article."""
    found = document.memory.get("page")
    if not isinstance(found, Page):
        found = document.memory["page"] = _cut(document)
    return found


def _cut(document: Document) -> Page:
    first_paragraphs: dict[int, int] = {}
    paragraphs = words = opening_end = 0
    for number, block in enumerate(document.blocks):
        if block.zone != "body":
            continue
        if len(first_paragraphs) < OPENING_PARAGRAPHS and words < OPENING_WORDS:
            opening_end = block.first + min(block.count, OPENING_WORDS - words)
        first_paragraphs[number] = paragraphs
        paragraphs += max(1, -(-block.count // PARAGRAPH_WORDS))
        words += block.count
    return Page(first_paragraphs, opening_end, paragraphs, words)


def prominence(found: Standing) -> Prominence:
    """The level. A text that is short, or evidence that is the outlet or address itself, is never passing."""
    if found.in_title:
        return "headline"
    if not found.mentions:
        return "lead" if found.in_fields else "passing"
    goes_on = found.mentions >= _wanted(found.words)
    pervades = found.share >= SHARE_OF_A_SUBJECT and found.mentions >= MENTIONS_OF_A_SUBJECT
    if pervades or (found.in_opening and goes_on):
        return "lead"
    fills = found.share >= SHARE_OF_A_STORY or found.densest >= MENTIONS_OF_A_PARAGRAPH
    return "body" if found.in_opening or (goes_on and fills) else "passing"


def _wanted(words: int) -> int:
    return min(MENTIONS_OF_A_STORY, 1 + words // WORDS_PER_MENTION)


def why(found: Standing) -> str:
    """The counts behind the level: "in the headline; 2 of 9 paragraphs, first in the 1st, 5 mentions"."""
    parts = ["in the headline"] if found.in_title else []
    if found.mentions:
        parts.append(
            f"{found.paragraphs_hit} of {_count(found.paragraphs, 'paragraph')}, first in the {_ordinal(found.first)}, "
            f"{_count(found.mentions, 'mention')}")
    elif found.in_title:
        parts.append("not in the text" if found.words else "no text")
    elif found.in_fields:
        parts.append("the outlet, address or section itself")
    else:
        parts.append("only in a caption")
    return "; ".join(parts)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _ordinal(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return str(number) + {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
