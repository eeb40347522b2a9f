"""What is different between two states of a page, paragraph by paragraph. Pure.

Compared as a bag of paragraphs, not in their order: one that moved is no change, and a page of 20,000 lines costs
milliseconds where a longest common subsequence could cost minutes. Stamps ("last updated ..."), the clock of the look
and counters of readers are not compared: they change at every look. Other dates and times are: a hearing that is put
off is news, and so is a jail that holds people until eleven.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre"
    r"|diciembre)\b\.?"
)
_WEEKDAY = (
    r"(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?\b\.?"
    r"|(?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)\b"
)
# Paragraphs have single blanks only. Every repetition is bounded: this runs outside the child process.
_DATE = re.compile(
    rf"\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}}\b)?|\b\d{{1,2}}(?: de)? {_MONTH}(?:,? (?:del? )?\d{{4}}\b)?"
    rf"|\b{_MONTH} \d{{4}}\b|\b\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}}(?:t(?=\d))?|\b(?:{_WEEKDAY})"
    r"|(?:©|\(c\)|\bcopyright) ?\d{4}(?: ?[-–] ?\d{4})?"
)
_TIME = r"\d{1,2}(?::\d\d){1,2}(?:\.\d{1,6})? ?(?:[ap]\.? ?m\b\.?|z\b)?|\d{1,2} ?[ap]\.?m\b\.?"
_ZONE = r"(?: ?(?:[ecmp][sd]t|utc|gmt)\b)?"
# What says the time of the look: to the second, how long ago, or "it is 10:31". "Until 5 pm" is what a policy says.
_CLOCK = re.compile(
    rf"\b\d{{1,2}}:\d\d:\d\d(?:\.\d{{1,6}})? ?(?:[ap]\.? ?m\b\.?|z\b)?{_ZONE}"
    rf"|\b(?:it is|time is|time:|now:|son las|hora:) ?(?:{_TIME}){_ZONE}"
    r"|\b\d{1,4} (?:second|minute|hour|day)s? ago\b|\bhace \d{1,4} (?:segundo|minuto|hora|día)s?\b"
)
_ONLY_CLOCK = re.compile(rf"\b(?:{_TIME}){_ZONE}")
# "3 visitors" and "2 visits a week" are rules of a jail; what counts readers has three digits, or names views.
_COUNTER = re.compile(
    r"\b(?:\d[\d,.]{0,15} (?:page ?views|views|hits)|\d[\d,.]{2,15} (?:visitors?|visits|visitas|visitantes))\b"
    r"|\b(?:visitors?|visits|page ?views|views|hits|visitas|visitantes)\b(?: \w{1,15})?\W{0,3}\d[\d,.]{2,15}"
)
# The word stands right before its date: "the revised policy takes effect on January 1" is no stamp.
_STAMP = re.compile(
    r"\b(?:updated?|modified|revised|reviewed|as of|today(?: is|'s date)?|printed|generated|retrieved"
    r"|posted|published|actualizad[ao]s?|actualización|modificad[ao]s?|publicad[ao]s?|hoy(?: es)?|al día)"
    rf"(?:\W{{1,3}}|\W{{0,2}} (?:on|at|el|:) ?)(?:{_DATE.pattern})(?:,? ?(?:{_DATE.pattern})){{0,2}}"
    rf"(?:(?: -|,| at| a las| a la)? ?(?:{_TIME}){_ZONE})?"
    r"|(?:©|\(c\)|\bcopyright) ?\d{4}(?: ?[-–] ?\d{4})?|©|\(c\)"
)
_NAMED_DAY = re.compile(rf"\b(?:{_WEEKDAY})")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"\w+")
_DATE_LENGTH = 60  # characters; a longer paragraph is not only a date
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+")
_NARROWED_FROM = 400  # characters; a shorter paragraph is shown whole, as its words belong together
_ALIKE = 1 / 3  # of the words of two paragraphs at one place are the same: one is the other, rewritten
_PAIRS = 10_000  # comparisons between two unchanged paragraphs; beyond that nobody reads pairs


@dataclass(frozen=True, slots=True)
class Change:
    """One paragraph before and after; an empty `before` was added, an empty `after` is there no more."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Gap:
    """What differs between two paragraphs that stand on both states; `behind` is the first of these, or empty."""

    behind: str
    gone: tuple[str, ...]
    come: tuple[str, ...]


def telling(paragraph: str) -> str:
    """What of a paragraph is compared: its words, without clocks, counters of readers and stamps with their dates.

    Empty where nothing else is in it. A date that stands alone counts, unless it names its weekday, as banners do.
    """
    text = paragraph.casefold()
    if _DIGIT.search(text) or "©" in text:
        text = _STAMP.sub(" ", _COUNTER.sub(" ", _CLOCK.sub(" ", text)))
        if len(text) <= _DATE_LENGTH and not _WORD.search(_without_days(text)):
            text = ""
    return " ".join(_WORD.findall(text))


def _without_days(text: str) -> str:
    clockless = _ONLY_CLOCK.sub(" ", text)
    return _DATE.sub(" ", clockless) if _NAMED_DAY.search(text) else clockless


def differences(before: Sequence[str], after: Sequence[str], *, cut: bool) -> tuple[Change, ...]:
    """The changes, in the order of the page. `cut` is that of `gaps`."""
    return changes_in(gaps(before, after, cut=cut))


def changes_in(found: Iterable[Gap]) -> tuple[Change, ...]:
    """Each change of these gaps once."""
    return tuple(dict.fromkeys(change for gap in found for change in _paired(gap.gone, gap.come)))


def gaps(before: Sequence[str], after: Sequence[str], *, cut: bool) -> tuple[Gap, ...]:
    """Where two states differ, in the order of the page.

    `cut` says that the end of one state is missing: what was pushed over that edge, or came back, did not change.
    """
    gone, come = _only(before, after), _only(after, before)
    if cut:
        gone, come = ([found for found in side if found.followed] for side in (gone, come))
    gone, come = _without_alike(gone, come), _without_alike(come, gone)
    sides: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for side, found in ((0, gone), (1, come)):
        for one in found:
            sides[one.behind][side].append(one.text)
    place = {text: number for number, text in reversed(list(enumerate(after)))}
    ordered = sorted(sides, key=lambda behind: place.get(behind, -1))
    return tuple(Gap(behind, tuple(sides[behind][0]), tuple(sides[behind][1])) for behind in ordered)


@dataclass(frozen=True, slots=True)
class _Found:
    """A paragraph of one state only: what it tells, the shared one before it, and whether a shared one follows."""

    text: str
    key: str
    behind: str
    followed: bool


def _only(ours: Sequence[str], theirs: Sequence[str]) -> list[_Found]:
    left = Counter(theirs)
    behind, found, last = "", [], -1
    for number, text in enumerate(ours):
        if left[text]:
            left[text] -= 1
            behind, last = text, number
        else:
            found.append((number, text, behind))
    return [_Found(text, telling(text), behind, number < last) for number, text, behind in found]


def _without_alike(ours: Sequence[_Found], theirs: Sequence[_Found]) -> list[_Found]:
    """Those that tell something which the other side does not."""
    left = Counter(found.key for found in theirs)
    different = []
    for found in ours:
        if left[found.key]:
            left[found.key] -= 1
        elif found.key:
            different.append(found)
    return different


def _paired(gone: Sequence[str], come: Sequence[str]) -> Iterator[Change]:
    """What stood and stands between two shared paragraphs: rewritten ones as one change, the rest as they are."""
    partner = _partners(gone, come) if len(gone) * len(come) <= _PAIRS else {}
    for text in gone:
        yield _narrowed(text, partner[text]) if text in partner else Change(text, "")
    taken = set(partner.values())
    yield from (Change("", text) for text in come if text not in taken)


def _partners(gone: Sequence[str], come: Sequence[str]) -> dict[str, str]:
    words = {text: frozenset(telling(text).split()) for text in (*gone, *come)}
    free = dict.fromkeys(come)
    partner: dict[str, str] = {}
    for text in gone:
        best = max(free, key=lambda other: _likeness(words[text], words[other]), default="")
        if best and text not in partner and _likeness(words[text], words[best]) >= _ALIKE:
            partner[text] = best
            del free[best]
    return partner


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def _narrowed(before: str, after: str) -> Change:
    """Of long paragraphs only the sentences that differ: rules must not match on what did not change."""
    if len(before) + len(after) < 2 * _NARROWED_FROM:
        return Change(before, after)
    old, new = _SENTENCE_END.split(before), _SENTENCE_END.split(after)
    start = _shared(old, new)
    end = _shared(old[start:][::-1], new[start:][::-1])
    return Change(" ".join(old[start:len(old) - end]), " ".join(new[start:len(new) - end]))


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many sentences both begin with."""
    return next((number for number, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
                min(len(one), len(other)))
