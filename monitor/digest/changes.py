"""A change of a watched page as a reader sees it: the changed lines in place of one sentence. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.words.changes import headline, labelled, lines, uncounted
from rules.model import Quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.settings import Language
    from monitor.words.changes import Line
    from rules.model import Match, MatchedArticle

MOST = 5  # changes shown

Marks = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """Headline and changed lines in a channel's language; `more` is how many changes are not shown."""

    title: str
    title_marks: Marks
    lines: tuple[Quote, ...] = ()
    more: int = 0


def shown(article: MatchedArticle, matches: Sequence[Match], marks: Marks, language: Language) -> Shown:
    """The changes that a rule hit, else the first ones, without what the headline already says.

    `marks` are those of the headline.
    """
    title, stored, long = headline(article.title, language)
    found = lines(article.changes)
    hit = [change for change in found if any(_is_hit(line, matches) for line in change)] or found
    chosen = [change for change in found if change in hit][:MOST]
    said = article.title[stored:]
    quotes = tuple(_quote(line, matches, language) for change in chosen for line in change if line.text != said)
    moved = ((start - stored + long, end - stored + long) for start, end in marks if end > stored)
    inside = tuple((max(start, long), end) for start, end in moved)
    return Shown(title, inside, quotes, len(found) - len(chosen) + uncounted(article.changes))


def _is_hit(line: Line, matches: Iterable[Match]) -> bool:
    # Block 0 of what rules read is the headline.
    return any(span.block == line.number + 1 for match in matches for span in match.spans) or any(
        True for _ in _marks(line, matches))


def _quote(line: Line, matches: Iterable[Match], language: Language) -> Quote:
    said = labelled(line, language)
    shift = len(said) - len(line.text)
    return Quote("body", said, tuple(sorted({(start + shift, end + shift) for start, end in _marks(line, matches)})))


def _marks(line: Line, matches: Iterable[Match]) -> Iterator[tuple[int, int]]:
    """What was found in the line: a quote may be all of it, with its label, or one of its sentences."""
    stored = f"{line.label}: {line.text}"
    label = len(stored) - len(line.text)
    for match in matches:
        for quote in match.quotes:
            at = stored.find(quote.text) - label if quote.zone != "title" and quote.text in stored else None
            if at is not None:
                yield from ((max(0, start + at), end + at) for start, end in quote.marks if end + at > 0)
