"""What fits: Slack's sizes, cutting by words, and packing items into messages.

Everything is cut as plain words, before any markup: a cut mrkdwn string is a broken one. What is left out is always
counted or shown as "…".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from monitor.slack.render.mrkdwn import BLANK, escape, inert, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

T = TypeVar("T")

HEADER_LIMIT = 150
TEXT_LIMIT = 2_800  # of one text object; Slack refuses 3,001
FALLBACK_BYTES = 3_500  # chat.update refuses a `text` of more than 4,000 bytes
# Slack allows 50 blocks and refuses all blocks together near 13,200 characters, a figure that it does not publish and
# that users measured; a block costs about 100 on top of its text.
MAX_BLOCKS = 45
MAX_WEIGHT = 11_000
BLOCK_COST = 100
ELLIPSIS = "…"

Marks = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Size:
    """What a message costs: number of blocks, and characters with the cost of each block included."""

    blocks: int = 0
    weight: int = 0

    def __add__(self, other: Size) -> Size:
        return Size(self.blocks + other.blocks, self.weight + other.weight)

    def within(self, room: Size) -> bool:
        """Whether this fits into `room`, in blocks and in weight."""
        return self.blocks <= room.blocks and self.weight <= room.weight


def size_of(blocks: Iterable[Mapping[str, Any]]) -> Size:
    """The cost of blocks, counting every string that a reader or a client gets."""
    total = Size()
    for block in blocks:
        total += Size(1, BLOCK_COST + _characters(block))
    return total


def _characters(value: object) -> int:
    if isinstance(value, Mapping):
        counted = (part for key, part in value.items() if key not in {"type", "block_id"})
        return sum(_characters(part) for part in counted)
    if isinstance(value, list | tuple):
        return sum(_characters(part) for part in value)
    return len(value) if isinstance(value, str) else 0


def pack(things: Iterable[T], cost: Callable[[T | None, T], Size], room: Size) -> list[list[T]]:
    """Split things, in order, into pages that fit the room.

    `cost(previous, thing)` is what the thing adds to a page whose last thing is `previous` (None: it opens the page).
    A thing that alone exceeds the room gets a page of its own.
    """
    pages: list[list[T]] = []
    used = Size()
    for thing in things:
        previous = pages[-1][-1] if pages else None
        grown = used + cost(previous, thing)
        if previous is not None and grown.within(room):
            pages[-1].append(thing)
            used = grown
        else:
            pages.append([thing])
            used = cost(None, thing)
    return pages


def cut(text: str, limit: int) -> str:
    """The text if its escaped form has at most `limit` characters, else as many whole words as fit, and "…"."""
    at = cut_at(text, limit)
    return text if at == len(text) else text[:at] + ELLIPSIS


def brief(words: str, limit: int) -> str:
    """Foreign words for a mrkdwn string, at most `limit` characters of it."""
    return inert(cut(plain(words).strip(BLANK).replace("](", "] ("), limit))


def cut_at(text: str, limit: int) -> int:
    """Where `cut` cuts: len(text), or the end of the last word that fits beside the "…".

    A single long word is cut inside rather than dropped.
    """
    if len(text) * 5 <= limit or (len(text) <= limit and len(escape(text)) <= limit):  # "&" becomes five characters
        return len(text)
    end = min(len(text), limit - 1)
    while end > 0 and len(escape(text[:end])) > limit - 1:
        end -= 1
    space = text.rfind(" ", end // 2, end + 1)  # a cut further back than half loses more than it saves
    return space if space > 0 else end


def fit(parts: Sequence[str], room: int, joint: int = 0) -> tuple[list[str], int]:
    """The first parts that together (and `joint` characters between them) fit the room, and how many are left."""
    kept: list[str] = []
    for part in parts:
        room -= len(part) + (joint if kept else 0)
        if room < 0:
            break
        kept.append(part)
    return kept, len(parts) - len(kept)


def excerpt(text: str, marks: Marks, limit: int) -> tuple[str, Marks]:
    """A sentence cut to `limit` characters around its first mark, and the marks that are still in it."""
    marks = tidy(marks, len(text))
    if len(escape(text)) <= limit:
        return text, marks
    start = _window_start(text, marks, limit)
    head = ELLIPSIS if start else ""
    body = cut(text[start:], limit - len(head))
    last = len(body) - body.endswith(ELLIPSIS) + start
    shift = len(head) - start
    inside = (
        (max(first, start) + shift, min(end, last) + shift) for first, end in marks if end > start and first < last
    )
    return head + body, tuple(inside)


def _window_start(text: str, marks: Marks, limit: int) -> int:
    """The beginning of a word a third of the window before the first mark; 0 where the mark stands early anyway."""
    lead_in = marks[0][0] - limit // 3 if marks else 0
    if lead_in <= 0:
        return 0
    space = text.find(" ", lead_in, marks[0][0])
    return space + 1 if space >= 0 else lead_in


def tidy(marks: Iterable[tuple[int, int]], length: int) -> Marks:
    """Marks in order, inside the text, without overlaps or gaps of nothing."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((max(0, start), min(end, length)) for start, end in marks):
        if end <= start:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def runs(text: str, marks: Marks) -> list[tuple[str, bool]]:
    """The text in stretches, each marked or not, cleaned, none of them blank.

    Two marks with only a space between them become one: a reader sees a phrase, and Slack has no blank links.
    """
    stretches: list[tuple[str, bool]] = []
    for words, marked in _stretches(text, marks):
        if not words.strip(BLANK) and not stretches:
            continue
        if stretches and (not words.strip(BLANK) or stretches[-1][1] == marked):
            stretches[-1] = (stretches[-1][0] + words, stretches[-1][1])
        else:
            stretches.append((words, marked))
    return stretches


def _stretches(text: str, marks: Marks) -> Iterator[tuple[str, bool]]:
    at = 0
    for start, end in tidy(marks, len(text)):
        yield plain(text[at:start]), False
        yield plain(text[start:end]), True
        at = end
    yield plain(text[at:]), False
