"""Changes of watched pages in a channel: the changed lines, in its language, judged by what stands on the page now."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from monitor.digest.changes import MOST
from monitor.digest.compose import stand
from monitor.group import group_articles
from monitor.match import match_articles
from monitor.slack.render.blocks import render
from monitor.slack.render.item import when
from rules.engine.engine import Engine
from rules.files.load import load_texts
from storage import changes, digests, stories
from storage.coverage import reading
from tests.archived import store
from tests.digest_samples import EASTERN, TOPICS, article, channel, digest, match
from tests.slack_checks import shown

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.digest.model import Item
    from monitor.settings import Language
    from rules.model import Match
    from storage.database import Database

PAGE = "https://agency.example/list"
RULES = load_texts({"f.toml": """
[topics]
police = 'Police'
[[rule]]
id = 'list'
topics = ['police']
query = 'sheriff'
[rule.stance.extends]
says = 'extends cooperation'
query = '"task force"'
"""})


def told(*paragraphs: str, language: Language = "en", title: str = "Changed: Cecil", **found: object) -> Item:
    """The change as an item of a channel in this language."""
    changed = article(1, replace(match(quotes=(), title_marks=((9, 14),)), **found), title=title, changes=paragraphs)  # type: ignore[arg-type]  # a test's plain objects
    (standing,), _ = stand([changed], replace(channel(), language=language), TOPICS)
    return standing.item


def quoted(item: Item) -> list[str]:
    """The changed lines."""
    return [quote.text for quote in item.changes]


def test_the_card_shows_changed_lines() -> None:
    """At most five changes, without what the headline says; the others are counted, those that were not stored too."""
    added = [f"Added: County {number}" for number in range(MOST + 1)]
    item = told("Added: Cecil", *added, "… and 3 more")
    assert (added[: MOST - 1], 5) == (quoted(item), item.more_changes)
    assert "and 5 more changes on this page" in shown(render(digest(item)))


def test_a_rewritten_line_is_one_change() -> None:
    """Before and now stand together."""
    item = told("Before: 48 hours", "Now: 72 hours", "Deleted: Fax us")
    assert (["Before: 48 hours", "Now: 72 hours", "Deleted: Fax us"], 0) == (quoted(item), item.more_changes)


def test_what_a_rule_hit_comes_before_the_rest() -> None:
    """The line with the words found stands there alone, and they are marked."""
    found = match().quotes[0]
    item = told("Added: Road budget", f"Added: {found.text}", quotes=(replace(found, marks=((0, 6),)),))
    assert ([f"Added: {found.text}"], ((7, 13),)) == (quoted(item), item.changes[0].marks)


@pytest.mark.parametrize(("title", "expected", "mark"), [
    ("Changed: Cecil", "Cambio: Cecil", (8, 13)), ("Changed: deleted: Cecil", "Cambio: suprimido: Cecil", None)])
def test_labels_are_spanish_in_spanish(title: str, expected: str, mark: tuple[int, int] | None) -> None:
    """Headline with its marks, and lines."""
    item = told("Added: A", "Deleted: B", "Before: C", "Now: D", language="es", title=title)
    assert expected == item.title
    assert mark in (None, *item.title_marks)
    assert ["Añadido: A", "Suprimido: B", "Antes: C", "Ahora: D"] == quoted(item)


@pytest.mark.parametrize(("language", "expected"), [("en", "change seen <!date"), ("es", "cambio visto: <!date")])
def test_a_change_was_not_published(language: Language, expected: str) -> None:
    """It says when it was seen, and not how long after its publication."""
    said = when(told("Added: A", language=language), EASTERN, language)
    assert (True, False) == (said.startswith(expected), " · " in said)


def arrive(database: Database, now: datetime, *texts: str, title: str = "Changed: a list", url: str = PAGE) -> None:
    """Changes of a page come in and are matched and grouped."""
    with database.write() as connection:
        digests.sync_channels(connection, [("C1", "alerts")], now)
        for text in texts:
            store(connection, now, url=url, title=title, text=text, page_state="unneeded", published_at=now)
    asyncio.run(match_articles(database, Engine(RULES), RULES.hash, now))
    asyncio.run(group_articles(database, (), now))


def matched(database: Database) -> list[Match]:
    """What the rule found in each change, in order."""
    with database.read() as connection:
        return [one.matches[0] for one in digests.waiting(connection, "C1")]


@pytest.mark.parametrize(("text", "expected"), [
    ("Added: Sheriff of Cecil, task force", "extends"),
    ("Before: Sheriff of Cecil\nNow: Sheriff of Cecil, task force", "extends"),
    ("Before: Sheriff of Cecil, task force\nNow: Sheriff of Cecil", "unclear"),
    ("Deleted: Sheriff of Cecil, task force", None),
])
def test_what_is_gone_says_nothing_of_direction(
    database: Database, now: datetime, text: str, expected: str | None
) -> None:
    """A county that leaves the list does not extend its cooperation."""
    arrive(database, now, text, title="Changed: deleted: Sheriff, task force" if expected is None else "Changed: x")
    (found,) = matched(database)
    assert expected == (found.stance and found.stance.label)


def test_changes_of_a_page_are_stories_of_their_own(database: Database, now: datetime) -> None:
    """However alike: the second would be hidden in the thread of the first. That of another page joins one."""
    same = "Added: The sheriff of Cecil County in Elkton, Ezekiel Quimby, signed the task force agreement on Tuesday."
    arrive(database, now, same, same)
    arrive(database, now, same, url="https://other.example/list")
    with database.read() as connection:
        first, second, other = (one.story_id for _, one in sorted(stories.of_articles(connection, [1, 2, 3]).items()))
    assert first != second
    assert other in (first, second)


def test_a_change_counts_as_read_in_full(database: Database, now: datetime) -> None:
    """All that changed is there, however short; a short text of a feed is not."""
    arrive(database, now, "Added: Sheriff of Cecil")
    with database.write() as connection:
        plain = store(connection, now, text_source="feed", page_state="unneeded", text="Short.", url="https://a.example")
        assert 1 == reading(connection, now, 2_000).in_full
        assert {1: ("Added: Sheriff of Cecil",)} == changes.paragraphs(connection, [1, plain])
