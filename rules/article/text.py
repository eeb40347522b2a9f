"""Words and sentences: how letters on a page become the keys that rules look up.

Offsets always point into the text as it was given. Nothing is cleaned before it is cut into words: curly quotes, soft
hyphens and accents are dealt with in the key of a word, and the keys of all words ever seen are remembered, because
news uses few words often. Cutting is one pass of one compiled expression; everything else here is asked for on demand.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Soft hyphens, zero-width characters and combining accents stand inside words and never end one.
_JOIN = "\u00ad\u200b-\u200d\u2060\ufeff\u0300-\u036f"
_APOSTROPHE = "'\u2018\u2019\u02bc"
# After its first letters a word goes on through an apostrophe (O'Malley), an invisible character, or the dots of
# an acronym (U.S., I.C.E.). One character class opens the choice: an alternation here costs half as much again.
_WORD = (
    rf"[^\W_]+(?:[{_APOSTROPHE}.{_JOIN}](?:(?<=[{_APOSTROPHE}])[{_JOIN}]*[^\W_]+"
    rf"|(?<=[{_JOIN}])[^\W_]*|(?<=\b[^\W\d_]\.)[^\W\d_](?![^\W_])))*"
)
WORD = re.compile(_WORD)
# An address is one token, so that press@ice.gov is no mention of ICE. Tried only on lines that may hold one: the
# bounds keep a hostile line of dots linear.
_ADDRESS = (
    r"https?://[^\s<>\"”]+|www\.[^\s<>\"”]+|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
    r"|\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.(?:com|org|net|gov|edu|mil|info|news)\b"
)
_ADDRESS_OR_WORD = re.compile(f"{_ADDRESS}|{_WORD}")
_ADDRESS_SIGNS = ("@", "://", "www.", ".gov", ".com", ".org", ".net", ".edu", ".mil", ".info", ".news")

_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_POSSESSIVE = re.compile("'(?:s|S)$")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

# Words in -s that are no plurals, or whose singular is another word.
_SINGULAR_WORDS = """
news customs texas los angeles las vegas kansas arkansas massachusetts dallas james thomas charles hughes jones
williams davis adams always perhaps whereas besides towards afterwards series species biceps gas atlas christmas
lens mars wales naples orleans athens brussels honduras dreamers times sometimes headquarters lunes martes
miercoles jueves viernes menos antes entonces mas tras atras detras pues des jesus carlos
"""
_SINGULAR = frozenset(_SINGULAR_WORDS.split())
# Spanish plurals in -es that no English word shares; the rest of them fold like English ones (redadas, migrantes).
_SPANISH = ("iones", "dades", "dores", "ctores", "eles", "iales", "erales", "egales", "denes")
_ES = ("sses", "shes", "ches", "xes", "zzes")
_IRREGULAR = {
    "buses": "bus", "campuses": "campus", "viruses": "virus", "bonuses": "bonus", "gases": "gas", "cookies": "cookie",
    "movies": "movie", "rookies": "rookie", "zombies": "zombie", "calories": "calorie", "prairies": "prairie",
}
_MEMORY = 200_000  # words remembered before starting over: about 30 MB, ten years of one city's news


def unescape(line: str) -> str:
    """The line with HTML entities replaced, as feeds often leave them in."""
    return html.unescape(line) if "&" in line else line


def pad_entities(text: str) -> str:
    """The text with HTML entities replaced and padded with soft hyphens, so that every offset stays as it was."""
    return _ENTITY.sub(_padded, text) if "&" in text else text


def _padded(entity: re.Match[str]) -> str:
    plain = html.unescape(entity[0])
    return plain + "\u00ad" * (len(entity[0]) - len(plain)) if len(plain) <= 2 else entity[0]


def may_hold_address(text: str) -> bool:
    """Whether a text may hold an address; asked once of a whole article, not of each of its lines."""
    return "@" in text or "://" in text or any(sign in text for sign in _ADDRESS_SIGNS)


def _pattern(text: str) -> re.Pattern[str]:
    return _ADDRESS_OR_WORD if may_hold_address(text) else WORD


def words(text: str) -> list[str]:
    """The words as printed."""
    found: list[str] = _pattern(text).findall(text)
    return found


def offsets(text: str, found: Sequence[str]) -> list[tuple[int, int]]:
    """The characters [start, end) of each of the text's words. Between two of them stands no letter, so that looking
    for the next is safe; it costs half of matching again."""
    spans: list[tuple[int, int]] = []
    end = 0
    for word in found:
        start = text.find(word, end)
        end = start + len(word)
        spans.append((start, end))
    return spans


def gaps(text: str) -> list[str]:
    """What stands before the first word, between the words, and after the last one."""
    return _pattern(text).split(text)


def surface(word: str) -> str:
    """The word with its own letters and case, without dots of acronyms, apostrophes and a possessive 's."""
    if word.isascii() and word.isalnum():
        return word
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", word))
    for mark in "\u2018\u2019\u02bc":
        plain = plain.replace(mark, "'")
    return _POSSESSIVE.sub("", plain).replace("'", "").replace(".", "")


def fold(word: str) -> str:
    """Casefolded without accents, ñ kept: two spellings of one word are one string."""
    folded = word.casefold()
    if folded.isascii():
        return folded
    letters = unicodedata.normalize("NFD", folded)
    bare = "".join(
        mark for at, mark in enumerate(letters)
        if not unicodedata.combining(mark) or (mark == "\u0303" and at and letters[at - 1] == "n")
    )
    return unicodedata.normalize("NFC", bare)


def key(word: str) -> str:
    """What a word is looked up by: `Raid's`, `raids` and `RAID` share one key, `raided` has another."""
    plain = surface(word)
    if len(plain) == 3 and plain[-1] == "s" and plain[:2].isupper():
        return fold(plain[:2])  # IDs
    folded = fold(plain)
    return singular(folded, accented=folded != plain.casefold()) if folded[-1:] == "s" else folded


def spanish_key(word: str) -> str:
    """The key of a word in a Spanish article. A query's words get both keys: nobody says which language they are in."""
    plain = surface(word)
    if len(plain) == 3 and plain[-1] == "s" and plain[:2].isupper():
        return fold(plain[:2])
    return spanish_singular(fold(plain))


def spanish_stem(prefix: str) -> str:
    """The longest beginning that the keys of all words with this prefix share in a Spanish article."""
    stem = prefix
    while len(stem) > 1 and len(prefix) - len(stem) < 3 and stem[-1] in "eszy":
        stem = stem[:-1]
    return stem


@lru_cache(maxsize=50_000)  # 10 MB, and the words of a city's news for a year
def keys(word: str) -> tuple[str, ...]:
    """All keys that a word can have, whatever the language of its article."""
    return (key(word), spanish_key(word))


def singular(word: str, *, accented: bool = False) -> str:
    """The singular by rule, not by dictionary: both sides of a comparison go through it, so only symmetry matters."""
    if len(word) < 4 or word in _SINGULAR or word.endswith(("ss", "us", "is")):
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    if word.endswith(_ES) or (len(word) > 5 and word.endswith(_SPANISH)) or (accented and word.endswith("les")):
        return word[:-2]
    return word[:-1]


def spanish_singular(word: str) -> str:
    """What singular and plural have in common: ley, leyes; juez, jueces; parte, partes; local, locales; city, cities.

    No Spanish ending tells whether a plural's -e belongs to the word, so that singulars lose theirs, too.
    """
    if len(word) < 3 or word in _SINGULAR or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("eses") and len(word) > 4:  # intereses, ingleses
        word = word[:-2]
    if len(word) > 3 and word[-1] == "s":
        word = word[:-1]
    if len(word) > 3 and word[-1] == "e":
        word = word[:-1]
    if word[-1] == "z":
        return f"{word[:-1]}c"
    return f"{word[:-1]}i" if word[-1] == "y" and word[-2] not in "aeou" else word


class Vocabulary(dict[str, str]):
    """Word as printed to key, remembered. Shared between threads: a lost entry is only worked out again."""

    def __init__(self, fold_word: Callable[[str], str] = key) -> None:
        super().__init__()
        self._fold_word = fold_word

    def __missing__(self, word: str) -> str:
        if len(self) > _MEMORY:
            self.clear()
        found = self[word] = self._fold_word(word)
        return found


# A stop, closing quotes, a space, and something that can open a sentence; or a lost space (discussions.The).
# The sign stands first, so that the search leaps from sign to sign. Possessive, and never begun inside a run: a hostile
# line of a hundred thousand dots is read once.
_STOP = re.compile(
    r"[.!?…](?<![.!?…]{2})(?:[.!?…]*+[\"'”’»)\]]*+\s++(?=[\"'“‘«(\[¿¡—–-]*\s?[^\W_])"
    r"|(?<=[^\W\d_]{2}[.!?])[\"”’]?(?=[\"“]?[A-ZÁÉÍÓÚÑ][^\W\d_A-Z]))"
)
_OPENS = re.compile(r"[\"'“‘«(\[¿¡—–\s-]*([^\W_]+)")
_BREAKS = str.maketrans('"“”(', "    ")
# After these, with a capital, a full stop does not end the sentence: titles, months, states as AP shortens them.
_ENGLISH_SHORT = """
mr mrs ms dr gov lt sen rep reps sens sgt gen col capt cmdr maj st ste jr sr prof rev hon vs inc co corp
ltd dept det supt asst ave blvd rd jan feb aug sept sep oct nov dec ala ariz ark calif colo conn del fla ga ill
ind kan ky la md mass mich minn miss mo mont neb nev okla ore pa penn tenn tex va vt wash wis wyo sra srta dra
"""
_SPANISH_SHORT = """
sr sra sres srta dr dra dres lic ing arq prof profa gral cnel tte cap sgto gob dip mons pbro rev sto sta ud uds vd vds
ee uu av avda blvd col depto dpto cia hnos fdo fco ma jr
"""
# Lower-case ones, and those that only a number follows: "No. 5", "núm. 12", while "Dijo que no." is the end.
_LOWER_SHORT = frozenset(("vs", "sr", "sra", "srta", "dr", "dra", "ud", "uds", "lic", "ing", "gral"))
_NUMBERED = frozenset(("No", "Nos", "núm", "núms", "num", "art", "arts", "pág", "págs", "Núm", "Art", "p", "pp"))
# What may open a sentence after an acronym or a shortened state ("in the U.S. The agency"), where a name may follow.
_ENGLISH_OPENERS = """
a an and as at but by for from he her his i if in it its many more most no on she some that the their there
these they this those to we what when while you
"""
_SPANISH_OPENERS = """
a al ante aunque como con cuando de del desde durante el ella ellas ellos en entre esa ese eso esta este esto hay la
las lo los más mientras muchos no nos para pero por qué se según si sin sobre su sus también tras un una y ya
"""
_SHORT = {"": frozenset(_ENGLISH_SHORT.split()), "es": frozenset(_SPANISH_SHORT.split())}
# Where nobody knows the language, either may open; in Spanish only Spanish, for "A" and "I" are initials there.
_OPENERS = {
    "": frozenset((*_ENGLISH_OPENERS.split(), "el", "los", "las", "en", "un", "una", "según", "pero", "también")),
    "es": frozenset(_SPANISH_OPENERS.split()),
}


def sentence_starts(text: str, language: str = "") -> list[int]:
    """Character offsets at which sentences begin; the first is 0. Spanish ("es") has abbreviations of its own."""
    language = "es" if language == "es" else ""
    starts = [0]
    for stop in _STOP.finditer(text):
        if _ends_sentence(text, stop, language):
            starts.append(stop.end())
    return starts


def _ends_sentence(text: str, stop: re.Match[str], language: str) -> bool:
    opening = _OPENS.match(text, stop.end())
    first = opening[1] if opening else ""
    if not first or first[0].islower():
        return False
    if text[stop.start()] != ".":
        return True
    # 40 characters hold the longest abbreviation: looking further back would cost more with every sentence.
    before = text[max(0, stop.start() - 40):stop.start()].translate(_BREAKS)
    if not before or before[-1].isspace():
        return True
    last = before.split()[-1].lstrip("¿¡«‘'[") or before[-1]
    if last in _NUMBERED and first[0].isdigit():
        return False
    is_initial = len(last) == 1 and last.isupper() and (last != "I" or language == "es")
    if "." in last.strip(".") or is_initial or _is_short(last, language):
        return not is_initial and first.casefold() in _OPENERS[language]
    return True


def _is_short(word: str, language: str) -> bool:
    folded = fold(word)
    return folded in _SHORT[language] and (word[0].isupper() or folded in _LOWER_SHORT)


def sentence_words(text: str, spans: list[tuple[int, int]], language: str = "") -> list[int]:
    """The indexes, among the words at `spans`, with which sentences begin."""
    starts = sentence_starts(text, language)
    if len(starts) == 1:
        return [0]
    beginnings = [start for start, _ in spans]
    firsts = {bisect_left(beginnings, at) for at in starts}
    return sorted(at for at in firsts if at < len(spans)) or [0]
