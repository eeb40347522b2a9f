"""Which matches of an article a channel takes, and which of its choices refuses the others, in words.

One function decides for the digests, for `dateline channels test` and for `dateline why`, so that what they say is
what happens. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from rules.model import PROMINENCES, SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from monitor.settings import ChannelSettings
    from rules.model import Match, MatchedArticle, Place, PlaceFound

# "alert_from" is the rule's own choice; the others are keys of a [[channel]].
Choice = Literal["alert_from", "rules", "topics", "places", "outlets", "languages", "severity", "prominence"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One choice that a match does not fit: the key of the [[channel]], and a sentence without a full stop."""

    choice: Choice
    words: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """One match before one channel: taken where nothing refuses it."""

    match: Match
    refusals: tuple[Refusal, ...]

    @property
    def taken(self) -> bool:
        return not self.refusals


def route(article: MatchedArticle, channel: ChannelSettings) -> tuple[Verdict, ...]:
    """For each match of the article, in its order, whether the channel takes it, and every choice that refuses it.

    The article is for the channel where any match is taken; it stands there once. `channel` is `resolved`. What else
    keeps it away (quiet, erased, a duplicate, posted before) is for storage to know.
    """
    around = tuple(_of_article(article, channel))
    return tuple(Verdict(match, (*_of_match(match, channel), *around)) for match in article.matches)


def chosen(article: MatchedArticle, channel: ChannelSettings) -> tuple[Match, ...]:
    """The matches that the channel takes."""
    return tuple(verdict.match for verdict in route(article, channel) if verdict.taken)


def resolved(channel: ChannelSettings, places: Iterable[Place]) -> ChannelSettings:
    """The channel with the ids of the places it names by label: what lies within a place knows it by id alone."""
    wanted = {name.casefold() for name in channel.places}
    ids = tuple(place.id for place in places if place.label.casefold() in wanted and place.id.casefold() not in wanted)
    return replace(channel, places=(*channel.places, *ids)) if ids else channel


def is_one_of(place: PlaceFound, wanted: Iterable[str]) -> bool:
    """Whether the place, or one that holds it, is among these ids and labels, whatever the case."""
    names = {name.casefold() for name in wanted}
    return not names.isdisjoint(name.casefold() for name in (place.place_id, place.label, *place.within))


def _of_match(match: Match, channel: ChannelSettings) -> Iterator[Refusal]:
    if not match.alerts:
        yield Refusal("alert_from", f"the rule {match.rule_id} alerts only on articles that make more of it than "
                                    f"“{match.prominence}” (its alert_from)")
    if channel.rules and match.rule_id not in channel.rules:
        yield Refusal("rules", f"the channel takes the rules {_listed(channel.rules)}, and this is {match.rule_id}")
    if channel.topics and set(channel.topics).isdisjoint(match.topics):
        yield Refusal("topics", f"the channel takes the topics {_listed(channel.topics)}, and the rule "
                                f"{match.rule_id} has {_listed(match.topics) or 'none'}")
    if channel.places and not any(is_one_of(place, channel.places) for place in match.places):
        found = _listed(tuple(place.label for place in match.places))
        yield Refusal("places", f"the channel takes the places {_listed(channel.places)}, and the article names "
                                f"{found or 'none that the rule files know'}")
    if SEVERITIES.index(match.severity) < SEVERITIES.index(channel.severity):
        yield Refusal("severity", f"the channel takes {_least(channel.severity, SEVERITIES)}, and the rule "
                                  f"{match.rule_id} says {match.severity}")
    if PROMINENCES.index(match.prominence) < PROMINENCES.index(channel.prominence):
        yield Refusal("prominence", f"the channel takes {_least(channel.prominence, PROMINENCES)}, and the rule "
                                    f"{match.rule_id} found this in “{match.prominence}”")


def _of_article(article: MatchedArticle, channel: ChannelSettings) -> Iterator[Refusal]:
    if channel.outlets and article.outlet.casefold() not in map(str.casefold, channel.outlets):
        yield Refusal("outlets", f"the channel takes the outlets {_listed(channel.outlets)}, and this is "
                                 f"{article.outlet}")
    # In which language a few words are, nobody can tell: rather one too many than one lost.
    spoken = article.language.partition("-")[0].casefold()
    if channel.languages and spoken and spoken not in channel.languages:
        yield Refusal("languages", f"the channel takes articles in {_listed(channel.languages)}, and this is in "
                                   f"{spoken}")


def _least(least: str, scale: tuple[str, ...]) -> str:
    """ "normal, high, urgent", or "urgent only" for the end of the scale."""
    rest = scale[scale.index(least):]
    return _listed(rest) if len(rest) > 1 else f"{least} only"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names)
