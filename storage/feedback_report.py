"""Judgements read for a report: what was said of which article, by whom no matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from storage.schema import articles, feedback, matches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Vote:
    """What one person said last of an article in a channel. `rule_id` is empty where the rule is unknown."""

    channel_id: str
    article_id: int
    rule_id: str
    outlet: str
    relevant: bool
    at: datetime


def votes(connection: Connection, since: datetime) -> list[Vote]:
    """Every judgement since then, in the order in which they were first made."""
    query = (select(*(feedback.c[name] for name in Vote.__slots__))
             .where(feedback.c.at >= since).order_by(feedback.c.id))
    return [Vote(*row) for row in connection.execute(query)]


def erased(connection: Connection, article_ids: Sequence[int]) -> set[int]:
    """Those of the articles whose text is gone."""
    found: set[int] = set()
    for some in _chunks(article_ids):
        found.update(connection.scalars(
            select(articles.c.id).where(articles.c.id.in_(some), articles.c.erased_at.is_not(None))))
    return found


def topics(connection: Connection, article_ids: Sequence[int]) -> dict[tuple[int, str], tuple[str, ...]]:
    """The topics of each match of the articles, by article and rule: also of rules that are gone from the files."""
    found: dict[tuple[int, str], tuple[str, ...]] = {}
    for some in _chunks(article_ids):
        query = (select(matches.c.article_id, matches.c.rule_id, matches.c.topics)
                 .where(matches.c.article_id.in_(some)))
        found |= {(article_id, rule_id): tuple(held) for article_id, rule_id, held in connection.execute(query)}
    return found


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    yield from (ids[start:start + _CHUNK] for start in range(0, len(ids), _CHUNK))
