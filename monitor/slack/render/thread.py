"""A digest of some length: a parent in the channel, and below it one reply for each topic.

A topic that is too long for a message goes on in the next reply, "(2 of 2)", split between stories, or between the
articles of a story that is too long itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.digest.model import Message
from monitor.slack.render import asides, cards, elements, frame, parent
from monitor.slack.render.fallback import alternative
from monitor.slack.render.limits import HEADER_LIMIT, MAX_BLOCKS, MAX_WEIGHT, Size, cut, pack, size_of
from monitor.slack.render.mrkdwn import plain
from monitor.words.items import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.digest.model import Digest
    from monitor.slack.render.cards import Card
    from monitor.slack.render.elements import Block

FROM = 4  # stories: fewer need no thread


def messages(digest: Digest) -> tuple[Message, ...]:
    """The parent first, then its replies; every article in exactly one of them."""
    first, left = parent.message(digest)
    made = [first, *_topics(digest), *_rest(digest, left)]
    return tuple(replace(message, part=part, of=len(made)) for part, message in enumerate(made))


def _room() -> Size:
    title = size_of((elements.header("x" * HEADER_LIMIT),))
    return Size(MAX_BLOCKS - title.blocks, MAX_WEIGHT - title.weight)


def _topics(digest: Digest) -> Iterator[Message]:
    for at in range(len(digest.sections)):
        told = cards.of_section(digest, at)
        pages = pack(told, lambda previous, card: cards.cost(digest, previous, card), _room())
        for part, page in enumerate(pages):
            yield _reply(digest, frame.topic_title(digest, at, part=part, of=len(pages)), page)


def _reply(digest: Digest, title: str, page: Sequence[Card]) -> Message:
    blocks = [elements.header(title)]
    for previous, card in zip([None, *page], page, strict=False):
        blocks += cards.drawn(digest, previous, card)
    text = alternative(digest, frame.top([card.story for card in page if card.story]), title, cards.spoken(page))
    ids = tuple(one.article_id for card in page for one in card.shown)
    return Message(text, tuple(blocks), article_ids=ids, in_thread=True)


def _rest(digest: Digest, blocks: Sequence[Block]) -> Iterator[Message]:
    """Headlines that are probably about something else, and footnotes, that the parent has no room for."""
    pages = pack(blocks, lambda _, block: size_of((block,)), _room())
    for part, page in enumerate(pages):
        tail = f" · {WORDS[digest.language].rest}{frame.share(digest, part, len(pages))}"
        title = cut(plain(digest.title), HEADER_LIMIT - len(tail)) + tail
        text = alternative(digest, None, title, (), more=asides.spoken(digest))
        yield Message(text, (elements.header(title), *page), in_thread=True)
