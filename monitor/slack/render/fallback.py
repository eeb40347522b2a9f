"""The text beside the blocks: what a phone's notification shows and what a screen reader reads instead of them.

It says the point first - many see only the beginning - and then every headline with its link, as far as it fits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.slack.render.limits import FALLBACK_BYTES, cut, fit
from monitor.slack.render.mrkdwn import inert, link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.digest.model import Item, Section

SMALL = 3  # up to so many articles, each begins with its place, topic and outlet; above, the counts come first
_LONG_URL = 500  # a longer address would push out several headlines


def fallback(title: str, sections: Sequence[Section], more: Sequence[str] = ()) -> str:
    """The alternative text of a message with these sections: escaped, at most 3,500 bytes of UTF-8.

    `more` are lines, already escaped, that come last.
    """
    placed = [(section, item) for section in sections for item in section.items]
    if 0 < len(placed) <= SMALL:
        return shortened([_announcement(section, item) for section, item in placed] + [*more])
    return shortened([_counts(title, sections), *(f"• {_headline(item)}{_source(item)}" for _, item in placed), *more])


def shortened(lines: Sequence[str]) -> str:
    """As many lines as fit into the fallback, the first one in any case, and how many are left."""
    room = FALLBACK_BYTES - 60  # the closing line
    kept = list(lines[:1])
    used = len("".join(kept).encode())
    for line in lines[1:]:
        used += len(line.encode()) + 1
        if used > room:
            break
        kept.append(line)
    left = len(lines) - len(kept)
    return "\n".join([*kept, *([f"… and {left} more in the message itself"] if left else [])])


def _announcement(section: Section, item: Item) -> str:
    """Place, topic and outlet within 115 characters, so that a phone shows them; then the headline."""
    place = f"{inert(cut(item.places[0], 40))}: " if item.places else ""
    outlet = f" ({inert(cut(item.outlet, 30))})" if item.outlet.strip() else ""
    return f"{place}{inert(cut(section.label, 40))}{outlet}. {_headline(item)}"


def _counts(title: str, sections: Sequence[Section]) -> str:
    parts = [f"{inert(cut(section.label, 60))} {len(section.items)}" for section in sections]
    kept, left = fit(parts, 500, joint=2)
    more = [f"{left} more topics"] if left else []
    return f"{inert(cut(title, 150))}. {', '.join([*kept, *more])}".rstrip()


def _headline(item: Item) -> str:
    words = cut(item.title, 150)
    return link(item.url, words) if len(item.url) <= _LONG_URL else inert(words)


def _source(item: Item) -> str:
    known = ", ".join(inert(cut(words, 60)) for words in (item.outlet, *item.places[:1]) if words.strip())
    return f" ({known})" if known else ""
