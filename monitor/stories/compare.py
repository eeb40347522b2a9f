"""Are two articles of one event? A sum of weighted reasons, each in words for a reader.

Pure: 50 microseconds for two articles at random, 110 for two that are close.

The weights were fitted by logistic regression on labelled pairs and on pairs made of them (another event moved to the
place and day of the first; the same event again a week later; one that recalls the first), pulled towards what common
sense says, with signs held, a wrong merge counted four times, and chosen by leaving out one file after the other. Names
in passing count for less than the fit would have it: in news that it had not seen they merged what one spokeswoman
spoke of. What the weights reach is kept by tests/test_stories_labels.py.

A wrong merge hides news: the threshold asks for more than place and day, which any two events of a busy day share.
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
    "text": 7.0, "names": 4.6, "words of names": 3.0, "name in passing": 2.3, "both in passing": 2.0,
    "word in passing": 1.6, "official": 1.2, "words": 0.9, "words across languages": 3.3, "same place": 1.5,
    "place in both": 1.6, "place within": 0.7, "place named": 1.4, "same county": 0.3, "same state": 0.6,
    "no place": 0.0, "mentioned": 0.3, "apart": -3.5, "other state": -3.5, "no tie": -1.6, "same first day": 0.1,
    "same day": 0.7, "same week": 0.8, "next day": -0.8, "later": -0.7, "other day": -6.0,
    "published apart": -1.6, "new event": -9.1, "same vote": 1.7, "same count": 0.5, "close count": 0.5,
    "moved count": -0.3, "other count": -1.6, "other vote": -2.0, "same venue": 2.4, "same premises": 1.6,
    "other venue": -2.2, "other premises": -0.8, "same scene": 0.2, "same deed": 0.3, "same act": 1.8,
    "other deed": -0.9, "other first deed": -0.6, "other topic": -1.8, "no name shared": -1.7, "round-up": -9.0,
    "two round-ups": -4.0, "same figures": 1.2, "town in both": 1.3, "new matter": -2.3, "looks back": 1.4,
    "other origin": -0.8, "same tally": 0.7, "brief": 1.0, "further town": 2.4, "begins anew": -1.4,
    "other town": -1.5, "recalled place": -2.4,
}
# With one of these a shared text is a press office's template, filled in again.
_CONTRADICTIONS = frozenset((
    "new event", "new matter", "round-up", "apart", "other state", "mentioned", "recalled place", "other town",
    "other day", "later", "other count", "other vote"))
_LATE = frozenset(("new event", "new matter", "other day", "later", "mentioned", "recalled place"))
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
    whole = text.jaccard >= COPIED_WHOLE and against <= _LATE
    if text.contained > 0 and (whole or not against):
        told = f"{text.shared} of {text.seen} shingles shared"
        found.append(Signal("text", "copy" if text.contained >= COPIED_THE_SAME_DAY else "words", text.contained, told))
    weighed = [Evidence(one.kind, round(WEIGHTS[one.row] * one.strength, 2), one.words) for one in found]
    evidence = sorted((one for one in weighed if one.points), key=lambda one: -abs(one.points))
    points = round(sum(one.points for one in evidence), 2)
    copied = COPIED_THE_SAME_DAY if apart < 2 else COPIED
    copy = whole or (not against and text.contained >= copied)
    return Verdict(points >= THRESHOLD, points, tuple(evidence), copy=copy and points >= THRESHOLD)
