"""Which of the articles that wait for a channel are kept back by a mute, and how readers are told of that. Pure.

A mute is for what is too much, and never for what is urgent: it leaves alone every story with an urgent match, and of
what is told of such a story later it keeps back only what nobody would see who does not open the thread. What it does
keep back is counted in the next message, so that nobody takes silence for calm.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.digest.routing import chosen
from monitor.digest.updates import updates_of
from monitor.words import talk
from monitor.words.counts import counted
from monitor.words.digest import WORDS
from monitor.words.times import moment, short_day
from rules.model import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from monitor.digest.story import Stories
    from monitor.digest.updates import Update
    from monitor.settings import ChannelSettings, Language
    from rules.model import Match, MatchedArticle
    from storage.mutes import Mute

LONGEST = timedelta(days=30)  # whatever is stored: nobody remembers longer what was muted
AHEAD = timedelta(days=1)  # a mute from further ahead was begun by a wrong clock, or the clock is wrong now
SOON = timedelta(days=2)  # of an end before that the time of the day is told as well
NAMED = 4  # mutes in one line
_NAME = 60
_ALERTS = ("alert", "rollup")
_ORDER = ("story", "outlet", "topic")  # what was meant most precisely counts what it keeps back


@dataclass(frozen=True, slots=True)
class Mutes:
    """Mutes of a channel: those that are on, and others of which it is still to be told.

    `headlines` are those of the articles on which mutes of stories were pressed, by mute; `untold` is how many articles
    each kept back since the channel was last told.
    """

    every: Sequence[Mute] = ()
    headlines: Mapping[int, str] = field(default_factory=dict)
    untold: Mapping[int, int] = field(default_factory=dict)

    def on(self, now: datetime) -> tuple[Mute, ...]:
        """Those that are on, the most precise first."""
        found = [mute for mute in self.every if is_on(mute, now)]
        return tuple(sorted(found, key=lambda mute: (_ORDER.index(mute.kind), mute.id)))

    def naming(self, headlines: Mapping[int, str]) -> Mutes:
        """With headlines of further ones."""
        return replace(self, headlines={**self.headlines, **headlines})


@dataclass(frozen=True, slots=True)
class Held:
    """What keeps an article back, and the rule that found it."""

    mute: Mute
    rule_id: str


@dataclass(frozen=True, slots=True)
class Sifted:
    """The articles that are left, without the topics that are muted; and those that are kept back, by number."""

    left: Sequence[MatchedArticle]
    held: Mapping[int, Held]


@dataclass(frozen=True, slots=True)
class Muted:
    """What mutes keep back now, by article, and the line that says so, together with what was not said before."""

    held: Mapping[int, Held]
    words: str

    @property
    def lines(self) -> tuple[str, ...]:
        """As footnotes have it."""
        return (self.words,) if self.words else ()


def muted_of(
    held: Mapping[int, Held], mutes: Mutes, channel: ChannelSettings, topics: Mapping[str, str], *, now: datetime
) -> Muted:
    """What is kept back, with its line."""
    return Muted(held, footnote(held.values(), mutes, channel, topics, now))


def ends_at(mute: Mute) -> datetime:
    """When it ends by itself: 30 days after it began at the latest."""
    return min(mute.until, mute.begun_at + LONGEST)


def is_on(mute: Mute, now: datetime) -> bool:
    """Whether it holds now. After a clock was set back it holds nothing, rather than for ever."""
    return mute.ended_at is None and mute.begun_at - AHEAD <= now < ends_at(mute)


def sifted(
    waiting: Sequence[MatchedArticle], channel: ChannelSettings, stories: Stories, on: Sequence[Mute]
) -> Sifted:
    """What is left of the articles that wait. Those of a story with something urgent all stay: see `hushed`."""
    if not on:
        return Sifted(waiting, {})
    loud = set(_loud(waiting, channel, stories))
    left, held = [], {}
    for article in waiting:
        rest, mute = (article, None) if _key(article, stories) in loud else without(article, channel, stories, on)
        if mute:
            held[article.article_id] = Held(mute, _rule(article, channel))
        else:
            left.append(rest)
    return Sifted(left, held)


def hushed(
    updates: Iterable[Update], channel: ChannelSettings, stories: Stories, on: Sequence[Mute]
) -> tuple[list[Update], dict[int, Held]]:
    """The updates without what is muted of them, and that by number; what the whole channel would see stays."""
    left: list[Update] = []
    held: dict[int, Held] = {}
    for one in updates:
        gone = _muted_of(one, channel, stories, on) if _is_aside(one, channel) else {}
        rest = tuple(each for each in one.story.standing if each.article.article_id not in gone)
        again = updates_of([replace(one.story, standing=rest)], stories, channel) if rest and gone else []
        left += again if gone else [one]
        held |= gone
    return left, held


def without(
    article: MatchedArticle, channel: ChannelSettings, stories: Stories, on: Sequence[Mute]
) -> tuple[MatchedArticle, Mute | None]:
    """The article without its muted topics, and the mute that leaves nothing of it; None where something is left."""
    taken = chosen(article, channel)
    if whole := next((mute for mute in on if taken and _is_of_story(mute, article, stories)), None):
        return article, whole
    quiet: dict[str, Mute] = {}
    for mute in on:
        if mute.kind == "topic" or (mute.kind == "outlet" and mute.outlet.casefold() == article.outlet.casefold()):
            quiet.setdefault(mute.topic, mute)
    wanted = [topic for match in taken for topic in match.topics or ("",)
              if not channel.topics or topic in channel.topics]
    if quiet.keys().isdisjoint(wanted):
        return article, None
    if quiet.keys() >= set(wanted):
        return article, min((quiet[topic] for topic in wanted), key=on.index)
    return replace(article, matches=tuple(_matches_left(article, quiet))), None


def name(mute: Mute, mutes: Mutes, topics: Mapping[str, str], language: Language) -> str:
    """What it is about: "the story “…”", "Daily Planet for Raids", "everything about Raids"."""
    label = topics.get(mute.topic) or mute.topic.replace("-", " ").replace("_", " ").capitalize()
    headline, outlet = map(_cut, (mutes.headlines.get(mute.id, ""), mute.outlet))
    kind = next(kind for kind in talk.WORDS[language].of_kind if kind == mute.kind)
    return talk.what(kind, language, headline=headline or "?", outlet=outlet,
                     topic=label or WORDS[language].other_topics)


def _cut(text: str) -> str:
    return text if len(text) <= _NAME else f"{text[:_NAME - 1].rstrip()}…"


def until(mute: Mute, now: datetime, zone: ZoneInfo, language: Language) -> str:
    """ "Thu 24 Dec", and for what ends soon "Sat 28 Nov, 14:00"."""
    end = ends_at(mute)
    if end - now < SOON:
        return moment(end, zone, language)
    return short_day(end.astimezone(zone).date(), language)


def footnote(
    held: Iterable[Held], mutes: Mutes, channel: ChannelSettings, topics: Mapping[str, str], now: datetime
) -> str:
    """ "3 muted: Daily Planet for Raids until Thu 24 Dec · /dateline mutes"; empty where nothing was kept back."""
    numbers = Counter(mutes.untold) + Counter(one.mute.id for one in held)
    known = {mute.id: mute for mute in mutes.every}
    if not numbers:
        return ""
    say, several = WORDS[channel.language], len(numbers) > 1
    told = [_told(known[mute_id], mutes, channel, topics, now) + (f" ({number})" if several else "")
            for mute_id, number in numbers.most_common() if mute_id in known]
    more = [say.and_more.format(len(told) - NAMED)] if len(told) > NAMED else []
    command = f"{channel.command} mutes" if channel.talks else "dateline mutes"
    about = "".join(f": {names}" for names in [", ".join([*told[:NAMED], *more])] if names)
    return f"{counted(numbers.total(), say.muted)}{about} · {command}"


def listed(
    mute: Mute, mutes: Mutes, channel: ChannelSettings, topics: Mapping[str, str], now: datetime
) -> str:
    """ "Daily Planet for Raids until Thu 24 Dec · 5 articles kept back"."""
    return (f"{_told(mute, mutes, channel, topics, now)} · "
            f"{counted(mute.held, WORDS[channel.language].kept_back)}")


def _told(
    mute: Mute, mutes: Mutes, channel: ChannelSettings, topics: Mapping[str, str], now: datetime
) -> str:
    named, say = name(mute, mutes, topics, channel.language), WORDS[channel.language]
    if not is_on(mute, now):
        return say.mute_over.format(named)
    return say.muted_until.format(named, until(mute, now, channel.zone, channel.language))


def _loud(
    waiting: Iterable[MatchedArticle], channel: ChannelSettings, stories: Stories
) -> Iterator[tuple[bool, int]]:
    """The stories in which something is urgent: what waits, or what made them an alert."""
    for article in waiting:
        if any(match.severity == "urgent" for match in chosen(article, channel)):
            yield _key(article, stories)
    yield from ((True, story_id) for story_id, told in stories.told.items() if told.root_kind in _ALERTS)


def _key(article: MatchedArticle, stories: Stories) -> tuple[bool, int]:
    """As `story.grouped` tells stories apart."""
    member = stories.members.get(article.article_id)
    return (True, member.story_id) if member else (False, article.article_id)


def _is_of_story(mute: Mute, article: MatchedArticle, stories: Stories) -> bool:
    """By the article alone where nothing grouped it; where that is gone, there is no story either."""
    return mute.kind == "story" and (
        mute.article_id == article.article_id or (True, mute.story_id) == _key(article, stories))


def _matches_left(article: MatchedArticle, quiet: Mapping[str, Mute]) -> Iterator[Match]:
    """Its matches without the muted topics; one that has no other is left out."""
    for match in article.matches:
        left = tuple(topic for topic in match.topics if topic not in quiet)
        if left == match.topics and (left or "" not in quiet):
            yield match
        elif left:
            yield replace(match, topics=left)


def _is_aside(one: Update, channel: ChannelSettings) -> bool:
    """Whether only those see the update who follow the story; without threads, whether it says nothing new."""
    threaded = channel.threads and channel.kind == "slack"
    return not one.broadcast and (threaded or not one.growth.shows)


def _muted_of(
    one: Update, channel: ChannelSettings, stories: Stories, on: Sequence[Mute]
) -> dict[int, Held]:
    """What of the update is muted. An article with an urgent match never is: it may be another raid that was grouped
    with this one, and nobody was told of it."""
    found = ((each, without(each.article, channel, stories, on)[1]) for each in one.story.standing
             if all(match.severity != "urgent" for match in chosen(each.article, channel)))
    return {each.article.article_id: Held(mute, each.lead.rule_id) for each, mute in found if mute}


def _rule(article: MatchedArticle, channel: ChannelSettings) -> str:
    """The rule of its severest match that the channel takes."""
    return max(chosen(article, channel), key=lambda match: SEVERITIES.index(match.severity)).rule_id
