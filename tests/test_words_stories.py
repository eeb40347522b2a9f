"""What is said of stories, in English and Spanish."""

from __future__ import annotations

import pytest

from monitor.stories.lexicon import COUNTED
from monitor.stories.model import Count, Growth, Tally
from monitor.stories.voices import VOICES
from monitor.words.stories import WORDS, carried, growth


@pytest.mark.parametrize(
    ("tally", "english", "spanish"),
    [
        (Tally(9, 3, (("es", 2),)), "Same story in 9 outlets (3 local, 2 in Spanish)",
         "La misma noticia en 9 medios (3 locales)"),
        (Tally(2, 1, (("en", 1),)), "Same story in 2 outlets (1 local)",
         "La misma noticia en 2 medios (1 local, 1 en inglés)"),
        (Tally(7, 0, (("xx", 2), ("<!here>", 1))), "Same story in 7 outlets (3 in other languages)",
         "La misma noticia en 7 medios (3 en otros idiomas)"),
        (Tally(7, 0, (("pt", 3), ("fr", 2), ("ht", 1), ("zh", 1))),
         "Same story in 7 outlets (3 in Portuguese, 2 in French, 1 in Haitian Creole, 1 in another language)",
         "La misma noticia en 7 medios (3 en portugués, 2 en francés, 1 en criollo haitiano, 1 en otro idioma)"),
        (Tally(2), "Same story in 2 outlets", "La misma noticia en 2 medios"),
        (Tally(1, 1), "", ""),
        (None, "", ""),
    ],
)
def test_tally(tally: Tally | None, english: str, spanish: str) -> None:
    """Outlets, those that are local, and by language other than the reader's; of one outlet there is nothing to say."""
    assert (english, spanish) == (carried(tally, "en"), carried(tally, "es"))


def test_later_tally() -> None:
    """In an update it is what it has become."""
    assert ("Now in 9 outlets (3 local)", "Ya en 9 medios (3 locales)") == (
        carried(Tally(9, 3), "en", later=True), carried(Tally(9, 3), "es", later=True))


@pytest.mark.parametrize(
    ("new", "english", "spanish"),
    [
        (Growth(counts=((Count(41, "arrests"), 28),)), ["Now 41 arrests (28 before)"],
         ["Ahora 41 arrestos (antes 28)"]),
        (Growth(counts=((Count(1, "arrests"), 0), (Count(1_200, "protesters"), None))),
         ["Now 1 arrest (0 before)", "New figure: 1,200 protesters"],
         ["Ahora 1 arresto (antes 0)", "Cifra nueva: 1,200 manifestantes"]),
        (Growth(places=("Howard County, MD",)), ["Also in Howard County, MD"], ["También en Howard County, MD"]),
        (Growth(places=tuple("ABCDEF")), ["Also in A; B; C; D and 2 more"], ["También en A; B; C; D y 2 más"]),
        (Growth(voices=("sheriff",)), ["The sheriff speaks"], ["Se pronuncia el alguacil"]),
        (Growth(voices=("police",)), ["The police speak"], ["Se pronuncia la policía"]),
        (Growth(voices=("consulate", "mayor", "judge", "mayor")), ["The mayor and the consulate speak"],
         ["Se pronuncian la alcaldía y el consulado"]),
        (Growth(voices=("police", "county", "mayor", "sheriff")), ["The sheriff, the mayor and the county speak"],
         ["Se pronuncian el alguacil, la alcaldía y el condado"]),
        (Growth(counts=((Count(9, "balloons"), 3),), voices=("astrologer",)), [], []),
    ],
)
def test_growth(new: Growth, english: list[str], spanish: list[str]) -> None:
    """One and many, named and counted; what has no words here is left out."""
    assert (english, spanish) == (growth(new, "en"), growth(new, "es"))


def test_gravest_news_first() -> None:
    """The dead before arrests, numbers before places, places before offices."""
    new = Growth(((Count(9, "arrests"), 3), (Count(1, "dead"), None)), ("Howard County, MD",), ("mayor",))
    assert ["New figure: 1 dead", "Now 9 arrests (3 before)", "Also in Howard County, MD", "The mayor speaks"] == (
        growth(new, "en"))


@pytest.mark.parametrize("language", ["en", "es"])
def test_all_that_is_read_has_words(language: str) -> None:
    """Whatever grouping counts and whoever it hears can be told to readers."""
    words = WORDS[language]  # type: ignore[index]  # the table holds plain words
    assert (set(), set()) == (COUNTED.keys() - words.counts.keys(), VOICES.keys() - words.voices.keys())


def test_both_languages_fill_the_same_places() -> None:
    """A sentence that takes two numbers takes two in both, and neither has a word more."""
    english, spanish = WORDS["en"], WORDS["es"]
    for name in english.__slots__:
        one, other = getattr(english, name), getattr(spanish, name)
        if isinstance(one, str | tuple):
            assert str(one).count("{}") == str(other).count("{}")
        elif name != "plural_voices":
            assert list(one) == list(other)
