"""How things stand, for somebody who asks in Slack: the rules of a channel, the feeds, what is muted."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.commands.feeds import looked_up
from monitor.commands.feeds_text import state
from monitor.digest.compose import labels
from monitor.digest.mutes import listed, name
from monitor.digest.recall import mutes_on
from monitor.outbox.turn import read
from monitor.talk.model import Answer, Choice
from monitor.words.commands import WORDS
from monitor.words.counts import counted
from monitor.words.times import local, moment
from rules.article.text import fold
from rules.engine.matching import is_expired
from rules.model import SEVERITIES
from rules.workbench.votes import shares
from storage import feedback_report, matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from monitor.commands.feeds_text import Shown
    from monitor.settings import ChannelSettings, Language
    from monitor.talk.desk import Desk
    from monitor.words.commands import Words
    from rules.model import Rule, RuleSet
    from rules.workbench.votes import Share
    from storage.database import Database

_MONTH = timedelta(days=30)
_JUDGED = timedelta(days=90)  # as `dateline feedback` looks back
FEWEST = 5  # judgements that a share is made of
_MOST_RULES, _MOST_FEEDS, _MOST_MUTES = 20, 12, 20


def takes(channel: ChannelSettings, rule: Rule) -> bool:
    """Whether the channel can get anything that the rule finds; places and prominence show with an article only."""
    severest = max((rule.severity, *(one.severity for one in rule.escalate)), key=SEVERITIES.index)
    return ((not channel.rules or rule.id in channel.rules)
            and (not channel.topics or not set(channel.topics).isdisjoint(rule.topics))
            and SEVERITIES.index(severest) >= SEVERITIES.index(channel.severity))


async def rules(desk: Desk, channel: ChannelSettings, word: str) -> Answer:
    """The rules that the channel takes; with a word, those with it in name or topics. Raises StorageError."""
    say, ruleset, now = WORDS[channel.language], desk.active().ruleset, desk.clock()
    taken = [rule for rule in _running(ruleset, now) if takes(channel, rule)]
    topics = labels(ruleset, channel.language)
    fitting = [rule for rule in taken if fold(word) in fold(" ".join((rule.id, rule.name, *_topics(rule, topics))))]
    title = say.rules_title.format(channel.name)
    if not fitting:
        return Answer(title, lines=(say.rules_none_like.format(word) if word and taken else say.rules_none,))
    found, judged = await asyncio.to_thread(_counted, desk.database, channel.id, now)
    fitting.sort(key=lambda rule: (-found.get(rule.id, 0), rule.id))
    told = [_rule(rule, topics, found.get(rule.id, 0), judged.get(rule.id), say) for rule in fitting]
    return Answer(title, points=_cut(told, _MOST_RULES, "dateline rules list", say))


def _running(ruleset: RuleSet, now: datetime) -> list[Rule]:
    return [rule for rule in ruleset.rules
            if rule.enabled and rule.id in ruleset.queries and not is_expired(rule, now)]


def _topics(rule: Rule, topics: Mapping[str, str]) -> list[str]:
    return [topics.get(topic, topic) for topic in rule.topics]


def _counted(database: Database, channel_id: str, now: datetime) -> tuple[dict[str, int], dict[str, Share]]:
    """By rule, its matches of a month, and what readers of the channel said of them."""
    with database.read() as connection:
        found = matches.count_by_rule(connection, now - _MONTH)
        votes = feedback_report.votes(connection, now - _JUDGED)
    said = [(vote.rule_id, vote.article_id, vote.relevant, vote.at) for vote in votes if vote.channel_id == channel_id]
    return found, {share.name: share for share in shares(said, now - _JUDGED, now, 1)}


def _rule(rule: Rule, topics: Mapping[str, str], found: int, judged: Share | None, say: Words) -> str:
    parts = [rule.id] if rule.name else []
    parts += [say.topics.format(", ".join(_topics(rule, topics))) if rule.topics else say.no_topic,
              say.severity[rule.severity], counted(found, say.matches)]
    if judged and judged.judged >= FEWEST:
        share = round(100 * judged.relevant / judged.judged)
        parts.append(say.precision.format(judged.relevant, judged.judged, share))
    return f"{rule.name or rule.id}: {' · '.join(parts)}"


async def feeds(desk: Desk, word: str, language: Language) -> Answer:
    """How many sources are read well, and those in trouble; with a word, those with it in name or address.

    Raises StorageError.
    """
    say, now, zone = WORDS[language], desk.clock(), desk.settings.zone
    shown, since = await asyncio.to_thread(looked_up, desk.database, desk.settings, now)
    if word:
        shown = [one for one in shown if fold(word) in fold(f"{one.wanted.outlet} {one.wanted.url}")]
    if word and not shown:
        return Answer(say.feeds_title, lines=(say.feeds_none_like.format(word),))
    offline = [say.offline.format(local(since, zone, language))] if since else []
    told = [_feed(one, now, zone, language) for one in shown if word or one.trouble]
    english = [say.english] if any(one.trouble for one in shown) else []
    return Answer(say.feeds_title, tuple(filter(None, (*offline, _summary(shown, say), *english))),
                  points=_cut(told, _MOST_FEEDS, "dateline feeds list" if word else "dateline feeds health", say))


def _summary(shown: Sequence[Shown], say: Words) -> str:
    bad = sum(one.trouble is not None for one in shown)
    rest = [one.row for one in shown if not one.trouble]
    once = sum(row is not None and row.failures > 0 for row in rest)
    new = sum(row is None or (not row.failures and not row.ok_at) for row in rest)
    numbers = ((new, say.feeds_new), (once, say.feeds_once), (bad, say.feeds_bad))
    several = say.feeds_counted[len(shown) != 1].format(*([len(shown)] if len(shown) != 1 else []),
                                                        len(rest) - once - new)
    return ", ".join([several, *(counted(number, words) for number, words in numbers if number)]) + "."


def _feed(one: Shown, now: datetime, zone: ZoneInfo, language: Language) -> str:
    say, row = WORDS[language], one.row
    if one.trouble:
        return f"✗ {one.wanted.outlet} {one.trouble.words} → {one.trouble.todo}"
    if row is None or not row.ok_at:
        return f"· {one.wanted.outlet}: {say.not_polled if row is None or not row.failures else state(one, now)}"
    how = say.feeds_well if not row.failures else state(one, now)
    news = say.last_new.format(moment(row.new_at, zone, language)) if row.new_at else say.never_new
    return f"✓ {one.wanted.outlet}: {how}, {news}"


async def mutes(desk: Desk, channel: ChannelSettings) -> Answer:
    """What is muted in the channel, each with a button that undoes it. Raises StorageError."""
    say, now = WORDS[channel.language], desk.clock()
    found = await read(desk.database, mutes_on, now, channel.id)
    title = say.mutes_title.format(channel.name)
    if not found.every:
        return Answer(title, lines=(say.mutes_none,))
    topics = labels(desk.active().ruleset, channel.language)
    told = [listed(mute, found, channel, topics, now) for mute in found.every]
    undo = tuple(Choice(say.undo.format(name(mute, found, topics, channel.language)), "unmute", mute.id)
                 for mute in found.every[:_MOST_MUTES])
    return Answer(title, lines=(say.mutes_urgent,), choices=undo,
                  points=_cut(told, _MOST_MUTES, f"dateline mutes {channel.name}", say))


def _cut(told: Iterable[str], most: int, command: str, say: Words) -> tuple[str, ...]:
    """The first of them, and how many more the command shows in a terminal."""
    every = list(told)
    left = [say.and_more.format(len(every) - most, command)] if len(every) > most else []
    return (*every[:most], *left)
