"""Where a word or a phrase stands in an article: positions from its index, then the letters, the case, the sentence."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from rules.article import text

if TYPE_CHECKING:
    from rules.article.document import Document, Space
    from rules.article.spans import Hit
    from rules.query.tree import Term, Word


def find(document: Document, term: Term, space: Space) -> list[Hit]:
    """Every place of a term in a part of the article, in reading order."""
    if len(term.words) > 1:
        return _find_phrase(document, term.words, space)
    word = term.words[0]
    found = _positions(document, word, space)
    if word.case in ("capitals", "exact"):
        found = [at for at in found if _has_case(document, word, at)]
    return [(at, at) for at in found]


def _find_phrase(document: Document, words: tuple[Word, ...], space: Space) -> list[Hit]:
    """Looked for at its rarest word: a phrase that begins with "the" is not tried at every "the"."""
    index = document.index(space)
    rarest, fewest = 0, 1 << 60
    for at, word in enumerate(words):
        if not word.is_prefix:
            count = len(index.get(word.key, ()))
            if not count:
                return []
            if count < fewest:
                rarest, fewest = at, count
    last = len(words) - 1
    return [
        (at - rarest, at - rarest + last)
        for at in _positions(document, words[rarest], space) if _reads(document, words, at - rarest)
    ]


def _positions(document: Document, word: Word, space: Space) -> list[int]:
    index = document.index(space)
    if not word.is_prefix:
        return index.get(word.key, [])
    vocabulary = document.vocabulary(space)
    at = bisect_left(vocabulary, word.key)
    found: list[int] = []
    while at < len(vocabulary) and vocabulary[at].startswith(word.key):
        found += index[vocabulary[at]]
        at += 1
    if document.is_spanish:
        found = [at for at in found if _begins(document, word, at)]
    return sorted(found)


def _begins(document: Document, word: Word, position: int) -> bool:
    """Whether a prefix stands at a position. Spanish keys have lost letters that a prefix may end with."""
    if not document.is_spanish:
        return document.folded[position].startswith(word.key)
    return text.fold(text.surface(document.words[position])).startswith(word.prefix)


def _reads(document: Document, words: tuple[Word, ...], start: int) -> bool:
    """Whether the phrase stands at a position, in one sentence; padding between blocks keeps it in one block."""
    keys = document.folded
    if start < 0 or start + len(words) > len(keys):
        return False
    for at, word in enumerate(words, start):
        if keys[at] != word.key and not (word.is_prefix and _begins(document, word, at)):
            return False
        if word.case in ("capitals", "exact") and not _has_case(document, word, at):
            return False
    return document.in_one_sentence(start, start + len(words) - 1)


def _has_case(document: Document, word: Word, position: int) -> bool:
    printed = document.words[position]
    if printed == word.surface:
        return True
    plain = text.surface(printed)
    if plain == word.surface or (word.is_prefix and plain.startswith(word.surface)):
        return True
    if word.case == "capitals" and plain == f"{word.surface}s":
        return True
    # In a headline all in capitals case proves nothing, and a missed raid costs more than a false one.
    return document.block_at(position).capitals and (word.case == "capitals" or plain == word.surface.upper())
