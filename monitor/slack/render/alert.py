"""An urgent alert: one event a message, in at most seven blocks, the point first and the reasons last.

Footnotes stay out of it: they say how the bot does, and nobody is woken up for that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.digest.model import Message
from monitor.slack.render import elements, frame, item
from monitor.slack.render.fallback import alternative
from monitor.slack.render.limits import HEADER_LIMIT, Size, brief, cut, pack, size_of
from monitor.slack.render.mrkdwn import plain
from monitor.words.items import WORDS, in_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.digest.model import Digest, Item
    from monitor.slack.render.elements import Block

SIGN = "🔴"  # beside the word, never instead of it
_ALSO = 2_500  # characters of further articles a message, addresses included
_TITLE, _NAME = 120, 60


def messages(digest: Digest) -> tuple[Message, ...]:
    """The event with its first article; more further articles than fit come in messages of their own, "(2 of 2)"."""
    lead, *further = digest.items
    pages = pack(further, lambda _, one: size_of((_also([one], digest),)), Size(1_000, _ALSO)) or [[]]
    return tuple(_message(digest, lead, page, part, len(pages)) for part, page in enumerate(pages))


def _message(digest: Digest, lead: Item, further: Sequence[Item], part: int, of: int) -> Message:
    shown = [*([lead] if part == 0 else []), *further]
    title = _title(digest, lead, part, of)
    also = [_also(further, digest)] if further else []
    blocks = [elements.header(title), *(_card(digest, lead, also) if part == 0 else also)]
    counted = frame.topic_title(digest, 0, part=part, of=of)
    words = WORDS[digest.language]
    text = alternative(digest, lead, counted, shown, prefix=words.later_said if digest.later else words.urgent)
    ids = tuple(one.article_id for one in shown)
    return Message(text, tuple(blocks), part, of, ids, in_thread=part > 0 and digest.threads)


def _title(digest: Digest, lead: Item, part: int, of: int) -> str:
    """ "🔴 Urgent: Raids and arrests · Baltimore, MD"; "🔴 More on: …" where the channel knows of the event."""
    named = [plain(digest.sections[0].label), *(plain(place) for place in lead.places[:1])]
    tail = f"{frame.numbered(digest)}{frame.share(digest, part, of)}"
    words = WORDS[digest.language]
    said = f"{SIGN} {words.later if digest.later else words.urgent}: "
    return cut(said + " · ".join(cut(name, _NAME) for name in named if name), HEADER_LIMIT - len(tail)) + tail


def _card(digest: Digest, lead: Item, also: Sequence[Block]) -> list[Block]:
    """Headline and quote; outlet, place, time and reasons; further articles; what can be pressed.

    The reasons stand above the further articles: below, they read as if they were about the last of those.
    """
    lines = "\n".join([item.origin(lead, digest), *item.reasons(lead, digest.sections[0], digest.language)])
    return [
        item.story(lead, WORDS[digest.language]),
        elements.context(lines, f"w:{lead.article_id}"),
        *also,
        _buttons(lead, digest),
    ]


def _also(further: Sequence[Item], digest: Digest) -> Block:
    """The other articles of the event: linked headline, outlet, language where it is another, time."""
    opening = elements.paragraph([elements.text(f"{WORDS[digest.language].also}:", strong=True)])
    lines = [elements.paragraph(_line(one, digest)) for one in further]
    listed = {"type": "rich_text_list", "style": "bullet", "elements": lines}
    return elements.rich([opening, listed], f"also:{further[0].article_id}")


def _line(one: Item, digest: Digest) -> list[Block]:
    words = WORDS[digest.language]
    foreign = in_language(brief(one.language, 12), words) if one.language not in ("", digest.language) else ""
    said = " · ".join(part for part in (cut(plain(one.outlet), _NAME).strip(), foreign) if part)
    link = elements.linked(one.title, one.url, _TITLE, digest.language)
    return [link, elements.text(f" · {said} · " if said else " · "),
            elements.moment(one.at, digest.zone, digest.language)]


def _buttons(lead: Item, digest: Digest) -> Block:
    words, number = WORDS[digest.language], lead.article_id
    return elements.actions([
        elements.button(words.relevant, "fb:relevant", f"relevant:{number}", f"{words.relevant}: {lead.title}"),
        elements.button(words.not_relevant, "fb:not_relevant", f"not-relevant:{number}",
                        f"{words.not_relevant}: {lead.title}"),
        item.menu(lead, words),
    ], f"a:{number}")
