"""An urgent alert: one story a message, in at most seven blocks, the point first and the reasons last.

Footnotes stay out of it: they say how the bot does, and nobody is woken up for that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.digest.model import Message
from monitor.slack.render import cards, coverage, elements, frame, item
from monitor.slack.render.cards import Card
from monitor.slack.render.fallback import alternative
from monitor.slack.render.limits import HEADER_LIMIT, MAX_BLOCKS, MAX_WEIGHT, Size, cut, pack, size_of
from monitor.slack.render.mrkdwn import plain
from monitor.words.counts import counted
from monitor.words.items import WORDS
from monitor.words.stories import carried

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.digest.model import Digest, Item
    from monitor.slack.render.elements import Block
    from monitor.talk.model import Action

SIGN = "🔴"  # beside the word, never instead of it
_NAME = 60


def messages(digest: Digest) -> tuple[Message, ...]:
    """The story with its best article; further articles that have no room come in messages of their own, "(2 of 2)"."""
    lead = frame.one_story(digest)
    pieces = coverage.pieces(lead, digest, opening=f"{WORDS[digest.language].also}:")
    first = Card(_blocks(digest, lead, pieces[:1]), 0, lead, cards.together(lead, pieces[:1]))
    room = Size(MAX_BLOCKS - 1, MAX_WEIGHT - size_of((elements.header("x" * HEADER_LIMIT),)).weight)
    further = pack(cards.further(lead, pieces[1:]), lambda _, card: size_of(card.blocks), room)
    pages = [[first], *further]
    return tuple(_message(digest, lead, page, part, len(pages)) for part, page in enumerate(pages))


def _message(digest: Digest, lead: Item, page: Sequence[Card], part: int, of: int) -> Message:
    blocks = (elements.header(_title(digest, lead, part, of)), *(block for card in page for block in card.blocks))
    words = WORDS[digest.language]
    text = alternative(digest, lead, _counted(digest, lead, part, of), cards.spoken(page),
                       prefix=words.later_said if digest.later else words.urgent)
    ids = tuple(one.article_id for card in page for one in card.shown)
    return Message(text, blocks, part, of, ids, in_thread=part > 0 and digest.threads)


def _title(digest: Digest, lead: Item, part: int, of: int) -> str:
    """ "🔴 Urgent: Raids and arrests · Baltimore, MD"; "🔴 More on: …" where the channel knows of the event."""
    named = [plain(digest.sections[0].label), *(plain(place) for place in lead.places[:1])]
    tail = f"{frame.numbered(digest)}{frame.share(digest, part, of)}"
    words = WORDS[digest.language]
    said = f"{SIGN} {words.later if digest.later else words.urgent}: "
    return cut(said + " · ".join(cut(name, _NAME) for name in named if name), HEADER_LIMIT - len(tail)) + tail


def _counted(digest: Digest, lead: Item, part: int, of: int) -> str:
    """ "Raids and arrests · Same story in 9 outlets", for the text beside the blocks."""
    number = counted(1 + len(lead.also), WORDS[digest.language].articles)
    said = carried(lead.tally, digest.language) or number
    tail = f" · {said}{frame.numbered(digest)}{frame.share(digest, part, of)}"
    return cut(plain(digest.sections[0].label), HEADER_LIMIT) + tail


def _blocks(digest: Digest, lead: Item, also: Iterable[coverage.Piece]) -> tuple[Block, ...]:
    """Headline and quote; outlet, place, time and reasons; further articles; what can be pressed.

    The reasons stand above the further articles: below, they read as if they were about the last of those.
    """
    return (
        item.story(lead, WORDS[digest.language]),
        elements.context("\n".join(item.told(lead, digest.sections[0], digest)), f"w:{lead.article_id}"),
        *(piece.block for piece in also),
        *([_buttons(lead, digest)] if digest.talks else []),
    )


def _buttons(lead: Item, digest: Digest) -> Block:
    words, number = WORDS[digest.language], lead.article_id
    buttons: tuple[tuple[str, Action], ...] = (
        (words.relevant, "relevant"), (words.not_relevant, "not-relevant"), (words.take, "take"))
    options: tuple[tuple[str, Action], ...] = (
        (words.mute_story, "mute-story"), (words.mute_outlet, "mute-outlet"), (words.mute_topic, "mute-topic"),
        (words.ask_why, "why"))
    return elements.actions([
        *(elements.button(said, does, number, f"{said}: {lead.title}") for said, does in buttons),
        elements.menu(options, number),
    ], f"a:{number}")
