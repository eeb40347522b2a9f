"""Which articles are changes of watched pages, and what changed: they are told by other words than news is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from storage.schema import articles, story_articles

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Connection

_BATCH = 500  # ids a statement


def of_page() -> ColumnElement[bool]:
    """That an article is the change of a watched page: nothing else has a page's text without one asked for."""
    return and_(articles.c.text_source == "page", articles.c.page_state == "unneeded")


def paragraphs(connection: Connection, article_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The paragraphs of those of the articles that are changes of pages, as `monitor.collect.watch` wrote them."""
    wanted = sorted(article_ids)
    found: dict[int, tuple[str, ...]] = {}
    for start in range(0, len(wanted), _BATCH):
        query = select(articles.c.id, articles.c.text).where(
            articles.c.id.in_(wanted[start:start + _BATCH]), of_page())
        found |= {row.id: tuple((row.text or "").splitlines()) for row in connection.execute(query)}
    return found


def page_of(connection: Connection, article_id: int) -> str:
    """The address of the page of which the article is a change; empty where it is none."""
    return connection.scalar(select(articles.c.url).where(articles.c.id == article_id, of_page())) or ""


def pages_of_stories(connection: Connection, story_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """The pages of which a change stands in each of the stories; of a few dozen stories at once."""
    query = (select(story_articles.c.story_id, articles.c.url)
             .join(articles, articles.c.id == story_articles.c.article_id)
             .where(story_articles.c.story_id.in_(story_ids), of_page()))
    found: dict[int, frozenset[str]] = {}
    for row in connection.execute(query):
        found[row.story_id] = found.get(row.story_id, frozenset()) | {row.url}
    return found
