"""Are two articles of one event? A sum of weighted reasons, each in words for a reader.

Pure: 30 microseconds for two articles at random, 80 for two that are close.

The weights were fitted on labelled pairs, with signs held and pulled towards what common sense says, and rounded; what
they reach is kept by tests/test_stories_labels.py. A wrong merge hides news: the threshold asks for more than place and
day, which any two events of a busy day share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.stories.model import Evidence, Verdict
from monitor.stories.shingles import overlap
from monitor.stories.signal import Signal
from monitor.stories.signals import signals

if TYPE_CHECKING:
    from monitor.stories.model import Features

WINDOW = 14  # days; what is published later is told as a story of its own
THRESHOLD = 4.5
# What speaks for one event and what against, for a signal of strength 1.
WEIGHTS = {
    "text": 7.0, "names": 4.8, "words of names": 2.5, "name in passing": 2.3, "both in passing": 2.3,
    "word in passing": 1.1, "official": 1.2, "words": 0.7, "words across languages": 2.8,
    "same place": 2.0, "place in both": 1.2, "place within": 1.2, "place named": 1.3, "same county": 0.3,
    "same state": 0.5, "no place": 0.0,
    "mentioned": 0.2, "apart": -2.7, "other state": -3.3, "no tie": -1.8,
    "same first day": 0.1, "same day": 1.0, "same week": 0.7, "next day": -1.2, "later": -1.2, "other day": -4.5,
    "published apart": -2.0, "new event": -5.0,
    "same vote": 1.2, "same count": 0.6, "close count": 0.4, "moved count": -0.5, "other count": -1.4,
    "other vote": -2.0,
    "same venue": 1.5, "same premises": 0.7, "other venue": -1.7, "other premises": -0.9, "same scene": 0.6,
    "same deed": 0.2, "same act": 1.8, "other deed": -0.6, "other first deed": -0.7, "other topic": -1.1,
    "no name shared": -1.5, "round-up": -2.7,
}
# With one of these a shared text is a press office's template, filled in again.
_CONTRADICTIONS = frozenset((
    "new event", "apart", "other state", "mentioned", "other day", "later", "other count", "other vote"))
# Of the shorter text in the longer one: less is two reports that quote the same statement.
COPIED = 0.5
COPIED_THE_SAME_DAY = 0.33
COPIED_WHOLE = 0.8  # a paper that prints an agency's text days later keeps its "Tuesday"


def compare(a: Features, b: Features) -> Verdict:
    """Whether two articles are of one event, with every reason, strongest first. The order of the two does not matter.
    """
    apart = abs((a.at - b.at).total_seconds()) / 86_400
    if apart > WINDOW:
        return Verdict(False, 0.0, (Evidence("time", 0.0, f"published {apart:.0f} days apart"),))
    if (b.at, b.outlet, b.shingles) < (a.at, a.outlet, a.shingles):
        a, b = b, a  # which of the two was stored first must not matter
    found = signals(a, b)
    text = overlap(a, b)
    against = _CONTRADICTIONS.intersection([one.row for one in found])
    whole = text.jaccard >= COPIED_WHOLE and against <= {"new event", "other day", "later", "mentioned"}
    if text.contained > 0 and (whole or not against):
        told = f"{text.shared} of {text.seen} shingles shared"
        found.append(Signal("text", "copy" if text.contained >= COPIED_THE_SAME_DAY else "words", text.contained, told))
    weighed = [Evidence(one.kind, round(WEIGHTS[one.row] * one.strength, 2), one.words) for one in found]
    evidence = sorted((one for one in weighed if one.points), key=lambda one: -abs(one.points))
    points = round(sum(one.points for one in evidence), 2)
    copied = COPIED_THE_SAME_DAY if apart < 2 else COPIED
    copy = whole or (not against and text.contained >= copied)
    return Verdict(points >= THRESHOLD, points, tuple(evidence), copy=copy and points >= THRESHOLD)
