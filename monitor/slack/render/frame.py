"""What stands around the articles of a message: title, numbers, window, and the lines after the last article."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.slack.render import elements
from monitor.slack.render.limits import HEADER_LIMIT, TEXT_LIMIT, Size, brief, cut, fit, pack
from monitor.slack.render.mrkdwn import code, date, inert, plain
from monitor.words.counts import counted
from monitor.words.items import WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.digest.model import Digest, Item, More
    from monitor.slack.render.elements import Block

NAME, NOTE = 60, 1_500
_COUNTS = 1_500


def title(digest: Digest, part: int = 0, of: int = 1) -> str:
    """Title, number of stories, and "(2 of 3)" where it goes on."""
    words = WORDS[digest.language]
    named = digest.title or (words.rollup if digest.kind == "rollup" else "")
    tail = f" · {_count(digest)}{numbered(digest)}{share(digest, part, of)}"
    return cut(plain(named), HEADER_LIMIT - len(tail)) + tail


def _count(digest: Digest) -> str:
    """ "7 stories"; what is probably about something else is articles to nobody's story."""
    words = WORDS[digest.language]
    if digest.items or not (digest.asides or digest.more):
        return counted(len(digest.items), words.stories)
    if digest.asides:
        return counted(len(digest.asides), words.articles)
    return f"{counted(sum(map(_beyond, digest.more)), words.stories)}, {words.counted_only}"


def _beyond(more: More) -> int:
    return more.stories or len(more.article_ids)


def together(digest: Digest) -> str:
    """ "37 articles in 24 stories"; nothing where every story is one article."""
    words, articles = WORDS[digest.language], sum(1 + len(item.also) for item in digest.items)
    if articles == len(digest.items):
        return ""
    return words.together.format(counted(articles, words.articles), counted(len(digest.items), words.stories))


def numbered(digest: Digest) -> str:
    """" · No. 412": which message it is, where one may come twice."""
    return f" · {WORDS[digest.language].number.format(digest.number)}" if digest.number else ""


def share(digest: Digest, part: int, of: int) -> str:
    """" (2 of 3)"; nothing of a whole."""
    return f" ({WORDS[digest.language].part.format(part + 1, of)})" if of > 1 else ""


def topic_title(digest: Digest, section: int, *, part: int = 0, of: int = 1) -> str:
    """The topic, its number of stories, the message's own number, and "(2 of 2)" where it goes on."""
    found = digest.sections[section]
    count = counted(len(found.items), WORDS[digest.language].stories)
    tail = f" · {count}{numbered(digest)}{share(digest, part, of)}"
    return cut(plain(found.label), HEADER_LIMIT - len(tail)) + tail


def counts(digest: Digest) -> str:
    """Stories per topic: "*Raids* 5 · *Detainers* 4"."""
    parts = [f"*{brief(section.label, NAME) or '?'}* {len(section.items)}" for section in digest.sections]
    kept, left = fit(parts, _COUNTS, joint=3)
    return " · ".join([*kept, *([counted(left, WORDS[digest.language].more_topics)] if left else [])])


def said_counts(digest: Digest) -> str:
    """The same for the text beside the blocks, behind a title: ". Raids 5, Detainers 4"."""
    parts = [f"{cut(plain(section.label), 40)} {len(section.items)}" for section in digest.sections if section.label]
    return f". {', '.join(parts)}" if parts else ""


def window(digest: Digest) -> str:
    """From when to when the articles are; nothing for one minute, since no seconds are shown."""
    times = sorted(one.at for item in digest.items for one in (item, *item.also))
    if not times or times[0].timestamp() // 60 == times[-1].timestamp() // 60:
        return ""
    first, last = (date(at, digest.zone, digest.language) for at in (times[0], times[-1]))
    return WORDS[digest.language].window.format(first, last)


def more(digest: Digest) -> list[str]:
    """A line for every rule that found more than a day may show, and for every outlet that published too much at once:
    how many, and the command that lists them.

    It can be copied as it is, and tomorrow too: an id needs no quotes and is of one channel alone, and the day is said.
    """
    command = code(f"dateline digest more {digest.channel_id} --day {digest.made_at.astimezone(digest.zone).date()}")
    words = WORDS[digest.language]
    return [counted(_beyond(one), words.flooded if one.outlet else words.more_from,
                    brief(one.outlet or one.rule_name, NAME), command) for one in digest.more]


def closing(digest: Digest) -> list[Block]:
    """What was left out and the footnotes, then the hint, in as many context blocks as they need."""
    hint = [inert(WORDS[digest.language].hint)] if digest.kind == "digest" else []
    lines = [line for line in (*more(digest), *(brief(note, NOTE) for note in digest.footnotes), *hint) if line]
    pages = pack(lines, lambda _, line: Size(0, len(line) + 1), Size(0, TEXT_LIMIT))
    return [elements.context("\n".join(page), f"foot:{at}") for at, page in enumerate(pages)]


def one_story(digest: Digest) -> Item:
    """The only story of a digest that tells of one; what stands beside it is taken for further articles of it."""
    lead, *beside = digest.items
    further = [one for item in beside for one in (replace(item, also=()), *item.also)]
    return replace(lead, also=(*lead.also, *further))


def top(items: Sequence[Item]) -> Item:
    """The story that stands for its topic: the first of those of which the article makes most."""
    return ranked(items)[0]


def ranked(items: Sequence[Item]) -> list[Item]:
    """The same order for all of them."""
    return sorted(items, key=lambda item: _ORDER.index(item.prominence))


_ORDER = ("headline", "lead", "body", "passing")
