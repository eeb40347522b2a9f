"""One story as people are told of it: its articles in order, what each of them added, and why it joined.

It is read here as well, in one piece, because every question about a story begins with the same rows. An article whose
text was erased has nothing left to be compared by, and still counts as coverage.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.stories import stored
from monitor.stories.model import Features, Growth, Member
from monitor.stories.summary import GROWS, growth, ranked, tally
from monitor.why.merges import Past, merged_words, past_of
from monitor.why.track import Stage
from monitor.words.counts import counted, listed
from storage import articles, stories
from storage import why as asked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from monitor.settings import Language
    from monitor.stories.model import Count, Tally
    from storage.articles import StoredArticle
    from storage.stories import Grouped

_CHUNK = 300
_OUTLETS = ("{} outlet", "{} outlets")


@dataclass(frozen=True, slots=True)
class Report:
    """An article in its story. `member` has no more than outlet, time and language where its text was erased."""

    article: StoredArticle
    grouped: Grouped
    member: Member

    @property
    def at(self) -> datetime:
        return self.member.features.at

    @property
    def joined(self) -> tuple[tuple[int, str], ...]:
        """The article by which it joined, with the reasons in words, and one of each story that became one by that.

        Nothing where it began the story, or where its text was erased.
        """
        because = self.grouped.because or {}
        told = [because, *because.get("merged", ())] if because else []
        return tuple((one["article"], one["words"]) for one in told)

    @property
    def erased(self) -> bool:
        return self.grouped.features is None


@dataclass(frozen=True, slots=True)
class Story:
    """A story with its reports, in order of publication."""

    id: int
    reports: tuple[Report, ...]
    past: Past = field(default_factory=Past)

    @property
    def members(self) -> list[Member]:
        return [report.member for report in self.reports]

    @property
    def tally(self) -> Tally:
        return tally(self.members)

    @property
    def outlets(self) -> str:
        """ "9 outlets"."""
        return counted(self.tally.outlets, _OUTLETS)

    def best(self, language: Language = "en") -> Report:
        """The report that stands for it."""
        return self.report(ranked(self.members, language)[0].article_id)

    def report(self, article_id: int) -> Report:
        return self.reports[self.position(article_id) - 1]

    def position(self, article_id: int) -> int:
        """1 for the article with which the coverage begins."""
        return 1 + next(at for at, one in enumerate(self.reports) if one.article.id == article_id)

    def added(self, report: Report) -> Growth:
        """What it says that no report before it did; of the first one the numbers and voices with which it began."""
        before = self.members[:self.position(report.article.id) - 1]
        return growth(before, [report.member]) if before else _begun(report.member)


def read(connection: Connection, story_id: int) -> Story | None:
    """The story with this number; None where it has no article, as after all of them were deleted."""
    return _story(connection, story_id, stories.of_story(connection, story_id))


def of_article(connection: Connection, article_id: int) -> Story | None:
    """The story of an article; None where it was never grouped."""
    grouped = stories.of_articles(connection, [article_id]).get(article_id)
    return read(connection, grouped.story_id) if grouped else None


def _story(connection: Connection, story_id: int, rows: Sequence[Grouped]) -> Story | None:
    ids = [row.article_id for row in rows]
    found = {article.id: article for start in range(0, len(ids), _CHUNK)
             for article in articles.by_ids(connection, ids[start:start + _CHUNK])}
    reports = [Report(found[row.article_id], row, _member(row, found[row.article_id]))
               for row in rows if row.article_id in found]
    reports.sort(key=lambda one: (one.at, one.article.id))
    past = past_of(asked.joined(connection, story_id), asked.numbers_of(connection, story_id))
    return Story(story_id, tuple(reports), past) if reports else None


def _begun(member: Member) -> Growth:
    """The first number of each kind: what stands further down is more often background."""
    firsts: dict[str, Count] = {}
    for count in member.features.counts:
        firsts.setdefault(count.what, count)
    return Growth(tuple((count, None) for what, count in firsts.items() if what in GROWS),
                  voices=member.features.voices)


def _member(row: Grouped, article: StoredArticle) -> Member:
    at = article.published_at or article.first_seen_at
    bare = Features(at, article.outlet, article.home, article.language)
    return stored.member(row) or Member(row.article_id, row.story_id, bare, row.copy_of)


def stage(
    story: Story | None, article_id: int, zone: ZoneInfo, *, told_at: Collection[datetime] = (), comes: bool = False
) -> Stage:
    """Which story an article is of, and why: what `dateline why` says of it.

    `told_at` are the times of messages that told it as news and not as later coverage; `comes`: it is still to be
    grouped.
    """
    if story is None:
        return Stage("story", "passed", "It was not grouped yet: the next round of the bot does it." if comes else
                     "It was not grouped: it counts as a story of its own.")
    number, first = story.position(article_id), story.reports[0]
    if len(story.reports) == 1:
        return Stage("story", "passed", f"It is story {story.id}, and the only article of it so far.")
    where = f"article {number} of {len(story.reports)} in story {story.id} ({story.outlets})"
    began = "with which it began" if number == 1 else \
        f"which began with “{first.article.title}” ({first.article.outlet})"
    merged = "".join(f" {words}" for words in _merged(story, article_id, zone, told_at))
    return Stage("story", "passed", f"It is {where}, {began}{_because(story.report(article_id))}.{merged}",
                 f"dateline stories show {story.id} tells all of it")


def _merged(story: Story, article_id: int, zone: ZoneInfo, told_at: Collection[datetime]) -> Iterator[str]:
    """Of an article whose story became part of another: when, through which, and what that explains."""
    past = story.past
    first = past.first.get(article_id)
    if way := past.way(first):
        came = "began" if article_id in past.founders else "came to"
        yield f"It {came} story {first}, which {merged_words(way, zone)}."
        if any(at <= way[0].at for at in told_at):
            yield "Until then these were two stories: that is why it came as a message of its own."
    if through := [str(one.story) for one in past.merges if one.through == article_id]:
        yield f"Through it {'story' if len(through) == 1 else 'the stories'} {listed(through)} became part of it."


def _because(report: Report) -> str:
    if not report.joined:
        return ""
    by, words = report.joined[0]
    return f": same because {words} (article {by})"
