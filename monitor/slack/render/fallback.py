"""The text beside the blocks: what a phone's notification shows and what a screen reader reads instead of them.

Its first 120 characters, all that many phones show, hold place, event and outlet of the first article; then come the
counts, and then every headline with its link, as far as it fits. Of a graphic article it says the headline, no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.slack.render.limits import ELLIPSIS, FALLBACK_BYTES, brief, cut
from monitor.slack.render.mrkdwn import BLANK, link, plain, safe_url
from monitor.words.counts import counted
from monitor.words.items import WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.digest.model import Digest, Item
    from monitor.settings import Language

FIRST = 120  # characters of the opening
_PLACE, _OUTLET, _HEADLINE, _SOURCE = 40, 30, 150, 60
_LONG_URL = 500  # a longer address would push out several headlines


def alternative(
    digest: Digest, lead: Item | None, title: str, items: Sequence[Item], *, more: Sequence[str] = (), prefix: str = ""
) -> str:
    """The text of a message that shows `items`: escaped, at most 3,500 bytes of UTF-8.

    `title` counts them. `more` are lines, already escaped, that come last; `prefix` is said before all.
    """
    language = digest.language
    lines = [opening(lead, prefix, language)] if lead else []
    return shortened([*lines, brief(title, 400), *bullets(items, language), *more], language)


def bullets(items: Sequence[Item], language: Language) -> list[str]:
    """A line for every article: headline with its link, outlet, place, and in how many outlets its story is."""
    return [f"• {_headline(item, language)}{_source(item, language)}" for item in items]


def opening(item: Item, prefix: str, language: Language) -> str:
    """ "Urgent: Baltimore, MD: Agents arrest 12 at… (The Banner)", in 120 characters."""
    place = brief(item.places[0], _PLACE) if item.places else ""
    outlet = ", ".join(filter(None, (brief(item.outlet, _OUTLET), _updated(item, language))))
    head = "".join(f"{part}: " for part in (prefix, place) if part)
    tail = f" ({outlet})" if outlet else ""
    return f"{head}{brief(item.title, FIRST - len(head) - len(tail)) or WORDS[language].untitled}{tail}"


def shortened(lines: Sequence[str], language: Language = "en") -> str:
    """As many lines as fit into the text, the first one in any case, and how many are left."""
    room = FALLBACK_BYTES - 60  # the closing line
    kept = list(lines[:1])
    used = len("".join(kept).encode())
    for line in lines[1:]:
        used += len(line.encode()) + 1
        if used > room:
            break
        kept.append(line)
    left = len(lines) - len(kept)
    return "\n".join([*kept, *([f"{ELLIPSIS} {counted(left, WORDS[language].left)}"] if left else [])])


def _headline(item: Item, language: Language) -> str:
    words = cut(plain(item.title).strip(BLANK), _HEADLINE) or WORDS[language].untitled
    return link(item.url if len(safe_url(item.url) or "") <= _LONG_URL else "", words)  # escapes the words


def _source(item: Item, language: Language) -> str:
    known = [words for part in (item.outlet, *item.places[:1]) if (words := brief(part, _SOURCE))]
    known += filter(None, (outlets(item, language), _updated(item, language)))
    return f" ({', '.join(known)})" if known else ""


def _updated(item: Item, language: Language) -> str:
    return WORDS[language].updated if item.edited_at else ""


def outlets(item: Item, language: Language) -> str:
    """ "9 outlets"; nothing where one has the story."""
    number = item.tally.outlets if item.tally else 1
    return counted(number, WORDS[language].outlets) if number > 1 else ""
