"""A digest that stands in the channel itself: one message as long as it fits, else "2 of 3", split between stories.

A story that is too long for a message goes on in the next one; one that tells of no other story stands in the thread
of the first, where there are threads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.digest.model import Message
from monitor.slack.render import asides, cards, elements, frame, item
from monitor.slack.render.cards import Card
from monitor.slack.render.fallback import alternative
from monitor.slack.render.limits import HEADER_LIMIT, MAX_BLOCKS, MAX_WEIGHT, Size, cut, pack, size_of
from monitor.slack.render.mrkdwn import plain
from monitor.words.items import WORDS

if TYPE_CHECKING:
    from monitor.digest.model import Digest
    from monitor.slack.render.elements import Block


def messages(digest: Digest, quote: int = item.QUOTE) -> tuple[Message, ...]:
    """Every article in exactly one message; quoted sentences have at most `quote` characters."""
    opening = size_of((elements.header("x" * HEADER_LIMIT), *_summary(digest)))
    room = Size(MAX_BLOCKS - opening.blocks, MAX_WEIGHT - opening.weight)
    pages = pack(_cards(digest, quote), lambda previous, card: size_of(_drawn(digest, previous, card)), room)
    return tuple(_message(digest, page, part, len(pages)) for part, page in enumerate(pages))


def _cards(digest: Digest, quote: int) -> list[Card]:
    told = [card for at in range(len(digest.sections)) for card in cards.of_section(digest, at, quote)]
    aside = [Card((block,), spoken=asides.spoken(digest)) for block in asides.blocks(digest)]
    closing = [Card((block,), spoken=tuple(frame.more(digest))) for block in frame.closing(digest)]
    rule = [Card(({"type": "divider", "block_id": "end"},))] if closing else []
    return [*told, *aside, *rule, *closing]


def _drawn(digest: Digest, previous: Card | None, card: Card) -> list[Block]:
    """The card, below its topic's heading where that is a new one; what somebody posted by hand may have none."""
    blocks = cards.drawn(digest, previous, card)
    new = card.section is not None and (previous is None or previous.section != card.section)
    headed = new and bool(digest.sections[card.section or 0].label.strip())
    return [_heading(digest, card), *blocks] if headed else blocks


def _message(digest: Digest, page: list[Card], part: int, of: int) -> Message:
    title = frame.title(digest, part, of)
    blocks = [elements.header(title), *(_summary(digest) if part == 0 else [])]
    for previous, card in zip([None, *page], page, strict=False):
        blocks += _drawn(digest, previous, card)
    leads = [card.story for card in page if card.story and card.section == page[0].section]
    more = list(dict.fromkeys(line for card in page for line in card.spoken))
    text = alternative(digest, frame.top(leads) if leads else None, f"{title}{frame.said_counts(digest)}",
                       cards.spoken(page), more=more)
    ids = tuple(one.article_id for card in page for one in card.shown)
    nothing_new = part > 0 and not any(card.first for card in page)
    return Message(text, tuple(blocks), part, of, ids, in_thread=nothing_new and digest.threads)


def _heading(digest: Digest, card: Card) -> Block:
    """The topic's own header: a real one, so that screen readers can jump from topic to topic."""
    section = digest.sections[card.section or 0]
    label = cut(plain(section.label), 100)
    begins = card.first and card.story is section.items[0]
    words = label if begins else WORDS[digest.language].continued.format(label)
    return elements.header(words, f"t:{card.section}")


def _summary(digest: Digest) -> list[Block]:
    """Counts per topic where there are several, of articles where they are more, and when the articles are from."""
    several = frame.counts(digest) if len(digest.sections) > 1 else ""
    lines = [line for line in (several, frame.together(digest), frame.window(digest)) if line]
    return [elements.context("\n".join(lines), "summary")] if lines else []
