"""How much of one rule a channel shows in a day (`max_per_day`): the rest is counted in a line, and kept. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.digest.model import More
from monitor.digest.urgent import is_urgent
from rules.model import PROMINENCES, SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.digest.story import Story

USUAL = 20  # of a rule that is no longer there


def capped(
    stories: Sequence[Story], limits: Mapping[str, int], shown: Mapping[str, int]
) -> tuple[list[Story], tuple[More, ...]]:
    """The stories to show, in their order, and for each rule those beyond its limit.

    `shown` counts what the channel was shown of each rule earlier in the day. What says most stays: the severest, then
    the most prominent, then the newest. Urgent stories are always shown, and count for nothing.
    """
    over: dict[str, list[Story]] = {}
    room = {rule_id: limit - shown.get(rule_id, 0) for rule_id, limit in limits.items()}
    for story in sorted(stories, key=_weight):
        rule_id = story.card.lead.rule_id
        left = room.setdefault(rule_id, USUAL - shown.get(rule_id, 0))
        if is_urgent(story):
            continue
        if left <= 0:
            over.setdefault(rule_id, []).append(story)
        room[rule_id] = left - 1
    beyond = {key for group in over.values() for story in group for key in story.article_ids}
    more = tuple(_counted(group) for group in over.values())
    return [story for story in stories if beyond.isdisjoint(story.article_ids)], more


def _counted(group: Sequence[Story]) -> More:
    keys = tuple(key for story in group for key in story.article_ids)
    return More(group[0].card.item.rule_names[0], keys, len(group))


def _weight(story: Story) -> tuple[int, int, float]:
    prominence = max(PROMINENCES.index(one.lead.prominence) for one in story.standing)
    return (-SEVERITIES.index(story.severity), -prominence, -story.newest.timestamp())
