"""Names of places in a text: where they stand, what stands beside them, and which state is printed after them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rules.article import text
from rules.places import outlets, states
from rules.places.gazetteer import REMEMBERED, Alias, Gazetteer, Words, alias_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.article.document import Block, Document
    from rules.model import Place

AFTER_WORDS = 2  # beside a name
_SHORT_STATES = ("Pa", "Md", "Va", "Ga", "La", "Ky", "Vt", "Mo", "Me")


@dataclass(slots=True)
class Name:
    """A name in the text before and after judgement.

    `before` and `after` are the words beside it, as long as only a space or a hyphen parts them; `gap` and `follows`
    are what stands between the name and the words around it, None at the edges of a paragraph.
    """

    first: int
    last: int
    alias: Alias
    block: Block
    before: str = ""
    gap: str | None = None
    follows: str | None = None
    after: tuple[str, ...] = ()
    state: str = ""  # the state that the text names right beside it
    place: Place | None = None
    reason: str = ""
    is_person: bool = False
    is_settled: bool = False  # the place is decided, whatever else bears the name
    not_meant: Place | None = None  # the entry of this name that the printed state rules out

    @property
    def has_lower_case(self) -> bool:
        """Whether capitals mean something in its line, which is no headline with a capital for every word."""
        return self.block.zone != "title" and not self.block.capitals


def scan(document: Document, gazetteer: Gazetteer, claimed: set[int]) -> list[Name]:
    """Every capitalised name, longest first; a word belongs to one name only."""
    words = document.words
    found: list[Name] = []
    for space in ("text", "caption"):
        index = document.indexes[space]
        starts = [
            (at, key) for key in gazetteer.by_first.keys() & index.keys() for at in index[key]
            if words[at][0].isupper() or key in gazetteer.small]
        starts.sort()
        for start, key in starts:
            if start not in claimed and (alias := _alias_at(document, gazetteer, start, key)):
                last = start + len(alias.words) - 1
                claimed.update(range(start, last + 1))
                found.append(named(document, start, last, alias))
    return found


def _alias_at(document: Document, gazetteer: Gazetteer, start: int, key: str) -> Alias | None:
    words, lengths = document.words, gazetteer.by_first[key]
    first = alias_word(words[start])
    if lengths[0] > 1 and not _begins_longer(gazetteer, first, words[start + 1]):
        lengths = lengths[-1:] if lengths[-1] == 1 else ()
    for length in lengths:
        plain = (first,) if length == 1 else tuple(map(alias_word, words[start:start + length]))
        alias = gazetteer.by_words.get(plain)
        if alias is None and plain[-1][-2:-1] == "'":
            alias = gazetteer.by_words.get((*plain[:-1], without_possessive(plain[-1])))
        if alias and _is_printed(document, alias, start):
            return alias
    return None


def _begins_longer(gazetteer: Gazetteer, first: str, following: str) -> bool:
    """Whether some name begins with these two words; most capitals do not, and need no more looking at."""
    if not following:
        return False  # the end of the paragraph
    second = alias_word(following)
    return (first, second) in gazetteer.pairs or (
        second[-2:-1] == "'" and (first, without_possessive(second)) in gazetteer.pairs)


def without_possessive(word: str) -> str:
    return word.removesuffix("s").removesuffix("'") if word.endswith(("'s", "'")) else word


def _is_printed(document: Document, alias: Alias, start: int) -> bool:
    """Whether the capitals are there, and nothing but what belongs there between the words."""
    words = document.words
    if len(alias.words) == 1:
        return words[start][:1].isupper() or not alias.capitals[0]
    if not all(words[start + at][:1].isupper() for at, capital in enumerate(alias.capitals) if capital):
        return False
    return all(_joins_names(document, at, alias.has_comma) for at in range(start, start + len(alias.words) - 1))


def _joins_names(document: Document, position: int, comma: bool) -> bool:
    sign = (between(document, position) or "").strip()
    return sign in ("", "-", "‑", "–", "'", "’") or (sign == "," and comma) or (
        sign == "." and len(document.words[position]) <= 3)


def named(document: Document, first: int, last: int, alias: Alias) -> Name:
    """A name with what stands beside it."""
    block = document.block_at(first)
    name = Name(first, last, alias, block)
    if first > block.first:
        name.gap = block.pieces[2 * (first - block.first)]
        if _parts_little(name.gap):
            name.before = document.words[first - 1]
    at = last + 1 - block.first
    if at < block.count:
        gaps = block.pieces[2 * at:2 * min(at + AFTER_WORDS, block.count):2]
        name.follows = gaps[0]
        if _parts_little(gaps[0]):
            end = last + 3 if len(gaps) > 1 and _parts_little(gaps[1]) else last + 2
            name.after = tuple(document.words[last + 1:end])
    return name


def _parts_little(gap: str) -> bool:
    return gap == " " or gap.strip() in ("", "-")


def between(document: Document, position: int) -> str | None:
    """The characters between a word and the next one of its block; None at the end of the block."""
    block = document.block_at(position)
    at = position - block.first + 1
    return block.pieces[2 * at] if 0 < at < block.count else None


@lru_cache(REMEMBERED)
def folded(word: str) -> str:
    """A word beside a name as the lists of `outlets` and `people` have it."""
    return text.fold(text.surface(word))


def state_after(document: Document, last: int, gap: str | None, name: Name | None = None) -> str:
    """The state printed after a word, behind `gap`: "Portland, Maine", "Portland (Ore.)", "Portland in Maine"."""
    position = last + 1
    if gap is None:
        return ""
    sign = gap.strip()
    if not sign and document.words[position] == "in":
        sign, position = ",", position + 1
    if sign not in (",", "(", "") or (not sign and document.words[position] not in states.codes()):
        return ""
    code, length = state_at(document, position)
    if name and code in states.ALSO_CITIES and is_listed(
            document, name.first, position + length - 1, name.alias.words):
        return ""
    return code


def state_at(document: Document, position: int) -> tuple[str, int]:
    """The state or country that is printed at a position, and in how many words."""
    words = document.words[position:position + states.LONGEST]
    if not words[0][:1].isupper():
        return "", 0
    plain = tuple(map(folded, words))
    for length in range(states.LONGEST, 0, -1):
        code = states.names().get(plain[:length], "")
        if code and is_printed_state(words[:length], code) and (length > 1 or ends_short(document, position, code)):
            return code, length
    return "", 0


def is_printed_state(words: Sequence[str], code: str) -> bool:
    """Postal codes only in capitals: "Columbus, In the morning" names no state."""
    short = words[0].replace(".", "")
    return len(words) > 1 or len(short) > 2 or short == code or short in _SHORT_STATES


def ends_short(document: Document, position: int, code: str) -> bool:
    """Whether a shortened name has its full stop: "Corpus Christi, Del Rio" is not in Delaware."""
    word = document.words[position]
    if word == code or "." in word or len(word) > 5 or word == states.display(code):
        return True
    gap = between(document, position)
    return gap is None or bool(gap.strip())


def is_listed(document: Document, first: int, last: int, words: Words) -> bool:
    """Whether the words from a name to the city or state after it are items of one list."""
    before = between(document, first - 1) if first else None
    if before is not None and before.strip() == "," and words not in states.names():
        return True
    return joins(document, last) or _another_item_follows(document, last)


def joins(document: Document, position: int) -> bool:
    """Whether an "and" follows the word."""
    return between(document, position) is not None and document.words[position + 1] in ("and", "or", "y", "&")


def _another_item_follows(document: Document, last: int) -> bool:
    """Whether a comma, up to three capitalised words and the list's next joint follow: ", San Francisco and"."""
    if (between(document, last) or "").strip() != ",":
        return False
    for at in range(last + 1, last + 4):
        gap = between(document, at)
        if not document.words[at][:1].isupper() or gap is None:
            return False
        if gap.strip() == "," or joins(document, at):
            return True
    return False


def are_listed(document: Document, names: Sequence[Name], at: int, other: int) -> bool:
    """Whether two names stand side by side with only a comma or an "and" between them."""
    first, second = names[min(at, other)], names[max(at, other)]
    words = document.words[first.last + 1:second.first]
    return first.block is second.block and (
        words in (["and"], ["or"], ["y"], ["and", "the"]) or (not words and (second.gap or "").strip() == ","))


def is_inside(document: Document, name: Name) -> bool:
    """Whether the words beside a name say that it is a place: "in Jackson", "near north Jackson", "Jackson police"."""
    if name.after and folded(name.after[0]) in outlets.PLACE_NOUNS:
        return True
    word, position = name.before, name.first - 1
    while word.casefold() in outlets.DIRECTIONS and word.casefold() not in outlets.INSIDE and position > 0:
        position -= 1
        word = document.words[position]
    if word in ("of", "de", "del") and position > 0:
        return folded(document.words[position - 1]) in outlets.KINDS
    return word.casefold() in outlets.INSIDE or word in outlets.KINDS
