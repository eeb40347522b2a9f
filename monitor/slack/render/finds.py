"""Articles of a search: each a headline to press, what it is, and the sentence with the words found in bold. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.slack.render.elements import linked, paragraph, rich, text
from monitor.slack.render.limits import cut, excerpt, runs
from monitor.slack.render.mrkdwn import inert, link, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.settings import Language
    from monitor.slack.render.elements import Block
    from monitor.talk.model import Find

_HEADLINE, _ABOUT, _QUOTE, _SPOKEN = 120, 100, 240, 80
_LONG_URL = 400  # ten of them, with headlines and sentences, still fit a message


def blocks(finds: Sequence[Find], language: Language) -> list[Block]:
    """One block for all of them; none where there are none. Ten of the longest weigh under 9,500."""
    if not finds:
        return []
    listed = [paragraph(_elements(one, language)) for one in finds]
    return [rich([{"type": "rich_text_list", "style": "bullet", "elements": listed}], "finds")]


def spoken(finds: Sequence[Find]) -> list[str]:
    """A line each, for the text beside the blocks."""
    return [f"• {link(one.url, cut(plain(one.title), _SPOKEN))} {inert(one.about)}".rstrip() for one in finds]


def _elements(one: Find, language: Language) -> list[Block]:
    url = one.url if len(one.url) <= _LONG_URL else ""
    about = cut(plain(one.about), _ABOUT)
    quote, marks = excerpt(one.quote, one.marks, _QUOTE)
    return [linked(one.title, url, _HEADLINE, language), *([text(f"\n{about}")] if about else []),
            *([text("\n")] if quote else []), *(text(words, strong=strong) for words, strong in runs(quote, marks))]
