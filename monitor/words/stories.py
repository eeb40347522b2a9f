"""What is said of a story that several articles tell: how far it is carried, and what later coverage adds to it.

Numbers, offices and places come as our own words or as labels; whoever shows a sentence makes the labels harmless.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.words.counts import counted, listed
from monitor.words.items import WORDS as OF_ITEMS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from monitor.settings import Language
    from monitor.stories.model import Growth, Tally
    from monitor.words.counts import Counted

_PLACES = 4  # named in one line; the rest is counted
_LANGUAGES = 3
_VOICES = 3


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of stories in one language; `{}` are filled by position."""

    # how far it is carried
    same_story: Counted
    now_in: Counted
    local: Counted
    in_language: str  # how many, which
    other_languages: Counted
    # the other articles
    is_local: str
    same_text: str
    and_in: str
    more_from: str  # how many, which outlet
    # what is new
    more_on: str
    rises: str  # what it is now, and the number before
    new_count: str
    also_places: str
    and_more: str
    speak: Counted  # an office, or several
    more_reports: Counted
    updated_reports: Counted
    counts: Mapping[str, Counted]
    voices: Mapping[str, str]
    plural_voices: frozenset[str]


_ENGLISH = Words(
    same_story=("Same story in {} outlet", "Same story in {} outlets"),
    now_in=("Now in {} outlet", "Now in {} outlets"),
    local=("{} local", "{} local"),
    in_language="{} in {}",
    other_languages=("{} in another language", "{} in other languages"),
    is_local="local",
    same_text="Same text in",
    and_in="And in",
    more_from="and {} more from {}",
    more_on="More on: {}",
    rises="Now {} ({} before)",
    new_count="New figure: {}",
    also_places="Also in {}",
    and_more="and {} more",
    speak=("{} speaks", "{} speak"),
    more_reports=("{} more report", "{} more reports"),
    updated_reports=("{} report was updated", "{} reports were updated"),
    counts={
        "dead": ("{} dead", "{} dead"), "missing": ("{} missing", "{} missing"),
        "injured": ("{} injured", "{} injured"), "arrests": ("{} arrest", "{} arrests"),
        "deported": ("{} deported", "{} deported"), "charged": ("{} charged", "{} charged"),
        "released": ("{} released", "{} released"), "children": ("{} child", "{} children"),
        "families": ("{} family", "{} families"), "students": ("{} student", "{} students"),
        "workers": ("{} worker", "{} workers"), "residents": ("{} resident", "{} residents"),
        "protesters": ("{} protester", "{} protesters"), "people": ("{} person", "{} people"),
        "homes": ("{} home", "{} homes"), "votes": ("{} vote in favor", "{} votes in favor"),
        "votes against": ("{} vote against", "{} votes against"), "agents": ("{} agent", "{} agents"),
    },
    voices={
        "sheriff": "the sheriff", "mayor": "the mayor", "governor": "the governor", "county": "the county",
        "prosecutor": "the prosecutor", "consulate": "the consulate", "police": "the police",
    },
    plural_voices=frozenset({"police"}),
)

_SPANISH = Words(
    same_story=("La misma noticia en {} medio", "La misma noticia en {} medios"),
    now_in=("Ya en {} medio", "Ya en {} medios"),
    local=("{} local", "{} locales"),
    in_language="{} en {}",
    other_languages=("{} en otro idioma", "{} en otros idiomas"),
    is_local="local",
    same_text="El mismo texto en",
    and_in="Y en",
    more_from="y {} más de {}",
    more_on="Más sobre: {}",
    rises="Ahora {} (antes {})",
    new_count="Cifra nueva: {}",
    also_places="También en {}",
    and_more="y {} más",
    speak=("Se pronuncia {}", "Se pronuncian {}"),
    more_reports=("{} artículo más", "{} artículos más"),
    updated_reports=("{} artículo actualizado", "{} artículos actualizados"),
    counts={
        "dead": ("{} muerte", "{} muertes"), "missing": ("{} persona desaparecida", "{} personas desaparecidas"),
        "injured": ("{} persona herida", "{} personas heridas"), "arrests": ("{} arresto", "{} arrestos"),
        "deported": ("{} persona deportada", "{} personas deportadas"),
        "charged": ("{} persona acusada", "{} personas acusadas"),
        "released": ("{} persona liberada", "{} personas liberadas"), "children": ("{} menor", "{} menores"),
        "families": ("{} familia", "{} familias"), "students": ("{} estudiante", "{} estudiantes"),
        "workers": ("{} trabajador", "{} trabajadores"), "residents": ("{} residente", "{} residentes"),
        "protesters": ("{} manifestante", "{} manifestantes"), "people": ("{} persona", "{} personas"),
        "homes": ("{} vivienda", "{} viviendas"), "votes": ("{} voto a favor", "{} votos a favor"),
        "votes against": ("{} voto en contra", "{} votos en contra"), "agents": ("{} agente", "{} agentes"),
    },
    voices={
        "sheriff": "el alguacil", "mayor": "la alcaldía", "governor": "la gobernación", "county": "el condado",
        "prosecutor": "la fiscalía", "consulate": "el consulado", "police": "la policía",
    },
    plural_voices=frozenset(),
)

WORDS: Mapping[Language, Words] = {"en": _ENGLISH, "es": _SPANISH}


def carried(tally: Tally | None, language: Language, *, later: bool = False) -> str:
    """ "Same story in 9 outlets (3 local, 2 in Spanish)"; `later`: "Now in 9 outlets (…)". Nothing for one outlet."""
    if tally is None or tally.outlets < 2:
        return ""
    words = WORDS[language]
    parts = [*([counted(tally.local, words.local)] if tally.local > 0 else []), *_languages(tally, language)]
    said = counted(tally.outlets, words.now_in if later else words.same_story)
    return f"{said} ({', '.join(parts)})" if parts else said


def _languages(tally: Tally, language: Language) -> Iterator[str]:
    """Outlets by language other than the reader's; those that have no name here, and the rarest, together."""
    words, names = WORDS[language], OF_ITEMS[language].languages
    foreign = [(code, number) for code, number in tally.languages if code != language and number > 0]
    named = [(code, number) for code, number in foreign if code in names][:_LANGUAGES]
    yield from (words.in_language.format(number, names[code]) for code, number in named)
    if others := sum(number for one in foreign if one not in named for number in one[1:]):
        yield counted(others, words.other_languages)


def growth(new: Growth, language: Language) -> list[str]:
    """What is new, a sentence each, most important first: numbers of people, places, offices.

    Counts and voices that have no words here are left out.
    """
    words = WORDS[language]
    return [*_counts(new, words), *_places(new, words), *_voices(new, words, language)]


def _counts(new: Growth, words: Words) -> Iterator[str]:
    known = {count.what: (count.number, before) for count, before in new.counts}
    for what, noun in words.counts.items():  # the table stands in order of weight
        if what in known:
            number, before = known[what]
            said = noun[number != 1].format(f"{number:,}")
            yield words.new_count.format(said) if before is None else words.rises.format(said, f"{before:,}")


def _places(new: Growth, words: Words) -> Iterator[str]:
    if new.places:
        left = len(new.places) - _PLACES
        named = "; ".join(new.places[:_PLACES])  # a label has a comma of its own
        yield words.also_places.format(f"{named} {words.and_more.format(left)}" if left > 0 else named)


def _voices(new: Growth, words: Words, language: Language) -> Iterator[str]:
    known = [voice for voice in words.voices if voice in new.voices][:_VOICES]  # the table stands in order of weight
    if known:
        several = len(known) > 1 or known[0] in words.plural_voices
        said = words.speak[several].format(listed([words.voices[voice] for voice in known], language))
        yield said[:1].upper() + said[1:]
