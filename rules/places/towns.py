"""Places of which nobody wrote an entry: "Hazleton, Pa." explains itself, and so do "Lehigh and Berks counties".

The words before the comma must look like a town: "Sen. Jon Ossoff, Georgia" and "Baylor University, Texas" do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rules.model import Place
from rules.places import outlets, people, states
from rules.places.gazetteer import Alias, alias_word
from rules.places.mentions import between, ends_short, folded, is_listed, is_printed_state, named, state_after
from rules.places.tables import id_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rules.article.document import Document
    from rules.places.gazetteer import Gazetteer, Words
    from rules.places.mentions import Name

LONGEST_NAME = 4  # longer runs of capitals are headlines
_ABBREVIATED = ("St", "Ste", "Ft", "Mt", "Pt")
_LINKS = ("de", "del", "la", "las", "los", "du")

_AND = ("and", "or", "y", "e", "&")


class StateMark(NamedTuple):
    """A state printed in the text, by positions of its words."""

    first: int
    last: int
    code: str


def state_marks(document: Document) -> list[StateMark]:
    """States that the article names: in full, or shortened after a comma or bracket ("Salem, Ore.")."""
    found: list[StateMark] = []
    index, words = document.indexes["text"], document.words
    full, short = states.full_names_by_key(), states.short_names_by_key()
    for first in full.keys() & index.keys():
        capitals = [at for at in index[first] if words[at][0].isupper()]
        found += [StateMark(at, at + len(keys) - 1, code) for code, keys in full[first] for at in capitals
                  if _is_full_name(document, keys, at)]
    for key in short.keys() & index.keys():
        code = short[key]
        found += [_short_mark(document, at, code) for at in index[key]
                  if words[at][0].isupper() and _is_short_name(document, at, code)]
    return found


def _is_full_name(document: Document, keys: Words, at: int) -> bool:
    if len(keys) > 1 and tuple(document.keys[at:at + len(keys)]) != keys:
        return False
    if keys == ("washington",):  # the capital, far more often than the state
        return document.keys[at + 1] == "state" or _follows_comma(document, at)
    return keys != ("virginia",) or at == 0 or document.keys[at - 1] != "west"


def _is_short_name(document: Document, at: int, code: str) -> bool:
    if not is_printed_state([document.words[at]], code) or not ends_short(document, at, code):
        return False
    return _follows_comma(document, at) or (code == "VA" and at > 1 and document.words[at - 1] == "W")


def _short_mark(document: Document, at: int, code: str) -> StateMark:
    is_west = code == "VA" and at > 0 and document.words[at - 1] == "W"
    return StateMark(at - 1, at, "WV") if is_west else StateMark(at, at, code)


def _follows_comma(document: Document, at: int) -> bool:
    return at > 0 and (between(document, at - 1) or "").strip() in (",", "(")


def towns(
    document: Document, gazetteer: Gazetteer, marks: Iterable[StateMark], names: list[Name], claimed: set[int]
) -> list[Name]:
    """The names that a state explains, with every other mention of them; names they swallow leave `names`."""
    found: list[Name] = []
    swallowed: set[int] = set()
    by_word = {at: name for name in names for at in range(name.first, name.last + 1)}
    for mark in marks:
        if not document.block_at(mark.first).capitals and _follows_comma(document, mark.first):
            last = mark.first - 1
            first = _beginning(document, last)
            if first is not None and not _is_known(by_word, claimed, first, last) and _is_town(document, first, mark):
                name = _town(document, gazetteer, first, last, mark.code)
                swallowed.update(id(by_word.pop(at)) for at in range(first, last + 1) if at in by_word)
                claimed.update(range(first, last + 1))
                found.append(name)
    names[:] = [name for name in names if id(name) not in swallowed]
    return found + [again for name in _unlike(found) for again in _again(document, name, claimed)]


def _unlike(names: Iterable[Name]) -> Iterable[Name]:
    return {name.alias.words: name for name in names}.values()


def _beginning(document: Document, last: int) -> int | None:
    """Where the run of capitalised words before the comma begins; None where there is none."""
    words = document.words
    first = last
    while last - first < LONGEST_NAME - 1 and first > 0 and words[first - 1]:
        sign = (between(document, first - 1) or "").strip()
        before = words[first - 1]
        if not (sign in ("", "-", "'", "’") or (sign == "." and before in _ABBREVIATED)):
            break
        if not before[0].isupper() and not (before in _LINKS and first > 1 and words[first - 2][:1].isupper()):
            break
        first -= 1
    while first < last and (words[first].casefold() in outlets.OPENERS or not words[first][0].isupper()):
        first += 1
    return first if words[first][:1].isupper() and words[last][:1].isupper() else None


def _is_known(by_word: Mapping[int, Name], claimed: set[int], first: int, last: int) -> bool:
    """Whether a name of the gazetteer ends here, and the words before it do not make another town of it."""
    if last not in claimed:
        return False
    known = by_word.get(last)
    if known is None or known.last != last or known.first <= first:
        return True
    lead = [word.casefold() for word in _words_between(known, first)]
    return not all(word in outlets.PREFIXES or word in outlets.DIRECTIONS for word in lead)


def _words_between(known: Name, first: int) -> list[str]:
    block = known.block
    return block.words[first - block.first:known.first - block.first]


def _is_town(document: Document, first: int, mark: StateMark) -> bool:
    plain = tuple(map(folded, document.words[first:mark.first]))
    if not _may_be_town(plain) or "(" in (between(document, mark.first - 1) or "") or (  # "Graham (S.C.)"
            _is_possessive(document.words[mark.last])):  # "Northam, Virginia's governor"
        return False
    if mark.code in states.ALSO_CITIES and is_listed(document, first, mark.last, plain):
        return False
    gap = between(document, first - 1) if first else None
    before = document.words[first - 1] if gap is not None and not gap.strip() else ""
    if before.casefold() in outlets.INSIDE:
        return True
    is_full_name = plain[0] in people.GIVEN and len(plain) > 1
    if before in outlets.FROM_OR_TO:
        return not is_full_name
    if is_full_name or not people.TITLES.isdisjoint(plain[:-1]) or (len(plain) == 1 and plain[0] in people.SURNAMES):
        return False
    return not _is_introduced(document, first, before) and _is_closed(document, mark)


def _may_be_town(plain: Words) -> bool:
    """Whether nothing among the words themselves says that they are an organisation, a state or a date."""
    return not (
        plain in states.names() or any(map(str.isdigit, plain))
        or not outlets.NEVER_TOWNS.isdisjoint(plain) or not outlets.ORGANISATIONS.isdisjoint(plain))


def _is_introduced(document: Document, first: int, before: str) -> bool:
    """Whether an article or a title comes first ("An Example, Georgia", "Sen. Ossoff, Georgia"), or a headline has no
    lower-case word there that would show where the town's name begins."""
    if before.casefold() in ("a", "an", "un", "una") or folded(before) in people.TITLES:
        return True
    block = document.block_at(first)
    if first == block.first:
        return block.zone == "title"
    gap = (between(document, first - 1) or "").strip()
    return (gap == "." and _is_title_or_initial(document, first)) or (block.zone == "title" and not before)


def _is_title_or_initial(document: Document, first: int) -> bool:
    before = document.words[first - 1]
    return before not in _ABBREVIATED and (folded(before) in people.TITLES or (len(before) == 1 and before.isupper()))


def _is_closed(document: Document, mark: StateMark) -> bool:
    """Whether the state ends with a sign, as in "Hazleton, Pennsylvania, is": "In sum, Texas is" names no town."""
    gap = between(document, mark.last)
    return gap is None or bool(gap.strip()) or not (
        document.words[mark.last + 1][:1].isupper() or _is_full(document.words[mark.last], mark.code))


def _is_full(word: str, code: str) -> bool:
    return word == states.display(code).split()[-1]


def _is_possessive(word: str) -> bool:
    return len(word) > 2 and word[-2] in "'’"


def _town(document: Document, gazetteer: Gazetteer, first: int, last: int, code: str) -> Name:
    block = document.block_at(first)
    start = first - block.first
    printed = " ".join("".join(block.pieces[2 * start + 1:2 * (last - block.first) + 2]).split())
    shown = printed.title() if printed.isupper() and len(printed) > 3 else printed
    place = ad_hoc(shown, code, gazetteer)
    words = tuple(alias_word(word) for word in document.words[first:last + 1])
    capitals = tuple(word[:1].isupper() for word in document.words[first:last + 1])
    name = named(document, first, last, Alias(words, capitals, (place,), place.kind == "county"))
    name.state = code
    return name


def ad_hoc(name: str, code: str, gazetteer: Gazetteer) -> Place:
    """The place that "Hazleton, Pa." means: the one of this id, or one made for the occasion, within its state."""
    place_id = id_of(name, code)
    if place_id in gazetteer.places:
        return gazetteer.places[place_id]
    state = states.place_id(code)
    kind = "county" if name.casefold().endswith((" county", " parish")) else "city"
    return Place(place_id, name, code, within=(state,) if state in gazetteer.places else (), kind=kind)


def _again(document: Document, name: Name, claimed: set[int]) -> Iterator[Name]:
    """The other mentions of a town, which have no state beside them."""
    length = len(name.alias.words)
    for first in document.indexes["text"].get(document.keys[name.first], ()):
        span = range(first, first + length)
        words = document.words[first:first + length]
        if claimed.isdisjoint(span) and all(word[:1].isupper() == capital for word, capital
                                            in zip(words, name.alias.capitals, strict=True)):
            plain = tuple(map(alias_word, words))
            if plain == name.alias.words or (*plain[:-1], plain[-1].removesuffix("'s")) == name.alias.words:
                claimed.update(span)
                yield named(document, first, first + length - 1, name.alias)


def counties(document: Document, gazetteer: Gazetteer, claimed: set[int]) -> list[Name]:
    """"Lehigh and Berks counties", "condados de Montgomery y Howard": every item of the list is a county."""
    found: list[Name] = []
    index = document.indexes["text"]
    for key, ending, step in (("county", "county", -1), ("parish", "parish", -1), ("condado", "county", 1)):
        for at in index.get(key, ()):
            if document.words[at].casefold() in ("counties", "parishes", "condados"):
                for first, last in _items(document, at, step):
                    if alias := _county(document, gazetteer, first, last, ending):
                        name = named(document, last + 2 - len(alias.words), last, alias)
                        name.state = state_after(document, at, between(document, at)) if step < 0 else ""
                        found.append(name)
                        claimed.update(range(name.first, last + 1))
    return found


def _county(document: Document, gazetteer: Gazetteer, first: int, last: int, ending: str) -> Alias | None:
    """The longest county of which the words up to `last` are the name."""
    words = [alias_word(word) for word in document.words[first:last + 1]]
    for start in range(len(words)):
        if alias := gazetteer.by_words.get((*words[start:], ending)):
            return alias
    return None


def _items(document: Document, at: int, step: int) -> Iterator[tuple[int, int]]:
    """Runs of capitalised words in front of "counties" (or behind "condados de"), parted by commas and "and"."""
    block = document.block_at(at)
    run: list[int] = []
    positions = range(at - 1, block.first - 1, -1) if step < 0 else range(at + 2, block.first + block.count)
    for position in positions:
        word = document.words[position]
        sign = (between(document, position if step < 0 else position - 1) or "").strip()
        if run and (sign == "," or word in _AND):
            yield min(run), max(run)
            run = []
        if word == "of":  # the District of Columbia and Montgomery counties
            return
        if sign not in ("", ",", "-", ".", "'", "’") or not (word in _AND or word[:1].isupper()):
            break
        if word not in _AND:
            run.append(position)
    if run:
        yield min(run), max(run)
