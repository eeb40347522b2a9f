"""An article laid out for matching: blocks with zones, flat arrays of words and keys, and an index of positions.

No object is made per word. Positions count words; between two blocks the count jumps by more than NEAR can reach, so
that neither a phrase nor NEAR ever joins two paragraphs. Sentences are cut only in blocks where somebody asks.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from rules import text, zones

if TYPE_CHECKING:
    from rules.model import Article, Zone

Space = Literal["text", "caption", "any", "source", "url", "section"]
Index = dict[str, list[int]]
Range = tuple[int, int]  # positions [low, high)

GAP = 64  # above NEAR/50, the widest distance the language allows
_PADDING = [""] * GAP
LEAD_BLOCKS = 3
_FIELDS: tuple[Space, ...] = ("source", "url", "section")


@dataclass(slots=True)
class Block:
    """One line of the article; block 0 is the title. `first` is the position of its first word."""

    text: str
    zone: Zone
    first: int
    count: int
    capitals: bool  # all in capitals, so that capitals prove nothing
    _spans: list[tuple[int, int]] | None = None
    _sentences: list[int] | None = None

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Characters [start, end) of each word."""
        if self._spans is None:
            self._spans = text.offsets(self.text)
        return self._spans

    @property
    def sentences(self) -> list[int]:
        """Positions at which sentences begin, the first of them `first`."""
        if self._sentences is None:
            self._sentences = [self.first + at for at in text.sentence_words(self.text, self.spans)]
        return self._sentences


@dataclass(slots=True)
class Document:
    """One article, prepared once for all rules. It is filled by `lay_out` and belongs to one call of one thread."""

    article: Article
    blocks: list[Block] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)  # `first` of every block, for bisection
    indexes: dict[Space, Index] = field(default_factory=dict)
    ranges: dict[str, Range] = field(default_factory=dict)
    _sorted: dict[Space, list[str]] = field(default_factory=dict)

    def block_at(self, position: int) -> Block:
        return self.blocks[bisect_right(self.starts, position) - 1]

    def number_of(self, position: int) -> int:
        """The number of the block that holds the position."""
        return bisect_right(self.starts, position) - 1

    def index(self, space: Space) -> Index:
        """Positions by key of one part of the article; "any" is the text with its captions."""
        if space == "any" and "any" not in self.indexes:
            self.indexes["any"] = self._merged()
        return self.indexes[space]

    def vocabulary(self, space: Space) -> list[str]:
        """All keys of a part, sorted, for prefixes."""
        if space not in self._sorted:
            self._sorted[space] = sorted(self.index(space))
        return self._sorted[space]

    def has_prefix(self, prefix: str, space: Space) -> bool:
        """Whether some key of a part begins so."""
        vocabulary = self.vocabulary(space)
        at = bisect_left(vocabulary, prefix)
        return at < len(vocabulary) and vocabulary[at].startswith(prefix)

    def sentence_of(self, position: int) -> Range:
        """The positions of the sentence around a position."""
        block = self.block_at(position)
        starts = block.sentences
        at = bisect_right(starts, position) - 1
        end = starts[at + 1] if at + 1 < len(starts) else block.first + block.count
        return starts[at], end

    def in_one_sentence(self, first: int, last: int) -> bool:
        """Whether no sentence begins between two positions of one block."""
        starts = self.block_at(first).sentences
        return bisect_right(starts, first) == bisect_right(starts, last)

    def _merged(self) -> Index:
        merged = {key: list(found) for key, found in self.indexes["text"].items()}
        for key, found in self.indexes["caption"].items():
            merged[key] = sorted(merged.get(key, []) + found)
        return merged


def lay_out(article: Article, vocabulary: text.Vocabulary) -> Document:
    """Cut an article into blocks and words. Lines of the text are paragraphs; empty ones are skipped."""
    document = Document(article)
    lines = [clean for line in text.unescape(article.text).splitlines() if (clean := line.strip())]
    every = [text.words(line) for line in lines]
    keys = [[vocabulary[word] for word in found] for found in every]
    kinds = [zones.zone_of(line, found) for line, found in zip(lines, keys, strict=True)]
    zones.settle(kinds, lines)
    title = text.pad_entities(article.title)
    title_words = text.words(title)
    _add(document, title, "title", title_words, [vocabulary[word] for word in title_words])
    for line, kind, found, folded in zip(lines, kinds, every, keys, strict=True):
        _add(document, line, kind, found, folded)
    _index(document)
    _mark_ranges(document)
    for space, value in zip(_FIELDS, (article.outlet, article.url, article.section), strict=True):
        _add_field(document, space, value, vocabulary)
    return document


def _add(document: Document, line: str, zone: Zone, words: list[str], keys: list[str]) -> None:
    first = len(document.words)
    document.blocks.append(Block(line, zone, first, len(words), line.isupper()))
    document.starts.append(first)
    padding = _PADDING if zone != "boilerplate" else _PADDING[:1]  # nothing is looked up there
    document.words += words
    document.words += padding
    document.keys += keys
    document.keys += padding


def _index(document: Document) -> None:
    plain: defaultdict[str, list[int]] = defaultdict(list)
    caption: defaultdict[str, list[int]] = defaultdict(list)
    keys = document.keys
    for block in document.blocks:
        if block.zone == "boilerplate":
            continue
        target = caption if block.zone == "caption" else plain
        for position in range(block.first, block.first + block.count):
            target[keys[position]].append(position)
    document.indexes["text"] = dict(plain)
    document.indexes["caption"] = dict(caption)


def _mark_ranges(document: Document) -> None:
    body = [block for block in document.blocks if block.zone == "body"]
    title_end = document.blocks[0].count
    lead = body[:LEAD_BLOCKS]
    document.ranges["title"] = (0, title_end)
    document.ranges["body"] = (title_end, len(document.words))
    document.ranges["lead"] = (lead[0].first, lead[-1].first + lead[-1].count) if lead else (0, 0)


def _add_field(document: Document, space: Space, value: str, vocabulary: text.Vocabulary) -> None:
    """The words of an outlet, address or section; addresses are taken apart at every sign."""
    words = text.WORD.findall(value.replace("_", " ")) if value else []
    index: defaultdict[str, list[int]] = defaultdict(list)
    keys = [vocabulary[word] for word in words]
    for position, key in enumerate(keys, len(document.words)):
        index[key].append(position)
    document.indexes[space] = dict(index)
    if words:
        _add(document, " ".join(words), "boilerplate", words, keys)

