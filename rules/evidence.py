"""What a match shows a reader: the words found, the best sentences with those words marked, and why it matched.

Everything is worked out again from the evaluation's remembered lookups, and only for rules that matched.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

from rules.evaluate import apart, leaves
from rules.model import Quote, Span
from rules.tree import And, AtLeast, Field, ListRef, Near, Node, Not, Or, PlaceRef, Term, Within

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rules.document import Block, Document
    from rules.evaluate import Evaluation, Hit, View
    from rules.model import PlaceFound

MAX_SPANS = 500  # kept with a match; the opening comes first, and no reader counts further
QUOTES = 3
QUOTE_LENGTH = 280
_JOINED_NAMES = {"title": "in the headline", "lead": "in the opening", "body": "in the text", "caption": "in a caption",
                 "any": "", "source": "in the outlet's name", "url": "in the address", "section": "in the section"}


def collect(node: Node, evaluation: Evaluation, view: View) -> list[Hit]:
    """The words behind a true node: of NEAR and sentence() only those inside the spans that satisfied it."""
    if isinstance(node, And | Or | ListRef):
        several = evaluation.members(node, view) if isinstance(node, ListRef) else node.children
        true = [child for child in several if evaluation.hits(child, view) is not None]
        return _unique(hit for child in true for hit in collect(child, evaluation, view))
    if isinstance(node, Near):
        return _inside_near(node, evaluation, view)
    if isinstance(node, Within):
        return _inside_units(node, evaluation, view)
    if isinstance(node, Field | AtLeast):
        inner = evaluation.field_view(node, view) if isinstance(node, Field) else view
        return collect(node.child, evaluation, inner)
    return [] if isinstance(node, Not) else evaluation.hits(node, view) or []


def _inside_units(node: Within, evaluation: Evaluation, view: View) -> list[Hit]:
    found: list[Hit] = []
    for low, high in evaluation.units(node, view):
        inner = view._replace(low=max(low, view.low), high=min(high, view.high))
        if evaluation.hits(node.child, inner) is not None:
            found += collect(node.child, evaluation, inner)
    return _unique(found)


def _inside_near(node: Near, evaluation: Evaluation, view: View) -> list[Hit]:
    covering = evaluation.hits(node, view) or []
    found: set[Hit] = set()
    for leaf in leaves(node):
        hits = collect(leaf, evaluation, view)
        for low, high in covering:
            begin, end = bisect_left(hits, (low, 0)), bisect_left(hits, (high + 1, 0))
            found.update(hit for hit in hits[begin:end] if hit[1] <= high)
    return sorted(found)


def _unique(hits: Iterable[Hit]) -> list[Hit]:
    return sorted(set(hits))


def spans(document: Document, hits: Sequence[Hit]) -> tuple[Span, ...]:
    """Positions as block and word numbers, as they are stored with a match; fields of the feed have none."""
    found = []
    for first, last in hits:
        number = document.number_of(first)
        block = document.blocks[number]
        if block.zone != "boilerplate":
            found.append(Span(number, first - block.first, last - block.first))
    return tuple(found)


def title_marks(document: Document, hits: Sequence[Hit]) -> tuple[tuple[int, int], ...]:
    """Characters [start, end) of the title as given. Its entities were padded, not replaced, so offsets hold."""
    block = document.blocks[0]
    return _marks(block, [hit for hit in hits if hit[1] < block.count])


def _marks(block: Block, hits: Sequence[Hit]) -> tuple[tuple[int, int], ...]:
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
    start, end = block.spans[hit[0] - block.first][0], block.spans[hit[1] - block.first][1]
    open_bracket = block.text.count("(", start, end) > block.text.count(")", start, end)
    return start, end + (open_bracket and block.text[end:end + 1] == ")")


def printed(document: Document, hit: Hit) -> str:
    """The words of a span as the article prints them, on one line."""
    block = document.block_at(hit[0])
    start, end = _characters(block, hit)
    found = block.text[start:end]
    return " ".join(found.replace("\u00ad", "").split())


def terms(document: Document, hits: Sequence[Hit]) -> tuple[str, ...]:
    """Different words found, most telling first: longer phrases, then those found more often."""
    seen = Counter(tuple(document.keys[first:last + 1]) for first, last in hits)
    first_hits: dict[tuple[str, ...], Hit] = {}
    for hit in hits:
        first_hits.setdefault(tuple(document.keys[hit[0]:hit[1] + 1]), hit)
    ranked = sorted(first_hits, key=lambda keys: (-len(keys), -seen[keys], first_hits[keys]))
    return tuple(dict.fromkeys(printed(document, first_hits[keys]) for keys in ranked))


def quotes(document: Document, hits: Sequence[Hit]) -> tuple[Quote, ...]:
    """Up to three sentences, the one with most different words first; the opening of the article wins a tie.

    The headline is left out: whoever shows a quote shows the headline, too. Where only the headline matched, the
    opening sentence is given, unmarked: a reader needs more than a headline to act on.
    """
    by_sentence: dict[tuple[int, int], list[Hit]] = {}
    for hit in hits:
        block = document.block_at(hit[0])
        if block.zone in ("body", "caption"):
            by_sentence.setdefault(document.sentence_of(hit[0]), []).append(hit)
    if not by_sentence:
        return _opening(document, hits)
    lead_end = document.ranges["lead"][1]
    ranked = sorted(by_sentence, key=lambda sentence: (
        -_density(document, by_sentence[sentence]) - (sentence[0] < lead_end), sentence))
    return tuple(_quote(document, sentence, by_sentence[sentence]) for sentence in ranked[:QUOTES])


def _opening(document: Document, hits: Sequence[Hit]) -> tuple[Quote, ...]:
    """The first sentence, with those of its words marked that matched in the headline."""
    body = next((block for block in document.blocks if block.zone == "body" and block.count), None)
    if body is None:
        return ()
    found = {document.keys[at] for first, last in hits for at in range(first, last + 1)}
    first, end = document.sentence_of(body.first)
    again = [(at, at) for at in range(first, min(end, body.first + body.count)) if document.keys[at] in found]
    return (_quote(document, (first, end), again),)


def _density(document: Document, hits: Sequence[Hit]) -> int:
    different = {document.keys[first] for first, _ in hits}
    return 2 * len(different) + min(2, len(hits) - len(different))


def _quote(document: Document, sentence: tuple[int, int], hits: Sequence[Hit]) -> Quote:
    block = document.block_at(sentence[0])
    start = block.spans[sentence[0] - block.first][0]
    if sentence[0] == block.first:
        start = 0
    else:  # opening quotes and brackets belong to the sentence
        before = block.spans[sentence[0] - block.first - 1][1]
        start -= len(block.text[before:start]) - len(block.text[before:start].rstrip("\"'“‘«([¿¡$#"))
    end = block.spans[sentence[1] - block.first][0] if sentence[1] < block.first + block.count else len(block.text)
    cut = block.text[start:end].rstrip(" \t“‘«([¿¡")
    marks = tuple((first - start, last - start) for first, last in _marks(block, hits))
    return _shorten(Quote(block.zone, cut, tuple((low, min(high, len(cut))) for low, high in marks)))


def _shorten(quote: Quote) -> Quote:
    """A quote over the limit is cut around as many of its marks as fit, between words, with an ellipsis."""
    if len(quote.text) <= QUOTE_LENGTH:
        return quote
    low, high = _window(quote)
    inner = quote.text[low:high]
    head = "… " if low else ""
    tail = " …" if high < len(quote.text) else ""
    stripped = inner.strip()
    shift = low + len(inner) - len(inner.lstrip()) - len(head)
    marks = tuple((start - shift, end - shift) for start, end in quote.marks if start >= low and end <= high)
    return Quote(quote.zone, f"{head}{stripped}{tail}", marks)


def _window(quote: Quote) -> tuple[int, int]:
    """Characters to keep: the densest run of marks in the middle, the edges moved to spaces."""
    room = QUOTE_LENGTH - 4
    starts = [start for start, _ in quote.marks]
    if not starts:
        return _to_spaces(quote.text, 0, room, 0, 0)
    best = max(starts, key=lambda start: (sum(_fits(mark, start, room) for mark in quote.marks), -start))
    last = max(high for low, high in quote.marks if low == best or _fits((low, high), best, room))
    low = max(0, min(best - (room - (last - best)) // 2, len(quote.text) - room))
    high = min(len(quote.text), max(low + room, last))
    return _to_spaces(quote.text, low, high, best, last)


def _fits(mark: tuple[int, int], start: int, room: int) -> bool:
    return mark[0] >= start and mark[1] <= start + room


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


def why(node: Node, evaluation: Evaluation, view: View, found: Mapping[str, PlaceFound]) -> str:
    """One sentence that names what was found, in the words of the article."""
    parts = [part for part in dict.fromkeys(_say(node, evaluation, view, found)) if part]
    return "; ".join(_briefly(part) if at else part for at, part in enumerate(parts))


def _briefly(part: str) -> str:
    """Of a count that follows what was found, only the count: its words are those of the same list."""
    words, _, count = part.rpartition(", ")
    return f"{count} in all" if words and count.endswith(" mentions") else part


def _say(node: Node, evaluation: Evaluation, view: View, found: Mapping[str, PlaceFound]) -> list[str]:
    if isinstance(node, And):
        return [part for child in node.children for part in _say(child, evaluation, view, found)]
    if isinstance(node, Or | ListRef):
        several = evaluation.members(node, view) if isinstance(node, ListRef) else node.children
        true = [child for child in several if evaluation.hits(child, view) is not None]
        richest = max(true, key=lambda child: len(evaluation.hits(child, view) or []), default=None)
        return _say(richest, evaluation, view, found) if richest is not None else []
    if isinstance(node, Field):
        inner = _say(node.child, evaluation, evaluation.field_view(node, view), found)
        return [f"{part} {_JOINED_NAMES[node.name]}".strip() for part in inner]
    if isinstance(node, PlaceRef):
        return _say_place(node, evaluation, found)
    if isinstance(node, AtLeast):
        count = apart(evaluation.hits(node.child, view) or [])
        return [f"{part}, {count} mentions" for part in _say(node.child, evaluation, view, found)[:1]]
    return [] if isinstance(node, Not) else [_say_words(node, evaluation, view)]


def _say_place(node: PlaceRef, evaluation: Evaluation, found: Mapping[str, PlaceFound]) -> list[str]:
    known = evaluation.place_ids.get(node.value.casefold(), ())
    return [
        f"place {place.label} ({'about' if place.about else 'mentioned'})"
        for place_id in known if (place := found.get(place_id)) and (place.about or not node.about)
    ]


def _say_words(node: Term | Near | Within, evaluation: Evaluation, view: View) -> str:
    document = evaluation.document
    hits = evaluation.hits(node, view) or []
    if not hits:
        return ""
    if isinstance(node, Near) and not node.negated:
        return _say_near(node, evaluation, view, hits)
    shown = [f"“{word}”" for word in terms(document, collect(node, evaluation, view))[:3]]
    if isinstance(node, Within):
        return f"{' and '.join(shown)} in one {node.unit}"
    return shown[0]


def _say_near(node: Near, evaluation: Evaluation, view: View, hits: Sequence[Hit]) -> str:
    low, high = min(hits, key=lambda hit: (hit[1] - hit[0], hit))
    inner = view._replace(low=low, high=high + 1)
    sides = [evaluation.hits(side, inner) or [] for side in (node.left, node.right)]
    left, right = _tightest(sides[0], sides[1])
    document = evaluation.document
    first, second = printed(document, left), printed(document, right)
    if node.distance == 0:
        return f"“{first}” beside “{second}”"
    return f"“{first}” near “{second}”"


def _tightest(lefts: Sequence[Hit], rights: Sequence[Hit]) -> tuple[Hit, Hit]:
    """The two sides that span the covering range and do not overlap."""
    pairs = [(left, right) for left in lefts for right in rights if left[1] < right[0] or right[1] < left[0]]
    return max(pairs, key=lambda pair: max(pair[0][1], pair[1][1]) - min(pair[0][0], pair[1][0]))


def missing(node: Node, evaluation: Evaluation, view: View, query: str) -> list[str]:
    """What kept a query from matching, in its own words; empty if it did match."""
    if evaluation.hits(node, view) is not None:
        return []
    if isinstance(node, And):
        return [part for child in node.children for part in missing(child, evaluation, view, query)]
    source = " ".join(query[node.start:node.end].split())
    if isinstance(node, Not):
        inside = terms(evaluation.document, evaluation.hits(node.child, view) or [])[:2]
        return [f"{source} excludes it" + (f" (found: {', '.join(inside)})" if inside else "")]
    if isinstance(node, Near) and not node.negated:
        both = [evaluation.hits(side, view) for side in (node.left, node.right)]
        if all(both):
            return [f"{source}: both sides are there, but not that close"]
    return [f"{source} was not found"]

