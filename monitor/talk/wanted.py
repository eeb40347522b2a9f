"""What a search is for, and where an article says it. Pure.

Words are folded as rules fold them, so that a search finds what a rule would: accents, case and plurals do not count,
and Spanish folds its own way in Spanish articles. All words must be there, in any order; "words in quotes" stand
together in one line; -word must not be there; detain* is a beginning.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.article import language, text
from rules.engine.needed import AnyOf, all_of, any_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules.model import Article

MOST = 20  # words or phrases of one search
LONGEST = 500  # characters
_PARTS = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')


@dataclass(frozen=True, slots=True)
class Word:
    """One word by its keys: in an article of any language, and in a Spanish one."""

    key: str
    spanish: str
    is_prefix: bool = False

    def fits(self, word: str, *, spanish: bool) -> bool:
        """Whether a word as printed is this one."""
        plain, folded = text.keys(word)
        if self.is_prefix:
            return plain.startswith(self.key)
        return plain == self.key or (spanish and folded == self.spanish)

    @property
    def need(self) -> AnyOf:
        """What the index of words is asked for."""
        return AnyOf(frozenset([f"{text.spanish_stem(self.key)}*"] if self.is_prefix else [self.key, self.spanish]))


Term = tuple[Word, ...]  # several: a phrase


@dataclass(frozen=True, slots=True)
class Wanted:
    """All of `terms`, and none of `without`."""

    terms: tuple[Term, ...]
    without: tuple[Term, ...] = ()

    @property
    def need(self) -> AnyOf:
        """What every article that fits holds, as far as an index of single words can say."""
        return any_of([all_of([word.need for term in self.terms for word in term])])


@dataclass(frozen=True, slots=True)
class Said:
    """The sentence of an article that holds most of what was searched for, and where in it; empty where only headline
    and outlet do."""

    quote: str = ""
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Hit:
    """A term found: its number, and the characters of the line."""

    term: int
    start: int
    end: int


def wanted(words: str) -> Wanted | None:
    """What the words ask for, in plain quotes; None where that is nothing that could be found, or far too much."""
    terms: list[Term] = []
    without: list[Term] = []
    for part in _PARTS.finditer(words[:LONGEST]):
        term = tuple(_words(part["phrase"] if part["word"] is None else part["word"]))
        if term:
            (without if part["minus"] else terms).append(term)
    if not terms or len(terms) + len(without) > MOST:
        return None
    return Wanted(tuple(dict.fromkeys(terms)), tuple(dict.fromkeys(without)))


def said(article: Article, asked: Wanted) -> Said | None:
    """Where the article says it; None where it does not."""
    body = text.unescape(article.text).splitlines()
    lines = [text.unescape(article.title), article.outlet, *body]
    spanish = _is_spanish(article, asked)
    every = (*asked.terms, *asked.without)
    hits = [_hits(line, every, spanish=spanish) for line in lines]
    found = {hit.term for some in hits for hit in some}
    if not found.issuperset(range(len(asked.terms))) or found & set(range(len(asked.terms), len(every))):
        return None
    told = [(line, some) for line, some in zip(body, hits[2:], strict=True) if some]
    return max((_best(line, some, article.language) for line, some in told), key=_terms_in, default=(Said(), 0))[0]


def _terms_in(found: tuple[Said, int]) -> int:
    return found[1]


def _words(part: str) -> Iterator[Word]:
    *found, last = text.WORD.findall(part) or [""]
    for word in found:
        yield Word(text.key(word), text.spanish_key(word))
    if last and part.endswith("*"):
        yield Word(text.fold(text.surface(last)), "", is_prefix=True)
    elif last:
        yield Word(text.key(last), text.spanish_key(last))


def _is_spanish(article: Article, asked: Wanted) -> bool:
    """Told only where it matters: it costs as much as all the rest."""
    if all(word.key == word.spanish or word.is_prefix for term in (*asked.terms, *asked.without) for word in term):
        return False
    return (article.language or language.detect(article.title, article.text)) == "es"


def _hits(line: str, terms: Sequence[Term], *, spanish: bool) -> list[_Hit]:
    pieces = text.plain_pieces(line)
    words = pieces[1::2]
    edges: list[int] = []
    hits = []
    for number, term in enumerate(terms):
        for at in _places(words, term, spanish=spanish):
            edges = edges or text.edges(pieces)
            hits.append(_Hit(number, edges[2 * at], edges[2 * (at + len(term)) - 1]))
    return hits


def _places(words: Sequence[str], term: Term, *, spanish: bool) -> Iterator[int]:
    """Where in a line the term begins, by the number of the word."""
    first, *rest = term
    for at in range(len(words) - len(rest)):
        if first.fits(words[at], spanish=spanish) and all(
                word.fits(words[at + behind], spanish=spanish) for behind, word in enumerate(rest, 1)):
            yield at


def _best(line: str, hits: Sequence[_Hit], spoken: str) -> tuple[Said, int]:
    """The sentence of the line with the most different terms, the first of several, and how many these are."""
    starts = text.sentence_starts(line, spoken)
    by_sentence: dict[int, list[_Hit]] = {}
    for hit in hits:
        by_sentence.setdefault(bisect_right(starts, hit.start) - 1, []).append(hit)
    at, inside = max(sorted(by_sentence.items()), key=lambda pair: len({hit.term for hit in pair[1]}))
    start = starts[at]
    end = starts[at + 1] if at + 1 < len(starts) else len(line)
    marks = tuple(sorted((hit.start - start, hit.end - start) for hit in inside))
    return Said(line[start:end].rstrip(), marks), len({hit.term for hit in inside})
