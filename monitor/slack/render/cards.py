"""Stories as cards: blocks that stay together in a message. What is never split stands here, `pack` does the rest.

The further articles of a story are more cards of it: the first ones stand with the story itself, the others may go on
in the next message, under its headline.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.slack.render import coverage, elements, item
from monitor.slack.render.limits import Size, cut, size_of
from monitor.slack.render.mrkdwn import BLANK, plain
from monitor.words.items import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.digest.model import Digest, Item
    from monitor.slack.render.elements import Block

_HEADLINES = 3  # of further articles in a digest; the others are names of outlets
_WHOLE = 7_500  # of a card: a message has a head too, and a card is never split
_TITLE = 150


@dataclass(frozen=True, slots=True)
class Card:
    """`section` is the index of the topic; None for lines after the stories. `shown` are the articles that stand here.

    `first`: the story begins here, and `shown` with it.
    """

    blocks: tuple[Block, ...]
    section: int | None = None
    story: Item | None = None
    shown: tuple[Item, ...] = ()
    first: bool = True
    spoken: tuple[str, ...] = ()  # what the text beside the blocks says of it


def of_section(digest: Digest, at: int, quote: int = item.QUOTE) -> Iterator[Card]:
    """The stories of one topic, quoted sentences of at most `quote` characters."""
    section = digest.sections[at]
    for one in section.items:
        blocks, pieces = item.card(one, section, digest, quote), coverage.pieces(one, digest, _HEADLINES)
        own = pieces[:1] if size_of([*blocks, *(piece.block for piece in pieces[:1])]).weight <= _WHOLE else []
        yield Card((*blocks, *(piece.block for piece in own)), at, one, together(one, own))
        yield from further(one, pieces[len(own):], at)


def together(story: Item, pieces: Iterable[coverage.Piece]) -> tuple[Item, ...]:
    """The articles that stand in a story's own card."""
    return (story, *(one for piece in pieces for one in piece.items))


def further(story: Item, pieces: Iterable[coverage.Piece], at: int = 0) -> Iterator[Card]:
    """Cards of nothing but further articles."""
    return (Card((piece.block,), at, story, piece.items, first=False) for piece in pieces)


def drawn(digest: Digest, previous: Card | None, card: Card) -> list[Block]:
    """The card's blocks; where it goes on with a story of another message, below that story's headline."""
    carries_on = not card.first and (previous is None or previous.story is not card.story)
    return [*([_continued(card.story, digest)] if carries_on and card.story else []), *card.blocks]


def cost(digest: Digest, previous: Card | None, card: Card) -> Size:
    """What the card adds to a message."""
    return size_of(drawn(digest, previous, card))


def _continued(story: Item, digest: Digest) -> Block:
    words = WORDS[digest.language]
    title = cut(plain(story.title).strip(BLANK), _TITLE) or words.untitled
    said = elements.text(words.continued.format(title), strong=True)
    return elements.rich([elements.paragraph([said])], f"c:{story.article_id}")


def spoken(cards: Sequence[Card]) -> list[Item]:
    """The articles of a message as the text beside the blocks names them: those of which it tells most first."""
    begun = [card.story for card in cards if card.first and card.story]
    return [*begun, *(one for card in cards for one in card.shown if not card.first or one is not card.story)]
