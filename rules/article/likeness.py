"""Whether two headlines, or two texts, are of one report. Pure.

A wrong merge hides news, and a missed one tells a thing twice: so what is in doubt is another report.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"[.!?…]+\s|\n")
_FEW = 3  # content words; of fewer, "Raid in Dallas" and "Raid in Houston", one in common says nothing
_MOST_WORDS = 60
_MOST_SENTENCES = 200
_SHORT = 20  # characters; "Read more." and "By Jane Doe." stand below everything
# They stand in every headline. English and Spanish, as most feeds are; in other languages a few more words count.
_EMPTY = frozenset(re.findall(r"\S+", """
    a an and are as at be by for from has have in is it its of on or s that the this to was were will with
    al con de del el en la las los para por que se su un una y
    """))


def flat(text: str) -> str:
    """The text without differences of letter case and blanks."""
    return " ".join(text.casefold().split())


def alike(one: str, other: str) -> bool:
    """Whether the headlines share most content words of the shorter: one was reworded, or comes from another desk."""
    if flat(one) == flat(other):
        return True
    few, many = _words(one, other)
    return len(few) >= _FEW and 2 * len(few & many) > len(few)


def only_longer(one: str, other: str) -> bool:
    """Whether one headline has all the content words of the other, as where "(updated)" was added."""
    if flat(one) == flat(other):
        return True
    few, many = _words(one, other)
    return len(few) >= _FEW and few <= many


def common(one: str, other: str) -> float:
    """The part of the sentences of the shorter text, from 0 to 1, that stand in the other; 0 where it has none.

    Sentences and not words: two reports written from one form differ in a name, a place and a number alone.
    """
    short, long = sorted((one, other), key=len)
    sentences = [flat(part) for part in _SENTENCE_END.split(short, maxsplit=_MOST_SENTENCES)[:_MOST_SENTENCES]]
    telling = [sentence.rstrip(" .…") for sentence in sentences if len(sentence) >= _SHORT]
    whole = flat(long)
    return sum(sentence in whole for sentence in telling) / len(telling) if telling else 0.0


def _words(one: str, other: str) -> tuple[set[str], set[str]]:
    """The content words of both, the fewer first."""
    first, second = (set(_WORD.findall(text.casefold())[:_MOST_WORDS]) - _EMPTY for text in (one, other))
    return (first, second) if len(first) <= len(second) else (second, first)
