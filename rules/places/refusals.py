"""What speaks against a place name: it is part of an outlet, an office, a team or a street, or it is a person's name.

Newspapers and captions are the common errors, not exotic namesakes, so those are looked for first.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rules.article import text
from rules.places import outlets, people, states
from rules.places.gazetteer import alias_word
from rules.places.mentions import between, folded, is_inside, is_listed

if TYPE_CHECKING:
    from rules.article.document import Document
    from rules.places.mentions import Name

_OUTLET = "part of an outlet's name"


def refusal(document: Document, name: Name) -> str:
    """Why the name is no mention of any place; empty if nothing speaks against it."""
    if name.block.zone == "caption":
        return "in a photo caption"
    after = tuple(map(folded, name.after))
    if after or name.before:
        reason = _outlet(document, name) or _larger_name(document, name, after) or _longer_before(document, name)
        if reason:
            return reason
    if name.alias.words in states.names() and _is_qualifier(document, name):
        return "only says where another place is"
    if len(name.alias.words) == 1 and not name.block.capitals and not is_inside(document, name) and (
            _is_named_before(document, name) or (not name.state and _is_person(document, name, after))):
        name.is_person = True
        return "the name of a person"
    return ""


def _shown(document: Document, name: Name, more: int) -> str:
    return " ".join(document.words[name.first:name.last + 1 + more])


def _outlet(document: Document, name: Name) -> str:
    """Outlets that everybody knows by a word beside the name, and the article's own, whatever it is called."""
    if name.after and name.after[0][:1].isupper():
        after = [alias_word(word) for word in name.after]
        if tuple(after) in outlets.AFTER_PAIRS:
            return _OUTLET
        if after[0] in outlets.AFTER and (len(after) < 2 or after[1] not in outlets.NOT_AFTER):
            return _OUTLET
    before = _before_number(document, name)
    if before[:1].isupper() and (folded(before) in outlets.BEFORE or (
            outlets.CALL_SIGN.fullmatch(before) and not name.block.capitals)):
        return _OUTLET
    return "part of the outlet's own name" if _in_own_outlet(document, name, before) else ""


def _before_number(document: Document, name: Name) -> str:
    """The word before a name, or the one before its number: "ABC 7 Chicago"."""
    position, before = name.first - 1, name.before
    while before.isdigit():
        gap = between(document, position - 1) if position else None
        position -= 1
        before = document.words[position] if gap is not None and gap.strip() in ("", "-") else ""
    return before


def _in_own_outlet(document: Document, name: Name, before: str) -> bool:
    own, here = _outlet_words(document.article.outlet), name.alias.words
    if here[0] not in own:
        return False
    for at in range(len(own) - len(here) + 1):
        if own[at:at + len(here)] == here:
            right, left = own[at + len(here):at + len(here) + 1], own[at - 1:at] if at else ()
            if right and tuple(map(alias_word, name.after[:1])) == right:
                return True
            if not right and left and left == (alias_word(before),):
                return True
    return False


@lru_cache(1000)
def _outlet_words(outlet: str) -> tuple[str, ...]:
    return tuple(map(alias_word, text.words(outlet)))


def _larger_name(document: Document, name: Name, after: tuple[str, ...]) -> str:
    """Whether the words after the name make a longer name of it: an office, a county, a team, a street, a town."""
    if after in outlets.OFFICES:
        return f"part of the name of an office ({_shown(document, name, 2)})"
    following = after[0] if after else ""
    if not name.alias.has_county:
        if following in outlets.COUNTY:
            return f"{_shown(document, name, 1)} is another place"
        if document.words[max(0, name.first - 2):name.first] in (["condado", "de"], ["Condado", "de"]):
            return f"condado de {_shown(document, name, 0)} is another place"
    if not following or not name.after[0][0].isupper() or name.block.capitals:
        return ""
    return _proper_name(document, name, after)


def _proper_name(document: Document, name: Name, after: tuple[str, ...]) -> str:
    following = after[0]
    if following in outlets.TEAMS and after != ("fire", "department"):
        return "part of the name of a team"
    if following in outlets.SCHOOLS or after == ("state", "university"):
        return "part of the name of a university"
    if name.alias.has_county:
        return ""
    if after == ("international", "airport"):
        return "part of the name of an airport"
    return f"{_shown(document, name, 1)} is something else" if following in outlets.STREETS | outlets.LANDSCAPE else ""


def _longer_before(document: Document, name: Name) -> str:
    before = name.before
    if before in ("of", "de") and name.first > 1 and folded(document.words[name.first - 2]) in outlets.SCHOOLS:
        return "part of the name of a university"
    if name.alias.state or name.alias.has_county or not before[:1].isupper() or name.block.capitals:
        return ""
    if before.casefold() in outlets.PREFIXES and not (before == "New" and name.block.zone == "title"):
        return f"{before} {_shown(document, name, 0)} is something else"
    return ""


def _is_qualifier(document: Document, name: Name) -> bool:
    """Whether a state's name follows a town and a comma, "Rockville, Maryland", and is no item of a list of states."""
    if name.gap is None or name.gap.strip() != ",":
        return False
    before = document.words[name.first - 1]
    return bool(
        before[:1].isupper() and (folded(before),) not in states.names() and folded(before) not in outlets.NEVER_TOWNS
        and not is_listed(document, name.first, name.last, name.alias.words))


def _is_named_before(document: Document, name: Name) -> bool:
    """Whether a title, a given name, another surname or an initial stands before the name."""
    before = name.before
    if before[:1].isupper() and (folded(before) in people.NAMES or _has_given_name(document, name)):
        return True
    return name.gap is not None and name.gap.strip() == "." and _is_initial_or_title(document.words[name.first - 1])


def _is_person(document: Document, name: Name, after: tuple[str, ...]) -> bool:
    """A surname, a verb of speech or another capital after the name, or a capital before it; for doubtful names."""
    word = name.alias.words[0]
    is_doubtful = word in people.ALSO_WORDS or word in people.GIVEN
    if not is_doubtful and not all(place.needs_state for place in name.alias.places):
        return False
    return (is_doubtful and _is_followed_as_person(document, name, after)) or (
        name.has_lower_case and _has_name_before(document, name))


def _has_given_name(document: Document, name: Name) -> bool:
    """Whether the word two before is a given name: "Edgar Rivas Salinas"."""
    gap = between(document, name.first - 2) if name.first > 1 else None
    return gap is not None and not gap.strip() and name.has_lower_case and (
        folded(document.words[name.first - 2]) in people.GIVEN and document.words[name.first - 2][0].isupper())


def _is_initial_or_title(word: str) -> bool:
    return (len(word) == 1 and word.isupper()) or (word[:1].isupper() and folded(word) in people.TITLES)


def _is_followed_as_person(document: Document, name: Name, after: tuple[str, ...]) -> bool:
    if after and (after[0] in people.SURNAMES or after[0] in people.SPEAKS):
        return True
    if after and name.after[0][0].isupper() and name.has_lower_case:
        return True  # Lincoln Memorial, Austin Petersen; the nouns of a town were seen by is_inside
    gap = between(document, name.last)
    return gap is not None and gap.strip() == "," and document.words[name.last + 1] in ("who", "whose", "quien")


def _has_name_before(document: Document, name: Name) -> bool:
    """Whether a capitalised word in mid-sentence belongs to the name: "Ketanji Jackson", "Rosa Parks Lincoln"."""
    before = name.before
    plain = before.casefold()
    if not before[:1].isupper() or before.isupper() or plain in outlets.DIRECTIONS or plain in outlets.OPENERS:
        return False
    position = name.first - 1
    if position == name.block.first:
        return False
    gap = between(document, position - 1)
    return gap is not None and gap.strip(" \"'“”‘’(") == ""
