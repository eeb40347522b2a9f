"""How much of one rule a channel shows in a day (`max_per_day`): the rest is counted in a line, and kept. Pure.

The same for what an outlet published with far more at once than it ever does: mostly it put its archive in order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.digest.model import More
from monitor.digest.urgent import is_urgent
from rules.model import PROMINENCES, SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from monitor.digest.story import Story

USUAL = 20  # of a rule that is no longer there
OF_FLOOD = 10  # stories of one outlet's flood that a channel is shown in 24 hours


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
    return _without(stories, over.values()), tuple(_counted(group, of_rule=True) for group in over.values())


def stemmed(stories: Sequence[Story], shown: Mapping[str, int]) -> tuple[list[Story], tuple[More, ...]]:
    """The same of the floods of outlets; `shown` is how many stories of theirs the channel was shown lately.

    A story that another outlet tells as well is no part of a flood, nor is what is urgent.
    """
    over: dict[str, list[Story]] = {}
    room: dict[str, int] = {}
    for story in sorted(stories, key=_weight):
        if is_urgent(story) or not all(one.article.flood for one in story.standing):
            continue
        outlet = story.card.article.outlet
        left = room.setdefault(outlet, OF_FLOOD - shown.get(outlet, 0))
        if left <= 0:
            over.setdefault(outlet, []).append(story)
        room[outlet] = left - 1
    return _without(stories, over.values()), tuple(_counted(group, of_rule=False) for group in over.values())


def _without(stories: Sequence[Story], over: Iterable[Sequence[Story]]) -> list[Story]:
    beyond = {key for group in over for story in group for key in story.article_ids}
    return [story for story in stories if beyond.isdisjoint(story.article_ids)]


def _counted(group: Sequence[Story], *, of_rule: bool) -> More:
    keys, card = tuple(key for story in group for key in story.article_ids), group[0].card
    if of_rule:
        return More(card.item.rule_names[0], keys, len(group))
    return More("", keys, len(group), card.article.outlet)


def _weight(story: Story) -> tuple[int, int, float]:
    prominence = max(PROMINENCES.index(one.lead.prominence) for one in story.standing)
    return (-SEVERITIES.index(story.severity), -prominence, -story.newest.timestamp())
