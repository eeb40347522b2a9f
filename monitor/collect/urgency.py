"""Which sources may bring something that has to be told at once: those are asked as often as is polite. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.model import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from monitor.settings import ChannelSettings, FeedSettings
    from rules.model import Rule, Severity


def serves_urgent(feed: FeedSettings, channels: Iterable[ChannelSettings], rules: Iterable[Rule]) -> bool:
    """Whether a channel is told at once of something that a rule may find at this outlet.

    Places, languages and prominence of an article are known once it is read, so they exclude no source.
    """
    if not feed.urgent:
        return False
    takers = [channel for channel in channels if _reads(channel, feed.outlet)]
    return any(_tells(channel, rule) for rule in rules for channel in takers)


def _reads(channel: ChannelSettings, outlet: str) -> bool:
    return not channel.outlets or outlet.casefold() in map(str.casefold, channel.outlets)


def _tells(channel: ChannelSettings, rule: Rule) -> bool:
    """Whether a match of the rule may go to the channel at once: as an alert, or because nothing of it waits there."""
    if channel.rules and rule.id not in channel.rules:
        return False
    if channel.topics and set(channel.topics).isdisjoint(rule.topics):
        return False
    most = _most(rule)
    if SEVERITIES.index(most) < SEVERITIES.index(channel.severity):
        return False
    return not channel.slots or (channel.urgent and most == "urgent")


def _most(rule: Rule) -> Severity:
    return max((rule.severity, *(each.severity for each in rule.escalate)), key=SEVERITIES.index)
