"""Which language an article is in; the one room of lingua.

Four languages are told apart: two that rules fold for, and two that are taken for Spanish where nobody looks for them.
lingua's low-accuracy mode is exact enough for a headline and two sentences, at 14 MB of memory and half a millisecond.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lingua import LanguageDetector

SAMPLE = 400  # characters of the text; more of them change no verdict and cost in proportion
FEWEST_LETTERS = 12  # below them a guess is no better than none
# Short Spanish headlines look Portuguese to lingua ("Redada de ICE en Baltimore" at 0.78 to 0.22); Portuguese ones
# come out above 0.95.
SURELY_PORTUGUESE = 0.9


@cache
def _detector() -> LanguageDetector:
    """Built at the first article, 60 ms. Two threads that arrive together build it twice, and no harm is done."""
    from lingua import Language, LanguageDetectorBuilder

    known = (Language.ENGLISH, Language.SPANISH, Language.PORTUGUESE, Language.FRENCH)
    return LanguageDetectorBuilder.from_languages(*known).with_low_accuracy_mode().build()


def detect(title: str, text: str) -> str:
    """The ISO 639-1 code of an article's language, or "" where there is too little to tell by. Thread-safe."""
    sample = f"{title}\n{text[:SAMPLE]}"
    if sum(map(str.isalpha, sample)) < FEWEST_LETTERS:
        return ""
    # lingua takes no half of a surrogate pair, which broken feeds and pages cut in the middle hold.
    whole = sample.encode("utf-8", "replace").decode()
    best, *others = _detector().compute_language_confidence_values(whole)
    code = best.language.iso_code_639_1.name.lower()
    if code == "pt" and best.value < SURELY_PORTUGUESE and others[0].language.iso_code_639_1.name == "ES":
        return "es"
    return code if best.value > others[0].value else ""
