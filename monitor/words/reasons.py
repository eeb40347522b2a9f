"""Why two articles are one event, in a sentence: the strongest reasons. `stories explain` lists all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.stories.model import Verdict

MOST = 3  # more are read by nobody


def reasons(verdict: Verdict) -> str:
    """ "both name Gannet Point; same place (Baltimore, MD); same day": reasons have commas of their own."""
    return "; ".join([one.words for one in verdict.evidence if one.points > 0 and one.words][:MOST])
