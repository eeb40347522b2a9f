"""Labelled articles, one JSON object a line: what a reader decided about each, to measure rules by and to learn from.

The team's own feedback is the same file with fewer keys: only `title`, `text` and `topics` must be there, and what is
not labelled is not measured. A line that cannot be used is a problem with its number and a remedy, as in a rule file.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rules.model import Article
from rules.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_EXAMPLE = '{"id": "1", "title": "Agents raid a plant", "text": "…", "topics": ["raids"]}'
_HALF = re.compile("[\ud800-\udfff]")
_DATE_WORDS = ("%B %d, %Y", "%b %d, %Y", "%d %B %Y")


@dataclass(frozen=True, slots=True)
class LabelledArticle:
    """An article with a reader's judgement. `topics` are those it is a story about, not those it mentions.

    `places` are labels ("Hazleton, PA", "York County, PA"), None where nobody labelled them; `places_optional` count
    neither for nor against. `clear` is false where a reasonable reader could decide otherwise. `judged` are the topics
    that somebody decided about, None where that is every topic.
    """

    id: str
    article: Article
    topics: frozenset[str]
    stance: str | None = None
    places: frozenset[str] | None = None
    places_optional: frozenset[str] = frozenset()
    clear: bool = True
    judged: frozenset[str] | None = None

    def is_judged(self, topic: str) -> bool:
        """Whether the article may be measured by the topic: a reader who saw it as one topic said nothing of others."""
        return self.judged is None or topic in self.judged


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """What a file holds. With problems nothing of it should be measured: a figure over a part of it would mislead."""

    articles: tuple[LabelledArticle, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def topics(self) -> tuple[str, ...]:
        """Every topic that the file has at least once, or says was judged, sorted: these are measured."""
        return tuple(sorted({topic for labelled in self.articles
                             for topic in labelled.topics | (labelled.judged or frozenset())}))


def read_labelled(path: Path) -> LabelledFile:
    """Read a file of labelled articles; never raises, see `problems`."""
    try:
        if path.exists() and not path.is_file() and not path.is_dir():  # a device never ends
            return _unreadable(path, "this is no file but a pipe or a device", "name a file")
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        return _unreadable(path, f"the file is not UTF-8 text (byte {error.start})", "save it again as UTF-8")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "that is no name of a file"
        return _unreadable(path, f"the file cannot be read: {why}", "check its name and permissions")
    return parse_labelled(text, str(path))


def _unreadable(path: Path, message: str, remedy: str) -> LabelledFile:
    return LabelledFile((), (Problem("E500", message, str(path), help=remedy),))


def parse_labelled(text: str, name: str) -> LabelledFile:
    """The same from text; `name` is the file's name in messages. Empty lines are skipped."""
    articles: list[LabelledArticle] = []
    problems: list[Problem] = []
    lines_of: dict[str, int] = {}
    # Not splitlines: articles hold line separators (U+2028) which JSON lets stand inside a string.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        found = _read_line(line, number)
        if isinstance(found, LabelledArticle) and found.id in lines_of:
            found = f'the id "{found.id}" stands in line {lines_of[found.id]} as well', "give every article its own id"
        if isinstance(found, LabelledArticle):
            lines_of[found.id] = number
            articles.append(found)
        else:
            problems.append(Problem("E501", found[0], name, number, help=found[1]))
    if not articles and not problems:
        problems.append(Problem("E502", "the file holds no article", name, help=f"one a line, like {_EXAMPLE}"))
    return LabelledFile(tuple(articles), tuple(problems))


def _read_line(line: str, number: int) -> LabelledArticle | tuple[str, str]:
    """The article, or what is wrong with the line and the remedy."""
    try:
        values = _whole(json.loads(line))
    except json.JSONDecodeError as error:
        return f"the line is not JSON: {error.msg} at character {error.pos + 1}", f"one object a line, like {_EXAMPLE}"
    except RecursionError:
        return "brackets are nested too deeply", f"one object a line, like {_EXAMPLE}"
    if not isinstance(values, dict):
        return "the line is not an object in { }", f"one object a line, like {_EXAMPLE}"
    for message, remedy in _mistakes(values):
        return message, remedy
    return _labelled(values, number)


def _whole(value: Any) -> Any:  # noqa: ANN401 - JSON
    """The value with half characters replaced: JSON can write a lone surrogate ("\\ud83d"), which no text may hold."""
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return {key: _whole(one) for key, one in value.items()} if isinstance(value, dict) else value


def _mistakes(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key in ("title", "text", "topics"):
        if key not in values:
            yield f'"{key}" is missing', f"a line needs at least title, text and topics: {_EXAMPLE}"
    for key in ("id", "url", "outlet", "title", "date", "text", "stance", "home", "language"):
        if not isinstance(values.get(key) or "", str | int if key == "id" else str):
            yield f'"{key}" must be text', f'write "{key}": "…"'
    for key in ("topics", "places", "places_optional", "judged"):
        value = values.get(key)
        if not (isinstance(value, list) and all(isinstance(one, str) for one in value)) and (
                value is not None or key == "topics"):
            yield f'"{key}" must be a list of texts', f'write "{key}": ["…"], and [] for none'
    if not isinstance(values.get("clear", True), bool):
        yield '"clear" must be true or false', 'write "clear": false where a reader could decide otherwise'
    yield from _unjudged(values)


def _unjudged(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    topics, judged = values.get("topics"), values.get("judged")
    if not isinstance(topics, list) or not isinstance(judged, list):
        return
    for topic in topics:
        if topic not in judged:
            yield (f'the topic "{topic}" is not among those in "judged"',
                   'write it there, too; or leave "judged" out where every topic was judged')


def _labelled(values: dict[str, Any], number: int) -> LabelledArticle:
    places, judged = values.get("places"), values.get("judged")
    article = Article(
        values["title"] or "", values["text"] or "", url=values.get("url") or "", outlet=values.get("outlet") or "",
        home=values.get("home") or "", language=values.get("language") or "", published_at=_date(values.get("date")))
    return LabelledArticle(
        str(values.get("id") or article.url or f"line {number}"), article, frozenset(values["topics"]),
        values.get("stance") or None, None if places is None else frozenset(places),
        frozenset(values.get("places_optional") or ()), values.get("clear", True),
        None if judged is None else frozenset(judged))


def _date(written: str | None) -> datetime | None:
    """ISO 8601 or "May 5, 2019"; anything else is no date, as an undated article has none. Without a zone: UTC."""
    text = (written or "").strip()
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return _date_in_words(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _date_in_words(text: str) -> datetime | None:
    for layout in _DATE_WORDS:
        try:
            return datetime.strptime(text, layout).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None
