"""Articles in their stories as a channel takes them, for the tests of what decides about stories."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from monitor.digest.compose import stand
from monitor.stories.model import Features, Member, Spot
from tests.digest_samples import NOW, TOPICS, article, channel, match

if TYPE_CHECKING:
    from monitor.digest.compose import Standing
    from rules.model import Match

BALTIMORE = (Spot("baltimore", "Baltimore, MD", True),)
LEAD = replace(match(severity="urgent"), prominence="lead")


def one(
    number: int, *found: Match, story: int | None = 7, hours: float = 0, copy_of: int | None = None, **marks: Any,  # noqa: ANN401 - fields of Features
) -> Standing:
    """An article in its story, published so many hours ago, else as many as its number."""
    at = hours or number
    known = Features(**{"at": NOW, "outlet": f"Outlet {number}", "places": BALTIMORE, **marks})
    members = {number: Member(number, story, known, copy_of)} if story else {}
    (standing,), _ = stand([article(number, *found or (match(),), hours_ago=at)], channel(), TOPICS, members)
    return standing
