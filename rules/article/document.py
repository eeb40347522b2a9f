"""An article laid out for matching: blocks with zones, flat arrays of words and keys, and an index of positions.

No object is made per word. Positions count words; between two blocks the count jumps by more than NEAR can reach, so
that neither a phrase nor NEAR ever joins two paragraphs. Sentences are cut only in blocks where somebody asks.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from rules.article import language, text, zones

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.model import Article, Zone

Space = Literal["text", "caption", "any", "source", "url", "section"]
Index = dict[str, list[int]]
Range = tuple[int, int]  # positions [low, high)

GAP = 64  # above NEAR/50, the widest distance the language allows
_PADDING = [""] * GAP
LEAD_BLOCKS = 3
SPANISH = "es"
_FIELDS: tuple[Space, ...] = ("source", "url", "section")


@dataclass(slots=True)
class Block:
    """One line of the article; block 0 is the title. `first` is the position of its first word."""

    text: str
    zone: Zone
    first: int
    count: int
    capitals: bool  # all in capitals, so that capitals prove nothing
    words: list[str]
    pieces: list[str]  # what stands before each word, at 2n, the word, and at the end what follows the last one
    language: str = ""
    _edges: list[int] | None = None
    _sentences: list[int] | None = None

    @property
    def edges(self) -> list[int]:
        """Characters at which the words begin, at 2n, and end, at 2n + 1."""
        if self._edges is None:
            self._edges = text.edges(self.pieces)
        return self._edges

    @property
    def sentences(self) -> list[int]:
        """Positions at which sentences begin, the first of them `first`."""
        if self._sentences is None:
            starts = text.sentence_starts(self.text, self.language)
            found = text.sentence_words(starts, self.edges) if len(starts) > 1 else (0,)
            self._sentences = [self.first + at for at in found]
        return self._sentences

    def reads_plainly(self, first: int, last: int) -> bool:
        """Whether nothing but a space parts each of the words at two positions from the next."""
        gaps = self.pieces[2 * (first - self.first) + 2:2 * (last - self.first) + 1:2]
        return gaps.count(" ") == len(gaps)


@dataclass(slots=True)
class Document:
    """One article, prepared once for all rules. It is filled by `lay_out` and belongs to one call of one thread."""

    article: Article
    language: str = ""  # ISO 639-1, empty where unknown
    blocks: list[Block] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)  # `first` of every block, for bisection
    indexes: dict[Space, Index] = field(default_factory=dict)
    ranges: dict[str, Range] = field(default_factory=dict)
    fields: dict[Space, int] = field(default_factory=dict)  # blocks that hold the outlet, address and section
    # Keys and their positions as the article's own language folds them; the same objects where that is English.
    folded: list[str] = field(default_factory=list)
    folded_indexes: dict[Space, Index] = field(default_factory=dict)
    # What was worked out once: many rules hit the same words and sentences.
    memory: dict[str, object] = field(default_factory=dict)
    printed: dict[Range, str] = field(default_factory=dict)
    cuts: dict[Range, tuple[int, str]] = field(default_factory=dict)
    _sentences: dict[int, Range] = field(default_factory=dict)
    _sorted: dict[Space, list[str]] = field(default_factory=dict)

    @property
    def is_spanish(self) -> bool:
        """Whether the article's words fold as Spanish does."""
        return self.language == SPANISH

    def block_at(self, position: int) -> Block:
        return self.blocks[bisect_right(self.starts, position) - 1]

    def number_of(self, position: int) -> int:
        """The number of the block that holds the position."""
        return bisect_right(self.starts, position) - 1

    def index(self, space: Space) -> Index:
        """Positions by folded key of one part of the article; "any" is the text with its captions."""
        if space == "any" and "any" not in self.folded_indexes:
            self.folded_indexes["any"] = self._merged()
        return self.folded_indexes[space]

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
        known = self._sentences.get(position)
        if known is None:
            block = self.block_at(position)
            starts = block.sentences
            at = bisect_right(starts, position) - 1
            end = starts[at + 1] if at + 1 < len(starts) else block.first + block.count
            known = self._sentences[position] = (starts[at], end)
        return known

    def in_one_sentence(self, first: int, last: int) -> bool:
        """Whether no sentence begins between two positions of one block.

        Words with nothing but spaces between them need no sentences to be cut: so stand most phrases.
        """
        block = self.block_at(first)
        if block.reads_plainly(first, last):
            return True
        return bisect_right(block.sentences, first) == bisect_right(block.sentences, last)

    def _merged(self) -> Index:
        merged = {key: list(found) for key, found in self.folded_indexes["text"].items()}
        for key, found in self.folded_indexes["caption"].items():
            merged[key] = sorted(merged.get(key, []) + found)
        return merged


@dataclass(frozen=True, slots=True)
class Vocabularies:
    """The remembered keys of both foldings."""

    plain: text.Vocabulary = field(default_factory=text.Vocabulary)
    spanish: text.Vocabulary = field(default_factory=lambda: text.Vocabulary(text.spanish_key))


def lay_out(article: Article, vocabularies: Vocabularies) -> Document:
    """Cut an article into blocks and words. Lines of the text are paragraphs; empty ones are skipped."""
    document = Document(article, article.language or language.detect(article.title, article.text))
    vocabulary = vocabularies.plain
    title = text.pad_entities(article.title)
    pieces = text.pieces(title)
    _add(document, title, "title", pieces, _keys(pieces, vocabulary))
    _add_text(document, text.unescape(article.text), vocabulary)
    _mark_ranges(document)
    for space, value in zip(_FIELDS, (article.outlet, article.url, article.section), strict=True):
        if words := _field_words(value):
            document.fields[space] = len(document.blocks)
            pieces = text.plain_pieces(" ".join(words))
            _add(document, "".join(pieces), "boilerplate", pieces, _keys(pieces, vocabulary))
    document.indexes = document.folded_indexes = _indexes(document, document.keys)
    document.folded = document.keys
    if document.is_spanish:
        document.folded = [vocabularies.spanish[word] if word else "" for word in document.words]
        document.folded_indexes = _indexes(document, document.folded)
    return document


def _add_text(document: Document, plain: str, vocabulary: text.Vocabulary) -> None:
    """The lines of the text, each with its zone. They are cut again where they hold addresses: few articles do."""
    lines = [clean for line in plain.splitlines() if (clean := line.strip())]
    cut = list(map(text.plain_pieces, lines))
    keys = [_keys(pieces, vocabulary) for pieces in cut]
    known: set[str] = set().union(*keys)
    if text.may_hold_address(plain, known):
        cut = list(map(text.pieces, lines))
        keys = [_keys(pieces, vocabulary) for pieces in cut]
        known = set().union(*keys)
    hints = zones.hints(plain, known)
    kinds = [zones.zone_of(line, found, hints) for line, found in zip(lines, keys, strict=True)]
    zones.settle(kinds, lines)
    for line, kind, pieces, found in zip(lines, kinds, cut, keys, strict=True):
        _add(document, line, kind, pieces, found)


def _keys(pieces: Sequence[str], vocabulary: text.Vocabulary) -> list[str]:
    return list(map(vocabulary.__getitem__, pieces[1::2]))


def _add(document: Document, line: str, zone: Zone, pieces: list[str], keys: list[str]) -> None:
    first = len(document.words)
    words = pieces[1::2]
    document.blocks.append(Block(line, zone, first, len(words), line.isupper(), words, pieces, document.language))
    document.starts.append(first)
    padding = _PADDING if zone != "boilerplate" else _PADDING[:1]  # nothing is looked up there
    document.words += words
    document.words += padding
    document.keys += keys
    document.keys += padding


def _indexes(document: Document, keys: Sequence[str]) -> dict[Space, Index]:
    """Positions by key of every part; furniture of the page is in none."""
    indexes: dict[Space, Index] = {space: {} for space in ("text", "caption", *_FIELDS)}
    parts: dict[int, Space] = {number: space for space, number in document.fields.items()}
    for number, block in enumerate(document.blocks):
        if block.zone == "boilerplate" and number not in parts:
            continue
        target = indexes["caption" if block.zone == "caption" else parts.get(number, "text")]
        for position, key in enumerate(keys[block.first:block.first + block.count], block.first):
            if key in target:
                target[key].append(position)
            else:
                target[key] = [position]
    return indexes


def _mark_ranges(document: Document) -> None:
    body = [block for block in document.blocks if block.zone == "body"]
    title_end = document.blocks[0].count
    lead = body[:LEAD_BLOCKS]
    document.ranges["title"] = (0, title_end)
    document.ranges["body"] = (title_end, len(document.words))
    document.ranges["lead"] = (lead[0].first, lead[-1].first + lead[-1].count) if lead else (0, 0)


def index_words(article: Article) -> frozenset[str]:
    """Every key under which rules may look for a word of the article, of its feed fields and captions, too."""
    lines = [text.pad_entities(article.title), *text.unescape(article.text).splitlines()]
    found = {word for line in lines for word in text.words(line)}
    for value in (article.outlet, article.url, article.section):
        found.update(_field_words(value))
    return frozenset(key for word in found for key in text.keys(word))


def _field_words(value: str) -> list[str]:
    """The words of an outlet, address or section; addresses are taken apart at every sign."""
    found: list[str] = text.WORD.findall(value.replace("_", " "))
    return found
