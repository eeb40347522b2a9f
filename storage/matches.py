"""Matches: a rule, an article, where it hit and why, stored so that a digest can be made and explained later."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from rules.model import Match, PlaceFound, Quote, Span
from storage.schema import articles, matches
from storage.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection


def record(
    connection: Connection, article_id: int, found: Sequence[Match], rules_hash: str, now: datetime
) -> None:
    """Store what a rule set found in an article and mark the article as read by it, in the caller's transaction."""
    insert_new(connection, matches, [_row(article_id, match, now) for match in found])
    connection.execute(update(articles).where(articles.c.id == article_id)
                       .values(rules_hash=rules_hash, matched_at=now))


def count_since(connection: Connection, since: datetime) -> int:
    """Articles that matched a rule since then."""
    query = select(func.count(matches.c.article_id.distinct())).where(matches.c.created_at >= since)
    return connection.scalar(query) or 0


def _row(article_id: int, match: Match, now: datetime) -> dict[str, object]:
    evidence = {
        "quotes": [asdict(quote) for quote in match.quotes],
        "title_marks": match.title_marks,
        "terms": match.terms,
        "why": match.why,
        "spans": [(span.block, span.first, span.last) for span in match.spans],
    }
    return {
        "article_id": article_id, "rule_id": match.rule_id, "rule_name": match.rule_name, "severity": match.severity,
        "topics": list(match.topics), "places": [asdict(place) for place in match.places], "evidence": evidence,
        "rules_hash": match.rules_hash, "created_at": now,
    }


def from_row(row: Any) -> Match:  # noqa: ANN401 - a row of SQLAlchemy has no static type
    """The match as it was found; evidence is empty once the article's text was erased."""
    evidence = row.evidence
    return Match(
        rule_id=row.rule_id, rule_name=row.rule_name, severity=row.severity, topics=tuple(row.topics),
        places=tuple(PlaceFound(**place) for place in row.places),
        quotes=tuple(Quote(quote["zone"], quote["text"], _ranges(quote["marks"])) for quote in evidence["quotes"]),
        title_marks=_ranges(evidence["title_marks"]), terms=tuple(evidence["terms"]), why=evidence["why"],
        spans=tuple(Span(*span) for span in evidence["spans"]), rules_hash=row.rules_hash,
    )


def _ranges(pairs: Sequence[Sequence[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((start, end) for start, end in pairs)
