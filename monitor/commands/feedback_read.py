"""What commands over feedback begin with: the judgements, the articles they are about, and the phrases behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.ruleset import archive
from rules.workbench.rejected import Judged, Mined, mine
from rules.workbench.votes import majority
from storage import feedback_report

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from monitor.ruleset.archive import Progress
    from monitor.ruleset.files import Loaded
    from storage.database import Database
    from storage.feedback_report import Vote


@dataclass(frozen=True, slots=True)
class Said:
    """All judgements since a day. `erased` are the articles among them whose text is gone."""

    votes: tuple[Vote, ...]
    erased: frozenset[int]
    since: datetime
    now: datetime

    @property
    def articles(self) -> int:
        return len({vote.article_id for vote in self.votes})

    @property
    def rules(self) -> list[str]:
        """Ids of the rules under which somebody rejected an article, in order."""
        return sorted({vote.rule_id for vote in self.votes if vote.rule_id and not vote.relevant})

    def verdicts(self, rule_id: str) -> dict[int, bool]:
        """What most people said of the articles that stood under a rule, by article."""
        return majority((vote.article_id, vote.relevant) for vote in self.votes if vote.rule_id == rule_id)


@dataclass(frozen=True, slots=True)
class Tried:
    """What was found for one rule. `erased` counts rejected and kept articles that nothing could be tried on."""

    found: Mined
    judged: tuple[Judged, ...]
    erased: tuple[int, int]

    def titles(self, article_ids: Sequence[int]) -> list[tuple[int, str]]:
        """Those of the articles by number and headline."""
        named = {one.article_id: one.article.title for one in self.judged}
        return [(article_id, named[article_id]) for article_id in article_ids]


def said(database: Database, since: datetime, now: datetime) -> Said:
    """The judgements since then. Raises StorageError."""
    with database.read() as connection:
        votes = feedback_report.votes(connection, since)
        erased = feedback_report.erased(connection, sorted({vote.article_id for vote in votes}))
    return Said(tuple(votes), frozenset(erased), since, now)


def tried(database: Database, loaded: Loaded, feedback: Said, rule_id: str, tell: Progress) -> Tried:
    """The phrases behind what was rejected under a rule, by the rule as the files have it. Raises StorageError."""
    verdicts = feedback.verdicts(rule_id)
    readable = sorted(verdicts.keys() - feedback.erased)
    judged = [Judged(one.article_id, one.article, one.at, verdicts[one.article_id])
              for one in archive.read(database, readable)]
    gone = [relevant for article_id, relevant in verdicts.items() if article_id in feedback.erased]
    return Tried(mine(loaded.ruleset, rule_id, judged, loaded.relevance, tell), tuple(judged),
                 (gone.count(False), gone.count(True)))
