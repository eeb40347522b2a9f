"""Titles and footnotes of what goes out, in English and Spanish: which digest this is, what was read, what was not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.words.times import moment, short_day, weekday

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime, time
    from zoneinfo import ZoneInfo

    from monitor.settings import Language
    from monitor.words.counts import Counted

@dataclass(frozen=True, slots=True)
class Words:
    """What is said round a digest in one language; `{}` are filled by position."""

    parts: tuple[str, str, str]  # the digest of a morning, an afternoon, an evening; with the date
    at_once: str
    titles: Mapping[str, str]  # by kind; "found" is the daily line where something waits
    backfill: str
    afterwards: str  # footnote of a backfill
    other_topics: str
    day: str  # what the numbers are about
    read: Counted
    full: Counted
    summaries: Counted  # with the sign that parts it from those in full
    sources: Counted
    all_sources: Counted
    stories: Counted
    waits: Counted
    down: Counted
    the_first: str
    since: str
    missing: Counted
    many_missing: str  # how many, and some of them by name
    and_more: str
    muted: Counted  # articles that were kept back
    muted_until: str  # what, until when
    mute_over: str  # what, of a mute that ended since
    kept_back: Counted  # by one mute so far


_ENGLISH = Words(
    parts=("Morning digest, {}", "Afternoon digest, {}", "Evening digest, {}"),
    at_once="New matches, {}",
    titles={"alert": "Urgent, {}", "rollup": "More urgent stories, {}", "update": "More on a story, {}",
            "silence": "No stories, {}", "found": "Stories to come, {}"},
    backfill="{}: what came since {}",
    afterwards="These articles came before the rule did: an admin had them looked for afterwards "
               "(dateline rules backfill).",
    other_topics="Other matches",
    day="Last 24 hours: {}",
    read=("{} article read", "{} articles read"),
    full=("{} in full", "{} in full"),
    summaries=(", {} summary only", ", {} summaries only"),
    sources=(" from {} of {} source", " from {} of {} sources"),
    all_sources=(" from {} source", " from all {} sources"),
    stories=("{} story", "{} stories"),
    waits=("{} story, to come on {}", "{} stories, to come on {}"),
    down=("{} source down", "{} sources down"),
    the_first=", the first",
    since=" since {}",
    missing=("Nothing could be read from {}: what it publishes is missing here.",
             "Nothing could be read from {}: what they publish is missing here."),
    many_missing="{} sources are down: {}.",
    and_more="{} more",
    muted=("{} muted", "{} muted"),
    muted_until="{} until {}",
    mute_over="{}, no longer",
    kept_back=("{} article kept back", "{} articles kept back"),
)

_SPANISH = Words(
    parts=("Resumen de la mañana, {}", "Resumen de la tarde, {}", "Resumen de la noche, {}"),
    at_once="Coincidencias nuevas, {}",
    titles={"alert": "Urgente, {}", "rollup": "Más noticias urgentes, {}", "update": "Más sobre una noticia, {}",
            "silence": "Sin noticias, {}", "found": "Noticias pendientes, {}"},
    backfill="{}: lo publicado desde el {}",
    afterwards="Estos artículos llegaron antes que la regla: alguien pidió buscarlos después "
               "(dateline rules backfill).",
    other_topics="Otras coincidencias",
    day="Últimas 24 horas: {}",
    read=("{} artículo leído", "{} artículos leídos"),
    full=("{} completo", "{} completos"),
    summaries=(", {} en resumen", ", {} en resumen"),
    sources=(" de {} de {} fuente", " de {} de {} fuentes"),
    all_sources=(" de {} fuente", " de las {} fuentes"),
    stories=("{} noticia", "{} noticias"),
    waits=("{} noticia, que llegará el {}", "{} noticias, que llegarán el {}"),
    down=("{} fuente caída", "{} fuentes caídas"),
    the_first=", la primera",
    since=" desde el {}",
    missing=("No se pudo leer nada de {}: lo que publica falta aquí.",
             "No se pudo leer nada de {}: lo que publican falta aquí."),
    many_missing="{} fuentes caídas: {}.",
    and_more="{} más",
    muted=("{} silenciado", "{} silenciados"),
    muted_until="{} hasta el {}",
    mute_over="{}, ya no",
    kept_back=("{} artículo retenido", "{} artículos retenidos"),
)

WORDS: Mapping[Language, Words] = {"en": _ENGLISH, "es": _SPANISH}


def slot_title(at: time, day: date, language: Language = "en") -> str:
    """The name of a scheduled digest: "Morning digest, Mon 23 Nov", "Resumen de la mañana, lun 23 nov"."""
    evening = 17 if language == "en" else 20  # until when it is afternoon; la tarde lasts longer
    part = 0 if at.hour < 12 else 1 if at.hour < evening else 2
    return WORDS[language].parts[part].format(short_day(day, language))


def now_title(now: datetime, zone: ZoneInfo, language: Language = "en") -> str:
    """The name of a digest that goes out at once: "New matches, Mon 23 Nov, 14:02"."""
    return WORDS[language].at_once.format(moment(now, zone, language))


def day_since(then: datetime, now: datetime, zone: ZoneInfo, language: Language) -> str:
    """ "Tuesday" for a day of the last six, "Mon 9 Nov" for one before."""
    day, today = then.astimezone(zone).date(), now.astimezone(zone).date()
    return weekday(day, language) if 0 <= (today - day).days < 7 else short_day(day, language)
