"""Which offices speak in an article: the sheriff said, said Sheriff Dale Hooper, dijo el alcalde.

Readers are told of them, so only those count that answer for a place, and only as the subject of a verb of speech. "No
warrant signed by a judge" or "an aide to the mayor said" lets nobody speak.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.stories.lexicon import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.stories.reading import Sentence

# Left out, as most of what names them is no answer to the event: judges, councils (a member is not the council),
# churches, unions, schools, lawyers, companies, families, spokespersons of whomever.
VOICES: dict[str, str] = {
    "sheriff": "sheriff sheriffs sheriff's alguacil alguacila",
    "mayor": "mayor mayor's alcalde alcaldesa alcaldia",
    "governor": "governor governor's gov gobernador gobernadora",
    "county": "county+executive county+executive's county+commissioner county+commissioners county+supervisors "
              "county+officials county+leaders commissioners comisionados",
    "prosecutor": "district+attorney state's+attorney prosecutor prosecutor's fiscal fiscalia",
    "consulate": "consul consulate consulado consula",
    "police": "police policia",
}
_KINDS = {tuple(word.split("+")): voice for voice, words in VOICES.items() for word in words.split()}
_SAID = words_of("""
    said says told tells say announced condemned denied confirmed criticized urged vowed wrote argued added dijo
    dice dijeron afirmo aseguro declaro anuncio condeno confirmo nego critico informo explico agrego respondio
    exigio denuncio senalo sostuvo revelo reconocio lamento escribio
""")
# "Said the sheriff" begins a subject only behind what was said: she said the sheriff was there.
_SAID_AFTER = words_of("said says")
_SAID_FIRST = words_of("""
    dijo dice afirmo aseguro declaro anuncio confirmo explico informo agrego respondio senalo sostuvo revelo
    reconocio lamento escribio denuncio
""")
_ENDS_QUOTE = ('"', "”", "’", "»", ",")
_COLON = (":", " –", " —")
# What may stand between an office and its verb, beside names: of the county, who is acting, has.
_PASSED = words_of("""
    of the county city office department chief officials de del la el los condado ciudad en in oficina jefe later
    also has had have and y tambien ha han habia ya
""")
_BEFORE = words_of("the a el la los las county city local state acting interim condado")
# The office of which somebody else is: an aide to the mayor, cerca del alguacil.
_NO_SUBJECT = words_of("""
    of to with by against near about from under for at in outside de del al con contra por para ante former deputy
    lieutenant vice assistant federal capitol candidate ex exalcalde teniente
""")
_FOR_IT = words_of("""
    spokesman spokeswoman spokesperson portavoz vocero vocera oficina office officials jefe jefa titular
""")
_BETWEEN = 8
_INVERTED = 5


def voices(sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """Offices that say something of the article's own event, in the order in which they speak."""
    found: dict[str, None] = {}
    for one in sentences:
        if not one.recalls:
            found.update((voice, None) for at, end, voice in _offices(one.keys) if _speaks(one, at, end))
    return tuple(found)


def _offices(keys: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """First word, the one behind the last, and which office it is."""
    for at in range(len(keys)):
        for end in (at + 2, at + 1):
            if voice := _KINDS.get(tuple(keys[at:end])):
                yield at, end, voice
                break


def _speaks(one: Sentence, at: int, end: int) -> bool:
    return (_is_subject(one, at) and _then_said(one, end)) or _said_before(one, at, end)


def _is_subject(one: Sentence, at: int) -> bool:
    """Whether nothing before the office makes it a part of somebody else."""
    first = at
    while first and (one.keys[first - 1] in _BEFORE or _is_name(one, first - 1)) and not _parted(one.gaps[first]):
        first -= 1
    if not first or _parted(one.gaps[first]) or one.keys[first - 1] not in _NO_SUBJECT:
        return True
    before = one.keys[max(0, first - 3):first]
    return before[-1] in ("for", "of", "de", "del") and not _FOR_IT.isdisjoint(before)


def _then_said(one: Sentence, end: int) -> bool:
    """The sheriff, Dale Hooper, said; in a headline "Sheriff: we were not told"."""
    for at in range(end, min(len(one.keys), end + _BETWEEN)):
        if one.part == "title" and one.gaps[at].startswith(_COLON):
            return True
        if one.keys[at] in _SAID:
            return True
        if one.gaps[at].strip() not in ("", ",", ".") or not (one.keys[at] in _PASSED or _is_name(one, at)):
            return False
    return False


def _said_before(one: Sentence, at: int, end: int) -> bool:
    """ "...", said the county's sheriff; dijo el alcalde."""
    for verb in range(at - 1, max(-1, at - 1 - _INVERTED), -1):
        key = one.keys[verb]
        if one.gaps[verb + 1].strip():
            return False
        if key in _SAID_FIRST:
            return True
        if key in _SAID_AFTER:
            return one.gaps[verb].strip().endswith(_ENDS_QUOTE) and not _goes_on(one, end)
        if key not in _BEFORE and not _is_name(one, verb):
            return False
    return False


def _goes_on(one: Sentence, end: int) -> bool:
    """Whether a verb may follow without a comma: said the sheriff had lied."""
    for at in range(end, len(one.keys)):
        if one.gaps[at].strip():
            return False
        if not _is_name(one, at) and one.keys[at] not in _PASSED:
            return one.keys[at] in _AUXILIARY
    return False


_AUXILIARY = words_of("was is had has have were did does would will could should knew lied wants")


def _parted(gap: str) -> bool:
    return bool(gap.strip())


def _is_name(one: Sentence, at: int) -> bool:
    """Whether it is printed with a capital; in a headline that has capitals throughout, every word is."""
    return one.words[at][:1].isupper()


