"""What somebody typed behind the name of the command, understood: which command, and what it is about. Pure.

People type on phones: in any case, with odd spaces, with curly quotes, and Slack writes addresses and names its own
way. The words of both languages are known in every channel.
"""

from __future__ import annotations

import difflib
import html
import re
from dataclasses import dataclass
from typing import Literal, get_args

Verb = Literal["search", "why", "rules", "feeds", "mutes", "digest", "add", "help"]
VERBS: tuple[Verb, ...] = get_args(Verb)

_SPANISH: dict[str, Verb] = {
    "buscar": "search", "busca": "search", "porque": "why", "por que": "why", "reglas": "rules", "fuentes": "feeds",
    "medios": "feeds", "silencios": "mutes", "silenciados": "mutes", "resumen": "digest", "anadir": "add",
    "agregar": "add", "ayuda": "help",
}
_ENGLISH: dict[str, Verb] = {
    "find": "search", "rule": "rules", "feed": "feeds", "mute": "mutes", "muted": "mutes", "digests": "digest",
    "?": "help",
}
_WORDS: dict[str, Verb] = {**{verb: verb for verb in VERBS}, **_ENGLISH, **_SPANISH}
_NEAR = 0.7  # of difflib's ratio: "serch" and "feedz" are near, "hello" is near to nothing
_NOW = ("now", "ahora", "ya")

_LINK = re.compile(r"<((?:https?|mailto):[^<>|]*)(?:\|[^<>]*)?>", re.IGNORECASE)
_CHANNEL = re.compile(r"<#[A-Z0-9]+\|([^<>]*)>")
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "″": '"',
                         "‘": "'", "’": "'", "–": "-", "—": "-", "−": "-"})
_TRAILING = ".,:;!?"
_ACCENTS = str.maketrans("áéíóúñ", "aeioun", "¿¡")


@dataclass(frozen=True, slots=True)
class Typed:
    """What was asked for. `verb` is None where the word is unknown: `near` is then the one that may be meant.

    `word` is that word as it was typed, `rest` what stands behind it.
    """

    verb: Verb | None
    rest: str = ""
    word: str = ""
    near: Verb | None = None


def typed(words: str) -> Typed:
    """The command in the words; help where there are none, and "why" where there is nothing but an address."""
    plain = unescaped(words)
    first, _, rest = plain.partition(" ")
    if not first:
        return Typed("help")
    if re.match(r"https?://\S+$", plain, re.IGNORECASE):
        return Typed("why", plain)
    two, _, behind = rest.partition(" ")
    if _key(f"{first} {two}") == "por que":
        return Typed("why", behind, f"{first} {two}")
    word = _key(first)
    if verb := _WORDS.get(word):
        return Typed(verb, rest, first)
    near = difflib.get_close_matches(word, _WORDS, n=1, cutoff=_NEAR)
    return Typed(None, rest, first, _WORDS[near[0]] if near else None)


def is_now(rest: str) -> bool:
    """Whether a digest is asked for at once, which is all that can be asked of it."""
    return _key(rest) in _NOW


def unescaped(words: str) -> str:
    """The words without Slack's marks, entities, signs that nobody sees and curly quotes, in one line."""
    plain = _CHANNEL.sub(r"\1", _LINK.sub(r"\1", words))
    plain = _INVISIBLE.sub("", html.unescape(plain)).translate(_QUOTES)
    return " ".join(plain.split())


def _key(word: str) -> str:
    return word.casefold().translate(_ACCENTS).strip().rstrip(_TRAILING) or word
