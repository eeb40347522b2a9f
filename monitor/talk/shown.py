"""What a message shows besides what was frozen: read from the database alone, whatever Slack shows now."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from monitor.digest.mutes import ends_at, is_on
from monitor.talk.model import Marks, MuteEnd, Shown
from storage import feedback, mutes

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.talk.model import MuteKind

_SUBJECT = re.compile(r"([wu]):(\d{1,10})", re.ASCII)  # the ids of blocks that say more than what was frozen


@dataclass(frozen=True, slots=True)
class Subjects:
    """The articles and the mutes of which a message has something to show."""

    articles: frozenset[int]
    mutes: frozenset[int]


NOTHING = Subjects(frozenset(), frozenset())


def subjects(body: Mapping[str, Any]) -> Subjects:
    """What stands in a frozen body; nothing where it was erased, or posted as plain text."""
    ids = (str(block.get("block_id", "")) for block in body.get("blocks", ()))
    found = [(match[1], int(match[2])) for one in ids if (match := _SUBJECT.fullmatch(one))]
    return Subjects(frozenset(number for kind, number in found if kind == "w"),
                    frozenset(number for kind, number in found if kind == "u"))


def shown(connection: Connection, channel_id: str, body: Mapping[str, Any], now: datetime) -> Shown:
    """What is stored of them in the channel."""
    found = subjects(body)
    ended = (mutes.by_id(connection, number) for number in found.mutes)
    return Shown(_marks(connection, channel_id, found.articles, now),
                 {mute.id: MuteEnd(mute.ended_at, mute.ended_by or "") for mute in ended if mute and mute.ended_at})


def _marks(
    connection: Connection, channel_id: str, article_ids: Collection[int], now: datetime
) -> dict[int, Marks]:
    counted = feedback.counted(connection, channel_id, article_ids)
    taken = feedback.taken_of(connection, channel_id, article_ids)
    muted: dict[int, dict[MuteKind, datetime]] = {}
    for mute in mutes.of_articles(connection, channel_id, article_ids):
        if mute.article_id is not None and is_on(mute, now):
            muted.setdefault(mute.article_id, {})[mute.kind] = ends_at(mute)
    return {one: Marks(counted[one, True], counted[one, False],
                       (taken[one].person or "") if one in taken else "", taken[one].at if one in taken else None,
                       tuple(muted.get(one, {}).items())) for one in article_ids}
