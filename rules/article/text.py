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
from itertools import accumulate
from typing import TYPE_CHECKING

from rules.article.abbreviations import LOWER, NUMBERED, OPENERS, SHORT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Set as AbstractSet

# Soft hyphens, zero-width characters and combining accents stand inside words and never end one.
_JOIN = "\u00ad\u200b-\u200d\u2060\ufeff\u0300-\u036f"
_APOSTROPHE = "'\u2018\u2019\u02bc"
# After its first letters a word goes on through an apostrophe (O'Malley), an invisible character, or the dots of
# an acronym (U.S., I.C.E.). One character class opens the choice: an alternation here costs half as much again. No
# letter is ever given back, and saying so saves a tenth.
_WORD = (
    rf"[^\W_]++(?:[{_APOSTROPHE}.{_JOIN}](?:(?<=[{_APOSTROPHE}])[{_JOIN}]*[^\W_]+"
    rf"|(?<=[{_JOIN}])[^\W_]*|(?<=\b[^\W\d_]\.)[^\W\d_](?![^\W_])))*+"
)
WORD = re.compile(_WORD)
# An address is one token, so that press@ice.gov is no mention of ICE. Tried only on lines that may hold one: the
# bounds keep a hostile line of dots linear.
_ADDRESS = (
    r"https?://[^\s<>\"”]+|www\.[^\s<>\"”]+|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
    r"|\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.(?:com|org|net|gov|edu|mil|info|news)\b"
)
# In brackets, so that splitting a line gives its words and what stands between them in turn, at little more than the
# price of the words alone.
_PIECES = re.compile(f"({_WORD})")
_PIECES_OR_ADDRESS = re.compile(f"({_ADDRESS}|{_WORD})")
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
bias alias canvas pancreas corps iris trellis metropolis douglas nicholas lucas
"""
_SINGULAR = frozenset(_SINGULAR_WORDS.split())
# Spanish plurals in -es that no English word shares; the rest of them fold like English ones (redadas, migrantes).
_SPANISH = ("iones", "dades", "dores", "ctores", "eles", "iales", "erales", "egales", "denes")
_ES = ("sses", "shes", "ches", "xes", "zzes", "tzes", "oes", "uses")
# Words whose plural only adds -s, though its ending says otherwise: no rule tells niches from riches, canoes from
# vetoes, taxis from crisis.
_ONLY_S_WORDS = """
ache headache heartache toothache backache stomachache earache bellyache cache niche avalanche mustache moustache
cliche quiche creche psyche apache porsche brioche pastiche tranche cartouche douche
canoe oboe aloe tiptoe mistletoe backhoe monroe shoe horseshoe snowshoe overshoe gumshoe
use abuse misuse reuse disuse overuse excuse accuse recluse refuse fuse defuse infuse diffuse confuse muse amuse ruse
peruse masseuse hypotenuse syracuse posse impasse crevasse finesse mousse commodore stevedore
cookie movie rookie zombie calorie prairie selfie hoodie hippie veggie newbie smoothie freebie groupie junkie foodie
necktie brownie birdie genie pixie collie magpie sortie
menu guru emu gnu hindu zulu haiku caribou bayou tutu bureau plateau chateau tableau tribu espiritu tabu bambu
taxi ski bikini safari nazi alibi rabbi israeli iraqi pakistani saudi yemeni kuwaiti emirati bangladeshi afghani
somali bengali punjabi gujarati nepali omani qatari bahraini azerbaijani houthi sunni yazidi tutsi maori kiwi tsunami
zucchini corgi wiki semi ferrari khaki jacuzzi paparazzi
"""
_ONLY_S = frozenset(_ONLY_S_WORDS.split())
# Those in -s whose plural adds -es and is no word of another kind, as "cases" is and "loses".
_MORE_ES = frozenset(("biases", "aliases", "canvases", "gases", "atlases", "lenses", "irises", "metropolises"))
_IRREGULAR = {"busses": "bus", "quizzes": "quiz"}
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


def pieces(text: str) -> list[str]:
    """The text in pieces: what stands before the first word, that word, what follows it, and so on to the end.

    Words stand at odd numbers; the pieces joined are the text.
    """
    return (_PIECES_OR_ADDRESS if any(sign in text for sign in _ADDRESS_SIGNS) else _PIECES).split(text)


def plain_pieces(text: str) -> list[str]:
    """The same of a text that holds no address."""
    return _PIECES.split(text)


def may_hold_address(text: str, keys: AbstractSet[str]) -> bool:
    """Whether a text may hold an address, told by the keys of its words: cheaper than to search the text."""
    return "@" in text or not _ADDRESS_KEYS.isdisjoint(keys)


def words(text: str) -> list[str]:
    """The words as printed."""
    return pieces(text)[1::2]


def edges(found: Sequence[str]) -> list[int]:
    """Where the pieces of a text end, as characters: each word begins at 2n and ends at 2n + 1."""
    return list(accumulate(map(len, found)))


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
    if word[:-1] in _ONLY_S:
        return word[:-1]
    if len(word) < 4 or word in _SINGULAR or word.endswith(("ss", "us", "is")):
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    return word[:-2] if _adds_es(word, accented) else word[:-1]


def _adds_es(word: str, accented: bool) -> bool:
    if word.endswith(("ouses", "auses")):  # houses, clauses
        return False
    if word.endswith(_ES):
        return len(word) > 5 or not word.endswith("oes")  # vetoes, and not toes or goes
    return word in _MORE_ES or (len(word) > 5 and word.endswith(_SPANISH)) or (accented and word.endswith("les"))


def spanish_singular(word: str) -> str:
    """What singular and plural have in common: ley, leyes; juez, jueces; parte, partes; local, locales; city, cities.

    No Spanish ending tells whether a plural's -e belongs to the word, so that singulars lose theirs, too.
    """
    if word[-1:] == "s" and word[:-1] in _ONLY_S:
        word = word[:-1]
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


# Cut as if there were no addresses, one of these is left of every address without an @.
_ADDRESS_KEYS = frozenset(map(key, ["http", "https", "www", "com", "org", "net", "gov", "edu", "mil", "info", "news"]))


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
# A word that ends in so many small letters is shortened nowhere.
_LONGEST_SHORT = 1 + max(map(len, SHORT[""] | SHORT["es"]))


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
    if not opening or opening[1][0].islower():
        return False
    tail = text[max(0, stop.start() - _LONGEST_SHORT):stop.start()]
    if text[stop.start()] != "." or (len(tail) == _LONGEST_SHORT and tail.isalpha() and tail.islower()):
        return True
    # 40 characters hold the longest abbreviation: looking further back would cost more with every sentence.
    before = text[max(0, stop.start() - 40):stop.start()].translate(_BREAKS)
    if not before or before[-1].isspace():
        return True
    last = before.rsplit(None, 1)[-1].lstrip("¿¡«‘'[") or before[-1]
    first = opening[1]
    is_initial = len(last) == 1 and last.isupper() and (last != "I" or language == "es")
    if is_initial or (first[0].isdigit() and last.casefold() in NUMBERED):
        return False
    if "." not in last.strip(".") and not _is_short(last, language):
        return True
    # The "A" of "Ofc. A. Smith" is no article.
    return first.casefold() in OPENERS[language] and (len(first) > 1 or not text.startswith(".", opening.end()))


def _is_short(word: str, language: str) -> bool:
    folded = word.casefold()
    return folded in SHORT[language] and (word[0].isupper() or folded in LOWER[language])


def sentence_words(starts: Sequence[int], found: Sequence[int]) -> list[int]:
    """The numbers of the words with which sentences begin; `found` are the `edges` of the text's pieces."""
    beginnings = found[:-1:2]
    firsts = {bisect_left(beginnings, at) for at in starts}
    return sorted(at for at in firsts if at < len(beginnings)) or [0]
