"""Which lines of a page are the story: captions and the furniture of the site are told apart from the body.

A line is looked at only if it holds one of a few telling words, so that ordinary paragraphs cost one set comparison.
When in doubt a line is body: a passing false match costs less than a lost paragraph.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rules.article.text import key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from rules.model import Zone

# Agencies count as a credit only behind a bracket, slash or ©: "the official told Reuters." is a sentence of the story.
_CREDIT = (
    r"AP Photo|Getty Images|Photos? (?:by|via|courtesy)\b|Photos?:|Photograph by|File photo|Staff photo|Courtesy photo|"
    r"Photo credit|Image credit|Wikimedia Commons|Shutterstock|iStock|Fotos?:|Foto (?:de|por)\b|Cr[eé]dito:|REUTERS/"
)
# The bracket must close the line: "BALTIMORE (AP) — ..." opens a story.
_AGENCY = r"[(/|©]\s?(?:AP|AFP|EPA|Reuters|Getty|Handout|Courtesy of|Cortes[ií]a de)\b(?:[/ ][\w .'’-]{0,40})?"
_OPENS_AS_CREDIT = re.compile(rf"\(?(?:{_CREDIT}|Enlarge this image)", re.IGNORECASE)
_ENDS_AS_CREDIT = re.compile(rf"(?:\b(?:{_CREDIT})[^.!?]{{0,60}}|{_AGENCY})[.)\]]*$", re.IGNORECASE)
_POSES = re.compile(
    r"\b(?:second|third|fourth) from (?:the )?(?:left|right)\b|, from (?:left|right)\b|\(from left\)|"
    r", (?:left|right|center), |^(?:Pictured\b|From left\b|Above[:,]|Seen here)|\bis pictured\b|"
    r"\b(?:segundo|tercero) desde la (?:izquierda|derecha)\b", re.IGNORECASE)
_CAPTION_WORDS = 70  # the longest credited caption seen on real pages has 62 words

_CONSENT = re.compile(
    r"\b(?:this (?:web)?site|we|our (?:web)?site)\b.{0,40}\buses? (?:of )?cookies|(?:accept|allow) (?:all )?cookies|"
    r"cookie (?:preferences|list|policy|settings|consent)|manage consent|stores? (?:or retrieve.{0,30})?cookies|"
    r"(?:utilizamos|usamos|utiliza|usa) cookies|aceptar (?:todas las )?cookies", re.IGNORECASE)
_FURNITURE = re.compile(
    r"^(?:advertisement|publicidad|story continues below|article continues below|continue reading|loading|"
    r"loadingerror loading|share this|back to (?:the )?top|go back to top|scroll down for)\b|"
    r"\b(?:sign up (?:for|to|here)|subscribe (?:to|now|today)|newsletters?\b.{0,40}\binbox|"
    r"get .{0,60} delivered to your inbox|suscr[ií]b[ea](?:te|se)|reg[ií]strate|support(?:ing)? our journalism|"
    r"exclusively for our subscribers|contributed (?:reporting|to this (?:article|report|story))|"
    r"contribuy(?:ó|eron) a est[ea]|all rights reserved|todos los derechos reservados|copyright ©|© 20\d\d|"
    r"click here (?:to|for)|click here\.|follow us on|s[ií]guenos en|download (?:our|the) .{0,20}app|"
    r"do not sell my personal|terms of (?:use|service)|privacy policy|"
    r"connecting state and local government leaders)", re.IGNORECASE)
_POINTER = re.compile(
    r"^(?:related|related (?:stories|coverage|articles?)|more news|more on this|read more|read also|also read|see also|"
    r"most read|recommended|trending|up next|watch|lea también|lee también|más noticias|relacionado)\s*[:|»›]",
    re.IGNORECASE)
_FURNITURE_WORDS = 45

# Words without one of which none of the expressions above can match.
_TELLING_WORDS = """
photo photograph file ap getty afp epa reuters shutterstock istock wikimedia foto credito cortesia courtesy handout
image enlarge left right pictured above seen izquierda derecha cookie consent advertisement publicidad story article
continue loading loadingerror share back go scroll sign subscribe newsletter inbox suscribete suscribase suscriba
registrate journalism exclusively contributed contribuyo contribuyeron reserved reservado copyright 20 click follow
siguenos download sell term privacy connecting related more read also see most recommended trending up watch lea lee
noticia relacionado center
"""
_TELLING = frozenset(map(key, _TELLING_WORDS.split()))
# These alone say nothing; with them in the list every second paragraph would be examined.
_WEAK_WORDS = """
center more see also most up back left right story article above share go read watch file seen sign follow
"""
_WEAK = frozenset(map(key, _WEAK_WORDS.split()))
_STRONG = _TELLING - _WEAK
# Signs, each with a word of its own that the article must hold.
_SIGNS = {"©": "", "File photo": key("file"), "file photo": key("file"), ", left,": key("left"),
          ", right,": key("right"), ", center,": key("center"), " from left": key("left"),
          " from right": key("right"), "Seen here": key("seen"), "Above,": key("above"),
          "ign up": key("sign"), "Sign Up": key("sign"), "SIGN UP": key("sign"),
          "ollow us": key("follow"), "Follow Us": key("follow"), "FOLLOW US": key("follow")}
_CONSENT_KEYS = frozenset(("cookie", "consent"))
_SHORT_LINE = 60  # a line of fewer characters is examined for the weak words, too


class Hints(NamedTuple):
    """What of all that tells furniture and captions an article holds: most have little, so that lines cost little."""

    words: frozenset[str]
    strong: frozenset[str]
    signs: tuple[str, ...]


def hints(text: str, keys: AbstractSet[str]) -> Hints:
    """The telling words and signs among all words of an article, `keys`."""
    words = _TELLING & keys
    signs = tuple(sign for sign, word in _SIGNS.items() if (not word or word in words) and sign in text)
    return Hints(words, words & _STRONG, signs)


def zone_of(text: str, keys: Sequence[str], hinted: Hints) -> Zone:
    """The zone of one line of the body, by its own words alone; `hinted` is what its article holds at all."""
    # One letter or a number is a share button or a count; "ICE" between two paragraphs is a heading of the story.
    if not keys or (len(keys) == 1 and len(text) < 4 and sum(map(str.isalpha, text)) < 2):
        return "boilerplate"
    telling = hinted.words if len(text) < _SHORT_LINE else hinted.strong
    if (not telling or telling.isdisjoint(keys)) and not (hinted.signs and any(sign in text for sign in hinted.signs)):
        return "body"
    if len(keys) <= _CAPTION_WORDS and _is_caption(text):
        return "caption"
    return "boilerplate" if _is_furniture(text, keys) else "body"


def _is_caption(text: str) -> bool:
    # A credit stands at the end: 110 characters hold it, and searching further would find quoted agencies.
    return bool(
        _OPENS_AS_CREDIT.match(text) or _ENDS_AS_CREDIT.search(text, max(0, len(text) - 110)) or _POSES.search(text))


def _is_furniture(text: str, keys: Sequence[str]) -> bool:
    if _POINTER.match(text) or (not _CONSENT_KEYS.isdisjoint(keys) and _CONSENT.search(text)):
        return True
    return len(keys) <= _FURNITURE_WORDS and bool(_FURNITURE.search(text))


def settle(zones: list[Zone], texts: Sequence[str]) -> None:
    """Correct zones that depend on their neighbours, in place: repeated captions, and a consent notice to the end."""
    for at, zone in enumerate(zones):
        if zone == "caption":
            for beside in (at - 1, at + 1):
                if 0 <= beside < len(zones) and _repeats(texts[beside], texts[at]):
                    zones[beside] = "caption"
    if "boilerplate" in zones:
        _cut_consent(zones, texts)


def _repeats(text: str, caption: str) -> bool:
    return len(text) > 20 and (caption.startswith(text[:-1]) or text.startswith(caption[:-1]))


def _cut_consent(zones: list[Zone], texts: Sequence[str]) -> None:
    """From the first consent line to the end, if every fourth line from there on speaks of cookies, too."""
    consent = [at for at, text in enumerate(texts) if zones[at] == "boilerplate" and _CONSENT.search(text)]
    if len(consent) >= 3 and sum("ookie" in text for text in texts[consent[0]:]) * 4 >= len(texts) - consent[0]:
        zones[consent[0]:] = ["boilerplate"] * (len(texts) - consent[0])
