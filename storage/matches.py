"""Matches: a rule, an article, where it hit and why, stored so that a digest can be made and explained later."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, and_, delete, func, or_, select, update

from rules.model import Match, PlaceFound, Quote, Relevance, Span, Stance
from storage.schema import articles, matches, story_articles
from storage.upsert import insert_new

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Column, Connection
    from sqlalchemy.sql.functions import Function

# What was old when its feed was first read is no alert, nor is what an admin had looked for afterwards: such a match is
# of other rules than those that read the article when it came. What an edit made it match is an alert; that reading was
# with the rules of then, and the matches of before it stay what they were.
_BY_ITSELF = and_(matches.c.alerts, or_(articles.c.quiet.is_(False), matches.c.after_edit),
                  or_(matches.c.rules_hash == articles.c.rules_hash, matches.c.created_at < articles.c.edited_at))


def record(
    connection: Connection, article_id: int, found: Sequence[Match], rules_hash: str, now: datetime,
    *, language: str = "",
) -> None:
    """Store what a rule set found in an article and mark the article as read by it, in the caller's transaction.

    `language` is the one it was read in, kept in place of what its site says; empty where nobody can tell. What it
    matched before stays as it is, unless an edit made more of it than the rule asks for.
    """
    risen = [match.rule_id for match in found if match.after_edit and match.alerts]
    if risen:
        connection.execute(delete(matches).where(
            matches.c.article_id == article_id, matches.c.rule_id.in_(risen), matches.c.alerts.is_(False)))
    insert_new(connection, matches, [_row(article_id, match, now) for match in found])
    read = {"language": language} if language else {}
    connection.execute(update(articles).where(articles.c.id == article_id)
                       .values(rules_hash=rules_hash, matched_at=now, **read))


def count_since(connection: Connection, since: datetime) -> int:
    """Articles that matched a rule, prominently enough to alert, since then."""
    query = select(func.count(matches.c.article_id.distinct())).where(matches.c.created_at >= since, matches.c.alerts)
    return connection.scalar(query) or 0


def count_by_rule(connection: Connection, since: datetime) -> dict[str, int]:
    """How many articles each rule matched since then, prominently enough to alert."""
    query = (select(matches.c.rule_id, func.count()).where(matches.c.created_at >= since, matches.c.alerts)
             .group_by(matches.c.rule_id))
    return {rule_id: number for rule_id, number in connection.execute(query)}


def stories_by_rule(connection: Connection, since: datetime) -> dict[str, int]:
    """How many stories each rule has alerted on since then, by itself: an article in no story is one of its own."""
    story = func.coalesce(story_articles.c.story_id, -matches.c.article_id)
    query = (select(matches.c.rule_id, func.count(story.distinct()))
             .join(articles, articles.c.id == matches.c.article_id)
             .outerjoin(story_articles, story_articles.c.article_id == matches.c.article_id)
             .where(matches.c.created_at >= since, _BY_ITSELF)
             .group_by(matches.c.rule_id))
    return {rule_id: number for rule_id, number in connection.execute(query)}


def alert_days(connection: Connection, since: datetime) -> dict[str, tuple[date, ...]]:
    """The days (UTC) from then on, in order, on which each rule has alerted on a new article by itself."""
    day = _day(connection, matches.c.created_at)
    query = (select(matches.c.rule_id, day).join(articles, articles.c.id == matches.c.article_id)
             .where(matches.c.created_at >= since, _BY_ITSELF).group_by(matches.c.rule_id, day).order_by(day))
    found: dict[str, tuple[date, ...]] = {}
    for rule_id, at in connection.execute(query):
        found[rule_id] = (*found.get(rule_id, ()), at)
    return found


def read_by_day(connection: Connection, since: datetime) -> dict[date, int]:
    """How many articles came in on each day (UTC) from then on. A day on which the bot stood still has none."""
    day = _day(connection, articles.c.first_seen_at)  # and no other column: the index holds all that is asked
    query = select(day, func.count()).where(articles.c.first_seen_at >= since).group_by(day)
    return {at: number for at, number in connection.execute(query)}


def _day(connection: Connection, moment: Column[datetime]) -> Function[date]:
    # SQLite keeps UTC without a zone; PostgreSQL would take the zone of the session.
    return func.date(moment if connection.dialect.name == "sqlite" else func.timezone("UTC", moment), type_=Date)


def _row(article_id: int, match: Match, now: datetime) -> dict[str, object]:
    return {
        "article_id": article_id, "rule_id": match.rule_id, "rule_name": match.rule_name, "severity": match.severity,
        "topics": list(match.topics), "places": [asdict(place) for place in match.places],
        "evidence": _evidence(match), "prominence": match.prominence, "alerts": match.alerts,
        "stance": _stance(match.stance), "graphic": match.graphic, "relevance": _relevance(match.relevance),
        "rules_hash": match.rules_hash, "created_at": now, "after_edit": match.after_edit,
    }


def _evidence(match: Match) -> dict[str, object]:
    """Whatever repeats words of the article, also of stance and relevance: it goes when the text goes."""
    return {
        "quotes": [asdict(quote) for quote in match.quotes],
        "title_marks": match.title_marks,
        "terms": match.terms,
        "why": match.why,
        "spans": [(span.block, span.first, span.last) for span in match.spans],
        "prominence_why": match.prominence_why,
        "stance_quote": asdict(match.stance.quote) if match.stance and match.stance.quote else None,
        "relevance_reasons": match.relevance.reasons if match.relevance else (),
    }


def _stance(stance: Stance | None) -> dict[str, object] | None:
    if stance is None:
        return None
    return {"label": stance.label, "says": stance.says, "says_es": stance.says_es, "points": stance.points}


def _relevance(relevance: Relevance | None) -> dict[str, object] | None:
    return {"score": relevance.score, "likely": relevance.likely} if relevance else None


def from_row(row: Any) -> Match:  # noqa: ANN401 - a row of SQLAlchemy has no static type
    """The match as it was found; evidence is empty once the article's text was erased."""
    evidence = row.evidence
    return Match(
        rule_id=row.rule_id, rule_name=row.rule_name, severity=row.severity, topics=tuple(row.topics),
        places=tuple(_place(place) for place in row.places),
        quotes=tuple(map(_quote, evidence["quotes"])),
        title_marks=_ranges(evidence["title_marks"]), terms=tuple(evidence["terms"]), why=evidence["why"],
        spans=tuple(Span(*span) for span in evidence["spans"]), rules_hash=row.rules_hash,
        prominence=row.prominence, prominence_why=evidence.get("prominence_why", ""), alerts=row.alerts,
        stance=_stance_of(row.stance, evidence.get("stance_quote")), graphic=row.graphic,
        relevance=_relevance_of(row.relevance, evidence.get("relevance_reasons", ())),
        after_edit=row.after_edit,
    )


def _place(stored: Mapping[str, Any]) -> PlaceFound:
    return PlaceFound(**{**stored, "within": tuple(stored.get("within", ()))})


def _quote(stored: Mapping[str, Any]) -> Quote:
    return Quote(stored["zone"], stored["text"], _ranges(stored["marks"]))


def _stance_of(stored: Mapping[str, Any] | None, quote: Mapping[str, Any] | None) -> Stance | None:
    if stored is None:
        return None
    points = tuple((label, votes) for label, votes in stored["points"])
    # Rows of earlier versions have no Spanish words.
    return Stance(stored["label"], stored["says"], _quote(quote) if quote else None, points, stored.get("says_es", ""))


def _relevance_of(stored: Mapping[str, Any] | None, reasons: Sequence[str]) -> Relevance | None:
    return Relevance(stored["score"], stored["likely"], tuple(reasons)) if stored else None


def _ranges(pairs: Sequence[Sequence[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((start, end) for start, end in pairs)
