"""The first message of a digest with a thread: it reads well alone. Numbers, window, top stories, footnotes.

Nobody is told of a reply in a thread, so the parent names eight stories where it can: one a topic where there are many
topics, all of them where there are few. Many topics share blocks, so that a usual parent has at most a dozen;
where even that is too much for a message, the last topics are named with their number of stories alone. Every article
stands in the thread in any case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.digest.model import Message
from monitor.slack.render import asides, elements, frame
from monitor.slack.render.fallback import alternative, outlets
from monitor.slack.render.limits import BLOCK_COST, MAX_WEIGHT, brief, cut, fit, size_of
from monitor.slack.render.mrkdwn import plain
from monitor.words.counts import counted
from monitor.words.items import WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.digest.model import Digest, Item, Section
    from monitor.slack.render.elements import Block

_BLOCKS = 8  # of top stories
_STORIES = 8  # together; a reader has an overview of so many
_TITLE, _NAME, _REST = 150, 60, 1_500


def message(digest: Digest) -> tuple[Message, list[Block]]:
    """The parent, and the closing blocks for which it has no room: they belong into the thread."""
    title = frame.title(digest)
    head = [elements.header(title), _summary(digest)]
    aside, foot = list(asides.blocks(digest)), frame.closing(digest)
    told = [elements.context(f"{asides.count(digest)}: {WORDS[digest.language].aside_in_thread}", "aside")]
    end = [{"type": "divider", "block_id": "end"}, *foot[:1]]
    room = MAX_WEIGHT - size_of([*head, *end, *(told if aside else [])]).weight
    tops = _tops(digest, room)
    left = room - size_of(tops).weight
    closing = [*aside, *end, *foot[1:]]
    whole = len(aside) <= 2 and size_of([*aside, *foot[1:]]).weight <= left and len(foot) <= _BLOCKS
    blocks = [*head, *tops, *(closing if whole else [*(told if aside else []), *end])]
    shown = [item for section in digest.sections for item in frame.ranked(section.items)[:_each(digest)]]
    spoken = [*asides.spoken(digest), *frame.more(digest)]
    text = alternative(digest, shown[0], f"{title}{frame.said_counts(digest)}", shown, more=spoken)
    return Message(text, tuple(blocks)), [] if whole else [*aside, *foot[1:]]


def _summary(digest: Digest) -> Block:
    words = WORDS[digest.language]
    counts = [frame.together(digest), counted(len(digest.sections), words.topics), words.in_thread]
    lines = [" · ".join(part for part in counts if part), frame.window(digest)]
    return elements.context("\n".join(line for line in lines if line), "summary")


def _each(digest: Digest) -> int:
    """Stories that a topic may show."""
    return max(1, _STORIES // len(digest.sections))


def _tops(digest: Digest, room: int) -> list[Block]:
    """Every topic with its top stories, or with fewer; else as many topics with one as have room beside the rest."""
    for each in range(_each(digest), 1, -1):
        stories = [_story(section, digest, each) for section in digest.sections]
        if sum(map(_weight, stories)) + BLOCK_COST * _BLOCKS <= room:
            return _shared(stories)
    stories = [_story(section, digest, 1) for section in digest.sections]
    weights = [_weight(story) for story in stories]
    for shown in range(len(stories), -1, -1):
        rest = _rest(digest.sections[shown:], digest)
        if sum(weights[:shown]) + BLOCK_COST * _BLOCKS + size_of(rest).weight <= room or shown == 0:
            return [*_shared(stories[:shown]), *rest]
    return []


def _weight(story: Block) -> int:
    return size_of((elements.rich([story], "s"),)).weight - BLOCK_COST + 2


def _shared(stories: Sequence[Block]) -> list[Block]:
    """The stories in at most eight blocks, an empty line between those that share one."""
    together = -(-len(stories) // _BLOCKS) or 1
    blocks = []
    for start in range(0, len(stories), together):
        some = list(stories[start:start + together])
        for story in some[:-1]:
            story["elements"].append(elements.text("\n\n"))
        blocks.append(elements.rich(some, f"s:{start}"))
    return blocks


def _story(section: Section, digest: Digest, each: int) -> Block:
    """*Topic* · 5 stories, then for its top stories: linked headline / outlet · place · time · 9 outlets."""
    label = cut(plain(section.label), _NAME).strip()
    return elements.paragraph([
        *([elements.text(label, strong=True)] if label else []),
        elements.text(f" · {counted(len(section.items), WORDS[digest.language].stories)}"),
        *(part for item in frame.ranked(section.items)[:each] for part in _item(item, digest)),
    ])


def _item(item: Item, digest: Digest) -> list[Block]:
    source = [cut(plain(part), _NAME).strip() for part in (item.outlet, *item.places[:1])]
    said = "".join(f"{part} · " for part in source if part)
    carried = outlets(item, digest.language)
    return [
        elements.text("\n"),
        elements.linked(item.title, item.url, _TITLE, digest.language),
        elements.text(f"\n{said}"),
        elements.moment(item.at, digest.zone, digest.language),
        *([elements.text(f" · {carried}")] if carried else []),
    ]


def _rest(sections: Sequence[Section], digest: Digest) -> list[Block]:
    """The topics whose top stories have no room, with their numbers of stories."""
    if not sections:
        return []
    kept, left = fit([f"*{brief(section.label, _NAME) or '?'}* {len(section.items)}" for section in sections], _REST, 3)
    more = [counted(left, WORDS[digest.language].more_topics)] if left else []
    return [elements.context(" · ".join([*kept, *more]), "topics")]
