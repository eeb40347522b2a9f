"""A digest that stands in the channel itself: one message as long as it fits, else "2 of 3", split between articles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.digest.model import Message
from monitor.slack.render import asides, elements, frame, item
from monitor.slack.render.fallback import alternative
from monitor.slack.render.limits import HEADER_LIMIT, MAX_BLOCKS, MAX_WEIGHT, Size, cut, pack, size_of
from monitor.slack.render.mrkdwn import plain
from monitor.words.items import WORDS

if TYPE_CHECKING:
    from monitor.digest.model import Digest, Item
    from monitor.slack.render.elements import Block


@dataclass(frozen=True, slots=True)
class Card:
    """Blocks that stay together. `section` is the index of the topic, None for the lines after the articles."""

    blocks: tuple[Block, ...]
    section: int | None = None
    item: Item | None = None
    spoken: tuple[str, ...] = ()  # what the text beside the blocks says of it


def messages(digest: Digest, quote: int = item.QUOTE) -> tuple[Message, ...]:
    """Every article in exactly one message; quoted sentences have at most `quote` characters."""
    opening = size_of((elements.header("x" * HEADER_LIMIT), *_summary(digest)))
    room = Size(MAX_BLOCKS - opening.blocks, MAX_WEIGHT - opening.weight)
    pages = pack(_cards(digest, quote), lambda previous, card: _cost(digest, previous, card), room)
    return tuple(_message(digest, page, part, len(pages)) for part, page in enumerate(pages))


def _cards(digest: Digest, quote: int) -> list[Card]:
    articles = [
        Card(item.card(one, section, digest, quote), at, one)
        for at, section in enumerate(digest.sections)
        for one in section.items
    ]
    aside = [Card((block,), spoken=asides.spoken(digest)) for block in asides.blocks(digest)]
    closing = [Card((block,), spoken=tuple(frame.more(digest))) for block in frame.closing(digest)]
    rule = [Card(({"type": "divider", "block_id": "end"},))] if closing else []
    return [*articles, *aside, *rule, *closing]


def _cost(digest: Digest, previous: Card | None, card: Card) -> Size:
    own = size_of(card.blocks)
    return own + size_of((_heading(digest, card, continued=True),)) if _opens(digest, previous, card) else own


def _opens(digest: Digest, previous: Card | None, card: Card) -> bool:
    """Whether a topic's heading goes before; what somebody posted by hand may stand under none."""
    new = card.section is not None and (previous is None or previous.section != card.section)
    return new and bool(digest.sections[card.section or 0].label.strip())


def _message(digest: Digest, page: list[Card], part: int, of: int) -> Message:
    title = frame.title(digest, part, of)
    blocks = [elements.header(title), *(_summary(digest) if part == 0 else [])]
    previous: Card | None = None
    for card in page:
        if _opens(digest, previous, card):
            first = digest.sections[card.section or 0].items[0]
            blocks.append(_heading(digest, card, continued=card.item is not first))
        blocks += card.blocks
        previous = card
    shown = [card.item for card in page if card.item]
    lead = frame.top([card.item for card in page if card.item and card.section == page[0].section]) if shown else None
    spoken = list(dict.fromkeys(line for card in page for line in card.spoken))
    text = alternative(digest, lead, f"{title}{frame.said_counts(digest)}", shown, more=spoken)
    return Message(text, tuple(blocks), part, of, tuple(one.article_id for one in shown))


def _heading(digest: Digest, card: Card, *, continued: bool) -> Block:
    """The topic's own header: a real one, so that screen readers can jump from topic to topic."""
    label = cut(plain(digest.sections[card.section or 0].label), 100)
    words = WORDS[digest.language].continued.format(label) if continued else label
    return elements.header(words, f"t:{card.section}")


def _summary(digest: Digest) -> list[Block]:
    """Counts per topic where there are several, and from when to when the articles are."""
    several = frame.counts(digest) if len(digest.sections) > 1 else ""
    lines = [line for line in (several, frame.window(digest)) if line]
    return [elements.context("\n".join(lines), "summary")] if lines else []
