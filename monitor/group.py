"""Articles that somebody may be told of meet their story: each joins one, or begins one, as soon as it was matched.

Features are made outside the transaction, decisions inside it, one article after the other: the second of a batch may
join what the first began. Nothing here may hold news back. An article that grouping fails on is a story of its own.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.one_by_one import one_by_one
from monitor.stories.compare import WINDOW, compare
from monitor.stories.features import extract, keys, to_json
from monitor.stories.join import Decision, Link, decide, linked, weigh
from monitor.stories.model import Member
from monitor.stories.stored import member
from monitor.words.reasons import reasons
from storage import changes, stories
from storage.errors import StorageError
from storage.stories import Grouped

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from monitor.stories.model import Features
    from storage.database import Database
    from storage.stories import Ungrouped, Waiting

log = logging.getLogger("dateline.group")

# About 10 ms an article: one batch holds the write lock for half a second.
BATCH = 50
NEAR = 30  # articles that one is compared with; those that share most marks
ENDS = 4  # texts from each end of a story that are asked as well
APART = timedelta(days=WINDOW)
# An article is looked for under more of its runs of words than it is stored under: a copy that keeps half of a text is
# missed once in 250 times by these alone. Each falls anywhere in the index: to write it takes 40 microseconds at
# 100,000 articles, four times as long as at 1,000.
RUNS_STORED = 8


@dataclass(slots=True)
class Desk:
    """What is read once in a batch: members by article, which are asked again and again on a busy day."""

    known: dict[int, Member] = field(default_factory=dict)

    def members(self, rows: Iterable[Grouped]) -> list[Member]:
        """The rows as members, those without features left out; stories may have merged since one was read."""
        found = []
        for row in rows:
            one = self.known.get(row.article_id)
            if one is None or (one.story_id, one.copy_of) != (row.story_id, row.copy_of):
                one = Member(row.article_id, row.story_id, one.features, row.copy_of) if one else member(row)
            if one is not None:
                self.known[row.article_id] = one
                found.append(one)
        return found


@dataclass(frozen=True, slots=True)
class Read:
    """An article with what grouping knows of it; None where it cannot be read."""

    article: Ungrouped
    features: Features | None

    @property
    def at(self) -> datetime:
        """When it was published, or first seen."""
        return _at(self.article)


async def group_articles(database: Database, common: Collection[str], now: datetime) -> int:
    """Give every article that waits for one its story; how many. `common` are the words of the rules themselves.

    Raises StorageError.
    """
    grouped = 0
    while (waiting := await asyncio.to_thread(_ungrouped, database, now)).found:
        read = await _read(waiting.found, common)
        await _group(database, read, waiting.upto, now)
        grouped += len(read)
    return grouped


async def _read(found: Sequence[Ungrouped], common: Collection[str]) -> list[Read]:
    """The features of each. One that cannot be read is logged with its address, and gets none."""
    return await one_by_one(lambda some: _extract_all(some, common), found, _unread)


def _unread(one: Ungrouped, failure: BaseException) -> Read:
    log.error("%s cannot be compared with others: it is a story of its own", one.article.url, exc_info=failure)
    return Read(one, None)


async def _group(database: Database, read: Sequence[Read], upto: int, now: datetime) -> None:
    """All in one transaction; where that fails on one of them, each in its own. Raises StorageError."""
    if await _failure(database, read, upto, now) is None:
        return
    for one in read:
        if failure := await _failure(database, [one], 0, now):
            log.error("no story can be found for %s: it is one of its own", one.article.article.url, exc_info=failure)
            await asyncio.to_thread(_store, database, [Read(one.article, None)], 0, now)


async def _failure(database: Database, read: Sequence[Read], upto: int, now: datetime) -> BaseException | None:
    storing = asyncio.to_thread(_store, database, read, upto, now)
    (failure,) = await asyncio.gather(storing, return_exceptions=True)
    if isinstance(failure, StorageError):
        raise failure  # it says nothing against an article: the next round does it
    return failure


def _ungrouped(database: Database, now: datetime) -> Waiting:
    with database.read() as connection:
        return stories.ungrouped(connection, now - APART, BATCH)


def _extract_all(found: Sequence[Ungrouped], common: Collection[str]) -> list[Read]:
    return [Read(one, extract(one.article.as_read(), one.places, one.topics, common, _at(one))) for one in found]


def _at(one: Ungrouped) -> datetime:
    return one.article.published_at or one.article.first_seen_at


def _store(database: Database, read: Sequence[Read], upto: int, now: datetime) -> None:
    with database.write() as connection:
        desk = Desk()
        for one in read:
            _join(connection, desk, one, now)
        if upto:
            stories.looked_at(connection, upto)


def _join(connection: Connection, desk: Desk, read: Read, now: datetime) -> None:
    """Store the article in its story, and what that changes for others."""
    article_id, features = read.article.article.id, read.features
    seen, page = read.article.article.first_seen_at, changes.page_of(connection, article_id)
    decision = _decision(connection, desk, features, seen, page) if features else Decision()
    story_id = decision.stories[0] if decision.stories else stories.begin(connection, read.at)
    stories.merge(connection, story_id, decision.stories)
    stories.repeats(connection, decision.copies, decision.copy_of or article_id)
    row = Grouped(article_id, story_id, decision.copy_of, to_json(features) if features else None, _because(decision))
    stories.put(connection, row, stored_marks(features) if features else (), read.at, now)


def stored_marks(features: Features) -> list[int]:
    """The marks under which others find the article."""
    asked_only = set(features.shingles[RUNS_STORED:])
    return [key for key in keys(features) if key not in asked_only]


def _decision(connection: Connection, desk: Desk, features: Features, seen: datetime, page: str) -> Decision:
    near = stories.candidates(connection, keys(features), seen, APART, NEAR)
    links = weigh(features, desk.members(stories.of_articles(connection, near).values()), compare)
    links += weigh(features, _rest(connection, desk, links), compare)
    pages = changes.pages_of_stories(connection, {link.member.story_id for link in links})
    return decide(features.at, _of_different_pages(links, page, pages), compare)


def _of_different_pages(links: Sequence[Link], page: str, pages: Mapping[int, frozenset[str]]) -> list[Link]:
    """The links to stories that may become one, the strongest first: two changes of one page never are.

    The second is news of its own, which as more of the first would go into a thread. `page` is that of the article,
    empty where it is no change; `pages` are those of each story.
    """
    taken, kept = {page}, set()
    for story_id in dict.fromkeys(link.member.story_id for link in sorted(links, key=lambda link: link.rank)):
        its = pages.get(story_id, frozenset())
        if taken.isdisjoint(its):
            kept.add(story_id)
            taken |= its
    return [link for link in links if link.member.story_id in kept]


def _rest(connection: Connection, desk: Desk, links: Sequence[Link]) -> list[Member]:
    """Of the stories that may take it in: how they began, what came last, and the originals of copies."""
    known = {link.member.article_id for link in links}
    rows = {row.article_id: row for story in linked(links) for row in stories.ends_of_story(connection, story, ENDS)}
    originals = {link.member.copy_of for link in links if link.verdict.same and link.member.copy_of}
    rows |= stories.of_articles(connection, sorted(originals - known - rows.keys()))
    return desk.members(row for key, row in rows.items() if key not in known)


def _because(decision: Decision) -> dict[str, object] | None:
    """As it is stored: by which article it joined and why, and the same for each story that became part of it."""
    if decision.by is None:
        return None
    also = {"merged": [_reason(link) for link in decision.merged]} if decision.merged else {}
    return _reason(decision.by) | also


def _reason(link: Link) -> dict[str, object]:
    return {"article": link.member.article_id, "words": reasons(link.verdict)}
