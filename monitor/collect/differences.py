"""What is different between two states of a page, paragraph by paragraph. Pure.

Compared as a bag of paragraphs, not in their order: one that moved is no change, and a page of 2,000 lines costs
milliseconds where a longest common subsequence could cost minutes. Clocks, stamps ("last updated ...") and counters
of visitors are not compared: they change at every look. Other dates are: a hearing that is put off is news.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
_CLOCK = re.compile(
    r"(?:\b|(?<=\dt))\d{1,2}(?::\d\d){1,2}(?:\.\d{1,6})? ?(?:[ap]\.? ?m\b\.?|z\b)?|\b\d{1,2} ?[ap]\.?m\b\.?"
    r"|\b\d{1,4} (?:second|minute|hour|day)s? ago\b|\bhace \d{1,4} (?:segundo|minuto|hora|día)s?\b"
    r"|\b(?:[ecmp][sd]t|utc|gmt)\b"
)
_COUNTER = re.compile(
    r"\b\d[\d,.]{0,15} (?:visitors?|visits|page ?views|views|hits|visitas|visitantes)\b"
    r"|\b(?:visitors?|visits|page ?views|views|hits|visitas|visitantes)\b(?: \w{1,15})?\W{0,3}\d[\d,.]{0,15}"
)
_STAMP = re.compile(
    r"\b(?:updated?|modified|revised|reviewed|as of|today|current(?:ly)?|printed|generated|retrieved|copyright"
    r"|actualiza\w*|modificad\w*|hoy)\b|©|\(c\)"
)
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


def telling(paragraph: str) -> str:
    """What of a paragraph is compared: its words, without clocks, counters of visitors and dates of stamps.

    Empty where nothing else is in it.
    """
    text = paragraph.casefold()
    if _DIGIT.search(text):
        text = _COUNTER.sub(" ", _CLOCK.sub(" ", text))
    if _STAMP.search(text) or len(text) <= _DATE_LENGTH:
        undated = _DATE.sub(" ", text)
        if _STAMP.search(text) or not _WORD.search(undated):
            text = undated
    return " ".join(_WORD.findall(text))


def differences(before: Sequence[str], after: Sequence[str], *, cut: bool) -> tuple[Change, ...]:
    """The changes, in the order of the page.

    `cut` says that the end of one state is missing: what was pushed over that edge, or came back, did not change.
    """
    gone, come = _only(before, after), _only(after, before)
    if cut:
        gone, come = ([found for found in side if found.followed] for side in (gone, come))
    gone, come = _without_alike(gone, come), _without_alike(come, gone)
    gaps: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for side, found in ((0, gone), (1, come)):
        for one in found:
            gaps[one.behind][side].append(one.text)
    place = {text: number for number, text in reversed(list(enumerate(after)))}
    ordered = sorted(gaps, key=lambda behind: place.get(behind, -1))
    return tuple(dict.fromkeys(change for behind in ordered for change in _paired(*gaps[behind])))


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


def _paired(gone: list[str], come: list[str]) -> Iterator[Change]:
    """What stood and stands between two shared paragraphs: rewritten ones as one change, the rest as they are."""
    partner = _partners(gone, come) if len(gone) * len(come) <= _PAIRS else {}
    for text in gone:
        yield _narrowed(text, partner[text]) if text in partner else Change(text, "")
    taken = set(partner.values())
    yield from (Change("", text) for text in come if text not in taken)


def _partners(gone: list[str], come: list[str]) -> dict[str, str]:
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
