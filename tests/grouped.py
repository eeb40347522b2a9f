"""Articles that stand in stories, for tests of what reads them: rows as grouping leaves them, made of plain values."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, update

from monitor.stories.features import to_json
from monitor.stories.model import Count, Features, Spot
from storage.schema import stories, story_articles
from tests.newsroom import NOW, arrive

if TYPE_CHECKING:
    from storage.database import Database

BEGAN = NOW - timedelta(hours=3)
COLUMBIA = Spot("columbia-md", "Columbia, MD", True, ("howard-county-md", "maryland"), first=True)
LAUREL = Spot("laurel-md", "Laurel, MD", True, ("prince-georges-county-md", "maryland"), first=True)
TITLES = ("Agents raid a bakery", "Redada en una panadería", "Sheriff answers questions on raid")


def features(number: int, **more: object) -> dict[str, Any]:
    """What is stored of an article: a long text on a raid in Columbia, the same words and names in all of them."""
    found: dict[str, Any] = {
        "at": BEGAN + timedelta(hours=number), "outlet": f"Outlet {number}", "language": "en", "size": 200,
        "shingles": tuple(range(63)), "places": (COLUMBIA,), "days": (BEGAN.date(),),
        "counts": (Count(28, "arrests"),), "names": ("delmy orozco", "gannet point"), "words": ("bakery", "ovens"),
        "topics": ("raids",)}
    return dict(to_json(Features(**(found | more))))


def join(database: Database, number: int, story: int = 1, because: object = None, copy_of: int | None = None,
         **more: object) -> None:
    """Article `number` stands in a story."""
    title = TITLES[(number - 1) % 3]
    arrive(database, number, title=title, text="The raid.", outlet=f"Outlet {number}",
           published_at=BEGAN + timedelta(hours=number), rules_hash="x")
    with database.write() as connection:
        known = connection.execute(update(stories).where(stories.c.id == story).values(last_at=NOW)).rowcount
        if not known:
            connection.execute(insert(stories).values(id=story, first_at=BEGAN, last_at=NOW))
        connection.execute(insert(story_articles).values(
            article_id=number, story_id=story, joined_at=NOW, copy_of=copy_of, features=features(number, **more),
            because=because))


def two_that_met(database: Database) -> None:
    """Two articles that began the stories 1 and 2, and a third through which these became one just now."""
    join(database, 1)
    join(database, 2, 2)
    with database.write() as connection:
        connection.execute(update(story_articles).values(joined_at=NOW - timedelta(hours=1), story_id=1))
        connection.execute(update(stories).where(stories.c.id == 2).values(merged_into=1))
    join(database, 3, because=like(2, "same place") | {"merged": [like(1, "41 arrests in both")]})


def like(number: int, words: str) -> dict[str, Any]:
    """Why an article joined, as it is stored."""
    return {"article": number, "words": words}
