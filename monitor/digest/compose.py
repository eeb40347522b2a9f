"""How an article stands in a channel, and which stories make which digest. Pure: matches in, a Digest out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor.digest import changes
from monitor.digest.model import Aside, Digest, Item, Section
from monitor.digest.routing import chosen, is_one_of
from monitor.digest.story import item_of
from monitor.words.digest import WORDS
from rules.model import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from monitor.digest.model import DigestKind, More
    from monitor.digest.story import Story
    from monitor.settings import ChannelSettings, Language
    from monitor.stories.model import Member
    from rules.model import Match, MatchedArticle, PlaceFound, Quote, RuleSet

SHORT = 160  # characters of a sentence that may stand beside a stance


@dataclass(frozen=True, slots=True)
class Standing:
    """An article in a channel: once, under one topic, explained by the match `lead`.

    `place_id` is where it happens, as far as can be told; empty where the article is about no place. `member` is the
    article in its story; None where nothing grouped it.
    """

    article: MatchedArticle
    topic: str
    lead: Match
    place_id: str
    item: Item
    member: Member | None = None


class Labels(dict[str, str]):
    """Topic ids with their labels, in the order in which sections stand; `called` are those in the other language."""

    def __init__(self, shown: Mapping[str, str], called: Mapping[str, str]) -> None:
        super().__init__(shown)
        self.called = called


def labels(ruleset: RuleSet, language: Language) -> Labels:
    """The topics as readers of a language know them."""
    spanish = {topic: ruleset.topics_es.get(topic, label) for topic, label in ruleset.topics.items()}
    return Labels(spanish, ruleset.topics) if language == "es" else Labels(ruleset.topics, spanish)


def stand(
    articles: Iterable[MatchedArticle], channel: ChannelSettings, topics: Mapping[str, str],
    members: Mapping[int, Member] | None = None,
) -> tuple[list[Standing], list[Aside]]:
    """The articles that the channel takes, and those of them that are probably not about their topics.

    An article stands under the topic of its most severe match, or among equals of the one that its headline shows;
    `also_topics` names the others. One whose every match is unlikely to be about its topic stands aside. `topics` maps
    topic ids to labels, in order; ones it does not know follow after it. `channel` is `resolved`; `members` are the
    articles in their stories, by number.
    """
    standing: list[Standing] = []
    asides: list[Aside] = []
    for article in articles:
        taken = chosen(article, channel)
        likely = tuple(match for match in taken if match.relevance is None or match.relevance.likely)
        if likely:
            member = (members or {}).get(article.article_id)
            standing.append(replace(_stand(article, likely, channel, topics), member=member))
        elif taken:
            asides.append(Aside(article.article_id, article.title, article.url))
    return standing, asides


def compose(
    stories: Sequence[Story],
    channel: ChannelSettings,
    topics: Mapping[str, str],
    *,
    title: str,
    delivery_id: str,
    now: datetime,
    kind: DigestKind = "digest",
    footnotes: Sequence[str] = (),
    asides: Sequence[Aside] = (),
    more: Sequence[More] = (),
    later: bool = False,
) -> Digest:
    """One digest of these stories: a section for each topic, newest story first; an alert's in their own order."""
    other = WORDS[channel.language].other_topics
    in_order = stories if kind == "alert" else sorted(stories, key=_newest_first)
    sections = tuple(
        Section(topic, _label(topic, topics, other),
                tuple(item_of(story) for story in in_order if story.card.topic == topic), _called(topic, topics))
        for topic in sorted({story.card.topic for story in stories}, key=lambda topic: _rank(topic, topics))
    )
    return Digest(delivery_id, channel.id, channel.name, title, channel.zone, now, sections, tuple(footnotes),
                  tuple(asides), kind, channel.language, channel.threads, tuple(more), later, talks=channel.talks)


def _stand(
    article: MatchedArticle, taken: tuple[Match, ...], channel: ChannelSettings, topics: Mapping[str, str]
) -> Standing:
    wanted = [
        (-SEVERITIES.index(match.severity), not match.title_marks, _rank(topic, topics), topic, match)
        for match in taken
        for topic in match.topics or ("",)
        if not channel.topics or topic in channel.topics
    ]
    *_, topic, lead = min(wanted, key=lambda found: found[:3])
    also = sorted({name for match in taken for name in match.topics} - {topic}, key=lambda name: _rank(name, topics))
    in_order = (lead, *(match for match in taken if match is not lead))
    places = _places(in_order, channel.places)
    item = _item(article, in_order, channel.language, places, tuple(_label(name, topics, "") for name in also))
    happens = next((place.place_id for place in places if place.about or place.near), "")
    return Standing(article, topic, lead, happens, item)


def _item(
    article: MatchedArticle, in_order: tuple[Match, ...], language: Language, places: Sequence[PlaceFound],
    also: tuple[str, ...],
) -> Item:
    """What a reader sees of the article: words and reason of the first match, places and headline marks of all."""
    lead = in_order[0]
    graphic, of_page = any(match.graphic for match in in_order), bool(article.changes)
    quote = None if graphic or of_page else _quote(lead)
    stance, sentence = _stance(in_order, quote, language)
    marks = tuple(sorted({mark for match in in_order for mark in match.title_marks}))
    change = changes.shown(article, in_order, marks, language) if of_page else changes.Shown(article.title, marks)
    return Item(
        article_id=article.article_id,
        title=change.title,
        title_marks=change.title_marks,
        url=article.url,
        outlet=article.outlet,
        at=article.published_at or article.first_seen_at,
        at_is_published=article.published_at is not None,
        places=tuple(dict.fromkeys(place.label for place in places)),
        quote=quote,
        why="" if graphic else lead.why,  # it repeats the words found
        rule_names=tuple(dict.fromkeys(match.rule_name or match.rule_id for match in in_order)),
        also_topics=also,
        summary_only=article.text_source != "page",
        stance=stance,
        stance_quote="" if graphic or of_page else sentence,
        mention=all(match.prominence in ("passing", "body") for match in in_order),
        graphic=graphic,
        terms=() if graphic else lead.terms,
        prominence=lead.prominence,
        language=article.language.partition("-")[0].casefold(),
        rule_id=lead.rule_id,
        seen_at=article.first_seen_at,
        edited_at=article.edited_at if any(match.after_edit for match in in_order) else None,
        updated_at=article.edited_at,
        sources=article.sources,
        of_page=of_page,
        changes=() if graphic else change.lines,
        more_changes=0 if graphic else change.more,
    )


def _stance(in_order: tuple[Match, ...], quote: Quote | None, language: Language) -> tuple[str, str]:
    """What the first match that has a stance says, and its sentence if the reader does not see it anyway."""
    stance = next((match.stance for match in in_order if match.stance), None)
    if stance is None:
        return "", ""
    says = (stance.says_es if language == "es" else "") or stance.says
    sentence = stance.quote.text if stance.quote and stance.quote.zone != "title" else ""
    shown = quote is not None and quote.text == sentence
    return says, "" if shown or len(sentence) > SHORT else sentence


def _quote(match: Match) -> Quote | None:
    """The best sentence outside the headline, which the reader has just read."""
    return next((quote for quote in match.quotes if quote.zone != "title"), None)


def _places(matches: tuple[Match, ...], wanted: tuple[str, ...]) -> list[PlaceFound]:
    """The channel's own places first, whatever else the article is about, since they are why it came."""
    found = {place.label: place for match in matches for place in match.places}
    return sorted(found.values(), key=lambda place: (
        not is_one_of(place, wanted), not place.about, not place.near, -place.mentions))


def _rank(topic: str, topics: Mapping[str, str]) -> tuple[int, str]:
    known = {name: at for at, name in enumerate(topics)}
    return (known.get(topic, len(known) + (topic == "")), topic)


def _label(topic: str, topics: Mapping[str, str], other: str) -> str:
    return topics.get(topic) or topic.replace("-", " ").replace("_", " ").capitalize() or other


def _called(topic: str, topics: Mapping[str, str]) -> tuple[str, ...]:
    """What readers of the other language call it; a rule is often named so."""
    return (topics.called[topic],) if isinstance(topics, Labels) and topic in topics.called else ()


def _newest_first(story: Story) -> tuple[float, int]:
    return (-story.newest.timestamp(), story.card.article.article_id)
