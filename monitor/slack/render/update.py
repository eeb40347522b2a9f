"""Later coverage of a story that a channel knows: what is new, then where it says so. A reply to its first message.

Short, because it may show in the channel as well, and without a header: Slack sets the thread's first message above
it. Where there are no threads it stands in the channel under a header of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.digest.model import Message
from monitor.slack.render import cards, coverage, elements, frame, item
from monitor.slack.render.cards import Card
from monitor.slack.render.fallback import bullets, shortened
from monitor.slack.render.limits import HEADER_LIMIT, MAX_BLOCKS, MAX_WEIGHT, Size, cut, pack, size_of
from monitor.slack.render.mrkdwn import BLANK, inert, plain
from monitor.words import stories
from monitor.words.counts import counted
from monitor.words.items import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.digest.model import Digest, Item
    from monitor.settings import Language
    from monitor.slack.render.elements import Block

_HEADLINE, _SPOKEN, _PLACE = 120, 60, 60
_NEWS = 300  # characters of the text beside the blocks


def messages(digest: Digest) -> tuple[Message, ...]:
    """What is new with its best article and as many others as fit; the rest in further messages."""
    lead = frame.one_story(digest)
    news = _news(digest, lead)
    pieces = coverage.pieces(lead, digest)
    first = Card(_blocks(digest, lead), 0, lead, (lead,))
    opening = size_of((_opening(digest, 8, 9), _said(news, "u")))  # of any of its messages; the texts differ little
    room = Size(MAX_BLOCKS - opening.blocks, MAX_WEIGHT - opening.weight - HEADER_LIMIT)
    pages = pack([first, *cards.further(lead, pieces)], lambda _, card: size_of(card.blocks), room)
    return tuple(_message(digest, news, page, part, len(pages)) for part, page in enumerate(pages))


def _message(digest: Digest, news: Sequence[str], page: Sequence[Card], part: int, of: int) -> Message:
    said = [_said(news, "u")] if part == 0 else []
    blocks = (_opening(digest, part, of), *said, *(block for card in page for block in card.blocks))
    shown = cards.spoken(page)
    lines = [*_spoken(digest, news, part, of), *bullets(shown, digest.language)]
    return Message(shortened(lines, digest.language), blocks, part, of,
                   tuple(one.article_id for card in page for one in card.shown), in_thread=digest.threads,
                   broadcast=digest.broadcast and digest.threads and part == 0)


def _named(digest: Digest, limit: int) -> str:
    """ "More on: …", with the headline under which the channel knows the story."""
    words = WORDS[digest.language]
    known = cut(plain(digest.story).strip(BLANK), limit) or words.untitled
    return stories.WORDS[digest.language].more_on.format(known)


def _opening(digest: Digest, part: int, of: int) -> Block:
    tail = f"{frame.numbered(digest)}{frame.share(digest, part, of)}"
    if not digest.threads:
        return elements.header(_named(digest, HEADER_LIMIT - 20 - len(tail)) + tail)
    return elements.rich([elements.paragraph([elements.text(_named(digest, _HEADLINE) + tail, strong=True)])], "title")


def _news(digest: Digest, lead: Item) -> list[str]:
    """What is new, a line each, or how many articles there are more; and how far it is carried, where that changed."""
    language = digest.language
    lines: list[str] = []
    if digest.growth:
        places = [cut(plain(place).strip(BLANK), _PLACE) for place in digest.growth.places]
        lines = stories.growth(replace(digest.growth, places=tuple(filter(None, places))), language)
    reports = _reports((lead, *lead.also), language)
    now, before = (stories.carried(tally, language, later=True) for tally in (lead.tally, digest.was))
    return [*(lines or [reports]), *([now] if now and now != before else [])]


def _reports(items: Sequence[Item], language: Language) -> str:
    """ "2 more reports", "1 report was updated", or both."""
    words, updated = stories.WORDS[language], sum(item.edited_at is not None for item in items)
    said = ((len(items) - updated, words.more_reports), (updated, words.updated_reports))
    return ", ".join(counted(number, each) for number, each in said if number)


def _said(news: Sequence[str], block_id: str) -> Block:
    return elements.rich([elements.paragraph([elements.text("\n".join(news))])], block_id)


def _blocks(digest: Digest, lead: Item) -> tuple[Block, ...]:
    """The best new article, as in a digest, without reasons: the channel knows why it reads of the story."""
    words = WORDS[digest.language]
    lines = [item.origin(lead, digest), *([words.graphic] if lead.graphic else [])]
    return item.story(lead, words, item.SHORT_QUOTE), elements.section(
        "\n".join(lines), f"w:{lead.article_id}", item.menu(lead, digest))


def _spoken(digest: Digest, news: Sequence[str], part: int, of: int) -> Iterator[str]:
    """ "Baltimore, MD: now 41 arrests (28 before); also in Howard County, MD", then "More on: Agents arrest 28 at…".

    The place comes first, as in alerts; where there is none, it is the headline that says what this is about.
    """
    said = cut("; ".join(f"{line[:1].lower()}{line[1:]}" for line in news), _NEWS)
    tail = f"{frame.numbered(digest)}{frame.share(digest, part, of)}"
    if place := cut(plain(digest.place).strip(BLANK), _PLACE):
        yield inert(f"{place}: {said}{tail}")
        yield inert(_named(digest, _HEADLINE))
    else:
        yield inert(f"{_named(digest, _SPOKEN)}: {said}{tail}")
