"""The further articles of a story: a headline a line, and names of outlets where the text or the room says no more.

Copies of one text share a line. Every article stands as a link, however many there are, but for what one outlet has
more than five of: that is counted. What one block cannot hold goes on in the next, and the blocks may go into
different messages.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from monitor.slack.render import elements
from monitor.slack.render.limits import BLOCK_COST, Size, cut, pack, size_of
from monitor.slack.render.mrkdwn import BLANK, plain
from monitor.words import stories
from monitor.words.items import WORDS, in_language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from monitor.digest.model import Digest, Item
    from monitor.settings import Language
    from monitor.slack.render.elements import Block

T = TypeVar("T")

_TITLE, _NAME, _OUTLET = 120, 60, 40
_ROOM = Size(1_000, 2_500)  # of one block, addresses included
_OF_ONE_OUTLET = 5  # links in a line, and headlines: a flood of one outlet must not fill a thread
_UNKNOWN = 0  # stands for the text of copies that do not say whose text it is


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of the articles, and what shows them."""

    block: Block
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    parts: tuple[Block, ...]
    items: tuple[Item, ...]

    @property
    def weight(self) -> int:
        return size_of(self.parts).weight - BLOCK_COST * len(self.parts) + 12  # a list tells its form too


def pieces(item: Item, digest: Digest, headlines: int | None = None, *, opening: str = "") -> list[Piece]:
    """The articles of `item.also`; `headlines` of them with one (None: all), the others as names of outlets.

    `opening` stands in bold before the first.
    """
    pages = pack(_lines(item, digest, headlines), lambda _, line: Size(1, line.weight), _ROOM)
    return [_piece(page, f"also:{item.article_id}:{at}", "" if at else opening) for at, page in enumerate(pages)]


def _piece(page: Sequence[_Line], block_id: str, opening: str) -> Piece:
    said = [elements.paragraph([elements.text(opening, strong=True)])] if opening else []
    lines = [elements.paragraph(line.parts) for line in page]
    listed = {"type": "rich_text_list", "style": "bullet", "elements": lines}
    return Piece(elements.rich([*said, listed], block_id), tuple(one for line in page for one in line.items))


def _lines(item: Item, digest: Digest, headlines: int | None) -> list[_Line]:
    """Copies of the story's own text; the other texts, each with its copies; what has no headline."""
    texts: dict[int, list[Item]] = {}
    for one in item.also:
        texts.setdefault(_text(one), []).append(one)
    words, language = stories.WORDS[digest.language], digest.language
    seen: Counter[str] = Counter([_outlet(item, language)])
    lines = _named(words.same_text, texts.pop(_text(item), []), language, seen)
    unknown = texts.pop(_UNKNOWN, [])
    told = _told(texts, headlines)
    for key in told:
        first, *copies = sorted(texts.pop(key), key=lambda one: one.copy)  # whose text it is, where it is among them
        seen[_outlet(first, language)] += 1
        lines += _with_copies(_headline(first, digest), _named(words.same_text, copies, language, seen))
    rest = sorted((one for group in texts.values() for one in group), key=lambda one: one.at)
    return [*lines, *_named(words.and_in, rest, language, seen), *_named(words.same_text, unknown, language, seen)]


def _text(item: Item) -> int:
    """The same number for articles of one text."""
    if not item.copy:
        return item.article_id
    return item.copy_of if item.copy_of is not None else _UNKNOWN


def _told(texts: Mapping[int, Sequence[Item]], headlines: int | None) -> list[int]:
    """The texts that are told by a headline, in their order; local ones and those with copies where not all can be."""
    rest = [key for key, group in texts.items() if len(group) == 1 and not group[0].local]
    ranked = [*(key for key in texts if key not in rest), *rest]
    chosen = _few_of_each(ranked, lambda key: texts[key][0].outlet)[0][:headlines]
    return [key for key in texts if key in chosen]


def _few_of_each(things: Iterable[T], outlet: Callable[[T], str]) -> tuple[list[T], list[T]]:
    """So many of each outlet as are shown, and the others, both in order."""
    seen: Counter[str] = Counter()
    few: list[T] = []
    rest: list[T] = []
    for thing in things:
        name = outlet(thing)
        seen[name] += 1
        (few if not name or seen[name] <= _OF_ONE_OUTLET else rest).append(thing)
    return few, rest


def _headline(item: Item, digest: Digest) -> _Line:
    """Linked headline · outlet · place · language where it is another · local · updated · time."""
    words, language = WORDS[digest.language], digest.language
    written = cut(plain(item.language).strip(BLANK), 12)
    foreign = in_language(written, words) if written not in ("", language) else ""
    place = item.places[0] if item.places and digest.kind == "update" else ""
    updated = words.updated if item.edited_at or item.updated_at else ""
    known = [*(cut(plain(part).strip(BLANK), _NAME) for part in (item.outlet, place)), foreign,
             stories.WORDS[language].is_local if item.local else "", updated]
    said = "".join(f"{part} · " for part in known if part)
    return _Line((elements.linked(item.title, item.url, _TITLE, language), elements.text(f" · {said}"),
                  elements.moment(item.at, digest.zone, language)), (item,))


def _named(label: str, items: Iterable[Item], language: Language, seen: Counter[str]) -> list[_Line]:
    """ "Same text in: A, B, C", each a link; an outlet that is named again gets a number, and is counted in the end."""
    few, rest = _few_of_each(items, lambda one: one.outlet)
    links = [(_link(one, language, seen), one) for one in few]
    pages = pack(links, lambda _, link: Size(0, size_of((link[0],)).weight - BLOCK_COST + 2),
                 Size(1_000, _ROOM.weight - len(label) - 20))
    lines = [_Line((elements.text(f"{label}: "), *elements.joined([link for link, _ in page], ", ")),
                   tuple(one for _, one in page)) for page in pages]
    return [*lines[:-1], _Line((*lines[-1].parts, elements.text(_counted(rest, language))),
                               (*lines[-1].items, *rest))] if rest else lines


def _counted(rest: Sequence[Item], language: Language) -> str:
    """ " and 274 more from Flood Forum"."""
    words = stories.WORDS[language]
    names = Counter(_outlet(one, language) for one in rest).most_common()
    return " " + ", ".join(words.more_from.format(number, name) for name, number in names)


def _link(item: Item, language: Language, seen: Counter[str]) -> Block:
    name = _outlet(item, language)
    seen[name] += 1
    number = f" ({seen[name]})" if seen[name] > 1 else ""
    return elements.linked(f"{name}{number}", item.url, _OUTLET + len(number) + 1, language)


def _outlet(item: Item, language: Language) -> str:
    """The outlet's name; the headline where it has none."""
    said = (cut(plain(words).strip(BLANK), _OUTLET) for words in (item.outlet, item.title))
    return next((words for words in said if words.strip()), WORDS[language].untitled)


def _with_copies(line: _Line, copies: Sequence[_Line]) -> list[_Line]:
    """The copies behind the headline whose text they repeat, where there is room in its block."""
    if not copies or line.weight + copies[0].weight > _ROOM.weight:
        return [line, *copies]
    label, *links = copies[0].parts
    said = str(label["text"])
    behind = elements.text(f" · {said[:1].lower()}{said[1:]}")
    return [_Line((*line.parts, behind, *links), (*line.items, *copies[0].items)), *copies[1:]]
