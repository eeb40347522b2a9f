"""Our own words around the articles of a message, in English and Spanish. Headlines, quotes and names stay as they are.

Tables instead of gettext: there are two languages, a missing sentence is a type error, and whoever adds a third one
sees all of it in one place. `{}` are filled by position.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.words.counts import counted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from monitor.settings import Language
    from monitor.words.counts import Counted
    from rules.model import Prominence

@dataclass(frozen=True, slots=True)
class Words:
    """What a digest says in one language."""

    # counts and parts
    articles: Counted
    stories: Counted
    outlets: Counted
    together: str  # numbers of articles and of stories
    topics: Counted
    more_topics: Counted
    part: str
    continued: str
    and_more: str
    more_lines: Counted
    left: Counted  # what the text beside the blocks had no room for
    number: str  # of a webhook's message
    # the frame
    window: str
    in_thread: str
    hint: str
    rest: str  # title of what the first message had no room for
    rollup: str
    counted_only: str  # behind the number of articles of which none is shown
    more_from: Counted  # how many, rule, command
    flooded: Counted  # how many, outlet, command
    aside: Counted  # beside articles
    aside_alone: Counted
    aside_in_thread: str
    # an article
    untitled: str
    first_seen: str
    found_after: str
    also_from: str
    change_seen: str  # of a watched page: when
    more_changes: Counted  # of it, that are not shown
    updated: str
    updated_at: str  # when, and when it was first published
    updated_only: str  # where nobody said when that was
    in_language: str
    languages: Mapping[str, str]
    other_language: str
    summary_only: str
    no_link: str
    also_topics: str
    direction: str
    why: str
    prominence: Mapping[Prominence, str]
    in_text: str  # what was found beside what the headline shows
    rule: str
    graphic: str
    # an alert
    urgent: str
    later: str  # instead of it where the event was told of before
    later_said: str  # the same where no sign says how urgent it is
    also: str
    # what a reader can press
    relevant: str
    not_relevant: str
    take: str
    mute: str  # opens the choice of the three that follow
    mute_story: str
    mute_outlet: str
    mute_topic: str
    ask_why: str
    # spans of time
    minutes: str
    hours: str
    days: Counted


_ENGLISH = Words(
    articles=("{} article", "{} articles"),
    stories=("{} story", "{} stories"),
    outlets=("{} outlet", "{} outlets"),
    together="{} in {}",
    topics=("{} topic", "{} topics"),
    more_topics=("{} more topic", "{} more topics"),
    part="{} of {}",
    continued="{} (continued)",
    and_more="and {} more",
    more_lines=("and {} more line", "and {} more lines"),
    left=("and {} more in the message itself", "and {} more in the message itself"),
    number="No. {}",
    window="Articles from {} to {}",
    in_thread="the articles are in this thread",
    hint="What a rule found is bold in quotes and italic in headlines. Your Dateline admin can change what comes here.",
    rest="Further lines",
    rollup="More urgent stories",
    counted_only="counted only",
    more_from=("{} more from “{}” today: {} lists it", "{} more from “{}” today: {} lists them"),
    flooded=("{1} published far more at once than it usually does: {0} more of it matches, {2} lists it",
             "{1} published far more at once than it usually does: {0} more of it match, {2} lists them"),
    aside=("{} more is probably not about this", "{} more are probably not about this"),
    aside_alone=("{} match is probably not about your topics", "{} matches are probably not about your topics"),
    aside_in_thread="listed in this thread",
    untitled="Untitled article",
    first_seen="first seen {}",
    found_after="found {} after publication",
    also_from="also from {}",
    change_seen="change seen {}",
    more_changes=("and {} more change on this page", "and {} more changes on this page"),
    updated="updated",
    updated_at="updated {}, first published {}",
    updated_only="updated {}",
    in_language="in {}",
    languages={"en": "English", "es": "Spanish", "pt": "Portuguese", "fr": "French", "ht": "Haitian Creole",
               "de": "German", "it": "Italian", "pl": "Polish", "ru": "Russian", "uk": "Ukrainian", "ar": "Arabic",
               "fa": "Persian", "zh": "Chinese", "ja": "Japanese", "ko": "Korean", "vi": "Vietnamese",
               "tl": "Tagalog", "hi": "Hindi", "ur": "Urdu", "so": "Somali", "am": "Amharic"},
    other_language="language: {}",
    summary_only="only the feed's summary was read",
    no_link="no usable link in the feed",
    also_topics="also under {}",
    direction="Direction",
    why="Why",
    prominence={"headline": "in the headline", "lead": "in the opening paragraphs", "body": "further down in the text",
                "passing": "mentioned in passing"},
    in_text="and in the text: {}",
    rule="rule",
    graphic="Details may disturb; open the article to read them.",
    urgent="Urgent",
    later="More on",
    later_said="Urgent, more on",
    also="Also",
    relevant="Relevant",
    not_relevant="Not relevant",
    take="I'm on it",
    mute="Mute…",
    mute_story="Mute this story",
    mute_outlet="Mute this outlet for this topic",
    mute_topic="Mute this topic for 24 hours",
    ask_why="Why did this match?",
    minutes="{} min",
    hours="{} h",
    days=("{} day", "{} days"),
)

_SPANISH = Words(
    articles=("{} artículo", "{} artículos"),
    stories=("{} noticia", "{} noticias"),
    outlets=("{} medio", "{} medios"),
    together="{} en {}",
    topics=("{} tema", "{} temas"),
    more_topics=("{} tema más", "{} temas más"),
    part="{} de {}",
    continued="{} (continuación)",
    and_more="y {} más",
    more_lines=("y {} línea más", "y {} líneas más"),
    left=("y {} más en el propio mensaje", "y {} más en el propio mensaje"),
    number="N.º {}",
    window="Artículos del {} al {}",
    in_thread="los artículos están en este hilo",
    hint="Lo que encontró una regla va en negrita en las citas y en cursiva en los titulares. "
         "Quien administra Dateline puede cambiar lo que llega aquí.",
    rest="Otras líneas",
    rollup="Más noticias urgentes",
    counted_only="solo contados",
    more_from=("{} más de “{}” hoy: se ve con {}", "{} más de “{}” hoy: se ven con {}"),
    flooded=("{1} publicó de golpe mucho más que de costumbre: hay {0} coincidencia más, se ve con {2}",
             "{1} publicó de golpe mucho más que de costumbre: hay {0} coincidencias más, se ven con {2}"),
    aside=("{} más probablemente no trata de esto", "{} más probablemente no tratan de esto"),
    aside_alone=("{} coincidencia probablemente no trata de sus temas",
                 "{} coincidencias probablemente no tratan de sus temas"),
    aside_in_thread="en este hilo",
    untitled="Artículo sin título",
    first_seen="visto por primera vez: {}",
    found_after="encontrado {} después de publicarse",
    also_from="también de {}",
    change_seen="cambio visto: {}",
    more_changes=("y {} cambio más en esta página", "y {} cambios más en esta página"),
    updated="actualizado",
    updated_at="actualizado {}, publicado {}",
    updated_only="actualizado {}",
    in_language="en {}",
    languages={"en": "inglés", "es": "español", "pt": "portugués", "fr": "francés", "ht": "criollo haitiano",
               "de": "alemán", "it": "italiano", "pl": "polaco", "ru": "ruso", "uk": "ucraniano", "ar": "árabe",
               "fa": "persa", "zh": "chino", "ja": "japonés", "ko": "coreano", "vi": "vietnamita",
               "tl": "tagalo", "hi": "hindi", "ur": "urdu", "so": "somalí", "am": "amárico"},
    other_language="idioma: {}",
    summary_only="solo se leyó el resumen de la fuente",
    no_link="la fuente no da un enlace que sirva",
    also_topics="también en {}",
    direction="Postura",
    why="Por qué",
    prominence={"headline": "en el titular", "lead": "en los primeros párrafos", "body": "más abajo en el texto",
                "passing": "mencionado de paso"},
    in_text="y en el texto: {}",
    rule="regla",
    graphic="Puede contener detalles perturbadores; ábralo para leerlos.",
    urgent="Urgente",
    later="Novedades",
    later_said="Urgente, novedades",
    also="También",
    relevant="Relevante",
    not_relevant="No relevante",
    take="Me encargo",
    mute="Silenciar…",
    mute_story="Silenciar esta noticia",
    mute_outlet="Silenciar este medio en este tema",
    mute_topic="Silenciar este tema durante 24 horas",
    ask_why="¿Por qué coincidió?",
    minutes="{} min",
    hours="{} h",
    days=("{} día", "{} días"),
)

WORDS: Mapping[Language, Words] = {"en": _ENGLISH, "es": _SPANISH}


def in_language(code: str, words: Words) -> str:
    """ "in Spanish", "en inglés"; the code itself for a language that the table does not name."""
    name = words.languages.get(code)
    return words.in_language.format(name) if name else words.other_language.format(code)


def span(length: timedelta, words: Words) -> str:
    """ "3 min", "5 h", "2 days": rounded down, never "0 min"."""
    minutes = max(1, int(length.total_seconds() // 60))
    if minutes < 90:
        return words.minutes.format(minutes)
    if minutes < 24 * 60:
        return words.hours.format(minutes // 60)
    return counted(minutes // (24 * 60), words.days)
