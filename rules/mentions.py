"""Names of places in a text: where they stand, which state is printed beside them, and what speaks against them.

Newspapers and captions are the common errors, not exotic namesakes, so those are looked for first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules import outlets, states, text
from rules.gazetteer import Alias, Gazetteer, alias_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.document import Document
    from rules.model import Place


@dataclass(slots=True)
class Name:
    """A name in the text before and after judgement."""

    first: int
    last: int
    alias: Alias
    state: str = ""  # the state that the text names right after it
    place: Place | None = None
    reason: str = ""


def scan(document: Document, gazetteer: Gazetteer) -> list[Name]:
    """Every capitalised name, longest alias first; a word belongs to one name only."""
    claimed: set[int] = set()
    found: list[Name] = []
    for space in ("text", "caption"):
        index = document.indexes[space]
        starts = sorted(at for key in gazetteer.by_first.keys() & index.keys() for at in index[key])
        for start in starts:
            if start in claimed:
                continue
            for alias in gazetteer.by_first[document.keys[start]]:
                if _stands_at(document, alias, start):
                    last = start + len(alias.words) - 1
                    claimed.update(range(start, last + 1))
                    found.append(Name(start, last, alias))
                    break
    return sorted(found, key=lambda name: name.first)


def _stands_at(document: Document, alias: Alias, start: int) -> bool:
    words = document.words
    if start + len(alias.words) > len(words):
        return False
    for at, (wanted, capital) in enumerate(zip(alias.words, alias.capitals, strict=True), start):
        printed = words[at]
        if capital and not printed[:1].isupper():
            return False
        plain = alias_word(printed)
        if plain != wanted and plain.removesuffix("'s") != wanted:
            return False
    return True


def between(document: Document, position: int) -> str | None:
    """The characters between a word and the next one of its block; None at the end of the block."""
    block = document.block_at(position)
    at = position - block.first
    if at < 0 or at + 1 >= block.count:
        return None
    return block.text[block.spans[at][1]:block.spans[at + 1][0]]


def _following(document: Document, name: Name, count: int) -> list[str]:
    """Up to `count` words after a name as long as only a space or a hyphen parts them."""
    found: list[str] = []
    position = name.last
    while len(found) < count and (gap := between(document, position)) is not None and gap.strip() in ("", "-"):
        position += 1
        found.append(document.words[position])
    return found


def _preceding(document: Document, name: Name) -> str:
    """The word before a name, or the one before its number: "ABC 7 Chicago"."""
    position = name.first
    while position and (gap := between(document, position - 1)) is not None and gap.strip() in ("", "-"):
        position -= 1
        if not document.words[position].isdigit():
            return document.words[position]
    return ""


def state_after(document: Document, name: Name) -> str:
    """The state printed after a name: "Portland, Maine", "Portland (Ore.)", "Portland in Maine"."""
    gap = between(document, name.last)
    position = name.last + 1
    if gap is None:
        return ""
    if not gap.strip() and document.words[position] == "in":
        gap, position = ",", position + 1
    if gap.strip() not in (",", "(", "") or (not gap.strip() and not _is_code(document.words[position])):
        return ""
    for length in range(states.LONGEST, 0, -1):
        words = document.words[position:position + length]
        code = states.names().get(tuple(text.fold(text.surface(word)) for word in words), "")
        if code and words[0][:1].isupper() and is_printed_state(words, code):
            return "" if code in states.ALSO_CITIES and _in_list(document, name, position + length - 1) else code
    return ""


def _is_code(word: str) -> bool:
    return word in states.codes()


def is_printed_state(words: Sequence[str], code: str) -> bool:
    """Postal codes only in capitals: "Columbus, In the morning" names no state."""
    return len(words) > 1 or len(words[0].replace(".", "")) > 2 or words[0] == code or words[0] in (
        "Pa", "Md", "Va", "Ga", "La", "Ky", "Vt", "Mo", "Me")


def _in_list(document: Document, name: Name, last: int) -> bool:
    before = between(document, name.first - 1) if name.first else None
    if before is not None and before.strip() == "," and name.alias.words not in states.names():
        return True
    return _joins(document, last) or _another_item_follows(document, last)


def _joins(document: Document, position: int) -> bool:
    return between(document, position) is not None and document.words[position + 1] in ("and", "or", "y", "&")


def _another_item_follows(document: Document, last: int) -> bool:
    """Whether a comma, up to three capitalised words and the list's next joint follow: ", San Francisco and"."""
    if (between(document, last) or "").strip() != ",":
        return False
    for at in range(last + 1, last + 4):
        gap = between(document, at)
        if not document.words[at][:1].isupper() or gap is None:
            return False
        if gap.strip() == "," or _joins(document, at):
            return True
    return False


def refusal(document: Document, name: Name) -> str:
    """Why the name is no mention of any place; empty if nothing speaks against it."""
    block = document.block_at(name.first)
    if block.zone == "caption":
        return "in a photo caption"
    after = [text.fold(word) for word in _following(document, name, 2)]
    before = _preceding(document, name)
    if reason := _outlet(document, name, after, before):
        return reason
    if tuple(after[:2]) in outlets.OFFICES:
        return f"part of the name of an office ({' '.join(document.words[name.first:name.last + 3])})"
    if not name.alias.has_county and after[:1] and after[0] in outlets.COUNTY:
        return f"{document.words[name.last]} {document.words[name.last + 1]} is another place"
    if not name.alias.has_county and document.words[max(0, name.first - 2):name.first] == ["condado", "de"]:
        return f"condado de {document.words[name.first]} is another place"
    return "only says where another place is" if _is_qualifier(document, name) else ""


def _is_qualifier(document: Document, name: Name) -> bool:
    """Whether a state's name follows a town and a comma, "Rockville, Maryland", and is no item of a list of states."""
    if name.alias.words not in states.names() or name.first == 0:
        return False
    gap = between(document, name.first - 1)
    before = document.words[name.first - 1]
    return bool(
        gap is not None and gap.strip() == "," and before[:1].isupper()
        and (text.fold(text.surface(before)),) not in states.names() and not _in_list(document, name, name.last))


def _outlet(document: Document, name: Name, after: list[str], before: str) -> str:
    printed = _following(document, name, 2)
    is_name = bool(printed) and printed[0][:1].isupper()
    if is_name and len(after) == 2 and tuple(after) in outlets.AFTER_PAIRS:
        return "part of an outlet's name"
    if is_name and after[0] in outlets.AFTER and (len(after) < 2 or after[1] not in outlets.NOT_AFTER):
        return "part of an outlet's name"
    if before and (text.fold(text.surface(before)) in outlets.BEFORE and before[0].isupper()):
        return "part of an outlet's name"
    if before and outlets.CALL_SIGN.fullmatch(before) and not document.block_at(name.first).capitals:
        return "part of an outlet's name"
    return "part of the outlet's own name" if _in_own_outlet(document, name, printed, before) else ""


def _in_own_outlet(document: Document, name: Name, printed: Sequence[str], before: str) -> bool:
    """Whether the words around the name spell the article's own outlet, whatever it is called."""
    own = [alias_word(word) for word in text.words(document.article.outlet)]
    here = [alias_word(word) for word in document.words[name.first:name.last + 1]]
    for at in range(len(own) - len(here) + 1):
        if own[at:at + len(here)] == here:
            right = own[at + len(here):at + len(here) + 1]
            left = own[at - 1:at] if at else []
            if right and [alias_word(word) for word in printed[:1]] == right:
                return True
            if not right and left and left == [alias_word(before)]:
                return True
    return False
