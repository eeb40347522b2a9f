"""The words round what a rule found: which of them can be a phrase to ignore.

A phrase holds a word found and one of its own that the query does not look for, so that ignoring it never switches the
rule off, and it ends in no mere function word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules.article import text
from rules.query.tree import ListRef, Term, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rules.article.document import Document
    from rules.model import RuleSet, Span
    from rules.query.tree import Node

    Keys = tuple[str, ...]

LONGEST = 4  # words of a phrase: a longer one is a quotation, and the next article words it otherwise

# Words that make no phrase and end none: "the raid" is "raid".
_FUNCTION_WORDS = """
a an and are as at be been but by for from had has have he her his i if in into is it its more no not now of off on one
or our out over said say she so some than that the their them then there they this to two up was we were what when
which who will with would you after about again all also any before down how just new only other too under us
al con como cuando de del desde donde el ella ellos en entre era es esta este fue ha han hasta la las le les lo los mas
muy no nos o para pero por que se sea ser si sin sobre son su sus tras un una uno unos unas y ya
"""
_FUNCTION = frozenset(map(text.key, _FUNCTION_WORDS.split()))


@dataclass(frozen=True, slots=True)
class Wording:
    """What a rule looks for, its lists included: the keys of single words, their beginnings ("raid*"), and phrases."""

    asked: frozenset[str]
    beginnings: tuple[str, ...]
    terms: frozenset[Keys]

    @classmethod
    def of(cls, ruleset: RuleSet, rule_id: str) -> Wording:
        found = [node.words for node in _nodes(ruleset, rule_id) if isinstance(node, Term)]
        single = [words[0] for words in found if len(words) == 1]
        return cls(frozenset(word.key for word in single), tuple({word.key for word in single if word.is_prefix}),
                   frozenset(tuple(word.key for word in words) for words in found if len(words) > 1))

    def phrases(self, document: Document, spans: Sequence[Span]) -> Iterator[tuple[Keys, str]]:
        """Each phrase round the spans of a match, within its sentence: its keys, and how it is printed there."""
        hits = [(document.blocks[span.block].first + span.first, document.blocks[span.block].first + span.last)
                for span in spans]
        matched = {at for first, last in hits for at in range(first, last + 1)}
        for start, end in sorted({window for hit in hits for window in _windows(document, hit)}):
            keys = tuple(document.folded[start:end])
            words = document.words[start:end]
            if self._says_something(keys, [at not in matched for at in range(start, end)]) and not any(
                    map(_is_address, words)):
                yield keys, " ".join(text.surface(word).casefold() for word in words)

    def _says_something(self, keys: Keys, is_free: Sequence[bool]) -> bool:
        """Whether a word of it is its own, neither end is a mere function word, and no phrase of the query dies."""
        if not all(keys) or keys[0] in _FUNCTION or keys[-1] in _FUNCTION:
            return False
        own = any(free and self._is_own(key) for key, free in zip(keys, is_free, strict=True))
        return own and not any(_holds(term, keys) for term in self.terms)

    def _is_own(self, key: str) -> bool:
        asked = key in self.asked or key.startswith(self.beginnings)
        return not asked and key not in _FUNCTION and not key.isdecimal()


def _is_address(word: str) -> bool:
    """Whether a word is no word but an address: letters between dots are an acronym's only where each stands alone."""
    return not text.surface(word).isalnum() or ("." in word and max(map(len, word.split("."))) > 1)


def _windows(document: Document, hit: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """The positions [start, end) of two to four words of the sentence that share one with the hit."""
    first, last = hit
    low, high = document.sentence_of(first)
    for length in range(2, LONGEST + 1):
        yield from ((start, start + length)
                    for start in range(max(low, first - length + 1), min(last, high - length) + 1))


def _nodes(ruleset: RuleSet, rule_id: str) -> Iterator[Node]:
    """Every node of the rule's query, and of the lists that it names."""
    waiting, seen = [ruleset.queries[rule_id]], set[str]()
    while waiting:
        for node in walk(waiting.pop()):
            yield node
            if isinstance(node, ListRef) and node.name not in seen:
                seen.add(node.name)
                waiting += ruleset.list_nodes.get(node.name, ())


def _holds(term: Keys, keys: Keys) -> bool:
    """Whether the keys stand in the term one after the other: it could never be found again."""
    return any(term[at:at + len(keys)] == keys for at in range(len(term) - len(keys) + 1))
