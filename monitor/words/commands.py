"""What commands typed in Slack are answered, in English and Spanish. Pure.

What a report of `dateline why` or a feed's trouble says is in English everywhere, as in the terminal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.settings import Language
    from monitor.words.counts import Counted
    from rules.model import Severity


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of one language; `{}` are filled by position. `command` is the name of the slash command."""

    # help
    help_title: str
    help_lines: tuple[str, ...]  # each takes the command
    only_you: str
    unknown: str  # the word
    nearest: str  # the command and the nearest of its words
    looking: str
    not_here: str
    english: str  # what follows is not in this language
    and_more: str  # how many, the command that shows them
    # search
    search_title: str
    search_how: str
    found: Counted
    found_some: str  # how many are shown, how many there are
    found_about: str
    found_few: str  # how many of how many that were read
    nothing_found: str
    nothing_yet: str
    unread: str  # how many newest were read, how many hold the words
    unknown_yet: Counted
    more_by: str  # the terminal command
    erased: str  # days
    # why
    why_how: str
    why_title: str
    stored_as: str  # number
    not_stored: str
    # rules
    rules_title: str  # channel
    rules_none: str
    rules_none_like: str  # the word
    topics: str
    no_topic: str
    severity: Mapping[Severity, str]
    matches: Counted  # in 30 days
    precision: str  # how many, of how many, per cent
    # feeds
    feeds_title: str
    feeds_none_like: str
    feeds_counted: Counted
    feeds_new: Counted
    feeds_once: Counted
    feeds_bad: Counted
    feeds_well: str
    last_new: str  # how long ago
    never_new: str
    not_polled: str
    offline: str  # since when
    # mutes
    mutes_title: str
    mutes_none: str
    mutes_urgent: str
    undo: str  # what
    # digest
    digest_title: str
    digest_how: str
    digest_sent: str  # articles, messages
    digest_articles: Counted
    digest_messages: Counted
    digest_some: str  # how many are still to be posted
    digest_stuck: str
    digest_none: str
    digest_kept: str  # what mutes keep back
    next_slot: str  # when
    at_once: str
    # add
    add_title: str
    add_how: str
    add_admins: str
    add_found: Mapping[str, str]  # the host, by what it is
    add_feeds: Counted  # the host behind the number
    add_choose: str  # what to type
    add_known: str
    add_only_page: str
    add_no_such: str  # the numbers that there are
    add_here: str
    added: str  # the outlet
    added_feed: str  # hours
    added_page: str
    no_home: str
    home: str  # the place
    nothing_written: str


_ENGLISH = Words(
    help_title="What you can ask Dateline",
    help_lines=(
        "{} search WORDS: stored articles with all of these words, the newest first. \"Words in quotes\" stand "
        "together, -word must not be there, detain* is how words begin.",
        "{} why URL: why an article was alerted, or was not. An address that is not stored is tried on the spot.",
        "{} rules [WORD]: what is looked for in this channel, and how well it works.",
        "{} feeds [WORD]: which sources are in trouble; with a word, those with it in their name.",
        "{} mutes: what is muted in this channel, with buttons to undo it.",
        "{} digest now: post what waits for this channel, for everybody to see.",
        "{} add URL: look what can be read at an address, and add it (admins only).",
        "{} help: this.",
    ),
    only_you="Only you see these answers. What you ask is neither stored nor logged.",
    unknown="Dateline does not know “{}”.",
    nearest="Did you mean {} {}?",
    looking="Looking it up. That takes some seconds…",
    not_here="Dateline posts nothing in this channel. Ask in a channel where it does.",
    english="",
    and_more="and {} more: {}",
    search_title="Search",
    search_how="Say what to search for: {} search WORDS. All of them must be there; \"words in quotes\" stand "
               "together, -word must not be there, detain* is how words begin. 20 words at most.",
    found=("1 article", "{} articles"),
    found_some="The newest {} of {} articles",
    found_about="The newest {} of about {} articles",
    found_few="{} of the newest {} articles that may fit",
    nothing_found="No stored article fits.",
    nothing_yet="No article is stored yet.",
    unread="Of {} articles with these words the newest {} were read. A further word makes it exact.",
    unknown_yet=("1 article is not indexed yet, and was not searched: try again in some minutes.",
                 "{} articles are not indexed yet, and were not searched: try again in some minutes."),
    more_by="All of them, in the terminal: {}",
    erased="Only articles of the last {} days can be searched: older text is erased.",
    why_how="Give the address of an article: {} why https://…",
    why_title="What became of this article",
    stored_as="article {}",
    not_stored="not stored",
    rules_title="What is looked for in {}",
    rules_none="No rule is for this channel, as config.toml and the rule files are now.",
    rules_none_like="No rule for this channel has “{}” in its name or topics.",
    topics="topic {}",
    no_topic="no topic",
    severity={"low": "low", "normal": "normal", "high": "high", "urgent": "urgent"},
    matches=("1 match in 30 days", "{} matches in 30 days"),
    precision="{} of {} judged here were relevant ({} %)",
    feeds_title="Sources",
    feeds_none_like="No source has “{}” in its name or address.",
    feeds_counted=("1 source, {} read well", "{} sources, {} read well"),
    feeds_new=("1 not polled yet", "{} not polled yet"),
    feeds_once=("1 failed once", "{} failed once"),
    feeds_bad=("1 needs a look", "{} need a look"),
    feeds_well="well",
    last_new="last news {}",
    never_new="no news yet",
    not_polled="not polled yet",
    offline="Dateline's machine has reached no site since {}. No source is blamed.",
    mutes_title="Muted in {}",
    mutes_none="Nothing is muted in this channel.",
    mutes_urgent="Urgent alerts come all the same.",
    undo="Undo: {}",
    digest_title="Digest",
    digest_how="A digest can only be asked for at once: {} digest now",
    digest_sent="Posted: {} in {}.",
    digest_articles=("1 article", "{} articles"),
    digest_messages=("1 message", "{} messages"),
    digest_some="{} of it could not be posted yet; Dateline goes on trying.",
    digest_stuck="The reason: {}",
    digest_none="Nothing waits for this channel, so nothing was posted.",
    digest_kept="Not shown: {}.",
    next_slot="The next digest comes on {}.",
    at_once="What a rule finds is posted here at once.",
    add_title="A new source",
    add_how="Say what to add: {0} add https://outlet.org looks what can be read there; {0} add https://outlet.org yes "
            "adds it. The place where it is at home may stand behind: yes Baltimore, MD.",
    add_admins="Only admins may add sources. They stand under [slack] in config.toml, as admins.",
    add_found={"feed": "{} is a feed.", "page": "{} names no feed that works. The page can be watched for changes."},
    add_feeds=("{1} names 1 feed.", "{1} names {0} feeds."),
    add_choose="To add one: {} add {} {}",
    add_known="{} is in config.toml already, as {}.",
    add_only_page="There is no feed. To watch the page for changes: {} add {} {}",
    add_no_such="That is none of the numbers: {}.",
    add_here="in config.toml already",
    added="{} is added, and is read from the next round on.",
    added_feed="What stands in the feed now is no news: of that, only articles of the last {} hours alert.",
    added_page="The first look only remembers the page; what changes from then on becomes an article.",
    no_home="It is read as a national outlet: towns in it are only understood with their state. To change that, put "
            "home = 'Baltimore, MD' below its address in config.toml.",
    home="It is at home in {}.",
    nothing_written="Nothing was written.",
)

_SPANISH = Words(
    help_title="Qué se le puede preguntar a Dateline",
    help_lines=(
        "{} buscar PALABRAS: artículos guardados con todas estas palabras, primero los más nuevos. \"Entre comillas\" "
        "van juntas, -palabra no debe estar, deten* es un comienzo.",
        "{} why URL: por qué se avisó de un artículo, o no. Una dirección desconocida se prueba en el momento.",
        "{} reglas [PALABRA]: qué se busca en este canal, y cómo funciona.",
        "{} fuentes [PALABRA]: qué fuentes tienen problemas; con una palabra, las que la llevan en el nombre.",
        "{} silencios: qué está silenciado en este canal, con botones para deshacerlo.",
        "{} digest now: publicar lo que espera para este canal, a la vista de todos.",
        "{} add URL: ver qué se puede leer en una dirección, y añadirla (solo administradores).",
        "{} ayuda: esto.",
    ),
    only_you="Solo usted ve estas respuestas. Lo que pregunta no se guarda ni se registra.",
    unknown="Dateline no conoce «{}».",
    nearest="¿Quiso decir {} {}?",
    looking="Lo estoy consultando. Tarda unos segundos…",
    not_here="Dateline no publica nada en este canal. Pregunte en un canal donde lo haga.",
    english="Lo que sigue está en inglés.",
    and_more="y {} más: {}",
    search_title="Búsqueda",
    search_how="Diga qué buscar: {} buscar PALABRAS. Deben estar todas; \"entre comillas\" van juntas, -palabra no "
               "debe estar, deten* es un comienzo. Como mucho 20 palabras.",
    found=("1 artículo", "{} artículos"),
    found_some="Los {} más nuevos de {} artículos",
    found_about="Los {} más nuevos de unos {} artículos",
    found_few="{} de los {} artículos más nuevos que podrían servir",
    nothing_found="Ningún artículo guardado coincide.",
    nothing_yet="Todavía no hay artículos guardados.",
    unread="De {} artículos con estas palabras se leyeron los {} más nuevos. Con otra palabra será exacto.",
    unknown_yet=("1 artículo aún no está en el índice y no se buscó en él: inténtelo en unos minutos.",
                 "{} artículos aún no están en el índice y no se buscó en ellos: inténtelo en unos minutos."),
    more_by="Todos, en la terminal: {}",
    erased="Solo se puede buscar en los artículos de los últimos {} días: el texto anterior se borra.",
    why_how="Dé la dirección de un artículo: {} why https://…",
    why_title="Qué fue de este artículo",
    stored_as="artículo {}",
    not_stored="no guardado",
    rules_title="Qué se busca en {}",
    rules_none="Ninguna regla es para este canal, según config.toml y los archivos de reglas.",
    rules_none_like="Ninguna regla de este canal lleva «{}» en su nombre o sus temas.",
    topics="tema {}",
    no_topic="sin tema",
    severity={"low": "baja", "normal": "normal", "high": "alta", "urgent": "urgente"},
    matches=("1 coincidencia en 30 días", "{} coincidencias en 30 días"),
    precision="de {1} valorados aquí, {0} eran relevantes ({2} %)",
    feeds_title="Fuentes",
    feeds_none_like="Ninguna fuente lleva «{}» en su nombre o su dirección.",
    feeds_counted=("1 fuente, {} bien", "{} fuentes, {} bien"),
    feeds_new=("1 aún sin leer", "{} aún sin leer"),
    feeds_once=("1 falló una vez", "{} fallaron una vez"),
    feeds_bad=("1 necesita atención", "{} necesitan atención"),
    feeds_well="bien",
    last_new="última noticia {}",
    never_new="aún sin noticias",
    not_polled="aún sin leer",
    offline="El equipo de Dateline no alcanza ningún sitio desde el {}. No se culpa a ninguna fuente.",
    mutes_title="Silenciado en {}",
    mutes_none="En este canal no hay nada silenciado.",
    mutes_urgent="Los avisos urgentes llegan de todos modos.",
    undo="Deshacer: {}",
    digest_title="Resumen",
    digest_how="Un resumen solo se puede pedir en el momento: {} digest now",
    digest_sent="Publicado: {} en {}.",
    digest_articles=("1 artículo", "{} artículos"),
    digest_messages=("1 mensaje", "{} mensajes"),
    digest_some="{} aún no se pudo publicar; Dateline lo sigue intentando.",
    digest_stuck="El motivo: {}",
    digest_none="Nada espera para este canal; no se publicó nada.",
    digest_kept="Sin mostrar: {}.",
    next_slot="El próximo resumen llega el {}.",
    at_once="Lo que encuentra una regla se publica aquí en el momento.",
    add_title="Una fuente nueva",
    add_how="Diga qué añadir: {0} add https://medio.org mira qué se puede leer; {0} add https://medio.org yes lo "
            "añade. Detrás puede ir dónde tiene su sede: yes Baltimore, MD.",
    add_admins="Solo los administradores pueden añadir fuentes. Están en [slack] de config.toml, como admins.",
    add_found={"feed": "{} es una fuente.",
               "page": "{} no nombra ninguna fuente que funcione. Se pueden vigilar los cambios de la página."},
    add_feeds=("{1} nombra 1 fuente.", "{1} nombra {0} fuentes."),
    add_choose="Para añadir una: {} add {} {}",
    add_known="{} ya está en config.toml, como {}.",
    add_only_page="No hay ninguna fuente. Para vigilar los cambios de la página: {} add {} {}",
    add_no_such="No es ninguno de los números: {}.",
    add_here="ya está en config.toml",
    added="{} queda añadida, y se lee desde la próxima ronda.",
    added_feed="Lo que ya está en la fuente no es noticia: de ello solo avisan los artículos de las últimas {} horas.",
    added_page="La primera vez solo se recuerda la página; lo que cambie después será un artículo.",
    no_home="Se lee como medio nacional: sus ciudades solo se entienden con su estado. Para cambiarlo, ponga "
            "home = 'Baltimore, MD' debajo de su dirección en config.toml.",
    home="Tiene su sede en {}.",
    nothing_written="No se escribió nada.",
)

WORDS: Mapping[Language, Words] = {"en": _ENGLISH, "es": _SPANISH}
