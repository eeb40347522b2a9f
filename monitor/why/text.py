"""What `dateline why` and `dateline channels test` print: lines for people, and JSON with stable keys for programs."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from monitor.why.track import stopped_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from monitor.why.channels import Fate, Place
    from monitor.why.track import Stage
    from rules.model import Article, Match

WIDEST = 110
EXCLUDES = " excludes it"  # as rules/engine/explain.py says it
_MARKS = {"passed": "✓", "waiting": "…", "stopped": "✗",
          "posted": "✓", "counted": "+", "muted": "–", "refused": "✗"}


@dataclass(frozen=True, slots=True)
class Report:
    """One article and what became of it. `article_id` is None where it is not stored, `article` where nobody has it."""

    named: str
    article: Article | None
    stages: tuple[Stage, ...]
    places: tuple[Place, ...] = ()
    article_id: int | None = None
    matches: tuple[Match, ...] = ()  # what channels were asked about

    @property
    def verdict(self) -> str:
        """The answer in one line."""
        if posted := self._in("posted"):
            return f"It was posted to {posted}."
        if self.article_id is None:
            return self._verdict_unknown
        stage = stopped_at(self.stages)
        if stage and all(place.fate == "refused" for place in self.places):
            return self._excluded or stage.words
        return self._verdict_untold

    @property
    def _verdict_untold(self) -> str:
        if waiting := self._in("waiting"):
            return f"It waits for {waiting}."
        if any(place.fate == "counted" for place in self.places):
            return f"It was {next(place.words for place in self.places if place.fate == 'counted')}."
        if muted := self._in("muted"):
            return f"A mute keeps it back in {muted}."
        return "A rule alerts on it, and no channel takes it." if self.places else "Nobody was told of it."

    def _in(self, fate: Fate) -> str:
        return ", ".join(place.channel.name for place in self.places if place.fate == fate)

    @property
    def _excluded(self) -> str:
        """Of an article that no rule matched, the rule that would have if it did not exclude it; empty for none."""
        return next((stage.words for stage in self.stages if stage.name == "nearest" and EXCLUDES in stage.words), "")

    @property
    def _verdict_unknown(self) -> str:
        """Where nothing is stored, what kept it out says more than that it is not known."""
        later = [stage for stage in self.stages if stage.name != "known"]
        coming = next((stage for stage in later if stage.state == "waiting"), None)
        stage = coming or stopped_at(later) or stopped_at(self.stages)
        would, muted = self._in("waiting"), self._in("muted")
        fits = f" By its rules and channels it would go to {would}." if would else ""
        fits += f" It would be muted in {muted}." if muted else ""
        return (stage.words if stage else "Dateline does not know it.") + fits


def lines(report: Report) -> list[str]:
    """The whole answer: what it is, the verdict, the stages, the channels."""
    told = [*_head(report), "", *_wrapped(report.verdict, ""), ""]
    told += _listed((stage.name, _MARKS[stage.state], stage.words, stage.remedy) for stage in report.stages)
    heading = "channels" if report.article_id else "channels, if it came"
    return [*told, *(["", heading] if report.places else []), *channel_lines(report.places)]


def channel_lines(places: Sequence[Place]) -> list[str]:
    """A channel a paragraph, under its name."""
    return _listed((place.channel.name, _MARKS[place.fate], place.words, place.remedy) for place in places)


def to_json(report: Report) -> dict[str, Any]:
    """The same for programs."""
    article = report.article
    return {
        "asked": report.named, "article_id": report.article_id, "verdict": report.verdict,
        "article": None if article is None else {
            "title": article.title, "url": article.url, "outlet": article.outlet,
            "published_at": article.published_at.isoformat() if article.published_at else None},
        "stages": [{"stage": stage.name, "state": stage.state, "words": stage.words, "remedy": stage.remedy}
                   for stage in report.stages],
        "channels": channels_json(report.places),
    }


def channels_json(places: Sequence[Place]) -> list[dict[str, Any]]:
    """Each channel with what the article is to it."""
    return [{"id": place.channel.id, "name": place.channel.name, "fate": place.fate, "words": place.words,
             "remedy": place.remedy,
             "messages": [{"id": row.id, "state": row.state, "ts": row.ts, "error": row.error} for row in place.sent]}
            for place in places]


def _head(report: Report) -> Iterator[str]:
    article = report.article
    if article is None:
        yield report.named
        return
    yield article.title or "(no headline)"
    number = f"article {report.article_id}" if report.article_id else "not stored"
    yield "  " + " · ".join(part for part in (article.outlet, article.url, number) if part)


def _listed(rows: Iterable[tuple[str, str, str, str]]) -> list[str]:
    told = list(rows)
    wide = min(max((len(name) for name, *_ in told), default=0), 24)
    drawn: list[str] = []
    for name, mark, words, remedy in told:
        first = f"  {mark} {name:<{wide}}  "
        indent = " " * len(first[:4 + wide + 2])
        drawn += _wrapped(words, indent, first)
        for at, part in enumerate(remedy.split("\n") if remedy else ()):
            # What follows a first line is to be copied, so it stands as it is.
            drawn += _wrapped(part, f"{indent}  ", f"{indent}→ ") if at == 0 else [f"{indent}  {part}"]
    return drawn


def _wrapped(words: str, indent: str, first: str | None = None) -> list[str]:
    width = min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST)
    return wrap(words, max(width, 60), initial_indent=indent if first is None else first, subsequent_indent=indent,
                break_long_words=False, break_on_hyphens=False)
