"""Sentences as a reader sees them: whole, at most 280 characters, with the words found marked."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from rules.model import Quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.article.document import Block, Document
    from rules.article.spans import Hit

QUOTES = 3
QUOTE_LENGTH = 280


def title_marks(document: Document, hits: Sequence[Hit]) -> tuple[tuple[int, int], ...]:
    """Characters [start, end) of the title as given. Its entities were padded, not replaced, so offsets hold."""
    block = document.blocks[0]
    if not hits or hits[0][0] >= block.count:
        return ()
    return _marks(block, [hit for hit in hits if hit[1] < block.count])


def _marks(block: Block, hits: Sequence[Hit]) -> tuple[tuple[int, int], ...]:
    if len(hits) == 1:
        return (_characters(block, hits[0]),)
    ranges = sorted(_characters(block, hit) for hit in hits)
    merged: list[tuple[int, int]] = []
    for start, end in ranges:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _characters(block: Block, hit: Hit) -> tuple[int, int]:
    """The characters of a hit, with the bracket that closes one inside it: "287(g)", not "287(g"."""
    edges, at = block.edges, 2 * block.first
    start, end = edges[2 * hit[0] - at], edges[2 * hit[1] + 1 - at]
    if block.text[end:end + 1] == ")" and block.text.count("(", start, end) > block.text.count(")", start, end):
        return start, end + 1
    return start, end


def printed(document: Document, hit: Hit) -> str:
    """The words of a span as the article prints them, on one line."""
    known = document.printed.get(hit)
    if known is None:
        block = document.block_at(hit[0])
        start, end = _characters(block, hit)
        known = document.printed[hit] = " ".join(block.text[start:end].replace("\u00ad", "").split())
    return known


def quotes(document: Document, hits: Sequence[Hit]) -> tuple[Quote, ...]:
    """Up to three sentences, the one with most different words first; the opening of the article wins a tie.

    The headline is left out: whoever shows a quote shows the headline, too. Where only the headline matched, the
    opening sentence is given, unmarked: a reader needs more than a headline to act on.
    """
    by_sentence: dict[tuple[int, int], list[Hit]] = {}
    low, high = document.ranges["body"]
    for hit in hits:
        if low <= hit[0] < high:
            sentence = document.sentence_of(hit[0])
            if sentence in by_sentence:
                by_sentence[sentence].append(hit)
            else:
                by_sentence[sentence] = [hit]
    if not by_sentence:
        return _opening(document, hits)
    if len(by_sentence) == 1:
        return (quote(document, sentence, by_sentence[sentence]),)
    lead_end = document.ranges["lead"][1]
    ranked = sorted(by_sentence, key=lambda sentence: (
        -_density(document, by_sentence[sentence]) - (sentence[0] < lead_end), sentence))
    return tuple(quote(document, sentence, by_sentence[sentence]) for sentence in ranked[:QUOTES])


def _opening(document: Document, hits: Sequence[Hit]) -> tuple[Quote, ...]:
    """The first sentence, with those of its words marked that matched in the headline."""
    body = next((block for block in document.blocks if block.zone == "body" and block.count), None)
    if body is None:
        return ()
    found = {document.keys[at] for first, last in hits for at in range(first, last + 1)}
    first, end = document.sentence_of(body.first)
    again = [(at, at) for at in range(first, min(end, body.first + body.count)) if document.keys[at] in found]
    return (quote(document, (first, end), again),)


def _density(document: Document, hits: Sequence[Hit]) -> int:
    if len(hits) == 1:
        return 2
    different = {document.keys[first] for first, _ in hits}
    return 2 * len(different) + min(2, len(hits) - len(different))


def quote(document: Document, sentence: tuple[int, int], hits: Sequence[Hit]) -> Quote:
    """One sentence, given as positions [low, high), with the words found in it marked."""
    block = document.block_at(sentence[0])
    start, cut = _cut(document, block, sentence)
    found = tuple((low - start, min(high - start, len(cut))) for low, high in _marks(block, hits))
    return _shorten(Quote(block.zone, cut, found))


def _cut(document: Document, block: Block, sentence: tuple[int, int]) -> tuple[int, str]:
    """Where a sentence begins in its block, and its text; remembered, for rules often hit the same ones."""
    found = document.cuts.get(sentence)
    if found is None:
        found = document.cuts[sentence] = _cut_out(block, sentence)
    return found


def _cut_out(block: Block, sentence: tuple[int, int]) -> tuple[int, str]:
    edges, low, high = block.edges, 2 * (sentence[0] - block.first), 2 * (sentence[1] - block.first)
    start = edges[low]
    if sentence[0] == block.first:
        start = 0
    else:  # opening quotes and brackets belong to the sentence
        before = edges[low - 1]
        start -= len(block.text[before:start]) - len(block.text[before:start].rstrip("\"'“‘«([¿¡$#"))
    end = edges[high] if sentence[1] < block.first + block.count else len(block.text)
    return start, block.text[start:end].rstrip(" \t“‘«([¿¡")


def _shorten(long: Quote) -> Quote:
    """A quote over the limit is cut around as many of its marks as fit, between words, with an ellipsis."""
    if len(long.text) <= QUOTE_LENGTH:
        return long
    low, high = _window(long.text, long.marks)
    inner = long.text[low:high]
    head = "… " if low else ""
    tail = " …" if high < len(long.text) else ""
    stripped = inner.strip()
    shift = low + len(inner) - len(inner.lstrip()) - len(head)
    marks = tuple((start - shift, end - shift) for start, end in long.marks if start >= low and end <= high)
    return Quote(long.zone, f"{head}{stripped}{tail}", marks)


def _window(sentence: str, marks: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Characters to keep: the densest run of marks, sorted and apart, in the middle; the edges moved to spaces."""
    room = QUOTE_LENGTH - 4
    if not marks:
        return _to_spaces(sentence, 0, room, 0, 0)
    ends = [end for _, end in marks]
    fitting = [bisect_right(ends, start + room) - at for at, (start, _) in enumerate(marks)]
    at = max(range(len(marks)), key=fitting.__getitem__)
    best, last = marks[at][0], ends[at + max(1, fitting[at]) - 1]
    low = max(0, min(best - (room - (last - best)) // 2, len(sentence) - room))
    high = min(len(sentence), max(low + room, last))
    return _to_spaces(sentence, low, high, best, last)


def _to_spaces(sentence: str, low: int, high: int, first: int, last: int) -> tuple[int, int]:
    """Move the edges inwards to the next space, or outwards where a mark would be cut."""
    if low:
        space = sentence.find(" ", low, first + 1)
        low = space + 1 if space >= 0 else sentence.rfind(" ", 0, first) + 1
    if high < len(sentence):
        space = sentence.rfind(" ", last, high + 1)
        outwards = sentence.find(" ", high)
        high = space if space >= 0 else outwards if outwards >= 0 else len(sentence)
    return low, high
