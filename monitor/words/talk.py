"""What is said back to people who press a button, and what a message shows of it, in English and Spanish. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.words.times import moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from monitor.settings import Language
    from monitor.talk.model import MuteKind

PERSON = re.compile(r"[UW][A-Z0-9]{7,}")  # ids of people in Slack, and of those of a whole organization


@dataclass(frozen=True, slots=True)
class Words:
    """What the talk back says in one language; `{}` are filled by position."""

    # what a message shows of an article
    team: str  # before what people said, in bold
    relevant: str  # how many
    not_relevant: str
    on_it: str  # who, since when
    taken: str  # the same where there is little room
    muted: Mapping[MuteKind, str]  # until when
    somebody: str  # whose id was erased; it begins a sentence
    # a mute is announced
    announced: str  # until when, what
    of_kind: Mapping[MuteKind, str]  # the headline; outlet and topic; the topic
    urgent_come: str
    undo: str
    undone_by: str  # who, when
    undone_at: str  # the same where the id was erased
    # a judgement
    said_relevant: str
    said_not_relevant: str
    take_back: str  # a button
    taken_back: str
    nothing_to_take_back: str
    # "I'm on it"
    you_have_it: str  # since when
    release: str  # a button
    released: str
    has_it: str  # who, since when
    take_over: str  # a button
    yours_now: str
    not_yours: str
    # mutes
    mute_which: str
    muted_already: str  # until when
    muted_until: str  # until when, what
    unmuted: str
    ended_already: str
    no_topic: str
    # what cannot be done
    topic_by_admins: str
    may_not: str
    not_at_home: str
    gone: str
    not_here: str
    not_shown: str
    failed: str


_ENGLISH = Words(
    team="Team",
    relevant="Relevant {}",
    not_relevant="Not relevant {}",
    on_it="{} is on it ({})",
    taken="{} is on it",
    muted={"story": "Muted until {}", "outlet": "Outlet muted here until {}", "topic": "Topic muted until {}"},
    somebody="Somebody",
    announced="Muted until {}: {}.",
    of_kind={"story": "the story “{}”", "outlet": "{} for {}", "topic": "everything about {}"},
    urgent_come="Urgent alerts still come.",
    undo="Undo",
    undone_by="Undone by {}, {}",
    undone_at="Undone, {}",
    said_relevant="You marked this relevant.",
    said_not_relevant="You marked this not relevant.",
    take_back="Take it back",
    taken_back="Taken back: it counts as if you had said nothing.",
    nothing_to_take_back="There is nothing of yours to take back here.",
    you_have_it="You have been on it since {}.",
    release="I'm not on it any more",
    released="You are not on it any more. Everyone in the channel sees that nobody has it.",
    has_it="{} has been on it since {}.",
    take_over="Take over",
    yours_now="You are on it now. Everyone in the channel sees that.",
    not_yours="You are not on it: somebody else is, or nobody.",
    mute_which="What should be muted?",
    muted_already="This is muted already, until {}.",
    muted_until="Muted until {}: {}. The channel was told, with a button to undo it.",
    unmuted="Undone: it comes again from now on.",
    ended_already="This mute has ended already.",
    no_topic="This article stands under no topic here. You can mute its story.",
    topic_by_admins="Only admins may mute a whole topic. You can mute this story, or this outlet for this topic.",
    may_not="You may not press buttons of Dateline. Ask its admin to add you: people, under [slack] in config.toml.",
    not_at_home="Only members of the workspace that Dateline belongs to may press its buttons.",
    gone="Dateline does not keep this article any more, so nothing was done.",
    not_here="Dateline does not post to this channel any more, so its buttons do nothing.",
    not_shown="It counts, but this message can no longer show it.",
    failed="That did not work, and nothing was changed. Try again in a minute.",
)

_SPANISH = Words(
    team="Equipo",
    relevant="Relevante {}",
    not_relevant="No relevante {}",
    on_it="{} se encarga ({})",
    taken="{} se encarga",
    muted={"story": "Silenciada hasta el {}", "outlet": "Medio silenciado aquí hasta el {}",
           "topic": "Tema silenciado hasta el {}"},
    somebody="Alguien",
    announced="Silenciado hasta el {}: {}.",
    of_kind={"story": "la noticia «{}»", "outlet": "{} en {}", "topic": "todo sobre {}"},
    urgent_come="Los avisos urgentes siguen llegando.",
    undo="Deshacer",
    undone_by="Deshecho por {}, {}",
    undone_at="Deshecho, {}",
    said_relevant="Usted lo marcó como relevante.",
    said_not_relevant="Usted lo marcó como no relevante.",
    take_back="Retirarlo",
    taken_back="Retirado: cuenta como si no hubiera dicho nada.",
    nothing_to_take_back="Aquí no hay nada suyo que retirar.",
    you_have_it="Usted se encarga desde el {}.",
    release="Ya no me encargo",
    released="Usted ya no se encarga. Todo el canal ve que nadie lo tiene.",
    has_it="{} se encarga desde el {}.",
    take_over="Encargarme yo",
    yours_now="Ahora se encarga usted. Todo el canal lo ve.",
    not_yours="Usted no se encarga: lo hace otra persona, o nadie.",
    mute_which="¿Qué se debe silenciar?",
    muted_already="Ya está silenciado, hasta el {}.",
    muted_until="Silenciado hasta el {}: {}. Se avisó al canal, con un botón para deshacerlo.",
    unmuted="Deshecho: desde ahora vuelve a llegar.",
    ended_already="Este silencio ya terminó.",
    no_topic="Este artículo no está aquí en ningún tema. Puede silenciar su noticia.",
    topic_by_admins="Solo los administradores pueden silenciar un tema entero. Puede silenciar esta noticia, o este "
                    "medio en este tema.",
    may_not="Usted no puede pulsar los botones de Dateline. Pida que le añadan: people, en [slack] de config.toml.",
    not_at_home="Solo los miembros del espacio de trabajo de Dateline pueden pulsar sus botones.",
    gone="Dateline ya no guarda este artículo; no se hizo nada.",
    not_here="Dateline ya no publica en este canal; sus botones no hacen nada.",
    not_shown="Cuenta, pero este mensaje ya no puede mostrarlo.",
    failed="No funcionó, y no se cambió nada. Inténtelo de nuevo en un minuto.",
)

WORDS: Mapping[Language, Words] = {"en": _ENGLISH, "es": _SPANISH}


def mention(person: str | None, language: Language) -> str:
    """Slack's mark for a person, which clients show as a name; "Somebody" for what is no id, or an erased one."""
    return f"<@{person}>" if person and PERSON.fullmatch(person) else WORDS[language].somebody


def has_it(person: str | None, since: datetime, zone: ZoneInfo, language: Language) -> str:
    """ "<@U0ALICE001> has been on it since Mon 23 Nov, 14:02."""
    return WORDS[language].has_it.format(mention(person, language), moment(since, zone, language))


def what(kind: MuteKind, language: Language, *, headline: str = "", outlet: str = "", topic: str = "") -> str:
    """What a mute is about: "the story “…”", "Daily Planet for Raids", "everything about Raids"."""
    named = {"story": (headline,), "outlet": (outlet, topic), "topic": (topic,)}[kind]
    return WORDS[language].of_kind[kind].format(*named)


def undone(by: str | None, at: datetime, zone: ZoneInfo, language: Language) -> str:
    """ "Undone by <@U0BOB00001>, Mon 23 Nov, 15:10"."""
    words, when = WORDS[language], moment(at, zone, language)
    if by and PERSON.fullmatch(by):
        return words.undone_by.format(mention(by, language), when)
    return words.undone_at.format(when)
