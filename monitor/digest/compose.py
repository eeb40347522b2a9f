"""Which matches make which digest, and where in it each article stands. Pure: stored matches in, a Digest out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.digest.model import Aside, Digest, Item, Section
from rules.model import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from monitor.settings import ChannelSettings
    from rules.model import Match, MatchedArticle, Place, PlaceFound, Quote

NO_TOPIC = "Other matches"  # where rules that name no topic go
SHORT = 160  # characters of a sentence that may stand beside a stance


def resolved(channel: ChannelSettings, places: Iterable[Place]) -> ChannelSettings:
    """The channel with the ids of the places it names by label: what lies within a place knows it by id alone."""
    wanted = {name.casefold() for name in channel.places}
    ids = tuple(place.id for place in places if place.label.casefold() in wanted and place.id.casefold() not in wanted)
    return replace(channel, places=(*channel.places, *ids)) if ids else channel


def choose(match: Match, channel: ChannelSettings) -> bool:
    """Whether the channel wants this match: its rule, one of its topics and one of its places."""
    return (
        (not channel.rules or match.rule_id in channel.rules)
        and (not channel.topics or not set(channel.topics).isdisjoint(match.topics))
        and (not channel.places or _anywhere(match.places, channel.places))
    )


def compose(
    articles: Iterable[MatchedArticle],
    channel: ChannelSettings,
    topics: Mapping[str, str],
    *,
    title: str,
    delivery_id: str,
    now: datetime,
    footnotes: Sequence[str] = (),
) -> Digest | None:
    """The channel's digest of these articles, or None when it wants none of them.

    `topics` maps topic ids to labels, in the order in which sections stand; topics it does not know follow after it.
    An article stands once, under the topic of its most severe match, or among equals of the one that its headline
    shows; `also_topics` names the others. One whose every match is unlikely to be about its topic stands aside.
    `channel` is `resolved`.
    """
    placed: dict[str, list[Item]] = {}
    asides: list[Aside] = []
    for article in articles:
        chosen = tuple(match for match in article.matches if choose(match, channel))
        likely = tuple(match for match in chosen if match.relevance is None or match.relevance.likely)
        if likely:
            topic, item = _place(article, likely, channel, topics)
            placed.setdefault(topic, []).append(item)
        elif chosen:
            asides.append(Aside(article.article_id, article.title, article.url))
    if not placed and not asides:
        return None
    sections = tuple(
        Section(topic, _label(topic, topics), tuple(sorted(placed[topic], key=_newest_first)))
        for topic in sorted(placed, key=lambda topic: _rank(topic, topics))
    )
    return Digest(delivery_id, channel.id, channel.name, title, channel.zone, now, sections, tuple(footnotes),
                  tuple(asides))


def _place(
    article: MatchedArticle, chosen: tuple[Match, ...], channel: ChannelSettings, topics: Mapping[str, str]
) -> tuple[str, Item]:
    """The topic under which the article stands, and the item that stands there."""
    wanted = [
        (-SEVERITIES.index(match.severity), not match.title_marks, _rank(topic, topics), topic, match)
        for match in chosen
        for topic in match.topics or ("",)
        if not channel.topics or topic in channel.topics
    ]
    *_, topic, lead = min(wanted, key=lambda found: found[:3])
    also = sorted({name for match in chosen for name in match.topics} - {topic}, key=lambda name: _rank(name, topics))
    in_order = (lead, *(match for match in chosen if match is not lead))
    return topic, _item(article, in_order, tuple(_label(name, topics) for name in also), channel.places)


def _item(article: MatchedArticle, in_order: tuple[Match, ...], also: tuple[str, ...], places: tuple[str, ...]) -> Item:
    """What a reader sees of the article: words and reason of the first match, places and headline marks of all."""
    lead = in_order[0]
    graphic = any(match.graphic for match in in_order)
    quote = None if graphic else _quote(lead)
    stance, sentence = _stance(in_order, quote)
    return Item(
        article_id=article.article_id,
        title=article.title,
        title_marks=tuple(sorted({mark for match in in_order for mark in match.title_marks})),
        url=article.url,
        outlet=article.outlet,
        at=article.published_at or article.first_seen_at,
        at_is_published=article.published_at is not None,
        places=_places(in_order, places),
        quote=quote,
        why="" if graphic else lead.why,  # it repeats the words found
        rule_names=tuple(dict.fromkeys(match.rule_name or match.rule_id for match in in_order)),
        also_topics=also,
        summary_only=article.text_source != "page",
        stance=stance,
        stance_quote="" if graphic else sentence,
        mention=all(match.prominence in ("passing", "body") for match in in_order),
        graphic=graphic,
    )


def _stance(in_order: tuple[Match, ...], quote: Quote | None) -> tuple[str, str]:
    """What the first match that has a stance says, and its sentence if the reader does not see it anyway."""
    stance = next((match.stance for match in in_order if match.stance), None)
    if stance is None:
        return "", ""
    sentence = stance.quote.text if stance.quote and stance.quote.zone != "title" else ""
    shown = quote is not None and quote.text == sentence
    return stance.says, "" if shown or len(sentence) > SHORT else sentence


def _quote(match: Match) -> Quote | None:
    """The best sentence outside the headline, which the reader has just read."""
    return next((quote for quote in match.quotes if quote.zone != "title"), None)


def _places(matches: tuple[Match, ...], wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Labels: the channel's own places first, whatever else the article is about, since they are why it came."""
    found = {place.label: place for match in matches for place in match.places}
    order = {label: (not _is_one_of(place, wanted), not place.about, not place.near, -place.mentions)
             for label, place in found.items()}
    return tuple(sorted(found, key=order.__getitem__))


def _anywhere(found: tuple[PlaceFound, ...], wanted: tuple[str, ...]) -> bool:
    return any(_is_one_of(place, wanted) for place in found)


def _is_one_of(place: PlaceFound, wanted: tuple[str, ...]) -> bool:
    names = {name.casefold() for name in wanted}
    return not names.isdisjoint(name.casefold() for name in (place.place_id, place.label, *place.within))


def _rank(topic: str, topics: Mapping[str, str]) -> tuple[int, str]:
    known = {name: at for at, name in enumerate(topics)}
    return (known.get(topic, len(known) + (topic == "")), topic)


def _label(topic: str, topics: Mapping[str, str]) -> str:
    return topics.get(topic) or topic.replace("-", " ").replace("_", " ").capitalize() or NO_TOPIC


def _newest_first(item: Item) -> tuple[float, int]:
    return (-item.at.timestamp(), item.article_id)
