"""Digest -> Slack messages, final: what this module returns is frozen into deliveries and posted unchanged.

One message as long as it fits; else it continues, split between articles, and says "2 of 3". Headlines and quotes are
rich text, because there feed words need no escaping, bold works inside words, and the iOS app leaves the "&" of an
address alone (in mrkdwn links it does not). Our own lines around them are mrkdwn, the only place where context stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from monitor.digest.model import Message, Section
from monitor.slack.render import asides, elements
from monitor.slack.render.fallback import fallback
from monitor.slack.render.limits import (
    ELLIPSIS,
    HEADER_LIMIT,
    MAX_BLOCKS,
    MAX_WEIGHT,
    TEXT_LIMIT,
    Size,
    cut,
    cut_at,
    excerpt,
    fit,
    pack,
    runs,
    size_of,
)
from monitor.slack.render.mrkdwn import bold, date, inert, plain, safe_url

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from monitor.digest.model import Digest, Item
    from monitor.slack.render.elements import Block

SCHEMA = 1  # of the metadata by which a message is found again in the channel's history
HINT = "What a rule found is bold in quotes and italic in headlines. Your Dateline admin can change what comes here."
_TITLE, _QUOTE, _WHY, _NAME, _PLACES = 300, 500, 400, 60, 4
_LINK_TEXT = 1_200  # characters that repeating the address for marked words may cost


@dataclass(frozen=True, slots=True)
class Card:
    """Blocks that stay together. `section` is the index of the topic, None for the lines after the articles."""

    blocks: tuple[Block, ...]
    section: int | None = None
    item: Item | None = None
    spoken: tuple[str, ...] = ()  # what the text beside the blocks says of it


def render(digest: Digest) -> tuple[Message, ...]:
    """The messages of a digest, each within Slack's limits; every article stands in exactly one of them."""
    opening = size_of((elements.header("x" * HEADER_LIMIT), *_summary(digest)))
    room = Size(MAX_BLOCKS - opening.blocks, MAX_WEIGHT - opening.weight)
    pages = pack(_cards(digest), lambda previous, card: _cost(digest, previous, card), room)
    return tuple(_message(digest, page, part, len(pages)) for part, page in enumerate(pages))


def body(message: Message, channel_id: str, delivery_id: str, kind: str, instance: str) -> dict[str, Any]:
    """The complete arguments of chat.postMessage. `kind` ("digest", "note", "test") tells our own messages apart.

    `instance` names the database: the marker of a copy of it (a test beside the real one) is another.
    """
    marker = {"delivery_id": delivery_id, "part": message.part, "of": message.of, "instance": instance,
              "schema": SCHEMA}
    return {
        "channel": channel_id,
        "text": message.text,
        "blocks": [dict(block) for block in message.blocks],
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": {"event_type": f"dateline_{kind}", "event_payload": marker},
    }


def _cards(digest: Digest) -> list[Card]:
    articles = [
        Card(_article(item, section.label, digest.zone), at, item)
        for at, section in enumerate(digest.sections)
        for item in section.items
    ]
    aside = [Card((block,), spoken=asides.spoken(digest)) for block in asides.blocks(digest)]
    closing = _closing(digest)
    end = Card(({"type": "divider", "block_id": "end"}, closing[0]))
    return [*articles, *aside, end, *(Card((block,)) for block in closing[1:])]


def _cost(digest: Digest, previous: Card | None, card: Card) -> Size:
    own = size_of(card.blocks)
    opens = card.section is not None and (previous is None or previous.section != card.section)
    return own + size_of((_heading(digest, card.section, continued=True),)) if opens else own


def _message(digest: Digest, page: list[Card], part: int, of: int) -> Message:
    title = _title(digest, part, of)
    blocks = [elements.header(title), *(_summary(digest) if part == 0 else [])]
    previous: Card | None = None
    for card in page:
        if card.section is not None and (previous is None or previous.section != card.section):
            first = digest.sections[card.section].items[0]
            blocks.append(_heading(digest, card.section, continued=card.item is not first))
        blocks += card.blocks
        previous = card
    ids = tuple(card.item.article_id for card in page if card.item)
    spoken = list(dict.fromkeys(line for card in page for line in card.spoken))
    return Message(fallback(title, _shown(digest, page), spoken), tuple(blocks), part, of, ids)


def _shown(digest: Digest, page: list[Card]) -> list[Section]:
    """The sections as far as this page shows them."""
    placed: dict[int, list[Item]] = {}
    for card in page:
        if card.section is not None and card.item:
            placed.setdefault(card.section, []).append(card.item)
    return [
        Section(digest.sections[at].topic, digest.sections[at].label, tuple(items)) for at, items in placed.items()
    ]


def _title(digest: Digest, part: int, of: int) -> str:
    count = len(digest.items) or len(digest.asides)
    tail = f" · {count} article{'s' if count != 1 else ''}" + (f" ({part + 1} of {of})" if of > 1 else "")
    return cut(plain(digest.title), HEADER_LIMIT - len(tail)) + tail


def _heading(digest: Digest, section: int | None, *, continued: bool) -> Block:
    """The topic's own header: a real one, so that screen readers can jump from topic to topic."""
    at = section or 0
    label = cut(plain(digest.sections[at].label), 100)
    return elements.header(f"{label} (continued)" if continued else label, f"t:{at}")


def _summary(digest: Digest) -> list[Block]:
    """Counts per topic, and from when to when the articles are; nothing where no article has a topic of its own."""
    if not digest.items:
        return []
    parts = [f"{bold(cut(section.label, _NAME))} {len(section.items)}" for section in digest.sections]
    kept, left = fit(parts, 1_500, joint=3)
    counts = " · ".join([*kept, *([f"{left} more topics"] if left else [])])
    return [elements.context(counts + _window(digest), "summary")]


def _window(digest: Digest) -> str:
    times = sorted(item.at for item in digest.items)
    if len(times) < 2:
        return ""
    return f"\nArticles from {date(times[0], digest.zone)} to {date(times[-1], digest.zone)}"


def _article(item: Item, heading: str, zone: ZoneInfo) -> tuple[Block, Block]:
    """One article: headline and quoted sentence, and below them, smaller, where, when and why."""
    parts = [elements.paragraph(headline(item))]
    quoted = _quote(item)
    if quoted:
        parts.append({"type": "rich_text_quote", "elements": quoted})
    small = _origin(item, zone) + _stance(item) + _reason(item, heading)
    return elements.rich(parts, f"i:{item.article_id}"), elements.context(small, f"w:{item.article_id}")


def headline(item: Item) -> list[Block]:
    """The headline as a bold link, its matched words in italics too; as bold text where the address is unusable.

    Rich text has no link with styles inside, so marked words are links of their own to the same address; where that
    would repeat a long address too often, the headline is one link without marks.
    """
    at = cut_at(item.title, _TITLE)
    title = item.title if at == len(item.title) else item.title[:at] + ELLIPSIS
    words = runs(title, item.title_marks) or [("Untitled article", False)]
    address = safe_url(item.url)
    if address and len(address) * (len(words) - 1) > _LINK_TEXT:
        words = runs(title, ())
    return [_title_run(text, address, marked=marked) for text, marked in words]


def _title_run(text: str, address: str | None, *, marked: bool) -> Block:
    style = {"bold": True, "italic": True} if marked else {"bold": True}
    where = {"type": "link", "url": address} if address else {"type": "text"}
    return {**where, "text": text, "style": style}


def _quote(item: Item) -> list[Block]:
    if item.quote is None:
        return []
    sentence, marks = excerpt(item.quote.text, item.quote.marks, _QUOTE)
    return [elements.text(words, strong=marked) for words, marked in runs(sentence, marks)]


def _origin(item: Item, zone: ZoneInfo) -> str:
    """*Outlet* · places · time · what the reader should know about how we read it."""
    parts = [
        bold(cut(item.outlet, _NAME)),
        _places(item.places),
        ("" if item.at_is_published else "first seen ") + date(item.at, zone),
        "mentioned in the text" if item.mention else "",
        "only the feed's summary was read" if item.summary_only else "",
        "" if safe_url(item.url) else "no usable link in the feed",
        f"also under {_listed(item.also_topics)}" if item.also_topics else "",
    ]
    return " · ".join(part for part in parts if part)


def _stance(item: Item) -> str:
    """Which way things go, as a sentence shows it."""
    said, sentence = inert(cut(item.stance, _NAME * 2)), inert(cut(item.stance_quote, _WHY))
    return f"\n*Direction:* {said}" + (f" (“{sentence}”)" if sentence else "") if said else ""


def _reason(item: Item, heading: str) -> str:
    """What was found, and by which rule where its name says more than the heading above the article."""
    names = [name for name in item.rule_names[:1] if name.casefold() != heading.casefold()]
    why, rule = inert(cut(item.why, _WHY)), _listed(names)
    caution = "\nDetails may disturb; open the article to read them." if item.graphic else ""
    if not why:
        return caution + (f"\n*Rule:* {rule}" if rule else "")
    return f"{caution}\n*Why:* {why}" + (f" · rule: {rule}" if rule else "")


def _places(places: Sequence[str]) -> str:
    shown = "; ".join(inert(cut(place, _NAME)) for place in places[:_PLACES])
    left = len(places) - _PLACES
    return f"{shown} and {left} more" if left > 0 else shown


def _listed(labels: Sequence[str]) -> str:
    kept, left = fit([inert(cut(label, _NAME)) for label in labels], 300, joint=2)
    return ", ".join(kept) + (f" and {left} more" if left else "")


def _closing(digest: Digest) -> list[Block]:
    """The footnotes and the hint, in as many context blocks as they need."""
    lines = [inert(cut(line, 600)) for line in (*digest.footnotes, HINT)]
    pages = pack(lines, lambda _, line: Size(0, len(line) + 1), Size(0, TEXT_LIMIT))
    return [elements.context("\n".join(page), f"foot:{at}") for at, page in enumerate(pages)]
