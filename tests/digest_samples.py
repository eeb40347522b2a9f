"""Matches, articles and digests for the tests of everything between a match and a message."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from monitor.digest.model import Aside, Digest, Item, More, Section
from monitor.settings import ChannelSettings
from monitor.stories.model import Count, Growth, Tally
from rules.model import Match, MatchedArticle, PlaceFound, Quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.settings import Language
    from rules.model import Severity

NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
EASTERN = ZoneInfo("America/New_York")
TOPICS = {"raids": "Raids and arrests", "detainers": "Detainers", "policy": "Sanctuary policy"}
SENTENCE = "Agents led twelve workers away in vans, two neighbors said."


def match(
    rule_id: str = "raid-rule",
    topics: tuple[str, ...] = ("raids",),
    severity: Severity = "normal",
    *,
    places: tuple[PlaceFound, ...] = (),
    quotes: tuple[Quote, ...] = (Quote("body", SENTENCE, ((0, 6),)),),
    title_marks: tuple[tuple[int, int], ...] = (),
) -> Match:
    """A match of one rule, with as little in it as a test needs to say."""
    return Match(rule_id, rule_id.title(), topics, severity, places, quotes, title_marks, (), f"why {rule_id}", (), "h")


def place(label: str, *, about: bool = True, mentions: int = 1) -> PlaceFound:
    """A place found, whose id is its label in lower case."""
    return PlaceFound(label.lower(), label, about, mentions)


def article(article_id: int, *matches: Match, hours_ago: float = 1, **changes: object) -> MatchedArticle:
    """A stored article published some hours before NOW."""
    fields: dict[str, Any] = {
        "title": f"Headline {article_id}",
        "url": f"https://ledger.example/a?id={article_id}&s=1",
        "outlet": "Harbor Ledger",
        "published_at": NOW - timedelta(hours=hours_ago),
        "first_seen_at": NOW,
        "text_source": "page",
    }
    return MatchedArticle(article_id=article_id, matches=matches, **(fields | changes))


def channel(**changes: object) -> ChannelSettings:
    """A channel in New York's zone that wants everything."""
    fields: dict[str, Any] = {"id": "C0DIGEST01", "name": "alerts", "zone": EASTERN}
    return ChannelSettings(**(fields | changes))


def item(article_id: int = 1, **changes: object) -> Item:
    """An item as `compose` makes it."""
    fields: dict[str, Any] = {
        "article_id": article_id,
        "title": f"Agents arrest {article_id} at bakery",
        "title_marks": ((0, 13),),
        "url": f"https://ledger.example/a?id={article_id}&s=1",
        "outlet": "Harbor Ledger",
        "at": NOW - timedelta(hours=1),
        "at_is_published": True,
        "places": ("Baltimore, MD",),
        "quote": Quote("body", SENTENCE, ((0, 6),)),
        "why": "“agents” near “arrest” in the headline",
        "rule_names": ("Raids",),
    }
    return Item(**(fields | changes))


def digest(
    *items: Item, footnotes: tuple[str, ...] = (), per_section: int = 1_000, asides: Sequence[Aside] = ()
) -> Digest:
    """A digest of these items, `per_section` of them under each topic."""
    starts = range(0, len(items), per_section)
    sections = tuple(Section(f"t{at}", f"Topic {at}", items[at : at + per_section]) for at in starts)
    return Digest("digest:1", "C0DIGEST01", "alerts", "Morning digest, Mon 23 Nov", EASTERN, NOW, sections, footnotes,
                  tuple(asides))


# --- digests as a group would get them, for looking at and for measuring

_TOPICS = (
    ("raids", "Raids and arrests", "Redadas y arrestos"), ("detainers", "Detainers", "Órdenes de retención"),
    ("policy", "Sanctuary policy", "Políticas santuario"), ("287g", "287(g) agreements", "Acuerdos 287(g)"),
    ("detention", "Detention centers", "Centros de detención"),
    ("custody", "Deaths in custody", "Muertes bajo custodia"),
    ("courts", "Courts and lawsuits", "Tribunales y demandas"), ("schools", "Schools", "Escuelas"),
    ("work", "Workplaces", "Lugares de trabajo"), ("licenses", "Driver's licenses", "Licencias de conducir"),
    ("budget", "Budgets and contracts", "Presupuestos y contratos"), ("protest", "Protests", "Protestas"),
)
_PLACES = ("Baltimore, MD", "Prince George's County, MD", "Arlington, VA", "Trenton, NJ", "Allentown, PA", "Queens, NY",
           "Worcester, MA", "Aurora, CO")
_OUTLETS = ("Harbor Ledger", "The Chesapeake Banner", "Radio Pueblo 87.9", "Tri-County Courier & Post",
            "El Faro del Condado", "Statehouse Wire")
_QUERY = ("", "&id=8&page=2")
_STORIES = (
    ("Agents arrest {n} at {p} bakery before dawn", "Agents led {n} workers away in vans, two neighbors said.",
     ("Agents", "arrest"), "en"),
    ("{p} council votes to limit jail cooperation with ICE",
     "The council voted {n} to 3 on Monday night to stop holding people for ICE without a judge's warrant, after "
     "four hours of testimony from residents who had lined up since the afternoon.", ("cooperation", "ICE"), "en"),
    ("Redada en {p}: {n} detenidos en un taller mecánico",
     "Los agentes llegaron a las cinco de la mañana y se llevaron a {n} trabajadores, contó una vecina.",
     ("Redada", "detenidos"), "es"),
    ("AT&T workers in {p}: <we had twenty minutes>, {n} held & >3 deported",
     "A deputy called ICE from the roadside, according to the body camera recording & the sheriff's log.",
     ("ICE", "deputy"), "en"),
    ("Sheriff of {p} renews agreement that lets deputies check immigration status", "", ("agreement",), "en"),
    ("Man, {n}, dies in detention center near {p}; cause under review",
     "Guards restrained him on the floor for eight minutes.", ("detention center",), "en"),
    ("Judge orders {p} jail to release {n} held on civil detainers",
     "The judge wrote that a detainer is a request and not a warrant, and gave the county until Friday.",
     ("detainers", "detainer"), "en"),
)


def news(number: int, topic: str, language: Language = "en") -> Item:
    """A made-up article as the rules would have found it; every eleventh is graphic, every ninth a mere summary."""
    title, sentence, terms, written = _STORIES[number % len(_STORIES)]
    place, outlet = _PLACES[number % len(_PLACES)], _OUTLETS[number % len(_OUTLETS)]
    title, sentence = (words.format(n=number % 17 + 4, p=place.partition(",")[0]) for words in (title, sentence))
    graphic = number % 7 == 5
    stance = {"en": "limits cooperation with ICE", "es": "limita la cooperación con ICE"}[language]
    return item(
        number, title=title, title_marks=_found(title, terms), outlet=outlet, places=(place,) if number % 13 else (),
        url=f"https://{outlet.split()[0].lower()}.example/news/{number}?utm_source=rss{_QUERY[number % 4 == 0]}",
        at=NOW - timedelta(minutes=37 * (number % 37) + 9), at_is_published=number % 10 != 0,
        quote=Quote("body", sentence, _found(sentence, terms)) if sentence else None, terms=terms, why="",
        rule_names=(topic,) if number % 3 else ("Arrests near home or work",), language=written, graphic=graphic,
        prominence=("headline", "lead", "body", "headline", "passing")[number % 5], summary_only=number % 9 == 0,
        stance=stance if number % 7 == 1 else "", also_topics=("Protests",) if number % 12 == 3 else (),
        stance_quote="“We will not hold anyone without a warrant,” the mayor said." if number % 14 == 1 else "",
    )


def large_digest(articles: int = 200, topics: int = 12, language: Language = "en") -> Digest:
    """A morning with `articles` articles in `topics` topics, the first ones the largest, and all kinds of footnotes."""
    at = ("en", "es").index(language) + 1
    placed: dict[int, list[Item]] = {}
    for number in range(articles):
        topic = number // 3 % topics if number % 3 else number // 3 % max(1, topics // 3)
        placed.setdefault(topic, []).append(news(number + 1, _TOPICS[topic % 12][at], language))
    sections = tuple(Section(f"t{topic}", _TOPICS[topic % 12][at], tuple(sorted(items, key=lambda one: one.at)[::-1]))
                     for topic, items in sorted(placed.items()))
    title, read, down = {
        "en": ("Morning digest, Mon 23 Nov",
               "412 articles read (301 in full, 111 summaries only) from 87 of 90 sources.",
               "Down since Saturday: Coastal Echo, Valley Times, Radio Norte."),
        "es": ("Resumen de la mañana, lun 23 nov",
               "412 artículos leídos (301 completos, 111 en resumen) de 87 de 90 fuentes.",
               "Sin respuesta desde el sábado: Coastal Echo, Valley Times, Radio Norte."),
    }[language]
    asides = tuple(Aside(900 + number, f"Ice rink reopens in {place}", f"https://ledger.example/{number}?a=1&b=2")
                   for number, place in enumerate(_PLACES[:5]))
    return Digest(f"digest:{articles}", "C0DIGEST01", "raids-and-policy", title, EASTERN, NOW, sections, (read, down),
                  asides, language=language, more=(More("Arrests near home or work", tuple(range(700, 741))),))


def _outlet(at: int) -> str:
    town = ("Calvert", "Severn", "Talbot", "Wicomico", "Elkton", "Laurel", "Bowie", "Easton")[at % 8]
    return f"{town} {('Times', 'Gazette', 'Observer', 'Sun', 'Herald', 'Voice', 'News', 'Star')[at // 8 % 8]}"


def covered(lead: Item, further: int, *, copies: int = 0, language: Language = "en", address: int = 0) -> Item:
    """The article as a story that `further` others tell, the last `copies` of them with the text of the first other.

    Their addresses are `address` characters longer than usual.
    """
    others = [news(lead.article_id + 8 * (number + 1), "Raids", language) for number in range(further)]
    also = [
        replace(one, at=lead.at + timedelta(minutes=7 * at - 30), local=at % 4 == 1, outlet=_outlet(at),
                url=one.url.replace("/news/", f"/{'x' * address}/"))
        for at, one in enumerate(others)
    ]
    for at in range(further - copies, further):
        also[at] = replace(also[at], copy=True, copy_of=also[0].article_id)
    outlets = {one.outlet: one for one in (lead, *also)}
    written = Counter(one.language for one in outlets.values())
    local = 1 + sum(one.local for one in also)
    tally = Tally(len(outlets), local, tuple(written.most_common()), copies) if further else None
    return replace(lead, also=tuple(also), tally=tally, local=further > 0)


def urgent_alert(language: Language = "en", further: int = 3, copies: int = 0, address: int = 0) -> Digest:
    """One event told at once: its first article, and others about it."""
    at = ("en", "es").index(language) + 1
    stance = {"en": "the county objects", "es": "el condado se opone"}[language]
    lead = replace(news(56, _TOPICS[0][at], language), at_is_published=True, seen_at=NOW, at=NOW - timedelta(minutes=4),
                   summary_only=False, stance=stance, stance_quote="The county had asked ICE to stay away, it said.")
    story = covered(lead, further, copies=copies, language=language, address=address)
    return Digest("alert:1", "C0ALERTS01", "urgent", "", EASTERN, NOW, (Section("raids", _TOPICS[0][at], (story,)),),
                  kind="alert", language=language)


def told_digest(language: Language = "en", *further: int, copies: int = 0, address: int = 0) -> Digest:
    """A morning of stories, each with so many further articles."""
    made = large_digest(len(further), min(3, len(further)), language)
    left = list(further)
    sections = tuple(
        replace(section, items=tuple(
            covered(one, many, copies=min(copies, max(0, many - 1)), language=language, address=address)
            for one in section.items for many in [left.pop(0)]))
        for section in made.sections
    )
    return replace(made, sections=sections)


GROWTH = Growth(
    counts=((Count(41, "arrests"), 28), (Count(6, "families"), None), (Count(9, "balloons"), 3)),
    places=("Howard County, MD",), voices=("sheriff", "astrologer"),
)


def update(language: Language = "en", further: int = 3, *, growth: Growth | None = GROWTH, copies: int = 0,
           address: int = 0) -> Digest:
    """Later coverage of the event of the alert."""
    known = {"en": "Agents arrest 28 at Baltimore bakery before dawn", "es": "Redada en Baltimore: 28 detenidos"}
    alert = urgent_alert(language, further, copies, address)
    return replace(alert, id="update:1", kind="update", thread_of="alert:1", broadcast=bool(growth and growth.shows),
                   growth=growth, story=known[language], place="Baltimore, MD")


def rollup(language: Language = "en", articles: int = 5) -> Digest:
    """Later articles of events that were told of before."""
    at = ("en", "es").index(language) + 1
    title = {"en": "More urgent stories", "es": "Más noticias urgentes"}[language]
    items = tuple(news(30 + number, _TOPICS[0][at], language) for number in range(articles))
    return Digest("rollup:1", "C0ALERTS01", "urgent", title, EASTERN, NOW, (Section("raids", _TOPICS[0][at], items),),
                  kind="rollup", language=language)


def silence(language: Language = "en") -> Digest:
    """A day without a match."""
    title, line = {
        "en": ("No matches today", "412 articles read (301 in full, 111 summaries only) from 87 of 90 sources, "
               "0 matches; 3 sources down since Tuesday."),
        "es": ("Hoy no hay coincidencias", "412 artículos leídos (301 completos, 111 en resumen) de 87 de "
               "90 fuentes, 0 coincidencias; 3 fuentes sin respuesta desde el martes."),
    }[language]
    return Digest("silence:1", "C0DIGEST01", "alerts", title, EASTERN, NOW, (), (line,), kind="silence",
                  language=language)


def _found(words: str, terms: Sequence[str]) -> tuple[tuple[int, int], ...]:
    starts = [(words.find(term), len(term)) for term in terms]
    return tuple((start, start + length) for start, length in starts if start >= 0)
