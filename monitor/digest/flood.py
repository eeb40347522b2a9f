"""How much of one rule a channel shows in a day (`max_per_day`): the rest is counted in a line, and kept. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.digest.model import More
from monitor.digest.urgent import is_urgent
from rules.model import PROMINENCES, SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.digest.compose import Standing

USUAL = 20  # of a rule that is no longer there


def capped(
    standing: Sequence[Standing], limits: Mapping[str, int], shown: Mapping[str, int]
) -> tuple[list[Standing], tuple[More, ...]]:
    """The articles to show, in their order, and for each rule those beyond its limit.

    `shown` counts what the channel was shown of each rule earlier in the day. What says most stays: the severest, then
    the most prominent, then the newest. Urgent articles are always shown, and count for nothing.
    """
    over: dict[str, list[Standing]] = {}
    room = {rule_id: limit - shown.get(rule_id, 0) for rule_id, limit in limits.items()}
    for one in sorted(standing, key=_weight):
        rule_id = one.lead.rule_id
        left = room.setdefault(rule_id, USUAL - shown.get(rule_id, 0))
        if is_urgent(one):
            continue
        if left <= 0:
            over.setdefault(rule_id, []).append(one)
        room[rule_id] = left - 1
    beyond = {one.article.article_id for group in over.values() for one in group}
    more = tuple(More(group[0].item.rule_names[0], tuple(one.article.article_id for one in group))
                 for group in over.values())
    return [one for one in standing if one.article.article_id not in beyond], more


def _weight(one: Standing) -> tuple[int, int, float]:
    return (-SEVERITIES.index(one.lead.severity), -PROMINENCES.index(one.lead.prominence), -one.item.at.timestamp())
